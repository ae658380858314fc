"""What the tissue shows: the value of every cell, and of the simulated ones above, under one choice of colouring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import anndata as ad
import numpy as np
import pandas as pd

from napari_ripple.simulation import Simulation
from ripple_core.expression import MIN_MATCHED_SHARE, ExpressionSpace, scale_of
from ripple_core.genesets.score import mean_z
from ripple_core.section import Section

View = Literal["observed", "control", "perturbed", "response"]
VIEWS: tuple[View, ...] = ("observed", "control", "perturbed", "response")
MAX_NUMBER_LABELS = 30
SMALLEST_P = 1e-12
RESULT_TITLES = {
    "ripple_p": "−log10 p of each cell (simulated)",
    "ripple_q": "−log10 q of each cell (simulated)",
    "ripple_response_sd": "spread of the response over runs (simulated)",
    "ripple_niche_control": "niche in the control (simulated)",
    "ripple_niche_perturbed": "niche with the edit (simulated)",
}
FIRST_LOOK = 10_000
LEAST_RESPONSE = 0.01
"""The colours of a response never spread over less than this (log-normalised), lest rounding be made to shine."""
VIEW_TITLES: dict[str, str] = {
    "observed": "observed",
    "control": "control, simulated",
    "perturbed": "observed + response, simulated",
    "response": "response, simulated",
}
COMPARED_TITLES: dict[str, str] = {
    "observed": "observed",
    "control": "observed + response of B, simulated",
    "perturbed": "observed + response of A, simulated",
    "response": "A − B, simulated",
}


@dataclass(frozen=True)
class ColorBy:
    """What the cells are coloured by.

    ``kind`` says where ``key`` is looked up: a gene, a column of obs ("label"), or the result ("result": a column of
    its obs, or "response" for the mean absolute response over genes); a "set" is called ``key`` and holds ``genes``.
    ``low`` and ``high`` are percentiles of the observed values.
    """

    kind: Literal["gene", "label", "result", "set"] = "label"
    key: str = ""
    log: bool = True
    low: float = 0.0
    high: float = 99.0
    genes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Paint:
    """Values of some cells and how they become colours.

    Parameters
    ----------
    kind
        ``numbers`` (sequential map), ``response`` (diverging map around 0), ``labels`` (one colour a category) or
        ``plain`` (grey).
    values
        Numbers (cells,), NaN where unknown; for ``labels`` the index of the category, -1 where there is none.
    limits
        The values that get the first and the last colour.
    counted
        Whether a zero of ``numbers`` means that nothing was counted: what is not above the first limit is drawn quietly.
    weights
        For a gene set, what one unit of each gene's log-normalised expression adds to the values.
    """

    kind: Literal["numbers", "response", "labels", "plain"]
    values: np.ndarray
    limits: tuple[float, float] = (0.0, 1.0)
    categories: tuple[str, ...] = ()
    title: str = ""
    counted: bool = False
    weights: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def scalars(self) -> np.ndarray:
        """One float32 number (cells,) a cell, NaN where unknown: what a canvas draws from."""
        values = np.asarray(self.values, dtype=np.float32)
        unknown = values < 0 if self.kind == "labels" else np.isinf(values)
        if unknown.any():
            values = np.where(unknown, np.float32(np.nan), values)
        return values

    @cached_property
    def n_quiet(self) -> int:
        """Cells with a value that are not above the first limit, where these are drawn quietly; else 0."""
        return int((self.scalars <= np.float32(self.limits[0])).sum()) if self.counted else 0

    @cached_property
    def n_unknown(self) -> int:
        """Cells without a value."""
        return int(np.isnan(self.scalars).sum())

    @cached_property
    def counts(self) -> np.ndarray:
        """Cells (categories,) of each category of ``labels``."""
        return np.bincount(self.values[self.values >= 0], minlength=len(self.categories))


@dataclass(frozen=True, eq=False)
class Picture:
    """All cells of a section and, above them, the simulated ones at ``rows``; ``note`` says what is not shown."""

    section: Section
    cells: Paint
    simulated: Paint | None = None
    rows: np.ndarray | None = None
    note: str = ""


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


def picture(scene: Scene, cells: Paint) -> Picture:
    """The picture of a scene, whose measured cells have been painted already."""
    if scene.view == "observed" or scene.simulation is None:
        return Picture(scene.section, cells)
    simulated, note = _simulated(scene, scene.simulation, cells)
    return Picture(scene.section, cells, simulated, None if simulated is None else scene.simulation.rows, note)


def observed(scene: Scene, gene: str) -> np.ndarray:
    """Measured expression (cells,) of a gene: log-normalised, or raw counts where the colouring says so."""
    counts = scene.section.gene(gene)
    return np.log1p(counts * scene.scale).astype(np.float32) if scene.color_by.log else counts.astype(np.float32)


def limits(values: np.ndarray, low: float, high: float) -> tuple[float, float]:
    """Two different numbers at the given percentiles of the finite values; a gene that is all zero gets (0, 1)."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0.0, 1.0
    bottom, top = (float(v) for v in np.percentile(finite, [min(low, high), max(low, high)]))
    if top <= bottom:
        top = float(finite.max())
    return (bottom, top) if top > bottom else (bottom, bottom + 1.0)


