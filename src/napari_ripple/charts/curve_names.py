"""The names of a chart's curves, in a corner of it: pyqtgraph's legend, safe where Python's collector throws it away."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pyqtgraph as pg
from qtpy.QtCore import QSizeF, Qt

NO_SIZE = QSizeF(0.0, 0.0)


class CurveNames(pg.LegendItem):
    """A legend; what is drawn with a name afterwards stands in it.

    Qt asks what is left of a legend for its sizes while it takes one apart, and a chart is mostly taken apart by Python's
    collector, which may run in the middle of the making of any other Qt object. If a new Qt object is made there, as
    pyqtgraph's own names do for each size, PyQt gives it the place of the one that was under way, which then is an empty
    new object, or an error.
    """

    def __init__(self, plot: pg.PlotItem, **options: Any) -> None:
        super().__init__(**options)
        self.setParentItem(plot.vb)
        plot.legend = self

    def addItem(self, item: Any, name: str) -> None:
        """Add a curve."""
        label = _Name(name, color=self.opts["labelTextColor"], justify="left", size=self.opts["labelTextSize"])
        sample = self.sampleType(item)
        sample.sigClicked.connect(self.sigSampleClicked)
        self.items.append((sample, label))
        self._addItemToLayout(sample, label)
        self.updateSize()


class _Name(pg.LabelItem):
    """A name whose sizes lie ready."""

    _ready: Mapping[Qt.SizeHint, QSizeF] = MappingProxyType({})

    def updateMin(self) -> None:
        """Take the size that the words have now."""
        super().updateMin()
        self._ready = {hint: QSizeF(*size) for hint, size in self._sizeHint.items()}

    def sizeHint(self, hint: Qt.SizeHint, constraint: QSizeF) -> QSizeF:
        """A size that was made before."""
        return self._ready.get(hint, NO_SIZE)
