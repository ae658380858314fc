"""A chart with its heading and a button that saves it: as a figure for print, or as its numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qtpy.QtCore import QEvent, Signal
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import QFileDialog, QMenu, QToolButton, QVBoxLayout, QWidget

from napari_ripple.charts.chart import Chart, Shown
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.page import row

WAYS = {
    ".svg": ("Figure for print (SVG) …", "SVG (*.svg)"),
    ".png": ("Picture, 600 dpi (PNG) …", "PNG (*.png)"),
    ".csv": ("Its numbers (CSV) …", "CSV (*.csv)"),
}


class ChartFrame(QWidget):
    """Emits ``picked`` with the gene that is clicked, and ``saved`` with the figure's name and the path that was chosen.

    Parameters
    ----------
    name
        The figure's name, which is also the name of its file.
    make_chart
        Makes what draws it, when it is first seen or asked for: a page has many charts, of which most are never looked at.
    tip
        How to read it, in one or two sentences.
    """

    picked = Signal(str)
    saved = Signal(str, str)

    def __init__(self, name: str, make_chart: Callable[[], Chart], tip: str) -> None:
        super().__init__()
        self.name, self._make_chart = name, make_chart
        self._chart: Chart | None = None
        self._shown: Shown | None = None
        self.heading = tones.heading("")
        self.heading.setToolTip(tip)
        self.button = QToolButton()
        self.button.setText("Save ▾")
        self.button.setProperty("role", "menu")
        self.button.setToolTip("Save this chart as a figure for print, or as its numbers.")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.button)
        for ending, (words, _) in WAYS.items():
            menu.addAction(words).setData(ending)
        menu.triggered.connect(self._browse)
        self.button.setMenu(menu)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(2)
        column.addLayout(row(self.heading, self.button, stretch=0))

    @property
    def chart(self) -> Chart:
        """What draws it."""
        if self._chart is None:
            self._chart = self._make_chart()
            self._chart.picked.connect(self.picked)
            self.layout().addWidget(self._chart)
            self._chart.dress(tones.ink(self))
            if self._shown is not None:
                self._chart.show_table(self._shown)
        return self._chart

    def prepare(self) -> Chart:
        """Make the chart now, where the first cells of a run would have to wait for it."""
        return self.chart

    def show_table(self, shown: Shown) -> None:
        """Show another table."""
        self.heading.setText(f"{shown.title} (simulated)")
        self._shown = shown
        if self._chart is not None:
            self._chart.show_table(shown)

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event is not None and tones.is_theme_change(event) and getattr(self, "_chart", None) is not None:
            self.chart.dress(tones.ink(self))

    def showEvent(self, event: QShowEvent | None) -> None:
        """Take the colours of the window that it has come into."""
        super().showEvent(event)
        self.chart.dress(tones.ink(self))

    def _browse(self, action: object) -> None:
        ending = action.data()  # type: ignore[attr-defined]  # a QAction; where it lives differs between bindings
        words, kind = WAYS[ending]
        path, _ = QFileDialog.getSaveFileName(self, words.rstrip(" …"), f"{self.name}_simulated{ending}", kind)
        if path:
            self.saved.emit(self.name, path if Path(path).suffix else path + ending)
