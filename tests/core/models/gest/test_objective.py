"""The hierarchical loss against a plain loop over probabilities."""

from __future__ import annotations

import math

import torch

from ripple_core.models.gest.objective import grouped_log_sum_exp, hierarchical_loss, scaled_error


def plain_loss(logits: torch.Tensor, target: torch.Tensor, levels: torch.Tensor) -> float:
    """Equations 9 to 11, cell by cell, in probabilities."""
    total = 0.0
    for row, true in zip(logits.double(), target):
        p = (row.exp() / row.exp().sum()).tolist()
        total -= 0.25 * math.log(p[true])
        for label in levels:
            total -= 0.25 * math.log(sum(p[k] for k in range(len(p)) if label[k] == label[true]))
    return total / len(target)


def test_equals_a_plain_loop() -> None:
    g = torch.Generator().manual_seed(0)
    logits, target = torch.randn(20, 30, generator=g), torch.randint(0, 30, (20,), generator=g)
    levels = torch.stack([torch.arange(30) % k for k in (7, 4, 2)])
    assert math.isclose(
        float(hierarchical_loss(logits, target, levels)), plain_loss(logits, target, levels), rel_tol=1e-5
    )


def test_stays_finite_where_probabilities_underflow() -> None:
    logits = torch.zeros(1, 6)
    logits[0, 0] = 400.0
    logits.requires_grad_(True)
    loss = hierarchical_loss(logits, torch.tensor([5]), torch.tensor([[0, 0, 0, 1, 1, 1]]))
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(logits.grad).all()
    assert loss.item() > 100


def test_groups_sum_their_members() -> None:
    log_p = torch.randn(5, 8).log_softmax(-1)
    label = torch.tensor([0, 1, 2, 0, 1, 2, 0, 0])
    expected = torch.stack([log_p.exp()[:, label == k].sum(-1).log() for k in range(3)], dim=-1)
    torch.testing.assert_close(grouped_log_sum_exp(log_p, label), expected)


def test_the_error_of_an_expectation_counts_each_gene_in_its_own_spread() -> None:
    expected, true = torch.zeros(1, 2, 2), torch.tensor([[[1.0, 4.0], [0.0, 0.0]]])
    assert math.isclose(float(scaled_error(expected, true, torch.tensor([1.0, 2.0]))), (1 + 4) / 4)
