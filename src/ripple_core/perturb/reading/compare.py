"""Two results side by side: the difference of their responses on the cells that both regenerated, and what is noise in it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd

from ripple_core.errors import DataError, sentence
from ripple_core.perturb.reading.response import regenerated

BEYOND = 2.0
"""A difference is taken for more than noise from so many spreads of the noise on."""
NOISES = {"ripple_placebo_sd": "placebos", "ripple_response_sd": "repeats"}
SETTINGS = {"mode": "mode", "context": "known cells", "identity": "identity", "seed": "seed", "zone_um": "zone"}


@dataclass(frozen=True, eq=False)
class Comparison:
    """Response A − response B.

    Parameters
    ----------
    names
        How A and B are called.
    table
        One row a gene that both models know, largest difference first: ``gene``, ``difference`` (A − B), ``a``, ``b`` (mean responses
        over the shared cells, log-normalised), ``edited`` ("", "A", "B" or "A, B"), and where it is known ``noise``: the spread of
        the difference of two such responses when nothing true is there.
    cells
        Names (cells,) of the cells that both regenerated.
    only
        How many cells A alone and B alone regenerated; the other does not say anything about them.
    a, b
        Responses (cells, genes) of those cells, genes in the order of ``genes``.
    observed
        Their measured expression (cells, genes), log-normalised.
    pearson
        Correlation of the mean responses over genes that neither edited; NaN where it cannot be told.
    pearson_cells
        The same over all values of cells and genes.
    noise
        What ``table["noise"]`` is taken from: ``placebos``, ``repeats`` or, where neither is known of both, an empty word.
    differs
        What is not the same on both sides (section, model, versions), so that the difference is not that of the edits alone.
    """

    names: tuple[str, str]
    table: pd.DataFrame
    cells: pd.Index
    genes: pd.Index
    only: tuple[int, int]
    a: np.ndarray
    b: np.ndarray
    observed: np.ndarray
    edited: np.ndarray
    pearson: float
    pearson_cells: float
    noise: str = ""
    differs: tuple[str, ...] = field(default=())

    @property
    def beyond_noise(self) -> int | None:
        """Genes that neither edited and that differ by more than twice the spread of the noise; None where that is not known."""
        if not self.noise:
            return None
        free = self.table[self.table["edited"] == ""]
        return int((free["difference"].abs() > BEYOND * free["noise"]).sum())


def compare(a: ad.AnnData, b: ad.AnnData, names: tuple[str, str] = ("A", "B")) -> Comparison:
    """Hold one result of a perturbation against another; they are joined by the names of cells and genes.

    Raises DataError where no cell was regenerated in both, or no gene is known to both.
    """
    one, other = regenerated(a), regenerated(b)
    cells = one.obs_names.intersection(other.obs_names, sort=False)
    if not len(cells):
        way_out = "Compare results of one section whose zones overlap, or widen the zones"
        raise DataError(sentence("cells that both regenerated", "none", way_out))
    genes = _known(a).intersection(_known(b), sort=False)
    if not len(genes):
        raise DataError(sentence("genes that both models know", "none", "Compare results of models of one gene panel"))
    sides = [np.asarray(part[cells, genes].layers["response"], dtype=np.float32) for part in (one, other)]
    edited = np.stack([result.var["ripple_edited"].reindex(genes).to_numpy(dtype=bool) for result in (a, b)])
    free = ~np.asarray(edited.any(axis=0))
    noise, spread = _noise(a, b, genes)
    return Comparison(
        names,
        _table(genes, sides, edited, spread),
        cells,
        genes,
        (one.n_obs - len(cells), other.n_obs - len(cells)),
        sides[0],
        sides[1],
        np.asarray(one[cells, genes].layers["observed"], dtype=np.float32),
        ~free,
        _pearson(sides[0][:, free].mean(axis=0), sides[1][:, free].mean(axis=0)),
        _pearson(sides[0][:, free].ravel(), sides[1][:, free].ravel()),
        noise,
        _differs(a, b),
    )


def sentences(comparison: Comparison) -> list[str]:
    """What there is to say about a comparison, in plain words; the last ones are what to beware of."""
    a, b = comparison.only
    found = [f"{len(comparison.cells):,} cells were regenerated in both; the difference is over these."]
    if a or b:
        found.append(f"Left out: {a:,} cells of A alone and {b:,} of B alone.")
    if np.isfinite(comparison.pearson):
        found.append(
            f"Over genes that neither edited, mean responses correlate with r = {comparison.pearson:.2f}; "
            f"cell by cell with r = {comparison.pearson_cells:.2f}."
        )
    if comparison.beyond_noise is None:
        found.append("How much of it is noise is not known: regenerate both with placebos (20, say) to know.")
    else:
        free = int((comparison.table["edited"] == "").sum())
        found.append(
            f"{comparison.beyond_noise} of {free} genes that neither edited differ by more than {BEYOND:g} times the spread of "
            f"{comparison.noise}."
        )
    if comparison.differs:
        found.append(
            f"Not the same in both: {', '.join(comparison.differs)}; so the difference is not the edits' alone."
        )
    return found


def _known(result: ad.AnnData) -> pd.Index:
    return result.var_names[result.var["ripple_in_model"].to_numpy(dtype=bool)]


def _table(genes: pd.Index, sides: list[np.ndarray], edited: np.ndarray, spread: np.ndarray | None) -> pd.DataFrame:
    means = [side.mean(axis=0, dtype=np.float64) for side in sides]
    marks = [", ".join(name for name, is_edited in zip("AB", row) if is_edited) for row in edited.T]
    table = pd.DataFrame(
        {"gene": genes, "difference": means[0] - means[1], "a": means[0], "b": means[1], "edited": marks}
    )
    if spread is not None:
        table["noise"] = spread
    order = table["difference"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _noise(a: ad.AnnData, b: ad.AnnData, genes: pd.Index) -> tuple[str, np.ndarray | None]:
    """Where the noise of both is known from, and its spread (genes,) in the difference of two independent responses."""
    for column, word in NOISES.items():
        if all(column in result.var for result in (a, b)):
            squares = [result.var[column].reindex(genes).to_numpy(dtype=np.float64) ** 2 for result in (a, b)]
            return word, np.sqrt(squares[0] + squares[1])
    return "", None


def _differs(a: ad.AnnData, b: ad.AnnData) -> tuple[str, ...]:
    """What the records of both say differently, apart from region and edits."""
    one, other = (_facts(result) for result in (a, b))
    return tuple(what for what in one if one[what] != other[what])


def _facts(result: ad.AnnData) -> dict[str, Any]:
    record = json.loads(str(result.uns.get("ripple", "{}")))
    settings = record.get("recipe", {}).get("settings", {})
    facts = {"section": record.get("input_hash"), "model": (record.get("model"), record.get("checkpoint_hash"))}
    return facts | {name: settings.get(key) for key, name in SETTINGS.items()} | {"versions": record.get("versions")}


def _pearson(a: np.ndarray, b: np.ndarray) -> float:
    if len(a) < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])
