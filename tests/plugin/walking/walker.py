"""A user who does anything at any time: seeded random actions by mouse, keyboard, buttons and menus of a real window."""

from __future__ import annotations

from collections.abc import Callable

from plugin.event_loop import run_until
from plugin.mouse import settle
from plugin.walking.runs import Runs
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_ripple import actions
from ripple_core.errors import RippleError


class Walker(Runs):
    """One user who walks."""

    def step(self) -> str:
        """Do one thing; gives its name."""
        deeds = {
            self.press: 14, self.page: 4, self.draw: 4, self.run: 3, self.look: 2, self.color: 2, self.edit: 3,
            self.key_view: 2, self.swipe: 1, self.stop: 1, self.go_on: 2, self.series: 2, self.train: 0.3,
            self.layers: 1, self.window: 1, self.keep: 1, self.autosave: 1, self.drop: 0.5, self.panels: 1,
            self.leave_unfinished: 1, self.move_region: 1, self.regions: 3, self.history: 2, self.session_file: 0.7,
        }  # fmt: skip
        weights = list(deeds.values())
        chosen = self.rng.choice(list(deeds), p=[weight / sum(weights) for weight in weights])
        rois, commands = dict(self.session.rois), list(self.session.commands)
        self.done.append(chosen.__name__)
        try:
            chosen()
        except RippleError as error:
            self.done[-1] += f" (refused: {error})"
        settle(self.mouse.qapp, 4)
        run_until(lambda: True, 1)  # in Qt's own loop: only there goes what is to be deleted later
        self.look_for_losses(rois, commands)
        self.look_for_strays()
        return self.done[-1]

    def tidy(self) -> None:
        """Leave one region and nothing else, so that what there is can be counted: lists have buttons in their lines."""
        self.wait()
        self.end_training()
        self.viewer.layers.clear()
        self.viewer.open(self.folder / "tissue one.h5ad", plugin="napari-ripple")
        self.wait()
        for name in list(self.session.rois)[1:]:
            actions.remove_roi(self.session, name)
        actions.clear_edits(self.session)
        for scenario in self.session.scenarios:
            actions.remove_scenario(self.session, scenario.name)
        for name in [one for one in self.docks if one != "Ripple"]:
            self.close(name)
        headers = self.open("Ripple").steps.headers
        for header in (*headers, headers[0]):
            QTest.mouseClick(header, Qt.MouseButton.LeftButton)  # what is not seen is renewed when it is
            settle(self.mouse.qapp, 40)
        self.session.go_back_to(self.session.choices)
        self._own.clear()
        run_until(lambda: True, 1)


def walk(walker: Walker, until: Callable[[int], bool]) -> int:
    """Walk; gives the number of steps."""
    steps = 0
    while not until(steps):
        walker.step()
        steps += 1
    return steps
