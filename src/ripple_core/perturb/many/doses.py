"""A dose series: one edit at several strengths in one go, and the response of every gene to the dose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd

from ripple_core.errors import DataError, sentence
from ripple_core.models.contract import Model
from ripple_core.perturb.editing import edits as editing
from ripple_core.perturb.editing.edits import Edit
from ripple_core.perturb.many.variants import Outcome, Variant, Variants
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.progress import Progress
from ripple_core.roi import Roi
from ripple_core.section import Section

DOSES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
HIGHEST, MOST = 10.0, 50


@dataclass(frozen=True, eq=False)
class DoseSeries:
    """What an edit does at each dose; simulated, log-normalised.

    Parameters
    ----------
    doses
        Ascending (doses,); a series that was stopped holds those that were finished.
    genes
        The model's genes, the columns of the arrays.
    response, spread
        Mean response (doses, genes) over the regenerated cells, and its standard deviation over them.
    noise
        Root mean square (doses, genes) of what placebos of the same dose do; NaN without placebos.
    table
        One row a dose: ``dose``, ``effect`` (mean |response| of genes not edited), ``changed`` (cells in which one of them changes by
        a tenth or more), ``given`` (mean change of the edited genes inside the region), ``placebo`` (mean effect of the placebos, NaN
        without), ``capped`` (genes held at the highest known value), ``token_flips``,
        ``out_of_range`` (shares of the region's cells, NaN where the model cannot tell).
    edited
        Which genes the edit touched (genes,).
    cells
        Cells that were regenerated.
    name
        How the edit is called.
    """

    doses: np.ndarray
    genes: pd.Index
    response: np.ndarray
    spread: np.ndarray
    noise: np.ndarray
    table: pd.DataFrame
    edited: np.ndarray
    cells: int
    name: str

    def curve(self, gene: str) -> pd.DataFrame:
        """The response of one gene: ``dose``, ``response``, ``spread`` over cells, ``noise`` of placebos."""
        at = self.genes.get_loc(gene)
        columns = {"response": self.response, "spread": self.spread, "noise": self.noise}
        return pd.DataFrame({"dose": self.doses, **{name: values[:, at] for name, values in columns.items()}})

    def by_gene(self) -> pd.DataFrame:
        """One row a gene, strongest first: response at the highest dose, how it bends, and the dose of half of it.

        ``half_dose`` is the lowest dose, between those that were run, at which the response reaches half of that at the highest one;
        ``steady`` tells whether it never turns back on the way there.
        """
        rows = [self._of_gene(at) for at in range(len(self.genes))]
        table = pd.DataFrame(rows, columns=["response", "half_dose", "steady"])
        table.insert(0, "gene", list(self.genes))
        table["edited"] = self.edited
        order = table["response"].abs().sort_values(ascending=False, kind="stable").index
        return table.loc[order].reset_index(drop=True)

    def long(self) -> pd.DataFrame:
        """Every gene at every dose, one row each: what is written as CSV."""
        frames = [self.curve(str(gene)).assign(gene=str(gene)) for gene in self.genes]
        return pd.concat(frames, ignore_index=True)[["gene", "dose", "response", "spread", "noise"]]

    def _of_gene(self, at: int) -> tuple[float, float, bool]:
        values = self.response[:, at] - self.response[0, at] * (self.doses[0] == 0)
        top = float(values[-1]) if len(values) else 0.0
        rising = values * np.sign(top)
        half = abs(top) / 2
        reached = np.flatnonzero(rising >= half)
        if not top or not len(reached):
            return top, float("nan"), True
        at_half = _crossing(self.doses, rising, int(reached[0]), half)
        return top, at_half, bool((np.diff(rising) >= 0).all())


class DoseRun:
    """A dose series: made ready at construction, carried out by :meth:`steps`, read at any time by :meth:`result`.

    Raises DataError for doses out of range, and for what a perturbation of the edit refuses.
    """

    def __init__(
        self,
        data: ad.AnnData | Section,
        model: Model,
        roi: Roi,
        edit: Edit | Sequence[Edit],
        doses: Iterable[float] = DOSES,
        settings: PerturbSettings | None = None,
    ) -> None:
        chosen = editing.as_list(edit)
        self.doses, self.name = checked(doses), " + ".join(one.name for one in chosen)
        variants = [Variant(f"× {dose:g}", tuple(_dosed(one, dose) for one in chosen)) for dose in self.doses]
        self.run = Variants(data, model, roi, variants, settings)

    def steps(self) -> Iterator[Progress]:
        """Generate; stop whenever you like, finished doses are kept."""
        return self.run.steps()

    def result(self) -> DoseSeries | None:
        """The doses that are finished, the lowest first; None before the first."""
        done = self.run.outcomes
        if not done:
            return None
        table = pd.DataFrame([_row(dose, outcome) for dose, outcome in zip(self.doses, done)]).astype(float)
        means, spread, noise = (
            np.stack(part) for part in zip(*((o.response, o.spread, o.placebo_spread) for o in done))
        )
        known = np.array(self.doses[: len(done)])
        genes = self.run.base.model.space.genes
        return DoseSeries(known, genes, means, spread, noise, table, done[-1].edited, self.run.cells, self.name)


def dose_series(
    data: ad.AnnData | Section,
    model: Model,
    roi: Roi,
    edit: Edit | Sequence[Edit],
    doses: Iterable[float] = DOSES,
    **settings: Any,
) -> DoseSeries:
    """Run one edit at several doses as lines of one batch.

    Parameters
    ----------
    edit
        The edit, or several; a dose multiplies the strength that each has.
    doses
        Factors of the strength; 0 is the control itself.
    **settings
        Fields of :class:`PerturbSettings`; ``null`` gives each dose placebos of its own.

    Examples
    --------
    >>> series = rc.dose_series(adata, model, roi, rc.edits.knockout(["Fn1"]), [0.25, 0.5, 1])  # doctest: +SKIP
    """
    run = DoseRun(data, model, roi, edit, doses, PerturbSettings(**settings))
    for _ in run.steps():
        pass
    series = run.result()
    if series is None:
        raise DataError(sentence("at least one finished dose", "none", "Run the series again"))
    return series


def checked(doses: Iterable[float]) -> list[float]:
    """The doses, ascending and each once; DataError for none, too many, or one out of range."""
    wanted = sorted(set(map(float, doses)))
    if not wanted or len(wanted) > MOST:
        raise DataError(sentence(f"1 to {MOST} doses", str(len(wanted)), "Write them apart by commas: 0.25, 0.5, 1"))
    outside = [dose for dose in wanted if not 0 <= dose <= HIGHEST]
    if outside:
        raise DataError(sentence(f"doses from 0 to {HIGHEST:g}", f"{outside[0]:g}", "Choose doses in this range"))
    return wanted


def _dosed(edit: Edit, dose: float) -> Edit:
    return edit.with_strength(min(edit.strength * dose, HIGHEST))


def _row(dose: float, outcome: Outcome) -> dict[str, Any]:
    placebo = float(outcome.placebo_effects.mean()) if len(outcome.placebo_effects) else float("nan")
    row = {
        "dose": dose,
        "effect": outcome.effect,
        "changed": outcome.changed,
        "given": outcome.given,
        "placebo": placebo,
    }
    row["capped"] = len(outcome.capped)
    seen = {"token_flips": outcome.token_flips, "out_of_range": outcome.out_of_range}
    return row | {key: float("nan") if value is None else value for key, value in seen.items()}


def _crossing(doses: np.ndarray, values: np.ndarray, at: int, level: float) -> float:
    """Where a line from point to point first comes up to a level, at or before point ``at``."""
    if at == 0 or values[at] == values[at - 1]:
        return float(doses[at])
    share = (level - values[at - 1]) / (values[at] - values[at - 1])
    return float(doses[at - 1] + share * (doses[at] - doses[at - 1]))
