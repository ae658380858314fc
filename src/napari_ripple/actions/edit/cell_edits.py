"""Edits of whole cells: take on a profile, become another kind, go, come or move; and which cells an edit changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from napari_ripple.actions.edit.edits import index_of
from napari_ripple.actions.regions.drawing import existing
from napari_ripple.session import Command, Session
from ripple_core.errors import DataError, sentence
from ripple_core.perturb.editing import edits as editing
from ripple_core.perturb.editing.cells import Cells
from ripple_core.perturb.editing.edits import Edit
from ripple_core.perturb.editing.placing import Placing


def transfer(
    session: Session, source: Mapping[str, Any], where: Mapping[str, Any] | None = None, *, strength: float = 1.0
) -> None:
    """Add an edit after which the region's cells have the mean profile of others.

    ``source`` says of which: a ``label``, of the column ``key`` (None: the one that tells cell types apart), or the name of a
    ``region``; ``where`` limits the cells that change in the same words.
    """
    edit = editing.transfer(cells_of(session, source), where=_limit(session, where), strength=strength)
    _add(session, "transfer", edit, source=source, where=where)


def retype(
    session: Session, source: Mapping[str, Any], where: Mapping[str, Any] | None = None, *, strength: float = 1.0
) -> None:
    """Add an edit after which a share ``strength`` of the region's cells are measured cells of another kind; words as in transfer."""
    edit = editing.retype(cells_of(session, source), where=_limit(session, where), strength=strength)
    _add(session, "retype", edit, source=source, where=where)


def remove_cells(session: Session, where: Mapping[str, Any] | None = None, *, strength: float = 1.0) -> None:
    """Add an edit that takes the region's cells away, or those that ``where`` says, as in transfer; ``strength`` is a share of them."""
    edit = editing.remove(where=_limit(session, where), strength=strength)
    _add(session, "remove_cells", edit, where=where)


def insert_cells(
    session: Session, source: Mapping[str, Any], *, region: str | None = None, strength: float = 1.0, **to: Any
) -> None:
    """Add an edit that puts in cells like those of a ``source``, as in transfer.

    ``count``, ``per_mm2`` or ``at_um`` ([[x, y], …]) says how many, ``region`` the name of another region than the active one; other fields
    as in :class:`ripple_core.perturb.editing.placing.Placing`.
    """
    to = {name: value for name, value in to.items() if value is not None}
    placing = Placing(**to, region=None if region is None else existing(session, region).as_feature())
    edit = editing.insert(cells_of(session, source), placing, strength=strength)
    _add(session, "insert_cells", edit, source=source, region=region, **to)


def move_cells(
    session: Session,
    by_um: Sequence[float] | None = None,
    *,
    region: str | None = None,
    where: Mapping[str, Any] | None = None,
    strength: float = 1.0,
) -> None:
    """Add an edit that moves the region's cells ``by_um`` (x, y), or to free places of another ``region``; ``where`` as in transfer."""
    by = None if by_um is None else tuple(map(float, by_um))
    placing = Placing(by_um=by, region=None if region is None else existing(session, region).as_feature())
    words = f"move into {region}" if by is None else "move " + " and ".join(f"{value:+g}" for value in by) + " µm"
    edit = Edit(kind="move", to=placing, where=_limit(session, where), strength=strength, name=words)
    _add(session, "move_cells", edit, by_um=None if by is None else list(by), region=region, where=where)


def limit_edit(session: Session, index: int, where: Mapping[str, Any] | None = None) -> None:
    """Let an edit change only some cells: of a ``label`` (and ``key``), of another ``region``, or, None, all of the active region."""
    place = index_of(session, index)
    edit = Edit(**{**session.edits[place].as_plain(), "where": _limit(session, where)})
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
    feature = existing(session, region).as_feature() if isinstance(region, str) else region
    cells = Cells(key=key, label=label, region=feature)
    if session.section is not None and not cells.inside(session.section).any():
        raise DataError(sentence(f"cells of {cells.words}", "none in this section", "Choose another type or region"))
    return cells


def _add(session: Session, name: str, edit: Edit, **given: Any) -> None:
    """Add an edit of whole cells, as the command that was given."""
    said = {
        key: dict(value) if isinstance(value, Mapping) else value for key, value in given.items() if value is not None
    }
    command = Command(name, said | ({} if edit.strength == 1.0 else {"strength": edit.strength}))
    session.choose(command, edits=(*session.edits, edit))


def _limit(session: Session, where: Mapping[str, Any] | None) -> Cells | None:
    return None if where is None else cells_of(session, where)
