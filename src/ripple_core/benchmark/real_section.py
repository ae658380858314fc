"""A simulated response held against a real perturbed section: which genes went the way that was simulated, beside plain rules.

What is compared with what: the mean response of the regenerated cells, and how real cells (all of the other section, or those
around a region in it) differ from what was observed in the regenerated ones. Where both sections have the same cell types, types
are compared with themselves and weighted as they are among the regenerated cells. Intervals are of blocks of neighbouring cells
drawn again on both sides, and of genes drawn again; they know nothing of other animals.
"""

from __future__ import annotations

from dataclasses import dataclass

import anndata as ad
import numpy as np
import pandas as pd

from ripple_core.benchmark.cases.real_case import sign_scores
from ripple_core.benchmark.scores import bootstrap
from ripple_core.benchmark.task import Estimate
from ripple_core.errors import DataError, sentence
from ripple_core.expression import ExpressionSpace
from ripple_core.perturb import zone
from ripple_core.perturb.reading.response import regenerated
from ripple_core.roi import Roi
from ripple_core.section import Section

MODEL, SCORES = "model", ("sign accuracy", "balanced sign accuracy", "Pearson")
RESAMPLES, BLOCK_CELLS, FEWEST_CELLS, CLEAR_T, MANY_CLEAR = 300, 25, 5, 2.5, 0.5
FEWEST_CLEAR, HARDLY, MOST = 8, 0.2, 0.5
"""There is a verdict from so many clear genes on, if not most of them change by less than this share of the simulation's strongest.

On made tissue, drawn again with the perturbation truly made, a pair of the same place has 4 clear genes, all foretold; pairs of other
places have 15 and 23, most of them of programs that the edit does not touch: that their simulated signs are right says nothing.
"""
BEWARE = (
    "One section against another is one comparison: sections also differ by animal, place and batch, genes move together, and the "
    "interval only knows of cells and genes."
)


@dataclass(frozen=True, eq=False)
class RealScore:
    """How well a simulated response foretold a real one.

    Parameters
    ----------
    genes
        One row a gene that both have: ``gene``, ``simulated`` (mean response), ``measured`` (real − observed), ``t`` (measured over
        its spread among resamples), ``clear`` (|t| at least 2.5), ``edited``, ``right`` (same sign); strongest measured change first.
    scores
        Method → score → value with interval, over genes that were not edited; the methods are the model and plain rules.
    lead
        How far the model's sign accuracy is ahead of the best plain rule's.
    best_rule
        Which rule that is.
    cells
        Regenerated cells, and real cells they are held against.
    types
        Cell types compared with themselves; none where the sections share no types.
    """

    genes: pd.DataFrame
    scores: dict[str, dict[str, Estimate]]
    lead: Estimate
    best_rule: str
    cells: tuple[int, int]
    types: tuple[str, ...]

    @property
    def free(self) -> pd.DataFrame:
        """The genes that were not edited."""
        return self.genes[~self.genes["edited"]]

    @property
    def clear(self) -> pd.DataFrame:
        """Those of them that clearly changed in the real section."""
        return self.free[self.free["clear"]]

    @property
    def hardly(self) -> int:
        """How many of these hardly change in the simulation: they differ for another reason than the edit."""
        strongest = float(self.free["simulated"].abs().max()) if len(self.free) else 0.0
        return int((self.clear["simulated"].abs() < HARDLY * strongest).sum())

    @property
    def verdict(self) -> str:
        """``ahead`` or ``behind`` with the whole interval, else ``even``; ``unknown`` where hardly anything clear is the edit's doing."""
        is_told = len(self.clear) >= FEWEST_CLEAR and self.hardly <= MOST * len(self.clear)
        if not is_told or self.lead.low is None or self.lead.high is None:
            return "unknown"
        return "ahead" if self.lead.low > 0 else "behind" if self.lead.high < 0 else "even"


