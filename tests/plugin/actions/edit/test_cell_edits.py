"""Edits of whole cells and of some cells: in the session, previewed, run, undone and replayed."""

import numpy as np
import pytest
from plugin.experiment import SQUARE, run

from napari_ripple import RippleSession, actions
from napari_ripple.scripted.text import script_of
from napari_ripple.widgets.edit.words import match_line, missing_words
from ripple_core.errors import DataError
from ripple_core.perturb.editing.edits import Edit

OTHER = [[170.0, 170.0], [230.0, 170.0], [230.0, 230.0], [170.0, 230.0]]


@pytest.fixture
def label(session):
    return str(session.section.obs[session.section.label_key].iloc[0])


def test_a_profile_is_seen_before_it_is_run(ready, label):
    session = ready
    actions.clear_edits(session)
    actions.transfer(session, {"label": label})
    preview = actions.preview_edit(session)
    genes = session.model.space.genes
    encoded = session.model.space.encode(session.section)[0]
    profile = encoded[(session.section.obs[session.label_key].astype(str) == label).to_numpy()].mean(axis=0)
    after = preview.table.set_index("gene")["after"].loc[list(genes)]
    assert np.allclose(after, profile, atol=1e-4)
    assert match_line(session, preview).startswith("whole cells change")
    result = run(session)
    inside = result.layers["perturbed"][(result.obs["ripple_role"] == "roi").to_numpy()]
    assert np.allclose(inside, profile, atol=1e-4)


def test_an_edit_in_another_region_joins_the_run(ready):
    session = ready
    actions.draw_roi(session, OTHER, "other")
    actions.choose_roi(session, "Region 1")
    actions.limit_edit(session, 0, {"region": "other"})
    actions.knock_out(session, [str(session.section.genes[0])])
    preview = actions.preview_edit(session)
    assert len(preview.table)
    result = run(session)
    inside = result.obs_names[result.obs["ripple_role"] == "roi"]
    both = [*session.section.cells[session.roi_rows("Region 1")], *session.section.cells[session.roi_rows("other")]]
    assert set(inside) == set(both)


def test_undo_and_limits(ready, label):
    session = ready
    before = session.edits
    actions.limit_edit(session, 0, {"label": label})
    assert session.edits[0].where.label == label
    actions.retype(session, {"region": "Region 1"}, {"label": label}, strength=0.5)
    assert [edit.kind for edit in session.edits] == ["lfc", "retype"]
    actions.undo(session)
    actions.undo(session)
    assert session.edits == before
    with pytest.raises(DataError, match="the name of a region, found 'nowhere'"):
        actions.transfer(session, {"region": "nowhere"})
    with pytest.raises(DataError, match="none in this section"):
        actions.transfer(session, {"label": "nobody"})
    with pytest.raises(DataError, match="Leave the others out"):
        actions.transfer(session, {"name": "nobody"})


def test_the_script_does_the_same(session, label, tissue_path, tmp_path):
    ripple = RippleSession(show=False)
    ripple.open(tissue_path)
    ripple.draw_roi(SQUARE)
    ripple.transfer({"label": label}, strength=0.5)
    ripple.retype({"label": label}, {"region": "Region 1"})
    ripple.limit_edit(0, {"label": label})
    ripple.knock_out([str(session.section.genes[0])])
    ripple.change_gene(2, str(session.section.genes[0]), kind="set", value=2.0)
    ripple.save_edits(tmp_path / "edits.json")
    names = {}
    text = script_of(ripple.session.commands).replace("RippleSession()", "RippleSession(show=False)")
    exec(compile(text, "script", "exec"), names)
    assert names["ripple"].session.edits == ripple.session.edits
    ripple.edit(tmp_path / "edits.json")
    assert ripple.session.edits == names["ripple"].session.edits


def test_missing_genes_come_with_what_was_meant(session):
    genes = [str(gene) for gene in session.section.genes]
    assert missing_words(["Lig1-0", "Qqq"], genes) == "Lig1-0 (Lig1-01?), Qqq"
    assert "Ensembl" in missing_words(["ENSG00000131095"], genes)
    actions.draw_roi(session, SQUARE)
    actions.add_edit(session, Edit(kind="knockout", genes={"Lig1-01": 0, "LIG1-O2": 0}))
    line = match_line(session, actions.preview_edit(session))
    assert line == "1 of 2 genes are known to this section; missing: LIG1-O2 (Lig1-02?)."
    with pytest.raises(DataError, match="Did you mean Lig1-01"):
        actions.knock_out(session, ["Lig1-0"])
