"""A dose series against one run a dose, and its curves against shapes that are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ripple_core.errors import DataError
from ripple_core.perturb.editing import edits
from ripple_core.perturb.many import variants
from ripple_core.perturb.many.doses import DoseRun, DoseSeries, checked, dose_series
from ripple_core.perturb.reading.response import regenerated
from ripple_core.perturb.run import perturb
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.roi import Roi

ROI = Roi.circle((300, 300), 40)


def test_each_dose_is_what_a_run_of_its_own_gives(shipped, tissue) -> None:
    edit = edits.overexpress(list(tissue.genes[:2]), strength=0.8)
    series = dose_series(tissue, shipped, ROI, edit, [1.0, 0.0, 0.5], zone_um=25)
    assert list(series.doses) == [0.0, 0.5, 1.0]
    np.testing.assert_allclose(series.response[0], 0.0, atol=1e-6)
    for at, dose in ((1, 0.5), (2, 1.0)):
        alone = regenerated(perturb(tissue, shipped, ROI, edit.with_strength(0.8 * dose), zone_um=25))
        np.testing.assert_allclose(series.response[at], alone.layers["response"].mean(axis=0), atol=2e-5)
        assert series.cells == alone.n_obs
    assert series.table["effect"].iloc[-1] > 1e-3, "nothing to compare"
    assert series.table["given"].is_monotonic_increasing
    assert set(series.table) >= {"dose", "effect", "changed", "given", "placebo", "token_flips", "out_of_range"}


def made(values: list[float], doses: list[float]) -> DoseSeries:
    """A series of one gene."""
    column = np.array(values)[:, None]
    nan = np.full_like(column, np.nan)
    return DoseSeries(np.array(doses), pd.Index(["G"]), column, nan, nan, pd.DataFrame(), np.array([False]), 10, "made")


@pytest.mark.parametrize(
    ("values", "half", "steady"),
    [
        ([0.0, 1.0, 2.0], 1.0, True),
        ([0.0, -1.8, -2.0], 1.0 / 1.8, True),
        ([0.0, 3.0, 2.0], 1.0 / 3.0, False),
        ([0.0, 0.0, 0.0], np.nan, True),
    ],
)
def test_half_dose_and_steadiness(values, half, steady) -> None:
    row = made(values, [0.0, 1.0, 2.0]).by_gene().iloc[0]
    assert row["response"] == values[-1]
    np.testing.assert_allclose(row["half_dose"], half)
    assert row["steady"] == steady


def test_placebos_are_run_at_every_dose_and_a_stopped_series_keeps_its_doses(shipped, tissue, monkeypatch) -> None:
    monkeypatch.setattr(variants, "MOST_LINES", 5)
    settings = PerturbSettings(zone_um=20, null=3)
    run = DoseRun(tissue, shipped, ROI, edits.knockout([tissue.genes[0]]), [0.5, 1.0], settings)
    assert run.result() is None
    for _ in run.steps():
        if run.run.outcomes:
            break
    series = run.result()
    assert list(series.doses) == [0.5]
    assert series.table["placebo"].notna().all()
    assert len(series.long()) == len(series.genes)


@pytest.mark.parametrize("doses", [[], [-1.0], [11.0], list(np.linspace(0, 1, 60))])
def test_doses_out_of_range_are_refused(doses) -> None:
    with pytest.raises(DataError, match="doses"):
        checked(doses)
