"""Scores against an expectation: the right sign counts, no change is wrong, edited genes are told apart."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.benchmark.cases.real_case import RealCase, score
from ripple_core.perturb.editing.edits import Edit
from ripple_core.perturb.run import Perturbation
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.roi import Roi

ROI = Roi.circle((120, 120), 40)


def case(section, run_model, sign: float) -> tuple[RealCase, Perturbation]:
    """A run, and a case that expects what the model said times ``sign``."""
    edit = Edit(kind="add", genes={str(gene): 1.0 for gene in section.genes[:6]})
    run = Perturbation(section, run_model, ROI, edit, PerturbSettings(zone_um=60))
    for _ in run.steps():
        pass
    control, perturbed = run.tally.mean(run.tally.cells())
    said = (perturbed - control).mean(axis=0)
    expected = {str(g).casefold(): float(sign * v) for g, v in zip(run.model.space.genes, said)}
    clear = {gene for gene, value in expected.items() if value != 0}
    return RealCase(section, ROI, edit, 60, expected, clear, section.name), run


@pytest.mark.parametrize(("sign", "accuracy"), [(1.0, 1.0), (-1.0, 0.0)])
def test_what_was_expected_scores_one_and_its_opposite_none(gest, section, sign, accuracy) -> None:
    found = score(*case(section, gest, sign))
    for ending in ("", ", not edited"):
        assert found[f"sign accuracy{ending}"] == accuracy
        assert found[f"balanced sign accuracy{ending}"] == accuracy
        assert found[f"Pearson{ending}"] == pytest.approx(sign)


def test_only_the_counted_cells_are_averaged(gest, section) -> None:
    one, run = case(section, gest, 1.0)
    counted = np.zeros(len(section), dtype=bool)
    counted[run.tally.cells()[:3]] = True
    part = RealCase(one.section, one.roi, one.edit, one.zone_um, one.expected, one.clear, one.group, counted)
    assert score(part, run)["Pearson"] != pytest.approx(1.0)
