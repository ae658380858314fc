"""What one viewer is looking at and what its user has chosen: evented, undoable, without Qt or napari."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

import anndata as ad
import numpy as np
import pandas as pd
from psygnal import Signal, SignalGroup

from napari_ripple import display, roi_summary
from napari_ripple.display import VIEWS, ColorBy, View
from napari_ripple.picking import Picking
from napari_ripple.scenario import Against, Dosed, Scenario, Screened
from napari_ripple.simulation import Simulation
from napari_ripple.state import CHOICES, Camera, Check, Choices, Command, JobState, Lost, Second, same
from napari_ripple.training import Training, TrainWish
from ripple_core.genesets.ranked import Ranking
from ripple_core.io.describe import Report
from ripple_core.io.images import TissueImage
from ripple_core.models.contract import Model
from ripple_core.perturb.compare import Comparison
from ripple_core.perturb.edits import Edit
from ripple_core.perturb.run import PerturbSettings
from ripple_core.roi import Roi
from ripple_core.section import Section

LOG = logging.getLogger(__name__)
UNDO_DEPTH = 100
NO_SCALE = np.empty(0)
"""Stands for the cells' normalisation while their counts are being read."""
MERGE_S = 1.0
STILL_READING = "The counts of the section are still being read."
T = TypeVar("T")
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


class SessionEvents(SignalGroup):
    """One signal per attribute of Session, each emitting the new value; ``history`` follows any undoable change."""

    section = Signal(object)
    is_complete = Signal(object)
    sections = Signal(object)
    color_by = Signal(object)
    hidden = Signal(object)
    label_colors = Signal(object)
    rois = Signal(object)
    active_roi = Signal(object)
    edits = Signal(object)
    settings = Signal(object)
    picking = Signal(object)
    model = Signal(object)
    check = Signal(object)
    job = Signal(object)
    result = Signal(object)
    simulation = Signal(object)
    columns = Signal(object)
    train_wish = Signal(object)
    training = Signal(object)
    scenarios = Signal(object)
    comparison = Signal(object)
    doses = Signal(object)
    screen = Signal(object)
    real = Signal(object)
    view = Signal(object)
    second = Signal(object)
    pages = Signal(object)
    camera = Signal(object)
    file = Signal(object)
    lost = Signal(object)
    message = Signal(object)
    history = Signal()


