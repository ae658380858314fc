"""What a walking user has: a window, a mouse, keys, patience; and how one is sure that no region was lost."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from plugin.mouse import Mouse, settle
from plugin.walking.answers import Answers
from plugin.walking.pressing import Presser
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QDialog

from napari_ripple.session import Session
from napari_ripple.viewer_link import link_for, session_for
from napari_ripple.widgets.regions.tools import TOOLS
from napari_ripple.work import jobs, training

MAY_REMOVE = {"remove_roi", "rename_roi", "undo", "redo"}
"""The commands by which a region may go."""
TYPED = [
    "Lig",
    "Rec1-01",
    "Gene040",
    "Gene0",
    "T",
    "nothing of the kind",
    "0.5",
    "3",
    "-1",
    "1e9",
    "Region 1",
    "",
    "µm, Ä",
]


@dataclass
class User:
    """One user.

    Parameters
    ----------
    viewer, mouse
        The window, and a mouse in it.
    folder
        Where things are kept; the section files that are opened lie in it.
    seed
        By which all is chosen.
    """

    viewer: Any
    mouse: Mouse
    folder: Path
    seed: int = 0
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session: Session = session_for(self.viewer)
        self.canvas = self.viewer.window._qt_viewer.canvas.native
        self.answers = Answers(self.folder, self.seed)
        self.docks: dict[str, tuple[Any, Any]] = {}
        self._own: list[Any] = []
        self.begin()

    def begin(self) -> None:
        """Begin anew with the seed."""
        self.rng = np.random.default_rng(self.seed)
        self.answers.rng = np.random.default_rng(self.seed)
        self.presser = Presser(self.rng, TYPED)
        self.done.clear()

    # -- panels ---

    def open(self, name: str = "Ripple") -> Any:
        """Open a panel as napari's menu does; gives it."""
        if name not in self.docks:
            self.docks[name] = self.viewer.window.add_plugin_dock_widget("napari-ripple", name)
            settle(self.mouse.qapp, 10)
        return self.docks[name][1]

    def close(self, name: str) -> None:
        """Close a panel."""
        place, _ = self.docks.pop(name)
        self.viewer.window.remove_dock_widget(place)
        settle(self.mouse.qapp, 10)

    def leave(self) -> None:
        """Close every panel and answer nothing any more."""
        self.wait()
        for name in list(self.docks):
            self.close(name)
        self.answers.stop()

    def wait(self, seconds: float = 30.0) -> None:
        """Until nothing runs any more; what runs is cancelled."""
        jobs.cancel(self.session)
        end = time.monotonic() + seconds
        while self.session.job.is_busy and time.monotonic() < end:
            settle(self.mouse.qapp, 1)
            time.sleep(0.002)
        assert not self.session.job.is_busy, f"{self.session.job.title!r} did not end when it was cancelled"

    def end_training(self) -> None:
        """End a training at once."""
        for _ in range(2):
            training.stop(self.session)

    # -- regions ---

    def look_for_losses(self, rois: dict[str, Any], commands: list[Any]) -> None:
        """No region may have gone unless a command says so, and what is drawn is what there is."""
        lost = [name for name in rois if name not in self.session.rois]
        now = self.session.commands
        is_same_session = all(a is b for a, b in zip(now, commands[:-1]))
        new = {one.name for one in now if not any(one is other for other in commands)}
        assert not lost or not is_same_session or new & MAY_REMOVE, f"{lost} lost by {self.done[-8:]}, commands {new}"
        layer = link_for(self.viewer).rois.layer
        if layer is None or layer not in self.viewer.layers or layer.is_unfinished:
            return
        link_for(self.viewer).flush()
        shown = {name for name, roi in self.session.rois.items() if roi.visible}
        drawn = set(layer.features["roi"][: len(layer.data)]) if len(layer.data) else set()
        assert drawn == shown, f"drawn are {drawn}, there are {shown}, after {self.done[-8:]}"

    def look_for_strays(self) -> None:
        """No part of a panel may stand alone as a window: it would be forgotten, and keep the program from ending."""
        tops = [one for one in QApplication.topLevelWidgets() if one.isVisible() and not isinstance(one, QDialog)]
        strays = [type(one).__name__ for one in tops if type(one).__module__.startswith("napari_ripple")]
        assert not strays, f"{strays} are windows of their own after {self.done[-8:]}"

    # -- hands ---

    def any(self, things: Any) -> Any:
        """One of some things."""
        return things[int(self.rng.integers(len(things)))]

    def some(self, chance: float) -> bool:
        """True as often as is said."""
        return bool(self.rng.random() < chance)

    def key(self, key: Any, modifier: Any = Qt.KeyboardModifier.ControlModifier) -> None:
        """Press a key over the canvas."""
        QTest.keyClick(self.canvas, key, modifier)

    def take_up(self, name: str) -> None:
        """Take up a tool by its key."""
        key = Qt.Key(int(Qt.Key.Key_1) + list(TOOLS).index(name))
        self.key(key, Qt.KeyboardModifier.AltModifier)

    def cells_are_there(self) -> bool:
        """Whether the lowest layer is one in whose positions the mouse can be moved."""
        return (
            bool(len(self.viewer.layers))
            and self.viewer.layers[0] in self.viewer.window._qt_viewer.canvas.layer_to_visual
        )
