"""Scripted calls that pick genes from DEG tables."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from napari_ripple import actions
from napari_ripple.scripted.base import Scripted


class Deg(Scripted):
    """Open or compute a DEG table, pick genes from it, and make them the edit."""

    def open_deg(self, path: str | Path, set_name: str | None = None) -> None:
        """Pick from a DEG table, a source of a net, or a set of a GMT file."""
        actions.open_deg(self.session, path, set_name)

    def use_ranking(self, group: str, key: str | None = None) -> None:
        """Pick from a group of the section file's own ``rank_genes_groups``."""
        actions.use_ranking(self.session, group, key)

    def compare(self, first: str, second: str | None = None, **options: Any) -> pd.DataFrame:
        """Compare two labels or regions (or one with the rest) gene by gene; options as in ``actions.compare_task``."""
        return actions.compare(self.session, first, second, **options)

    def set_cuts(self, **changes: Any) -> None:
        """Change the cut-offs of the genes to pick: direction, min_abs_lfc, max_padj, top."""
        self.session.end_step()
        actions.set_cuts(self.session, **changes)

    def pick_genes(self, genes: Iterable[str], picked: bool = True) -> None:
        """Tick genes of the table, or untick them, whatever the cut-offs say."""
        actions.pick_genes(self.session, genes, picked)

    def use_picked(self, strength: float = 1.0) -> None:
        """Make the picked genes an edit of fold changes."""
        actions.use_picked(self.session, strength)
