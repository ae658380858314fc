"""The parts of a session file that hold choices: regions, edits and settings with their history, and the commands."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from napari_ripple.actions.session_file import tables
from napari_ripple.actions.session_file.store import Store
from napari_ripple.session import Choices, Command, Session
from napari_ripple.state.picking import Picking
from ripple_core.errors import DataError, sentence
from ripple_core.genesets.cuts import Cuts
from ripple_core.perturb.editing.edits import Edit
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.roi import Roi
from ripple_core.settings import Settings


class PickingContent(Settings):
    """Genes being picked from a DEG table."""

    title: str
    table: str = Field(description="The table's file inside, CSV.")
    cuts: Cuts
    ticked: list[str] = Field(default_factory=list, description="Genes picked by hand.")
    unticked: list[str] = Field(default_factory=list, description="Genes left out by hand.")


class ChoicesContent(Settings):
    """One state of the choices; regions and edits by their place in the history's lists."""

    rois: list[int] = Field(description="Regions, in order.")
    active_roi: str | None = Field(None, description="Which region is edited and regenerated around.")
    edits: list[int] = Field(description="Edits, in order.")
    settings: PerturbSettings = Field(description="How cells are regenerated.")
    picking: PickingContent | None = Field(None, description="Genes being picked from a table.")
    label_colors: dict[str, str] = Field(default_factory=dict, description="Colours that were chosen for labels.")
    names: dict[str, dict[str, dict[str, str]]] = Field(
        default_factory=dict, description="What labels are called, by section, column and their own name."
    )


class HistoryContent(Settings):
    """The choices of now and those that can be gone back or forward to; what they share is written once."""

    rois: list[dict[str, Any]] = Field(description="All regions of the history as GeoJSON features, µm.")
    edits: list[Edit] = Field(description="All edits of the history.")
    now: ChoicesContent
    undo: list[ChoicesContent] = Field(default_factory=list, description="Earlier choices, the last one last.")
    redo: list[ChoicesContent] = Field(default_factory=list, description="Choices that were taken back.")


class CommandContent(Settings):
    """One command of the script."""

    name: str = Field(pattern=r"^[a-z][a-z_]*$", description="A method of RippleSession.")
    arguments: dict[str, Any] = Field(default_factory=dict, description="Its arguments, by name.")


History = tuple[Choices, tuple[Choices, ...], tuple[Choices, ...]]


def take(session: Session) -> History:
    """The choices, those before and those after."""
    undo, redo = session.past()
    return session.choices, undo, redo


def write(history: History, store: Store) -> dict[str, Any]:
    """The history as JSON."""
    now, undo, redo = history
    states = (now, *undo, *redo)
    rois = _distinct([roi for state in states for roi in state.rois.values()])
    edits = _distinct([edit for state in states for edit in state.edits])

    def state(choices: Choices) -> ChoicesContent:
        return ChoicesContent(
            rois=[rois[id(roi)][0] for roi in choices.rois.values()],
            active_roi=choices.active_roi,
            edits=[edits[id(edit)][0] for edit in choices.edits],
            settings=choices.settings,
            picking=None if choices.picking is None else _write_picking(choices.picking, store),
            label_colors=dict(choices.label_colors),
            names=_by_section(choices.names),
        )

    content = HistoryContent(
        rois=[json.loads(json.dumps(roi.as_feature())) for _, roi in rois.values()],
        edits=[edit for _, edit in edits.values()],
        now=state(now),
        undo=[state(one) for one in undo],
        redo=[state(one) for one in redo],
    )
    return content.model_dump(mode="json")


def read(content: Any, store: Store) -> History:
    """The history of JSON."""
    found = HistoryContent(**content)
    rois, edits = [Roi.from_feature(feature) for feature in found.rois], found.edits

    def choices(state: ChoicesContent) -> Choices:
        if any(not 0 <= i < len(rois) for i in state.rois) or any(not 0 <= i < len(edits) for i in state.edits):
            raise DataError(sentence("regions and edits of the session", "one that is missing", "Save it again"))
        named = {rois[place].name: rois[place] for place in state.rois}
        active = state.active_roi if state.active_roi in named else next(iter(named), None)
        picking = None if state.picking is None else _read_picking(state.picking, store)
        names = {(section, column): one for section, own in state.names.items() for column, one in own.items()}
        chosen = (tuple(edits[place] for place in state.edits), state.settings, picking)
        return Choices(named, active, *chosen, label_colors=state.label_colors, names=names)

    return choices(found.now), tuple(map(choices, found.undo)), tuple(map(choices, found.redo))


def give(session: Session, history: History) -> None:
    """Make the choices the session's."""
    now, undo, redo = history
    session.go_back_to(now, undo, redo)


def _by_section(names: Mapping[tuple[str, str], Mapping[str, str]]) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for (section, column), one in names.items():
        found.setdefault(section, {})[column] = dict(one)
    return found


def _write_picking(picking: Picking, store: Store) -> PickingContent:
    table = tables.keep("picking", picking.table, store)
    hands = {"ticked": sorted(picking.ticked), "unticked": sorted(picking.unticked)}
    return PickingContent(title=picking.title, table=table, cuts=picking.cuts, **hands)


def _read_picking(content: PickingContent, store: Store) -> Picking:
    table = tables.read(content.table, store)
    return Picking(content.title, table, content.cuts, frozenset(content.ticked), frozenset(content.unticked))


def take_commands(session: Session) -> tuple[Command, ...]:
    """What has been done so far."""
    return tuple(session.commands)


def write_commands(commands: Sequence[Command], store: Store) -> list[dict[str, Any]]:
    """The commands as JSON."""
    return [{"name": one.name, "arguments": json.loads(json.dumps(one.arguments, default=_plain))} for one in commands]


def read_commands(content: Any, store: Store) -> list[Command]:
    """The commands of JSON; the names of their arguments are words too, since a script is written from them."""
    if not isinstance(content, list):
        raise DataError(sentence("a list of commands", f"a {type(content).__name__}", "Save the session again"))
    found = [CommandContent(**one) for one in content]
    for name in (name for one in found for name in one.arguments):
        if not name.isidentifier():
            raise DataError(sentence("the name of an argument", repr(name), "Save the session again"))
    return [Command(one.name, one.arguments) for one in found]


def give_commands(session: Session, commands: list[Command]) -> None:
    """Make the commands the session's, in place of those that the opening itself has left."""
    session.commands[:] = commands
    session.end_step()


def _distinct(things: Sequence[Any]) -> dict[int, tuple[int, Any]]:
    """Each thing once, by identity, with its place."""
    found: dict[int, tuple[int, Any]] = {}
    for thing in things:
        found.setdefault(id(thing), (len(found), thing))
    return found


def _plain(value: Any) -> Any:
    """What JSON does not know as what it knows."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"a command's argument of type {type(value).__name__} cannot be kept")
