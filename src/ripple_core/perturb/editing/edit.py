"""What an edit is: the change of genes or of whole cells, by how much, and of which cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from pydantic import Field, model_validator

from ripple_core.errors import DataError, sentence
from ripple_core.perturb.editing.cells import Cells
from ripple_core.perturb.editing.placing import Placing
from ripple_core.settings import Settings

Kind = Literal[
    "set", "add", "scale", "lfc", "knockout", "overexpress", "transfer", "retype", "remove", "insert", "move"
]
OF_CELLS = ("transfer", "retype")
"""Kinds that change whole cells, not single genes."""
OF_PRESENCE = ("remove", "insert", "move")
"""Kinds after which other cells are there, or elsewhere; no cell's expression changes."""
HIGHEST = 20.0
RANGES: dict[Kind, tuple[float, float]] = {
    "set": (0.0, HIGHEST),
    "add": (-HIGHEST, HIGHEST),
    "scale": (0.0, 1e9),
    "lfc": (-100.0, 100.0),
    "knockout": (-np.inf, np.inf),
    "overexpress": (0.0, 100.0),
}


class Edit(Settings):
    """One change of expression, in the model's log-normalised space.

    ============ ===================================================== =======================
    kind         what becomes of x = log1p(normalised counts)          value
    ============ ===================================================== =======================
    set          the value                                             log-normalised, ≥ 0
    add          x + strength · value                                  log-normalised
    scale        log1p(expm1(x) · value ** strength)                   factor, > 0
    lfc          the cells' mean times 2 ** (strength · value), see below  log2 fold change
    knockout     0                                                     ignored
    overexpress  at least the section's percentile among expressing    percentile, 0 to 100
    ============ ===================================================== =======================

    lfc works on expm1(x), where fold changes are defined. A fall scales every cell. A rise adds the same amount to every cell, so
    that zeros are switched on and the mean of the edited cells rises by the fold asked for; where these cells hardly express the
    gene, the section's mean is what is multiplied.

    set, knockout and overexpress move a share ``strength`` of the way. Nothing falls below 0 or rises above the ceiling given to
    :func:`apply`.

    Two kinds change whole cells; they have no genes but a ``source``, the cells of the section that are taken after. ``transfer``
    moves every cell a share ``strength`` of the way to the mean profile of those. ``retype`` gives a share ``strength`` of the cells the
    whole expression of one of those each, drawn at random with a fixed seed. Neither knows a ceiling: what they bring was measured.

    Three kinds change which cells are there, and leave the expression of all as it is. ``remove`` takes a share ``strength`` of the
    cells away. ``insert`` adds cells of a ``source``, ``strength`` times as many as ``to`` says, among all that are there; other edits
    do not reach them. ``move`` puts a share ``strength`` of the cells where ``to`` says. Which cells are drawn is fixed by a seed, so that
    a higher dose means the same cells and more.
    """

    kind: Kind = Field(description="What is done to the genes.")
    genes: dict[str, float] = Field(default_factory=dict, description="The value for each gene.")
    strength: float = Field(1.0, ge=0, le=10, description="Dose: 0 changes nothing, 1 is the edit as given.")
    name: str = Field("edit", description="How the edit is called in results.")
    where: Cells | None = Field(
        None,
        description="Which cells are changed: those with a label, or in a region of their own; None: all of the region.",
    )
    source: Cells | None = Field(None, description="transfer, retype and insert: the cells that are taken after.")
    to: Placing | None = Field(
        None, description="insert: how many cells, and where; move: how far, or into which region."
    )

    @model_validator(mode="after")
    def _of_presence(self) -> Edit:
        if self.kind in OF_PRESENCE and self.genes:
            raise ValueError(f"{self.kind} changes which cells there are; its genes belong into an edit of their own")
        if (self.kind in ("insert", "move")) != (self.to is not None):
            raise ValueError("insert and move say where to (to), other kinds do not")
        if self.kind == "insert" and self.where is not None:
            raise ValueError("an insert edit says in 'to' which region it means; there are no cells that it changes")
        if self.to is not None:
            self.to.check(self.kind)
        return self

    @model_validator(mode="after")
    def _of_genes_or_cells(self) -> Edit:
        if self.kind in OF_PRESENCE:
            if (self.kind == "insert") != (self.source is not None):
                raise ValueError("insert takes after a source: a label or region; remove and move have none")
            return self
        if self.kind in OF_CELLS and (self.genes or self.source is None):
            raise ValueError(
                f"a {self.kind} edit has no genes, but a source: a label or region whose cells are taken after"
            )
        if self.kind not in OF_CELLS and (not self.genes or self.source is not None):
            raise ValueError(f"a {self.kind} edit has at least one gene, and no source")
        return self

    @model_validator(mode="after")
    def _in_range(self) -> Edit:
        low, high = RANGES.get(self.kind, (-np.inf, np.inf))
        for gene, value in self.genes.items():
            if not low <= value <= high:
                raise ValueError(f"{gene} = {value}: the value of a {self.kind} edit lies between {low:g} and {high:g}")
        return self

    def as_plain(self) -> dict[str, Any]:
        """The edit as plain values, without what it does not say."""
        plain: dict[str, Any] = self.model_dump(exclude_none=True)
        return plain if self.genes else {name: value for name, value in plain.items() if name != "genes"}

    def with_strength(self, strength: float) -> Edit:
        """The same edit at another dose."""
        return Edit(**{**self.model_dump(), "strength": strength})


def as_list(edits: Edit | Sequence[Edit]) -> list[Edit]:
    """One edit or several, as a list; an empty one raises DataError."""
    chosen = [edits] if isinstance(edits, Edit) else list(edits)
    if not chosen:
        raise DataError(sentence("at least one edit", "none", "Load a DEG table or choose genes"))
    return chosen
