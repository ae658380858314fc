"""A perturbation of real tissue with something to hold it against, and its scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ripple_core.benchmark.scores.metrics import pearson
from ripple_core.perturb.editing.edits import Edit
from ripple_core.perturb.run import Perturbation
from ripple_core.roi import Roi
from ripple_core.section import Section


@dataclass(frozen=True)
class RealCase:
    """An edit of a region of a real section, and the change expected of its surroundings.

    Parameters
    ----------
    expected
        Gene (lower case) → change, of every gene that is looked at.
    clear
        Those of them whose sign is beyond doubt.
    group
        What is resampled as one: the section.
    counted
        Which cells of the section are averaged, (cells,); None: all that are regenerated.
    """

    section: Section
    roi: Roi
    edit: Edit
    zone_um: float
    expected: dict[str, float]
    clear: set[str]
    group: str
    counted: np.ndarray | None = None


def genes_of(section: Section) -> list[str]:
    """Gene names in lower case, as expectations are keyed."""
    return [str(gene).casefold() for gene in section.genes]


def score(case: RealCase, run: Perturbation) -> dict[str, float]:
    """Scores of the mean response of the counted cells.

    sign accuracy
        Over genes whose expected sign is clear; no change is wrong.
    balanced sign accuracy
        Mean of that over genes expected to rise and over genes expected to fall.
    not edited
        The same without the genes that were edited.
    """
    cells = run.tally.cells()
    if case.counted is not None and case.counted[cells].any():
        cells = cells[case.counted[cells]]
    control, perturbed = run.tally.mean(cells)
    names = [str(gene).casefold() for gene in run.model.space.genes]
    response = dict(zip(names, (perturbed - control).mean(axis=0).astype(float)))
    edited = {gene.casefold() for gene in run.applied.matched}
    looked = [gene for gene in case.expected if gene in response]
    rest = [gene for gene in looked if gene not in edited]
    found: dict[str, float] = {}
    for ending, genes in (("", looked), (", not edited", rest)):
        p, t = (np.array([values[gene] for gene in genes]) for values in (response, case.expected))
        clear = np.array([gene in case.clear for gene in genes], dtype=bool)
        found |= {f"{name}{ending}": value for name, value in sign_scores(p, t, clear).items()}
    return found


def sign_scores(p: np.ndarray, t: np.ndarray, clear: np.ndarray) -> dict[str, float]:
    """Sign accuracy, balanced sign accuracy and Pearson of predicted and true changes (genes,), as :func:`score` explains them."""
    up, down = (_right(p[clear & (sign * t > 0)], sign) for sign in (1, -1))
    return {
        "sign accuracy": _mean(np.sign(p[clear]) == np.sign(t[clear])),
        "balanced sign accuracy": _mean(np.array([x for x in (up, down) if np.isfinite(x)])),
        "Pearson": float(np.nan_to_num(pearson(p, t))) if len(p) > 2 else float("nan"),
    }


def _right(predicted: np.ndarray, sign: int) -> float:
    return _mean(np.sign(predicted) == sign)


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")
