"""The result's tabs in a real window: a gene that is clicked in any chart recolours the tissue, and charts are saved."""

from __future__ import annotations

from typing import Any

import pytest
from plugin.experiment import run
from qtpy.QtCore import QPointF, Qt
from qtpy.QtTest import QTest

from napari_ripple import actions
from napari_ripple.session import Session
from napari_ripple.widgets.result.panel import ResultPanel

MOUSE: Any = QTest
LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def shown(dock: Any, chosen: Session, wait: Any) -> ResultPanel:
    """The panel with a result that has runs and placebos."""
    actions.set_settings(chosen, orders=2, null=5, zone_um=30.0)
    run(chosen)
    made = dock(ResultPanel)
    wait(lambda: made.table.genes())
    return made


def turn(panel: ResultPanel, tab: str, wait: Any) -> None:
    """Open a tab with the mouse."""
    MOUSE.mouseClick(panel.readouts.tabs.buttons[tab], LEFT)
    wait(seconds=0.3, must=False)


def click_first(panel: ResultPanel, figure: str) -> str:
    """Click the first gene of a chart that stands somewhere; gives its name."""
    chart = panel.readouts.frames[figure].chart
    table = chart.shown.table
    row = 0 if figure == "genes" else int(table.index[table["evidence"].notna()][0])
    line = table.iloc[row]
    x, y = (line["value"] / 2, row) if figure == "genes" else (line["response"], line["evidence"])
    panel.ensureWidgetVisible(chart)
    place = chart.mapFromScene(chart.getPlotItem().vb.mapViewToScene(QPointF(x, y)))
    MOUSE.mouseClick(chart.viewport(), LEFT, NO_KEY, place)
    return str(line["name" if figure == "genes" else "gene"])


def test_a_gene_clicked_in_a_chart_recolours_the_tissue(dock, chosen, wait) -> None:
    panel = shown(dock, chosen, wait)
    for tab, figure in (("Overview", "genes"), ("Genes", "volcano")):
        turn(panel, tab, wait)
        gene = click_first(panel, figure)
        assert (chosen.color_by.kind, chosen.color_by.key, chosen.view) == ("gene", gene, "response")
        wait(lambda name=figure, gene=gene: panel.readouts.frames[name].chart.shown.mark == gene)
        actions.color_by(chosen, "cell_type")


def test_only_the_open_tab_is_drawn(dock, chosen, wait) -> None:
    panel = shown(dock, chosen, wait)
    distance = panel.readouts.frames["distance"].chart
    assert len(distance.shown.table) == 0
    turn(panel, "Distance", wait)
    assert len(distance.shown.table) == 10
    assert distance.isVisible()
    assert not panel.readouts.frames["genes"].isVisible()


def test_cells_are_coloured_by_spread_and_chance(dock, chosen, wait) -> None:
    panel = shown(dock, chosen, wait)
    for words, key, title in (("± over runs", "ripple_response_sd", "spread"), ("q", "ripple_q", "−log10 q")):
        MOUSE.mouseClick(panel.readouts.cells.buttons[words], LEFT)
        assert (chosen.color_by.kind, chosen.color_by.key) == ("result", key)
        assert chosen.display_values().simulated.title.startswith(title)


def test_niches_are_compared_and_shown(dock, chosen, wait) -> None:
    panel = shown(dock, chosen, wait)
    turn(panel, "Niches", wait)
    assert not panel.readouts.frames["niches"].isVisible()
    panel.readouts.niches.choice.setCurrentText("cell_type")
    MOUSE.mouseClick(panel.readouts.niches.run.start, LEFT)
    wait(lambda: "ripple_niche_perturbed" in chosen.result.obs and not chosen.job.is_busy)
    wait(lambda: panel.readouts.frames["niches"].isVisible())
    assert "their own cell_type" in panel.readouts.niches.words.text()
    MOUSE.mouseClick(panel.readouts.niches.after, LEFT)
    assert (chosen.color_by.key, chosen.view) == ("ripple_niche_perturbed", "perturbed")
    assert chosen.display_values().simulated.kind == "labels"


def test_a_chart_is_saved_from_its_frame(dock, chosen, wait, tmp_path) -> None:
    panel = shown(dock, chosen, wait)
    panel.readouts.frames["genes"].saved.emit("genes", str(tmp_path / "genes.svg"))
    assert "(simulated)" in (tmp_path / "genes.svg").read_text(encoding="utf-8")
    assert chosen.commands[-1].name == "save_figure"


def test_two_views_are_compared_by_the_buttons(dock, chosen, wait) -> None:
    panel = shown(dock, chosen, wait)
    actions.show(chosen, "perturbed")
    buttons = panel.beside.modes.buttons
    MOUSE.mouseClick(buttons["swipe"], LEFT)
    assert (chosen.second.view, chosen.second.mode) == ("control", "swipe")
    panel.beside.slider.setValue(250)
    x = chosen.section.xy_um[:, 0]
    assert chosen.second.x_um == pytest.approx(x.min() + 0.25 * (x.max() - x.min()))
    MOUSE.mouseClick(buttons["side by side"], LEFT)
    assert chosen.second.mode == "side"
    MOUSE.mouseClick(buttons["one view"], LEFT)
    assert chosen.second is None
