"""The charts of a report as one PNG; matplotlib is optional, and imported only here."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ripple_core.benchmark.task import Chart, Estimate
from ripple_core.files import replacing

COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#444444", "#999999", "#a6761d", "#7570b3")
WIDTH_IN, HEIGHT_IN, ROW_IN, DPI = 6.4, 3.6, 0.19, 110


def draw(charts: list[Chart], path: Path) -> bool:
    """Write the charts below each other; False where there is none to draw, or no matplotlib."""
    if not charts or find_spec("matplotlib") is None:
        return False
    from matplotlib.figure import Figure

    heights = [max(HEIGHT_IN, ROW_IN * len(chart.series)) if _is_list(chart) else HEIGHT_IN for chart in charts]
    figure = Figure((WIDTH_IN, sum(heights)), dpi=DPI, layout="constrained")
    places = figure.subplots(len(charts), squeeze=False, gridspec_kw={"height_ratios": heights})[:, 0]
    for chart, axes in zip(charts, places):
        axes.set_title(chart.title, fontsize=10, loc="left")
        axes.spines[["top", "right"]].set_visible(False)
        if _is_list(chart):
            _list(axes, chart)
            continue
        is_line = all(isinstance(x, int | float) for points in chart.series.values() for x, _ in points)
        (_lines if is_line else _bars)(axes, chart)
        if chart.by_factors:
            axes.set_xscale("log")
            axes.set_yscale("log")
        axes.set_xlabel(chart.x_title)
        axes.set_ylabel(chart.y_title)
        axes.legend(fontsize=7, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    with replacing(path) as temporary:
        figure.savefig(temporary, format="png")
    return True


def _lines(axes: Any, chart: Chart) -> None:
    for color, (name, points) in zip(_cycle(len(chart.series)), chart.series.items()):
        x, y = [x for x, _ in points], [estimate.value for _, estimate in points]
        axes.plot(x, y, marker="o", markersize=3, color=color, label=name)
        banded = [(x, e.low, e.high) for x, e in points if e.low is not None and e.high is not None]
        if banded:
            axes.fill_between(*(list(column) for column in zip(*banded)), color=color, alpha=0.12, linewidth=0)


def _is_list(chart: Chart) -> bool:
    """One value of each of many: more than colours can tell apart."""
    return len(chart.series) > len(COLORS) and all(len(points) == 1 for points in chart.series.values())


def _list(axes: Any, chart: Chart) -> None:
    """One row for each series, the first on top, with a line down from it to compare with."""
    first = next(iter(chart.series.values()))[0][1].value
    axes.axvline(first, color="#999999", linewidth=0.8)
    for row, ((_, estimate),) in enumerate(chart.series.values()):
        axes.plot(estimate.value, row, "o", markersize=4, color=COLORS[0])
        if estimate.low is not None:
            axes.plot([estimate.low, estimate.high], [row, row], color=COLORS[0], linewidth=0.9)
    axes.set_yticks(range(len(chart.series)), list(chart.series), fontsize=7)
    axes.invert_yaxis()
    axes.set_xlabel(chart.y_title)


def _bars(axes: Any, chart: Chart) -> None:
    groups = list(dict.fromkeys(x for points in chart.series.values() for x, _ in points))
    width = 0.8 / max(1, len(chart.series))
    for i, (color, (name, points)) in enumerate(zip(_cycle(len(chart.series)), chart.series.items())):
        place = [groups.index(x) + (i - (len(chart.series) - 1) / 2) * width for x, _ in points]
        axes.bar(place, [e.value for _, e in points], width, color=color, label=name)
        for x, estimate in zip(place, (e for _, e in points)):
            _whisker(axes, x, estimate)
    axes.set_xticks(range(len(groups)), groups)


def _whisker(axes: Any, x: float, estimate: Estimate) -> None:
    if estimate.low is not None:
        axes.plot([x, x], [estimate.low, estimate.high], color="black", linewidth=0.8)


def _cycle(count: int) -> list[str]:
    return [COLORS[i % len(COLORS)] for i in range(count)]