def score(
    result: ad.AnnData,
    real: Section,
    space: ExpressionSpace,
    *,
    region: Roi | None = None,
    zone_um: float = 200.0,
    seed: int = 0,
) -> RealScore:
    """Score a result of a perturbation against a real perturbed section.

    Parameters
    ----------
    space
        That of the model that made the result; the real section is brought into it.
    region
        The perturbed region of the real section: the cells up to ``zone_um`` around it count. None: all its cells.

    Raises DataError where too few cells or genes are left to compare.
    """
    own = regenerated(result)
    rows = np.arange(len(real)) if region is None else zone.around(real, region, zone_um, "roi").targets
    genes, sides = _shared_genes(own, real.subset(rows), space)
    labels, types = _labels(own, real.subset(rows))
    places = (np.asarray(own.obsm["spatial"], dtype=float), real.xy_um[rows])
    measured = _resampled(sides, labels, places, seed)
    spread = measured[1:].std(axis=0, ddof=1)
    t = np.divide(measured[0], spread, out=np.zeros(len(genes)), where=spread > 0)
    edited = result.var["ripple_edited"].reindex(genes).to_numpy(dtype=bool)
    predictions = _predictions(result, genes, edited)
    table = _table(genes, predictions[MODEL], measured[0], t, edited)
    samples = _score_samples(predictions, measured, np.abs(t) >= CLEAR_T, np.flatnonzero(~edited), seed)
    lead, best = _lead(samples)
    scores = {name: {what: bootstrap.estimate(v) for what, v in found.items()} for name, found in samples.items()}
    return RealScore(table, scores, lead, best, (own.n_obs, len(rows)), types)


def sentences(found: RealScore) -> list[str]:
    """What came of it in plain words; the last is what to beware of."""
    free, clear = found.free, found.clear
    own, real = found.cells
    said = [f"{own:,} simulated cells against {real:,} real ones, {len(free):,} genes that were not edited."]
    if len(clear):
        said.append(
            f"Of {len(clear)} genes that clearly changed, {int(clear['right'].sum())} went the way that was simulated."
        )
    else:
        said.append("No gene that was not edited clearly changed in the real section, so there is nothing to score.")
    if 0 < len(clear) < FEWEST_CLEAR:
        said.append("So few genes cannot tell the model from a plain rule; more cells would make more of them clear.")
    elif found.hardly > MOST * len(clear):
        said.append(
            f"{found.hardly} of them hardly change in the simulation: the sections differ for another reason than the edit there, so "
            "this is no test of it. Name the region that was perturbed, or take sections of more alike places."
        )
    elif len(clear) > MANY_CLEAR * len(free):
        said.append(
            "That many genes rarely change by one local edit: the sections probably differ for other reasons too."
        )
    if found.types:
        said.append(f"Compared within {len(found.types)} cell types.")
    else:
        said.append("The sections share no cell types, so a change of composition counts as a change of genes.")
    words = {"ahead": "ahead of", "behind": "behind", "even": "even with"}.get(found.verdict)
    if words:
        said.append(f"In sign accuracy the model is {words} the best plain rule ({found.best_rule}), by {found.lead}.")
    return [*said, BEWARE]


def _shared_genes(own: ad.AnnData, real: Section, space: ExpressionSpace) -> tuple[pd.Index, list[np.ndarray]]:
    """Genes of model and both sections, and log-normalised expression (cells, genes) of both sides."""
    expression, match = space.encode(real)
    model_genes = pd.Index(map(str, space.genes))
    known = own.var_names[own.var["ripple_in_model"].to_numpy(dtype=bool)]
    folded = {str(gene).casefold(): i for i, gene in enumerate(model_genes)}
    columns = [(gene, folded[str(gene).casefold()]) for gene in known if str(gene).casefold() in folded]
    kept = [(gene, column) for gene, column in columns if match.column[column] >= 0]
    if len(kept) < 3 or min(own.n_obs, len(real)) < FEWEST_CELLS:
        found = f"{len(kept)} genes, {own.n_obs} simulated and {len(real)} real cells"
        raise DataError(sentence("at least 3 shared genes and 5 cells on each side", found, "Choose another section"))
    genes = pd.Index([gene for gene, _ in kept])
    observed = np.asarray(own[:, genes].layers["observed"], dtype=np.float64)
    return genes, [observed, expression[:, [column for _, column in kept]].astype(np.float64)]


def _labels(own: ad.AnnData, real: Section) -> tuple[list[np.ndarray], tuple[str, ...]]:
    """The cell type of every cell of both sides as a number, -1 where it is not compared, and the types."""
    key = real.label_key
    if key is not None and key in own.obs:
        sides = [table[key].astype(str).to_numpy() for table in (own.obs, real.obs)]
        counts = [pd.Series(side).value_counts() for side in sides]
        types = [name for name in counts[0].index if min(counts[0][name], counts[1].get(name, 0)) >= FEWEST_CELLS]
        if types:
            return [pd.Index(types).get_indexer(side) for side in sides], tuple(types)
    return [np.zeros(own.n_obs, dtype=np.int64), np.zeros(len(real), dtype=np.int64)], ()


