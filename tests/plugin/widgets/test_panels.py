"""The panels in a real window: keys and clicks change the session, and what changes in the session is shown."""

from __future__ import annotations

import json
from typing import Any

import anndata as ad
import numpy as np
import pytest
from plugin.experiment import SQUARE
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QLabel, QLineEdit

from napari_ripple import actions
from napari_ripple.viewer_link import link_for, session_for
from napari_ripple.widgets.edit.panel import EditPanel
from napari_ripple.widgets.panel import RESULT, RipplePanel
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.page import Page
from napari_ripple.widgets.regenerate.panel import RegeneratePanel
from napari_ripple.widgets.regions.panel import RoiPanel
from napari_ripple.widgets.result.panel import ResultPanel
from napari_ripple.widgets.tissue.panel import TissuePanel

LEFT = Qt.MouseButton.LeftButton
PANELS = (TissuePanel, RoiPanel, EditPanel, RegeneratePanel, ResultPanel)


def press(button: Any) -> None:
    """Click a button with the left mouse button."""
    QTest.mouseClick(button, LEFT)


def click_item(tree: Any, place: int, *, double: bool = False) -> None:
    """Click the line of a list, once or twice."""
    where: QPoint = tree.visualItemRect(tree.topLevelItem(place)).center()
    QTest.mouseClick(tree.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, where)
    if double:
        QTest.mouseDClick(tree.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, where)


def texts(panel: Any) -> str:
    """All that the labels of a panel say."""
    return "\n".join(label.text() for label in panel.findChildren(QLabel))


def test_a_file_is_opened_and_described(dock, viewer, wait, tissue_path) -> None:
    panel = dock(TissuePanel)
    assert "A section is a file" in panel.found.text()
    assert not panel.choice.isVisible()
    panel.open(str(tissue_path))
    wait(lambda: panel.session.section is not None)
    assert panel.choice.isVisible()
    assert "400 cells × 60 genes" in panel.found.text()
    assert "µm" in panel.found.text()
    assert panel.legend.topLevelItemCount() == 4
    assert not panel.color_bar.isVisible()
    assert [panel.legend.topLevelItem(0).text(column) for column in (0, 1)] == [
        "Type 1",
        f"{int((panel.session.section.obs['cell_type'] == 'Type 1').sum()):,}",
    ]


def test_three_letters_find_a_gene(dock, opened, wait) -> None:
    panel = dock(TissuePanel)
    search = panel.choice.genes
    QTest.keyClicks(search, "g1-03")
    assert search.completer().completionCount() == 1
    for theme in ("light", "dark"):
        panel.viewer.theme = theme
        wait(seconds=0.2, must=False)
        QTest.keyClick(search, Qt.Key.Key_Backspace)
        QTest.keyClicks(search, "3")
        assert tones.mixed(panel.window(), 0.10).name() in search.completer().popup().styleSheet()
        assert tones.is_dark(panel.window()) is (theme == "dark")
    QTest.keyClick(search, Qt.Key.Key_Return)
    wait(lambda: opened.color_by.kind == "gene")
    assert opened.color_by.key == "Lig1-03"
    assert panel.color_bar.isVisible()
    assert "Lig1-03" in panel.color_bar.title
    assert not panel.legend.isVisible()
    assert panel.choice.is_log.isChecked()
    press(panel.choice.is_log)
    assert opened.color_by.log is False
    assert "counts" in panel.color_bar.title
    panel.choice.percentiles.setValue((5, 90))
    assert (opened.color_by.low, opened.color_by.high) == (5, 90)


def test_the_legend_toggles_and_solos(dock, opened, wait) -> None:
    panel = dock(TissuePanel)
    click_item(panel.legend, 1)
    assert opened.hidden == {"Type 2"}
    assert panel.legend.topLevelItem(1).font(0).strikeOut()
    wait(seconds=0.6, must=False)  # longer than a double click
    click_item(panel.legend, 1)
    assert opened.hidden == frozenset()
    wait(seconds=0.6, must=False)
    click_item(panel.legend, 2, double=True)
    assert opened.hidden == {"Type 1", "Type 2", "Type 4"}
    wait(seconds=0.6, must=False)
    click_item(panel.legend, 2, double=True)
    assert opened.hidden == frozenset()


