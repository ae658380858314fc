"""Hidden cells are generated from the rest, and only from the rest."""

from __future__ import annotations

import json

import numpy as np

from ripple_core.perturb.hide import generate
from ripple_core.roi import Roi
from ripple_core.section import Section

ROI = Roi.circle((120, 120), 30)


def test_result_holds_observed_and_generated(gest, section) -> None:
    result = generate(section, gest, ROI, draws=2)
    assert set(result.layers) == {"observed", "generated", "response_sd"}
    assert result.var["ripple_in_model"].all()
    assert not result.var["ripple_edited"].any()
    assert {"token_flips": None, "out_of_range": None}.items() <= json.loads(result.uns["ripple"]).items()
    assert (result.obs["ripple_role"] == "regenerated").all()
    assert json.loads(result.uns["ripple"])["task"] == "generate"
    assert sorted(result.obs["ripple_order"]) == list(range(result.n_obs))


def test_what_is_hidden_is_not_looked_at(gest, section) -> None:
    inside = ROI.contains(section.xy_um)
    counts = section.counts.tolil()
    counts[np.flatnonzero(inside)] = 1.0
    changed = Section(section.name, counts.tocsr(), section.xy_um, section.genes, section.cells, section.obs)
    first, second = (generate(s, gest, ROI).layers["generated"] for s in (section, changed))
    np.testing.assert_array_equal(first, second)
