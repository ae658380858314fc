"""The window with the settings that hold for every session; each is saved as soon as it is changed."""

from __future__ import annotations

from typing import Any

from qtpy.QtWidgets import QDialog, QVBoxLayout

from napari_ripple.user import places, preferences
from napari_ripple.user.preferences import Preferences
from napari_ripple.widgets.keeping import ask
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.forms.settings_form import SettingsForm
from napari_ripple.work import jobs
from ripple_core.errors import RippleError

LABELS = {
    "device": "models compute on",
    "threads": "processor cores",
    "zone_um": "zone of a new session",
    "autosave_s": "keep changes after (s)",
    "counts": "counts are kept",
    "show_tour": "show the first steps",
}
FOR_LEAST = {"threads": "all but one", "autosave_s": "never"}


class SettingsPage(QDialog):
    """A form of all preferences."""

    def __init__(self) -> None:
        super().__init__(ask.window())
        self.setWindowTitle("Ripple settings")
        self.form = SettingsForm(Preferences, LABELS, FOR_LEAST)
        self.form.show_settings(preferences.load())
        self.form.changed.connect(self._on_change)
        self.said = tones.quiet(f"Saved at once, in {places.shown(places.config_folder())}.")
        column = QVBoxLayout(self)
        column.addWidget(self.form)
        column.addWidget(self.said)
        column.addStretch(1)
        self.setMinimumWidth(360)
        tones.Dresser(self)

    def _on_change(self, name: str, value: Any) -> None:
        try:
            preferences.change(**{name: value})
        except RippleError as error:
            jobs.report(error)
            self.form.show_settings(preferences.load())


def show(viewer: Any) -> SettingsPage:
    """Open the window."""
    page = SettingsPage()
    ask.open_page(page)
    return page
