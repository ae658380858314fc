"""What the colours on the tissue mean: the colour bar of the view that is shown, and a sentence on what is simulated."""

from __future__ import annotations

from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_ripple.display.picture import Picture
from napari_ripple.widgets.coloring.color_bar import ColorBar
from napari_ripple.widgets.parts import tones

MEANINGS = {
    "observed": "All cells on the tissue are shown as they were measured.",
    "control": "In and around the region: regenerated without the edit (simulated). All other cells: measured.",
    "perturbed": "In and around the region: measured value + response (simulated). All other cells: measured.",
    "response": "Simulated. Cells that were not regenerated keep their measured colour.",
}
LABELS = "Simulated: the colours are named in the Niches tab below. Grey cells were not regenerated."
SIGNED = "Blue: lower with the edit. Grey: no change. Orange: higher."


class Scale(QWidget):
    """A colour bar and its explanation."""

    def __init__(self) -> None:
        super().__init__()
        self.bar, self.words = ColorBar(), tones.quiet()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.bar)
        column.addWidget(self.words)

    def show_picture(self, picture: Picture | None, view: str) -> None:
        """Explain a picture of the tissue; labels have no bar, since their legend stands in the Tissue panel."""
        paint = None if picture is None else picture.simulated or picture.cells
        is_scale = paint is not None and paint.kind in ("numbers", "response")
        self.bar.setVisible(is_scale)
        if paint is not None and is_scale:
            self.bar.show_scale(paint)
        if picture is None or picture.note:
            self.words.setText("" if picture is None else picture.note)
        elif paint is not None and paint.kind == "response":
            self.words.setText(f"{SIGNED} {MEANINGS['response']}")
        elif paint is not None and paint.kind == "labels" and picture.simulated is not None:
            self.words.setText(LABELS)
        else:
            self.words.setText(MEANINGS[view])
        self.words.setVisible(bool(self.words.text()))
