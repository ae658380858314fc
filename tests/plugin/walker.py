"""A user who does anything at any time: seeded random actions by mouse, keyboard, buttons and menus of a real window."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from napari.utils.notifications import ErrorNotification, notification_manager
from plugin.mouse import Mouse, settle
from qtpy.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from qtpy.QtGui import QWheelEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QPushButton, QToolButton

from napari_ripple import actions
from napari_ripple.session import Session
from napari_ripple.widgets.keeping import ask
from napari_ripple.widgets.keeping.kinds import KINDS
from napari_ripple.widgets.regions.tools import TOOLS
from napari_ripple.work import jobs
from ripple_core.errors import RippleError

EXTENT_UM = 240.0
DRAWING = ("polygon", "lasso", "rectangle", "ellipse", "brush")


@dataclass
class Walker:
    """One user.

    Parameters
    ----------
    viewer, panel, session, mouse
        The window, its Ripple panel, its session, and a mouse in it.
    tissue
        The section file that is opened again now and then.
    folder
        Where things are kept.
    """

    viewer: Any
    panel: Any
    session: Session
    mouse: Mouse
    tissue: Path
    folder: Path
    seed: int = 0
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        self.canvas = self.viewer.window._qt_viewer.canvas.native
        self._own: list[Any] = []

    def step(self) -> str:
        """Do one thing; gives its name. Regions may only change in what is about regions."""
        keeps = [
            self.look,
            self.color,
            self.edit,
            self.key_view,
            self.run,
            self.stop,
            self.page,
            self.layers,
            self.window,
            self.keep,
        ]
        changes = [self.draw, self.draw, self.draw, self.move_region, self.regions, self.history, self.session_file]
        chosen = self.rng.choice(keeps if self.rng.random() < 0.6 else changes)
        before = dict(self.session.rois)
        self.done.append(chosen.__name__)
        try:
            chosen()
        except RippleError as error:
            self.done[-1] += f" (refused: {error})"
        settle(self.mouse.qapp, 4)
        if chosen in keeps:
            assert dict(self.session.rois) == before, f"regions were lost or changed by {self.done[-8:]}"
        elif chosen in (self.draw,):
            assert set(before) <= set(self.session.rois), f"a region was lost by {self.done[-8:]}"
        return self.done[-1]

    # -- looking ---

    def look(self) -> None:
        """Zoom with the wheel, or move about."""
        x, y = self.canvas.width() * self.rng.random(), self.canvas.height() * self.rng.random()
        where = QPointF(x, y)
        turn = QPoint(0, int(self.rng.choice([-240, 120, 240])))
        event = QWheelEvent(
            where, QPointF(self.canvas.mapToGlobal(where.toPoint())), QPoint(), turn, Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.canvas, event)
        if not 0.3 < self.viewer.scene.camera.zoom < 30:
            self.viewer.reset_view()

    def color(self) -> None:
        """Another gene or column, other limits, hidden or recoloured labels."""
        section = self.session.section
        kind = self.rng.integers(5)
        if kind == 0:
            actions.color_by(self.session, str(self.rng.choice(section.genes)))
        elif kind == 1:
            actions.color_by(self.session, section.label_key)
        elif kind == 2:
            actions.set_limits(self.session, *sorted(map(float, self.rng.choice(100, 2, replace=False))))
        elif kind == 3:
            labels = section.obs[section.label_key].astype(str).unique()
            actions.hide_labels(self.session, self.rng.choice(labels, self.rng.integers(len(labels)), replace=False))
        else:
            label = str(section.obs[section.label_key].iloc[0])
            actions.recolor_label(self.session, label, f"#{self.rng.integers(1 << 24):06x}")

    def page(self) -> None:
        """Open a step by its header."""
        QTest.mouseClick(self._any(self.panel.steps.headers), Qt.MouseButton.LeftButton)

    def key_view(self) -> None:
        """Ctrl+1 to Ctrl+4."""
        self._key(Qt.Key(int(Qt.Key.Key_1) + int(self.rng.integers(4))), Qt.KeyboardModifier.ControlModifier)

    def window(self) -> None:
        """Another size or theme."""
        if self.rng.random() < 0.5:
            self.viewer.window.resize(int(self.rng.integers(640, 900)), int(self.rng.integers(480, 700)))
        else:
            self.viewer.theme = "light" if self.viewer.theme == "dark" else "dark"

    # -- regions ---

    def draw(self) -> None:
        """Draw with one of the tools, chosen by its key."""
        tool = int(self.rng.integers(len(DRAWING)))
        self._tool(DRAWING[tool])
        if not self._cells_are_there():
            return
        centre, radius = self.rng.uniform(50, 190, 2), self.rng.uniform(5, 50)
        angle = np.sort(self.rng.uniform(0, 2 * np.pi, 8))
        around = centre + radius * np.column_stack([np.cos(angle), np.sin(angle)])
        if tool == 0:
            for corner in around[:-1]:
                self.mouse.click(*corner)
            self.mouse.double_click(*around[-1])
        elif tool == 1:
            self.mouse.drag(np.repeat(around, 2, axis=0))
        else:
            self.mouse.drag([centre - radius, centre, centre + radius])

    def move_region(self) -> None:
        """Take a region and drag it."""
        if not self.session.rois or not self._cells_are_there():
            return
        self._tool("select")
        middle = self._any(list(self.session.rois.values())).geometry.representative_point()
        self.mouse.click(middle.x, middle.y)
        self.mouse.drag([(middle.x, middle.y), (middle.x + 8, middle.y + 5), (middle.x + 12, middle.y + 9)])

    def regions(self) -> None:
        """Rename, recolour, choose or remove one."""
        if not self.session.rois:
            return
        name, kind = self._any(list(self.session.rois)), self.rng.integers(4)
        if kind == 0:
            actions.rename_roi(self.session, name, f"{name}'")
        elif kind == 1:
            actions.recolor_roi(self.session, name, f"#{self.rng.integers(1 << 24):06x}")
        elif kind == 2:
            actions.choose_roi(self.session, name)
        elif len(self.session.rois) > 2:
            actions.remove_roi(self.session, name)

    def history(self) -> None:
        """Undo or redo by keys, several times."""
        shift = Qt.KeyboardModifier.ShiftModifier if self.rng.random() < 0.5 else Qt.KeyboardModifier.NoModifier
        for _ in range(int(self.rng.integers(1, 5))):
            self._key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | shift)

    # -- edits and runs ---

    def edit(self) -> None:
        """Add, dose, or remove an edit."""
        kind, genes = self.rng.integers(4), [str(self.rng.choice(self.session.section.genes))]
        if kind == 0 or not self.session.edits:
            actions.knock_out(self.session, genes)
        elif kind == 1:
            actions.over_express(self.session, genes)
        elif kind == 2:
            for dose in self.rng.uniform(0, 2, 3):
                actions.set_strength(self.session, float(dose), int(self.rng.integers(len(self.session.edits))))
        else:
            actions.remove_edit(self.session, int(self.rng.integers(len(self.session.edits))))

    def run(self) -> None:
        """Regenerate by key."""
        if self.session.settings.zone_um > 20:
            actions.set_settings(self.session, zone_um=20.0)
        self._key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        settle(self.mouse.qapp, int(self.rng.integers(1, 60)))

    def stop(self) -> None:
        """Cancel, pause or go on."""
        if self.rng.random() < 0.5:
            self._key(Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
        else:
            jobs.pause_or_resume(self.session)
            settle(self.mouse.qapp, 5)
            if self.session.job.state == "paused":
                jobs.pause_or_resume(self.session)

    # -- files and layers ---

    def layers(self) -> None:
        """Delete a layer of ours, hide one, or add one of one's own."""
        kind = self.rng.integers(4)
        if kind == 0 and len(self.viewer.layers):
            self.viewer.layers.remove(self._any(list(self.viewer.layers)))
        elif kind == 1 and len(self.viewer.layers):
            layer = self._any(list(self.viewer.layers))
            layer.visible = not layer.visible
        elif kind == 2 and len(self._own) < 3:
            self._own.append(self.viewer.add_points(self.rng.uniform(0, EXTENT_UM, (5, 2)), name="mine"))
        else:
            for layer in [one for one in self._own if one in self.viewer.layers]:
                self.viewer.layers.remove(layer)
            self._own.clear()
        settle(self.mouse.qapp, 10)

    def keep(self) -> None:
        """Write one of the things that can be kept."""
        kind = self._any([one for one in KINDS.values() if one.is_there(self.session)])
        if not self.session.job.is_busy:
            kind.write(self.viewer, str(self.folder / kind.file))

    def session_file(self) -> None:
        """Save the session and open it again, or open the section again."""
        before = dict(self.session.rois)
        self._wait()
        if self.rng.random() < 0.6:
            jobs.save_session(self.session, self.folder / "walk.ripple")
            self._wait()
            ask.open_session(self.viewer, self.folder / "walk.ripple")
        else:
            self.viewer.open(self.tissue, plugin="napari-ripple")
        self._wait()
        assert list(self.session.rois) == list(before), "regions were lost by opening"

    def tidy(self) -> None:
        """Leave one region and nothing else, so that what there is can be counted: lists have buttons in their lines."""
        self._wait()
        for name in list(self.session.rois)[1:]:
            actions.remove_roi(self.session, name)
        actions.clear_edits(self.session)
        for scenario in self.session.scenarios:
            actions.remove_scenario(self.session, scenario.name)
        for header in (*self.panel.steps.headers, self.panel.steps.headers[0]):
            QTest.mouseClick(header, Qt.MouseButton.LeftButton)  # what is not seen is renewed when it is
            settle(self.mouse.qapp, 40)
        self.session.removed_scenarios.clear()

    def _wait(self) -> None:
        """Until nothing runs."""
        import time

        jobs.cancel(self.session)
        end = time.monotonic() + 30
        while self.session.job.is_busy and time.monotonic() < end:
            settle(self.mouse.qapp, 1)
            time.sleep(0.002)
        assert not self.session.job.is_busy, "a job did not end when it was cancelled"

    def _any(self, things: Any) -> Any:
        return things[int(self.rng.integers(len(things)))]

    def _key(self, key: Any, modifier: Any) -> None:
        QTest.keyClick(self.canvas, key, modifier)

    def _tool(self, name: str) -> None:
        """Take up a tool by its key."""
        key = Qt.Key(int(Qt.Key.Key_1) + list(TOOLS).index(name))
        self._key(key, Qt.KeyboardModifier.AltModifier)

    def _cells_are_there(self) -> bool:
        """Whether the lowest layer is one in whose positions the mouse can be moved."""
        return (
            bool(len(self.viewer.layers))
            and self.viewer.layers[0] in self.viewer.window._qt_viewer.canvas.layer_to_visual
        )


