"""How a perturbation shifts niches: how many regenerated cells stand in which kind of place, without the edit and with it."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import pairwise_distances_argmin

from ripple_core.errors import DataError, among, sentence
from ripple_core.models.baselines.neighborhood import nearest_average
from ripple_core.niche.clusters import clustered_iter
from ripple_core.niche.components import COMPONENTS
from ripple_core.perturb.reading import response
from ripple_core.perturb.whereabouts import Tissue, perturbed_tissue
from ripple_core.progress import Progress, finished, part_of

NEIGHBORS = 20
"""A place is what so many cells express on average, the cell itself among them."""
BEFORE, AFTER = "ripple_niche_control", "ripple_niche_perturbed"
FEWEST = 3
UNKNOWN = ""
PLACED = 0.3
"""How far the job is, of 1, when every place is described."""


def add_niche_change(
    result: ad.AnnData, key: str | None = None, *, clusters: int | None = None, seed: int = 0
) -> dict[str, Any]:
    """Give each touched cell its niche in the control and in the perturbed line: two columns of obs; returns what is known of the rule.

    A place is described by the mean expression of the nearest touched cells, in the principal components of the control line. Both
    lines come from the same model and are told apart by the same rule, so the model's own errors are the same before and after.

    Parameters
    ----------
    result
        A result of a perturbation; the columns and the record in ``uns['ripple']`` are added to it.
    key
        A column of niches (or any labels): the rule is a linear discriminant that gives these back from the control line. None: niches
        are found here, as K-means clusters of the control line.
    clusters
        How many to find; None takes the number with the best silhouette. Ignored with ``key``.

    Returns
    -------
    dict
        key, niches, neighbors, moved (share of the regenerated cells that change their niche), and with ``key`` given_back: the share
        of cells to which the rule gives their own niche in the control line.
    """
    return finished(niche_change_iter(result, key, clusters=clusters, seed=seed))


def niche_change_iter(
    result: ad.AnnData, key: str | None = None, *, clusters: int | None = None, seed: int = 0
) -> Generator[Progress, None, dict[str, Any]]:
    """The same, a Progress for every part of it and every number of niches that is tried; until the end nothing is added."""
    response.regenerated(result)
    names = None if key is None else _names(result, key)
    control, perturbed = yield from part_of(_places_iter(result, seed), 0.0, PLACED)
    if names is None:
        before, after = yield from part_of(_found_iter(control, perturbed, clusters, seed), PLACED, 1.0)
    else:
        yield Progress(round(1000 * PLACED), 1000, f"learning {key} from the control")
        before, after = _taught(control, perturbed, names)
    return _add(result, key, before, after)


def _add(result: ad.AnnData, key: str | None, before: np.ndarray, after: np.ndarray) -> dict[str, Any]:
    """Put the niches into a result; gives what is known of the rule."""
    niches = sorted(set(before) | set(after), key=_order)
    for column, values in ((BEFORE, before), (AFTER, after)):
        result.obs[column] = pd.Categorical(values, categories=niches)
    around = (result.obs["ripple_role"] == "regenerated").to_numpy()
    facts: dict[str, Any] = {
        "key": key,
        "niches": len(niches),
        "neighbors": NEIGHBORS,
        "moved": float((before != after)[around].mean()) if around.any() else 0.0,
    }
    if key is not None:
        names = _names(result, key)
        facts["given_back"] = float((before == names)[names != UNKNOWN].mean())
    record = json.loads(str(result.uns.get("ripple", "{}")))
    result.uns["ripple"] = json.dumps(record | {"niche_change": facts})
    return facts


def shares(result: ad.AnnData) -> pd.DataFrame:
    """One row a niche: cells and share of the regenerated cells before (control) and after (perturbed), and the change of the share.

    DataError where niches have not been compared yet.
    """
    cells = _compared(result)
    count = pd.DataFrame({"cells_before": cells[BEFORE].value_counts(), "cells_after": cells[AFTER].value_counts()})
    count = count.reindex(cells[BEFORE].cat.categories).fillna(0).astype(int)
    table = count.rename_axis("niche").reset_index()
    table["before"], table["after"] = (table[f"cells_{when}"] / max(len(cells), 1) for when in ("before", "after"))
    table["change"] = table["after"] - table["before"]
    return table


def moves(result: ad.AnnData) -> pd.DataFrame:
    """Cells that change their niche: from, to, cells; the commonest first."""
    cells = _compared(result)
    moved = cells[cells[BEFORE].astype(str) != cells[AFTER].astype(str)].astype(str)
    return (
        moved.groupby([BEFORE, AFTER]).size().sort_values(ascending=False, kind="stable").rename("cells").reset_index()
        .rename(columns={BEFORE: "from", AFTER: "to"})
    )  # fmt: skip


def _compared(result: ad.AnnData) -> pd.DataFrame:
    if BEFORE not in result.obs or AFTER not in result.obs:
        raise DataError(sentence("a result whose niches were compared", "one without", "Compare the niches first"))
    return result.obs.loc[result.obs["ripple_role"] == "regenerated", [BEFORE, AFTER]]


def _places_iter(result: ad.AnnData, seed: int) -> Generator[Progress, None, tuple[np.ndarray, np.ndarray]]:
    """The places of all touched cells (cells, components) in the control and in the perturbed line."""
    known = result.var["ripple_in_model"].to_numpy()
    xy = np.asarray(result.obsm["spatial"], dtype=np.float64)
    tissues = {"control": Tissue(xy, np.asarray(result.layers["control"])), "perturbed": perturbed_tissue(result)}
    lines = []
    for place, (line, tissue) in enumerate(tissues.items()):
        yield Progress(place, 3, f"describing the places of the {line} cells")
        near = nearest_average(tissue.xy_um, xy, min(NEIGHBORS, len(tissue.xy_um)))
        lines.append(np.asarray(near @ tissue.expression[:, known], dtype=np.float32))
    yield Progress(2, 3, "finding what places differ in")
    fitted = PCA(min(COMPONENTS, *lines[0].shape), random_state=seed).fit(lines[0])
    return fitted.transform(lines[0]), fitted.transform(lines[1])


def _found_iter(
    control: np.ndarray, perturbed: np.ndarray, clusters: int | None, seed: int
) -> Generator[Progress, None, tuple[np.ndarray, np.ndarray]]:
    """Clusters of the control line, and the nearest of them for each place of the perturbed one."""
    if (clusters or FEWEST) > len(control) // 2:
        found = f"{clusters or FEWEST} niches for {len(control)} cells"
        raise DataError(sentence("at least two cells for each niche", found, "Ask for fewer, or widen the zone"))
    label = (yield from clustered_iter(control, clusters, seed)).label
    centers = np.stack([control[label == niche].mean(axis=0) for niche in range(label.max() + 1)])
    before, after = (pairwise_distances_argmin(line, centers) for line in (control, perturbed))
    names = np.array([str(niche + 1) for niche in range(len(centers))], dtype=object)
    return names[before], names[after]


def _taught(control: np.ndarray, perturbed: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The niches that a linear discriminant of the control line gives to both lines; cells without a label teach nothing."""
    is_known = label != UNKNOWN
    rule = LinearDiscriminantAnalysis().fit(control[is_known], label[is_known].astype(str))
    return rule.predict(control).astype(object), rule.predict(perturbed).astype(object)


def _names(result: ad.AnnData, key: str) -> np.ndarray:
    """The labels of a column as text (cells,), :data:`UNKNOWN` where there is none; DataError where there are fewer than two."""
    if key not in result.obs:
        raise DataError(among("a column of the cell table", repr(key), result.obs.columns))
    names = np.where(result.obs[key].isna(), UNKNOWN, result.obs[key].astype(str)).astype(object)
    different = set(names) - {UNKNOWN}
    if len(different) < 2:
        found = f"only {next(iter(different))!r}" if different else "none"
        raise DataError(
            sentence(f"at least two different niches in {key!r}", found, "Choose another column, or find them here")
        )
    return names


def _order(name: str) -> tuple[int, str]:
    """Numbers by size, then names by the alphabet."""
    return (int(name), "") if name.isdigit() else (1 << 30, name)
