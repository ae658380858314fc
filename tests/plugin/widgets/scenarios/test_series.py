"""Dose series and screens in a real window: typed, run beside it, cancelled, shown, and taken over by a double click."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_ripple import actions
from napari_ripple.widgets.scenarios.panel import ScenariosPanel
from ripple_core.perturb.many import variants

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def press(button: Any) -> None:
    """Click a button."""
    QTest.mouseClick(button, LEFT)


def click_row(table: Any, place: int, *, double: bool = False) -> None:
    """Click a row of a table, once or twice."""
    where = table.view.visualRect(table.shown.index(place, 0)).center()
    QTest.mouseClick(table.view.viewport(), LEFT, NONE, where)
    if double:
        QTest.mouseDClick(table.view.viewport(), LEFT, NONE, where)


def test_a_dose_series_is_typed_run_and_drawn(dock, chosen, wait, tmp_path) -> None:
    panel = dock(ScenariosPanel)
    page = panel.doses
    panel.tabs.setCurrentWidget(page)
    page.doses.setText("0, 0.5; 1")
    press(page.run.start)
    wait(lambda: chosen.doses is not None and not chosen.job.is_busy)
    wait(page.table.isVisible)
    assert list(page.figure.chart.shown.table["dose"]) == [0.0, 0.5, 1.0]
    assert "Mean |response|" in page.figure.heading.text()
    assert "3 doses" in page.what.text()
    click_row(page.table, 1)
    gene = str(chosen.doses.found.by_gene()["gene"].iloc[1])
    assert page.figure.heading.text() == f"{gene} by dose (simulated)"
    assert list(page.figure.chart.shown.table["response"]) == list(chosen.doses.found.curve(gene)["response"])
    page.figure.saved.emit("doses", str(tmp_path / "dose.svg"))
    assert (tmp_path / "dose.svg").read_text().count("<path") > 3
    assert chosen.commands[-1].arguments["gene"] == gene
    page.doses.setText("a lot")
    press(page.run.start)
    assert "doses as numbers" in chosen.message


def test_a_screen_runs_beside_the_window_and_a_double_click_makes_a_scenario(dock, chosen, wait) -> None:
    actions.clear_edits(chosen)
    panel = dock(ScenariosPanel)
    page = panel.screening
    panel.tabs.setCurrentWidget(page)
    assert not page.run.start.isEnabled()
    assert "genes" in page.run.hint.text()
    genes = list(chosen.section.genes[:3])
    QTest.keyClicks(page.genes, f"{genes[0]}, {genes[1]} {genes[2]} Nobody")
    page.on.setChecked(True)
    assert page.count.text() == "8 experiments."
    press(page.run.start)
    wait(lambda: chosen.screen is not None and not chosen.job.is_busy)
    wait(page.table.isVisible)
    assert "Unknown to the model: Nobody" in page.what.text()
    assert page.table.shown.rowCount() == 6
    click_row(page.table, 0, double=True)
    name = str(chosen.screen.found.table["name"].iloc[0])
    wait(lambda: len(chosen.scenarios) == 1 and not chosen.job.is_busy)
    assert chosen.scenarios[0].name == f"Region 1 · {name}"
    press(page.edits_button)
    assert page.genes.toPlainText() == name.split(" ")[0]


def test_cancel_keeps_what_is_done(dock, chosen, wait, monkeypatch) -> None:
    monkeypatch.setattr(variants, "MOST_LINES", 2)
    panel = dock(ScenariosPanel)
    page = panel.screening
    panel.tabs.setCurrentWidget(page)
    page.genes.setPlainText(" ".join([*chosen.section.genes]))
    press(page.run.start)
    wait(page.run.cancel.isVisible)
    wait(lambda: chosen.screen is not None)
    press(page.run.cancel)
    wait(lambda: not chosen.job.is_busy)
    assert 0 < len(chosen.screen.found.table) < chosen.screen.found.asked
    assert f"of {chosen.screen.found.asked} edits" in page.what.text()
