"""Scripted calls that open a section and choose how its cells are shown."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import anndata as ad

from napari_ripple import actions
from napari_ripple.actions.tissue.section import from_memory
from napari_ripple.scripted.base import Scripted


class Tissue(Scripted):
    """Open a section and choose how its cells are shown."""

    def open(self, path: str | Path | ad.AnnData, section: str | None = None, layer: str | None = None) -> None:
        """Open a section file, or AnnData in memory, and show its first section, or the one named."""
        if isinstance(path, ad.AnnData):
            actions.show_section(self.session, from_memory(path), section)
        else:
            actions.open_section(self.session, path, section, layer)

    def choose_section(self, name: str) -> None:
        """Show another section of the file."""
        actions.choose_section(self.session, name)

    def color_by(self, key: str, *, kind: Any = None, log: bool | None = None) -> None:
        """Colour the cells by a gene, a column of obs, or the result."""
        actions.color_by(self.session, key, kind=kind, log=log)

    def color_by_genes(self, genes: Iterable[str], name: str | None = None) -> None:
        """Colour the cells by the mean z-score of several genes."""
        actions.color_by_genes(self.session, genes, name)

    def color_by_set(self, path: str | Path, set_name: str | None = None) -> None:
        """Colour the cells by a set of a GMT file (the first without a name), or by a file that lists genes."""
        actions.color_by_set(self.session, path, set_name)

    def set_limits(self, low: float, high: float) -> None:
        """Set the percentiles that get the first and the last colour."""
        actions.set_limits(self.session, low, high)

    def hide_labels(self, labels: Iterable[str]) -> None:
        """Hide the cells of these labels and show all others."""
        actions.hide_labels(self.session, labels)

    def recolor_label(self, label: str, color: str) -> None:
        """Give a label another colour."""
        actions.recolor_label(self.session, label, color)
