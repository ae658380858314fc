"""Tables of cells and regions, and the methods: their numbers are those of the result and of the section."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from plugin.experiment import SQUARE, run

from napari_ripple import actions
from napari_ripple.session import Session
from ripple_core.errors import DataError


def test_every_simulated_cell_is_a_row(ready: Session, tmp_path: Path) -> None:
    result = run(ready)
    actions.save_cells(ready, tmp_path / "cells.csv")
    table = pd.read_csv(tmp_path / "cells.csv")
    assert list(table["cell"].astype(str)) == list(result.obs_names)
    np.testing.assert_allclose(table[["x_um", "y_um"]], result.obsm["spatial"])
    assert (table["role"] == "roi").sum() == len(ready.roi_rows())
    assert ready.label_key in table
    np.testing.assert_allclose(table["mean_abs_response_simulated"], ready.simulation.response(), rtol=1e-4, atol=1e-6)


def test_every_region_is_a_row(session: Session, tmp_path: Path) -> None:
    actions.draw_roi(session, SQUARE, "a")
    actions.draw_roi(session, np.array(SQUARE) / 4, "b")
    actions.save_region_table(session, tmp_path / "regions.csv")
    table = pd.read_csv(tmp_path / "regions.csv")
    assert list(table["region"]) == ["a", "b"]
    assert list(table["cells"]) == [len(session.roi_rows("a")), len(session.roi_rows("b"))]
    types = table[[column for column in table if column.startswith("cells: ")]]
    np.testing.assert_array_equal(types.sum(axis=1), table["cells"])


def test_what_is_not_there_cannot_be_kept(session: Session, tmp_path: Path) -> None:
    for save in (actions.save_cells, actions.save_region_table, actions.save_methods):
        with pytest.raises(DataError, match="found none"):
            save(session, tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_the_methods_are_those_of_the_result(ready: Session, tmp_path: Path) -> None:
    run(ready)
    actions.save_methods(ready, tmp_path / "methods.md")
    words = (tmp_path / "methods.md").read_text()
    assert words == actions.methods(ready)
    assert "Within 40 µm" in words
