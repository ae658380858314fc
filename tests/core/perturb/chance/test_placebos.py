"""Which null control is run: other genes, other places where whole cells are edited, none where neither fits; results say so."""

from __future__ import annotations

import json

import numpy as np
import pytest

import ripple_core as rc
from ripple_core.perturb.chance.placebos import NoPlacebos, check, foreseen, to_try
from ripple_core.perturb.editing import edits
from ripple_core.perturb.editing.cells import Cells
from ripple_core.perturb.many.variants import Variant, Variants
from ripple_core.perturb.reading import effects, methods
from ripple_core.perturb.run import Perturbation
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.roi import Roi

ROI, AWAY = Roi.circle((120, 120), 25), Roi.circle((40, 200), 25)
GENES, GONE, MOVED = edits.knockout(["x"]), edits.remove(), edits.move(into=AWAY)
FEW_GENES = {"zone_um": 30, "null": 3}


@pytest.fixture(scope="module")
def knn(knn_checkpoint):
    return rc.load(knn_checkpoint)


@pytest.fixture
def tissue(small_tissues):
    return small_tissues[0]


@pytest.mark.parametrize(
    ("chosen", "kind", "expected"),
    [
        ([GENES], "auto", "genes"),
        ([GENES, GONE], "auto", "regions"),
        ([MOVED], "auto", None),
        ([GENES], "regions", "regions"),
        ([GONE], "genes", None),
        ([edits.remove(where=Cells(region=AWAY.as_feature()))], "auto", None),
    ],
)
def test_the_kind_follows_the_edits(chosen, kind, expected) -> None:
    assert foreseen(chosen, PerturbSettings(null=20, null_kind=kind)) == expected


def test_without_placebos_no_kind_is_tried() -> None:
    assert to_try(PerturbSettings()) == ()
    assert foreseen([GENES], PerturbSettings()) is None


def test_what_was_asked_for_and_cannot_be_is_refused(knn, tissue) -> None:
    with pytest.raises(NoPlacebos, match="null_kind to regions"):
        check([GONE], "genes")
    with pytest.raises(NoPlacebos, match="null_kind to regions"):
        Perturbation(tissue, knn, ROI, GONE, PerturbSettings(null_kind="genes", **FEW_GENES))


def test_whole_cells_are_held_against_other_places_as_if_these_were_asked_for(knn, tissue) -> None:
    by_itself = rc.perturb(tissue, knn, ROI, GONE, **FEW_GENES)
    asked = rc.perturb(tissue, knn, ROI, GONE, null_kind="regions", **FEW_GENES)
    record = json.loads(by_itself.uns["ripple"])
    assert record["recipe"]["settings"]["null_kind"] == "regions"
    assert any("random places for the same edit" in sentence for sentence in effects.sentences(record))
    np.testing.assert_array_equal(by_itself.var["ripple_p"], asked.var["ripple_p"])


def test_where_nothing_fits_the_result_says_why(knn, tissue) -> None:
    result = rc.perturb(tissue, knn, ROI, MOVED, **FEW_GENES)
    record = json.loads(result.uns["ripple"])
    why = (
        "other genes: an edit of whole cells; other places: cells that are put at places or into a region of their own"
    )
    assert "ripple_p" not in result.var
    assert (record["without_null"], record["recipe"]["settings"]["null"]) == (why, 0)
    assert any(why in sentence for sentence in effects.sentences(record))
    assert why in methods.text(record)


def test_too_many_genes_and_a_region_as_large_as_the_section_leave_no_placebo(knn, tissue) -> None:
    genes = list(tissue.var_names)
    many = edits.overexpress(genes[: len(genes) * 2 // 3])
    elsewhere = rc.perturb(tissue, knn, ROI, many, **FEW_GENES)
    assert json.loads(elsewhere.uns["ripple"])["recipe"]["settings"]["null_kind"] == "regions"
    nowhere = Perturbation(tissue, knn, Roi.circle((120, 120), 110), many, PerturbSettings(**FEW_GENES))
    assert nowhere.placebos is None
    assert "edited ones; other places: no room" in nowhere.without_null


def test_many_doses_of_whole_cells_have_no_placebos_of_nothing(knn, tissue) -> None:
    """An edit without genes, tried on other genes, is no edit at all: it would say that everything is beyond chance."""
    wanted = [Variant("all", (GONE,))]
    run = Variants(tissue, knn, ROI, wanted, PerturbSettings(**FEW_GENES))
    list(run.steps())
    assert not len(run.outcomes[0].placebo_effects)
    with pytest.raises(NoPlacebos):
        Variants(tissue, knn, ROI, wanted, PerturbSettings(null_kind="genes", **FEW_GENES))
