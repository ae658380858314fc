"""Scripted calls that say what is changed in the region, and take choices back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from napari_ripple import actions
from napari_ripple.scripted.base import Scripted
from ripple_core.perturb.editing.edits import Edit


class Edits(Scripted):
    """Say what is changed in the region; undo and redo of all choices."""

    def edit(self, path: str | Path, **options: Any) -> None:
        """Take the edit from a DEG table, a set of a GMT file, or a JSON edit; options as in ``actions.load_edit``."""
        self.session.end_step()
        actions.load_edit(self.session, path, **options)

    def add_edit(self, edit: Edit | None = None, **fields: Any) -> None:
        """Add an edit made in code, or given by its fields."""
        actions.add_edit(self.session, Edit(**fields) if edit is None else edit)

    def knock_out(self, genes: Iterable[str], strength: float = 1.0) -> None:
        """Add an edit that switches genes off."""
        actions.knock_out(self.session, genes, strength=strength)

    def over_express(self, genes: Iterable[str], percentile: float = 99.0, strength: float = 1.0) -> None:
        """Add an edit that raises genes to a percentile of the cells that express them."""
        actions.over_express(self.session, genes, percentile=percentile, strength=strength)

    def transfer(
        self, source: Mapping[str, Any], where: Mapping[str, Any] | None = None, strength: float = 1.0
    ) -> None:
        """Let the region's cells take on the mean profile of others: ``source={"label": "T cell"}`` or ``{"region": "Region 2"}``."""
        actions.transfer(self.session, source, where, strength=strength)

    def retype(self, source: Mapping[str, Any], where: Mapping[str, Any] | None = None, strength: float = 1.0) -> None:
        """Let a share ``strength`` of the region's cells become measured cells of another label or region."""
        actions.retype(self.session, source, where, strength=strength)

    def remove_cells(self, where: Mapping[str, Any] | None = None, strength: float = 1.0) -> None:
        """Take the region's cells away, or only ``where={"label": "T cell"}``; ``strength`` is the share of them that goes."""
        actions.remove_cells(self.session, where, strength=strength)

    def insert_cells(self, source: Mapping[str, Any], **to: Any) -> None:
        """Put in cells like those of ``source``: ``count=20``, ``per_mm2=500`` or ``at_um=[[x, y], …]``."""
        actions.insert_cells(self.session, source, **to)

    def move_cells(self, by_um: Sequence[float] | None = None, **options: Any) -> None:
        """Move the region's cells ``by_um=(x, y)``, or into another ``region="Region 2"``; ``where`` limits which of them."""
        actions.move_cells(self.session, by_um, **options)

    def limit_edit(self, index: int, where: Mapping[str, Any] | None = None) -> None:
        """Let an edit change only cells of a label, or those of another region: ``where={"region": "Region 2"}``."""
        actions.limit_edit(self.session, index, where)

    def set_strength(self, strength: float, index: int | None = None) -> None:
        """Set the dose of one edit, or of all."""
        self.session.end_step()
        actions.set_strength(self.session, strength, index)

    def remove_edit(self, index: int) -> None:
        """Remove one edit."""
        actions.remove_edit(self.session, index)

    def change_gene(self, index: int, gene: str, **changes: Any) -> None:
        """Change what an edit does to one of its genes (``kind``), or by how much (``value``)."""
        self.session.end_step()
        actions.change_gene(self.session, index, gene, **changes)

    def remove_gene(self, index: int, gene: str) -> None:
        """Take one gene out of an edit."""
        actions.remove_gene(self.session, index, gene)

    def clear_edits(self) -> None:
        """Remove all edits."""
        actions.clear_edits(self.session)

    def save_edits(self, path: str | Path) -> None:
        """Write the edits as JSON."""
        actions.save_edits(self.session, path)

    def undo(self) -> None:
        """Take back the last choice of regions, edits or settings."""
        actions.undo(self.session)

    def redo(self) -> None:
        """Make the choice again that was taken back."""
        actions.redo(self.session)
