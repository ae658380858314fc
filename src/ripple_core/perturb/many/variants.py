"""Many edits of one region in one go: lines of the same batch beside one control, each with placebos where asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import anndata as ad
import numpy as np

from ripple_core.errors import DataError, sentence
from ripple_core.models.contract import Model
from ripple_core.perturb.chance.null import root_mean_square
from ripple_core.perturb.chance.placebos import NoPlacebos, check
from ripple_core.perturb.chance.places import Place
from ripple_core.perturb.editing import noticed
from ripple_core.perturb.editing.edits import Applied, Edit
from ripple_core.perturb.run import Perturbation
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.perturb.tally import Tally
from ripple_core.progress import Progress
from ripple_core.roi import Roi
from ripple_core.section import Section

MOST_LINES, MOST_VALUES, FIRST_LINES = 24, 25_000_000, 8
"""Lines of one batch: at most so many, and so many values (lines × cells × genes), each of 8 bytes.

In the first batch there are few, so that something is there soon."""
CHANGED = 0.1
"""A cell counts as changed where some gene that was not edited changes by so much or more (log-normalised: about a tenth)."""


@dataclass(frozen=True)
class Variant:
    """One of the edits, with the name that it has in tables; several edits apply in order."""

    name: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one variant did to the surroundings; log-normalised and simulated.

    Parameters
    ----------
    edited
        Which of the model's genes it touched (genes,).
    missing, capped
        Genes that the model does not know; genes that were held at the highest known value.
    given
        Mean |change| of the edited genes inside the region: what there was to answer.
    response, spread
        Mean response (genes,) over the regenerated cells, and its standard deviation over them.
    effect
        Mean |response| over the regenerated cells and the genes that were not edited.
    changed
        Cells in which a gene that was not edited changes by at least :data:`CHANGED`.
    placebo_effects
        The same as ``effect`` of each placebo (placebos,).
    placebo_spread
        Root mean square (genes,) of the placebos' mean responses; NaN where too few leave a gene alone.
    token_flips, out_of_range
        Share of the region's cells that the model takes for another meta cell, and that are unlike any cell of the training; None
        where the model cannot tell.
    """

    variant: Variant
    edited: np.ndarray
    missing: tuple[str, ...]
    capped: tuple[str, ...]
    given: float
    response: np.ndarray
    spread: np.ndarray
    effect: float
    changed: int
    placebo_effects: np.ndarray
    placebo_spread: np.ndarray
    token_flips: float | None = None
    out_of_range: float | None = None


@dataclass(frozen=True, eq=False)
class _Prepared:
    """A variant and its placebos, applied to the region's cells."""

    variant: Variant
    applied: Applied
    placebos: list[Applied]

    @property
    def lines(self) -> list[Applied]:
        """What each did to the region."""
        return [self.applied, *self.placebos]


