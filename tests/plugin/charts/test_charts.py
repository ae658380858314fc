"""Charts draw their tables, answer the mouse, and are saved as figures that say simulated."""

from __future__ import annotations

import gc
import sys
from types import FrameType
from typing import Any

import numpy as np
import pandas as pd
import pyqtgraph as pg
import pytest
from qtpy.QtCore import QPointF, Qt
from qtpy.QtGui import QImage
from qtpy.QtTest import QTest

from napari_ripple.charts.bars import BeforeAfter, SignedBars
from napari_ripple.charts.chart import Chart, Shown
from napari_ripple.charts.curves import Curves
from napari_ripple.charts.doses import DoseCurve
from napari_ripple.charts.heat import Heat
from napari_ripple.charts.ink import PAPER
from napari_ripple.charts.save import WIDTH, on_paper, save
from napari_ripple.charts.scatter import Scatter
from napari_ripple.charts.volcano import VolcanoChart
from ripple_core.errors import DataError

GENES = [f"Gene{i}" for i in range(12)]
RESPONSE = np.linspace(-0.6, 0.5, 12)
RINGS = pd.DataFrame({"distance_um": [10.0, 30.0], "response": [0.5, 0.2], "low": [0.3, 0.1], "high": [0.6, 0.3]})
EXAMPLES: dict[type[Chart], Shown] = {
    SignedBars: Shown(pd.DataFrame({"name": GENES, "value": RESPONSE, "sd": 0.05}), "Genes", bottom="response"),
    VolcanoChart: Shown(
        pd.DataFrame({"gene": GENES, "response": RESPONSE, "evidence": np.r_[np.nan, np.arange(11.0)], "edited": False}),
        "Volcano", "−log10 p", "response", line=2.0, mark="Gene3",
    ),
    Curves: Shown(RINGS.assign(cells=[9, 0]), "Distance", "response", "distance (µm)"),
    Heat: Shown(
        pd.DataFrame({"type": np.repeat(["a", "b"], 3), "cells": 5, "gene": GENES[:3] * 2, "response": RESPONSE[:6]}),
        "Types", bottom="blue to orange",
    ),
    DoseCurve: Shown(
        pd.DataFrame({"dose": [0.0, 1.0], "response": [0.0, 0.2], "spread": [0.0, 0.1], "noise": [np.nan, 0.05]}), "Doses"
    ),
    Scatter: Shown(pd.DataFrame({"gene": GENES, "a": RESPONSE, "b": RESPONSE, "edited": False}), "A against B"),
    BeforeAfter: Shown(pd.DataFrame({"name": ["1", "2"], "before": [0.4, 0.6], "after": [0.7, 0.3]}), "Niches"),
}  # fmt: skip


@pytest.mark.parametrize("kind", EXAMPLES, ids=lambda kind: kind.__name__)
def test_a_chart_is_saved_for_print_and_as_numbers(kind, qapp, tmp_path) -> None:
    shown = EXAMPLES[kind]
    for ending in ("svg", "png", "csv"):
        save(kind, shown, tmp_path / f"figure.{ending}")
    drawing = (tmp_path / "figure.svg").read_text(encoding="utf-8")
    assert f"{shown.title} (simulated)" in drawing
    assert "<text" in drawing
    picture = QImage(str(tmp_path / "figure.png"))
    assert picture.width() == WIDTH * 600 // 96
    assert picture.dotsPerMeterX() == pytest.approx(600 / 0.0254, abs=1)
    assert picture.pixelColor(1, 1).name() == PAPER.back
    table = pd.read_csv(tmp_path / "figure.csv")
    assert len(table) == len(shown.table)
    assert table["simulated"].all()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figure.csv", "figure.png", "figure.svg"]


def test_other_endings_are_refused(qapp, tmp_path) -> None:
    with pytest.raises(DataError, match=r"\.svg"):
        save(Curves, EXAMPLES[Curves], tmp_path / "figure.gif")


def test_the_title_and_the_axes_are_inside_the_figure(qapp) -> None:
    for kind, shown in EXAMPLES.items():
        chart = on_paper(kind, shown)
        for label in (chart.getPlotItem().titleLabel.item, chart.getAxis("bottom").label, chart.getAxis("left").label):
            if label.isVisible():
                words = (
                    label.mapToScene(label.boundingRect()).boundingRect().adjusted(4, 4, -4, -4)
                )  # without its margin
                assert chart.sceneRect().contains(words), kind
        chart.close()


TYPES = Shown(RINGS.assign(cells=[9, 4], type=["a", "b"]).drop(columns=["low", "high"]), "Distance by type")


def frames_of_the_collector() -> list[str]:
    """Collect; gives the files whose Python code was run by that."""
    entered: list[str] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            entered.append(frame.f_code.co_filename)

    def watch(phase: str, _: object) -> None:
        sys.setprofile(note if phase == "start" else None)

    gc.callbacks.append(watch)
    gc.collect()
    gc.callbacks.remove(watch)
    return entered


@pytest.mark.parametrize("make", [lambda kind: kind(), lambda kind: on_paper(kind, Shown(pd.DataFrame(), "Empty"))])
def test_charts_that_the_collector_throws_away_make_no_qt_objects(make, qapp) -> None:
    """Else PyQt confuses them with an object that is being made: its ``findChildren`` fails, or gives what is not there."""
    for kind, shown in [*EXAMPLES.items(), (Curves, TYPES)]:
        chart = make(kind)
        chart.show_table(shown)
        chart.show()
        qapp.processEvents()
        chart.hide()
        gc.collect()
        chart.itself = chart
        del chart
        assert not [file for file in frames_of_the_collector() if "pyqtgraph" in file], kind.__name__


