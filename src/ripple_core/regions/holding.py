"""What a region holds: how many cells, of which types, and which genes set it apart from the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ripple_core import counts as matrix
from ripple_core.roi import Roi
from ripple_core.section import Section

PSEUDOCOUNT = 0.1
MIN_MEAN = 0.2


@dataclass(frozen=True)
class Marker:
    """A gene that sets a region apart: log2 fold change and mean counts (per median library size) in it and outside."""

    gene: str
    log2_fold: float
    mean_inside: float
    mean_outside: float


@dataclass(frozen=True)
class RoiStatistics:
    """A region's cells, their share of the section, its area (µm²), cells per label, most first, and top markers."""

    cells: int
    share: float
    area_um2: float
    composition: dict[str, int]
    markers: tuple[Marker, ...]


def summarise(
    section: Section, roi: Roi, label_key: str | None = None, top: int = 10, *, against: Roi | None = None
) -> RoiStatistics:
    """Statistics of the cells inside ``roi``; ``composition`` counts the values of ``obs[label_key]``.

    Markers are against the cells of another region that are not in this one too; None takes all other cells.
    """
    inside = roi.contains(section.xy_um)
    cells = int(inside.sum())
    composition: dict[str, int] = {}
    if label_key is not None and cells:
        labels = section.labels(label_key).cat
        codes = labels.codes.to_numpy()[inside]
        counted = np.bincount(codes[codes >= 0], minlength=len(labels.categories))
        composition = {
            str(labels.categories[i]): int(counted[i]) for i in np.argsort(-counted, kind="stable") if counted[i]
        }
    others = None if against is None else against.contains(section.xy_um) & ~inside
    raised = markers(section, inside, top, others)
    return RoiStatistics(cells, cells / max(1, len(section)), roi.area_um2, composition, raised)


def markers(
    section: Section, inside: np.ndarray, top: int = 10, others: np.ndarray | None = None
) -> tuple[Marker, ...]:
    """The genes most raised among the cells ``inside`` (mask) against ``others`` (mask), or all others.

    None when either is empty, and while the counts are still being read.
    """
    if not section.is_complete or not inside.any() or inside.all() or (others is not None and not others.any()):
        return ()
    in_region = matrix.sums(section.counts, inside)
    outside = section.gene_sums - in_region if others is None else matrix.sums(section.counts, others)
    typical = float(np.median(section.library_size))
    mean_in = in_region / max(in_region.sum(), 1.0) * typical
    mean_out = outside / max(outside.sum(), 1.0) * typical
    fold = np.log2((mean_in + PSEUDOCOUNT) / (mean_out + PSEUDOCOUNT))
    fold[mean_in < MIN_MEAN] = -np.inf
    best = [i for i in np.argsort(-fold, kind="stable")[:top] if fold[i] > 0]
    return tuple(Marker(str(section.genes[i]), float(fold[i]), float(mean_in[i]), float(mean_out[i])) for i in best)
