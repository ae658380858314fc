"""The colour bar has the colours of the cells."""

from __future__ import annotations

import pytest

from napari_ripple.canvas import colors
from napari_ripple.widgets.coloring.color_bar import stops


@pytest.mark.parametrize("on_dark", [True, False])
def test_the_colour_bar_has_the_colours_of_the_cells(on_dark: bool) -> None:
    table = colors.colorbar("response", colors.ON_DARK if on_dark else colors.ON_LIGHT)
    shown = stops("response", on_dark)
    assert [shown[0][0], shown[-1][0]] == [0, 1]
    for (_, color), row in ((shown[0], table[0]), (shown[-1], table[-1])):
        assert color.getRgbF()[:3] == pytest.approx(tuple(row[:3]), abs=0.01)
