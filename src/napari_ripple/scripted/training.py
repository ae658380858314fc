"""Scripted calls that train models and find niches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from napari_ripple import actions
from napari_ripple.scripted.base import Scripted
from ripple_core.errors import RippleError


class Train(Scripted):
    """Train a model on what is open."""

    def train(self, out: str | Path = "", **wish: Any) -> dict[str, Any]:
        """Train a model and write it to the folder ``out``; gives its record with the held-out scores.

        Words are the fields of TrainWish (``sections``, ``files``, ``hold_out``, ``model``, ``start_from``, ``config``, ``resume``) and
        of TrainSettings (``max_minutes``, ``seed``, …). Use it with ``load_model(out)``.
        """
        for _ in actions.train(self.session, out=str(out), **wish):
            pass
        if self.session.training.record is None:
            raise RippleError(self.session.training.words)
        return self.session.training.record
