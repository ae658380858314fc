"""The true response scores perfectly; baselines score as they must."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ripple_core.benchmark.scores.against_truth import compare, every_score, response_scores, score_response
from ripple_core.errors import DataError
from ripple_core.perturb.editing import edits
from ripple_core.perturb.run import perturb
from ripple_core.roi import Roi

ROI = Roi.circle((120, 120), 40)


@pytest.fixture
def pair(world, gest):
    """A result on a section the model has not seen, and its truth."""
    tissue = world.tissue(9, 400)
    edit = edits.from_frame(world.deg_table().rename(columns={"log2FC": "lfc"}))
    return perturb(world.counts(tissue, 9, "new"), gest, ROI, edit, zone_um=80), world.truth(tissue, ROI, "new")


def test_the_truth_itself_scores_one(pair) -> None:
    result, truth = pair
    result.layers["response"] = truth[result.obs_names, result.var_names].layers["response"].copy()
    model = every_score(result, truth).loc["model"]
    perfect = model.drop(["spill-over", "half length"])
    assert perfect.tolist() == pytest.approx([1] * 6)


def test_no_change_and_copying_get_no_responder_right(pair) -> None:
    scores = score_response(*pair)
    assert scores.loc["no change", "sign accuracy"] == 0
    assert scores.loc["copy the ROI's change", "sign accuracy"] == 0
    assert scores.loc["copy the ROI's change", "spill-over"] > 1


def test_another_sections_truth_is_refused(pair, world) -> None:
    other = world.truth(world.tissue(10, 400), ROI, "other")
    with pytest.raises(DataError, match="same section"):
        score_response(pair[0], other)


def test_half_length_is_a_ratio_to_the_truths(pair) -> None:
    """A response that halves twice as fast, one that never falls, and none at all."""
    shared = compare(*pair)
    away = shared.distance_um[:, None]
    sign = np.where(np.arange(len(shared.genes)) % 2 == 0, 1.0, -1.0)
    true = 2.0 ** (-np.maximum(away, 10) / 20) * sign
    truth = replace(shared, true=true)
    found = [
        response_scores(truth.with_predicted(values))["half length"]
        for values in (true, np.ones_like(true) * sign, np.zeros_like(true))
    ]
    assert found[0] == pytest.approx(1.0)
    assert found[1] > 1.5
    assert found[2] == 0.0
