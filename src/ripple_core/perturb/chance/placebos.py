"""Which null control an edit allows: other genes need genes, other places need an edit that could be made there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ripple_core.errors import DataError, sentence
from ripple_core.perturb.editing.edit import OF_CELLS, OF_PRESENCE, Edit
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.roi import Roi
from ripple_core.section import Section


def check(edits: Sequence[Edit], settings: PerturbSettings, *, in_one_region: bool) -> None:
    """Refuse, as a DataError, a null control that these edits do not allow."""
    if settings.null_kind == "regions":
        _check_places(edits, in_one_region)
    elif any(edit.kind in (*OF_CELLS, *OF_PRESENCE) for edit in edits):
        found = "an edit of whole cells"
        way_out = "Set null_kind to regions, or null to 0"
        raise DataError(sentence("an edit of genes, to try it on other genes", found, way_out))


def _check_places(edits: Sequence[Edit], in_one_region: bool) -> None:
    if not in_one_region:
        found, way_out = "edits in several regions", "Set null to 0, or null_kind to genes"
        raise DataError(sentence("one region, to try the edit at other places", found, way_out))
    if any(edit.to is not None and edit.to.is_bound for edit in edits):
        found = "cells that are put at places or into a region of their own"
        way_out = "Let their places be drawn in the region (count), or set null to 0"
        raise DataError(sentence("an edit that can be tried at other places", found, way_out))


def suiting(edits: Sequence[Edit], section: Section) -> Callable[[Roi], bool]:
    """Whether a region holds some of the cells that each of the edits means."""
    meant = [edit.where.inside(section) for edit in edits if edit.where is not None]

    def suits(roi: Roi) -> bool:
        inside = roi.contains(section.xy_um) if meant else np.zeros(0, dtype=bool)
        return all((inside & one).any() for one in meant)

    return suits
