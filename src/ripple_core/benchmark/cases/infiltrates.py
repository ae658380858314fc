"""A real local perturbation: leukocyte infiltrates in synovium, what they hold, and how the spots around them differ.

Depth is a confounder there: infiltrates and what lies beside them are sequenced deeper. Every difference is a coefficient beside
that of the logarithm of the counts per spot and its square.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from scipy import sparse

from ripple_core.benchmark.cases import datasets
from ripple_core.benchmark.cases.real_case import RealCase
from ripple_core.benchmark.scores.metrics import morans_i
from ripple_core.benchmark.task import Options
from ripple_core.expression import ExpressionSpace
from ripple_core.io.read import read
from ripple_core.perturb.editing.edits import Edit
from ripple_core.roi import Roi
from ripple_core.section import Section

FILE = "st_ra_synovium.h5ad"
PATIENTS = ("RA1", "RA2", "RA4")
TITLE = "leukocyte infiltrates in synovium"
GENES, QUICK_GENES, CLEAR_SIGN_T = 500, 30, 2.5
NEAR_PITCHES, FAR_PITCHES = 2.2, 3.0
ROI_PITCHES = 0.4
FEWEST_SPOTS = 10
CLEAR_T = 3.0
MOST_EDITED = 150


def here(options: Options) -> tuple[list[str], list[str]]:
    """The patients that can be tested on, and a line when there are none."""
    if options.data and (Path(options.data) / FILE).is_file():
        return list(PATIENTS), []
    return [], [f"{TITLE}: skipped, no {FILE} in the folder of real sections; pass --data."]


def split(patient: str, options: Options) -> datasets.Split:
    """Test on one patient's sections; learn from the others', on the genes that vary most over their space."""
    sections = Section.from_anndata(read(Path(options.data or ".") / FILE)).split()
    own = [str(section.obs["patient"].iloc[0]) for section in sections]
    others = [section for section, name in zip(sections, own) if name != patient]
    kept = _variable(others, QUICK_GENES if options.quick else GENES)
    strips = [datasets.strip(_on(section, kept)) for section in others]
    test = [_on(section, kept) for section, name in zip(sections, own) if name == patient]
    return datasets.Split([left for left, _ in strips], [right for _, right in strips], test)


def _variable(sections: Sequence[Section], count: int) -> np.ndarray:
    """Columns of the genes with the highest Moran's I, on average over sections."""
    space = ExpressionSpace.fit(sparse.vstack([section.counts for section in sections]).tocsr(), sections[0].genes)
    strength = np.mean([morans_i(space.encode(section)[0], section.xy_um) for section in sections], axis=0)
    return np.sort(np.argsort(-strength)[:count])


def _on(section: Section, columns: np.ndarray) -> Section:
    return replace(section, counts=section.counts[:, columns], genes=section.genes[columns])


def cases(space: ExpressionSpace, training: Sequence[Section], test: Sequence[Section]) -> Iterator[RealCase]:
    """In each test section the infiltrates are taken away; expected is how near spots differ from far ones, reversed."""
    edit = removal(training, space)
    for section in test:
        if not inside(section).any():
            continue
        near, far = near_and_far(section)
        found = difference(section, space.encode(section)[0], near, far)
        if found is None:
            continue
        names = [str(gene).casefold() for gene in space.genes]
        expected = dict(zip(names, (-found.effect).tolist()))
        clear = {name for name, t in zip(names, found.t) if abs(t) >= CLEAR_SIGN_T}
        yield RealCase(section, region(section), edit, zone_um(section), expected, clear, section.name, near)


@dataclass(frozen=True)
class Difference:
    """A difference of two groups of spots per gene: effect (genes,) in log-normalised units, and its t value (genes,)."""

    effect: np.ndarray
    t: np.ndarray


def inside(section: Section) -> np.ndarray:
    """Which spots (cells,) belong to an infiltrate."""
    return section.obs["infiltrate"].astype(str).to_numpy() != "none"


def region(section: Section) -> Roi:
    """All infiltrates of a section as one region: discs around their spots that reach no other spot."""
    spots = shapely.points(section.xy_um[inside(section)])
    return Roi(
        shapely.union_all(shapely.buffer(spots, ROI_PITCHES * section.nearest_um)), f"infiltrates of {section.name}"
    )


def zone_um(section: Section) -> float:
    """How far from the region's edge spots count as near."""
    return (NEAR_PITCHES - ROI_PITCHES) * section.nearest_um


def near_and_far(section: Section) -> tuple[np.ndarray, np.ndarray]:
    """Spots (cells,) near an infiltrate and far from all, of the tissue class in which most near spots lie."""
    distance = region(section).distance_um(section.xy_um)
    out = ~inside(section)
    near = out & (distance <= zone_um(section))
    far = out & (distance > (FAR_PITCHES - ROI_PITCHES) * section.nearest_um)
    tissue = section.obs["region"].astype(str).to_numpy()
    if not near.any():
        return near, far
    most = pd.Series(tissue[near]).mode()[0]
    return near & (tissue == most), far & (tissue == most)


def difference(section: Section, expression: np.ndarray, group: np.ndarray, other: np.ndarray) -> Difference | None:
    """How the spots of one group (cells,) differ from another's in expression (cells, genes), depth apart; None where few."""
    if group.sum() < FEWEST_SPOTS or other.sum() < FEWEST_SPOTS:
        return None
    rows = np.flatnonzero(group | other)
    depth = np.log(np.maximum(section.library_size[rows], 1.0))
    depth = (depth - depth.mean()) / max(float(depth.std()), 1e-9)
    design = np.column_stack([np.ones(len(rows)), group[rows], depth, depth**2]).astype(np.float64)
    y = expression[rows].astype(np.float64)
    inverse = np.linalg.pinv(design.T @ design)
    coefficients = inverse @ (design.T @ y)
    residual = ((y - design @ coefficients) ** 2).sum(axis=0) / max(1, len(rows) - design.shape[1])
    error = np.sqrt(np.maximum(residual * inverse[1, 1], 1e-18))
    return Difference(coefficients[1], coefficients[1] / error)


def removal(sections: Sequence[Section], space: ExpressionSpace) -> Edit:
    """The edit that takes an infiltrate's program away, learned from sections: what infiltrates hold more or less, reversed."""
    found = [difference(section, space.encode(section)[0], inside(section), ~inside(section)) for section in sections]
    known = [one for one in found if one is not None]
    effect = np.mean([one.effect for one in known], axis=0)
    t = np.sum([one.t for one in known], axis=0) / np.sqrt(
        len(known)
    )  # one z value from those of the sections (Stouffer)
    strongest = np.argsort(-np.abs(t))[:MOST_EDITED]
    chosen = strongest[np.abs(t[strongest]) >= CLEAR_T] if (np.abs(t) >= CLEAR_T).any() else strongest[:1]
    changes = {str(space.genes[i]): float(np.clip(-effect[i] / np.log(2.0), -6.0, 6.0)) for i in chosen}
    return Edit(kind="lfc", genes=changes, name="infiltrate taken away")
