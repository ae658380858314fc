"""The table of what can be kept as a file: its words, the file's name, what it needs, and what writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from napari_ripple import actions
from napari_ripple.script import RippleSession
from napari_ripple.session import Session
from napari_ripple.viewer_link import session_for

CSV, PNG = "Table (*.csv)", "Picture (*.png)"


@dataclass(frozen=True)
class Kind:
    """One thing to keep.

    Parameters
    ----------
    words, tip
        What the menu says, and a sentence about it.
    file, filter
        The name that is proposed, and what the dialog shows.
    write
        Called with the viewer and the path.
    is_there
        Whether the session has it; what it has not is greyed out.
    """

    words: str
    tip: str
    file: str
    filter: str
    write: Callable[[Any, str], object]
    is_there: Callable[[Session], bool]


def _with_session(action: Callable[[Session, str], object], viewer: Any, path: str) -> object:
    return action(session_for(viewer), path)


def _by_script(method: str, viewer: Any, path: str) -> object:
    return getattr(RippleSession(viewer), method)(path)


def _has_section(session: Session) -> bool:
    return session.section is not None


def _has_result(session: Session) -> bool:
    return session.result is not None and "response" in session.result.layers


def _has_regions(session: Session) -> bool:
    return session.section is not None and bool(session.rois)


def _can_run(session: Session) -> bool:
    is_on_disk = session.section_path is not None and session.model_path is not None
    return is_on_disk and not session.missing_for_regeneration()


KINDS: dict[str, Kind] = {
    "result": Kind(
        "Result with all layers (.h5ad) …", "Every touched cell with every simulated layer, for scanpy and napari-ripple.",
        "result.h5ad", "AnnData (*.h5ad)", partial(_with_session, actions.save_result), _has_result,
    ),
    "table": Kind(
        "Table of genes (.csv) …", "The simulated response of every gene, strongest first.",
        "genes.csv", CSV, partial(_with_session, actions.save_table), _has_result,
    ),
    "cells": Kind(
        "Table of cells (.csv) …", "Every simulated cell: position, role, distance to the region, type, mean response.",
        "cells.csv", CSV, partial(_with_session, actions.save_cells), _has_result,
    ),
    "regions": Kind(
        "Table of regions (.csv) …", "What each region holds: cells, area, types, raised genes.",
        "regions.csv", CSV, partial(_with_session, actions.save_region_table), _has_regions,
    ),
    "outlines": Kind(
        "Outlines of regions (.geojson) …", "All regions in µm, as QuPath opens them too.",
        "regions.geojson", "GeoJSON (*.geojson)", partial(_with_session, actions.save_rois), _has_regions,
    ),
    "picture": Kind(
        "Picture of the tissue (.png) …", "The tissue as it is shown now.",
        "tissue.png", PNG, partial(_by_script, "screenshot"), _has_section,
    ),
    "methods": Kind(
        "Methods text (.md) …", "What was done, in words for a paper, with the works to cite.",
        "methods.md", "Text (*.md)", partial(_with_session, actions.save_methods), _has_result,
    ),
    "recipe": Kind(
        "Recipe (.json) …", "The whole experiment; “ripple run” repeats it without a window, to the same numbers.",
        "recipe.json", "JSON (*.json)", partial(_with_session, actions.save_recipe), _can_run,
    ),
    "script": Kind(
        "Python script (.py) …", "All that was done here, by mouse or by code, as a script that does it again.",
        "session.py", "Python (*.py)", partial(_by_script, "save_script"), lambda session: bool(session.commands),
    ),
}  # fmt: skip
