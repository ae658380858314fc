"""Regions survive whatever is done around them: a seeded walk through everything, looked at after every step."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pytest
import shapely
from napari.components import ViewerModel

from napari_ripple import actions
from napari_ripple.canvas.regions import roi_shapes
from napari_ripple.session import Session
from napari_ripple.viewer_link import link_for, session_for
from ripple_core.errors import RippleError
from ripple_core.roi import Roi, read_geojson

STEPS = 45
MANY = 7
ROUNDING_UM2 = 8.0
REMOVING = {"delete a shape", "undo", "redo", "remove", "erase", "rename"}


class Walk:
    """A user who does one thing after another to the regions of one viewer."""

    def __init__(self, viewer: ViewerModel, folder: Path, seed: int) -> None:
        self.viewer, self.folder = viewer, folder
        self.session: Session = session_for(viewer)
        self.link = link_for(viewer)
        self.done: list[str] = []
        self.rng = np.random.default_rng(seed)
        self.doings: dict[str, Callable[[], Any]] = {
            "draw": lambda: self.shapes().add([self.corners()], shape_type="polygon"),
            "draw an ellipse": lambda: self.shapes().add([self.box()], shape_type="ellipse"),
            "move": self.move,
            "delete a shape": self.delete_shape,
            "delete the layer": self.delete_layer,
            "theme": lambda: setattr(self.viewer, "theme", self.rng.choice(["light", "dark"])),
            "section": lambda: actions.choose_section(self.session, self.rng.choice(["tissue_1", "tissue_2"])),
            "undo": lambda: actions.undo(self.session),
            "redo": lambda: actions.redo(self.session),
            "read a file twice": self.read_twice,
            "paint": lambda: actions.paint_roi(self.session, self.corners()[:, ::-1], 15, name=self.some()),
            "erase": lambda: actions.paint_roi(self.session, self.corners()[:2, ::-1], 9, name=self.some(), erase=True),
            "combine": lambda: actions.combine_rois(self.session, self.some(), self.some(), self.how()),
            "grow": lambda: actions.grow_roi(self.session, self.some(), self.rng.uniform(-8, 8)),
            "ring": lambda: actions.ring_roi(self.session, self.some(), 12),
            "copy": lambda: actions.duplicate_roi(self.session, self.some()),
            "hide or show": lambda: actions.show_roi(self.session, self.some(), bool(self.rng.integers(2))),
            "rename": lambda: actions.rename_roi(self.session, self.some(), f"name {self.rng.integers(99)}"),
            "recolour": lambda: actions.recolor_roi(self.session, self.some(), "#123456"),
            "choose": lambda: actions.choose_roi(self.session, self.some()),
            "remove": lambda: actions.remove_roi(self.session, self.some()),
            "a tool": lambda: self.link.draw(self.rng.choice(["lasso", "brush", "select", "pan", "rectangle"])),
            "colour": lambda: actions.color_by(self.session, str(self.rng.choice(["cell_type", "Lig1-01"]))),
        }

    def some(self) -> str | None:
        """The name of a region, if there is one."""
        names = list(self.session.rois)
        return str(self.rng.choice(names)) if names else None

    def how(self) -> Any:
        """A way to combine."""
        return self.rng.choice(["union", "intersection", "difference"])

    def corners(self) -> np.ndarray:
        """A triangle (row, column) on the tissue."""
        return np.round(self.rng.uniform(20, 220, 2) + self.rng.uniform(-40, 40, (3, 2)), 2)

    def box(self) -> np.ndarray:
        """The box (row, column) of an ellipse."""
        (top, left), (height, width) = self.rng.uniform(20, 150, 2), self.rng.uniform(15, 60, 2)
        return np.array([[top, left], [top, left + width], [top + height, left + width], [top + height, left]])

    def shapes(self) -> Any:
        """The layer that is drawn on."""
        if self.link.rois.layer is None:
            self.link.draw("polygon")
        return self.link.rois.layer

    def move(self) -> None:
        """Move one shape with napari's own tools."""
        layer = self.shapes()
        if len(layer.data):
            index = int(self.rng.integers(len(layer.data)))
            layer.data = [shape + 3 * (i == index) for i, shape in enumerate(layer.data)]

    def delete_shape(self) -> None:
        """Delete one shape with napari's own tools."""
        layer = self.shapes()
        if len(layer.data):
            layer.selected_data = {int(self.rng.integers(len(layer.data)))}
            layer.remove_selected()

    def delete_layer(self) -> None:
        """Throw the layer away; Qt would bring it back a moment later."""
        if self.link.rois.layer is not None:
            self.viewer.layers.remove(self.link.rois.layer)
            self.link.flush()

    def read_twice(self) -> None:
        """Save all regions, and read the file again beside them."""
        if self.session.rois and len(self.session.rois) < MANY / 2:
            actions.save_rois(self.session, self.folder / "rois.geojson")
            actions.load_rois(self.session, self.folder / "rois.geojson")

    def step(self) -> str:
        """Do one thing; what is refused, in words, is fine."""
        doing = "remove" if len(self.session.rois) > MANY else str(self.rng.choice(list(self.doings)))
        with contextlib.suppress(RippleError):
            self.doings[doing]()
        self.link.flush()
        self.session.end_step()
        self.done.append(doing)
        return doing

    def assert_layer_shows_the_session(self) -> None:
        """Every visible region is drawn, just as it is, and nothing else."""
        layer, cells = self.link.rois.layer, self.link.cells.cells
        shown = {name: roi for name, roi in self.session.rois.items() if roi.visible}
        if layer is None:
            assert not shown
            return
        new, named = roi_shapes.groups(layer, shown)
        assert not new, self.done[-4:]
        assert set(named) == set(shown)
        for name, indices in named.items():
            drawn = roi_shapes.region(layer, indices, cells).geometry
            difference = shapely.symmetric_difference(drawn, shown[name].geometry).area
            assert difference < max(ROUNDING_UM2, 0.02 * drawn.length), name


@pytest.fixture
def walker(small_tissues: list[ad.AnnData], tmp_path: Path) -> Callable[[int], Walk]:
    """Starts a walk in a viewer that shows a file of two sections."""
    ad.concat(small_tissues).write_h5ad(tmp_path / "both.h5ad")

    def start(seed: int) -> Walk:
        viewer = ViewerModel()
        actions.open_section(session_for(viewer), tmp_path / "both.h5ad")
        return Walk(viewer, tmp_path, seed)

    return start


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_regions_survive_a_walk_through_everything(walker: Any, tmp_path: Path, seed: int) -> None:
    walk = walker(seed)
    session = walk.session
    for _ in range(STEPS):
        before = dict(session.rois)
        doing = walk.step()
        walk.assert_layer_shows_the_session()
        lost = set(before) - set(session.rois)
        assert not lost or doing in REMOVING, (doing, lost)
        assert all(name == roi.name for name, roi in session.rois.items())
        assert session.active_roi in session.rois or not session.rois
        after = dict(session.rois)
        if session.undo():
            walk.assert_layer_shows_the_session()
            session.redo()
            assert session.rois == after
    actions.add_roi(session, Roi.circle((50, 50), 20), name="last")
    actions.save_rois(session, tmp_path / "end.geojson")
    kept = dict(session.rois)
    walk.link.close()
    walk.viewer.layers.clear()
    assert session.rois == kept
    assert [roi.name for roi in read_geojson(tmp_path / "end.geojson")] == list(kept)