def paint_cells(scene: Scene) -> Paint:
    """The paint of all measured cells."""
    by = scene.color_by
    if by.kind == "gene" and by.key in scene.section.genes and scene.section.is_complete:
        values = observed(scene, by.key)
        return Paint("numbers", values, limits(values, by.low, by.high), title=f"{by.key} ({_unit(by)})", counted=True)
    if by.kind == "label" and by.key in scene.section.obs:
        return section_column(scene.section, by)
    if by.kind == "set" and scene.section.is_complete:
        score = mean_z(scene.section, by.genes, scene.scale)
        title = f"{by.key} (mean z-score of {len(score.weights)} genes)"
        return Paint("numbers", score.values, limits(score.values, by.low, by.high), title=title, weights=score.weights)
    return Paint("plain", np.zeros(len(scene.section), np.float32))


def relimited(paint: Paint, by: ColorBy) -> Paint:
    """The same numbers between other percentiles."""
    if paint.kind != "numbers":
        return paint
    return replace(paint, limits=limits(paint.values, by.low, by.high))


def section_column(section: Section, by: ColorBy) -> Paint:
    """The paint of a column of a section's obs; its categories are counted once, however often it is painted."""
    table = section.obs[by.key]
    return column(table, by) if _is_measure(table) else _labels(section.labels(by.key), by)


def column(table: pd.Series, by: ColorBy) -> Paint:
    """The paint of one column: many numbers stay numbers, anything else becomes categories."""
    if _is_measure(table):
        values = table.to_numpy(dtype=np.float32, na_value=np.nan)
        return Paint("numbers", values, limits(values, by.low, by.high), title=by.key)
    return _labels(table.astype("category").cat.remove_unused_categories(), by)


def _is_measure(table: pd.Series) -> bool:
    """Whether a column holds many different numbers."""
    if not pd.api.types.is_numeric_dtype(table) or pd.api.types.is_bool_dtype(table):
        return False
    return table.iloc[:FIRST_LOOK].nunique() > MAX_NUMBER_LABELS or table.nunique() > MAX_NUMBER_LABELS


def _labels(labels: pd.Series, by: ColorBy) -> Paint:
    categories = tuple(map(str, labels.cat.categories))
    return Paint("labels", labels.cat.codes.to_numpy(np.int64), categories=categories, title=by.key)


