"""napari-ripple: draw a region of a tissue section, change its cells, and watch their surroundings regenerate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from napari_ripple.script import RippleSession

__all__ = ["RippleSession"]


def __getattr__(name: str) -> Any:
    """Load the scripted session when it is asked for, so that napari starts without it."""
    if name == "RippleSession":
        from napari_ripple.script import RippleSession

        return RippleSession
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
