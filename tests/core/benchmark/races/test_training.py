"""The training races at tiny sizes: the dense twin learns the same, and operations are counted as torch counts them."""

from __future__ import annotations

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from ripple_core.benchmark.races import training
from ripple_core.benchmark.races.training import ATTENTION, FLOPS, DenseBlock, dense_mask, operations_of_step
from ripple_core.models.gest.config import GestConfig
from ripple_core.models.gest.network.transformer import GestNetwork

GENES, TOKENS, CELLS = 11, 13, 9


@pytest.fixture
def network() -> GestNetwork:
    torch.manual_seed(0)
    config = GestConfig(layers=2, heads=2, dim=16, dropout=0.0)
    return GestNetwork(config, torch.rand(TOKENS, GENES), torch.zeros(GENES), torch.ones(GENES))


def test_both_ways_have_the_same_losses_at_every_size() -> None:
    for cells in ATTENTION.quick_sizes:
        timed = ATTENTION.run(cells, 0)
        assert timed.agrees == 1.0
        assert min(timed.ours_s, timed.peer_s) > 0


def test_a_twin_that_sees_too_much_would_be_noticed(monkeypatch) -> None:
    monkeypatch.setattr(training, "dense_mask", lambda cells: torch.zeros(2 * cells, 2 * cells))
    assert ATTENTION.run(ATTENTION.quick_sizes[0], 0).agrees < 1.0


def test_the_dense_twin_predicts_the_same(network: GestNetwork) -> None:
    expression, place = torch.rand(2, CELLS, GENES), torch.rand(2, CELLS, 2) * 2 - 1
    structured, _ = network(expression, place)
    for block in network.blocks:
        block.__class__ = DenseBlock
    torch.testing.assert_close(network(expression, place)[0], structured, atol=1e-5, rtol=1e-5)


def test_the_mask_shows_each_query_earlier_cells_and_itself() -> None:
    seen = dense_mask(3) == 0
    assert seen[:3].int().tolist() == [[1, 0, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0]]
    assert seen[3:].int().tolist() == [[1, 0, 0, 1, 0, 0], [1, 1, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1]]


def test_products_are_counted_as_torch_counts_them(network: GestNetwork) -> None:
    with FlopCounterMode(display=False) as counted:
        logits, _ = network(torch.rand(1, CELLS, GENES), torch.rand(1, CELLS, 2))
        logits.sum().backward()
    products = sum(flops for name, flops in counted.get_flop_counts()["Global"].items() if "attention" not in str(name))
    read = CELLS - 1
    attention = 12 * network.config.layers * network.config.dim * (read * (read + 1) + read)
    assert operations_of_step(network.config, CELLS, TOKENS, GENES) - attention == pytest.approx(products, rel=0.01)


def test_a_step_is_measured_against_products() -> None:
    timed = FLOPS.run(FLOPS.quick_sizes[0], 0)
    assert 0 < timed.ratio < 1.5
    assert "GFLOP/s" in timed.note
