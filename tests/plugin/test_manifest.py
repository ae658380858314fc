"""The manifest: valid, whole, and only in menus that napari accepts."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from napari._app_model.constants._menus import is_menu_contributable
from npe2 import PluginManifest

import napari_ripple

MANIFEST = Path(napari_ripple.__file__).parent / "napari.yaml"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def manifest() -> PluginManifest:
    """The manifest as npe2 reads it."""
    return PluginManifest.from_file(MANIFEST)


def test_it_is_named_as_the_distribution(manifest: PluginManifest) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert manifest.name == project["name"]
    assert project["entry-points"]["napari.manifest"] == {manifest.name: "napari_ripple:napari.yaml"}
    assert (ROOT / "napari.yaml").resolve() == MANIFEST.resolve()


def test_every_command_exists_and_is_named_after_the_plugin(manifest: PluginManifest) -> None:
    for command in manifest.contributions.commands:
        assert command.id.startswith("napari-ripple.")
        module, name = command.python_name.split(":")
        assert callable(getattr(import_module(module), name))


def test_contributions_name_commands_that_exist(manifest: PluginManifest) -> None:
    known = {command.id for command in manifest.contributions.commands}
    parts = manifest.contributions
    used = [item.command for item in (*parts.readers, *parts.writers, *parts.sample_data, *parts.widgets)]
    items = [item for entries in parts.menus.values() for item in entries]
    used += [item.command for item in items if hasattr(item, "command")]
    assert set(used) <= known
    own = {menu.id for menu in parts.submenus or ()}
    assert {item.submenu for item in items if hasattr(item, "submenu")} == own


def test_menus_are_ones_that_napari_accepts(manifest: PluginManifest) -> None:
    assert manifest.contributions.menus
    own = {menu.id for menu in manifest.contributions.submenus or ()}
    assert [menu for menu in manifest.contributions.menus if not is_menu_contributable(menu) and menu not in own] == []


def test_titles_are_all_different(manifest: PluginManifest) -> None:
    titles = [command.title for command in manifest.contributions.commands]
    assert len(set(titles)) == len(titles)


def test_napari_finds_the_plugin(viewer: Any, tissue_path: Path) -> None:
    from napari.plugins import _npe2

    assert "napari-ripple" in _npe2.get_readers(str(tissue_path))
    assert "napari-ripple" in dict(_npe2.sample_iterator())
    assert "Ripple" in dict(_npe2.widget_iterator())["dock"][1]


OPENS = """
import os
import subprocess
import sys
from napari_ripple.launch import viewer_with_panels

viewer = viewer_with_panels()
print(not sys.excepthook.__module__.startswith("napari"), any("Ripple" in name for name in viewer.window.dock_widgets))
viewer.close()
"""


def test_ripple_view_opens_a_window_with_the_panels(tmp_path: Path) -> None:
    """In a process of its own, as from the command line: napari takes up its plugins once in a process."""
    folders = {name: str(tmp_path) for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")}
    ran = subprocess.run(
        [sys.executable, "-c", OPENS], capture_output=True, text=True, timeout=120, env={**os.environ, **folders}
    )
    assert ran.stdout.split() == ["True", "True"], ran.stderr


def test_palette_commands_work_on_the_viewer(viewer: Any, qapp: Any, tissue_path: Path) -> None:
    from napari._app_model import get_app_model

    from napari_ripple import actions
    from napari_ripple.viewer_link import session_for

    session = session_for(viewer)
    actions.open_section(session, tissue_path)
    run = get_app_model().commands.execute_command
    run("napari-ripple.draw_lasso").result()
    assert viewer.layers.selection.active.mode == "add_polygon_lasso"
    actions.knock_out(session, ["Gene040"])
    run("napari-ripple.undo").result()
    assert session.edits == ()
    run("napari-ripple.redo").result()
    assert len(session.edits) == 1
    run("napari-ripple.show_response").result()
    assert session.view == "response"
