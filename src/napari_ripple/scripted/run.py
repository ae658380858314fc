"""Scripted calls that load a model and regenerate."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anndata as ad

from napari_ripple import actions
from napari_ripple.actions.simulate.run import use_model
from napari_ripple.scripted.base import Scripted
from ripple_core.errors import RippleError
from ripple_core.models.contract import Model
from ripple_core.progress import Progress

if TYPE_CHECKING:
    from ripple_core.benchmark.badge import Badge

PAINT_S = 0.033


class Run(Scripted):
    """Load a model, try it, and regenerate."""

    def load_model(self, path: str | Path | Model, device: str = "auto") -> None:
        """Load a checkpoint folder, or use a model that is in memory."""
        if isinstance(path, str | Path):
            actions.open_model(self.session, path, device)
        else:
            use_model(self.session, path)

    def badge(self) -> Badge:
        """Try the model on hidden cells of this section: is it ahead of plain rules? ``print(ripple.badge().words)``."""
        return actions.badge(self.session)

    def set_settings(self, **changes: Any) -> None:
        """Change how cells are regenerated: the fields of PerturbSettings."""
        self.session.end_step()
        actions.set_settings(self.session, **changes)

    def regenerate(self, **settings: Any) -> ad.AnnData:
        """Regenerate the surroundings of the active region and give the result; a window shows the cells coming."""
        if settings:
            self.set_settings(**settings)
        painted = time.monotonic()
        for _ in self.steps():
            if self.viewer is not None and time.monotonic() - painted > PAINT_S:
                self._let_the_window_draw()
                painted = time.monotonic()
        self._let_the_window_draw()
        if self.session.result is None:
            raise RippleError(self.session.message)
        return self.session.result

    def steps(self) -> Iterable[Progress]:
        """The same, step by step: a loop that waits is a pause, one that is left early keeps what has been generated."""
        return actions.regenerate(self.session)
