"""The network sees what the paper lets it see, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ripple_core.errors import DataError
from ripple_core.models.contract import GenerationSettings
from ripple_core.models.gest.config import GestConfig
from ripple_core.models.gest.generate import chooser, generate_window_naive
from ripple_core.models.gest.network import GestNetwork

CELLS, GENES = 12, 9


@pytest.fixture
def network() -> GestNetwork:
    torch.manual_seed(0)
    config = GestConfig(layers=2, heads=2, dim=16, dropout=0.0)
    network = GestNetwork(config, torch.rand(7, GENES), torch.zeros(GENES), torch.ones(GENES)).eval()
    for parameter in network.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    return network


@pytest.fixture
def window() -> tuple[torch.Tensor, torch.Tensor]:
    g = torch.Generator().manual_seed(1)
    return torch.rand(1, CELLS, GENES, generator=g), torch.rand(1, CELLS, 2, generator=g) * 2 - 1


def changed(network, window, *, cell: int | None = None, place: int | None = None) -> np.ndarray:
    """Which predictions (cells − 1,) move when one cell's expression, or one place, is changed."""
    expression, where = (part.clone() for part in window)
    before = network(expression, where)
    if cell is not None:
        expression[:, cell] += 1.0
    if place is not None:
        where[:, place] += 0.3
    return (network(expression, where) - before).abs().amax(dim=(0, 2)).detach().numpy() > 1e-6


def test_a_prediction_sees_earlier_cells_only(network, window) -> None:
    for cell in range(CELLS):
        expected = np.arange(CELLS - 1) >= cell
        np.testing.assert_array_equal(changed(network, window, cell=cell), expected)


def test_a_prediction_knows_its_own_place_but_no_other_query(network, window) -> None:
    np.testing.assert_array_equal(changed(network, window, place=CELLS - 1), np.arange(CELLS - 1) == CELLS - 2)


def test_teacher_forcing_equals_one_cell_at_a_time(network, window) -> None:
    expression, place = window
    logits = network(expression, place)[0]
    for i in range(1, CELLS):
        seen = []
        pick = chooser(network, GenerationSettings())
        record = lambda z: (seen.append(z), pick(z))[1]  # noqa: E731, B023
        list(
            generate_window_naive(
                network, expression[:, :i], place[0, :i], place[0, i : i + 1], torch.zeros(1, 7), record
            )
        )
        torch.testing.assert_close(seen[0][0], logits[i - 1], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("wrong", [{"dim": 30}, {"dim": 20, "heads": 8}, {"levels": (5, 10)}, {"unknown": 1}])
def test_contradictions_are_refused(wrong: dict) -> None:
    with pytest.raises(DataError, match="GestConfig"):
        GestConfig(**wrong)
