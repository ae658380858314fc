"""The legend with what is needed around it: a search field where there are many lines, and Show all."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from napari_ripple.canvas.colors import UNKNOWN, LegendEntry
from napari_ripple.widgets.coloring.legend import Legend
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.page import row

MANY = 12


class LegendBox(QWidget):
    """A :class:`Legend`, the number of its lines and of hidden ones, and two buttons.

    Hidden lines stay hidden while others are searched for.
    """

    def __init__(self) -> None:
        super().__init__()
        self.legend, self.search, self.words = Legend(), QLineEdit(), tones.quiet()
        self.search.setPlaceholderText("find a label …")
        self.search.setClearButtonEnabled(True)
        self.search.setToolTip("Letters of a label: the list shows only those that hold them.")
        self.all_button, self.none_button = QPushButton("Show all"), QPushButton("Hide all")
        self.all_button.setToolTip("Show the cells of every label.")
        self.none_button.setToolTip("Hide the cells of every label, to show some of them again one by one.")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.search)
        column.addWidget(self.legend)
        column.addLayout(row(self.words, self.none_button, self.all_button, stretch=0))
        self._entries: tuple[LegendEntry, ...] = ()
        self._unknown = 0
        self.search.textChanged.connect(self.legend.show_found)
        self.all_button.clicked.connect(lambda: self.legend.hidden_changed.emit(frozenset()))
        self.none_button.clicked.connect(self._hide_all)

    def show_entries(self, entries: Sequence[LegendEntry], unknown: int = 0) -> None:
        """Replace the categories; ``unknown`` is the number of cells without a label."""
        if [entry.label for entry in entries] != [entry.label for entry in self._entries]:
            self.search.clear()
        self._entries, self._unknown = tuple(entries), unknown
        self.search.setVisible(len(entries) > MANY)
        self.legend.show_entries(entries)
        self.legend.show_found(self.search.text())
        self.show_hidden(self.legend.hidden)

    def show_hidden(self, hidden: frozenset[str]) -> None:
        """Strike out what is hidden, and say how much that is."""
        self.legend.show_hidden(hidden)
        n_hidden = sum(entry.label in hidden for entry in self._entries)
        words = [f"{len(self._entries)} labels"] if len(self._entries) > MANY else []
        words += [f"{n_hidden} hidden"] if n_hidden else []
        if self._unknown:
            words.append(f'<span style="color:{UNKNOWN}">■</span> no label: {self._unknown:,} cells')
        self.words.setText(" · ".join(words))
        self.all_button.setEnabled(n_hidden > 0)
        self.none_button.setEnabled(n_hidden < len(self._entries))

    def _hide_all(self) -> None:
        self.legend.hidden_changed.emit(frozenset(entry.label for entry in self._entries))
