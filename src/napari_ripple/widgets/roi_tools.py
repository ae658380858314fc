"""The drawing tools as buttons: which outline the next drag or clicks in the viewer draw."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QSizePolicy, QWidget

from napari_ripple.widgets import tones

TOOLS: dict[str, tuple[str, str]] = {
    "polygon": ("Polygon", "Click the corners; double click to close."),
    "lasso": ("Lasso", "Hold the button and draw around the cells."),
    "rectangle": ("Rectangle", "Drag from corner to corner."),
    "ellipse": ("Ellipse", "Drag from corner to corner of its box."),
    "select": ("Move", "Click a region, then drag it or its handles."),
    "pan": ("Navigate", "Drag moves the picture, the wheel zooms."),
}
PER_LINE = 3


class RoiTools(QWidget):
    """One button for each tool, and a line on how it is used; emits ``chosen`` with its name."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        for place, (tool, (words, tip)) in enumerate(TOOLS.items()):
            button = QPushButton(words)
            button.setCheckable(True)
            button.setToolTip(f"{tip} (Alt+{place + 1})")
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(button, place)
            grid.addWidget(button, place // PER_LINE, place % PER_LINE)
            self.buttons[tool] = button
        self.tip = tones.quiet()
        grid.addWidget(self.tip, grid.rowCount(), 0, 1, PER_LINE)
        self.show_tool("pan")
        self._group.idClicked.connect(self._emit)

    def show_tool(self, tool: str) -> None:
        """Press the button of a tool and say how it is used; nothing is emitted."""
        if tool in self.buttons:
            self.buttons[tool].setChecked(True)
            self.tip.setText(TOOLS[tool][1])

    def _emit(self, place: int) -> None:
        self.chosen.emit(list(TOOLS)[place])
