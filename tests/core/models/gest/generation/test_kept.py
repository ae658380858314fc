"""Cells that keep their identity hear edits from beyond their window, and answers travel on from cell to cell."""

import numpy as np
import pytest
import torch

from ripple_core.models.contract import GenerationSettings, Scene
from ripple_core.models.gest.generation.kept import Kept, Listening
from ripple_core.models.scene import SceneInParts


@pytest.fixture
def scene(gest_plus, section) -> Scene:
    """The cells in order of their x; the last third is asked for, the first ten are edited in line 1."""
    expression, _ = gest_plus.space.encode(section)
    order = np.argsort(section.xy_um[:, 0])
    known, asked = np.split(order, [2 * len(order) // 3])
    edited = expression[known].copy()
    edited[:10] += 1.0
    return Scene(section.xy_um[known], np.stack([expression[known], edited]), section.xy_um[asked], expression[asked])


def listening(gest_plus, scene: Scene) -> Listening:
    kept = Kept.of(gest_plus.network, gest_plus.vocabulary, scene)
    assert kept is not None
    assert kept.listening is not None
    kept.begin(np.arange(len(scene.target_xy_um))[None])
    return kept.listening


def all_changes(heard: Listening) -> np.ndarray:
    """How what reaches each target differs between lines (targets, lines, channels)."""
    return heard.change + heard.heard(range(len(heard.xy)))


def test_nothing_is_kept_where_nothing_is_observed(gest_plus, scene) -> None:
    free = Scene(scene.known_xy_um, scene.known_expression, scene.target_xy_um)
    assert Kept.of(gest_plus.network, gest_plus.vocabulary, free) is None


def test_the_control_hears_no_difference_and_answers_nothing(gest_plus, scene) -> None:
    heard = listening(gest_plus, scene)
    assert not all_changes(heard)[:, 0].any()
    with torch.inference_mode():
        answered = heard.answer(np.arange(len(scene.target_xy_um)))
    assert answered[:, 0].abs().max() < 1e-5 < answered[:, 1].abs().max()


def test_an_edit_is_heard_by_distance(gest_plus, scene) -> None:
    heard = np.linalg.norm(all_changes(listening(gest_plus, scene))[:, 1], axis=-1)
    distance = np.linalg.norm(scene.target_xy_um[:, None] - scene.known_xy_um[None, :10], axis=-1).min(axis=1)
    reach = 4 * gest_plus.network.answers.lengths_um.max().item()
    assert heard[distance < reach].any()
    assert not heard[distance > reach + 1e-6].any()
    assert np.corrcoef(heard, distance)[0, 1] < 0


def test_what_a_generated_cell_differs_by_is_heard_as_if_it_had_been_known(gest_plus, scene) -> None:
    """Telling of one target equals knowing it with its new expression from the start."""
    change = np.zeros((2, scene.known_expression.shape[2]), np.float32)
    change[1] = 0.7
    told = listening(gest_plus, scene)
    before = all_changes(told)[0]
    told.tell([0], torch.as_tensor(scene.target_observed[0] + change)[None])
    lines = np.stack([scene.target_observed[0]] * 2)[:, None] + change[:, None]
    known = Scene(
        np.concatenate([scene.known_xy_um, scene.target_xy_um[:1]]),
        np.concatenate([scene.known_expression, lines], axis=1),
        scene.target_xy_um[1:],
        scene.target_observed[1:],
    )
    np.testing.assert_allclose(all_changes(told)[1:], all_changes(listening(gest_plus, known)), atol=1e-5)
    np.testing.assert_array_equal(all_changes(told)[0], before)


def test_only_along_the_directions_of_answers(gest_plus, scene) -> None:
    kept = Kept.of(gest_plus.network, gest_plus.vocabulary, scene)
    with torch.inference_mode():
        kept.begin(np.arange(5)[None])
        lines = kept.expected(np.array([3]), torch.rand(1, 2, scene.known_expression.shape[2]))[0]
    difference = (lines[1] - lines[0]) / gest_plus.network.scale
    directions = gest_plus.network.answers.directions
    torch.testing.assert_close(difference, difference @ directions @ directions.T, atol=1e-4, rtol=1e-3)


def test_cells_out_of_reach_are_not_even_read(gest_plus, scene) -> None:
    """Known cells are read when a window or a listener looks at them, and what is generated is what it would be."""
    observed, lines = scene.known_expression[0, 10:], scene.known_expression[:, :10]
    away = np.concatenate([observed] * 4)
    places = [scene.known_xy_um[10:] + np.array([5000.0 * copy, 0.0]) for copy in range(4)]
    xy = np.concatenate([*places, scene.known_xy_um[:10]])
    read: list[int] = []

    def shared(rows: np.ndarray) -> np.ndarray:
        read.extend(rows)
        return away[rows]

    parts = SceneInParts(xy, shared, lines, scene.target_xy_um, scene.target_observed)
    whole = Scene(xy, parts.known_expression, scene.target_xy_um, scene.target_observed)
    read.clear()
    settings = GenerationSettings()
    mine, theirs = (list(gest_plus.generate(one, settings)) for one in (parts, whole))
    assert read
    assert max(read) < len(observed)
    for one, other in zip(mine, theirs, strict=True):
        np.testing.assert_array_equal(one.targets, other.targets)
        np.testing.assert_allclose(one.expression, other.expression, atol=1e-5)
