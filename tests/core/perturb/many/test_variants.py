"""Many edits as one batch against one run each: the same means, effects, changed cells and placebos, whatever the batches."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.errors import DataError
from ripple_core.perturb.editing import edits
from ripple_core.perturb.many import variants
from ripple_core.perturb.many.variants import CHANGED, Variant, Variants
from ripple_core.perturb.reading.response import regenerated
from ripple_core.perturb.run import Perturbation
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.roi import Roi

ROI = Roi.circle((300, 300), 40)
SETTINGS = {"zone_um": 25.0, "orders": 2, "null": 3}


@pytest.fixture(scope="module")
def wanted(tissue) -> list[Variant]:
    genes = list(tissue.genes)
    return [
        Variant("off", (edits.knockout(genes[:12]),)),
        Variant("on", (edits.overexpress(genes[:9]),)),
        Variant("both", (edits.knockout(genes[4:9]), edits.overexpress(genes[9:14], strength=0.5))),
    ]


def finished(run: Variants) -> Variants:
    for _ in run.steps():
        pass
    return run


@pytest.fixture(scope="module")
def together(shipped, tissue, wanted) -> Variants:
    return finished(Variants(tissue, shipped, ROI, wanted, PerturbSettings(**SETTINGS)))


@pytest.mark.parametrize("number", range(3))
def test_a_line_of_the_batch_is_what_a_run_of_its_own_gives(together, shipped, tissue, wanted, number) -> None:
    one = Perturbation(tissue, shipped, ROI, list(wanted[number].edits), PerturbSettings(**SETTINGS))
    for _ in one.steps():
        pass
    result, outcome = one.result(), together.outcomes[number]
    response = regenerated(result).layers["response"]
    free = ~result.var["ripple_edited"].to_numpy()
    assert outcome.variant is wanted[number]
    assert outcome.effect > 2e-4, "nothing to compare"
    np.testing.assert_array_equal(outcome.edited, ~free)
    np.testing.assert_allclose(outcome.response, response.mean(axis=0), atol=2e-5)
    np.testing.assert_allclose(outcome.spread, response.std(axis=0), atol=2e-5)
    assert outcome.effect == pytest.approx(np.abs(response[:, free]).mean(), abs=2e-5)
    assert abs(outcome.changed - (np.abs(response[:, free]).max(axis=1) >= CHANGED).sum()) <= 1
    np.testing.assert_allclose(outcome.placebo_spread, result.var["ripple_placebo_sd"], atol=2e-5)
    inside = result.layers["response"][: len(one.roi_cells)]
    assert outcome.given == pytest.approx(np.abs(inside[:, ~free]).mean(), rel=1e-4)
    assert outcome.token_flips == one.report["token_flips"]
    assert outcome.out_of_range == one.report["out_of_range"]


def test_small_batches_give_the_same(together, shipped, tissue, wanted, monkeypatch) -> None:
    monkeypatch.setattr(variants, "MOST_LINES", 5)
    run = finished(Variants(tissue, shipped, ROI, wanted, PerturbSettings(**SETTINGS)))
    assert len(run._batches()) == 3
    for a, b in zip(run.outcomes, together.outcomes):
        np.testing.assert_allclose(a.response, b.response, atol=2e-5)
        np.testing.assert_allclose(a.placebo_effects, b.placebo_effects, atol=2e-5)


def test_stopping_keeps_finished_batches_and_progress_only_grows(shipped, tissue, wanted, monkeypatch) -> None:
    monkeypatch.setattr(variants, "MOST_LINES", 3)
    run = Variants(tissue, shipped, ROI, wanted, PerturbSettings(zone_um=25))
    seen = []
    for step in run.steps():
        seen.append(step.done)
        if len(run.outcomes) == 2:
            break
    assert [outcome.variant.name for outcome in run.outcomes] == ["off", "on"]
    assert seen == sorted(seen)
    assert seen[-1] <= step.total == 3 * run.cells


def test_what_cannot_be_run_is_refused(shipped, tissue, wanted) -> None:
    with pytest.raises(DataError, match="at least one edit"):
        Variants(tissue, shipped, ROI, [])
    with pytest.raises(DataError, match="placebos of other genes"):
        Variants(tissue, shipped, ROI, wanted, PerturbSettings(null=3, null_kind="regions"))
