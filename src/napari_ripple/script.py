"""The scripted session: everything the panels do, one call each; also writes what was done by mouse as a script."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anndata as ad
import numpy as np
import pandas as pd

from napari_ripple import actions
from napari_ripple.actions.run import use_model
from napari_ripple.actions.tissue import from_memory
from napari_ripple.session import Command, Session, View
from ripple_core.errors import DataError, RippleError, sentence
from ripple_core.files import write_text
from ripple_core.models.contract import Model
from ripple_core.perturb.edits import Edit
from ripple_core.progress import Progress
from ripple_core.roi import Roi

if TYPE_CHECKING:
    import napari

    from ripple_core.benchmark.badge import Badge

PAINT_S = 0.033
HEADER = '"""A napari-ripple session, written by Save script."""\n\nfrom napari_ripple import RippleSession\n'


class RippleSession:
    """Drive a session from code, with or without a window.

    One method for each thing that a panel does, all in one class on purpose: a script reads as the list of what was
    done, and a name is found by one dot and its first letters.

    Parameters
    ----------
    viewer
        The napari viewer to work in. None takes the viewer that is open, if there is one; otherwise there is no window.
    show
        True opens a viewer if none is open; False works without a window even if one is.

    Examples
    --------
    >>> ripple = RippleSession(show=False)
    >>> ripple.open("sample_data/tissue.h5ad")  # doctest: +SKIP
    >>> ripple.draw_roi([[100, 100], [250, 100], [250, 250]])  # doctest: +SKIP
    """

    def __init__(self, viewer: napari.Viewer | None = None, *, show: bool | None = None) -> None:
        self.viewer = viewer if viewer is not None or show is False else _current_or_new(show)
        if self.viewer is None:
            self.session = Session()
        else:
            from napari_ripple.viewer_link import session_for

            self.session = session_for(self.viewer)

    # -- tissue ---

    def open(self, path: str | Path | ad.AnnData, section: str | None = None, layer: str | None = None) -> None:
        """Open a section file, or AnnData in memory, and show its first section, or the one named."""
        if isinstance(path, ad.AnnData):
            actions.show_section(self.session, from_memory(path), section)
        else:
            actions.open_section(self.session, path, section, layer)

    def choose_section(self, name: str) -> None:
        """Show another section of the file."""
        actions.choose_section(self.session, name)

    def color_by(self, key: str, *, kind: Any = None, log: bool | None = None) -> None:
        """Colour the cells by a gene, a column of obs, or the result."""
        actions.color_by(self.session, key, kind=kind, log=log)

    def set_limits(self, low: float, high: float) -> None:
        """Set the percentiles that get the first and the last colour."""
        actions.set_limits(self.session, low, high)

    def hide_labels(self, labels: Iterable[str]) -> None:
        """Hide the cells of these labels and show all others."""
        actions.hide_labels(self.session, labels)

    def recolor_label(self, label: str, color: str) -> None:
        """Give a label another colour."""
        actions.recolor_label(self.session, label, color)

    def undo(self) -> None:
        """Take back the last choice of regions, edits or settings."""
        actions.undo(self.session)

    def redo(self) -> None:
        """Make the choice again that was taken back."""
        actions.redo(self.session)

    # -- regions ---

    def draw_roi(self, vertices: Any, name: str | None = None, color: str | None = None) -> Roi:
        """Draw a region from its corners (vertices, 2), (x, y) in µm; a name that exists is drawn anew."""
        self.session.end_step()
        if name is not None and name in self.session.rois:
            actions.change_roi(self.session, name, Roi.from_vertices(np.asarray(vertices, dtype=np.float64)))
            return self.session.rois[name]
        return actions.draw_roi(self.session, vertices, name, color)

    def add_roi(self, roi: Roi | None = None, *, feature: dict[str, Any] | None = None) -> Roi:
        """Add a region, or one written as a GeoJSON feature; a name that exists is drawn anew."""
        self.session.end_step()
        if roi is None:
            roi = Roi.from_feature(feature or {})
        if roi.name in self.session.rois:
            actions.change_roi(self.session, roi.name, roi)
            return self.session.rois[roi.name]
        return actions.add_roi(self.session, roi, name=roi.name, color=roi.color)

    def load_roi(self, path: str | Path) -> list[Roi]:
        """Add every region of a GeoJSON file."""
        return actions.load_rois(self.session, path)

    def choose_roi(self, name: str) -> None:
        """Make a region the one that is edited and regenerated around."""
        actions.choose_roi(self.session, name)

    def rename_roi(self, name: str, new_name: str) -> None:
        """Rename a region."""
        actions.rename_roi(self.session, name, new_name)

    def recolor_roi(self, name: str, color: str) -> None:
        """Give a region another colour."""
        actions.recolor_roi(self.session, name, color)

    def remove_roi(self, name: str) -> None:
        """Remove a region."""
        actions.remove_roi(self.session, name)

    def save_rois(self, path: str | Path) -> None:
        """Write all regions as GeoJSON."""
        actions.save_rois(self.session, path)

    # -- edits ---

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

    def set_strength(self, strength: float, index: int | None = None) -> None:
        """Set the dose of one edit, or of all."""
        self.session.end_step()
        actions.set_strength(self.session, strength, index)

    def remove_edit(self, index: int) -> None:
        """Remove one edit."""
        actions.remove_edit(self.session, index)

    def clear_edits(self) -> None:
        """Remove all edits."""
        actions.clear_edits(self.session)

    def save_edits(self, path: str | Path) -> None:
        """Write the edits as JSON."""
        actions.save_edits(self.session, path)

    # -- regenerate ---

    def load_model(self, path: str | Path | Model, device: str = "auto") -> None:
        """Load a checkpoint folder, or use a model that is in memory."""
        if isinstance(path, str | Path):
            actions.open_model(self.session, path, device)
        else:
            use_model(self.session, path)

    def badge(self) -> Badge:
        """Try the model on hidden cells of this section: is it ahead of plain rules? ``print(ripple.badge().words)``."""
        return actions.badge(self.session)

    def set_settings(self, **changes: Any) -> None:
        """Change how cells are regenerated: the fields of PerturbSettings."""
        self.session.end_step()
        actions.set_settings(self.session, **changes)

    def regenerate(self, **settings: Any) -> ad.AnnData:
        """Regenerate the surroundings of the active region and give the result; a window shows the cells coming."""
        if settings:
            self.set_settings(**settings)
        painted = time.monotonic()
        for _ in self.steps():
            if self.viewer is not None and time.monotonic() - painted > PAINT_S:
                self._let_the_window_draw()
                painted = time.monotonic()
        self._let_the_window_draw()
        if self.session.result is None:
            raise RippleError(self.session.message)
        return self.session.result

    def steps(self) -> Iterable[Progress]:
        """The same, step by step; a loop that is left early keeps what has been generated."""
        return actions.regenerate(self.session)

    # -- results ---

    @property
    def result(self) -> ad.AnnData | None:
        """The result: layers observed, control, perturbed, response; None before Regenerate."""
        return self.session.result

    def show(self, view: View) -> None:
        """Show the observed, control or perturbed cells, or the response."""
        actions.show(self.session, view)

    def top_genes(self, n: int = 20) -> pd.DataFrame:
        """The n genes that respond most."""
        return actions.top_genes(self.session, n)

    def by_distance(self, genes: list[str] | None = None, bins: int = 10) -> pd.DataFrame:
        """Response against distance from the region's edge."""
        return actions.response_by_distance(self.session, genes, bins)

    def open_result(self, path: str | Path) -> None:
        """Show a result that was saved before."""
        actions.open_result(self.session, path)

    def save(self, path: str | Path) -> None:
        """Write the result as .h5ad."""
        actions.save_result(self.session, path)

    def save_table(self, path: str | Path) -> None:
        """Write every gene's response as CSV."""
        actions.save_table(self.session, path)

    def save_recipe(self, path: str | Path) -> None:
        """Write the experiment as JSON that ``ripple run`` repeats."""
        actions.save_recipe(self.session, path)

    def save_script(self, path: str | Path) -> None:
        """Write what has been done so far, by mouse or by code, as a script of this class."""
        write_script(self.session, path)

    def screenshot(self, path: str | Path | None = None, *, canvas_only: bool = True) -> np.ndarray:
        """The picture of the window (rows, columns, 4), also written to ``path``; needs a window."""
        if self.viewer is None:
            raise DataError(sentence("a window", "a session without one", "Make it with RippleSession(show=True)"))
        self._let_the_window_draw()
        target = None if path is None else str(path)
        return self.viewer.screenshot(target, canvas_only=canvas_only, flash=False)

    def _let_the_window_draw(self) -> None:
        if self.viewer is None:
            return
        from qtpy.QtCore import QCoreApplication

        from napari_ripple.viewer_link import link_for

        link_for(self.viewer).flush()
        QCoreApplication.processEvents()


def write_script(session: Session, path: str | Path) -> None:
    """Write the commands of a session as a Python script that repeats them."""
    write_text(path, script_of(session.commands))


def script_of(commands: Iterable[Command]) -> str:
    """The text of a script that carries out the commands."""
    lines = [f"ripple.{command.name}({_arguments(command.arguments)})" for command in commands]
    return "\n".join([HEADER, "ripple = RippleSession()", *lines, ""])


def _arguments(arguments: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())


def _current_or_new(show: bool | None) -> napari.Viewer | None:
    """The viewer that is open; a new one if ``show`` asks for it; else None."""
    import napari

    return napari.current_viewer() or (napari.Viewer() if show else None)
