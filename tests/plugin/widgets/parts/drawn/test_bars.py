"""Named bars."""

from __future__ import annotations

from napari_ripple.widgets.parts.drawn.bars import Bar, Bars


def test_bars_hide_when_there_is_nothing(qtbot) -> None:
    bars = Bars()
    qtbot.addWidget(bars)
    bars.show_bars([Bar("a", 0.5, "50%"), Bar("b", 2.0, "too much")])
    assert bars.sizeHint().height() == 2 * bars.line_height()
    bars.grab()
    bars.show_bars([])
    assert bars.isHidden()
