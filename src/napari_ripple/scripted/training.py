"""Scripted calls that train models and find niches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from napari_ripple import actions
from napari_ripple.actions.niches.niches import LABEL, NICHE
from napari_ripple.scripted.base import Scripted
from ripple_core.errors import RippleError
from ripple_core.progress import finished


class Train(Scripted):
    """Train a model on what is open, and tell its places apart."""

    def train(self, out: str | Path = "", **wish: Any) -> dict[str, Any]:
        """Train a model and write it to the folder ``out``; gives its record with the held-out scores.

        Words are the fields of TrainWish (``sections``, ``files``, ``hold_out``, ``model``, ``start_from``, ``config``, ``resume``) and
        of TrainSettings (``max_minutes``, ``seed``, …). Use it with ``load_model(out)``.
        """
        finished(actions.train(self.session, out=str(out), **wish))
        if self.session.training.record is None:
            raise RippleError(self.session.training.words)
        return self.session.training.record

    def find_niches(self, clusters: int | None = None, **settings: Any) -> pd.Series:
        """Group the cells by their surroundings; gives the niche of each cell. Words are the fields of NicheSettings."""
        finished(actions.find_niches(self.session, clusters, **settings))
        self._let_the_window_draw()
        return self._column(NICHE)

    def annotate(
        self, files: str | Path | Sequence[str | Path], label: str | None = None, **settings: Any
    ) -> pd.Series:
        """Give the cells the labels of annotated section files; gives the label of each cell. Words: AnnotateSettings."""
        paths = [files] if isinstance(files, str | Path) else list(files)
        finished(actions.annotate(self.session, paths, label, **settings))
        self._let_the_window_draw()
        return self._column(LABEL)

    def rename_niche(self, name: str, new_name: str, key: str = NICHE) -> None:
        """Give a niche another name."""
        actions.rename_niche(self.session, name, new_name, key)

    def save_section(self, path: str | Path) -> None:
        """Write the section with all its columns as .h5ad, or the table of cells as .csv."""
        actions.save_section(self.session, path)

    def _column(self, key: str) -> pd.Series:
        if self.session.section is None or key not in self.session.section.obs:
            raise RippleError(self.session.message)
        return self.session.section.obs[key]
