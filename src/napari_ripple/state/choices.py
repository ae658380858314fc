"""What a user has chosen and can take back, and the commands that replay it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shapely.geometry.base import BaseGeometry

from napari_ripple.state.picking import Picking
from napari_ripple.state.scenario import Scenario
from napari_ripple.state.training import TrainWish
from napari_ripple.state.view import Camera, ColorBy, Second
from ripple_core.perturb.editing.edits import Edit
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.roi import Roi


@dataclass(frozen=True)
class Choices:
    """The user's choices that outlive a section and can be undone.

    Parameters
    ----------
    rois, active_roi, edits, settings, picking
        The experiment.
    scenarios
        The results that are kept, with the names and marks that the user gave them.
    label_colors
        Colours that were chosen for labels.
    names
        What labels are called instead of their own names, by (section, column): niches that were given names.
    """

    rois: Mapping[str, Roi] = field(default_factory=dict)
    active_roi: str | None = None
    edits: tuple[Edit, ...] = ()
    settings: PerturbSettings = field(default_factory=PerturbSettings)
    picking: Picking | None = None
    scenarios: tuple[Scenario, ...] = ()
    label_colors: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Command:
    """One replayable command: a method of RippleSession and its arguments; ``merge`` joins steps of one dragging."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    merge: str | None = None


COMPARABLE = (str, frozenset, Camera, ColorBy, Roi, BaseGeometry, Edit, PerturbSettings, Picking, Second, TrainWish)
CHOICES = ("rois", "active_roi", "edits", "settings", "picking", "scenarios", "label_colors", "names")


def same(a: Any, b: Any) -> bool:
    """Equality that never compares arrays or AnnData value by value."""
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, Scenario):
        return a.looks_like(b)
    if isinstance(a, Choices):
        return all(same(getattr(a, name), getattr(b, name)) for name in CHOICES)
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return isinstance(a, COMPARABLE) and bool(a == b)
