"""Keeps a chart as a figure for print (SVG, PNG; black on white, with the word simulated) or as its numbers (CSV)."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyqtgraph as pg
from pyqtgraph.exporters import ImageExporter
from qtpy.QtCore import QCoreApplication, QRectF, Qt
from qtpy.QtGui import QColor, QImage, QPainter
from qtpy.QtSvg import QSvgGenerator

from napari_ripple.charts.chart import Chart, Shown
from napari_ripple.charts.ink import PAPER
from ripple_core.errors import DataError, sentence
from ripple_core.files import SIMULATED, replacing, write_simulated

WIDTH, DPI, SCREEN_DPI, INCH_M = 520, 600, 96, 0.0254
"""A figure is 520 pixels of a screen wide, which is 138 mm in print: between one column and two."""
TITLE_HEIGHT, LEAST_HEIGHT = 30, 300
FORMATS = (".svg", ".png", ".csv")


def save(kind: type[Chart], shown: Shown, path: str | Path) -> None:
    """Write what a chart of this kind shows; the ending says how: .svg, .png (600 dpi) or .csv.

    Raises DataError for another ending, and where nothing can be written.
    """
    ending = Path(path).suffix.lower()
    if ending not in FORMATS:
        raise DataError(sentence("a file name that ends in .svg, .png or .csv", Path(path).name, "Choose one of these"))
    if ending == ".csv":
        write_simulated(path, shown.table)
        return
    chart = on_paper(kind, shown, 1.0 if ending == ".svg" else DPI / SCREEN_DPI)
    with replacing(path) as temporary:
        if ending == ".svg":
            _write_svg(chart, temporary)
        else:
            _write_png(chart, temporary)
    chart.close()


def _write_svg(chart: Chart, path: Path) -> None:
    """Lines are lines and words words; pyqtgraph's own exporter stumbles over some of its curves."""
    paper = QSvgGenerator()
    paper.setFileName(str(path))
    paper.setSize(chart.size())
    paper.setViewBox(QRectF(chart.rect()))
    paper.setResolution(SCREEN_DPI)
    paper.setTitle(f"{chart.shown.title} ({SIMULATED})")
    _paint(chart, paper)


def _write_png(chart: Chart, path: Path) -> None:
    """As many points as print needs, lines as thick as on the screen; the file says how large it is."""
    picture = QImage(chart.size() * (DPI / SCREEN_DPI), QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(DPI / SCREEN_DPI)
    picture.fill(QColor(PAPER.back))
    _paint(chart, picture)
    picture.setDevicePixelRatio(1.0)
    picture.setDotsPerMeterX(round(DPI / INCH_M))
    picture.setDotsPerMeterY(round(DPI / INCH_M))
    if not picture.save(str(path), "PNG"):
        raise OSError(f"{path.name} could not be written")


def _paint(chart: Chart, paper: Any) -> None:
    """Draw a chart on anything that can be drawn on; its items know that it is not the screen."""
    painter, place = QPainter(paper), QRectF(chart.rect())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    exporter = ImageExporter(chart.scene())
    exporter.setExportMode(True, {"painter": painter, "antialias": True, "background": None, "resolutionScale": 1.0})
    chart.scene().render(painter, place, place)
    exporter.setExportMode(False)
    painter.end()


def on_paper(kind: type[Chart], shown: Shown, pen: float = 1.0) -> Chart:
    """The same chart in black on white, as wide as a figure, with its title; no window shows it.

    ``pen`` times as thick lines: Qt draws them in points of the picture, however many it has.
    """
    _with_qt()
    chart = kind()
    chart.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    chart.dress(replace(PAPER, pen=pen))
    chart.show_table(shown)
    chart.setTitle(f"{shown.title} ({SIMULATED})", color=PAPER.text, size="10pt")
    chart.setFixedSize(WIDTH, max(chart.height() + TITLE_HEIGHT, LEAST_HEIGHT))
    chart.show()
    QCoreApplication.processEvents()
    return chart


def _with_qt() -> None:
    """Charts need Qt's application; where there is no screen it draws without one."""
    if QCoreApplication.instance() is None:
        has_screen = sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        if not has_screen:
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        pg.mkQApp("Ripple")
