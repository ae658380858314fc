"""What is installed beside the core is found, or the error says what is missing."""

from __future__ import annotations

import sys

import pytest

from ripple_core import viewers
from ripple_core.errors import RippleError


def test_no_viewer_is_said() -> None:
    with pytest.raises(RippleError, match="Expected a viewer, found none installed"):
        viewers.installed("ripple.nobody.offers.this")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can be without a display")
def test_no_display_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(RippleError, match="Expected a display, found none"):
        viewers.installed(viewers.VIEWERS)
