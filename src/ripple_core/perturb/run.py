"""Control and perturbed regeneration of the surroundings of a region, as one batch, streaming."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import anndata as ad
import numpy as np
from pydantic import Field

from ripple_core.models.contract import GenerationSettings, Mode, Model, Quantizer, Scene, can_generate
from ripple_core.perturb import edits as editing
from ripple_core.perturb import null, result, zone
from ripple_core.perturb.tally import Tally
from ripple_core.progress import Progress
from ripple_core.roi import Roi
from ripple_core.section import Section
from ripple_core.settings import Settings

FAR_PERCENTILE = 99.0


class PerturbSettings(Settings):
    """How the surroundings are regenerated."""

    zone_um: float = Field(
        200.0, gt=0, le=5000, description="Cells up to this distance from the ROI's edge are regenerated, in µm."
    )
    context: Literal["full", "roi"] = Field(
        "full", description="full: cells beyond the zone stay known; roi: only the ROI is known (the paper)."
    )
    mode: Mode = Field(
        "weighted",
        description="picking: the likeliest meta cell; weighted: their mean by probability; sampling: a random draw.",
    )
    draws: int = Field(
        1, ge=1, le=1000, description="Repeats with other random draws (sampling mode); their spread is reported."
    )
    orders: int = Field(1, ge=1, le=1000, description="Repeats with other generation orders; their spread is reported.")
    null: int = Field(
        0, ge=0, le=10000, description="Placebo edits on random genes, for p and FDR of each gene; 0 means none."
    )
    seed: int = Field(0, ge=0, description="Same seed, same device: same numbers.")
    temperature: float = Field(1.0, gt=0, le=10, description="Sampling mode: below 1 sharper, above 1 flatter.")
    continuous: bool = Field(
        True, description="Known cells enter with their own expression; off: each as its nearest meta cell (the paper)."
    )
    identity: Literal["kept", "free"] = Field(
        "kept",
        description="kept: a cell may change its state, not its broad type; free: it is generated anew (the paper).",
    )
    feedback: Literal["picked", "aggregated"] = Field(
        "aggregated", description="Weighted mode: what later cells see of a generated one."
    )

    def generation(self, repeat: int) -> GenerationSettings:
        """Settings of one repeat."""
        return GenerationSettings(
            mode=self.mode, temperature=self.temperature, feedback=self.feedback, seed=self.seed + 7919 * repeat
        )


@dataclass(frozen=True)
class Partial:
    """Cells that were just generated: rows of the section (cells,), control and perturbed (cells, genes), log-normalised."""

    cells: np.ndarray
    control: np.ndarray
    perturbed: np.ndarray


class Perturbation:
    """One experiment: made ready at construction, carried out by :meth:`steps`, read at any time by :meth:`result`.

    Parameters
    ----------
    data
        A section, or AnnData that can be one; of several sections in a file, the one with the most cells in the ROI is taken.
    model
        Anything that offers ``Generator``.
    roi, edits
        Where, and what is changed there.

    Raises
    ------
    DataError, CheckpointError
        For an ROI without cells, an edit without known genes, a model of other genes: before any work is done.
    """

    def __init__(
        self,
        data: ad.AnnData | Section,
        model: Model,
        roi: Roi,
        edits: editing.Edit | Sequence[editing.Edit],
        settings: PerturbSettings | None = None,
    ) -> None:
        self.generator = can_generate(model)
        whole = data if isinstance(data, Section) else Section.from_anndata(data)
        self.settings, self.model, self.roi = settings or PerturbSettings(), model, roi
        self.edits = editing.as_list(edits)
        self.section = zone.section_of(whole, roi)
        self.zone = zone.around(self.section, roi, self.settings.zone_um, self.settings.context)
        self.observed, self.match = model.space.encode(self.section)
        self.applied = self._apply(self.edits)
        self.placebos = [
            self._apply(placebo)
            for placebo in null.random_gene_sets(
                self.edits, self.applied.edited, model.space.genes, self.settings.null, self.settings.seed
            )
        ]
        self.tally = Tally(len(self.section), len(model.space.genes), lines=2)
        self.placebo_total = np.zeros((self.settings.null, len(model.space.genes)))
        self.order = np.full(len(self.section), -1, dtype=np.int64)
        self.seconds = 0.0
        self.report = self._report()

    @property
    def roi_cells(self) -> np.ndarray:
        """Rows of the section inside the ROI."""
        return self.zone.roi

    @property
    def zone_cells(self) -> np.ndarray:
        """Rows to regenerate, in the order of the first run."""
        return zone.outward(self.zone, self.settings.seed)

    @property
    def repeats(self) -> int:
        """Runs in all: draws × orders."""
        return self.settings.draws * self.settings.orders

    def steps(self) -> Iterator[Progress]:
        """Generate; each Progress carries a :class:`Partial`. Stop whenever you like: what is done is kept."""
        total = self.repeats * len(self.zone.targets)
        done, before, started = 0, self.seconds, time.monotonic()
        for repeat in range(self.repeats):
            for cells, lines in self._one_run(repeat):
                self.tally.add(cells, lines[:2])
                if self.placebos:
                    self.placebo_total += (lines[2:] - lines[:1]).sum(axis=1)
                done += len(cells)
                self.seconds = before + time.monotonic() - started
                control, perturbed = self.tally.mean(cells)
                yield Progress(done, total, f"{done} of {total} cells regenerated", Partial(cells, control, perturbed))

    def _one_run(self, repeat: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """One order and draw: rows (cells,) and expression (lines, cells, genes), as they are generated."""
        targets = zone.outward(self.zone, self.settings.seed + repeat // self.settings.draws)
        known = np.concatenate([self.zone.context, self.zone.roi])
        observed = self.observed[targets] if self.settings.identity == "kept" else None
        scene = Scene(self.section.xy_um[known], self._known_lines(), self.section.xy_um[targets], observed)
        count = 0
        for generated in self.generator.generate(scene, self.settings.generation(repeat)):
            cells = targets[generated.targets]
            if repeat == 0:
                self.order[cells] = np.arange(count, count + len(cells))
                count += len(cells)
            yield cells, generated.expression

    def _known_lines(self) -> np.ndarray:
        """Expression (lines, known, genes): control, perturbed, then the placebos; only the ROI differs."""
        regions = [self.observed[self.zone.roi], self.applied.expression, *(p.expression for p in self.placebos)]
        context = self.observed[self.zone.context]
        lines = np.stack([np.concatenate([context, region]) for region in regions])
        if self.settings.continuous or not isinstance(self.model, Quantizer):
            return lines
        return np.stack([self.model.quantised(line) for line in lines])

    def _apply(self, edits: Sequence[editing.Edit]) -> editing.Applied:
        inside = self.observed[self.zone.roi]
        return editing.apply(
            edits, inside, self.model.space.genes, reference=self.observed, ceiling=self.model.space.ceiling
        )

    def _report(self) -> dict[str, Any]:
        """What is known before the run: sizes, genes, token flips, distance from the training cells."""
        applied = self.applied
        report: dict[str, Any] = {
            "section": self.section.name,
            "n_roi": len(self.zone.roi),
            "n_zone": len(self.zone.targets),
            "genes_edited": list(applied.matched),
            "genes_edit_missing": list(applied.missing),
            "genes_capped": list(applied.capped),
            "genes_matched": len(self.match.matched),
            "genes_missing": list(self.match.missing),
            "genes_unknown_to_model": len(self.match.unknown),
            "token_flips": None,
            "out_of_range": None,
        }
        if isinstance(self.model, Quantizer):
            before, after = self.model.tokens(self.observed[self.zone.roi]), self.model.tokens(applied.expression)
            report["token_flips"] = float((before != after).mean())
            report["out_of_range"] = float((self.model.token_distance(applied.expression) > FAR_PERCENTILE).mean())
        return report

    def result(self) -> ad.AnnData:
        """All that has been generated so far, in the format of a result file."""
        return result.of_perturbation(self)

    def null_statistics(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Empirical p and FDR (genes,) of the mean response against the placebos; None without them or before the first cell."""
        cells = self.tally.cells()
        if not self.placebos or not len(cells):
            return None
        control, perturbed = self.tally.mean(cells)
        placebo = self.placebo_total / self.tally.count.sum()
        p = null.empirical_p(
            (perturbed - control).mean(axis=0), placebo, np.stack([placebo.edited for placebo in self.placebos])
        )
        return p, null.benjamini_hochberg(p)


