"""Build the edit: load a table, switch genes off or on, choose the dose, and see it before it is made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from napari_ripple.session import Command, Session
from napari_ripple.state.picking import Picking
from ripple_core.errors import DataError, among, sentence
from ripple_core.genesets import tables
from ripple_core.genesets.cuts import Cuts
from ripple_core.genesets.names import advice
from ripple_core.perturb.editing import edits as editing
from ripple_core.perturb.editing.cells import Scope, regions_of, together
from ripple_core.perturb.editing.edits import Edit, Kind
from ripple_core.perturb.editing.population import Population, changes_presence, population_after
from ripple_core.perturb.editing.preview import EditPreview, preview
from ripple_core.roi import Roi
from ripple_core.section import Section

USUAL: dict[str, float] = {"knockout": 0.0, "overexpress": 99.0, "lfc": 1.0, "set": 1.0, "add": 1.0, "scale": 2.0}
WORDS: dict[str, str] = {
    "knockout": "knock-out", "overexpress": "over-express", "lfc": "fold change", "set": "set", "add": "add", "scale": "multiply",
}  # fmt: skip
"""The value that a gene gets with a new kind, and how an edit of that kind is called."""


def load_edit(
    session: Session,
    path: str | Path,
    *,
    set_name: str | None = None,
    strength: float | None = None,
    replace: bool = True,
    instead_of: Sequence[str] = (),
    **cut_offs: Any,
) -> None:
    """Take the edit from a DEG table (CSV, TSV), a set of a GMT file or a net, or a JSON edit.

    ``replace`` False adds it to the edits there are; ``instead_of`` names those of them whose place it takes. ``cut_offs`` are fields of
    :class:`ripple_core.genesets.cuts.Cuts`, for tables: direction, max_padj (None, as 1, keeps all), min_abs_lfc, top.
    """
    picking, cuts = session.picking, Cuts(**cut_offs)
    if Path(path).suffix.lower() == ".json":
        loaded = editing.read(path, strength=strength)
    else:
        name, table = tables.pick(path, set_name)
        dose = 1.0 if strength is None else strength
        loaded = [editing.from_frame(table, strength=dose, name=name, **cuts.model_dump())]
        picking = Picking(name, table, cuts)
    kept = {"max_padj": 1.0} if cuts.max_padj is None else {}
    given: dict[str, Any] = {
        "set_name": set_name, "strength": strength, **cuts.model_dump(exclude_defaults=True), **kept,
        "replace": None if replace else False, "instead_of": list(instead_of) or None,
    }  # fmt: skip
    given = {name: value for name, value in given.items() if value is not None}
    merge = f"edit {path} {given.get('instead_of', '')}" if replace or instead_of else None
    edits = tuple(loaded) if replace else _put(session.edits, loaded, instead_of)
    session.choose(Command("edit", {"path": str(path), **given}, merge), edits=edits, picking=picking)


def add_edit(session: Session, edit: Edit) -> None:
    """Add an edit that was made in code; edits apply in order."""
    session.choose(Command("add_edit", edit.as_plain()), edits=(*session.edits, edit))


def knock_out(session: Session, genes: Iterable[str], *, strength: float = 1.0) -> None:
    """Add an edit that switches genes off."""
    names = _known(session, genes)
    command = Command("knock_out", {"genes": names, "strength": strength})
    session.choose(command, edits=(*session.edits, editing.knockout(names, strength=strength)))


def over_express(session: Session, genes: Iterable[str], *, percentile: float = 99.0, strength: float = 1.0) -> None:
    """Add an edit that raises genes to a percentile of the cells that express them."""
    if not 0 <= percentile <= 100:
        raise DataError(sentence("a percentile from 0 to 100", f"{percentile:g}", "Choose 99, for instance"))
    names = _known(session, genes)
    command = Command("over_express", {"genes": names, "percentile": percentile, "strength": strength})
    edit = editing.overexpress(names, percentile=percentile, strength=strength)
    session.choose(command, edits=(*session.edits, edit))


def set_strength(session: Session, strength: float, index: int | None = None) -> None:
    """Set the dose of one edit, or of all; the steps of a dragged slider become one step to undo."""
    chosen = range(len(session.edits)) if index is None else [index_of(session, index)]
    edits = [edit.with_strength(strength) if i in chosen else edit for i, edit in enumerate(session.edits)]
    given = {} if index is None else {"index": index}
    command = Command("set_strength", {"strength": strength, **given}, merge=f"strength {index}")
    session.choose(command, edits=tuple(edits))


def remove_edit(session: Session, index: int) -> None:
    """Remove one edit by its place in the list."""
    place = index_of(session, index)
    rest = tuple(edit for i, edit in enumerate(session.edits) if i != place)
    session.choose(Command("remove_edit", {"index": place}), edits=rest)


def change_gene(
    session: Session, index: int, gene: str, *, kind: Kind | None = None, value: float | None = None
) -> None:
    """Change what an edit does to one of its genes, or by how much; ``value`` None takes the usual one of a new kind.

    A gene of many that gets another kind moves into an edit of its own, right behind.
    """
    place, edit = index_of(session, index), session.edits[index_of(session, index)]
    if gene not in edit.genes:
        raise DataError(among(f"a gene of the edit {edit.name}", repr(gene), edit.genes))
    changes = {name: given for name, given in (("kind", kind), ("value", value)) if given is not None}
    command = Command("change_gene", {"index": place, "gene": gene, **changes}, merge=f"gene {place} {gene}")
    wanted = edit.kind if kind is None else kind
    number = (edit.genes[gene] if wanted == edit.kind else USUAL[wanted]) if value is None else value
    name = edit.name if wanted == edit.kind else f"{WORDS[wanted]} {gene}"
    if wanted == edit.kind or len(edit.genes) == 1:
        given = {"kind": wanted, "genes": {**edit.genes, gene: number}, "name": name}
        changed = Edit(**{**edit.model_dump(), **given})
        session.choose(command, edits=(*session.edits[:place], changed, *session.edits[place + 1 :]))
        return
    rest = Edit(**{**edit.model_dump(), "genes": {name: v for name, v in edit.genes.items() if name != gene}})
    like = {"kind": wanted, "strength": edit.strength, "name": f"{edit.name}, {WORDS[wanted]}", "where": edit.where}
    behind = session.edits[place + 1 :]
    joins = bool(behind) and all(getattr(behind[0], name) == value for name, value in like.items())
    apart = Edit(genes={**(behind[0].genes if joins else {}), gene: number}, **like)
    session.choose(command, edits=(*session.edits[:place], rest, apart, *behind[joins:]))


def remove_gene(session: Session, index: int, gene: str) -> None:
    """Take one gene out of an edit; an edit without genes goes."""
    place, edit = index_of(session, index), session.edits[index_of(session, index)]
    if gene not in edit.genes:
        raise DataError(among(f"a gene of the edit {edit.name}", repr(gene), edit.genes))
    genes = {name: value for name, value in edit.genes.items() if name != gene}
    rest = [Edit(**{**edit.model_dump(), "genes": genes})] if genes else []
    edits = (*session.edits[:place], *rest, *session.edits[place + 1 :])
    session.choose(Command("remove_gene", {"index": place, "gene": gene}), edits=edits)


def clear_edits(session: Session) -> None:
    """Remove all edits."""
    session.choose(Command("clear_edits"), edits=())


def save_edits(session: Session, path: str | Path) -> None:
    """Write the edits as JSON."""
    editing.to_json(editing.as_list(session.edits), path)
    session.record("save_edits", path=str(path))


def preview_edit(session: Session) -> EditPreview | None:
    """What the edits would do to the active region and those they name; None while section, region or edits are missing."""
    section, roi = session.section, session.roi
    if section is None or not section.is_complete or roi is None or not session.edits:
        return None
    rows, own = _reached(session, section, roi)
    return preview(section, session.cell_scale(), session.model, rows, session.edits, own, roi)


def preview_population(session: Session) -> Population | None:
    """Who is removed, inserted and moved by the edits in the active region; None where none is, or where they cannot be made."""
    section, roi = session.section, session.roi
    if section is None or roi is None or not changes_presence(session.edits):
        return None
    try:
        rows, own = _reached(session, section, roi)
        return population_after(session.edits, Scope(section, rows, own, roi))
    except DataError:
        return None  # the edit panel says why


def edited_rows(session: Session) -> np.ndarray:
    """The rows (cells,) that the edits may change: those of the active region and of the regions that edits name."""
    if session.section is None or session.roi is None:
        return np.empty(0, np.int64)
    return _reached(session, session.section, session.roi)[0]


def _reached(session: Session, section: Section, roi: Roi) -> tuple[np.ndarray, np.ndarray | None]:
    """The rows (cells,) that the edits may change, and which of them are the active region's; None: all."""
    others = regions_of(edit.where for edit in session.edits)
    if not others:
        return session.roi_rows(), None
    rows = np.flatnonzero(together(roi, others).contains(section.xy_um))
    return rows, roi.contains(section.xy_um[rows])


