"""Everything of a session that a user sees, as plain words and numbers: what has to be the same after a restart."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import pandas as pd

from napari_ripple import actions, figures
from napari_ripple.canvas.colors import legend
from napari_ripple.display.paint import Paint
from napari_ripple.display.picture import Picture
from napari_ripple.scripted.text import script_of
from napari_ripple.session import Session
from napari_ripple.widgets.niches.rows import rows_of
from ripple_core.benchmark import real_section
from ripple_core.errors import DataError
from ripple_core.perturb.reading import compare


def seen(session: Session) -> dict[str, Any]:
    """What stands where in the window."""
    return json.loads(json.dumps({**_tissue(session), **_chosen(session), **_read(session), **_several(session)}))


def _tissue(session: Session) -> dict[str, Any]:
    pictures = {"picture": session.display_values(), "second picture": session.second_values()}
    return {
        "section": (session.section.name, str(session.section_path), [one.name for one in session.sections]),
        "columns": _table(session.section.obs.astype(str)),
        "how columns were made": {" ".join(key): record for key, record in session.columns.items()},
        **{name: _picture(one) for name, one in pictures.items()},
        "colours": repr(session.color_by),
        "legend": [repr(entry) for entry in _legend(session)],
        "views": (session.view, repr(session.second), repr(session.camera), dict(session.pages)),
        "niches": [repr(row) for row in rows_of(session)],
    }


def _chosen(session: Session) -> dict[str, Any]:
    undo, redo = session.past()
    return {
        "regions": [(repr(roi), roi.geometry.wkt, session.active_roi) for roi in session.rois.values()],
        "what regions hold": _table(actions.region_table(session)),
        "edits": [repr(edit) for edit in session.edits],
        "settings": repr(session.settings),
        "genes being picked": None if session.picking is None else [session.picking.title, session.picking.genes()],
        "undo and redo": (len(undo), len(redo)),
        "model": (str(session.model_path), session.model.name),
        "script": script_of(session.commands),
        "training": (repr(session.train_wish), repr(session.training.looks), session.training.words),
    }


def _read(session: Session) -> dict[str, Any]:
    charts = {}
    for name, figure in figures.FIGURES.items():
        try:
            shown = figure.read(session)
        except DataError as error:
            charts[name] = str(error)
            continue
        charts[name] = [_table(shown.table), shown.title, shown.left, shown.bottom, shown.colors, shown.line]
    methods = actions.methods(session)
    return {"charts": charts, "record": figures.record(session), "methods": methods, "stale": session.result_is_stale}


def _several(session: Session) -> dict[str, Any]:
    doses, screen, found, real = session.doses, session.screen, session.comparison, session.real
    kept = [(one.name, one.starred, one.note, str(one.made), repr(one.headline)) for one in session.scenarios]
    return {
        "kept results": kept,
        "doses": doses and [_table(doses.found.by_gene()), _table(doses.found.long()), _table(doses.found.table)],
        "about doses": doses and [doses.edit, doses.asked, doses.roi.name, doses.found.name, doses.found.cells],
        "screen": screen and [_table(screen.found.table), _table(screen.found.responses()), screen.found.unknown],
        "edits of the screen": screen and {name: repr(edit) for name, edit in screen.found.edits.items()},
        "A − B": found and [_table(found.table), compare.sentences(found), session.simulation.source is found],
        "real": real and [_table(real.found.genes), repr(real.found.scores), real_section.sentences(real.found)],
        "about real": real and [real.scenario, str(real.path), real.found.verdict],
    }


def _legend(session: Session) -> list[Any]:
    picture = session.display_values()
    return legend(picture.cells, session.hidden, session.label_colors) if picture.cells.kind == "labels" else []


def _picture(picture: Picture | None) -> Any:
    if picture is None:
        return None
    return [_paint(picture.cells), _paint(picture.simulated), picture.note]


def _paint(paint: Paint | None) -> Any:
    return paint and [paint.kind, _hash(paint.scalars), list(paint.limits), list(paint.categories), paint.title]


def _table(table: pd.DataFrame) -> Any:
    """Column names, their kinds, and a hash of all that stands in them."""
    return [list(map(str, table.columns)), table.shape, hashlib.sha256(table.to_csv().encode()).hexdigest()]


def _hash(values: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()
