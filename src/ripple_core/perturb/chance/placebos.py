"""Which null control an edit allows: other genes need genes, other places need an edit that could be made there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import numpy as np

from ripple_core.errors import DataError, sentence
from ripple_core.perturb.editing.cells import regions_of
from ripple_core.perturb.editing.edit import OF_CELLS, OF_PRESENCE, Edit
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.roi import Roi
from ripple_core.section import Section

Kind = Literal["genes", "regions"]
KINDS: Mapping[Kind, str] = {"genes": "other genes", "regions": "other places"}


class NoPlacebos(DataError):
    """An edit, or a section, that does not allow a kind of placebo; ``found`` are the words for what is in the way."""

    def __init__(self, expected: str, found: str, way_out: str) -> None:
        super().__init__(sentence(expected, found, way_out))
        self.found = found


def to_try(settings: PerturbSettings) -> tuple[Kind, ...]:
    """The kinds that these settings allow, the preferred one first; none without placebos."""
    if not settings.null:
        return ()
    return tuple(KINDS) if settings.null_kind == "auto" else (settings.null_kind,)


def check(edits: Sequence[Edit], kind: Kind) -> None:
    """Refuse, as NoPlacebos, a kind that these edits do not allow, wherever they are made."""
    if kind == "regions":
        _check_places(edits)
    elif any(edit.kind in (*OF_CELLS, *OF_PRESENCE) for edit in edits):
        found = "an edit of whole cells"
        way_out = "Set null_kind to regions, or null to 0"
        raise NoPlacebos("an edit of genes, to try it on other genes", found, way_out)


def foreseen(edits: Sequence[Edit], settings: PerturbSettings) -> Kind | None:
    """The kind that will be run, as far as the edits tell; None where there will be none.

    >>> foreseen([Edit(kind="knockout", genes={"A": 0.0})], PerturbSettings(null=20))
    'genes'
    >>> foreseen([Edit(kind="remove")], PerturbSettings(null=20))
    'regions'
    """
    for kind in to_try(settings):
        try:
            check(edits, kind)
        except NoPlacebos:
            continue
        return kind
    return None


def lack(refused: Iterable[tuple[Kind, NoPlacebos]]) -> str:
    """Why no kind was possible, in a few words.

    >>> lack([("genes", NoPlacebos("an edit of genes", "an edit of whole cells", "Set null to 0"))])
    'other genes: an edit of whole cells'
    """
    return "; ".join(f"{KINDS[kind]}: {error.found}" for kind, error in refused)


def _check_places(edits: Sequence[Edit]) -> None:
    if regions_of(edit.where for edit in edits):
        found, way_out = "edits in several regions", "Set null to 0, or null_kind to genes"
        raise NoPlacebos("one region, to try the edit at other places", found, way_out)
    if any(edit.to is not None and edit.to.is_bound for edit in edits):
        found = "cells that are put at places or into a region of their own"
        way_out = "Let their places be drawn in the region (count), or set null to 0"
        raise NoPlacebos("an edit that can be tried at other places", found, way_out)


def suiting(edits: Sequence[Edit], section: Section) -> Callable[[Roi], bool]:
    """Whether a region holds some of the cells that each of the edits means."""
    meant = [edit.where.inside(section) for edit in edits if edit.where is not None]

    def suits(roi: Roi) -> bool:
        inside = roi.contains(section.xy_um) if meant else np.zeros(0, dtype=bool)
        return all((inside & one).any() for one in meant)

    return suits