def test_one_of_several_sections_is_chosen(dock, small_tissues, tmp_path, wait) -> None:
    both = ad.concat(small_tissues, join="outer")
    both.obs_names_make_unique()
    both.uns["spatial_unit"] = "micrometre"
    both.write_h5ad(tmp_path / "both.h5ad")
    panel = dock(TissuePanel)
    assert not panel.sections.isVisible()
    panel.open(str(tmp_path / "both.h5ad"))
    wait(lambda: panel.session.section is not None)
    assert panel.sections.isVisible()
    assert panel.session.section.name == "tissue_1"
    QTest.keyClick(panel.sections, Qt.Key.Key_Down)
    assert panel.session.section.name == "tissue_2"


def test_regions_are_listed_renamed_saved_and_deleted(dock, opened, wait, tmp_path) -> None:
    panel = dock(RoiPanel)
    actions.draw_roi(opened, SQUARE)
    actions.draw_roi(opened, [[10, 10], [50, 10], [50, 50]])
    assert panel.table.topLevelItemCount() == 2
    assert panel.table.current_name() == "Region 2"
    click_item(panel.table, 0)
    assert opened.active_roi == "Region 1"
    wait(lambda: panel.types.bars)
    cells = opened.roi_statistics().cells
    assert f"{cells:,} cells" in panel.facts.text()
    assert sum(bar.share for bar in panel.types.bars) == pytest.approx(1)
    assert panel.markers.bars
    panel.table.editItem(panel.table.topLevelItem(0))
    QTest.keyClicks(panel.table.viewport().findChild(QLineEdit), "infarct")
    QTest.keyClick(panel.table.viewport().findChild(QLineEdit), Qt.Key.Key_Return)
    wait(lambda: "infarct" in opened.rois)
    assert list(opened.rois) == ["infarct", "Region 2"]
    actions.save_rois(opened, tmp_path / "regions.geojson")
    press(panel.delete_button)
    assert list(opened.rois) == ["Region 2"]
    panel.ask(actions.load_rois, opened, tmp_path / "regions.geojson")
    assert "infarct" in opened.rois


def test_the_tools_take_up_the_drawing_modes(dock, opened, viewer) -> None:
    panel = dock(RoiPanel)
    for tool in ("polygon", "lasso", "rectangle", "ellipse"):
        press(panel.tools.buttons[tool])
        layer = link_for(viewer).rois.layer
        assert layer.mode == ("add_polygon_lasso" if tool == "lasso" else f"add_{tool}")
        assert viewer.layers.selection.active is layer
    press(panel.tools.buttons["pan"])
    assert layer.mode == "pan_zoom"
    assert panel.tools.tip.text().startswith("Drag moves")
    link_for(viewer).draw("lasso")  # as the keyboard or the palette does
    assert panel.tools.buttons["lasso"].isChecked()
    assert "Hold the button" in panel.tools.tip.text()


def test_an_edit_is_loaded_cut_dosed_and_undone(dock, opened, deg_path, wait) -> None:
    panel = dock(EditPanel)
    assert "No edit yet" in panel.matched.text()
    actions.draw_roi(opened, SQUARE)
    panel.load(str(deg_path))
    assert len(opened.edits[0].genes) == 6
    wait(lambda: panel.dumbbells.isVisible())
    assert (panel.dumbbells.table["after"] > panel.dumbbells.table["before"]).all()
    assert "6 of 6 genes" in panel.matched.text()
    panel.file.top.setValue(2)
    assert len(opened.edits) == 1
    assert len(opened.edits[0].genes) == 2
    panel.list.dose.setValue(2.0)
    assert opened.edits[0].strength == pytest.approx(2.0)
    press(panel.undo_button)
    assert opened.edits[0].strength == pytest.approx(1.0)
    press(panel.redo_button)
    assert opened.edits[0].strength == pytest.approx(2.0)
    press(panel.list.remove_button)
    assert opened.edits == ()
    assert not panel.list.remove_button.isEnabled()


def test_settings_follow_the_form_and_what_is_missing_is_said(dock, opened, knn_checkpoint, wait) -> None:
    panel = dock(RegeneratePanel)
    assert panel.usual.fields["mode"].toolTip() == type(opened.settings).help_for("mode")
    panel.usual.fields["mode"].setCurrentText("sampling")
    panel.more.fields["draws"].setValue(3)
    panel.more.fields["continuous"].setChecked(False)
    assert (opened.settings.mode, opened.settings.draws, opened.settings.continuous) == ("sampling", 3, False)
    actions.set_settings(opened, zone_um=75.0)
    assert panel.usual.fields["zone_um"].value() == 75.0
    assert not panel.run_button.isEnabled()
    assert "a model" in panel.hint.text()
    panel.model.picked.emit(str(knn_checkpoint), "cpu")
    wait(lambda: opened.model is not None)
    assert "a model" not in panel.hint.text()
    assert "Nearest neighbours" in panel.model.name.text()
    assert "held out" in panel.model.facts.text()
    assert "no change" in panel.model.scores.text()