def _put(edits: tuple[Edit, ...], loaded: Sequence[Edit], instead_of: Sequence[str]) -> tuple[Edit, ...]:
    """The edits with those loaded in the place of the first of the given names, or at the end."""
    place = next((place for place, edit in enumerate(edits) if edit.name in instead_of), len(edits))
    kept = [[edit for edit in part if edit.name not in instead_of] for part in (edits[:place], edits[place:])]
    return (*kept[0], *loaded, *kept[1])


def _known(session: Session, genes: Iterable[str]) -> list[str]:
    """The genes, refused if the section that is open has none of them."""
    names = [gene.strip() for gene in genes if gene.strip()]
    if not names:
        raise DataError(sentence("at least one gene", "none", "Type a gene name"))
    if session.section is not None:
        known = [str(gene) for gene in session.section.genes]
        folded = {gene.casefold() for gene in known}
        if not any(name.casefold() in folded for name in names):
            raise DataError(sentence("a gene of this section", f"none of {', '.join(names[:3])}", advice(names, known)))
    return names


def index_of(session: Session, index: int) -> int:
    """The place of an edit in the list; DataError where there is none."""
    if not session.edits:
        raise DataError(sentence("an edit", "none", "Choose genes to change first"))
    if not 0 <= index < len(session.edits):
        raise DataError(sentence(f"an edit from 0 to {len(session.edits) - 1}", str(index), "Choose one of the list"))
    return index
