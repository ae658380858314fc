"""The network sees what the paper lets it see, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ripple_core.errors import DataError
from ripple_core.models.contract import GenerationSettings
from ripple_core.models.gest.config import GestConfig, Plus
from ripple_core.models.gest.generation.choose import chooser
from ripple_core.models.gest.generation.decoder import generate_windows_naive
from ripple_core.models.gest.generation.surroundings import Windows
from ripple_core.models.gest.network.transformer import GestNetwork

CELLS, GENES = 12, 9


@pytest.fixture(params=[None, Plus(lengths=(2, 8))], ids=["gest", "gest-plus"])
def network(request) -> GestNetwork:
    torch.manual_seed(0)
    config = GestConfig(layers=2, heads=2, dim=16, dropout=0.0, plus=request.param)
    network = GestNetwork(config, torch.rand(7, GENES), torch.zeros(GENES), torch.ones(GENES)).eval()
    for parameter in network.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    return network


@pytest.fixture
def window() -> tuple[torch.Tensor, torch.Tensor]:
    g = torch.Generator().manual_seed(1)
    return torch.rand(1, CELLS, GENES, generator=g), torch.rand(1, CELLS, 2, generator=g) * 2 - 1


def predicted(network: GestNetwork, expression: torch.Tensor, place: torch.Tensor) -> torch.Tensor:
    """Logits, and the expectation where there is one, side by side."""
    return torch.cat([part for part in network(expression, place) if part is not None], dim=-1)


def changed(network, window, *, cell: int | None = None, place: int | None = None) -> np.ndarray:
    """Which predictions (cells − 1,) move when one cell's expression, or one place, is changed."""
    expression, where = (part.clone() for part in window)
    before = predicted(network, expression, where)
    if cell is not None:
        expression[:, cell] += 1.0
    if place is not None:
        where[:, place] += 0.3
    return (predicted(network, expression, where) - before).abs().amax(dim=(0, 2)).detach().numpy() > 1e-6


def test_a_prediction_sees_earlier_cells_only(network, window) -> None:
    for cell in range(CELLS):
        expected = np.arange(CELLS - 1) >= cell
        np.testing.assert_array_equal(changed(network, window, cell=cell), expected)


def test_a_prediction_knows_its_own_place_but_no_other_query(network, window) -> None:
    np.testing.assert_array_equal(changed(network, window, place=CELLS - 1), np.arange(CELLS - 1) == CELLS - 2)


def test_teacher_forcing_equals_one_cell_at_a_time(network, window) -> None:
    expression, place = window
    teacher_forced = predicted(network, expression, place)[0]
    for i in range(1, CELLS):
        seen = []
        pick = chooser(network, GenerationSettings())

        def record(number, *said):
            seen.append(torch.cat([part for part in said if part is not None], dim=-1))  # noqa: B023
            return pick(number, *said)  # noqa: B023

        asked = Windows(expression[:, None, :i], place[:, :i], place[:, i : i + 1], np.zeros((1, 1), dtype=int))
        list(generate_windows_naive(network, asked, record))
        torch.testing.assert_close(seen[0][0, 0], teacher_forced[i - 1], atol=1e-4, rtol=1e-4)


def test_before_training_the_expectation_is_the_mean_of_the_best_linear_guesses() -> None:
    config = GestConfig(layers=1, heads=2, dim=16, plus=Plus())
    network = GestNetwork(config, torch.rand(7, GENES), torch.zeros(GENES), torch.ones(GENES), spacing=0.1).eval()
    known, where = torch.rand(1, 6, GENES), torch.rand(1, 7, 2)
    weights = network.kriging_from_all(where[:, 6:], where[:, :6])
    view = network.view(network.know(known, where[:, :6]), where[:, 6:], weights)
    expected = network.expect(torch.zeros(1, 1, 16), view.copied())
    torch.testing.assert_close(expected[0, 0], (weights[0, :, 0] @ known[0]).mean(dim=0), atol=0.05, rtol=0.1)


@pytest.mark.parametrize("wrong", [{"dim": 30}, {"dim": 20, "heads": 8}, {"levels": (5, 10)}, {"unknown": 1}])
def test_contradictions_are_refused(wrong: dict) -> None:
    with pytest.raises(DataError, match="Gest config"):
        GestConfig(**wrong)
