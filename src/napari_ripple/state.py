"""The plain values that a Session holds: its job, the choices that can be undone, and its replayable commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from shapely.geometry.base import BaseGeometry

from napari_ripple.display import ColorBy, View
from napari_ripple.picking import Picking
from napari_ripple.training import TrainWish
from ripple_core.perturb.edits import Edit
from ripple_core.perturb.run import PerturbSettings
from ripple_core.progress import Progress
from ripple_core.roi import Roi

if TYPE_CHECKING:
    from ripple_core.benchmark.badge import Badge


@dataclass(frozen=True)
class JobState:
    """What is being computed: its title, its last step, and when it began (monotonic seconds, pauses not counted).

    ``rested`` is when it was paused, while it is.
    """

    state: Literal["idle", "running", "paused", "cancelling"] = "idle"
    title: str = ""
    progress: Progress | None = None
    started: float = 0.0
    rested: float = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether a job occupies the session."""
        return self.state != "idle"


@dataclass(frozen=True)
class Check:
    """How far the model has been tried on hidden cells of the section, and what came of it: a badge, or why there is none."""

    progress: Progress | None = None
    badge: Badge | None = None
    failure: str = ""


@dataclass(frozen=True)
class Camera:
    """Where a window looks: the middle of its canvas (x, y), and how many pixels a µm has."""

    center_um: tuple[float, float]
    zoom: float


@dataclass(frozen=True)
class Lost:
    """A session file that cannot be opened before its section has been found: both files, as far as is known."""

    file: Path
    section: Path


@dataclass(frozen=True)
class Choices:
    """The user's choices that outlive a section and can be undone."""

    rois: Mapping[str, Roi] = field(default_factory=dict)
    active_roi: str | None = None
    edits: tuple[Edit, ...] = ()
    settings: PerturbSettings = field(default_factory=PerturbSettings)
    picking: Picking | None = None


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
class Command:
    """One replayable command: a method of RippleSession and its arguments; ``merge`` joins steps of one dragging."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    merge: str | None = None


COMPARABLE = (str, frozenset, Camera, ColorBy, Roi, BaseGeometry, Edit, PerturbSettings, Picking, Second, TrainWish)
CHOICES = ("rois", "active_roi", "edits", "settings", "picking")


def same(a: Any, b: Any) -> bool:
    """Equality that never compares arrays or AnnData value by value."""
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, Choices):
        return all(same(getattr(a, name), getattr(b, name)) for name in CHOICES)
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return isinstance(a, COMPARABLE) and bool(a == b)
