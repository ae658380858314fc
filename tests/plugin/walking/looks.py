"""What a walking user does with the picture and with regions."""

from __future__ import annotations

import numpy as np
from plugin.walking.user import User
from qtpy.QtCore import QPoint, QPointF, Qt
from qtpy.QtGui import QWheelEvent
from qtpy.QtWidgets import QApplication

from napari_ripple import actions

DRAWING = ("polygon", "lasso", "rectangle", "ellipse", "brush")


class Looks(User):
    """Looks about and draws."""

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

    def key_view(self) -> None:
        """Ctrl+1 to Ctrl+6: one view, or two."""
        self.key(Qt.Key(int(Qt.Key.Key_1) + int(self.rng.integers(4))), Qt.KeyboardModifier.ControlModifier)

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
        self.take_up(DRAWING[tool])
        if not self.cells_are_there():
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

    def leave_unfinished(self) -> None:
        """Begin an outline and do not end it, or give it up."""
        self.take_up(self.any(["polygon", "lasso"]))
        if self.cells_are_there():
            for corner in self.rng.uniform(40, 200, (int(self.rng.integers(1, 4)), 2)):
                self.mouse.click(*corner)
        if self.some(0.3):
            self.key(Qt.Key.Key_Z)

    def swipe(self) -> None:
        """Drag the line between two views."""
        second = self.session.second
        if second is not None and second.mode == "swipe" and self.cells_are_there():
            self.take_up("pan")
            self.mouse.drag([(second.x_um, 100), (second.x_um + 20, 110), (self.rng.uniform(0, 240), 120)])

    def move_region(self) -> None:
        """Take a region and drag it."""
        if not self.session.rois or not self.cells_are_there():
            return
        self.take_up("select")
        middle = self.any(list(self.session.rois.values())).geometry.representative_point()
        self.mouse.click(middle.x, middle.y)
        self.mouse.drag([(middle.x, middle.y), (middle.x + 8, middle.y + 5), (middle.x + 12, middle.y + 9)])

    def regions(self) -> None:
        """Rename, recolour, choose or remove one."""
        if not self.session.rois:
            return
        name, kind = self.any(list(self.session.rois)), self.rng.integers(9)
        if kind == 0:
            actions.rename_roi(self.session, name, f"{name}'"[-30:])
        elif kind == 1:
            actions.recolor_roi(self.session, name, f"#{self.rng.integers(1 << 24):06x}")
        elif kind == 2:
            actions.choose_roi(self.session, name)
        elif kind == 3:
            how = self.any(["union", "intersection", "difference"])
            actions.combine_rois(self.session, name, self.any(list(self.session.rois)), how)
        elif kind == 4:
            actions.grow_roi(self.session, name, float(self.rng.uniform(-15, 15)))
        elif kind == 5:
            actions.ring_roi(self.session, name, 15.0)
        elif kind == 6:
            actions.show_roi(self.session, name, self.some(0.7))
        elif len(self.session.rois) > 3:
            for one in list(self.session.rois)[3:]:
                actions.remove_roi(self.session, one)

    def history(self) -> None:
        """Undo or redo by keys, several times."""
        shift = Qt.KeyboardModifier.ShiftModifier if self.rng.random() < 0.5 else Qt.KeyboardModifier.NoModifier
        for _ in range(int(self.any([1, 2, 4, 30]))):
            self.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | shift)
