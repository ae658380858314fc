"""The paint of the simulated cells: what the run has made of a gene, a set, or all genes, in the view that is on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from napari_ripple.display.measured import Scene, unit
from napari_ripple.display.paint import Paint, column, limits
from napari_ripple.state.simulation import Simulation
from napari_ripple.state.view import ColorBy

SMALLEST_P = 1e-12
RESULT_TITLES = {
    "ripple_p": "−log10 p of each cell (simulated)",
    "ripple_q": "−log10 q of each cell (simulated)",
    "ripple_response_sd": "spread of the response over runs (simulated)",
    "ripple_niche_control": "niche in the control (simulated)",
    "ripple_niche_perturbed": "niche with the edit (simulated)",
}
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


def paint_simulated(scene: Scene, simulation: Simulation, cells: Paint) -> tuple[Paint | None, str]:
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
    title = f"{gene} ({titles[scene.view]}, {unit(by)})"
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
