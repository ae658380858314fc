"""Which models are run, and under which names units are kept."""

from __future__ import annotations

import pytest

from ripple_core.benchmark.task import Bar, Estimate, Options, Unit
from ripple_core.errors import DataError
from ripple_core.models import catalog

RULES = [name for name, record in catalog.RECORDS.items() if record.is_baseline]
TRAINED = [name for name in catalog.RECORDS if name not in RULES]


def test_all_models_stand_beside_all_rules_unless_named() -> None:
    assert Options().chosen() == TRAINED + RULES
    assert Options(models=("gest",)).chosen(("knn", "gp")) == ["gest", "knn", "gp"]
    assert Options(models=("gest", "ridge")).chosen() == ["gest", "ridge"]
    assert Options(models=("ridge",)).chosen(("knn",)) == ["ridge"]
    with pytest.raises(DataError, match="gest"):
        Options(models=("jest",)).chosen()


def test_files_of_units_are_safe_names_and_differ() -> None:
    one = Unit("made", "picking: 1/2", 0)
    assert one.file == "made--picking--1-2--0.json"
    assert one.file != Unit("made", "picking: 1/2", 1).file


def test_numbers_and_bars_as_text() -> None:
    assert str(Estimate(0.5, 0.25, 0.75)) == "0.500 [0.250, 0.750]"
    assert str(Estimate(float("nan"), 0.0, 1.0)) == "–"
    assert str(Bar("sign at least 0.95", "0.9", False)) == "sign at least 0.95: 0.9 – missed"