def _resampled(
    sides: list[np.ndarray], labels: list[np.ndarray], places: tuple[np.ndarray, np.ndarray], seed: int
) -> np.ndarray:
    """Real − observed (resamples + 1, genes), types weighted as among the regenerated cells; row 0 is without resampling."""
    number = int(max(label.max() for label in labels)) + 1
    share = np.bincount(labels[0][labels[0] >= 0], minlength=number).astype(float)
    means = [_means(*side, number, seed + i) for i, side in enumerate(zip(sides, labels, places))]
    difference = means[1] - means[0]
    weight = np.where(np.isfinite(difference).all(axis=2), share, 0.0)
    total = np.einsum("rt,rtg->rg", weight, np.nan_to_num(difference))
    return total / np.maximum(weight.sum(axis=1), 1e-12)[:, None]


def _means(values: np.ndarray, label: np.ndarray, xy: np.ndarray, types: int, seed: int) -> np.ndarray:
    """Mean expression (resamples + 1, types, genes) of one side, blocks of neighbouring cells drawn again."""
    block = _blocks(xy)
    blocks = int(block.max()) + 1
    drawn = bootstrap.weights([0] * blocks, seed, RESAMPLES)
    found = np.full((RESAMPLES + 1, types, values.shape[1]), np.nan)
    for kind in range(types):
        own = label == kind
        sums = np.zeros((blocks, values.shape[1]))
        np.add.at(sums, block[own], values[own])
        count = drawn @ np.bincount(block[own], minlength=blocks)
        some = count > 0
        found[some, kind] = (drawn[some] @ sums) / count[some][:, None]
    return found


def _blocks(xy: np.ndarray) -> np.ndarray:
    """The square (cells,) of a grid in which each cell lies; a square holds about 25 cells."""
    extent = np.maximum(np.ptp(xy, axis=0), 1e-9)
    side = float(np.sqrt(extent.prod() * min(BLOCK_CELLS, max(1, len(xy) // 4)) / len(xy)))
    square = np.floor((xy - xy.min(axis=0)) / max(side, 1e-9)).astype(np.int64)
    return np.unique(square, axis=0, return_inverse=True)[1].ravel()


def _predictions(result: ad.AnnData, genes: pd.Index, edited: np.ndarray) -> dict[str, np.ndarray]:
    """What the model and plain rules foretell (genes,)."""
    roi = result[result.obs["ripple_role"] == "roi", genes]
    change = np.asarray(roi.layers["response"])
    change = change[~np.isnan(change).all(axis=1)]
    given = np.nan_to_num(change.mean(axis=0)) if len(change) else np.zeros(len(genes))
    own = np.asarray(regenerated(result)[:, genes].layers["response"]).mean(axis=0)
    sign = np.sign(np.sign(given[edited]).sum()) if edited.any() else 0.0
    size = float(np.abs(given[edited]).mean()) if edited.any() else 0.0
    return {
        MODEL: own.astype(np.float64),
        "no change": np.zeros(len(genes)),
        "copy the region": given,
        "majority sign": np.full(len(genes), sign * size),
    }


def _table(
    genes: pd.Index, simulated: np.ndarray, measured: np.ndarray, t: np.ndarray, edited: np.ndarray
) -> pd.DataFrame:
    right = np.sign(simulated) == np.sign(measured)
    columns = {"gene": genes, "simulated": simulated, "measured": measured, "t": t, "clear": np.abs(t) >= CLEAR_T}
    table = pd.DataFrame({**columns, "edited": edited, "right": right})
    order = table["measured"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _score_samples(
    predictions: dict[str, np.ndarray], measured: np.ndarray, clear: np.ndarray, counted: np.ndarray, seed: int
) -> dict[str, dict[str, np.ndarray]]:
    """Method → score → values (resamples + 1,) over the genes counted, which are drawn again with the cells, alike for all methods."""
    rng = np.random.default_rng([seed, 67])
    drawn = [counted, *(rng.choice(counted, size=len(counted)) for _ in measured[1:])]
    found: dict[str, dict[str, np.ndarray]] = {}
    for name, predicted in predictions.items():
        each = [sign_scores(predicted[genes], true[genes], clear[genes]) for genes, true in zip(drawn, measured)]
        found[name] = {what: np.array([one[what] for one in each]) for what in SCORES}
    return found


def _lead(samples: dict[str, dict[str, np.ndarray]]) -> tuple[Estimate, str]:
    """The model's sign accuracy over the best plain rule's, and which that is."""
    what = SCORES[0]
    rules = [name for name in samples if name != MODEL]
    best = max(rules, key=lambda name: np.nan_to_num(samples[name][what][0], nan=-1.0))
    return bootstrap.estimate(samples[MODEL][what] - samples[best][what]), best
