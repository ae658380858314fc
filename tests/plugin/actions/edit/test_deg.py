"""Genes picked from DEG tables: by cut-offs, by hand, undone, replayed, and made an edit."""

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from plugin.experiment import SQUARE

from napari_ripple import RippleSession, actions
from napari_ripple.actions.tissue.section import first_look
from napari_ripple.scripted.text import script_of
from napari_ripple.session import Session
from ripple_core.errors import DataError
from ripple_core.genesets.compare import compare
from ripple_core.io import early


@pytest.fixture
def picking(session, tmp_path):
    path = tmp_path / "deg.csv"
    path.write_text("gene,log2FC,padj\nA,3,0.001\nB,-2,0.01\nC,1,0.2\nD,0.5,0.03\n")
    actions.open_deg(session, path)
    return session


def test_cut_offs_and_ticks_together_choose(picking):
    session = picking
    assert session.picking.genes() == {"A": 3.0, "B": -2.0, "D": 0.5}
    actions.set_cuts(session, direction="up", min_abs_lfc=1.0)
    assert list(session.picking.genes()) == ["A"]
    actions.pick_genes(session, ["C", "B"])
    actions.pick_genes(session, ["A"], picked=False)
    assert session.picking.genes() == {"B": -2.0, "C": 1.0}
    actions.set_cuts(session, direction="both", min_abs_lfc=0.0)
    assert list(session.picking.genes()) == ["B", "C", "D"]  # what was done by hand stays
    actions.use_picked(session)
    assert (session.edits[-1].name, session.edits[-1].kind) == ("deg", "lfc")
    assert session.edits[-1].genes == {"B": -2.0, "C": 1.0, "D": 0.5}


def test_everything_can_be_undone(picking):
    session = picking
    actions.pick_genes(session, ["C"])
    actions.use_picked(session)
    for _ in range(2):
        actions.undo(session)
    assert (session.edits, list(session.picking.genes())) == ((), ["A", "B", "D"])
    actions.undo(session)
    assert session.picking is None
    for _ in range(3):
        actions.redo(session)
    assert len(session.edits[0].genes) == 4


def test_using_again_takes_the_place_of_the_edit_and_keeps_its_dose(picking):
    session = picking
    actions.use_picked(session)
    actions.knock_out(session, [session.section.genes[0]])
    actions.set_strength(session, 0.5, 0)
    actions.set_cuts(session, top=1)
    actions.use_picked(session)
    assert [(edit.name, len(edit.genes), edit.strength) for edit in session.edits] == [
        ("deg", 1, 0.5),
        ("knock-out", 1, 1.0),
    ]


def test_a_loaded_table_can_be_picked_from(session, deg_path):
    actions.load_edit(session, deg_path, top=2)
    assert session.picking.title == session.edits[0].name
    assert session.picking.genes() == pytest.approx(session.edits[0].genes)


def test_a_label_against_the_rest_is_what_the_core_finds(session):
    key = session.section.label_key
    label = str(session.section.obs[key].iloc[0])
    table = actions.compare(session, label)
    rows = np.flatnonzero(session.section.obs[key].astype(str) == label)
    pd.testing.assert_frame_equal(table, compare(session.section, rows, scale=session.cell_scale()))
    assert session.picking.title == f"{label} against the rest"


def test_two_regions(session):
    actions.draw_roi(session, SQUARE, "one")
    actions.draw_roi(session, np.asarray(SQUARE) + 80.0, "two")
    table = actions.compare(session, "one", "two", method="t-test")
    rows = [session.roi_rows(name) for name in ("one", "two")]
    expected = compare(session.section, *rows, scale=session.cell_scale(), method="t-test")
    pd.testing.assert_frame_equal(table, expected)


def test_what_cannot_be_compared_is_said(session):
    for words, match in (
        ({"first": "nobody"}, "a label of"),
        ({"first": "nowhere", "by": "regions"}, "the name of a region"),
        ({"first": "x", "by": "no column"}, "a column of obs"),
    ):
        with pytest.raises(DataError, match=match):
            actions.compare(session, **words)
    with pytest.raises(DataError, match="a DEG table, found none"):
        actions.use_picked(session)


def test_nothing_waits_for_counts_that_are_still_being_read(tissue_path, monkeypatch):
    monkeypatch.setattr(early, "FEW_VALUES", 0)  # so that every file is large
    session = Session()
    actions.show_section(session, first_look(tissue_path))
    assert not session.section.is_complete
    with pytest.raises(DataError, match="still being read"):
        actions.compare(session, str(session.section.obs[session.label_key].iloc[0]))
    assert not session.section.is_complete


def test_rankings_of_the_file_are_offered(tissue_path, tmp_path):
    adata = ad.read_h5ad(tissue_path)
    names = adata.var_names[:3].to_numpy()
    adata.uns["rank_genes_groups"] = {
        "params": {"groupby": "cell_type", "reference": "rest"},
        "names": np.rec.fromarrays([names], dtype=[("T", "O")]),
        "logfoldchanges": np.rec.fromarrays([[1.0, 2.0, -3.0]], dtype=[("T", "f4")]),
    }
    adata.write_h5ad(tmp_path / "ranked.h5ad")
    ripple = RippleSession(show=False)
    ripple.open(tmp_path / "ranked.h5ad")
    ripple.use_ranking("T")
    ripple.use_picked()
    assert ripple.session.edits[0].genes == {str(names[2]): -3.0, str(names[1]): 2.0, str(names[0]): 1.0}
    with pytest.raises(DataError, match="There are: T"):
        ripple.use_ranking("B")


def test_what_was_clicked_is_a_script(picking):
    key = picking.section.label_key
    actions.compare(picking, str(picking.section.obs[key].iloc[0]))
    actions.set_cuts(picking, max_padj=1.0, top=5)
    actions.pick_genes(picking, [picking.section.genes[3]])
    actions.use_picked(picking)
    text = script_of(picking.commands).replace("RippleSession()", "RippleSession(show=False)")
    names = {}
    exec(compile(text, "script", "exec"), names)
    assert names["ripple"].session.edits == picking.edits
