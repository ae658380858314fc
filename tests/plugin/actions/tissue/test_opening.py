"""Opening a large file: its cells are seen first, its counts follow, and a section that gets none is closed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pytest
from plugin.event_loop import call_in_loop

from napari_ripple import actions
from napari_ripple.actions.task import run_here
from napari_ripple.actions.tissue.opening import CANCELLED
from napari_ripple.session import STILL_READING, Session
from napari_ripple.viewer_link import link_for, session_for
from ripple_core.errors import DataError
from ripple_core.io import early
from ripple_core.roi import Roi

AROUND = Roi.circle((60.0, 60.0), 40.0, name="middle")


@pytest.fixture(autouse=True)
def _every_file_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(early, "FEW_VALUES", 0)


def opened(session: Session, path: Path) -> Any:
    """The steps of opening a file, up to where its cells are seen."""
    steps = run_here(actions.open_section_task(session, path))
    for step in steps:
        if step.partial is not None:
            return steps
    pytest.fail("no first look")


def test_cells_are_seen_and_drawn_around_while_counts_are_read(tissue_path: Path) -> None:
    session, told = Session(), []
    session.events.is_complete.connect(told.append)
    steps = opened(session, tissue_path)
    section = session.section
    assert (len(section), session.is_complete, section.is_complete) == (400, False, False)
    assert session.display_values().cells.kind == "labels"
    actions.add_roi(session, AROUND)
    found = session.roi_statistics()
    assert found.cells == int(AROUND.contains(section.xy_um).sum()) > 0
    assert sum(found.composition.values()) == found.cells
    assert found.markers == ()
    actions.color_by(session, str(section.genes[0]))
    assert session.display_values().cells.kind == "plain"
    assert not section.is_complete
    list(steps)
    assert told == [False, True]
    assert session.section is section
    paint = session.display_values().cells
    assert paint.kind == "numbers"
    whole = ad.read_h5ad(tissue_path)
    np.testing.assert_array_equal(section.gene(section.genes[0]), whole[:, section.genes[0]].X.toarray().ravel())
    assert session.roi_statistics().markers


def test_regenerating_waits_for_the_counts(tissue_path: Path, deg_path: Path, knn_checkpoint: Path) -> None:
    session = Session()
    steps = opened(session, tissue_path)
    actions.open_model(session, knn_checkpoint)
    actions.add_roi(session, AROUND)
    actions.load_edit(session, deg_path)
    assert session.missing_for_regeneration() == STILL_READING
    assert actions.preview_edit(session) is None
    list(steps)
    assert session.missing_for_regeneration() == ""
    assert actions.preview_edit(session) is not None


def test_a_section_without_labels_gets_the_colours_of_a_gene_once_its_counts_are_there(
    small_tissues: list[ad.AnnData], tmp_path: Path
) -> None:
    plain = small_tissues[0].copy()
    plain.obs = plain.obs[[]]
    plain.write_h5ad(tmp_path / "plain.h5ad")
    session = Session()
    steps = opened(session, tmp_path / "plain.h5ad")
    assert session.display_values().cells.kind == "plain"
    list(steps)
    assert (session.color_by.kind, session.display_values().cells.kind) == ("gene", "numbers")


def test_a_file_whose_counts_turn_out_to_be_none_is_closed(
    small_tissues: list[ad.AnnData], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(early, "FIRST_VALUES", 10)
    spoiled = small_tissues[0].copy()
    spoiled.X.data[-1] = 0.5
    spoiled.write_h5ad(tmp_path / "spoiled.h5ad")
    session = Session()
    steps = opened(session, tmp_path / "spoiled.h5ad")
    with pytest.raises(DataError, match="with decimals"):
        list(steps)
    assert (session.section, session.sections, session.report) == (None, (), None)
    assert session.commands == []


def test_a_file_that_is_deleted_while_it_is_read_is_closed_with_a_sentence(tissue_path: Path, tmp_path: Path) -> None:
    session, copy = Session(), tmp_path / "tissue.h5ad"
    copy.write_bytes(tissue_path.read_bytes())
    steps = opened(session, copy)
    copy.unlink()
    with pytest.raises(DataError, match="does not exist"):
        list(steps)
    assert session.section is None


def test_counts_that_fail_for_any_reason_are_not_asked_for_again(tissue_path: Path) -> None:
    session = Session()
    opened(session, tissue_path)
    actions.counts_task(session, session.section).failed(RuntimeError("out of the blue"))
    assert session.section is None
    assert session.is_complete


def test_cancelling_closes_the_section_and_keeps_the_regions(tissue_path: Path) -> None:
    session = Session()
    steps = opened(session, tissue_path)
    actions.add_roi(session, AROUND)
    steps.close()
    assert session.section is None
    assert list(session.rois) == ["Region 1"]
    assert session.message == CANCELLED
    assert "open" not in [command.name for command in session.commands]


def test_a_file_dropped_on_a_window_gets_its_counts_there(viewer: Any, tissue_path: Path) -> None:
    session = session_for(viewer)
    seen: list[bool] = []
    session.events.is_complete.connect(seen.append)
    call_in_loop(
        lambda: viewer.open(tissue_path, plugin="napari-ripple"),
        lambda _: session.section is not None and session.is_complete and not session.job.is_busy,
    )
    assert seen == [False, True]
    assert session.section.is_complete
    cells = link_for(viewer).cells.cells
    assert [layer for layer in viewer.layers if layer is cells] == [cells]
    assert len(cells.data) == 400