@contextmanager
def errors() -> Iterator[list[BaseException]]:
    """The exceptions that napari has been told of meanwhile; what ripple refuses in words is none."""
    found: list[BaseException] = []

    def note(notification: Any) -> None:
        if isinstance(notification, ErrorNotification) and not isinstance(notification.exception, RippleError):
            found.append(notification.exception)

    notification_manager.notification_ready.connect(note)
    try:
        yield found
    finally:
        notification_manager.notification_ready.disconnect(note)


def widgets() -> int:
    """How many buttons there are, after what was thrown away is gone: panels that leak bring theirs with them."""
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # else only a running event loop does it
    buttons = [one for one in QApplication.allWidgets() if isinstance(one, QPushButton | QToolButton)]
    return sum(not _is_napari_message(one) for one in buttons)


def _is_napari_message(button: Any) -> bool:
    """Whether a button belongs to one of napari's own messages, which come and go by themselves."""
    above = button.parentWidget()
    while above is not None:
        if type(above).__name__ == "NapariQtNotification":
            return True
        above = above.parentWidget()
    return False


def memory_mb() -> float:
    """What this process takes."""
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6


def walk(walker: Walker, until: Callable[[int], bool]) -> int:
    """Walk; gives the number of steps."""
    steps = 0
    while not until(steps):
        walker.step()
        steps += 1
    return steps