class Variants:
    """A run of many variants: made ready at construction, carried out by :meth:`steps`, batch after batch.

    ``outcomes`` holds what is finished. ``settings.null`` is the number of placebos of each variant (other genes of like expression,
    edited in the same way); with ``null_kind`` "auto" there are none where an edit is of whole cells.

    Raises
    ------
    DataError
        For no variant, an ROI without cells, a variant of which the model knows no gene, placebos that are other regions or that
        an edit does not allow.
    """

    def __init__(
        self,
        data: ad.AnnData | Section,
        model: Model,
        roi: Roi,
        variants: Sequence[Variant],
        settings: PerturbSettings | None = None,
    ) -> None:
        settings = settings or PerturbSettings()
        if not variants:
            raise DataError(sentence("at least one edit", "none", "Choose genes"))
        if settings.null and settings.null_kind == "regions":
            raise DataError(
                sentence("placebos of other genes for a series or a screen", "other regions", "Set null_kind to genes")
            )
        if settings.null and not _allow_placebos(variants, settings):
            settings = settings.model_copy(update={"null": 0})
        self.settings = settings
        alone = settings.model_copy(update={"null": 0})
        self.base = Perturbation(data, model, roi, variants[0].edits, alone)
        self.prepared = [self._prepare(variant) for variant in variants]
        self.outcomes: list[Outcome] = []
        self.seconds = 0.0

    @property
    def cells(self) -> int:
        """Cells that are regenerated."""
        return len(self.base.zone.targets)

    def steps(self) -> Iterator[Progress]:
        """Generate; a Progress after each group of cells. Stop whenever you like: variants of finished batches are kept."""
        batches, started = self._batches(), time.monotonic()
        total, done = len(self.prepared) * self.base.repeats * self.cells, 0
        for batch in batches:
            tally = Tally(
                len(self.base.section), len(self.base.model.space.genes), 1 + sum(len(p.lines) for p in batch)
            )
            for cells in self._generate(batch, tally):
                done += len(cells) * len(batch)
                if done < total:
                    words = f"{len(self.outcomes)} of {len(self.prepared)} edits done"
                    yield Progress(done, total, words)
            self.outcomes += self._outcomes(batch, tally)
            self.seconds = time.monotonic() - started
        yield Progress(total, total, f"{len(self.prepared)} edits done")

    def _prepare(self, variant: Variant) -> _Prepared:
        applied = self.base.apply(variant.edits, self.base.zone.roi)
        count = self.settings.null
        return _Prepared(
            variant, applied, self.base.gene_placebos(variant.edits, applied.edited, count) if count else []
        )

    def _batches(self) -> list[list[_Prepared]]:
        """Variants that run together: as many as lines and memory allow, at least one."""
        genes = len(self.base.model.space.genes)
        most = int(np.clip(MOST_VALUES // max(self.cells * genes, 1), 2, MOST_LINES))
        batches: list[list[_Prepared]] = []
        used = 1
        for prepared in self.prepared:
            room = most if len(batches) > 1 else min(most, FIRST_LINES)
            if not batches or used + len(prepared.lines) > room:
                batches.append([])
                used = 1
            batches[-1].append(prepared)
            used += len(prepared.lines)
        return batches

    def _generate(self, batch: list[_Prepared], tally: Tally) -> Iterator[np.ndarray]:
        """Every group of cells (cells,) as it comes, all lines added to the tally."""
        base = self.base
        place = Place(base.roi, base.zone, batch[0].applied)
        _, *others = [line for prepared in batch for line in prepared.lines]
        for _, cells, lines in base.runs([(place, repeat) for repeat in range(base.repeats)], others):
            tally.add(cells, lines)
            yield cells

    def _outcomes(self, batch: list[_Prepared], tally: Tally) -> Iterator[Outcome]:
        control, *lines = tally.mean(tally.cells())
        row = 0
        for prepared in batch:
            own, *placebos = lines[row : row + len(prepared.lines)]
            row += len(prepared.lines)
            yield self._outcome(prepared, own - control, [placebo - control for placebo in placebos])

    def _outcome(self, prepared: _Prepared, response: np.ndarray, placebos: list[np.ndarray]) -> Outcome:
        """From the responses (cells, genes) of a variant and of its placebos."""
        applied, inside = prepared.applied, self.base.observed[self.base.zone.roi]
        free = _counted(applied.edited)
        others = [_counted(placebo.edited | applied.edited) for placebo in prepared.placebos]
        means = [placebo.mean(axis=0) for placebo in placebos]
        unknown = np.full(response.shape[1], np.nan)
        spread = root_mean_square(np.array(means), np.array(others)) if placebos else unknown
        model = self.base.model if applied.edited.any() else None
        return Outcome(
            variant=prepared.variant,
            edited=applied.edited,
            missing=applied.missing,
            capped=applied.capped,
            given=float(np.abs(applied.expression - inside)[:, applied.edited].mean()) if applied.edited.any() else 0.0,
            response=response.mean(axis=0),
            spread=response.std(axis=0),
            effect=float(np.abs(response[:, free]).mean()),
            changed=int((np.abs(response[:, free]).max(axis=1) >= CHANGED).sum()),
            placebo_effects=np.array([np.abs(p[:, counted]).mean() for p, counted in zip(placebos, others)]),
            placebo_spread=spread,
            token_flips=noticed.token_flips(model, inside, applied.expression),
            out_of_range=noticed.out_of_range(model, applied.expression),
        )


def _counted(edited: np.ndarray) -> np.ndarray:
    """Genes (genes,) that the effect is a mean over: those not edited, or all where every one was."""
    return edited if edited.all() else ~edited


def _allow_placebos(variants: Sequence[Variant], settings: PerturbSettings) -> bool:
    """Whether every edit can be tried on other genes; NoPlacebos where that was asked for and one cannot."""
    try:
        for variant in variants:
            check(variant.edits, "genes")
    except NoPlacebos:
        if settings.null_kind != "auto":
            raise
        return False
    return True
