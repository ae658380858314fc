"""Settings refuse contradictions in plain words."""

import pytest
from pydantic import Field, ValidationError, model_validator

from ripple_core.errors import DataError
from ripple_core.settings import Settings


class Oven(Settings):
    """An example."""

    degrees: float = Field(180.0, gt=0, le=300, description="How hot.")
    rack: int = Field(2, description="Which rack.")


def test_defaults_and_values():
    assert Oven().degrees == 180
    assert Oven(degrees=200).degrees == 200


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"degrees": -1}, r"Oven cannot be used: degrees = -1: Input should be greater than 0\."),
        ({"degrees": "hot"}, "degrees = 'hot'"),
        ({"colour": "red"}, "colour = 'red'"),
        ({"colours": ["red"] * 99}, r"colours = \['red', .{52} …: Extra inputs"),
        ({"degrees": 999, "rack": "top"}, "degrees = 999.*; rack = 'top'"),
    ],
)
def test_wrong_values_are_named(values, words):
    with pytest.raises(DataError, match=words):
        Oven(**values)


class Kitchen(Settings):
    """Settings inside others."""

    oven: Oven = Field(description="What is baked in.")

    @model_validator(mode="after")
    def _cool(self) -> "Kitchen":
        if self.oven.degrees > 250:
            raise ValueError("a kitchen bakes at 250 at most")
        return self


def test_what_is_wrong_inside_is_said_once():
    with pytest.raises(DataError) as found:
        Kitchen(oven={"degrees": -1})
    assert str(found.value) == "Kitchen cannot be used: oven: degrees = -1: Input should be greater than 0."
    with pytest.raises(DataError) as found:
        Kitchen(oven={"degrees": 280})
    assert str(found.value) == "Kitchen cannot be used: a kitchen bakes at 250 at most."


def test_settings_are_frozen():
    with pytest.raises(ValidationError, match="frozen"):
        Oven().degrees = 3


def test_the_help_is_the_fields_sentence():
    assert Oven.help_for("degrees") == "How hot."
