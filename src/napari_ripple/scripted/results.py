"""Scripted calls that show and read a result."""

from __future__ import annotations

from pathlib import Path

import anndata as ad
import pandas as pd

from napari_ripple import actions
from napari_ripple.scripted.base import Scripted
from napari_ripple.state.view import View
from ripple_core.perturb.reading.volcano import Volcano


class Results(Scripted):
    """Show and read a result."""

    @property
    def result(self) -> ad.AnnData | None:
        """The result: layers observed, control, perturbed, response; None before Regenerate."""
        return self.session.result

    def show(self, view: View) -> None:
        """Show the observed, control or perturbed cells, or the response."""
        actions.show(self.session, view)

    def swipe(self, view: View, x_um: float | None = None) -> None:
        """Show another view right of a line at ``x_um`` (None: the middle); the first view stays left of it."""
        actions.swipe(self.session, view, x_um)

    def side_by_side(self, view: View) -> None:
        """Show another view on a copy of the tissue at the right, under the same camera."""
        actions.side_by_side(self.session, view)

    def show_one(self) -> None:
        """Show one view alone again."""
        actions.show_one(self.session)

    def top_genes(self, n: int = 20) -> pd.DataFrame:
        """The n genes that respond most."""
        return actions.top_genes(self.session, n)

    def by_distance(self, genes: list[str] | None = None, bins: int = 10) -> pd.DataFrame:
        """Response against distance from the region's edge."""
        return actions.response_by_distance(self.session, genes, bins)

    def volcano(self) -> Volcano:
        """Size of every gene's response against the best evidence there is; ``ripple.volcano().table``."""
        return actions.volcano(self.session)

    def by_type(self, key: str | None = None, genes: list[str] | None = None) -> pd.DataFrame:
        """Mean response of each cell type and gene, with the cells of each type."""
        return actions.response_by_type(self.session, key, genes)

    def compare_niches(self, key: str | None = None, clusters: int | None = None) -> pd.DataFrame:
        """Share of the regenerated cells in each niche without the edit and with it; ``key`` None finds niches here."""
        return actions.compare_niches(self.session, key, clusters)

    def save_figure(self, figure: str, path: str | Path, gene: str = "") -> None:
        """Write a figure as .svg, .png or .csv: genes, volcano, types, type_strength, distance, distance_by_type, niches.

        And of several experiments: doses (of a ``gene``, or of all), screen, comparison, real.
        """
        from napari_ripple.figures import save_figure

        save_figure(self.session, figure, path, gene)

    def open_result(self, path: str | Path) -> None:
        """Show a result that was saved before."""
        actions.open_result(self.session, path)
