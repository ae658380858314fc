"""Sections and regions as no tutorial has them, through the whole panel: a sentence, never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from plugin.walking.counts import errors

from napari_ripple import actions
from napari_ripple.session import Session
from napari_ripple.viewer_link import session_for
from napari_ripple.widgets.panel import RipplePanel
from napari_ripple.work import jobs
from ripple_core.errors import RippleError


def silent(tissue: ad.AnnData) -> ad.AnnData:
    """The same with a gene that no cell has, and cells that have no gene."""
    counts = np.asarray(tissue.to_df())
    counts[:, 0], counts[:4] = 0, 0
    return ad.AnnData(counts, tissue.obs, tissue.var, obsm=tissue.obsm)


def three(tissue: ad.AnnData) -> ad.AnnData:
    """The same as three sections, of which one has a single cell."""
    names = np.repeat(["a", "b", "c"], [200, tissue.n_obs - 201, 1])
    return ad.AnnData(tissue.X, tissue.obs.assign(section=pd.Categorical(names)), tissue.var, obsm=tissue.obsm)


ODD: dict[str, Callable[[ad.AnnData], ad.AnnData]] = {
    "one cell": lambda tissue: tissue[:1].copy(),
    "two cells": lambda tissue: tissue[:2].copy(),
    "one gene": lambda tissue: tissue[:, :1].copy(),
    "no labels": lambda tissue: ad.AnnData(tissue.X, tissue.obs[[]], tissue.var, obsm=tissue.obsm),
    "silent": silent,
    "three sections": three,
    "on a line": lambda tissue: ad.AnnData(
        tissue.X, tissue.obs, tissue.var, obsm={"spatial": np.c_[np.arange(tissue.n_obs), np.zeros(tissue.n_obs)] * 1.0}
    ),
}
IN_SHORT = ("one cell", "three sections")
"""Those that are tried every time; the others take a while."""
REFUSED = {
    "nan": (lambda tissue, xy: xy.__setitem__((3, 0), np.nan), "finite position"),
    "one place": (lambda tissue, xy: xy.fill(1.0), "own position"),
    "a gene twice": (
        lambda tissue, xy: setattr(tissue, "var_names", ["A", "A", *tissue.var_names[2:]]),
        "gene name once",
    ),
}


def corners(low: np.ndarray, high: np.ndarray) -> list[list[float]]:
    """A square."""
    return [[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]]


@pytest.mark.parametrize(
    "name", [name if name in IN_SHORT else pytest.param(name, marks=pytest.mark.slow) for name in ODD]
)
def test_odd_sections_are_looked_at_and_run(
    dock: Any, viewer: Any, wait: Any, small_tissues: list[ad.AnnData], knn_checkpoint: Path, tmp_path: Path, name: str
) -> None:
    ODD[name](small_tissues[0]).write_h5ad(tmp_path / "odd.h5ad")
    session, panel = session_for(viewer), dock(RipplePanel)
    with errors() as found:
        viewer.open(tmp_path / "odd.h5ad", plugin="napari-ripple")
        wait(lambda: session.section is not None and not session.job.is_busy)
        actions.open_model(session, knn_checkpoint)
        low, high = session.section.xy_um.min(axis=0) - 5, session.section.xy_um.max(axis=0) + 5
        for outline in (corners(high + 50, high + 90), corners(low, high), corners(low, (low + high) / 2)):
            actions.draw_roi(session, outline)
            for header in panel.steps.headers:
                header.click()
                wait(seconds=0.05, must=False)
            actions.knock_out(session, [str(session.section.genes[0])])
            actions.color_by(session, str(session.section.genes[0]))
            try:
                jobs.regenerate(session)
            except RippleError:
                continue
            wait(lambda: not session.job.is_busy)
    assert not found


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_a_section_is_refused_in_words(
    small_tissues: list[ad.AnnData], tmp_path: Path, name: str
) -> None:
    tissue, (spoil, words) = small_tissues[0].copy(), REFUSED[name]
    spoil(tissue, tissue.obsm["spatial"])
    tissue.write_h5ad(tmp_path / "odd.h5ad")
    with pytest.raises(RippleError, match=words):
        actions.open_section(Session(), tmp_path / "odd.h5ad")
