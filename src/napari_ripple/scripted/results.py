"""Scripted calls that show and read a result."""

from __future__ import annotations

from pathlib import Path

import anndata as ad
import pandas as pd

from napari_ripple import actions
from napari_ripple.display import View
from napari_ripple.scripted.base import Scripted


class Results(Scripted):
    """Show and read a result."""

    @property
    def result(self) -> ad.AnnData | None:
        """The result: layers observed, control, perturbed, response; None before Regenerate."""
        return self.session.result

    def show(self, view: View) -> None:
        """Show the observed, control or perturbed cells, or the response."""
        actions.show(self.session, view)

    def top_genes(self, n: int = 20) -> pd.DataFrame:
        """The n genes that respond most."""
        return actions.top_genes(self.session, n)

    def by_distance(self, genes: list[str] | None = None, bins: int = 10) -> pd.DataFrame:
        """Response against distance from the region's edge."""
        return actions.response_by_distance(self.session, genes, bins)

    def open_result(self, path: str | Path) -> None:
        """Show a result that was saved before."""
        actions.open_result(self.session, path)
