"""What a walking user does with edits, runs, files, layers and panels."""

from __future__ import annotations

from plugin.mouse import settle
from plugin.walking.looks import Looks
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_ripple import actions
from napari_ripple.viewer_link import link_for
from napari_ripple.widgets.keeping import ask
from napari_ripple.widgets.keeping.kinds import KINDS
from napari_ripple.work import jobs, training

EXTENT_UM = 240.0
SMALL = {"layers": 1, "heads": 2, "dim": 16, "meta_cells": 16, "components": 5, "levels": (4, 2), "max_cells": 16}
SHORT = {"steps": 400, "batch": 2, "evaluate_every": 20, "max_minutes": 1}
PANELS = ("Ripple train", "Ripple niches", "Ripple region", "Ripple result")


class Runs(Looks):
    """Changes genes, lets it run, keeps and opens."""

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
        for _ in range(1 + self.some(0.2)):  # some press twice
            self.key(Qt.Key.Key_Return)
        if self.some(0.1):
            self.key(Qt.Key.Key_Period)  # and some change their mind at once
        settle(self.mouse.qapp, int(self.rng.integers(1, 60)))

    def series(self) -> None:
        """Begin a dose series, a screen, niches, or a comparison of two kept scenarios."""
        kind, session = self.rng.integers(5), self.session
        genes = [str(gene) for gene in self.rng.choice(session.section.genes, 2, replace=False)]
        if kind == 0:
            jobs.start(session, actions.dose_series_task(session, [0.5, 1.0]))
        elif kind == 1:
            jobs.start(session, actions.screen_task(session, genes, ["knockout"]))
        elif kind == 2:
            jobs.start(session, actions.niches_task(session))
        elif kind == 3 and len(session.scenarios) > 1:
            actions.compare_scenarios(session, session.scenarios[0].name, session.scenarios[-1].name)
        elif session.scenarios:
            actions.show_scenario(session, self.any(session.scenarios).name)
        for scenario in session.scenarios[:-4]:
            actions.remove_scenario(session, scenario.name)

    def train(self) -> None:
        """Train for a moment, or end it."""
        if self.session.training.is_busy:
            self.end_training()
        else:
            out = str(self.folder / f"trained {self.rng.integers(3)}")
            actions.wish_to_train(self.session, out=out, model="gest", config=SMALL, settings=SHORT)
            training.start(self.session)

    def go_on(self) -> None:
        """Let what runs come to its end."""
        for _ in range(400):
            settle(self.mouse.qapp, 2)
            if not self.session.job.is_busy:
                return

    def stop(self) -> None:
        """Cancel, pause or go on."""
        if self.rng.random() < 0.5:
            self.key(Qt.Key.Key_Period)
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
            self.viewer.layers.remove(self.any(list(self.viewer.layers)))
        elif kind == 1 and len(self.viewer.layers):
            layer = self.any(list(self.viewer.layers))
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
        kind = self.any([one for one in KINDS.values() if one.is_there(self.session)])
        if not self.session.job.is_busy:
            kind.write(self.viewer, str(self.folder / kind.file))

    def autosave(self) -> None:
        """Keep automatically, now."""
        link_for(self.viewer).autosave.keep()

    def drop(self) -> None:
        """Drop a section, this or another, whatever runs."""
        name = self.any(["tissue one.h5ad", "tissue two.h5ad", "both.h5ad"])
        self.viewer.open(self.folder / name, plugin="napari-ripple")

    def panels(self) -> None:
        """Open a panel, or close one; now and then close and open the main one."""
        name = self.any(PANELS)
        if self.some(0.15):
            self.close("Ripple")
            self.open("Ripple")
        elif name in self.docks:
            self.close(name)
        else:
            self.open(name)

    def press(self) -> None:
        """Use something in one of the panels."""
        _, panel = self.docks[self.any(list(self.docks))]
        self.done[-1] += f" ({self.presser.press(panel)})"

    def page(self) -> None:
        """Open a step by its header."""
        QTest.mouseClick(self.any(self.open("Ripple").steps.headers), Qt.MouseButton.LeftButton)

    def session_file(self) -> None:
        """Save the session and open it again, or open the section again."""
        before = dict(self.session.rois)
        self.wait()
        if self.rng.random() < 0.6:
            jobs.save_session(self.session, self.folder / "walk.ripple")
            self.wait()
            ask.open_session(self.viewer, self.folder / "walk.ripple")
        else:
            self.viewer.open(self.folder / "tissue one.h5ad", plugin="napari-ripple")
        self.wait()
        assert list(self.session.rois) == list(before), "regions were lost by opening"
