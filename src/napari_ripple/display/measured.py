"""The paint of the measured cells: a gene, a set of genes, or a column of the section."""

from __future__ import annotations

from dataclasses import dataclass

import anndata as ad
import numpy as np

from napari_ripple.display.paint import Paint, column, is_measure, label_paint, limits
from napari_ripple.state.simulation import Simulation
from napari_ripple.state.view import ColorBy, View
from ripple_core.expression import MIN_MATCHED_SHARE, ExpressionSpace, scale_of
from ripple_core.genesets.score import mean_z
from ripple_core.section import Section

LABELS = "paint of labels"
"""Under this name a section's memory holds the labels that were painted last, and their paint."""


@dataclass(frozen=True, eq=False)
class Scene:
    """All that a picture is made from; ``scale`` (cells,) turns a count into the normalised value that is logged."""

    section: Section
    scale: np.ndarray
    color_by: ColorBy
    view: View = "observed"
    simulation: Simulation | None = None
    result: ad.AnnData | None = None


def cell_scale(section: Section, space: ExpressionSpace | None) -> np.ndarray:
    """Factor (cells,) with which log1p(count · factor) is a cell's expression in the model's space.

    Without a model, or with one that does not fit the section, cells are scaled to the section's median library size.
    """
    if space is not None:
        match = space.match(section.genes)
        if match.share >= MIN_MATCHED_SHARE:
            return space.factors(section, match)
    library = section.library_size
    typical = float(np.median(library[library > 0])) if (library > 0).any() else 1.0
    return scale_of(typical, library)


def paint_cells(scene: Scene) -> Paint:
    """The paint of all measured cells."""
    by = scene.color_by
    if by.kind == "gene" and by.key in scene.section.genes and scene.section.is_complete:
        values = observed(scene, by.key)
        return Paint("numbers", values, limits(values, by.low, by.high), title=f"{by.key} ({unit(by)})", counted=True)
    if by.kind == "label" and by.key in scene.section.obs:
        return section_column(scene.section, by)
    if by.kind == "set" and scene.section.is_complete:
        score = mean_z(scene.section, by.genes, scene.scale)
        title = f"{by.key} (mean z-score of {len(score.weights)} genes)"
        return Paint("numbers", score.values, limits(score.values, by.low, by.high), title=title, weights=score.weights)
    return Paint("plain", np.zeros(len(scene.section), np.float32))


def section_column(section: Section, by: ColorBy) -> Paint:
    """The paint of a column of a section's obs; the section remembers the last one of labels, and how many cells each has."""
    table = section.obs[by.key]
    if is_measure(table):
        return column(table, by)
    labels, kept = section.labels(by.key), section.memory.get(LABELS)
    if kept is None or kept[0] is not labels:
        kept = section.memory[LABELS] = (labels, label_paint(labels, by))
    paint: Paint = kept[1]
    return paint


def observed(scene: Scene, gene: str) -> np.ndarray:
    """Measured expression (cells,) of a gene: log-normalised, or raw counts where the colouring says so."""
    counts = scene.section.gene(gene)
    return np.log1p(counts * scene.scale).astype(np.float32) if scene.color_by.log else counts.astype(np.float32)


def unit(by: ColorBy) -> str:
    """What the numbers of a gene are."""
    return "log-normalised" if by.log else "counts"