def test_regenerate_shows_a_result(dock, chosen, wait, tmp_path) -> None:
    panel = dock(RipplePanel)
    panel.steps.open(3)
    press(panel.regenerate.run_button)
    assert chosen.job.is_busy
    wait(lambda: chosen.result is not None and not chosen.job.is_busy)
    wait(lambda: panel.steps.headers[RESULT].isChecked())
    wait(lambda: panel.result.table.genes())
    result = panel.result
    table = actions.top_genes(chosen, 60)
    assert result.table.genes() == list(table["gene"])
    wait(lambda: len(result.readouts.frames["genes"].chart.shown.table) > 0)
    assert "simulated" in texts(result).casefold()
    assert result.tag.text() == "SIMULATED"
    result.table.view.setCurrentIndex(result.table.shown.index(2, 0))
    assert (chosen.color_by.kind, chosen.color_by.key) == ("gene", table["gene"][2])
    assert chosen.view == "response"
    press(result.views.buttons["control"])
    assert chosen.view == "control"
    QTest.keyClicks(result.table.search, "up1")
    assert all(gene.startswith("Up1") for gene in result.table.genes())
    assert result.table.genes()
    for what, name in (
        ("result", "r.h5ad"),
        ("table", "g.csv"),
        ("recipe", "r.json"),
        ("script", "s.py"),
        ("picture", "p.png"),
    ):
        result.save(what, str(tmp_path / name))
        assert (tmp_path / name).stat().st_size > 0
    assert json.loads(ad.read_h5ad(tmp_path / "r.h5ad").uns["ripple"])["simulated"] is True
    assert not result.stale.isVisible()
    actions.set_strength(chosen, 2.0)
    assert result.stale.isVisible()


def test_placebos_and_the_check_of_the_model_are_told(dock, chosen, wait) -> None:
    panel = dock(RipplePanel)
    wait(lambda: chosen.check is not None and chosen.check.badge is not None)
    assert "here.</b> gene r" in panel.regenerate.model.badge.text()
    assert "this section" in panel.regenerate.model.scores.text()
    actions.set_settings(chosen, null=5, zone_um=30.0)
    press(panel.regenerate.run_button)
    wait(lambda: chosen.result is not None and not chosen.job.is_busy)
    wait(lambda: "Beyond chance" in panel.result.summary.text())
    assert "spill-over of the" in panel.result.summary.toolTip()
    wait(lambda: "q" in panel.result.table.model.keys)
    assert panel.result.range.isHidden()


def test_headers_say_what_has_been_chosen(dock, chosen) -> None:
    panel = dock(RipplePanel)
    said = [header.status.full_text() for header in panel.steps.headers]
    assert said[0] == "400 cells · 60 genes"
    assert said[1].startswith("Region 1")
    assert said[2] == "6 genes"
    assert "knn" in said[3]
    press(panel.steps.headers[2])
    assert panel.edit.isVisible()
    assert not panel.tissue.isVisible()
    press(panel.steps.headers[2])
    assert not panel.edit.isVisible()


