"""Which cells an edit changes: all of the active region, those of one label, or those of another region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from napari_ripple.widgets.parts.forms.drop_down import DropDown
from ripple_core.perturb.editing.edits import Edit
from ripple_core.roi import Roi

ALL = "all of the region"


class EditLimit(QWidget):
    """Emits ``limited`` with the cells that the edit shall change, or None for all."""

    limited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.cells = DropDown()
        self.cells.setToolTip("Which cells the selected edit changes; another region is regenerated around as well.")
        self.cells.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(QLabel("changes"))
        line.addWidget(self.cells, 1)
        self.cells.activated.connect(self._emit)

    def show_edit(self, edit: Edit | None, regions: Sequence[str], labels: Mapping[str, Sequence[str]]) -> None:
        """Offer what the edit may be limited to, and show to what it is; nothing is emitted."""
        self.setVisible(edit is not None and edit.kind != "insert")
        self.cells.clear()
        self.cells.addItem(ALL, None)
        for region in regions:
            self.cells.addItem(f"cells in {region}", {"region": region})
        for key, names in labels.items():
            for name in names:
                self.cells.addItem(f"only {name} ({key})", {"label": name, "key": key})
        where = None if edit is None else edit.where
        if where is None:
            return
        words: dict[str, Any] = {"label": where.label, "key": where.key}
        if where.region is not None:
            words = {"region": Roi.from_feature(where.region).name}
        offered = [self.cells.itemData(place) for place in range(self.cells.count())]
        if words not in offered:
            self.cells.addItem(where.words, words)
            offered.append(words)
        self.cells.setCurrentIndex(offered.index(words))

    def _emit(self, place: int) -> None:
        self.limited.emit(self.cells.itemData(place))
