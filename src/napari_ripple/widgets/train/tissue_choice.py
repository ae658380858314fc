"""What a model is trained on: sections of the open file, other files, and which section is held out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from napari_ripple.state.training import TrainWish
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.forms.drop_down import DropDown
from napari_ripple.widgets.parts.page import row

MOST_ROWS = 6
FILE = int(Qt.ItemDataRole.UserRole)
STRIP, LAST = "a strip (a fifth)", "the last one"


class TissueChoice(QWidget):
    """Emits ``tissue`` (names of sections, paths of files) and ``hold_out`` (names)."""

    tissue = Signal(object, object)
    hold_out = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.list = QListWidget()
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.list.setToolTip("Sections with a tick are trained on. More tissue of the same kind makes a better model.")
        self.list.itemChanged.connect(self._emit)
        self.add_button = tones.button("Add files …", "Train on other section files (.h5ad) as well.")
        self.add_button.clicked.connect(self.browse)
        self.held_out = DropDown()
        self.held_out.setToolTip(
            "Cells that the model never learns from: training stops when it gets no better on them, and it is scored there."
        )
        self.held_out.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.held_out.activated.connect(self._emit_hold_out)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.list)
        column.addWidget(self.add_button)
        column.addLayout(row(QLabel("held out"), self.held_out, stretch=1))

    def browse(self) -> None:
        """Ask for more files."""
        paths, _ = QFileDialog.getOpenFileNames(self, "Sections to train on", "", "Sections (*.h5ad)")
        if paths:
            sections, files = self.ticked()
            self.tissue.emit(sections, tuple(dict.fromkeys((*files, *paths))))

    def show_choice(self, names: Sequence[str], shown: str, wish: TrainWish) -> None:
        """List the open file's sections, the shown one ticked unless others are wished for, and the other files."""
        wished = wish.sections or (() if wish.files else (shown,))
        self.list.blockSignals(True)
        self.list.clear()
        for name in names:
            self._add(name, "", is_ticked=name in wished)
        for path in wish.files:
            self._add(Path(path).name, path, is_ticked=True)
        self.list.blockSignals(False)
        rows = min(max(self.list.count(), 1), MOST_ROWS)
        self.list.setFixedHeight(max(self.list.sizeHintForRow(0), 18) * rows + 6)
        self._show_hold_out(wished, wish)

    def ticked(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names of the sections and paths of the files with a tick."""
        items = [self.list.item(place) for place in range(self.list.count())]
        chosen = [item for item in items if item.checkState() == Qt.CheckState.Checked]
        files = tuple(str(item.data(FILE)) for item in chosen if item.data(FILE))
        return tuple(item.text() for item in chosen if not item.data(FILE)), files

    def _add(self, name: str, path: str, *, is_ticked: bool) -> None:
        item = QListWidgetItem(name)
        item.setData(FILE, path)
        item.setToolTip(path or name)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked)
        self.list.addItem(item)

    def _show_hold_out(self, wished: Sequence[str], wish: TrainWish) -> None:
        """Offer a strip of a single section, or one of several."""
        self.held_out.clear()
        is_single = len(wished) + len(wish.files) == 1
        self.held_out.addItem(STRIP if is_single else LAST, ())
        for name in () if is_single else wished:
            self.held_out.addItem(name, (name,))
        place = next((i for i in range(self.held_out.count()) if self.held_out.itemData(i) == wish.hold_out), 0)
        self.held_out.setCurrentIndex(place)

    def _emit(self) -> None:
        self.tissue.emit(*self.ticked())

    def _emit_hold_out(self, place: int) -> None:
        self.hold_out.emit(self.held_out.itemData(place))
