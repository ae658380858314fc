"""What one viewer is looking at and what its user has chosen: evented, undoable, without Qt or napari."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import anndata as ad
import numpy as np
import pandas as pd

from napari_ripple.display.measured import Scene
from napari_ripple.display.painter import NO_SCALE, Painter
from napari_ripple.display.picture import Picture
from napari_ripple.state.choices import Choices, Command, same
from napari_ripple.state.evented import Attribute, SessionEvents
from napari_ripple.state.job import Check, JobState, Lost
from napari_ripple.state.scenario import Against, Dosed, Screened
from napari_ripple.state.simulation import Simulation
from napari_ripple.state.training import Training, TrainWish
from napari_ripple.state.undoable import Undoable
from napari_ripple.state.view import VIEWS, Camera, ColorBy, Second, View
from ripple_core.genesets.ranked import Ranking
from ripple_core.io.describe import Report
from ripple_core.io.picture import TissueImage
from ripple_core.models.contract import Model
from ripple_core.perturb.reading.compare import Comparison
from ripple_core.regions.holding import RoiStatistics, summarise
from ripple_core.roi import Roi
from ripple_core.section import Section

STEPS = {
    "a section": "open a section",
    "a region": "draw a region",
    "an edit": "say what changes in it (Edit)",
    "a model": "choose a model",
}
"""How what may be missing is come by, in the order of the steps."""
STILL_READING = "The counts of the section are still being read."
__all__ = [
    "VIEWS",
    "Camera",
    "Check",
    "Choices",
    "ColorBy",
    "Command",
    "JobState",
    "Lost",
    "Session",
    "SessionEvents",
    "View",
]


class Session(Undoable):
    """One viewer's section, choices, model, job and result; the single truth that panels and layers follow.

    Set attributes from the main thread only. What a user asks for goes through :mod:`napari_ripple.actions`,
    which also records it in ``commands``.
    """

    section = Attribute[Section | None](None)
    is_complete = Attribute[bool](True)
    sections = Attribute[tuple[Section, ...]](())
    color_by = Attribute[ColorBy](ColorBy())
    hidden = Attribute[frozenset[str]](frozenset())
    model = Attribute[Model | None](None)
    check = Attribute[Check | None](None)
    job = Attribute[JobState](JobState())
    result = Attribute[ad.AnnData | None](None)
    simulation = Attribute[Simulation | None](None)
    columns = Attribute[Mapping[tuple[str, str], dict[str, Any]]]({})
    train_wish = Attribute[TrainWish](TrainWish())
    training = Attribute[Training](Training())
    comparison = Attribute[Comparison | None](None)
    doses = Attribute[Dosed | None](None)
    screen = Attribute[Screened | None](None)
    real = Attribute[Against | None](None)
    view = Attribute[View]("observed")
    second = Attribute[Second | None](None)
    pages = Attribute[Mapping[str, str]]({})
    camera = Attribute[Camera | None](None)
    file = Attribute[Path | None](None)
    lost = Attribute[Lost | None](None)
    message = Attribute[str]("")

    def __init__(self) -> None:
        super().__init__()
        self.report: Report | None = None
        self.rankings: tuple[Ranking, ...] = ()
        self.images: tuple[TissueImage, ...] = ()
        self.section_path: Path | None = None
        self.section_layer: str | None = None
        self.model_path: Path | None = None
        self.result_inputs: tuple[Any, ...] | None = None
        self._painter = Painter()
        self._inside: dict[str, tuple[np.ndarray, Any, np.ndarray]] = {}

    def add_columns(
        self, table: pd.DataFrame, records: Mapping[tuple[str, str], dict[str, Any]], section: Section | None = None
    ) -> None:
        """Give a section's cells (by default the shown one's) more columns, with how they were made by (section, column).

        Nothing becomes stale by it, and ``events.columns`` says so, not ``events.section``: the cells are the same.
        """
        before = section or self.section
        if before is None:
            return
        after = before.with_columns(table)
        if before is self.section:
            self.__dict__["_section"] = after
            self._painter.replace_section(before, after)
            if self.check is not None and self.check.badge is None:
                self.check = None  # what tries the model looks at the section of before
        if self.result_inputs is not None and self.result_inputs[0] is before:
            self.result_inputs = (after, *self.result_inputs[1:])
        self.sections = tuple(after if one is before else one for one in self.sections)
        self.__dict__["_columns"] = {**self.columns, **records}
        self.events.columns.emit(self.columns)

    @property
    def roi(self) -> Roi | None:
        """The active region, or None."""
        return None if self.active_roi is None else self.rois.get(self.active_roi)

    def inputs(self) -> tuple[Any, ...]:
        """What a regeneration starts from; another tuple means that a result made before is stale."""
        geometry = None if self.roi is None else self.roi.geometry
        return self.section, self.model, geometry, self.edits, self.settings

    @property
    def result_is_current(self) -> bool:
        """Whether the result was made from what is chosen now."""
        return self.result is not None and self.result_inputs is not None and same(self.result_inputs, self.inputs())

    @property
    def result_is_stale(self) -> bool:
        """Whether there is a result made here from other choices than those of now; never while one is being made."""
        made_here = self.result is not None and self.result_inputs is not None
        return made_here and not self.result_is_current and not self.job.is_busy

    def missing_for_regeneration(self) -> str:
        """What has to be chosen before cells can be regenerated, in one sentence; empty when nothing is missing."""
        return self.missing("a section", "a model", "a region", "an edit")

    def missing(self, *wanted: Literal["a section", "a model", "a region", "an edit"]) -> str:
        """Which of these has still to be chosen, in one sentence; empty when nothing is missing."""
        there = {"a section": self.section, "a region": self.roi, "an edit": self.edits or None, "a model": self.model}
        absent = [STEPS[what] for what in there if what in wanted and there[what] is None]
        if absent:
            return f"First {', '.join(absent)}."
        return "" if self.section is None or self.section.is_complete else STILL_READING

    def roi_rows(self, name: str | None = None) -> np.ndarray:
        """Rows of the section inside a region (the active one by default); looked up once for an outline, not to be changed."""
        roi = self.roi if name is None else self.rois.get(name)
        if roi is None or self.section is None:
            return np.empty(0, np.int64)
        kept = self._inside.get(roi.name)
        if kept is None or kept[0] is not self.section.xy_um or kept[1] is not roi.geometry:
            rows = np.flatnonzero(roi.contains(self.section.xy_um))
            rows.flags.writeable = False
            kept = self.section.xy_um, roi.geometry, rows
            self._inside = {known: found for known, found in self._inside.items() if known in self.rois}
            self._inside[roi.name] = kept
        return kept[2]

    def roi_statistics(self, name: str | None = None, against: str | None = None) -> RoiStatistics | None:
        """Cells, composition and top markers of a region (the active one by default); None if there is none.

        Markers are against the rest of the section, or ``against`` another region.
        """
        roi = self.roi if name is None else self.rois.get(name)
        if roi is None or self.section is None:
            return None
        other = None if against is None else self.rois.get(against)
        return summarise(self.section, roi, self.label_key, against=other)

    @property
    def label_key(self) -> str | None:
        """The column of obs that tells cell types apart: the one shown if a label is shown, else the section's own."""
        if self.section is None:
            return None
        shown = self.color_by.key if self.color_by.kind == "label" else None
        return shown if shown in self.section.obs else self.section.label_key

    def display_values(self) -> Picture | None:
        """What the tissue shows: values of all cells, and of the simulated ones above them; None without a section."""
        return self._picture(self.view)

    def second_values(self) -> Picture | None:
        """The same of the second view; None where there is none."""
        return None if self.second is None or self.simulation is None else self._picture(self.second.view)

    def _picture(self, view: View) -> Picture | None:
        if self.section is None:
            return None
        scale = self.cell_scale() if self.section.is_complete else NO_SCALE
        scene = Scene(self.section, scale, self.color_by, view, self.simulation, self.result)
        return self._painter.picture(scene)

    def cell_scale(self) -> np.ndarray:
        """Normalisation factor (cells,) of the model, or of the section; computed once for each pair."""
        return self._painter.scale(self.section, self.model)

    def _become(self, after: Choices) -> None:
        self.message = ""  # what was said was about something else
        before = self.names
        for section, column in {**before, **after.names}:
            key = (section, column)
            if not same(before.get(key), after.names.get(key)):
                self._rename(key, before.get(key, {}), after.names.get(key, {}))
        super()._become(after)

    def _rename(self, key: tuple[str, str], before: Mapping[str, str], after: Mapping[str, str]) -> None:
        """Call the labels of a section's column by other names than before; what is hidden stays hidden."""
        section, column = next((one for one in self.sections if one.name == key[0]), None), key[1]
        if section is None or column not in section.obs:
            return
        labels, own = section.obs[column].astype("category"), {shown: label for label, shown in before.items()}
        renamed = {str(shown): own.get(str(shown), str(shown)) for shown in labels.cat.categories}
        renamed = {shown: after.get(label, label) for shown, label in renamed.items()}
        self.add_columns(pd.DataFrame({column: labels.cat.rename_categories(renamed)}), {}, section)
        if section.name == getattr(self.section, "name", None) and self.color_by.key == column:
            self.hidden = frozenset(renamed.get(label, label) for label in self.hidden)
