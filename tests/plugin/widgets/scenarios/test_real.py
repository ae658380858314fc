"""The shown result against a real section: chosen, scored beside the window, shown with plain rules, replayed by a script."""

from __future__ import annotations

from pathlib import Path

import anndata as ad
import pytest
from plugin.experiment import run
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_ripple import actions
from napari_ripple.session import Session
from napari_ripple.widgets.scenarios.panel import ScenariosPanel
from ripple_core.errors import DataError


@pytest.fixture
def real_path(small_tissues: list[ad.AnnData], tmp_path: Path) -> Path:
    """The second tissue as the perturbed one."""
    small_tissues[1].write_h5ad(tmp_path / "perturbed.h5ad")
    return tmp_path / "perturbed.h5ad"


def test_a_section_is_chosen_and_scored(dock, chosen: Session, wait, real_path: Path) -> None:
    panel = dock(ScenariosPanel)
    page = panel.real
    panel.tabs.setCurrentWidget(page)
    assert "Regenerate first" in page.run.hint.text()
    run(chosen)
    assert "Choose the real" in page.run.hint.text()
    page.choose(str(real_path))
    QTest.mouseClick(page.run.start, Qt.MouseButton.LeftButton)
    wait(lambda: chosen.real is not None and not chosen.job.is_busy)
    wait(page.methods.isVisible)
    assert page.methods.shown.rowCount() == 4
    assert "perturbed.h5ad" in page.words.text()
    assert "one comparison" in page.beware.text()
    assert page.verdict.text()
    page.table.chosen.emit("Up1-05")
    assert (chosen.color_by.key, chosen.view) == ("Up1-05", "response")


def test_a_region_of_the_other_section_and_words_for_what_is_missing(
    ready: Session, real_path: Path, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match="Regenerate first"):
        actions.score_against(ready, real_path)
    run(ready)
    actions.save_rois(ready, tmp_path / "roi.geojson")
    around = actions.score_against(ready, real_path, region=tmp_path / "roi.geojson").found
    everywhere = actions.score_against(ready, real_path).found
    assert around.cells[1] < everywhere.cells[1] == 400
    actions.save_score(ready, tmp_path / "genes.csv")
    assert (tmp_path / "genes.csv").read_text().startswith("gene,simulated,measured")
    with pytest.raises(DataError, match="the name of a section"):
        actions.score_against(ready, real_path, section="nobody")
