"""Logistic regressions on several views: the telling view is listened to, and evidence is what a plain loop says."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.niche.classifier import (
    LOWEST_LOG,
    Lesson,
    evidence,
    learn_iter,
    log_probability,
    macro_f1,
    regression,
)

CLASSES = np.array(["a", "b", "c"], dtype=object)


@pytest.fixture
def taught():
    """Two views of 240 cells, of which only the first tells the label, and the lesson."""
    rng = np.random.default_rng(0)
    label = CLASSES[rng.integers(3, size=240)]
    telling = np.eye(3)[np.searchsorted(CLASSES, label)] * 4 + rng.normal(size=(240, 3))
    return {"telling": telling, "noise": rng.normal(size=(240, 5))}, Lesson(label, np.arange(240) % 4)


def learn(views, lesson):
    steps = learn_iter(views, lesson, seed=0)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_the_view_that_tells_is_listened_to(taught) -> None:
    views, lesson = taught
    learned = learn(views, lesson)
    together = learned.together("telling", "noise")
    assert together.weights["telling"] >= 0.75
    assert sum(together.weights.values()) == 1.0
    assert macro_f1(lesson.label, together.label(views)) > 0.9
    assert learned.together("noise").weights == {"noise": 1.0}


def test_probabilities_add_up_and_the_label_is_the_likeliest(taught) -> None:
    views, lesson = taught
    found = learn(views, lesson).together("telling", "noise")
    probability = found.probability(views)
    np.testing.assert_allclose(probability.sum(axis=1), 1.0)
    np.testing.assert_array_equal(found.label(views), CLASSES[probability.argmax(axis=1)])


def test_learned_again_it_keeps_what_was_chosen_and_takes_up_new_labels(taught) -> None:
    views, lesson = taught
    first = learn(views, lesson).together("telling", "noise")
    label = np.where(views["telling"][:, 0] > 5, "d", lesson.label)
    again = first.relearned(views, label, seed=0)
    assert again.weights == first.weights
    assert list(again.classes) == ["a", "b", "c", "d"]
    assert again.regressions["telling"][-1].C == first.regressions["telling"][-1].C
    assert (again.label(views)[label == "d"] == "d").mean() > 0.8


def test_evidence_counts_every_label_alike() -> None:
    label = np.array(["a", "a", "a", "b"], dtype=object)
    p = np.array([[0.9, 0.1], [0.8, 0.2], [0.5, 0.5], [0.3, 0.7]])
    expected = (np.log([0.9, 0.8, 0.5]).mean() + np.log(0.7)) / 2
    assert evidence(np.log(p) - 3.0, Lesson(label, np.zeros(4))) == pytest.approx(expected)


def test_a_label_that_was_not_met_is_unlikely_not_impossible(taught) -> None:
    views, lesson = taught
    known = lesson.label != "b"
    fitted = regression(views["telling"][known], lesson.label[known], 1.0, seed=0)
    found = log_probability(fitted, views["telling"], CLASSES)
    assert (found[:, 1] == LOWEST_LOG).all()
    assert (found[:, [0, 2]] > LOWEST_LOG).any(axis=1).all()


def test_a_rare_label_is_still_given() -> None:
    rng = np.random.default_rng(0)
    label = np.array(["often"] * 290 + ["rare"] * 10, dtype=object)
    values = rng.normal(size=(300, 2)) + np.where(label == "rare", 2.0, 0.0)[:, None]
    given = regression(values, label, 1.0, seed=0).predict(values)
    assert (given[label == "rare"] == "rare").mean() > 0.6


def test_wide_views_and_many_cells_are_cut_down(taught) -> None:
    label = taught[1].label
    wide = np.random.default_rng(0).normal(size=(240, 400))
    assert "pca" in regression(wide, label, 0.1, 0).named_steps
    scaler = regression(wide[:, :5], label, 0.1, 0, 100).named_steps["standardscaler"]
    assert scaler.n_samples_seen_ == 100


def test_macro_f1_is_over_the_labels_that_occur() -> None:
    assert macro_f1(np.array(["a", "b"]), np.array(["a", "c"])) == 0.5
