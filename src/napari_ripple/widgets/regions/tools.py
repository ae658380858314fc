"""The drawing tools as buttons: which outline the next drag or clicks in the viewer draw, and how wide the brush is."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import QButtonGroup, QCheckBox, QDoubleSpinBox, QGridLayout, QPushButton, QSizePolicy, QWidget

from napari_ripple.canvas.brush import WIDTH_UM
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.page import row

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
ONE_LINE, PER_LINE, PER_NARROW_LINE = 300, 4, 3


class RoiTools(QWidget):
    """One button for each tool, and a line on how it is used; emits ``chosen`` with its name.

    ``brush_changed`` is emitted with the width of the brush in µm and whether it erases.
    """

    chosen = Signal(str)
    brush_changed = Signal(float, bool)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(3)
        for place, (tool, (words, tip)) in enumerate(TOOLS.items()):
            button = QPushButton(words)
            button.setCheckable(True)
            button.setToolTip(f"{tip} (Alt+{place + 1})")
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setMinimumWidth(1)
            self._group.addButton(button, place)
            self.buttons[tool] = button
        self.tip, self.brush = tones.quiet(), QWidget()
        self.width_um, self.erases = QDoubleSpinBox(), QCheckBox("erase")
        self._make_brush()
        self._grid.addWidget(self.tip, len(TOOLS), 0, 1, PER_LINE)
        self._grid.addWidget(self.brush, len(TOOLS) + 1, 0, 1, PER_LINE)
        self._place(PER_LINE)
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

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Fewer buttons a line where there is little room."""
        super().resizeEvent(event)
        self._place(PER_LINE if self.width() >= ONE_LINE else PER_NARROW_LINE)

    def show_tool(self, tool: str) -> None:
        """Press the button of a tool and say how it is used; nothing is emitted."""
        if tool in self.buttons:
            self.buttons[tool].setChecked(True)
            self.tip.setText(TOOLS[tool][1])
            self.brush.setVisible(tool == "brush")

    def _place(self, per_line: int) -> None:
        for place, button in enumerate(self.buttons.values()):
            self._grid.addWidget(button, place // per_line, place % per_line)

    def _emit(self, place: int) -> None:
        self.chosen.emit(list(TOOLS)[place])

    def _emit_brush(self, *_: object) -> None:
        self.brush_changed.emit(self.width_um.value(), self.erases.isChecked())
