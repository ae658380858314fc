"""When the surroundings are read once: by choice, or by itself where repeats and placebos make it pay; the result says so."""

from __future__ import annotations

import json

import numpy as np
import pytest

from ripple_core.errors import DataError
from ripple_core.perturb.editing import edits
from ripple_core.perturb.run import Perturbation
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.roi import Roi


@pytest.mark.parametrize(
    ("choice", "reads_once"),
    [
        ({}, False),
        ({"null": 60}, False),
        ({"orders": 8}, False),
        ({"orders": 2, "null": 20}, True),
        ({"draws": 2, "mode": "sampling", "null": 20}, True),
        ({"orders": 2, "null": 20, "null_kind": "regions"}, False),
        ({"orders": 2, "null": 20, "shared_context": "never"}, False),
        ({"shared_context": "always"}, True),
    ],
)
def test_surroundings_are_read_once_where_it_pays(choice, reads_once) -> None:
    settings = PerturbSettings(**choice)
    assert settings.reads_once is reads_once
    assert settings.generation(0).shared_context is reads_once


def test_yes_and_no_of_older_recipes_are_understood() -> None:
    assert PerturbSettings(shared_context=True).shared_context == "always"
    assert PerturbSettings(shared_context=False).shared_context == "never"
    with pytest.raises(DataError, match="shared_context"):
        PerturbSettings(shared_context="perhaps")


def test_a_result_says_whether_its_surroundings_were_read_once(gest_plus, section) -> None:
    """Both readings of the same edit give nearly the same response."""
    edit, responses = edits.overexpress(list(gest_plus.space.genes[:3])), {}
    for choice in ("auto", "never"):
        settings = PerturbSettings(zone_um=40, orders=2, null=20, shared_context=choice)
        run = Perturbation(section, gest_plus, Roi.circle((120, 120), 40), edit, settings)
        for _ in run.steps():
            pass
        result = run.result()
        assert json.loads(result.uns["ripple"])["read_once"] is (choice == "auto")
        responses[choice] = result.layers["response"]
    assert np.corrcoef(responses["auto"].ravel(), responses["never"].ravel())[0, 1] > 0.95
