"""A model that takes its time: what a test needs that looks at a run while it is under way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ripple_core.errors import DataError
from ripple_core.expression import ExpressionSpace
from ripple_core.models.contract import Generated, GenerationSettings, Scene


class SlowMean:
    """A generator that gives every cell the mean of the known ones, one at a time, resting in between."""

    name = "slow mean"
    device = "cpu"

    def __init__(self, space: ExpressionSpace, rest_s: float = 0.002) -> None:
        self.space, self.rest_s = space, rest_s
        self.record: dict[str, Any] = {}

    def save(self, path: str | Path) -> None:
        """There is nothing to save."""
        raise DataError(f"A slow mean is not written to {path}.")

    def generate(self, scene: Scene, settings: GenerationSettings) -> Iterator[Generated]:
        """One cell after the other."""
        mean = scene.known_expression.mean(axis=1)
        for target in range(len(scene.target_xy_um)):
            time.sleep(self.rest_s)
            yield Generated(np.array([target]), mean[:, None])
