"""The train panel: what to train on, which model, how long, and how it goes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QLabel, QPushButton

from napari_ripple import actions
from napari_ripple.actions.training import proposed_folder
from napari_ripple.session import JobState, Session
from napari_ripple.state.training import Training
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.fold import MORE_SETTINGS, Fold
from napari_ripple.widgets.parts.following import WHILE_RUNNING_MS
from napari_ripple.widgets.parts.forms.settings_form import SettingsForm
from napari_ripple.widgets.parts.page import Page, row
from napari_ripple.widgets.parts.running.progress_bar import ProgressBar
from napari_ripple.widgets.parts.running.time_left import time_left
from napari_ripple.widgets.train.family_choice import FamilyChoice
from napari_ripple.widgets.train.loss_chart import LossChart, legend
from napari_ripple.widgets.train.outcome import Outcome
from napari_ripple.widgets.train.target import Target
from napari_ripple.widgets.train.tissue_choice import TissueChoice
from napari_ripple.work import jobs, training
from ripple_core.models.checkpoint import kept_beside
from ripple_core.models.gest.config import GestConfig
from ripple_core.training.config import TrainSettings

USUAL = {"max_minutes": "minutes", "seed": "seed"}
MORE = {
    "learning_rate": "learning rate",
    "batch": "windows a step",
    "evaluate_every": "steps per look",
    "patience": "patience (looks)",
    "precision": "arithmetic",
}
SIZES = {
    "window_um": "window",
    "max_cells": "most cells in it",
    "meta_cells": "meta cells",
    "layers": "layers",
    "dropout": "dropout",
}


class TrainPanel(Page):
    """Train a model on what is open, watch it, and put it to use."""

    title = "Train"

    def __init__(self, napari_viewer: Any) -> None:
        super().__init__(napari_viewer)
        self.tissue, self.family, self.target = TissueChoice(), FamilyChoice(), Target()
        self.usual, self.more = SettingsForm(TrainSettings, USUAL), SettingsForm(TrainSettings, MORE)
        self.sizes = SettingsForm(GestConfig, SIZES)
        self.more_fold = Fold(MORE_SETTINGS, self.more, self.sizes)
        self.train_button, self.stop_button = QPushButton("Train"), QPushButton("Stop")
        self.train_button.setProperty("role", "primary")
        self.train_button.setToolTip("Train in the background: everything else can be used meanwhile.")
        self.bar, self.hint, self.chart, self.legend = ProgressBar(), tones.quiet(), LossChart(), QLabel(legend())
        self.outcome = Outcome()
        self.put(tones.heading("On which tissue"), self.tissue, tones.heading("Which model"), self.family)
        self.put(tones.heading("How long, and where to"), self.usual, self.target, self.more_fold)
        self.rows.addSpacing(4)
        self.rows.addLayout(row(self.train_button, self.stop_button, stretch=0))
        self.put(self.bar, self.hint, self.outcome, self.legend, self.chart)
        self.rows.addStretch(1)
        self._ticker = QTimer(self)
        self._ticker.setInterval(WHILE_RUNNING_MS)
        self._seen = Training()
        self._connect()
        self._show_wish()
        self._show_training()

    def _connect(self) -> None:
        events = self.session.events
        self.wire(self.tissue.tissue, set_tissue)
        self.wire(self.tissue.hold_out, set_hold_out)
        self.wire(self.family.family, set_family)
        self.wire(self.family.start_from, set_start)
        self.wire(self.target.chosen, set_target)
        self.wire(self.target.resumed, set_resume)
        for form in (self.usual, self.more):
            self.wire(form.changed, set_training)
        self.wire(self.sizes.changed, set_size)
        self.wire(self.train_button.clicked, training.start, takes=0)
        self.wire(self.stop_button.clicked, training.stop, takes=0)
        self.wire(self.outcome.use, jobs.open_model)
        self._ticker.timeout.connect(self._show_progress)
        for signal in (events.train_wish, events.section, events.sections):
            self.follow(signal, self._show_wish)
        self.follow(events.training, self._on_training)

    def _show_wish(self) -> None:
        """Show what is chosen, and which settings it has."""
        session, wish = self.session, self.session.train_wish
        shown = "" if session.section is None else session.section.name
        self.tissue.show_choice([section.name for section in session.sections], shown, wish)
        self.family.show_choice(wish)
        for form in (self.usual, self.more):
            form.show_settings(wish.settings)
        self.sizes.show_settings(GestConfig(**wish.config))
        self.sizes.setVisible(wish.model.startswith("gest") and not wish.start_from)
        out = Path(wish.out) if wish.out else proposed_folder(session)
        self.target.show_target(out, can_resume=kept_beside(out).is_dir(), resumes=wish.resume)
        can_train = session.section is not None or bool(wish.files)
        self.train_button.setEnabled(can_train and not session.training.is_busy)
        self.hint.setText("" if can_train else "Open a section first.")
        self.hint.setVisible(not can_train)

    def _on_training(self) -> None:
        """Follow the steps now and then, and everything else at once."""
        if self.session.training.state != self._seen.state:
            self._show_training()

    def _show_training(self) -> None:
        """Show what can be pressed, and what came of it."""
        now = self.session.training
        for widget in (self.stop_button, self.bar):
            widget.setVisible(now.is_busy)
        self.stop_button.setText("Stop now" if now.state == "stopping" else "Stop")
        self.stop_button.setToolTip(STOP_TIPS.get(now.state, ""))
        (self._ticker.start if now.is_busy else self._ticker.stop)()
        self.outcome.show_training(now)
        self._show_progress()
        self._show_wish()

    def _show_progress(self) -> None:
        """Move the bar and the curves, if something is new."""
        now, before = self.session.training, self._seen
        self._seen = now
        self.chart.setVisible(bool(now.looks))
        self.legend.setVisible(bool(now.looks))
        if now.looks != before.looks:
            self.chart.show_looks(now.looks)
        self.bar.show_progress(now.progress, bar_text(now, time.monotonic()))
        if now.is_busy:  # a bar without an end shows no words
            is_known = now.progress is not None and now.progress.total > 0
            self.hint.setText("" if is_known or now.progress is None else f"{now.progress.message} …")
            self.hint.setVisible(bool(self.hint.text()))


STOP_TIPS = {
    "running": "Stop, and keep the best so far: it is scored and written. It can go on later.",
    "stopping": "Do not wait for the scores. What was seen at the last look can be taken up later.",
}


def bar_text(now: Training, moment: float) -> str:
    """One line for the bar: how far, and how long still."""
    if now.state == "stopping":
        return "scoring the best so far"
    if now.progress is None or not now.progress.total:
        return "" if now.progress is None else now.progress.message
    if now.progress.done >= now.progress.total:
        return now.progress.message
    left = time_left(JobState("running", "Training", now.progress, now.started), moment)
    return f"step {now.progress.done:,} of {now.progress.total:,}{' · ' + left if left else ''}"


def set_tissue(session: Session, sections: tuple[str, ...], files: tuple[str, ...]) -> None:
    """Train on these sections of the open file and these other files."""
    actions.wish_to_train(session, sections=sections, files=files, hold_out=())


def set_hold_out(session: Session, names: tuple[str, ...]) -> None:
    """Hold these sections out; none: what is usual."""
    actions.wish_to_train(session, hold_out=names)


def set_family(session: Session, name: str) -> None:
    """Train a model of another family, in its usual sizes."""
    actions.wish_to_train(session, model=name, config={})


def set_start(session: Session, path: str) -> None:
    """Take a trained model further; an empty path: learn anew."""
    actions.wish_to_train(session, start_from=path, config={})


def set_target(session: Session, path: str) -> None:
    """Write the model to another folder."""
    actions.wish_to_train(session, out=path, resume=False)


def set_resume(session: Session, resume: bool) -> None:
    """Go on with a training that was stopped, or begin anew."""
    actions.wish_to_train(session, resume=resume)


def set_training(session: Session, name: str, value: Any) -> None:
    """Change one setting of the training by name."""
    settings = {**session.train_wish.settings.model_dump(), name: value}
    actions.wish_to_train(session, settings=TrainSettings(**settings))


def set_size(session: Session, name: str, value: Any) -> None:
    """Change one size of the model by name; the usual one is not written down."""
    config = {**session.train_wish.config, name: value}
    usual = GestConfig().model_dump()
    GestConfig(**config)
    actions.wish_to_train(session, config={key: kept for key, kept in config.items() if kept != usual[key]})
