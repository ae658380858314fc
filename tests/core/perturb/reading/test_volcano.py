"""The volcano takes the best evidence that a result has, and says which."""

from __future__ import annotations

import json

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from ripple_core.perturb.reading.volcano import volcano


@pytest.fixture
def result() -> ad.AnnData:
    """Four regenerated cells and three genes: A rises in all, B falls in three of four, C was edited."""
    response = np.array([[2.0, -4.0, 1.0], [2.0, -4.0, 1.0], [1.0, -4.0, 1.0], [3.0, 1.0, 1.0]])
    obs = pd.DataFrame({"ripple_role": ["regenerated"] * 4}, index=list("abcd"))
    var = pd.DataFrame({"ripple_in_model": True, "ripple_edited": [False, False, True]}, index=list("ABC"))
    adata = ad.AnnData(np.zeros((4, 3)), obs=obs, var=var)
    adata.layers.update(response=response, control=np.ones((4, 3)))
    return adata


def points(result: ad.AnnData) -> dict[str, float]:
    found = volcano(result).table
    return dict(zip(found["gene"], found["evidence"], strict=True))


def test_one_run_has_only_the_share_of_cells(result) -> None:
    assert points(result) == {"A": 1.0, "B": 0.75, "C": 1.0}
    assert "share" in volcano(result).evidence
    assert volcano(result).line is None


def test_repeats_give_the_response_in_spreads(result) -> None:
    result.var["ripple_response_sd"] = [0.5, 0.25, 0.0]
    found = points(result)
    assert (found["A"], found["B"]) == pytest.approx((2.0 / 0.5, 2.75 / 0.25))
    assert np.isnan(found["C"])
    assert "spread" in volcano(result).evidence


def test_placebos_give_p_and_the_line_of_q(result) -> None:
    result.var["ripple_p"], result.var["ripple_q"] = [0.001, 0.2, np.nan], [0.002, 0.2, np.nan]
    result.uns["ripple"] = json.dumps({"null": {"placebos": 20}})
    assert points(result)["A"] == pytest.approx(3.0)
    assert points(result)["B"] == pytest.approx(-np.log10(0.2))
    assert volcano(result).line == pytest.approx(3.0)
    assert volcano(result).evidence == "−log10 p (20 placebos)"
