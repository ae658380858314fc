"""A scene whose cells are read when they are looked at says the same as one that holds them all."""

import numpy as np
import pytest

from ripple_core.models.scene import Scene, SceneInParts

KNOWN, OWN, GENES, TARGETS = 50, 6, 4, 9


@pytest.fixture
def pair():
    rng = np.random.default_rng(0)
    shared = rng.random((KNOWN - OWN, GENES)).astype(np.float32)
    own = np.repeat(rng.random((1, OWN, GENES)).astype(np.float32), 3, axis=0)
    own[1, 2:] += 1
    own[2, 4:] += 2
    known = np.concatenate([np.repeat(shared[None], 3, axis=0), own], axis=1)
    xy, target_xy, observed = rng.random((KNOWN, 2)), rng.random((TARGETS, 2)), rng.random((TARGETS, GENES))
    asked = []

    def read(rows):
        asked.append(len(rows))
        return shared[rows]

    return SceneInParts(xy, read, own, target_xy, observed), Scene(xy, known, target_xy, observed), asked


def test_they_agree_on_every_question(pair):
    parts, whole, _ = pair
    rows = np.array([3, 49, 0, 44, 43, 20])
    assert (parts.shape, parts.lines) == (whole.shape, whole.lines) == ((3, KNOWN, GENES), 3)
    for some in (rows, rows[:0], np.array([45, 46])):
        np.testing.assert_array_equal(parts.expression(some), whole.expression(some))
        np.testing.assert_array_equal(parts.control(some), whole.control(some))
    np.testing.assert_array_equal(parts.differing(), whole.differing())
    np.testing.assert_array_equal(parts.known_expression, whole.known_expression)


def test_a_part_has_some_lines_and_targets(pair):
    parts, whole, _ = pair
    for some in (slice(0, 2), np.array([0, 2])):
        one, other = (scene.part(some, slice(0, 4)) for scene in (parts, whole))
        np.testing.assert_array_equal(one.known_expression, other.known_expression)
        np.testing.assert_array_equal(one.target_observed, other.target_observed)
        np.testing.assert_array_equal(one.target_xy_um, other.target_xy_um)


def test_only_what_is_looked_at_is_read(pair):
    parts, _, asked = pair
    parts.expression(np.array([1, 2, 47]))
    parts.differing()
    assert asked == [2]
