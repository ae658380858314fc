"""Regions from regions, strokes and labels: what each action does to the session, and that its script does the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from plugin.experiment import SQUARE

from napari_ripple import RippleSession, actions
from napari_ripple.scripted.text import script_of
from napari_ripple.session import Session
from ripple_core.errors import DataError
from ripple_core.roi import Roi, read_geojson


@pytest.fixture
def two(session: Session) -> Session:
    """A session with two squares that overlap in a quarter."""
    actions.draw_roi(session, SQUARE)
    actions.draw_roi(session, np.array(SQUARE) + 45)
    return session


def test_two_regions_are_combined_into_a_third(two: Session) -> None:
    areas = {how: actions.combine_rois(two, "Region 1", "Region 2", how).area_um2 for how in ("union", "intersection")}
    assert areas == {"union": 2 * 8100 - 2025, "intersection": 2025}
    left = actions.combine_rois(two, "Region 1", "Region 2", "difference")
    assert (left.name, left.area_um2) == ("Region 1 − Region 2", 8100 - 2025)
    assert two.active_roi == left.name
    assert list(two.rois) == [
        "Region 1",
        "Region 2",
        "Region 1 + Region 2",
        "Region 1 ∩ Region 2",
        "Region 1 − Region 2",
    ]
    assert actions.combine_rois(two, "Region 1", "Region 2").name == "Region 1 + Region 2 2"
    for _ in range(4):
        two.undo()
    assert list(two.rois) == ["Region 1", "Region 2"]
    with pytest.raises(DataError, match="There are: Region 1, Region 2"):
        actions.combine_rois(two, "Region 1", "Region 3")


def test_a_region_grows_shrinks_is_ringed_and_copied(two: Session) -> None:
    actions.recolor_roi(two, "Region 1", "#112233")
    assert actions.grow_roi(two, "Region 1", 10).area_um2 == pytest.approx(8100 + 3600 + 100 * np.pi, rel=1e-3)
    assert two.rois["Region 1"].color == "#112233"
    two.undo()
    assert actions.grow_roi(two, "Region 1", -10).area_um2 == pytest.approx(70**2)
    around = actions.ring_roi(two, "Region 1", 20)
    assert around.name == "20 µm around Region 1"
    assert not around.geometry.intersects(shapely.Point(105, 105))
    assert actions.ring_roi(two, "Region 1", -5).name == "5 µm inside Region 1"
    copy = actions.duplicate_roi(two, "Region 2")
    assert (copy.name, copy.geometry) == ("Region 2 copy", two.rois["Region 2"].geometry)
    with pytest.raises(DataError, match="wider than"):
        actions.grow_roi(two, "Region 1", -200)


def test_hidden_regions_stay_in_use(two: Session, tmp_path: Path) -> None:
    actions.show_roi(two, "Region 2", False)
    assert (two.active_roi, two.roi.visible, len(two.roi_rows()) > 0) == ("Region 2", False, True)
    actions.rename_roi(two, "Region 2", "quiet")
    actions.change_roi(two, "quiet", Roi.circle((100, 100), 30))
    assert not two.rois["quiet"].visible
    actions.save_rois(two, tmp_path / "rois.geojson", pixel_um=0.5)
    assert [roi.visible for roi in read_geojson(tmp_path / "rois.geojson")] == [True, False]
    assert '"Num cells"' in (tmp_path / "rois.geojson").read_text()


def test_strokes_begin_grow_and_erase_a_region(session: Session) -> None:
    first = actions.paint_roi(session, [[60, 60], [120, 60]], 30)
    assert list(session.rois) == ["Region 1"]
    assert first.area_um2 == pytest.approx(60 * 30 + np.pi * 15**2, rel=0.01)
    actions.paint_roi(session, [[120, 60], [120, 120]], 30, name="Region 1")
    assert session.roi.geometry.contains(shapely.Point(120, 110))
    actions.paint_roi(session, [[90, 30], [90, 90]], 10, name="Region 1", erase=True)
    assert session.roi.geometry.geom_type == "MultiPolygon"
    before = session.rois
    assert actions.paint_roi(session, [[0, 60], [200, 60], [120, 120]], 200, name="Region 1", erase=True) is None
    assert not session.rois
    session.undo()
    assert session.rois == before
    with pytest.raises(DataError, match="to erase from"):
        actions.paint_roi(session, [[0, 0]], 10, erase=True)


def test_the_cells_of_a_label_become_a_region(session: Session) -> None:
    roi = actions.region_from_label(session, "cell_type", "Type 1", join_um=25)
    of_type = (session.section.obs["cell_type"] == "Type 1").to_numpy()
    held = roi.contains(session.section.xy_um)
    assert held[of_type].mean() > 0.8
    assert held[of_type].mean() > held[~of_type].mean()
    task = actions.region_from_label_task(session, "cell_type", "Type 1", join_um=25)
    work = task.work(lambda: False)
    next(work)
    with pytest.raises(StopIteration) as end:
        next(work)
    task.finish(end.value.value)
    assert session.roi.geometry.equals(roi.geometry)
    assert list(session.rois) == ["Type 1", "Type 1 2"]
    for key, label, words in (("none", "x", "column"), ("cell_type", "x", "Type 1")):
        with pytest.raises(DataError, match=words):
            actions.region_from_label(session, key, label)


def test_the_script_of_all_that_makes_the_same_regions(tissue_path: Path, tmp_path: Path) -> None:
    ripple = RippleSession(show=False)
    ripple.open(tissue_path)
    ripple.draw_roi(SQUARE)
    ripple.paint_roi([[60, 160], [160, 160.123456]], 30)
    ripple.paint_roi([[60, 60]], 30, name="Region 1", erase=True)
    ripple.combine_rois("Region 1", "Region 2", "difference", "rest")
    ripple.combine_rois("Region 1", "Region 2")
    ripple.grow_roi("rest", 5)
    ripple.ring_roi("rest", 20)
    ripple.duplicate_roi("rest")
    ripple.show_roi("rest", False)
    ripple.region_from_label("cell_type", "Type 2", join_um=25)
    ripple.save_rois(tmp_path / "first.geojson")
    ripple.load_roi(tmp_path / "first.geojson", pixel_um=3.0)
    text = script_of(ripple.session.commands).replace("first.geojson", "second.geojson")
    path = tmp_path / "script.py"
    path.write_text(text)
    subprocess.run([sys.executable, str(path)], check=True, capture_output=True, text=True)
    assert (tmp_path / "first.geojson").read_text() == (tmp_path / "second.geojson").read_text()
    assert len(ripple.session.rois) == 2 * 7


def test_qupaths_pixels_become_micrometres(session: Session, tmp_path: Path) -> None:
    feature: dict[str, Any] = {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [[[200, 200], [400, 200], [400, 400], [200, 200]]]},
        "properties": {"objectType": "annotation", "classification": {"name": "Tumor", "color": [200, 0, 0]}},
    }
    path = tmp_path / "qupath.geojson"
    path.write_text(str([feature, feature]).replace("'", '"'))
    first, second = actions.load_rois(session, path, pixel_um=0.5)
    assert (first.name, second.name, first.category) == ("Tumor", "Tumor 2", "Tumor")
    assert first.geometry.bounds == (100, 100, 200, 200)
    actions.change_roi(session, "Tumor", Roi.circle((100, 100), 30))
    assert session.rois["Tumor"].category == "Tumor"