def click(chart: Chart, x: float, y: float) -> None:
    """Click at a place in the chart's own numbers."""
    place = chart.mapFromScene(chart.getPlotItem().vb.mapViewToScene(QPointF(x, y)))
    mouse: Any = QTest
    mouse.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


@pytest.mark.parametrize(
    ("kind", "place", "gene"),
    [(SignedBars, (-0.2, 3.0), "Gene3"), (VolcanoChart, (RESPONSE[5], 4.0), "Gene5"), (Heat, (1.5, 1.5), "Gene1")],
    ids=["bars", "volcano", "heat"],
)
def test_a_gene_that_is_clicked_is_told(qtbot, kind, place, gene) -> None:
    chart = kind()
    qtbot.addWidget(chart)
    chart.show_table(EXAMPLES[kind])
    chart.resize(340, chart.height())
    chart.show()
    qtbot.wait(50)
    picked: list[str] = []
    chart.picked.connect(picked.append)
    click(chart, *place)
    assert picked == [gene]


def test_a_place_without_a_gene_says_nothing(qtbot) -> None:
    chart = VolcanoChart()
    qtbot.addWidget(chart)
    chart.show_table(EXAMPLES[VolcanoChart])
    assert chart.row_at(0.5, 0.0) is None
    assert Heat().row_at(50, 50) is None


def test_a_volcano_of_which_nothing_is_known_is_empty(qtbot) -> None:
    chart = VolcanoChart()
    qtbot.addWidget(chart)
    table = EXAMPLES[VolcanoChart].table.assign(evidence=np.nan)
    chart.show_table(Shown(table, "Volcano"))
    assert chart.row_at(0.0, 0.0) is None


@pytest.mark.parametrize("width", [212, 320, 600])
@pytest.mark.parametrize("is_saturated", [True, False])
def test_names_in_a_volcano_stand_inside_and_not_over_each_other(qtbot, width, is_saturated) -> None:
    rng = np.random.default_rng(width)
    table = pd.DataFrame({"gene": [f"Down1-{i:02d}" for i in range(40)], "response": np.linspace(-0.3, 0.2, 40) ** 3})
    table = table.assign(evidence=3.3 if is_saturated else rng.exponential(2.0, 40), edited=False)
    table = table.iloc[table["response"].abs().argsort()[::-1]]
    chart = VolcanoChart()
    qtbot.addWidget(chart)
    chart.show_table(Shown(table, "Volcano", line=1.0, mark="Down1-20"))
    chart.resize(width, chart.height())
    chart.show()
    qtbot.wait(50)
    words = [item for item in chart.scene().items() if isinstance(item, pg.TextItem)]
    boxes = [one.mapToScene(one.boundingRect()).boundingRect().adjusted(1, 1, -1, -1) for one in words]
    field = chart.getPlotItem().vb
    assert len(boxes) >= 8
    assert all(field.mapToScene(field.rect()).boundingRect().contains(box) for box in boxes)
    assert [(one, two) for place, one in enumerate(boxes) for two in boxes[:place] if one.intersects(two)] == []


@pytest.mark.parametrize("width", [212, 340])
def test_long_names_beside_bars_end_in_dots(qtbot, width) -> None:
    table = pd.DataFrame({"name": ["Oligodendrocyte precursor cell", "T cell"], "value": [0.2, 0.1]})
    chart = SignedBars()
    qtbot.addWidget(chart)
    chart.show_table(Shown(table, "Types"))
    chart.resize(width, chart.height())
    chart.show()
    qtbot.wait(50)
    long, short = (name for _, name in chart.getAxis("left")._tickLevels[0])
    assert long.startswith("Oligod")
    assert long.endswith("…")
    assert short == "T cell"
    assert chart.fontMetrics().horizontalAdvance(long) < chart.getAxis("left").width() < width / 2


def test_names_for_which_there_is_room_are_whole(qtbot) -> None:
    chart = SignedBars()
    qtbot.addWidget(chart)
    chart.show_table(EXAMPLES[SignedBars])
    chart.resize(212, chart.height())
    chart.show()
    qtbot.wait(50)
    assert [name for _, name in chart.getAxis("left")._tickLevels[0]] == GENES


def test_axes_have_room_for_numbers_of_any_size(qtbot) -> None:
    chart = Curves()
    qtbot.addWidget(chart)
    chart.resize(320, chart.height())
    chart.show()
    for size in (0.00012, -0.00012, 12000.0):
        table = pd.DataFrame({"distance_um": [10, 30], "response": [0.5 * size, size], "cells": [9, 20]})
        chart.show_table(Shown(table, "x", "response", "distance from the region (µm)"))
        qtbot.wait(50)
        label, axis = chart.getAxis("bottom").label, chart.getAxis("left")
        assert chart.sceneRect().contains(label.mapToScene(label.boundingRect()).boundingRect())
        spacing, places = axis.tickValues(*chart.viewRange()[1], axis.height())[0]
        widest = max(map(chart.fontMetrics().horizontalAdvance, axis.tickStrings(places, 1.0, spacing)))
        assert widest < axis.width()
