"""An experiment made ready: what is changed and where, which cells are regenerated around it, and what it is held against."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import anndata as ad
import numpy as np

from ripple_core.encoded import Encoded
from ripple_core.errors import DataError, sentence
from ripple_core.models.contract import Model, can_generate
from ripple_core.perturb import zone
from ripple_core.perturb.chance import placebos
from ripple_core.perturb.chance.null import GenePlacebos, random_gene_sets
from ripple_core.perturb.chance.places import Place, PlacePlacebos, random_places
from ripple_core.perturb.editing import edits as editing
from ripple_core.perturb.editing import noticed
from ripple_core.perturb.editing.cells import Scope, regions_of, together
from ripple_core.perturb.editing.population import changes_presence, landing, touched
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.roi import Roi
from ripple_core.section import Section


class Experiment:
    """One experiment, of which nothing is generated yet.

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
        self.without_null = ""
        self.placebos = self._placebos()
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

    def _placebos(self) -> GenePlacebos | PlacePlacebos | None:
        """What the edit is held against, of the first kind that can be; the settings then say which.

        Where "auto" finds none, ``without_null`` says why.
        """
        refused: list[tuple[placebos.Kind, placebos.NoPlacebos]] = []
        for kind in placebos.to_try(self.settings):
            try:
                found = self._placebos_of(kind)
            except placebos.NoPlacebos as error:
                if self.settings.null_kind != "auto":
                    raise
                refused.append((kind, error))
                continue
            self.settings = self.settings.model_copy(update={"null_kind": kind})
            return found
        self.without_null = placebos.lack(refused)
        self.settings = self.settings.model_copy(update={"null": 0})
        return None

    def _placebos_of(self, kind: placebos.Kind) -> GenePlacebos | PlacePlacebos:
        """Other genes here, or the same genes elsewhere; NoPlacebos where that cannot be."""
        cells, chosen = len(self.section), self.settings
        placebos.check(self.edits, kind)
        if kind == "regions":
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
            "read_once": self.settings.reads_once,
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
        if self.without_null:
            report["without_null"] = self.without_null
        if applied.population is not None:
            report["population"] = applied.population.counts()
        if applied.edited.any():
            before, after = self.observed[self.zone.roi], applied.expression
            report["token_flips"] = noticed.token_flips(self.model, before, after)
            report["out_of_range"] = noticed.out_of_range(self.model, after)
            report["out_of_range_before"] = noticed.out_of_range(self.model, before)
        return report
