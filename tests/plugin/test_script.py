"""The scripted session: it does what the panels do, and writes itself out as a script that gives the same numbers."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pytest
import shapely
from plugin.experiment import SQUARE
from plugin.mouse import Mouse

import napari_ripple
from napari_ripple import RippleSession, actions
from napari_ripple.scripted.text import script_of
from napari_ripple.session import Command, Session
from napari_ripple.viewer_link import link_for
from ripple_core.errors import DataError
from ripple_core.perturb.editing import edits
from ripple_core.roi import Roi


@pytest.fixture
def ripple(tissue_path: Path, deg_path: Path, knn_checkpoint: Path) -> RippleSession:
    """A session without a window, ready to regenerate."""
    made = RippleSession(show=False)
    made.open(tissue_path)
    made.draw_roi(SQUARE)
    made.edit(deg_path, strength=0.8, direction="up")
    made.load_model(knn_checkpoint)
    made.set_settings(zone_um=40)
    return made


def replay(text: str, folder: Path) -> None:
    """Run a script in a Python of its own."""
    path = folder / "script.py"
    path.write_text(text)
    subprocess.run([sys.executable, str(path)], check=True, capture_output=True, text=True)


def test_the_plugin_offers_one_name() -> None:
    assert napari_ripple.RippleSession is RippleSession
    with pytest.raises(AttributeError):
        napari_ripple.nothing


def test_a_whole_experiment_without_a_window(ripple: RippleSession, tmp_path: Path) -> None:
    result = ripple.regenerate(seed=3)
    assert ripple.session.settings.seed == 3
    assert set(result.layers) >= {"observed", "control", "perturbed", "response"}
    ripple.show("perturbed")
    assert len(ripple.top_genes(4)) == 4
    assert len(ripple.by_distance(bins=3)) == 3
    ripple.save(tmp_path / "result.h5ad")
    ripple.save_table(tmp_path / "table.csv")
    ripple.save_recipe(tmp_path / "recipe.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["recipe.json", "result.h5ad", "table.csv"]
    with pytest.raises(DataError, match="window"):
        ripple.screenshot()


def test_the_written_script_gives_the_same_numbers(ripple: RippleSession, tmp_path: Path) -> None:
    ripple.set_strength(0.4)
    ripple.undo()
    ripple.knock_out(["Gene040"])
    ripple.rename_roi("Region 1", "edge")
    ripple.draw_roi(np.array(SQUARE) + 3, "edge")
    ring = shapely.Polygon(SQUARE, [[[80, 80], [100, 80], [100, 100]]])
    ripple.add_roi(Roi(ring, "ring"))
    ripple.regenerate()
    ripple.save(tmp_path / "first.h5ad")
    text = script_of(ripple.session.commands).replace("first.h5ad", "second.h5ad")
    replay(text, tmp_path)
    first, second = ad.read_h5ad(tmp_path / "first.h5ad"), ad.read_h5ad(tmp_path / "second.h5ad")
    np.testing.assert_array_equal(first.obs_names, second.obs_names)
    np.testing.assert_array_equal(first.layers["response"], second.layers["response"])


def test_every_recorded_command_is_a_method(tissue_path: Path) -> None:
    source = "".join(path.read_text() for path in Path(actions.__file__).parent.rglob("*.py"))
    import re

    names = set(re.findall(r'(?:Command|session\.record)\(\s*"(\w+)"', source))
    assert len(names) > 25
    missing = [name for name in names if not callable(getattr(RippleSession, name, None))]
    assert missing == []


def test_every_action_has_its_call() -> None:
    called = "".join(inspect.getsource(room) for room in RippleSession.__mro__[:-1])
    asked_by_panels_alone = {
        "Moved",
        "next_color",
        "preview_edit",
        "preview_population",
        "edited_rows",
        "missing_for_niches",
        "wish_to_train",
    }  # questions, drafts of a form
    wanted = set(actions.__all__) - asked_by_panels_alone
    wanted -= {name for name in wanted if name.endswith("_task")}
    assert sorted(name for name in wanted if f"actions.{name}" not in called) == []


def test_commands_are_written_as_calls() -> None:
    text = script_of([Command("open", {"path": "a b.h5ad"}), Command("undo"), Command("set_settings", {"seed": 1})])
    calls = ["RippleSession()", "ripple.open(path='a b.h5ad')", "ripple.undo()", "ripple.set_settings(seed=1)"]
    assert text.rstrip().replace("ripple = ", "").splitlines()[-4:] == calls
    compile(text, "script", "exec")


def test_data_in_memory(ripple: RippleSession, small_tissues: list[ad.AnnData]) -> None:
    other = RippleSession(show=False)
    other.open(small_tissues[0])
    other.load_model(ripple.session.model)
    other.draw_roi(SQUARE)
    other.add_edit(edits.knockout(["Gene040"]))
    other.add_edit(kind="lfc", genes={"Gene041": 1.0})
    assert other.regenerate(zone_um=30).n_obs > 0
    assert "open" not in [command.name for command in other.session.commands]


def test_a_loop_left_early_keeps_what_is_there(ripple: RippleSession) -> None:
    for step in ripple.steps():
        if step.done:
            break
    assert ripple.result is not None
    assert 0 < (ripple.result.obs["ripple_role"] == "regenerated").sum() < step.total


def test_what_the_mouse_drew_is_in_the_script(viewer: Any, opened: Session, mouse: Mouse, tmp_path: Path) -> None:
    ripple = RippleSession(viewer)
    assert ripple.session is opened
    link_for(viewer).draw("rectangle")
    mouse.drag([[60, 60], [80, 80], [110, 100], [110, 100]])
    ripple.save_script(tmp_path / "drawn.py")
    text = (tmp_path / "drawn.py").read_text().replace("RippleSession()", "RippleSession(show=False)")
    scope: dict[str, Any] = {}
    exec(compile(text, "drawn", "exec"), scope)
    again = scope["ripple"].session.roi
    assert again.geometry.equals(ripple.session.roi.geometry)


def test_the_window_shows_the_cells_coming(
    viewer: Any, tissue_path: Path, deg_path: Path, knn_checkpoint: Path, tmp_path: Path
) -> None:
    ripple = RippleSession()
    assert ripple.viewer is not None
    ripple.open(tissue_path)
    ripple.draw_roi(SQUARE)
    ripple.edit(deg_path)
    ripple.load_model(knn_checkpoint)
    before = ripple.screenshot()
    ripple.regenerate(zone_um=50)
    after = ripple.screenshot(tmp_path / "picture.png")
    assert (before.astype(int) != after).any(axis=2).mean() > 0.02
    assert (tmp_path / "picture.png").stat().st_size > 1000
