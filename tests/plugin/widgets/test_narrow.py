"""Every panel in the narrowest dock that it may have: nothing is cut off."""

from __future__ import annotations

from typing import Any

import pytest
from plugin.experiment import run
from plugin.fit import cut_off
from qtpy.QtCore import Qt

from napari_ripple import actions
from napari_ripple.user import preferences
from napari_ripple.viewer_link import session_for
from napari_ripple.widgets.niches.panel import NichesPanel
from napari_ripple.widgets.panel import RipplePanel
from napari_ripple.widgets.parts.page import MIN_WIDTH
from napari_ripple.widgets.train.panel import TrainPanel
from ripple_core.io import early


def narrow(panel: Any, viewer: Any, wait: Any) -> None:
    """Drag the dock's edge until it is as narrow as it may be."""
    window = viewer.window._qt_window
    window.resizeDocks([panel.parent()], [MIN_WIDTH], Qt.Orientation.Horizontal)
    wait(seconds=0.1, must=False)


def lines(panel: Any, wait: Any) -> list[str]:
    """What is cut off once Qt has laid the page out: at once, or a moment later on a busy machine."""
    wait(seconds=0.1, must=False)
    wait(lambda: not cut_off(panel), seconds=3.0, must=False)
    return cut_off(panel)


def test_every_page_fits(dock, viewer, chosen, wait) -> None:
    panel = dock(RipplePanel)
    narrow(panel, viewer, wait)
    assert panel.width() <= MIN_WIDTH + 20
    found = {}
    for place, page in enumerate(panel.steps.pages):
        panel.steps.open(place)
        found[page.title] = lines(panel, wait)
    panel.steps.open(1)
    actions.draw_roi(chosen, [[20.0, 20.0], [50.0, 20.0], [50.0, 50.0]])  # two regions can be combined
    for fold in (panel.roi.change_fold, panel.roi.cells_fold):
        fold.open()
    found["folds"] = lines(panel, wait)
    panel.steps.open(2)
    panel.edit.genes_fold.button.setChecked(True)
    for place in range(panel.edit.ways.count()):
        panel.edit.ways.setCurrentIndex(place)
        if place == 1:
            actions.compare(chosen, chosen.section.obs["cell_type"].iloc[0], by="cell_type")
        found[panel.edit.ways.tabText(place)] = lines(panel, wait)
    assert {where: cut for where, cut in found.items() if cut} == {}


def test_every_tab_of_a_result_fits(dock, viewer, chosen, wait, small_tissues, tmp_path) -> None:
    panel = dock(RipplePanel)
    narrow(panel, viewer, wait)
    for strength in (1.0, 2.0):
        actions.set_strength(chosen, strength)
        run(chosen)
    panel.steps.open(4)
    wait(lambda: panel.result.table.genes())
    found = {}
    for tab in panel.result.readouts.pages:
        panel.result.readouts.turn(tab)
        found[tab] = lines(panel, wait)
    small_tissues[1].write_h5ad(tmp_path / "perturbed.h5ad")
    actions.score_against(chosen, tmp_path / "perturbed.h5ad")
    actions.dose_series(chosen, (0.0, 1.0))
    actions.screen_genes(chosen, list(map(str, chosen.section.genes[:2])))
    panel.steps.open(5)
    for place in range(panel.scenarios.tabs.count()):
        panel.scenarios.tabs.setCurrentIndex(place)
        found[panel.scenarios.tabs.tabText(place)] = lines(panel, wait)
    actions.compare_scenarios(chosen, *[scenario.name for scenario in chosen.scenarios])
    found["compared"] = lines(panel, wait)
    assert {where: cut for where, cut in found.items() if cut} == {}


@pytest.mark.parametrize("panel_class", [TrainPanel, NichesPanel])
def test_the_panels_beside_fit(dock, viewer, chosen, wait, panel_class) -> None:
    panel = dock(panel_class)
    narrow(panel, viewer, wait)
    first = lines(panel, wait)
    panel.more_fold.open()
    assert first + lines(panel, wait) == []


def test_a_first_start_fits(dock, viewer, wait) -> None:
    panel = dock(RipplePanel)
    narrow(panel, viewer, wait)
    found = []
    for place in range(len(panel.steps.pages)):
        panel.steps.open(place)
        found += lines(panel, wait)
    assert panel.notices.tour is None or not panel.notices.tour.isHidden()
    assert found == []


def test_that_counts_stay_on_disk_is_told_whole(dock, viewer, wait, tissue_path, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(early, "FEW_VALUES", 0)  # so that every file is large
    monkeypatch.setenv("RIPPLE_HOME", str(tmp_path))
    preferences.change(counts="disk", show_tour=False)
    panel = dock(RipplePanel)
    narrow(panel, viewer, wait)
    panel.tissue.open(str(tissue_path))
    session = session_for(viewer)
    wait(lambda: session.section is not None and session.section.is_complete and not session.job.is_busy)
    assert session.section.is_on_disk
    assert panel.tissue.found.text().endswith("counts on disk: 1 MB")
    assert panel.tissue.found.isVisible()
    assert lines(panel, wait) == []


def test_two_that_were_kept_are_offered_to_be_compared(dock, chosen, wait) -> None:
    panel = dock(RipplePanel)
    for strength in (1.0, 2.0):
        actions.set_strength(chosen, strength)
        run(chosen)
    compare = panel.scenarios.compare
    assert [compare.b.currentText(), compare.a.currentText()] == [scenario.name for scenario in chosen.scenarios]
