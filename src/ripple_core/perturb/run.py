"""Control and perturbed regeneration of the surroundings of a region, as one batch, streaming."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import anndata as ad
import numpy as np

from ripple_core.encoded import Encoded
from ripple_core.errors import DataError, sentence
from ripple_core.models.contract import GenerationSettings, Model, Quantizer, Scene, beside, can_generate
from ripple_core.perturb import pace, result, zone
from ripple_core.perturb.chance import placebos
from ripple_core.perturb.chance.calibration import NullStatistics
from ripple_core.perturb.chance.null import GenePlacebos, random_gene_sets
from ripple_core.perturb.chance.places import Place, PlacePlacebos, random_places
from ripple_core.perturb.editing import edits as editing
from ripple_core.perturb.editing.cells import Scope, regions_of, together
from ripple_core.perturb.editing.population import changes_presence, landing, touched
from ripple_core.perturb.lines import reader, scene_of
from ripple_core.perturb.settings import PerturbSettings as PerturbSettings
from ripple_core.perturb.tally import Tally
from ripple_core.progress import Progress
from ripple_core.roi import Roi
from ripple_core.section import Section

FAR_PERCENTILE = 99.0
SIDE_BY_SIDE_VALUES = 50_000_000
"""So many values (lines × cells × genes), of 4 bytes, are generated side by side."""


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
        Where, and what is changed there. An edit may name another region for itself; then the surroundings of all are regenerated.

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
        self.settings, self.model, self.own_roi = settings or PerturbSettings(), model, roi
        self.edits = editing.as_list(edits)
        self.roi = together(roi, regions_of(edit.where for edit in self.edits))
        self.section = zone.section_of(whole, self.roi)
        self.zone = self._zone_of(self.roi)
        self.observed = Encoded(model.space, self.section)
        self.match = self.observed.match
        self.applied = self.apply(self.edits, self.zone.roi)
        self.placebos = self._placebos() if self.settings.null else None
        self.tally = Tally(len(self.section), len(model.space.genes), lines=2)
        self.run_total = np.zeros((self.repeats, len(model.space.genes)))
        self.order = np.full(len(self.section), -1, dtype=np.int64)
        self.seconds = 0.0
        self.pace: pace.Pace | None = None
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

    @property
    def work(self) -> int:
        """Cells to generate in all: the zone's in every run, and those around other places."""
        places = self.placebos.places if isinstance(self.placebos, PlacePlacebos) else []
        return self.repeats * sum(len(at.targets) for at in (self.zone, *(place.zone for place in places)))

    def steps(self) -> Iterator[Progress]:
        """Generate; each Progress carries a :class:`Partial`, or nothing while other places are run for the null control.

        Stop whenever you like: what is done is kept.
        """
        done, before, started = 0, self.seconds, time.monotonic()
        for cells, partial in self._all_runs():
            done += len(cells)
            self.seconds = before + time.monotonic() - started
            what = "cells regenerated" if partial is not None else "cells, now around other places"
            yield Progress(done, self.work, f"{done} of {self.work} {what}", partial)

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

    def _zone_of(self, roi: Roi) -> zone.Zone:
        """The zone of this run's edits in a region."""
        chosen = self.settings
        if not changes_presence(self.edits):
            return zone.around(self.section, roi, chosen.zone_um, chosen.context)
        if chosen.context == "roi":
            found = "an edit that removes, inserts or moves cells"
            raise DataError(
                sentence("an edit of cells that stay, where only these are known", found, "Set context to full")
            )
        inside = np.flatnonzero(roi.contains(self.section.xy_um))
        own = None if roi is not self.roi or roi is self.own_roi else self.own_roi.contains(self.section.xy_um[inside])
        given = touched(self.edits, self.section, inside, own)
        return zone.between(self.section, roi, chosen.zone_um, given=given, landing=landing(self.edits, roi))

    def apply(self, edits: Sequence[editing.Edit], rows: np.ndarray, roi: Roi | None = None) -> editing.Applied:
        """Edits made to the cells of some rows of the section, in another region than this run's if one is given."""
        space = self.model.space
        own = None if self.roi is self.own_roi else self.own_roi.contains(self.section.xy_um[rows])
        return editing.apply(
            edits,
            self.observed[rows],
            space.genes,
            reference=self.observed.everywhere,
            ceiling=space.ceiling,
            scope=Scope(self.section, rows, own, roi or self.own_roi),
            profiles=lambda others: self.observed[others],
        )

    def _placebos(self) -> GenePlacebos | PlacePlacebos:
        """What the edit is held against: other genes here, or the same genes elsewhere."""
        cells, chosen = len(self.section), self.settings
        placebos.check(self.edits, chosen, in_one_region=self.roi is self.own_roi)
        if chosen.null_kind == "regions":
            suits = placebos.suiting(self.edits, self.section)
            rois = random_places(self.section, self.roi, chosen.zone_um, chosen.null, chosen.seed, suits)
            zones = [self._zone_of(roi) for roi in rois]
            places = [Place(roi, at, self.apply(self.edits, at.roi, roi)) for roi, at in zip(rois, zones)]
            return PlacePlacebos(self.applied.edited, self.zone, places, cells, self.repeats)
        applied = self.gene_placebos(self.edits, self.applied.edited, chosen.null)
        return GenePlacebos(self.applied, applied, self.zone.targets, cells)

    def gene_placebos(self, edits: Sequence[editing.Edit], edited: np.ndarray, count: int) -> list[editing.Applied]:
        """The edits made to so many sets of other genes (of like expression, none of ``edited``), applied to the region's cells."""
        sets = random_gene_sets(edits, edited, self.model.space.genes, self._level, count, self.settings.seed)
        return [self.apply(placebo, self.zone.roi) for placebo in sets]

    @cached_property
    def _level(self) -> np.ndarray:
        """Expression (genes,) by which placebo genes are found: in the region and everywhere, before the logarithm."""
        level: np.ndarray = np.expm1(self.observed[self.zone.roi]).mean(axis=0) + self.observed.linear_means()
        return level

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
            "out_of_range_before": None,
        }
        if applied.population is not None:
            report["population"] = applied.population.counts()
        if isinstance(self.model, Quantizer) and applied.edited.any():
            inside = {"": applied.expression, "_before": self.observed[self.zone.roi]}
            before, after = self.model.tokens(inside["_before"]), self.model.tokens(inside[""])
            report["token_flips"] = float((before != after).mean())
            for when, cells in inside.items():
                report[f"out_of_range{when}"] = float((self.model.token_distance(cells) > FAR_PERCENTILE).mean())
        return report

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
