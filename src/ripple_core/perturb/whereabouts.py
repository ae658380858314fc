"""Cells that were removed, moved or inserted, as a result file holds them, and the perturbed tissue read from it again."""

from __future__ import annotations

from dataclasses import dataclass

import anndata as ad
import numpy as np
import pandas as pd

from ripple_core.perturb.editing.apply import Applied
from ripple_core.perturb.editing.population import MEAN
from ripple_core.section import Section

CHANGE, PLACE, INSERTED = "ripple_presence", "ripple_perturbed_um", "ripple_inserted"
"""The column of obs, the entry of obsm and that of uns."""
WORDS = ("as observed", "moved", "removed")


def add(
    result: ad.AnnData, applied: Applied, layers: dict[str, np.ndarray], columns: np.ndarray, section: Section
) -> None:
    """Say in a result which cells the perturbed line has, and where.

    ``obs['ripple_presence']`` is "as observed", "moved" or "removed"; ``obsm['ripple_perturbed_um']`` is where a cell stands in the
    perturbed line, NaN for those removed, which have no perturbed expression and no response either (``layers``, cells by model
    genes, are changed so). Inserted cells are no rows, since nobody observed them: ``uns['ripple_inserted']`` holds their places
    (``xy_um``), simulated expression (``perturbed``; ``columns`` says where the model's genes stand) and the cells they take after.
    """
    population = applied.population
    if population is None:
        return
    n_roi, gone = len(population.present), ~population.present
    change = np.full(result.n_obs, WORDS[0], dtype=object)
    change[:n_roi][population.comes], change[:n_roi][gone] = WORDS[1:]
    result.obs[CHANGE] = pd.Categorical(change, categories=list(WORDS))
    place = np.array(result.obsm["spatial"], dtype=np.float64)
    place[:n_roi] = np.where(gone[:, None], np.nan, population.xy_um)
    result.obsm[PLACE] = place
    for name in ("perturbed", "response"):
        layers[name][:n_roi][gone] = np.nan
    full = np.full((len(population.inserted), result.n_vars), np.nan, dtype=np.float32)
    full[:, columns[columns >= 0]] = population.inserted[:, columns >= 0]
    names = np.append(section.cells.to_numpy(dtype=object), "")
    taken = np.where(population.taken_from == MEAN, len(section), population.taken_from)
    result.uns[INSERTED] = {
        "simulated": True,
        "xy_um": population.inserted_um,
        "perturbed": full,
        "taken_from": names[taken].astype(str),
    }


@dataclass(frozen=True, eq=False)
class Tissue:
    """The touched cells of a perturbed line: places (cells, 2) in µm and simulated expression (cells, genes of the result)."""

    xy_um: np.ndarray
    expression: np.ndarray


def perturbed_tissue(result: ad.AnnData) -> Tissue:
    """The cells that the perturbed line of a result has, where they stand there; without the removed and with the inserted ones."""
    expression = np.asarray(result.layers["perturbed"])
    if CHANGE not in result.obs:
        return Tissue(np.asarray(result.obsm["spatial"], dtype=np.float64), expression)
    there, inserted = (result.obs[CHANGE] != WORDS[2]).to_numpy(), result.uns[INSERTED]
    return Tissue(
        np.concatenate([np.asarray(result.obsm[PLACE])[there], np.asarray(inserted["xy_um"]).reshape(-1, 2)]),
        np.concatenate([expression[there], np.asarray(inserted["perturbed"]).reshape(-1, result.n_vars)]),
    )