def test_the_plugin_opens_its_dock_and_binds_its_keys(viewer, chosen, wait) -> None:
    _, panel = viewer.window.add_plugin_dock_widget("napari-ripple", "Ripple")
    assert isinstance(panel, RipplePanel)
    assert panel.session is chosen is session_for(viewer)
    canvas = viewer.window._qt_viewer.canvas.native
    for key, modifier in ((Qt.Key.Key_Return, "Control"), (Qt.Key.Key_2, "Alt")):
        QTest.keyClick(canvas, key, getattr(Qt.KeyboardModifier, f"{modifier}Modifier"))
    assert link_for(viewer).rois.layer.mode == "add_polygon_lasso"
    wait(lambda: chosen.result is not None and not chosen.job.is_busy)
    QTest.keyClick(canvas, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert chosen.view == "control"
    edits = chosen.edits
    actions.clear_edits(chosen)
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert chosen.edits == edits
    viewer.window.remove_dock_widget(panel)


def test_what_cannot_be_done_is_said_and_changes_nothing(dock, opened, wait, tmp_path) -> None:
    panel = dock(RipplePanel)
    bad = tmp_path / "bad.h5ad"
    bad.write_text("not an h5ad")
    section = opened.section
    panel.tissue.open(str(bad))
    wait(lambda: not opened.job.is_busy)
    assert "Expected" in panel.message.text()
    assert opened.section is section
    panel.regenerate.model.picked.emit(str(tmp_path), "cpu")
    wait(lambda: not opened.job.is_busy)
    assert "checkpoint" in panel.message.text()
    assert opened.model is None
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n")
    panel.edit.load(str(tmp_path / "bad.csv"))
    assert "fold-change column" in panel.message.text()
    assert opened.edits == ()
    for corner in (0, 80):
        actions.draw_roi(opened, np.array([[60, 60], [150, 60], [150, 150]]) + corner)
    panel.roi.table.topLevelItem(0).setText(0, "Region 2")
    assert "name" in panel.message.text()
    assert list(opened.rois) == ["Region 1", "Region 2"]
    assert panel.roi.table.topLevelItem(0).text(0) == "Region 1"


def test_edits_by_hand_and_from_a_gmt(dock, opened, tmp_path) -> None:
    panel = dock(EditPanel)
    panel.ways.setCurrentWidget(panel.hand)
    press(panel.hand.add_button)
    assert opened.edits == ()
    assert "Expected a gene" in opened.message
    QTest.keyClicks(panel.hand.gene, "up1-01")
    press(panel.hand.add_button)
    assert (opened.edits[0].kind, list(opened.edits[0].genes)) == ("knockout", ["Up1-01"])
    panel.hand.way.setCurrentText("multiply by")
    panel.hand.value.setValue(4.0)
    press(panel.hand.add_button)
    assert (opened.edits[1].kind, opened.edits[1].genes) == ("scale", {"Up1-01": 4.0})
    sets = tmp_path / "sets.gmt"
    sets.write_text("first set\t-\tUp1-01\tUp1-03\nsecond\t-\tLig1-01\n")
    panel.load(str(sets))
    assert panel.file.sets() == ("first set", "second")
    assert [edit.name for edit in opened.edits[2:]] == ["first set"]
    panel.file.set_name.setCurrentText("second")
    assert [edit.name for edit in opened.edits[2:]] == ["second"]
    press(panel.undo_button)
    assert [edit.name for edit in opened.edits[2:]] == ["first set"]


def test_a_cut_off_keeps_place_and_dose_and_is_one_step(dock, opened, deg_path) -> None:
    panel = dock(EditPanel)
    panel.load(str(deg_path))
    actions.knock_out(opened, ["Up1-01"])
    actions.set_strength(opened, 2.0, 0)
    before = opened.edits
    panel.file.top.setValue(2)
    assert [len(edit.genes) for edit in opened.edits] == [2, 1]
    assert (opened.edits[0].strength, opened.edits[1]) == (2.0, before[1])
    press(panel.undo_button)
    assert opened.edits == before


def test_everything_fits_a_small_window_in_both_themes(dock, viewer, chosen, wait) -> None:
    panel = dock(RipplePanel)
    for theme in ("light", "dark"):
        viewer.theme = theme
        wait(seconds=0.3, must=False)
        assert panel.width() <= 320
        for place, page in enumerate(panel.steps.pages):
            panel.steps.open(place)
            wait(seconds=0.05, must=False)
            for shown in [page] if isinstance(page, Page) else page.findChildren(Page):
                assert not shown.isVisible() or shown.widget().width() <= shown.viewport().width()
            for header in panel.steps.headers:
                assert panel.rect().contains(header.mapTo(panel, header.rect().bottomRight()))
        text, back = (
            panel.palette().color(role).lightness() for role in (panel.foregroundRole(), panel.backgroundRole())
        )
        assert (text > back) is (theme == "dark")
        assert tones.mixed(panel, 0.15).name() in panel.styleSheet()


def test_each_panel_stands_alone_and_lets_go(dock, chosen) -> None:
    def listeners() -> int:
        return sum(len(chosen.events[name]) for name in chosen.events)

    before = listeners()
    for panel_class in PANELS:
        panel = dock(panel_class)
        assert panel.isVisible()
        assert listeners() > before
        panel.close()
        assert listeners() == before


def test_the_example_opens_from_its_button(dock, wait, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))  # where it is made when no example is shipped
    panel = dock(TissuePanel)
    press(panel.example_button)
    wait(lambda: panel.session.model is not None, seconds=60)
    assert not panel.session.missing_for_regeneration()
    assert not panel.example_button.isVisible()
