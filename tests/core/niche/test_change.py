"""Niches before and after: a patch that is made to look like another one joins its niche, the rest stays."""

from __future__ import annotations

import json

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from ripple_core.errors import DataError
from ripple_core.niche import change

PATCH = 40


@pytest.fixture
def result() -> ad.AnnData:
    """Three patches far apart that express A, B, C; with the edit the first one expresses B. Five cells are the region's."""
    rng = np.random.default_rng(0)
    patch = np.repeat([0, 1, 2], PATCH)
    control = np.eye(3)[patch] * 3 + rng.normal(0, 0.1, (len(patch), 3))
    perturbed = control.copy()
    perturbed[patch == 0] = perturbed[patch == 1]
    role = np.where(np.arange(len(patch)) % PATCH == 0, "roi", "regenerated")
    obs = pd.DataFrame({"ripple_role": role, "niche": np.array(["x", "y", "z"])[patch]})
    adata = ad.AnnData(np.zeros(control.shape), obs=obs.set_axis([f"c{i}" for i in range(len(patch))]))
    adata.var["ripple_in_model"], adata.var["ripple_edited"] = True, False
    adata.obsm["spatial"] = rng.uniform(0, 50, (len(patch), 2)) + patch[:, None] * 1000
    adata.layers.update(control=control, perturbed=perturbed, response=perturbed - control)
    adata.uns["ripple"] = json.dumps({"simulated": True})
    return adata


def test_a_column_of_niches_is_followed(result) -> None:
    facts = change.add_niche_change(result, "niche")
    table = change.shares(result).set_index("niche")
    assert table["cells_before"].to_dict() == {"x": PATCH - 1, "y": PATCH - 1, "z": PATCH - 1}
    assert table["cells_after"].to_dict() == {"x": 0, "y": 2 * (PATCH - 1), "z": PATCH - 1}
    assert table["change"].sum() == pytest.approx(0.0)
    assert facts["moved"] == pytest.approx(1 / 3)
    assert facts["given_back"] == 1.0
    assert json.loads(result.uns["ripple"])["niche_change"] == facts
    assert json.loads(result.uns["ripple"])["simulated"] is True


def test_cells_without_a_niche_teach_none_and_get_one(result) -> None:
    result.obs["niche"] = result.obs["niche"].astype("category")
    result.obs.iloc[1:10, result.obs.columns.get_loc("niche")] = np.nan
    facts = change.add_niche_change(result, "niche")
    assert change.shares(result)["niche"].tolist() == ["x", "y", "z"]
    assert facts["given_back"] == 1.0
    result.obs["niche"] = pd.Categorical([None] * len(result), categories=["x", "y"])
    with pytest.raises(DataError, match="two different niches in 'niche', found none"):
        change.add_niche_change(result, "niche")


def test_without_a_column_niches_are_found(result) -> None:
    facts = change.add_niche_change(result, clusters=3)
    assert facts["niches"] == 3
    assert facts["moved"] == pytest.approx(1 / 3)
    moved = change.moves(result)
    assert moved["cells"].tolist() == [PATCH - 1]
    assert moved["from"][0] != moved["to"][0]


def test_the_number_of_niches_may_be_chosen_by_the_data(result) -> None:
    assert change.add_niche_change(result)["niches"] == 3


def test_what_cannot_be_compared_is_refused(result) -> None:
    with pytest.raises(DataError, match="compared"):
        change.shares(result)
    with pytest.raises(DataError, match="two different"):
        change.add_niche_change(result[result.obs["niche"] == "x"].copy(), "niche")
    with pytest.raises(DataError, match="nowhere"):
        change.add_niche_change(result, "nowhere")
    with pytest.raises(DataError, match="two cells for each"):
        change.add_niche_change(result, clusters=100)


def test_it_is_told_step_by_step_and_adds_nothing_before_its_end(result) -> None:
    steps = change.niche_change_iter(result)
    told = []
    for step in steps:
        told.append(step)
        assert change.BEFORE not in result.obs
    assert change.BEFORE in result.obs
    assert [step.done for step in told] == sorted(step.done for step in told)
    assert 0 < told[-1].done < told[-1].total
    assert len({step.message for step in told}) > 5
