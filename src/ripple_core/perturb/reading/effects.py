"""What a perturbation did, measured and said: spill-over of edited genes apart from the response of others, chance, range, spread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ripple_core.perturb.chance.calibration import NullStatistics

SIGNIFICANT = 0.05
STRONG = 0.1
"""A response is worth a look from this share of the strongest one's size on: chance is ruled out for smaller ones too."""
FEW, MOST = 0.05, 0.5
SIZE_UNKNOWN = (
    "read the direction of such a response, not its size, which in made tissue was half of the true one at most, "
    "often next to nothing"
)


def measured(response: np.ndarray, n_roi: int, edited: np.ndarray, statistics: NullStatistics | None) -> dict[str, Any]:
    """Plain values for the record of a result.

    Parameters
    ----------
    response
        perturbed − control (cells, genes): the region's ``n_roi`` cells, where it is the edit itself, then the regenerated ones.
    edited
        Which genes the edit touched (genes,).
    """
    around = np.abs(response[n_roi:])
    inside = np.abs(response[:n_roi].mean(axis=0)) if n_roi else np.zeros(len(edited))
    strength = around.mean(axis=0) if len(around) else np.zeros(len(edited))
    mean = np.abs(response[n_roi:].mean(axis=0)) if len(around) else strength
    given = float(inside[edited].mean()) if edited.any() else 0.0
    spilt = float(mean[edited].mean()) if edited.any() else 0.0
    found: dict[str, Any] = {
        "spill_over": {
            "genes": int(edited.sum()),
            "mean_response": spilt,
            "share_of_edit": spilt / given if given > 0 else None,
        },
        "unedited_response": {
            "genes": int((~edited).sum()),
            "mean_response": float(mean[~edited].mean()) if (~edited).any() else 0.0,
            "mean_by_cell": float(strength[~edited].mean()) if (~edited).any() else 0.0,
        },
    }
    if statistics is not None:
        significant = statistics.q_genes < SIGNIFICANT
        strong = mean >= STRONG * mean[~edited].max(initial=0.0)
        found["null"] = {
            "placebos": statistics.placebos,
            "genes_tested": int(np.isfinite(statistics.q_genes).sum()),
            "genes_significant": int(significant.sum()),
            "genes_strong": int((significant & strong).sum()),
            "cells_tested": int(np.isfinite(statistics.q_cells).sum()),
            "cells_significant": int((statistics.q_cells < SIGNIFICANT).sum()),
        }
    return found


def sentences(record: Mapping[str, Any]) -> list[str]:
    """The record of a perturbation in plain sentences: range, cells, spill-over, chance. What an older record lacks is left out."""
    found = [range_sentence(record), population_sentence(record.get("population") or {})]
    if "spill_over" in record:
        spill = record["spill_over"]
        found += [spill_sentence(spill)] if spill["genes"] else []
        found.append(response_sentence(record["unedited_response"]))
    if "null" in record:
        found.append(null_sentence(record["null"], record["recipe"]["settings"].get("null_kind", "genes")))
    elif record.get("without_null"):
        found.append(f"beyond chance: unknown, no placebo fits this edit ({record['without_null']})")
    if "waves" in record:
        found.append(waves_sentence(record["waves"]))
    if record.get("read_once"):
        found.append("the cells around the region were read first, and once for all lines, which is faster")
    return [sentence for sentence in found if sentence]


def range_sentence(record: Mapping[str, Any]) -> str:
    """Whether the edited cells still look like cells of the training; empty for a model that cannot tell."""
    share = record.get("out_of_range")
    if share is None:
        return ""
    before = record.get("out_of_range_before")
    beside = "" if before is None else f" ({before:.0%} before the edit)"
    what = f"{share:.0%} of the edited cells look unlike any cell of the training{beside}"
    if share <= FEW:
        return f"{what}: the edit stays within what the model has seen."
    if share <= MOST:
        return f"{what}: the model has to guess there, so read the response with care."
    return f"{what}: the edit leaves what the model has seen. Try whether the response holds at a lower dose."


def population_sentence(counts: Mapping[str, int]) -> str:
    """How many cells were removed, moved and inserted; empty where none were."""
    said = ", ".join(f"{number:,} {what}" for what, number in counts.items() if number)
    return f"cells of the perturbed line: {said}; {SIZE_UNKNOWN}" if said else ""


def spill_sentence(spill: Mapping[str, Any]) -> str:
    """How much of the edit itself the neighbours take up."""
    share = "" if spill["share_of_edit"] is None else f", {spill['share_of_edit']:.0%} of the change inside the region"
    return f"spill-over of the {_genes(spill['genes'], 'edited')}: mean change {spill['mean_response']:.3f} around the region{share}"


def response_sentence(response: Mapping[str, Any]) -> str:
    """How much the other genes answer."""
    return f"response of the {_genes(response['genes'], 'other')}: mean change {response['mean_response']:.4f} around the region"


def null_sentence(null: Mapping[str, Any], kind: str) -> str:
    """How many genes and cells respond beyond chance."""
    against = "edits of other genes" if kind == "genes" else "places for the same edit"
    count = f"{null['placebos']} random {against}"
    if not null["genes_tested"] and not null["cells_tested"]:
        return f"beyond chance: unknown, {count} are too few to say."
    return (
        f"beyond chance (q < {SIGNIFICANT:g} against {count}): {null['genes_significant']} of {null['genes_tested']} "
        f"genes not edited ({null['genes_strong']} at least a tenth as strong as the strongest), "
        f"{null['cells_significant']:,} of {null['cells_tested']:,} cells"
    )


def waves_sentence(pace: Mapping[str, Any]) -> str:
    """How far apart windows were generated side by side, and how alike that is to one after the other."""
    if not pace["cells"]:
        return "waves: not used, the zone is too small for them to pay"
    likeness = (
        f"on the first {pace['cells']} cells the response correlates at {pace['pearson']:.4f} with the exact order's"
    )
    if not pace["apart_um"]:
        return f"waves: not used, as {likeness}, which is too little"
    return f"waves: windows {pace['apart_um']:.0f} µm apart were generated side by side; {likeness}"


def _genes(count: int, which: str) -> str:
    return f"{count:,} {which} gene{'' if count == 1 else 's'}"
