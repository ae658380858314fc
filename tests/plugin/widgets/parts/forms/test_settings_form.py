"""Forms that are made from settings: their words, their ranges, their values."""

from __future__ import annotations

import pytest
from pydantic import Field

from napari_ripple.widgets.parts.forms.settings_form import SettingsForm
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.settings import Settings


def test_a_form_is_made_from_the_settings_own_words(qtbot) -> None:
    class Small(Settings):
        """Three kinds of fields."""

        share: float = Field(0.5, ge=0, le=1, description="A share.")
        count: int = Field(3, ge=1, le=9, description="A count.")
        is_on: bool = Field(True, description="A switch.")

    form = SettingsForm(Small, {"share": "share", "count": "count", "is_on": "on"})
    qtbot.addWidget(form)
    form.show_settings(Small(share=0.25, count=9, is_on=False))
    assert form.fields["share"].value() == pytest.approx(0.25)
    assert form.fields["share"].text() == "0.25"
    assert (form.fields["count"].value(), form.fields["count"].maximum()) == (9, 9)
    assert form.fields["count"].toolTip() == "A count."
    with qtbot.waitSignal(form.changed) as caught:
        form.fields["is_on"].setChecked(True)
    assert caught.args == ["is_on", True]


def test_every_setting_of_a_run_keeps_its_value_in_the_form(qtbot) -> None:
    form = SettingsForm(PerturbSettings, {name: name for name in PerturbSettings.model_fields})
    qtbot.addWidget(form)
    heard: list[object] = []
    form.changed.connect(lambda name, value: heard.append(name))
    form.show_settings(PerturbSettings(zone_um=0.5, temperature=0.05, null=10000, seed=2_000_000_000))
    assert heard == []
    values = {name: form.fields[name].value() for name in ("zone_um", "temperature", "null", "seed")}
    assert values == pytest.approx({"zone_um": 0.5, "temperature": 0.05, "null": 10000, "seed": 2_000_000_000})
