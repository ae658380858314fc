"""What the tissue shows, chosen in its panel: the legend's labels one by one, gene sets, limits."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QFileDialog, QInputDialog

from napari_ripple import actions
from napari_ripple.canvas import colors
from napari_ripple.widgets.parts.forms.gene_search import GeneSearch
from napari_ripple.widgets.tissue.panel import TissuePanel


def press(button: Any) -> None:
    """Click a button."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_legend_solos_by_word_alt_and_keys_and_shows_all(dock, opened, wait) -> None:
    panel = dock(TissuePanel)
    box, legend = panel.legend_box, panel.legend
    others = {"Type 1", "Type 3", "Type 4"}
    place = legend.visualRect(legend.model().index(1, 2)).center()
    QTest.mouseClick(legend.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened.hidden == others
    assert "3 hidden" in box.words.text()
    press(box.all_button)
    assert opened.hidden == frozenset()
    press(box.none_button)
    assert len(opened.hidden) == 4
    press(box.all_button)
    legend.setFocus()
    legend.setCurrentItem(legend.topLevelItem(1))
    QTest.keyClick(legend, Qt.Key.Key_Return)
    assert opened.hidden == others
    QTest.keyClick(legend, Qt.Key.Key_Return)
    QTest.keyClick(legend, Qt.Key.Key_Space)
    assert opened.hidden == {"Type 2"}
    box.search.setText("3")
    assert [legend.topLevelItem(i).isHidden() for i in range(4)] == [True, True, False, True]
    assert opened.hidden == {"Type 2"}
    legend.region_wanted.emit("Type 3")
    wait(lambda: opened.active_roi == "Type 3")


def test_genes_typed_or_a_set_of_a_file_colour_the_cells(dock, opened, tmp_path, monkeypatch) -> None:
    panel = dock(TissuePanel)
    choice = panel.choice.set_choice
    choice.field.setText("lig1-01, Gene040")
    QTest.keyClick(choice.field, Qt.Key.Key_Return)
    assert opened.color_by.genes == ("Lig1-01", "Gene040")
    assert panel.color_bar.isVisible()
    assert not panel.choice.is_log.isVisible()
    panel.choice.percentiles.setValue((5, 90))
    press(panel.choice.auto)
    assert (opened.color_by.low, opened.color_by.high) == (0, 99)
    sets = tmp_path / "sets.gmt"
    sets.write_text("first\tx\tGene041\nsecond\tx\tGene040\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(sets), ""))
    monkeypatch.setattr(QInputDialog, "getItem", lambda *_: ("second", True))
    press(choice.button)
    assert (opened.color_by.key, opened.color_by.genes) == ("second", ("Gene040",))
    actions.color_by(opened, "Lig1-01")
    assert choice.field.text() == ""
    assert any("nothing counted" in words for _, words in panel.color_bar.notes)


def test_what_nothing_counted_looks_like_follows_the_theme(dock, viewer, opened, wait) -> None:
    panel = dock(TissuePanel)
    actions.color_by(opened, "Lig1-01")
    for theme, color in (("light", colors.QUIET_ON_LIGHT), ("dark", colors.QUIET)):
        viewer.theme = theme
        wait(lambda color=color: panel.color_bar.notes[0][0] == color)


def test_three_letters_find_a_gene_and_those_that_begin_so_come_first(qtbot) -> None:
    search = GeneSearch()
    qtbot.addWidget(search)
    search.set_genes(["Bact", "Acta2", "Xact", "Gfap", "Actb"])
    search.show()
    QTest.keyClicks(search, "act")
    completer = search.completer()
    completer.setCompletionPrefix("act")
    shown = [completer.completionModel().index(row, 0).data() for row in range(completer.completionCount())]
    assert shown == ["Acta2", "Actb", "Bact", "Xact"]