def _simulated(scene: Scene, simulation: Simulation, cells: Paint) -> tuple[Paint | None, str]:
    """The paint of the simulated cells, or None and the reason."""
    by = scene.color_by
    if by.kind == "gene":
        if by.key not in simulation.genes:
            return None, f"The model does not know {by.key}, so nothing simulated can be shown for it."
        return _gene(scene, simulation, cells), ""
    if by.kind == "set":
        known = [gene for gene in cells.weights if gene in simulation.genes]
        if not known:
            return None, f"The model knows no gene of {by.key}, so nothing simulated can be shown for it."
        return _gene_set(scene, simulation, cells, known), ""
    if by.kind == "result" and by.key != "response" and scene.result is not None and by.key in scene.result.obs:
        names = scene.section.cells[simulation.rows]
        return _of_result(scene.result.obs[by.key].reindex(names), by), ""
    if scene.view == "response" or by.kind == "result":
        values = simulation.response()
        top = max(limits(values, 0.0, by.high)[1], LEAST_RESPONSE)
        what = "A − B" if simulation.compared else "response"
        return Paint("numbers", values, (0.0, top), title=f"mean |{what}| of genes not edited (simulated)"), ""
    return None, "Choose a gene to see its simulated values."


def _of_result(values: pd.Series, by: ColorBy) -> Paint:
    """The paint of a column of the result; of p and q the logarithm, so that what is surer shines."""
    if by.key in ("ripple_p", "ripple_q"):
        values = values.astype(np.float64).clip(lower=SMALLEST_P).map(np.log10).mul(-1.0)
    return replace(column(values, by), title=RESULT_TITLES.get(by.key, by.key))


def _gene(scene: Scene, simulation: Simulation, cells: Paint) -> Paint:
    """One gene of the simulated cells; the model's own bias cancels in ``perturbed``, which is observed + response."""
    by, gene = scene.color_by, scene.color_by.key
    titles = COMPARED_TITLES if simulation.compared else VIEW_TITLES
    title = f"{gene} ({titles[scene.view]}, {_unit(by)})"
    scale = scene.scale[simulation.rows]
    measured = np.log1p(scene.section.gene(gene)[simulation.rows] * scale)
    response = simulation.response(gene)
    if scene.view == "control" or (scene.view == "perturbed" and simulation.compared):
        line = _shown(simulation.line(scene.view, gene), scale, by)
        return Paint("numbers", line, cells.limits, title=title, counted=True)
    shifted = _shown(np.maximum(measured + response, 0.0), scale, by)
    if scene.view == "perturbed":
        return Paint("numbers", shifted, cells.limits, title=title, counted=True)
    change = response if by.log else shifted - _shown(measured, scale, by)
    top = max(limits(np.abs(change), 0.0, by.high)[1], LEAST_RESPONSE)
    return Paint("response", change, (-top, top), title=title)


def _gene_set(scene: Scene, simulation: Simulation, cells: Paint, known: list[str]) -> Paint:
    """The mean z-score of a set among simulated cells; genes that the model does not know stay as they were measured."""
    titles = COMPARED_TITLES if simulation.compared else VIEW_TITLES
    title = f"{scene.color_by.key} ({titles[scene.view]}, mean z-score)"
    places = simulation.genes.get_indexer(pd.Index(known))
    weights = np.array([cells.weights[gene] for gene in known], dtype=np.float32)
    lines = {
        name: np.asarray(getattr(simulation, name)[:, places], dtype=np.float32) @ weights
        for name in ("observed", "control", "perturbed")
    }
    change = np.where(simulation.known, lines["perturbed"] - lines["control"], np.float32(np.nan)).astype(np.float32)
    if scene.view == "response":
        top = max(limits(np.abs(change), 0.0, scene.color_by.high)[1], LEAST_RESPONSE)
        return Paint("response", change, (-top, top), title=title)
    is_line = scene.view == "control" or simulation.compared
    moved = lines[scene.view] - lines["observed"] if is_line else change
    values = np.where(simulation.known, cells.values[simulation.rows] + moved, np.float32(np.nan)).astype(np.float32)
    return Paint("numbers", values, cells.limits, title=title)


def _shown(logged: np.ndarray, scale: np.ndarray, by: ColorBy) -> np.ndarray:
    """Log-normalised values as they are, or as the counts they stand for."""
    if by.log:
        return logged.astype(np.float32)
    return np.divide(np.expm1(logged), scale, out=np.zeros(len(logged)), where=scale > 0).astype(np.float32)


def _unit(by: ColorBy) -> str:
    return "log-normalised" if by.log else "counts"
