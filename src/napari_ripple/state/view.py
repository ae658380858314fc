"""How one viewer looks at its section: the colouring, the view, a second view, and the camera."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

View = Literal["observed", "control", "perturbed", "response"]
VIEWS: tuple[View, ...] = ("observed", "control", "perturbed", "response")


@dataclass(frozen=True)
class ColorBy:
    """What the cells are coloured by.

    ``kind`` says where ``key`` is looked up: a gene, a column of obs ("label"), or the result ("result": a column of
    its obs, or "response" for the mean absolute response over genes); a "set" is called ``key`` and holds ``genes``.
    ``low`` and ``high`` are percentiles of the observed values.
    """

    kind: Literal["gene", "label", "result", "set"] = "label"
    key: str = ""
    log: bool = True
    low: float = 0.0
    high: float = 99.0
    genes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Second:
    """A second view of the same cells beside the first.

    ``swipe``: the first view is left of ``x_um``, this one right of it. ``side``: this one is a copy of the tissue, right of the
    first, under the same camera; ``x_um`` says nothing then.
    """

    view: View
    mode: Literal["swipe", "side"] = "swipe"
    x_um: float = 0.0


@dataclass(frozen=True)
class Camera:
    """Where a window looks: the middle of its canvas (x, y), and how many pixels a µm has."""

    center_um: tuple[float, float]
    zoom: float
