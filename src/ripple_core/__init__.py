"""napari-ripple's science: read tissue sections, train models, regenerate and perturb; knows no screen.

The public names below are loaded when they are first used, so that ``import ripple_core`` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from ripple_core import perturb as _perturb_package  # loaded now, so that no later import hides the function rc.perturb

if TYPE_CHECKING:
    from ripple_core.benchmark.badge import Badge, badge, badge_iter
    from ripple_core.errors import CheckpointError, DataError, DeviceError, RippleError
    from ripple_core.io.describe import Report, describe
    from ripple_core.io.read import read
    from ripple_core.models.catalog import load
    from ripple_core.niche.annotate import annotate, annotate_iter
    from ripple_core.niche.niches import niches, niches_iter
    from ripple_core.niche.settings import AnnotateSettings, NicheSettings
    from ripple_core.perturb.editing import edits
    from ripple_core.perturb.hide import GenerateSettings, generate, generate_iter
    from ripple_core.perturb.many.doses import dose_series
    from ripple_core.perturb.many.screen import screen
    from ripple_core.perturb.reading.compare import compare
    from ripple_core.perturb.run import Perturbation, PerturbSettings, perturb_iter
    from ripple_core.progress import Progress
    from ripple_core.recipe import Recipe
    from ripple_core.roi import Roi
    from ripple_core.section import Section
    from ripple_core.synthetic import World
    from ripple_core.trainer import train, train_iter
    from ripple_core.training.config import TrainSettings

_HOMES = {
    "AnnotateSettings": "ripple_core.niche.settings",
    "Badge": "ripple_core.benchmark.badge",
    "CheckpointError": "ripple_core.errors",
    "DataError": "ripple_core.errors",
    "DeviceError": "ripple_core.errors",
    "GenerateSettings": "ripple_core.perturb.hide",
    "NicheSettings": "ripple_core.niche.settings",
    "Perturbation": "ripple_core.perturb.run",
    "PerturbSettings": "ripple_core.perturb.settings",
    "Progress": "ripple_core.progress",
    "Recipe": "ripple_core.recipe",
    "Report": "ripple_core.io.describe",
    "RippleError": "ripple_core.errors",
    "Roi": "ripple_core.roi",
    "Section": "ripple_core.section",
    "TrainSettings": "ripple_core.training.config",
    "World": "ripple_core.synthetic",
    "annotate": "ripple_core.niche.annotate",
    "annotate_iter": "ripple_core.niche.annotate",
    "badge": "ripple_core.benchmark.badge",
    "badge_iter": "ripple_core.benchmark.badge",
    "compare": "ripple_core.perturb.reading.compare",
    "describe": "ripple_core.io.describe",
    "dose_series": "ripple_core.perturb.many.doses",
    "edits": "ripple_core.perturb.editing",
    "generate": "ripple_core.perturb.hide",
    "generate_iter": "ripple_core.perturb.hide",
    "load": "ripple_core.models.catalog",
    "niches": "ripple_core.niche.niches",
    "niches_iter": "ripple_core.niche.niches",
    "perturb": "ripple_core.perturb.run",
    "perturb_iter": "ripple_core.perturb.run",
    "read": "ripple_core.io.read",
    "screen": "ripple_core.perturb.many.screen",
    "train": "ripple_core.trainer",
    "train_iter": "ripple_core.trainer",
}
__all__ = ["__version__", *_HOMES]
globals().pop("perturb", None)

try:
    __version__ = version("napari-ripple")
except PackageNotFoundError:
    __version__ = "0+unknown"


def __getattr__(name: str) -> Any:
    """Load a public name from the module where it lives."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(_HOMES[name])
    value = import_module(f"{_HOMES[name]}.{name}") if name == "edits" else getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
