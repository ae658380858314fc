"""Best linear guesses: those of a Gaussian process, causal in order, and blind to cells that stand at their own guess."""

import numpy as np
import pytest
import torch
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern

from ripple_core.models.gest.network.kriging import from_all, in_order

LENGTHS, NOISE = torch.tensor([0.2, 0.9]), torch.tensor([1.0, 4.0])
CELLS = 12


@pytest.fixture
def place() -> torch.Tensor:
    return torch.as_tensor(np.random.default_rng(0).random((1, CELLS, 2)), dtype=torch.float32)


@pytest.fixture
def values() -> torch.Tensor:
    return torch.as_tensor(np.random.default_rng(1).normal(size=(CELLS, 3)), dtype=torch.float32)


@pytest.mark.parametrize("kind", [0, 1])
def test_guesses_are_those_of_a_gaussian_process(place, values, kind) -> None:
    process = GaussianProcessRegressor(
        Matern(float(LENGTHS[kind]), "fixed", nu=0.5), alpha=float(NOISE[kind]), optimizer=None
    )
    process.fit(place[0, :-1].numpy(), values[:-1].numpy())
    expected = process.predict(place[0, -1:].numpy())[0]
    last = in_order(place, LENGTHS, NOISE)[0, kind, -1, :-1] @ values[:-1]
    np.testing.assert_allclose(last.numpy(), expected, atol=1e-5)
    anywhere = from_all(place[:, -1:], place[:, :-1], LENGTHS, NOISE)[0, kind, 0] @ values[:-1]
    np.testing.assert_allclose(anywhere.numpy(), expected, atol=1e-5)


def test_only_earlier_cells_count(place) -> None:
    weights = in_order(place, LENGTHS, NOISE)
    assert torch.equal(weights, weights.tril(-1))
    torch.testing.assert_close(in_order(place[:, :7], LENGTHS, NOISE), weights[:, :, :7, :7])


def test_a_cell_at_its_own_guess_changes_no_later_guess(place, values) -> None:
    weights = in_order(place, LENGTHS, NOISE)[0, 1]
    values[8] = weights[8, :8] @ values[:8]
    without = from_all(place[:, 9:10], place[:, :8], LENGTHS, NOISE)[0, 1, 0] @ values[:8]
    torch.testing.assert_close(weights[9, :9] @ values[:9], without)
