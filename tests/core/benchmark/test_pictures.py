"""A picture is a PNG of all charts; without charts there is none."""

from __future__ import annotations

import pytest

from ripple_core.benchmark import pictures
from ripple_core.benchmark.task import Chart, Estimate

LINES = Chart("a", "µm", "response", {"truth": [(1.0, Estimate(1.0)), (2.0, Estimate(0.5, 0.4, 0.6))]})
BARS = Chart("b", "", "r", {"gest": [("r", Estimate(0.2, 0.1, 0.3))], "knn": [("r", Estimate(0.1))]})


def test_lines_and_bars_become_one_png(tmp_path) -> None:
    pytest.importorskip("matplotlib")
    assert pictures.draw([LINES, BARS], tmp_path / "p.png")
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in tmp_path.iterdir()] == ["p.png"]


def test_many_single_values_become_a_list_that_can_be_read(tmp_path) -> None:
    figure = pytest.importorskip("matplotlib.figure")
    many = Chart(
        "c", "", "r", {f"variant {i}": [("r", Estimate(0.1 * i, 0.1 * i - 0.05, 0.1 * i + 0.05))] for i in range(30)}
    )
    axes = figure.Figure().subplots()
    pictures._list(axes, many)
    assert [label.get_text() for label in axes.get_yticklabels()] == list(many.series)
    assert pictures.draw([many, BARS], tmp_path / "p.png")


def test_nothing_to_draw_is_no_file(tmp_path) -> None:
    assert not pictures.draw([], tmp_path / "p.png")
    assert list(tmp_path.iterdir()) == []
