"""The hierarchical loss against a plain loop over probabilities; every real cell counts once, what fills short windows nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from ripple_core.models.gest.config import GestConfig, Plus
from ripple_core.models.gest.learning.objective import (
    Objective,
    hierarchical_loss,
    log_sum_exp_of_group,
    members,
    scaled_error,
)
from ripple_core.models.gest.learning.serialize import order_window
from ripple_core.models.gest.meta_cells.vocabulary import Vocabulary
from ripple_core.models.gest.network.transformer import GestNetwork
from ripple_core.training.config import InputNoise
from ripple_core.training.windows import Batch, Tissue, WindowSampler

GENES = 9


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


def test_a_group_sums_its_members() -> None:
    log_p = torch.randn(5, 8).log_softmax(-1)
    label, group = torch.tensor([0, 1, 2, 0, 1, 2, 0, 0]), torch.tensor([2, 0, 1, 1, 0])
    expected = torch.stack([log_p[i, label == k].exp().sum().log() for i, k in enumerate(group)])
    torch.testing.assert_close(log_sum_exp_of_group(log_p, label, group), expected)


def test_members_fill_up_to_the_largest_group() -> None:
    assert members(torch.tensor([1, 0, 1, 1, 3])).tolist() == [[1, 5, 5], [0, 2, 3], [5, 5, 5], [4, 5, 5]]


def test_the_error_of_an_expectation_counts_each_gene_in_its_own_spread() -> None:
    expected, true = torch.zeros(1, 2, 2), torch.tensor([[[1.0, 4.0], [0.0, 0.0]]])
    assert math.isclose(float(scaled_error(expected, true, torch.tensor([1.0, 2.0]))), (1 + 4) / 4)


@pytest.fixture(params=[None, Plus(lengths=(2, 8))], ids=["gest", "gest-plus"])
def objective(request) -> tuple[Objective, GestNetwork]:
    expression = np.random.default_rng(0).random((400, GENES)).astype(np.float32)
    scale = np.ones(GENES, dtype=np.float32)
    vocabulary = Vocabulary.fit(expression, scale=scale, tokens=20, components=5, levels=(5, 3), seed=0)
    config = GestConfig(layers=2, heads=2, dim=16, dropout=0.0, plus=request.param)
    torch.manual_seed(0)
    network = GestNetwork(config, torch.as_tensor(vocabulary.expression), torch.zeros(GENES), torch.ones(GENES))
    for parameter in network.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    return Objective(network, vocabulary, InputNoise()), network


def windows(objective: Objective, *sizes: int, count: int = 12) -> Batch:
    tissues = []
    for seed, cells in enumerate(sizes):
        rng = np.random.default_rng(seed)
        expression = rng.random((cells, GENES)).astype(np.float32)
        tissues.append(Tissue.of(rng.uniform(0, 400, (cells, 2)), expression, objective.vocabulary.tokens(expression)))
    sampler = WindowSampler(tissues, cells=40, window_um=600, serializer=order_window)
    return sampler.draw(np.random.default_rng(1), count)


def gradients(network: GestNetwork, loss: torch.Tensor) -> torch.Tensor:
    network.zero_grad()
    loss.backward()
    return torch.cat([p.grad.flatten() for p in network.parameters() if p.grad is not None])


def test_filled_up_windows_give_the_loss_and_the_gradients_of_their_cells(objective) -> None:
    loss_of, network = objective
    batch = loss_of.half_quantised(windows(loss_of, 100, 17))
    assert set(batch.length.tolist()) == {17, 40}
    one_by_one = [batch.windows(slice(i, i + 1)) for i in range(len(batch.token))]
    each = sum(loss_of(network, one) * one.asked for one in one_by_one) / batch.asked
    together = loss_of(network, batch)
    torch.testing.assert_close(together, each, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(gradients(network, together), gradients(network, each), atol=1e-5, rtol=1e-4)


def test_what_fills_a_window_changes_nothing(objective) -> None:
    loss_of, network = objective
    batch = loss_of.half_quantised(windows(loss_of, 100, 17))
    before = float(loss_of(network, batch).detach())
    batch.seen[np.arange(40) >= batch.length[:, None]] = 7.0
    assert float(loss_of(network, batch).detach()) == pytest.approx(before, abs=1e-6)


def test_the_noise_of_training_reaches_no_loss_that_is_not_finite(objective) -> None:
    loss_of, network = objective
    batch = loss_of.through_noise(windows(loss_of, 100, 2, count=150), np.random.default_rng(0))
    assert set(batch.length.tolist()) == {2, 40}
    loss = loss_of(network, batch)
    assert torch.isfinite(loss)
    assert torch.isfinite(gradients(network, loss)).all()


def test_the_same_rng_reads_the_same(objective) -> None:
    loss_of, _ = objective
    first, second = (loss_of.through_noise(windows(loss_of, 100), np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first.seen, second.seen)
