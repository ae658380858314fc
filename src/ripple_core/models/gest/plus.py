"""GeST-plus: GeST with neighbourhood means and a head that copies known cells; the same code under its own name and defaults."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

from ripple_core.models.gest.config import GestConfig, Plus
from ripple_core.models.gest.model import Gest, load
from ripple_core.models.gest.model import train_iter as _train_iter
from ripple_core.progress import Progress
from ripple_core.section import Section
from ripple_core.training.config import TrainSettings

__all__ = ["NAME", "config", "load", "train_iter"]
NAME = "gest-plus"


def config(values: dict[str, Any]) -> GestConfig:
    """The config of plain values, with the direct paths at their defaults unless they are given."""
    return GestConfig(**({"plus": Plus()} | values))


def train_iter(
    sections: list[Section],
    held_out: list[Section],
    config: GestConfig | None,
    settings: TrainSettings,
    folder: Path | None = None,
    resume: bool = False,
    start_from: Gest | None = None,
) -> Generator[Progress, bool | None, Gest]:
    """Train a GeST-plus; see :func:`ripple_core.models.gest.learning.train.train_iter`."""
    sizes = config or GestConfig(plus=Plus())
    return _train_iter(sections, held_out, sizes, settings, folder, resume, start_from=start_from)
