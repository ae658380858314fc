"""Edits of whole cells: take on a profile, become another kind; and which cells an edit changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from napari_ripple.actions.edits import index_of
from napari_ripple.actions.regions import existing
from napari_ripple.session import Command, Session
from ripple_core.errors import DataError, sentence
from ripple_core.perturb import edits as editing
from ripple_core.perturb.cells import Cells
from ripple_core.perturb.edits import Edit, Kind


def transfer(
    session: Session, source: Mapping[str, Any], where: Mapping[str, Any] | None = None, *, strength: float = 1.0
) -> None:
    """Add an edit after which the region's cells have the mean profile of others.

    ``source`` says of which: a ``label``, of the column ``key`` (None: the one that tells cell types apart), or the name of a
    ``region``; ``where`` limits the cells that change in the same words.
    """
    _add_cell_edit(session, "transfer", source, where, strength)


def retype(
    session: Session, source: Mapping[str, Any], where: Mapping[str, Any] | None = None, *, strength: float = 1.0
) -> None:
    """Add an edit after which a share ``strength`` of the region's cells are measured cells of another kind; words as in transfer."""
    _add_cell_edit(session, "retype", source, where, strength)


def limit_edit(session: Session, index: int, where: Mapping[str, Any] | None = None) -> None:
    """Let an edit change only some cells: of a ``label`` (and ``key``), of another ``region``, or, None, all of the active region."""
    place = index_of(session, index)
    edit = Edit(**{**session.edits[place].as_plain(), "where": None if where is None else cells_of(session, where)})
    command = Command("limit_edit", {"index": place, **({} if where is None else {"where": dict(where)})})
    session.choose(command, edits=(*session.edits[:place], edit, *session.edits[place + 1 :]))


def cells_of(session: Session, words: Mapping[str, Any]) -> Cells:
    """The cells that a label, a region's name or both stand for."""
    unknown = sorted(set(words) - {"key", "label", "region"})
    if unknown:
        raise DataError(sentence("a label (and its key) or a region", ", ".join(unknown), "Leave the others out"))
    label, key, region = words.get("label"), words.get("key"), words.get("region")
    if label is not None and key is None:
        key = session.label_key
    feature = region
    if isinstance(region, str):
        feature = existing(session, region).as_feature()
    cells = Cells(key=key, label=label, region=feature)
    if session.section is not None and not cells.inside(session.section).any():
        raise DataError(sentence(f"cells of {cells.words}", "none in this section", "Choose another type or region"))
    return cells


def _add_cell_edit(
    session: Session, kind: Kind, source: Mapping[str, Any], where: Mapping[str, Any] | None, strength: float
) -> None:
    make = editing.transfer if kind == "transfer" else editing.retype
    limit = None if where is None else cells_of(session, where)
    edit = make(cells_of(session, source), where=limit, strength=strength)
    given = {"source": dict(source), "where": None if where is None else dict(where)}
    arguments = {name: value for name, value in given.items() if value is not None}
    command = Command(kind, {**arguments, **({} if strength == 1.0 else {"strength": strength})})
    session.choose(command, edits=(*session.edits, edit))
