"""Hidden discs hide what they say, come from held-out cells, and the better rule is chosen by them."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.expression import ExpressionSpace
from ripple_core.models.baselines.knn import Knn, KnnConfig
from ripple_core.models.baselines.lesson import Cells, Lesson, choose
from ripple_core.training.config import TrainSettings


@pytest.fixture
def lesson(sections) -> Lesson:
    space = ExpressionSpace.fit(sections[0].counts, sections[0].genes)
    cells = [Cells(s.xy_um, space.encode(s)[0]) for s in sections]
    return Lesson(space, cells[:1], cells[1:], TrainSettings())


def test_a_disc_and_its_surroundings_share_no_cell(lesson) -> None:
    inside, around = lesson.training[0].disc(np.array([100.0, 100.0]), 30)
    assert len(inside) == 30
    assert not set(inside) & set(around)
    distance = np.linalg.norm(lesson.training[0].xy_um - (100.0, 100.0), axis=1)
    assert distance[inside].max() <= distance[around].min()


def test_hidden_cells_are_held_out_ones(lesson) -> None:
    places = {tuple(xy) for xy in lesson.held_out[0].xy_um}
    for scene, expression in lesson.hidden():
        assert {tuple(xy) for xy in scene.target_xy_um} <= places
        assert len(expression) == len(scene.target_xy_um)


def test_the_rule_that_predicts_better_is_chosen(lesson) -> None:
    """Expression that is a slope of the place: fewer neighbours are nearer to it."""
    slope = [Cells(c.xy_um, np.repeat(c.xy_um[:, :1], 60, axis=1).astype(np.float32)) for c in lesson.held_out]
    sloped = Lesson(lesson.space, lesson.training, slope, lesson.settings)
    models = {k: Knn(KnnConfig(neighbors=k), lesson.space) for k in (3, 300)}
    assert choose(models, sloped) == 3
