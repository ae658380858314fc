"""The drawing tools as buttons: which outline the next drag or clicks in the viewer draw, and how wide the brush is."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QButtonGroup, QCheckBox, QDoubleSpinBox, QPushButton, QVBoxLayout, QWidget

from napari_ripple.canvas.regions.brush import WIDTH_UM
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.page import row
from napari_ripple.widgets.parts.wrapped import Wrapped

TOOLS: dict[str, tuple[str, str]] = {
    "polygon": ("Polygon", "Click the corners; double click to close."),
    "lasso": ("Lasso", "Hold the button and draw around the cells."),
    "rectangle": ("Rectangle", "Drag from corner to corner."),
    "ellipse": ("Ellipse", "Drag from corner to corner of its box."),
    "brush": ("Brush", "Paint. Begin on the selected region to add to it, elsewhere for a new one; Alt erases."),
    "vertices": ("Corners", "Click a region, then drag its corners."),
    "select": ("Move", "Click a region, then drag it or its handles."),
    "pan": ("Navigate", "Drag moves the picture, the wheel zooms."),
}


class RoiTools(QWidget):
    """One button for each tool, and a line on how it is used; emits ``chosen`` with its name.

    ``brush_changed`` is emitted with the width of the brush in µm and whether it erases.
    """

    chosen = Signal(str)
    brush_changed = Signal(float, bool)

    def __init__(self) -> None:
        super().__init__()
        self.buttons = {tool: QPushButton(words) for tool, (words, _) in TOOLS.items()}
        self._group = QButtonGroup(self)
        for place, (tool, button) in enumerate(self.buttons.items()):
            button.setCheckable(True)
            button.setToolTip(f"{TOOLS[tool][1]} (Alt+{place + 1})")
            self._group.addButton(button, place)
        self.tip, self.brush = tones.quiet(), QWidget()
        self.width_um, self.erases = QDoubleSpinBox(), QCheckBox("erase")
        self._make_brush()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for widget in (Wrapped(*self.buttons.values()), self.tip, self.brush):
            column.addWidget(widget)
        self.show_tool("pan")
        self._group.idClicked.connect(self._emit)

    def _make_brush(self) -> None:
        self.width_um.setRange(1, 5000)
        self.width_um.setDecimals(0)
        self.width_um.setSuffix(" µm")
        self.width_um.setValue(WIDTH_UM)
        self.width_um.setPrefix("width ")
        self.width_um.setToolTip("How wide the brush is; the circle at the pointer shows it.")
        self.erases.setToolTip("Take what is painted over from the selected region (holding Alt does the same).")
        line = row(self.width_um, self.erases, stretch=0)
        self.brush.setLayout(line)
        self.width_um.valueChanged.connect(self._emit_brush)
        self.erases.toggled.connect(self._emit_brush)

    def show_tool(self, tool: str) -> None:
        """Press the button of a tool and say how it is used; nothing is emitted."""
        if tool in self.buttons:
            self.buttons[tool].setChecked(True)
            self.tip.setText(TOOLS[tool][1])
            self.brush.setVisible(tool == "brush")

    def _emit(self, place: int) -> None:
        self.chosen.emit(list(TOOLS)[place])

    def _emit_brush(self, *_: object) -> None:
        self.brush_changed.emit(self.width_um.value(), self.erases.isChecked())