class Attribute(Generic[T]):
    """An attribute of Session that emits ``session.events.<name>`` when it becomes another value."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, session: None, owner: type) -> Attribute[T]: ...
    @overload
    def __get__(self, session: Session, owner: type) -> T: ...
    def __get__(self, session: Session | None, owner: type) -> Attribute[T] | T:
        return self if session is None else session.__dict__["_" + self.name]

    def __set__(self, session: Session, value: T) -> None:
        if not same(session.__dict__["_" + self.name], value):
            session.__dict__["_" + self.name] = value
            getattr(session.events, self.name).emit(value)


class Choice(Attribute[T]):
    """An attribute kept in ``session.choices``: setting it is one step that can be undone."""

    def __get__(self, session: Any, owner: type) -> Any:
        return self if session is None else getattr(session.choices, self.name)

    def __set__(self, session: Session, value: T) -> None:
        session.choose(None, **{self.name: value})


class Session:
    """One viewer's section, choices, model, job and result; the single truth that panels and layers follow.

    Set attributes from the main thread only. What a user asks for goes through :mod:`napari_ripple.actions`,
    which also records it in ``commands``.
    """

    section = Attribute[Section | None]()
    is_complete = Attribute[bool]()
    sections = Attribute[tuple[Section, ...]]()
    color_by = Attribute[ColorBy]()
    hidden = Attribute[frozenset[str]]()
    label_colors = Attribute[Mapping[str, str]]()
    model = Attribute[Model | None]()
    check = Attribute[Check | None]()
    job = Attribute[JobState]()
    result = Attribute[ad.AnnData | None]()
    simulation = Attribute[Simulation | None]()
    columns = Attribute[Mapping[tuple[str, str], dict[str, Any]]]()
    train_wish = Attribute[TrainWish]()
    training = Attribute[Training]()
    scenarios = Attribute[tuple[Scenario, ...]]()
    comparison = Attribute[Comparison | None]()
    doses = Attribute[Dosed | None]()
    screen = Attribute[Screened | None]()
    real = Attribute[Against | None]()
    view = Attribute[View]()
    second = Attribute[Second | None]()
    pages = Attribute[Mapping[str, str]]()
    camera = Attribute[Camera | None]()
    file = Attribute[Path | None]()
    lost = Attribute[Lost | None]()
    message = Attribute[str]()
    rois = Choice[Mapping[str, Roi]]()
    active_roi = Choice[str | None]()
    edits = Choice[tuple[Edit, ...]]()
    settings = Choice[PerturbSettings]()
    picking = Choice[Picking | None]()

    def __init__(self) -> None:
        self.events = SessionEvents(self)
        self.choices = Choices()
        self.report: Report | None = None
        self.rankings: tuple[Ranking, ...] = ()
        self.images: tuple[TissueImage, ...] = ()
        self.section_path: Path | None = None
        self.section_layer: str | None = None
        self.model_path: Path | None = None
        self.commands: list[Command] = []
        self.result_inputs: tuple[Any, ...] | None = None
        self.removed_scenarios: list[tuple[int, Scenario]] = []
        self._undo: list[Choices] = []
        self._redo: list[Choices] = []
        self._scale: tuple[Section | None, Model | None, np.ndarray] = (None, None, np.empty(0))
        self._painted: tuple[np.ndarray, ColorBy, display.Paint] | None = None
        self._last_merge: tuple[str | None, float] = (None, 0.0)
        starting: dict[str, Any] = {
            "section": None, "is_complete": True, "sections": (), "color_by": ColorBy(), "hidden": frozenset(), "label_colors": {},
            "model": None, "check": None, "job": JobState(), "result": None, "simulation": None, "view": "observed",
            "second": None, "pages": {}, "camera": None, "file": None, "lost": None, "message": "",
            "scenarios": (), "comparison": None, "doses": None, "screen": None, "real": None,
            "columns": {}, "train_wish": TrainWish(), "training": Training(),
        }  # fmt: skip
        self.__dict__.update({f"_{name}": value for name, value in starting.items()})

    # -- undoable choices ---

    def choose(self, command: Command | None = None, **changes: Any) -> None:
        """Change choices as one undoable step, remembered as ``command``; nothing happens where nothing changes.

        Steps whose commands share a ``merge`` word become one, within a second and if nothing else came between.
        """
        after = replace(self.choices, **changes)
        if after.active_roi not in after.rois:
            after = replace(after, active_roi=next(iter(after.rois), None))
        if same(after, self.choices):
            return
        merge = None if command is None else command.merge
        last, when = self._last_merge
        now = time.monotonic()
        if merge is not None and merge == last and now - when <= MERGE_S:
            self.commands.pop()
        else:
            self._undo = [*self._undo, self.choices][-UNDO_DEPTH:]
        if command is not None:
            self.commands.append(command)
            LOG.info("%s", command.name)
        self._last_merge = (merge, now)
        self._redo.clear()
        self._become(after)

    def end_step(self) -> None:
        """Let the next choice be a step of its own."""
        self._last_merge = (None, 0.0)

    def undo(self) -> bool:
        """Take back the last choice; False when there is none."""
        return self._step(self._undo, self._redo)

    def redo(self) -> bool:
        """Make the choice again that was taken back; False when there is none."""
        return self._step(self._redo, self._undo)

    @property
    def can_undo(self) -> bool:
        """Whether there is a choice to take back."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether there is a choice to make again."""
        return bool(self._redo)

    def past(self) -> tuple[tuple[Choices, ...], tuple[Choices, ...]]:
        """The choices that undo and redo go to, the nearest ones last."""
        return tuple(self._undo), tuple(self._redo)

    def go_back_to(self, now: Choices, undo: tuple[Choices, ...] = (), redo: tuple[Choices, ...] = ()) -> None:
        """Take up choices with their history, as a session file has kept them."""
        self._undo, self._redo = list(undo)[-UNDO_DEPTH:], list(redo)
        self.end_step()
        self._become(now)

    def _step(self, source: list[Choices], target: list[Choices]) -> bool:
        if not source:
            return False
        target.append(self.choices)
        self.end_step()
        self._become(source.pop())
        return True

    def _become(self, after: Choices) -> None:
        before, self.choices = self.choices, after
        self.message = ""  # what was said was about something else
        for name in CHOICES:
            if not same(getattr(before, name), getattr(after, name)):
                getattr(self.events, name).emit(getattr(after, name))
        self.events.history.emit()

    # -- commands ---

    def record(self, name: str, /, merge: str | None = None, **arguments: Any) -> None:
        """Remember a command for the script; one with the same ``merge`` word as the last replaces it."""
        self.end_step()
        if merge is not None and self.commands and self.commands[-1].merge == merge:
            self.commands.pop()
        self.commands.append(Command(name, arguments, merge))
        LOG.info("%s", name)

    # -- columns that were computed here ---

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
            self.__dict__["_section"], self._painted = after, None
            self._scale = (after, *self._scale[1:]) if self._scale[0] is before else self._scale
            if self.check is not None and self.check.badge is None:
                self.check = None  # what tries the model looks at the section of before
        if self.result_inputs is not None and self.result_inputs[0] is before:
            self.result_inputs = (after, *self.result_inputs[1:])
        self.sections = tuple(after if one is before else one for one in self.sections)
        self.__dict__["_columns"] = {**self.columns, **records}
        self.events.columns.emit(self.columns)

    # -- derived, never stored ---

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
        wanted = {"a section": self.section, "a model": self.model, "a region": self.roi, "an edit": self.edits}
        missing = [what for what, value in wanted.items() if value is None or same(value, ())]
        if missing:
            return f"Choose {', '.join(missing)} first."
        return "" if self.section is None or self.section.is_complete else STILL_READING

    def roi_rows(self, name: str | None = None) -> np.ndarray:
        """Rows of the section inside a region (the active one by default)."""
        roi = self.roi if name is None else self.rois.get(name)
        if roi is None or self.section is None:
            return np.empty(0, np.int64)
        return np.flatnonzero(roi.contains(self.section.xy_um))

    def roi_statistics(self, name: str | None = None, against: str | None = None) -> roi_summary.RoiStatistics | None:
        """Cells, composition and top markers of a region (the active one by default); None if there is none.

        Markers are against the rest of the section, or ``against`` another region.
        """
        roi = self.roi if name is None else self.rois.get(name)
        if roi is None or self.section is None:
            return None
        other = None if against is None else self.rois.get(against)
        return roi_summary.summarise(self.section, roi, self.label_key, against=other)

    @property
    def label_key(self) -> str | None:
        """The column of obs that tells cell types apart: the one shown if a label is shown, else the section's own."""
        if self.section is None:
            return None
        shown = self.color_by.key if self.color_by.kind == "label" else None
        return shown if shown in self.section.obs else self.section.label_key

    def display_values(self) -> display.Picture | None:
        """What the tissue shows: values of all cells, and of the simulated ones above them; None without a section."""
        return self._picture(self.view)

    def second_values(self) -> display.Picture | None:
        """The same of the second view; None where there is none."""
        return None if self.second is None or self.simulation is None else self._picture(self.second.view)

    def _picture(self, view: View) -> display.Picture | None:
        if self.section is None:
            return None
        scale, by = self.cell_scale() if self.section.is_complete else NO_SCALE, self.color_by
        scene = display.Scene(self.section, scale, by, view, self.simulation, self.result)
        before = self._painted
        if before is None or not same(before[:2], (scale, by)):
            if before is not None and same((before[0], replace(before[1], low=by.low, high=by.high)), (scale, by)):
                paint = display.relimited(before[2], by)
            else:
                paint = display.paint_cells(scene)
            before = self._painted = (scale, by, paint)
        return display.picture(scene, before[2])

    def cell_scale(self) -> np.ndarray:
        """Normalisation factor (cells,) of the model, or of the section; computed once for each pair."""
        section, model, scale = self._scale
        if self.section is not None and (section is not self.section or model is not self.model):
            scale = display.cell_scale(self.section, None if self.model is None else self.model.space)
            self._scale = (self.section, self.model, scale)
        return scale