def perturb_iter(
    data: ad.AnnData | Section, model: Model, roi: Roi, edit: editing.Edit | Sequence[editing.Edit], **settings: Any
) -> Generator[Progress, None, ad.AnnData]:
    """Stream a perturbation: a Progress a cell, whose ``partial`` holds the new cells; returns the result."""
    run = Perturbation(data, model, roi, edit, PerturbSettings(**settings))
    yield from run.steps()
    return run.result()


def perturb(
    data: ad.AnnData | Section, model: Model, roi: Roi, edit: editing.Edit | Sequence[editing.Edit], **settings: Any
) -> ad.AnnData:
    """Regenerate the surroundings of a region with and without an edit.

    Parameters
    ----------
    data
        A section with raw counts in X and µm in ``obsm['spatial']``.
    model
        A trained model, from ``rc.load`` or ``rc.train``.
    roi, edit
        Where, and what is changed there; several edits apply in order.
    **settings
        Fields of :class:`PerturbSettings`.

    Returns
    -------
    AnnData
        The ROI's and the regenerated cells: ``layers`` observed, control, perturbed, response; ``uns['ripple']``.

    Examples
    --------
    >>> result = rc.perturb(adata, model, roi, rc.edits.knockout(["Fn1"]), zone_um=100)  # doctest: +SKIP
    """
    run = Perturbation(data, model, roi, edit, PerturbSettings(**settings))
    for _ in run.steps():
        pass
    return run.result()
