"""The shipped checkpoint recovers the made tissue's true response, far ahead of the plain rules."""

from __future__ import annotations

from pathlib import Path

import anndata as ad
import pytest

from ripple_core import edits, load, perturb, read
from ripple_core.benchmark.scores.against_truth import score_response
from ripple_core.roi import Roi

SAMPLE = Path(__file__).resolve().parents[1] / "sample_data"


@pytest.fixture(scope="module")
def scores():
    result = perturb(
        read(SAMPLE / "tissue.h5ad"),
        load(SAMPLE / "checkpoint", device="cpu"),
        Roi.from_geojson(SAMPLE / "roi.geojson"),
        edits.from_deg_table(SAMPLE / "deg.csv"),
    )
    return score_response(result, ad.read_h5ad(SAMPLE / "truth.h5ad"))


def test_recovers_the_true_response(scores, capsys) -> None:
    with capsys.disabled():
        print(f"\n{scores.round(3).to_string()}")
    assert scores.loc["model", "sign accuracy"] >= 0.95
    assert scores.loc["model", "Pearson not edited"] >= 0.9
    assert scores.loc["model", "Pearson all"] >= 0.85


@pytest.mark.parametrize("rule", ["no change", "copy the ROI's change", "nearest 10 known cells"])
def test_is_ahead_of_the_plain_rules(scores, rule: str) -> None:
    assert scores.loc["model", "sign accuracy"] > scores.loc[rule, "sign accuracy"]
    assert not scores.loc[rule, "Pearson all"] > 0.5
