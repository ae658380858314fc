"""Neighbourhood means are what they say, and reduced-rank regression finds what was planted, and nothing where nothing was."""

import numpy as np
import pytest

from ripple_core.models.gest.network.signals import ALONE, REACH, find_signals, neighborhood_means

CELLS, GENES = 1500, 12
LENGTHS = np.array([15.0, 40.0])


@pytest.fixture
def xy_um() -> np.ndarray:
    return np.random.default_rng(0).uniform(0, 400, (CELLS, 2))


def deviations(xy_um: np.ndarray, heard: float) -> tuple[np.ndarray, np.ndarray]:
    """Means and deviations where genes 3 and 4 answer gene 0 of the neighbours, up and down, in noise."""
    rng = np.random.default_rng(1)
    values = rng.normal(size=(CELLS, GENES)).astype(np.float32)
    means = neighborhood_means(xy_um, xy_um, values, LENGTHS)
    signal = means[:, 1, 0] / means[:, 1, 0].std()
    values[:, 3] += heard * signal
    values[:, 4] -= heard * signal
    return means, values


def test_means_are_weighted_sums_over_all_others(xy_um) -> None:
    values = np.random.default_rng(2).random((CELLS, 3)).astype(np.float32)
    found = neighborhood_means(xy_um[:5], xy_um, values, LENGTHS)
    distance = np.linalg.norm(xy_um[:5, None] - xy_um[None], axis=-1)
    for i, length in enumerate(LENGTHS):
        weight = np.where((distance > 0) & (distance <= REACH * length), np.exp(-distance / length), 0.0)
        expected = weight @ values / (weight.sum(axis=1, keepdims=True) + ALONE)
        np.testing.assert_allclose(found[:, i], expected, rtol=1e-4)


def test_a_lone_cell_hears_nothing() -> None:
    far = np.array([[0.0, 0.0], [1e5, 0.0]])
    assert not neighborhood_means(far, far, np.ones((2, 3), np.float32), LENGTHS).any()


def test_a_planted_signal_is_found_with_its_source_and_its_answer(xy_um) -> None:
    found = find_signals(*deviations(xy_um, heard=1.0), held=np.arange(CELLS) % 5 == 0)
    answer = np.zeros(GENES)
    answer[[3, 4]] = 1 / np.sqrt(2), -1 / np.sqrt(2)
    assert found.directions.shape[1] == 1
    assert abs(found.directions[:, 0] @ answer) > 0.95
    assert np.linalg.norm(found.sources, axis=(0, 2)).argmax() == 0
    assert found.gain > 0.05


def test_noise_explains_nothing(xy_um) -> None:
    assert find_signals(*deviations(xy_um, heard=0.0), held=np.arange(CELLS) % 5 == 0).gain < 0.01


def test_directions_are_orthonormal(xy_um) -> None:
    directions = find_signals(*deviations(xy_um, heard=0.5), held=np.arange(CELLS) % 5 == 0).directions
    np.testing.assert_allclose(directions.T @ directions, np.eye(directions.shape[1]), atol=1e-9)
