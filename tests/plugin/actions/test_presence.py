"""Cells removed, inserted and moved in a session: previewed, run, undone, replayed as a script and kept in a session file."""

import numpy as np
import pytest
from plugin.experiment import SQUARE, run

from napari_ripple import RippleSession, actions
from napari_ripple.scripted.text import script_of
from napari_ripple.state.simulation import Simulation
from napari_ripple.widgets.edit.words import match_line
from ripple_core.errors import DataError
from ripple_core.perturb.reading import response

OTHER = [[170.0, 170.0], [230.0, 170.0], [230.0, 230.0], [170.0, 230.0]]


@pytest.fixture
def label(session):
    inside = session.section.obs.iloc[session.roi_rows()] if session.roi else session.section.obs
    return str(inside[session.section.label_key].astype(str).value_counts().index[0])


def test_what_is_previewed_is_what_is_run(ready, label):
    session = ready
    actions.clear_edits(session)
    actions.remove_cells(session, {"label": label}, strength=0.5)
    actions.insert_cells(session, {"label": label}, count=5)
    seen = actions.preview_edit(session).population
    assert seen.counts() == actions.preview_population(session).counts()
    assert match_line(session, actions.preview_edit(session)).startswith(
        f"{seen.counts()['removed']} cells removed, 5 cells"
    )
    result = run(session)
    gone = result.obs_names[result.obs["ripple_presence"] == "removed"]
    rows = actions.edited_rows(session)
    assert set(gone) == set(session.section.cells[rows[~seen.present]])
    np.testing.assert_allclose(result.uns["ripple_inserted"]["xy_um"], seen.inserted_um)
    assert session.result is result
    removed = session.section.cells.get_indexer(gone)
    places = np.isin(session.simulation.rows, removed)
    assert np.isnan(session.simulation.perturbed[places]).all()
    live, read = session.simulation, Simulation.from_result(result, session.section)
    order = [live.rows.argsort(), read.rows.argsort()]
    for what in ("known", "control", "perturbed"):
        np.testing.assert_array_equal(getattr(live, what)[order[0]], getattr(read, what)[order[1]], what)
    assert np.isfinite(response.gene_table(result)["response"]).all()


def test_undo_and_what_is_refused(ready, label):
    session = ready
    before = session.edits
    actions.move_cells(session, (20, -5), where={"label": label})
    assert session.edits[-1].to.by_um == (20.0, -5.0)
    actions.undo(session)
    assert session.edits == before
    actions.redo(session)
    assert session.edits[-1].kind == "move"
    with pytest.raises(DataError, match="the name of a region, found 'nowhere'"):
        actions.move_cells(session, region="nowhere")
    with pytest.raises(DataError, match="how many in one way"):
        actions.insert_cells(session, {"label": label})
    with pytest.raises(DataError, match="none in this section"):
        actions.remove_cells(session, {"label": "nobody"})


def test_the_script_and_the_session_file_do_the_same(session, label, tissue_path, tmp_path):
    ripple = RippleSession(show=False)
    ripple.open(tissue_path)
    ripple.draw_roi(OTHER, "other")
    ripple.draw_roi(SQUARE, "here")
    ripple.remove_cells({"label": label}, strength=0.5)
    ripple.insert_cells({"label": label}, per_mm2=800.0, region="other")
    ripple.insert_cells({"label": label}, at_um=[[100.0, 100.0]], profile="mean")
    ripple.move_cells([12, -3], where={"label": label})
    ripple.move_cells(region="other", strength=0.5)
    ripple.save_edits(tmp_path / "edits.json")
    ripple.save_session(tmp_path / "kept.ripple")
    names = {}
    text = script_of(ripple.session.commands).replace("RippleSession()", "RippleSession(show=False)")
    exec(compile(text, "script", "exec"), names)
    assert names["ripple"].session.edits == ripple.session.edits
    again = RippleSession(show=False)
    again.open_session(tmp_path / "kept.ripple")
    assert again.session.edits == ripple.session.edits
    ripple.edit(tmp_path / "edits.json")
    assert ripple.session.edits == names["ripple"].session.edits
