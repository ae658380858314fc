"""Control and perturbed regeneration of the surroundings of a region, as one batch, streaming."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import anndata as ad
import numpy as np

from ripple_core.models.contract import GenerationSettings, Model, Scene, beside
from ripple_core.perturb import pace, result, zone
from ripple_core.perturb.chance.calibration import NullStatistics
from ripple_core.perturb.chance.places import Place, PlacePlacebos
from ripple_core.perturb.editing import edits as editing
from ripple_core.perturb.experiment import Experiment
from ripple_core.perturb.lines import reader, scene_of
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.perturb.tally import Tally
from ripple_core.progress import Progress
from ripple_core.roi import Roi
from ripple_core.section import Section

SIDE_BY_SIDE_VALUES = 50_000_000
"""So many values (lines × cells × genes), of 4 bytes, are generated side by side."""


@dataclass(frozen=True)
class Partial:
    """Cells that were just generated: rows of the section (cells,), control and perturbed (cells, genes), log-normalised."""

    cells: np.ndarray
    control: np.ndarray
    perturbed: np.ndarray


class Perturbation(Experiment):
    """An experiment: made ready at construction, carried out by :meth:`steps`, read at any time by :meth:`result`."""

    def __init__(
        self,
        data: ad.AnnData | Section,
        model: Model,
        roi: Roi,
        edits: editing.Edit | Sequence[editing.Edit],
        settings: PerturbSettings | None = None,
    ) -> None:
        super().__init__(data, model, roi, edits, settings)
        genes = len(model.space.genes)
        self.tally = Tally(len(self.section), genes, lines=2)
        self.run_total = np.zeros((self.repeats, genes))
        self.order = np.full(len(self.section), -1, dtype=np.int64)
        self.seconds = 0.0
        self.pace: pace.Pace | None = None

    def steps(self) -> Iterator[Progress]:
        """Generate; each Progress carries a :class:`Partial`, or nothing while other places are run for the null control.

        Stop whenever you like: what is done is kept.
        """
        done, started = 0, time.monotonic()
        for cells, partial in self._all_runs():
            done += len(cells)
            self.seconds += time.monotonic() - started
            what = "cells regenerated" if partial is not None else "cells, now around other places"
            yield Progress(done, self.work, f"{done} of {self.work} {what}", partial)
            started = time.monotonic()  # how long the caller takes between two steps does not count

    def _all_runs(self) -> Iterator[tuple[np.ndarray, Partial | None]]:
        """Every group of cells (cells,) as it comes: first those around the region, then those around other places."""
        here, count = Place(self.roi, self.zone, self.applied), 0
        placebos = () if self.placebos is None else self.placebos.lines
        for number, cells, lines in self.runs([(here, repeat) for repeat in range(self.repeats)], placebos):
            self.tally.add(cells, lines[:2])
            self.run_total[number] += (lines[1] - lines[0]).sum(axis=0)
            if number == 0:
                self.order[cells] = np.arange(count, count + len(cells))
                count += len(cells)
            if self.placebos is not None:
                self.placebos.add(cells, lines)
            yield cells, Partial(cells, *self.tally.mean(cells))
        if isinstance(self.placebos, PlacePlacebos):
            elsewhere = [(place, repeat) for place in self.placebos.places for repeat in range(self.repeats)]
            for number, cells, lines in self.runs(elsewhere):
                self.placebos.add(cells, lines, number // self.repeats)
                yield cells, None

    def runs(
        self, asked: Sequence[tuple[Place, int]], others: Sequence[editing.Applied] = ()
    ) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """Some of the repeats (orders and draws) around places, as many at once as memory allows.

        Yields the number among those asked for, rows (cells,) and expression (lines, cells, genes), as they are generated. Lines are
        the control, the place's edit, and ``others`` that are made in the same region.
        """
        values = len(self.model.space.genes) * (2 + len(others)) * max(len(p.zone.targets) for p, _ in asked)
        at_once = max(1, SIDE_BY_SIDE_VALUES // max(values, 1))
        for start in range(0, len(asked), at_once):
            rows, scenes = zip(*(self._scene(*one, others) for one in asked[start : start + at_once]))
            for number, generated in beside(self.generator, scenes):
                yield start + number, rows[number][generated.targets], generated.expression

    def _scene(
        self, place: Place, repeat: int, others: Sequence[editing.Applied]
    ) -> tuple[np.ndarray, tuple[Scene, GenerationSettings]]:
        """What one order and draw around a place asks of the model: the targets' rows (targets,), the scene and its settings."""
        targets = zone.outward(place.zone, self.settings.seed + repeat // self.settings.draws)
        observed = self.observed[targets] if self.settings.identity == "kept" else None
        reads = reader(self.model, continuous=self.settings.continuous)
        scene = scene_of(place.zone, [place.applied, *others], self.observed, targets, observed, reads)
        if self.settings.waves and self.pace is None and scene.present is None:
            self.pace = pace.measured(self.generator, scene, self.settings.generation(repeat))
            self.report["waves"] = asdict(self.pace)
        return targets, (scene, self.settings.generation(repeat, self.pace.apart_um if self.pace else 0.0))

    def result(self) -> ad.AnnData:
        """All that has been generated so far, in the format of a result file."""
        return result.of_perturbation(self)

    def null_statistics(self) -> NullStatistics | None:
        """p and FDR against the placebos; None without them or before they say anything."""
        cells = self.tally.cells()
        if self.placebos is None or not len(cells) or not self.placebos.done:
            return None
        return NullStatistics.of(self.placebos.p_of_genes(), self.placebos.p_of_cells(cells), self.placebos.done)

    def placebo_spread(self) -> np.ndarray | None:
        """Spread (genes,) of the mean response that placebos make, log-normalised; None without them."""
        return None if self.placebos is None or not self.placebos.done else self.placebos.spread_of_genes()

    def run_means(self) -> np.ndarray:
        """Mean response (runs, genes) of each finished run over orders and draws."""
        times = self.tally.count[: self.tally.used]
        finished = int(times.min()) if len(times) == len(self.zone.targets) else 0
        return self.run_total[:finished] / max(len(self.zone.targets), 1)


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
