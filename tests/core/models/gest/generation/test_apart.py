"""Lines that lack or gain cells, against sections that never had or always had them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from ripple_core.models.contract import GenerationSettings, Scene
from ripple_core.models.gest.generation.apart import ListeningApart, beside
from ripple_core.models.gest.generation.kept import Kept
from ripple_core.models.gest.generation.surroundings import Surroundings

FILLER = 1e6
"""What stands in the place of cells that a line lacks; whoever read it would show it."""


@pytest.fixture
def scene(gest_plus, section) -> Scene:
    """The cells in order of their x; of the left two thirds line 1 lacks the last thirty, and has ten that line 0 lacks."""
    expression, _ = gest_plus.space.encode(section)
    known, asked = np.split(np.argsort(section.xy_um[:, 0]), [2 * len(section) // 3])
    lines = np.stack([expression[known]] * 2)
    present = np.ones((2, len(known)), dtype=bool)
    present[1, -30:], present[0, -40:-30] = False, False
    lines[~present] = FILLER
    return Scene(section.xy_um[known], lines, section.xy_um[asked], expression[asked], present)


def generated(model, scene: Scene, **settings) -> np.ndarray:
    """Expression (lines, targets, genes)."""
    found = np.full((scene.lines, len(scene.target_xy_um), len(model.space.genes)), np.nan)
    for step in model.generate(scene, GenerationSettings(**settings)):
        assert np.isnan(found[0, step.targets]).all(), "each cell comes once"
        found[:, step.targets] = step.expression
    return found


def alone(scene: Scene, line: int) -> Scene:
    """The scene of one line, in which its cells are all there are."""
    has = scene.present[line]
    return Scene(scene.known_xy_um[has], scene.known_expression[line : line + 1, has], scene.target_xy_um)


@pytest.mark.parametrize("mode", ["weighted", "picking", "sampling"])
def test_each_line_is_a_section_of_its_own_cells(gest_plus, scene, monkeypatch, mode) -> None:
    monkeypatch.setattr(Surroundings, "group_radius", lambda around: 40.0)
    free = replace(scene, target_observed=None)
    both = generated(gest_plus, free, mode=mode)
    for line in range(2):
        np.testing.assert_allclose(both[line], generated(gest_plus, alone(scene, line), mode=mode)[0], atol=1e-5)
    assert mode != "weighted" or np.abs(both[1] - both[0]).max() > 1e-3


@pytest.mark.parametrize("identity", ["kept", "free"])
def test_lines_apart_that_have_all_cells_are_the_lines_together(gest_plus, scene, identity) -> None:
    """Two lines of equal cells, told to run apart by a cell far away that only one of them has."""
    whole = replace(scene, known_expression=scene.known_expression[[0, 0]].copy(), present=None)
    whole.known_expression[:, ~scene.present[0]] = 0.5
    whole.known_expression[1, -50:] += 1.0
    whole = whole if identity == "kept" else replace(whole, target_observed=None)
    far = np.array([[1e6, 1e6]])
    more = np.concatenate([whole.known_expression, np.zeros((2, 1, whole.known_expression.shape[2]), np.float32)], 1)
    has = np.ones(more.shape[:2], dtype=bool)
    has[1, -1] = False
    apart = replace(whole, known_xy_um=np.concatenate([whole.known_xy_um, far]), known_expression=more, present=has)
    together = generated(gest_plus, whole)
    np.testing.assert_allclose(generated(gest_plus, apart), together, atol=2e-4)
    assert np.abs(together[1] - together[0]).max() > 1e-3


def listeners(gest_plus, scene: Scene) -> tuple[Kept, ListeningApart]:
    """The control's and the other line's listening, begun for all targets."""
    (_, control), (_, other) = scene.by_presence()
    kept = Kept.of(gest_plus.network, gest_plus.vocabulary, control)
    kept.control = {}
    apart = beside(kept, other)
    for one in (kept, apart):
        one.begin(np.arange(len(scene.target_xy_um))[None])
    return kept, apart.listening


def test_what_is_heard_is_what_a_section_of_these_cells_tells(gest_plus, scene) -> None:
    _, apart = listeners(gest_plus, scene)
    never = Kept.of(
        gest_plus.network, gest_plus.vocabulary, replace(alone(scene, 1), target_observed=scene.target_observed)
    )
    never.begin(np.arange(len(scene.target_xy_um))[None])
    heard = apart.before.numpy() + apart.change[:, 0]
    np.testing.assert_allclose(heard, never.listening.before.numpy(), atol=1e-4)
    assert np.abs(apart.change).max() > 1e-3


def test_answers_travel_on_among_other_cells(gest_plus, scene) -> None:
    """What a generated cell differs by from the control is heard as if it had been observed so."""
    kept, apart = listeners(gest_plus, scene)
    observed = torch.as_tensor(scene.target_observed[0])
    kept.control[0] = observed
    apart.tell([0], (observed + 0.7)[None, None])
    changed = scene.target_observed.copy()
    changed[0] += 0.7
    never = Kept.of(gest_plus.network, gest_plus.vocabulary, replace(alone(scene, 1), target_observed=changed))
    never.begin(np.arange(len(changed))[None])
    heard = apart.before.numpy() + apart.change[:, 0] + apart.heard(range(len(changed)))[:, 0]
    np.testing.assert_allclose(heard[1:], never.listening.before.numpy()[1:], atol=1e-4)


def test_the_control_is_the_same_whatever_other_lines_have(gest_plus, scene) -> None:
    (_, control), _ = scene.by_presence()
    np.testing.assert_array_equal(generated(gest_plus, scene)[0], generated(gest_plus, control)[0])
