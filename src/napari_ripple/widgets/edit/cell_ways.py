"""What can be done to whole cells, in words, and which fields of the form each way needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Field = Literal["source", "amount", "only", "by", "region"]


@dataclass(frozen=True)
class CellWay:
    """One way: its words in the list, the action, a tip, and the fields that are shown for it."""

    words: str
    action: str
    tip: str
    fields: tuple[Field, ...]


CELL_WAYS = (
    CellWay(
        "take the profile of",
        "transfer",
        "All cells move to the mean profile of these cells; the dose says how far.",
        ("source",),
    ),
    CellWay(
        "become cells of",
        "retype",
        "Each cell becomes a measured cell of these; the dose is the share of cells that do.",
        ("source",),
    ),
    CellWay(
        "remove",
        "remove",
        "The tissue is regenerated as if these cells had never been there; the dose is the share that goes.",
        ("only",),
    ),
    CellWay(
        "insert cells of",
        "insert",
        "More measured cells of this kind stand at free places of the region; the dose multiplies their number.",
        ("source", "amount"),
    ),
    CellWay(
        "move by",
        "move",
        "These cells stand elsewhere, with their expression; the dose is the share that moves.",
        ("only", "by"),
    ),
    CellWay(
        "move into",
        "move",
        "These cells stand at free places of another region; the dose is the share that moves.",
        ("only", "region"),
    ),
)
