"""A screen: many edits of one region, one after the other or side by side, ranked by what they do to the surroundings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import anndata as ad
import numpy as np
import pandas as pd

from ripple_core.errors import DataError, sentence
from ripple_core.models.contract import Model
from ripple_core.perturb.chance.calibration import benjamini_hochberg, p_values
from ripple_core.perturb.editing import edits as editing
from ripple_core.perturb.editing.edits import Edit
from ripple_core.perturb.many.variants import Outcome, Variant, Variants
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.progress import Progress
from ripple_core.roi import Roi
from ripple_core.section import Section

ScreenKind = Literal["knockout", "overexpress"]
WORDS: dict[ScreenKind, str] = {"knockout": "knock-out", "overexpress": "over-expression"}


@dataclass(frozen=True, eq=False)
class Screen:
    """What each edit of a screen did; simulated, log-normalised.

    Parameters
    ----------
    table
        One row an edit, strongest first: ``name``; ``effect``, the mean |response| over the regenerated cells and the genes that were
        not edited; ``changed``, cells in which one of these genes changes by a tenth or more; ``gene`` and ``change``, the one of them
        whose mean response is strongest; ``given``, the mean change of the edited genes inside the region, 0 where there was nothing
        to switch off; ``p`` and ``q`` of the effect against placebos (NaN without); ``token_flips``, ``out_of_range``.
    response
        Mean response (edits, genes), in the order of the table.
    genes
        The model's genes.
    edits
        The edits by name.
    unknown
        Genes that were asked for and that the model does not know.
    cells, asked
        Cells that were regenerated; edits that were asked for, of which the table holds those that were finished.
    """

    table: pd.DataFrame
    response: np.ndarray
    genes: pd.Index
    edits: dict[str, Edit]
    unknown: tuple[str, ...]
    cells: int
    asked: int

    def responses(self) -> pd.DataFrame:
        """Mean response of every gene (columns) to every edit (rows)."""
        return pd.DataFrame(self.response, index=self.table["name"], columns=self.genes)


class ScreenRun:
    """A screen: made ready at construction, carried out by :meth:`steps`, read at any time by :meth:`result`.

    Parameters
    ----------
    edits
        One experiment each, with names that differ; see :func:`edits_of`. Those of which the model knows no gene are left out and
        named in the result.

    Raises DataError where the model knows none of the genes, and for what a perturbation refuses.
    """

    def __init__(
        self,
        data: ad.AnnData | Section,
        model: Model,
        roi: Roi,
        edits: Sequence[Edit],
        settings: PerturbSettings | None = None,
    ) -> None:
        known = {str(gene).casefold() for gene in model.space.genes}
        chosen = {edit.name: edit for edit in editing.as_list(edits) if any(g.casefold() in known for g in edit.genes)}
        absent = (gene for edit in edits for gene in edit.genes if gene.casefold() not in known)
        self.unknown = tuple(dict.fromkeys(absent))
        if not chosen:
            found = f"none of {', '.join(self.unknown[:3])}"
            some = ", ".join(map(str, model.space.genes[:5]))
            raise DataError(sentence("at least one gene that the model knows", found, f"It knows {some} …"))
        self.edits = chosen
        self.run = Variants(data, model, roi, [Variant(name, (edit,)) for name, edit in chosen.items()], settings)

    def steps(self) -> Iterator[Progress]:
        """Generate; stop whenever you like, finished edits are kept."""
        return self.run.steps()

    def result(self) -> Screen:
        """What is finished, strongest first."""
        done, genes = self.run.outcomes, self.run.base.model.space.genes
        table = pd.DataFrame([_row(outcome, genes) for outcome in done], columns=list(_COLUMNS))
        table["p"], table["q"] = _chance(done)
        order = table["effect"].sort_values(ascending=False, kind="stable").index
        response = np.array([outcome.response for outcome in done]).reshape(len(done), len(genes))
        ranked = table.loc[order].reset_index(drop=True)
        return Screen(
            ranked, response[order], genes, dict(self.edits), self.unknown, self.run.cells, len(self.run.prepared)
        )


def screen(
    data: ad.AnnData | Section,
    model: Model,
    roi: Roi,
    genes: Iterable[str],
    *,
    kinds: Sequence[ScreenKind] = ("knockout",),
    percentile: float = 99.0,
    strength: float = 1.0,
    **settings: Any,
) -> Screen:
    """Edit one gene at a time in a region, and rank the genes by what that does to the surroundings.

    Parameters
    ----------
    genes, kinds
        What is switched off, raised (to ``percentile`` of the cells that express it), or both in turn, at a dose ``strength``.
    **settings
        Fields of :class:`PerturbSettings`; ``null`` placebos for each edit, the same of other genes of like expression, give p and q.

    Examples
    --------
    >>> found = rc.screen(adata, model, roi, ["Fn1", "Il6"], kinds=["knockout", "overexpress"])  # doctest: +SKIP
    """
    run = ScreenRun(data, model, roi, edits_of(genes, kinds, percentile, strength), PerturbSettings(**settings))
    for _ in run.steps():
        pass
    return run.result()


def edits_of(
    genes: Iterable[str],
    kinds: Sequence[ScreenKind] = ("knockout",),
    percentile: float = 99.0,
    strength: float = 1.0,
) -> list[Edit]:
    """One edit for each gene and kind, named after both.

    >>> [edit.name for edit in edits_of(["Il6"], ["knockout", "overexpress"])]
    ['Il6 knock-out', 'Il6 over-expression']
    """
    wanted = list(dict.fromkeys(gene.strip() for gene in genes if gene.strip()))
    unknown = [kind for kind in kinds if kind not in WORDS]
    if not wanted or not kinds or unknown:
        found = "no gene" if not wanted else f"{unknown[0]!r}" if unknown else "nothing to do to them"
        raise DataError(sentence("genes, and knockout or overexpress", found, "Type genes and choose what is done"))
    values = {"knockout": 0.0, "overexpress": percentile}
    return [
        Edit(kind=kind, genes={gene: values[kind]}, strength=strength, name=f"{gene} {WORDS[kind]}")
        for gene in wanted
        for kind in kinds
    ]


_COLUMNS = ("name", "effect", "changed", "gene", "change", "given", "token_flips", "out_of_range")


def _row(outcome: Outcome, genes: pd.Index) -> dict[str, Any]:
    free = outcome.edited if outcome.edited.all() else ~outcome.edited
    strongest = int(np.argmax(np.where(free, np.abs(outcome.response), -1.0)))
    seen = {"token_flips": outcome.token_flips, "out_of_range": outcome.out_of_range}
    return {
        "name": outcome.variant.name,
        "effect": outcome.effect,
        "changed": outcome.changed,
        "gene": str(genes[strongest]),
        "change": float(outcome.response[strongest]),
        "given": outcome.given,
        **{key: float("nan") if value is None else value for key, value in seen.items()},
    }


def _chance(outcomes: Sequence[Outcome]) -> tuple[np.ndarray, np.ndarray]:
    """p and q (edits,) of the effects against those of their placebos; NaN without enough of them."""
    if not outcomes or not len(outcomes[0].placebo_effects):
        return np.full(len(outcomes), np.nan), np.full(len(outcomes), np.nan)
    effects = np.array([outcome.effect for outcome in outcomes])
    p = p_values(effects, np.stack([outcome.placebo_effects for outcome in outcomes], axis=1))
    return p, benjamini_hochberg(p)
