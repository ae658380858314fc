"""The regenerate panel: the model, how far and how to regenerate, the button, and how far it is."""

from __future__ import annotations

import time
from typing import Any

from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QPushButton

from napari_ripple import actions
from napari_ripple.session import Session
from napari_ripple.widgets.models.box import ModelBox
from napari_ripple.widgets.models.picker import open_picker
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.fold import MORE_SETTINGS, Fold
from napari_ripple.widgets.parts.following import WHILE_RUNNING_MS
from napari_ripple.widgets.parts.forms.settings_form import SettingsForm
from napari_ripple.widgets.parts.open_panel import open_panel
from napari_ripple.widgets.parts.page import Page, row
from napari_ripple.widgets.parts.running.progress_bar import ProgressBar
from napari_ripple.widgets.parts.running.time_left import progress_text
from napari_ripple.widgets.regenerate.how_sure import HowSure
from napari_ripple.work import beside, jobs
from ripple_core.perturb.settings import CARE, PerturbSettings

USUAL = {"zone_um": "zone", "mode": "mode"}
MORE = {
    "orders": "orders",
    "draws": "draws",
    "null": "placebos",
    "null_kind": "placebos are",
    "seed": "seed",
    "context": "known cells",
    "temperature": "temperature",
    "continuous": "own expression",
    "feedback": "feedback",
    "waves": "faster, in waves",
    "shared_context": "read once",
}
PAUSE_TIPS = {
    "running": "Rest after the present cell; what has been made so far can be read and saved (Ctrl+Shift+Enter).",
    "paused": "Go on where it stopped (Ctrl+Shift+Enter).",
}


class RegeneratePanel(Page):
    """Choose a model and settings, start and stop the regeneration."""

    title = "Regenerate"

    def __init__(self, napari_viewer: Any) -> None:
        super().__init__(napari_viewer)
        self.model = ModelBox()
        self.usual, self.more = SettingsForm(PerturbSettings, USUAL), SettingsForm(PerturbSettings, MORE)
        self.more_fold = Fold(MORE_SETTINGS, self.more)
        self.how_sure = HowSure()
        self.run_button = tones.primary(
            "Regenerate", "Regenerate the cells around the region, with the edit and without it (Ctrl+Enter)."
        )
        self.pause_button = QPushButton("Pause")
        self.cancel_button = tones.button("Cancel", "Stop; the cells that have been generated stay (Ctrl+.).")
        self.bar = ProgressBar()
        self.hint = tones.quiet()
        self.put(tones.heading("Model"), self.model, tones.heading("How"), self.usual)
        self.put(tones.heading("How sure?"), self.how_sure)
        self.rows.addSpacing(4)
        self.rows.addLayout(row(self.run_button, self.pause_button, self.cancel_button, stretch=0))
        self.put(self.bar, self.hint, self.more_fold)
        self.rows.addStretch(1)
        self._ticker = QTimer(self)
        self._ticker.setInterval(WHILE_RUNNING_MS)
        self._shown: tuple[str, ...] | None = None
        self._connect()
        self._show_model()
        self._show_check()
        self._show_settings()
        self._show_job()
        beside.look(self.session)

    def _connect(self) -> None:
        events = self.session.events
        self.wire(self.model.picked, jobs.open_model)
        self.model.train_asked.connect(self._open_training)
        self.model.choice_asked.connect(self._open_picker)
        self.wire(self.usual.changed, set_setting)
        self.wire(self.more.changed, set_setting)
        self.wire(self.how_sure.chosen, set_care)
        self.wire(self.run_button.clicked, jobs.regenerate, takes=0)
        self.wire(self.pause_button.clicked, jobs.pause_or_resume, takes=0)
        self.wire(self.cancel_button.clicked, jobs.cancel, takes=0)
        self._ticker.timeout.connect(self._show_progress)
        self.follow(events.model, self._show_model)
        self.follow(events.check, self._show_check)
        self.follow(events.settings, self._show_settings)
        self.follow(events.edits, self._show_how_sure)
        for signal in (events.job, events.section, events.model, events.active_roi, events.edits):
            self.follow(signal, self._show_job)
        for signal in (events.job, events.section, events.model):
            self.follow(signal, self._look_at_model)

    def _show_model(self) -> None:
        self.model.show_model(self.session.model, self.session.model_path)

    def _open_training(self) -> None:
        open_panel(self.viewer, "Ripple train")

    def _open_picker(self) -> None:
        open_picker(self, self.model.pick)

    def _look_at_model(self) -> None:
        beside.look(self.session)

    def _show_check(self) -> None:
        self.model.show_check(self.session.check)

    def _show_settings(self) -> None:
        self.usual.show_settings(self.session.settings)
        self.more.show_settings(self.session.settings)
        self._show_how_sure()

    def _show_how_sure(self) -> None:
        self.how_sure.show_settings(self.session.settings, self.session.edits)

    def _show_job(self) -> None:
        """Show what can be pressed, and what is missing while nothing can run; only where it changes."""
        job, missing = self.session.job, self.session.missing_for_regeneration()
        shown = (job.state, missing)
        if shown == self._shown:
            return
        self._shown = shown
        self.run_button.setVisible(not job.is_busy)
        self.run_button.setEnabled(not job.is_busy and not missing)
        self.cancel_button.setVisible(job.is_busy)
        self.cancel_button.setEnabled(job.state in ("running", "paused"))
        self.pause_button.setVisible(job.is_busy)
        self.pause_button.setEnabled(job.state in ("running", "paused"))
        self.pause_button.setText("Go on" if job.state == "paused" else "Pause")
        self.pause_button.setToolTip(PAUSE_TIPS.get(job.state, ""))
        self.bar.setVisible(job.is_busy)
        self.hint.setText(self._where() if job.is_busy else missing)
        self.hint.setVisible(bool(self.hint.text()))
        if job.is_busy:
            self._show_progress()
            self._ticker.start()
        else:
            self._ticker.stop()

    def _where(self) -> str:
        """Where the model computes, so that nobody waits for a CPU with a GPU beside it."""
        model = self.session.model
        is_told = model is not None and is_regenerating(self.session)
        return f"Computes on {device_words(model.device)}." if is_told else ""

    def _show_progress(self) -> None:
        """Move the bar."""
        job = self.session.job
        self.bar.show_progress(job.progress, progress_text(job, time.monotonic()))


def is_regenerating(session: Session) -> bool:
    """Whether the job under way is a regeneration."""
    return session.job.is_busy and session.job.title.startswith("Regenerat")


def device_words(device: str) -> str:
    """A device in the words that are on the box: CPU, or which kind of GPU.

    >>> device_words("cuda:0")
    'the GPU (cuda:0)'
    """
    return "the CPU" if device == "cpu" else f"the GPU ({device})"


def set_care(session: Session, care: str) -> None:
    """Choose repeats and placebos by how sure the result is to be."""
    actions.set_settings(session, **CARE[care])  # type: ignore[index]  # one of CARE's names


def set_setting(session: Session, name: str, value: Any) -> None:
    """Change one setting by name."""
    actions.set_settings(session, **{name: value})
