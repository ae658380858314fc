"""Labels of annotated sections: which column, which cells have one, which of them teach, and which are kept apart to score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from ripple_core.errors import DataError, sentence
from ripple_core.section import Section

NONE = frozenset({"", "nan", "none", "na", "n/a", "<na>", "unlabelled", "unlabeled", "unassigned", "unknown"})
"""Texts, in any case, that stand for no label."""
PATCHES = 32
FOLDS = 4
SCORED_PATCHES = 6
FEWEST_LABELLED = 30
SCORED = -2
UNUSED = -1


@dataclass(frozen=True)
class Labelled:
    """Annotated sections and the use that each cell is put to, one array a section.

    Parameters
    ----------
    sections
        The sections.
    label
        The label of each cell (cells,), "" for none.
    fold
        0 to 3: the cell teaches, and is left out of that fold when something is chosen; ``SCORED``: it is never looked at before
        the end; ``UNUSED``: it has no label (cells,).
    scored_on
        Where the scored cells are, for the user.
    among_teachers
        Whether the scored cells were given to be learned from, so that they may teach once the score is known.
    """

    sections: list[Section]
    label: list[np.ndarray]
    fold: list[np.ndarray]
    scored_on: str
    among_teachers: bool = False


def labels_of(section: Section, key: str) -> np.ndarray:
    """The label of each cell (cells,) as text, "" where there is none."""
    column = section.obs[key]
    text = np.where(column.isna().to_numpy(), "", column.astype(str).str.strip().to_numpy(dtype=object))
    return np.array(["" if value.casefold() in NONE else value for value in text], dtype=object)


def label_key(sections: Sequence[Section], key: str | None) -> str:
    """The column that holds the labels: the one named, else the usual one; DataError lists the columns there are."""
    columns = list(dict.fromkeys(str(name) for section in sections for name in section.obs.columns))
    if key is None:
        found = next((section.label_key for section in sections if section.label_key), None)
        if found is None:
            raise DataError(
                sentence("a column of labels in the annotated sections", f"columns {columns}", "Name it with --label")
            )
        return found
    if key not in columns:
        raise DataError(sentence(f"a column {key!r} in the annotated sections", f"columns {columns}", "Name another"))
    return key


def parted(sections: Sequence[Section], key: str, seed: int, test: Section | None = None) -> Labelled:
    """Annotated sections, with cells kept apart to score by.

    Scored are, in this order of choice: the cells of ``test``, which is another annotated section; else the last of several
    sections; else a fifth of the only one, in patches. What remains teaches; its folds are whole sections, or patches of a single
    one: what is chosen should hold for tissue that was not seen, and single cells are too like their neighbours for that.
    """
    chosen = [section for section in sections if key in section.obs and (labels_of(section, key) != "").any()]
    label = [labels_of(section, key) for section in chosen]
    _enough(label, key)
    teachers = len(chosen) if test is not None else max(1, len(chosen) - 1)
    alone = [patches(chosen[0].xy_um, seed) % FOLDS]
    fold = alone if teachers == 1 else [np.full(len(one), i % FOLDS) for i, one in enumerate(chosen[:teachers])]
    if test is not None:
        chosen, label = [*chosen, test], [*label, labels_of(test, key)]
        fold, scored_on = [*fold, np.full(len(test), SCORED)], test.name
    elif len(chosen) > 1:
        fold, scored_on = [*fold, np.full(len(chosen[-1]), SCORED)], chosen[-1].name
    else:
        fold[0][patches(chosen[0].xy_um, seed) < SCORED_PATCHES], scored_on = SCORED, f"patches of {chosen[0].name}"
    for cells, names in zip(fold, label):
        cells[names == ""] = UNUSED
    _enough([names[cells >= 0] for names, cells in zip(label, fold)], key)
    return Labelled(chosen, label, fold, scored_on, test is None)


def patches(xy_um: np.ndarray, seed: int) -> np.ndarray:
    """Which of at most 32 patches each cell lies in (cells,): those nearest to one of so many random cells, in random order."""
    rng = np.random.default_rng([seed, 71])
    count = max(2, min(PATCHES, len(xy_um) // 4))
    centers = xy_um[rng.choice(len(xy_um), size=count, replace=False)]
    return np.asarray(cKDTree(centers).query(xy_um)[1])


def _enough(label: list[np.ndarray], key: str) -> None:
    """Refuse what nothing can be learned from."""
    named = [name for names in label for name in names if name]
    if len(named) < FEWEST_LABELLED:
        found = f"{len(named)} with one in {key!r}"
        raise DataError(
            sentence(
                f"at least {FEWEST_LABELLED} cells with a label", found, "Annotate more cells, or name another key"
            )
        )
    kinds = sorted(set(named))
    if len(kinds) < 2:
        raise DataError(
            sentence(f"at least two different labels in {key!r}", f"only {kinds[0]!r}", "Annotate other cells as well")
        )
