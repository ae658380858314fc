"""The list of kept results: star, name, strongest gene, how strong; a click shows one, F2 renames it."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import QSize, Qt, Signal
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from napari_ripple.state.scenario import Scenario

NAME_ROLE = Qt.ItemDataRole.UserRole
STAR, NAME, GENE, STRENGTH = range(4)
STARS = {True: "★", False: "☆"}
HEADERS = ("", "Scenario", "Strongest", "Mean |Δ|")
TIPS = (
    "Click a star to mark what matters.",
    "Region and edit. Click: show it again. F2: another name. Two with Ctrl: compare them.",
    "The gene, of those that were not edited, whose mean response is strongest (simulated).",
    "Mean |response| of the genes that were not edited over the regenerated cells, log-normalised (simulated).",
)
FEWEST_ROWS, MOST_ROWS, ROOM, NARROW = 3, 12, 8, 300


class KeptList(QTreeWidget):
    """Emits ``chosen`` (name) for the one clicked, ``renamed`` (old, new), ``starred`` (name, on), ``picked`` for any selection."""

    chosen = Signal(str)
    renamed = Signal(str, str)
    starred = Signal(str, bool)
    picked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setColumnCount(len(HEADERS))
        self.setHeaderLabels(HEADERS)
        for column, tip in enumerate(TIPS):
            self.headerItem().setToolTip(column, tip)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.header().setStretchLastSection(False)
        self.header().setMinimumSectionSize(18)
        self.header().setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column in (STAR, GENE, STRENGTH):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.itemClicked.connect(self._clicked)
        self.itemActivated.connect(self._activated)
        self.itemChanged.connect(self._renamed)
        self.itemSelectionChanged.connect(self.picked)

    def show_scenarios(self, scenarios: Sequence[Scenario], shown: str | None) -> None:
        """Replace the rows; the one on the tissue is bold, the selection stays, and nothing is emitted."""
        before, selected = self._names(), set(self.selected())
        if len(before) == len(scenarios):  # one may have been renamed
            selected = {scenario.name for scenario, name in zip(scenarios, before) if name in selected}
        self.blockSignals(True)
        self.clear()
        height = self.fontMetrics().height() + ROOM
        for scenario in scenarios:
            item = _item(scenario, height, is_shown=scenario.name == shown)
            self.addTopLevelItem(item)
            item.setSelected(scenario.name in selected)
        self.blockSignals(False)
        rows = min(max(len(scenarios), FEWEST_ROWS), MOST_ROWS)
        self.setFixedHeight(self.header().sizeHint().height() + height * rows + 6)

    def selected(self) -> list[str]:
        """Names of the selected scenarios, from top to bottom."""
        chosen = {str(item.data(NAME, NAME_ROLE)) for item in self.selectedItems()}
        return [name for name in self._names() if name in chosen]

    def rename_selected(self) -> None:
        """Begin to write another name of the selected scenario."""
        for item in self.selectedItems()[:1]:
            self.editItem(item, NAME)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Leave the strongest gene to the tooltip where there is no room beside the name."""
        super().resizeEvent(event)
        self.setColumnHidden(GENE, self.width() < NARROW)

    def _names(self) -> list[str]:
        return [str(self.topLevelItem(place).data(NAME, NAME_ROLE)) for place in range(self.topLevelItemCount())]

    def _clicked(self, item: QTreeWidgetItem, column: int) -> None:
        name = str(item.data(NAME, NAME_ROLE))
        if column == STAR:
            self.starred.emit(name, item.text(STAR) != STARS[True])
        elif len(self.selectedItems()) == 1:
            self.chosen.emit(name)

    def _activated(self, item: QTreeWidgetItem) -> None:
        self.chosen.emit(str(item.data(NAME, NAME_ROLE)))

    def _renamed(self, item: QTreeWidgetItem, column: int) -> None:
        old, new = str(item.data(NAME, NAME_ROLE)), item.text(NAME).strip()
        if column == NAME and new != old:
            self.blockSignals(True)
            item.setText(NAME, old)  # until the session has taken the new name
            self.blockSignals(False)
            self.renamed.emit(old, new)


def _item(scenario: Scenario, height: int, *, is_shown: bool) -> QTreeWidgetItem:
    """One row, with all that is known in its tooltip."""
    found = scenario.headline
    words = (STARS[scenario.starred], scenario.name, found.gene or "–", f"{found.strength:.3f}")
    item = QTreeWidgetItem(list(words))
    item.setData(NAME, NAME_ROLE, scenario.name)
    item.setSizeHint(NAME, QSize(0, height))
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
    item.setTextAlignment(STRENGTH, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    font = item.font(NAME)
    font.setBold(is_shown)
    item.setFont(NAME, font)
    for column in range(len(words)):
        item.setToolTip(column, tip(scenario))
    return item


def tip(scenario: Scenario) -> str:
    """What a scenario was made from and what came of it, in lines."""
    found, chosen = scenario.headline, scenario.settings
    part = "" if scenario.is_complete else " (stopped before the end)"
    dose = sorted({f"{edit.strength:g}" for edit in scenario.edits})
    lines = [
        f"{scenario.name} (simulated)",
        f"{found.cells:,} cells regenerated{part}; strongest: {found.gene or 'none'} {found.change:+.3f}",
        f"region {scenario.roi.name} of {scenario.section}; dose {', '.join(dose)}; zone {chosen.zone_um:g} µm, {chosen.mode}",
        f"model {scenario.model}" + (f" ({scenario.model_path.name})" if scenario.model_path is not None else ""),
        f"made {scenario.made:%Y-%m-%d %H:%M}; {scenario.bytes / 1e6:.1f} MB of memory",
    ]
    return "\n".join([*lines, scenario.note] if scenario.note else lines)
