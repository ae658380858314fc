"""A model is trained once and taken up afterwards; anything that shapes it asks for another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ripple_core.benchmark.task import Options
from ripple_core.benchmark.training import Plan, code_mark, has_field, trained

QUICK = Options(quick=True, device="cpu")


def finish(steps):
    """What a job returns, and its messages."""
    said = []
    while True:
        try:
            said.append(next(steps).message)
        except StopIteration as end:
            return end.value, said


@pytest.fixture
def plan(sections) -> Plan:
    return Plan("gest", sections[:1], sections[1:], "small", 0.1)


def test_trained_once_and_taken_up(plan, tmp_path) -> None:
    model, said = finish(trained(plan, tmp_path, QUICK))
    assert any(line.startswith("training") for line in said)
    assert model.record["sections"] == [plan.training[0].name]
    again, said = finish(trained(plan, tmp_path, QUICK))
    assert said == ["taking up the trained model"]
    assert again.record["losses"] == model.record["losses"]
    assert [path.name.startswith("small-gest-") for path in tmp_path.iterdir()] == [True]


def test_an_interrupted_training_goes_on(plan, tmp_path) -> None:
    steps = trained(plan, tmp_path, QUICK)
    for step in steps:
        if step.done == 7:
            break
    steps.close()
    assert [path.name.endswith(".training") for path in tmp_path.iterdir()] == [True]
    resumed = finish(trained(plan, tmp_path, QUICK))[0]
    assert resumed.record["losses"] == finish(trained(plan, tmp_path / "whole", QUICK))[0].record["losses"]


@pytest.mark.parametrize(
    "change", [{"config": {"layers": 2}}, {"settings": {"noise": {"gene_dropout": 0.1}}}, {"minutes": 0.2}]
)
def test_another_config_is_another_model(plan, tmp_path, change) -> None:
    for one in (plan, replace(plan, **change)):
        finish(trained(one, tmp_path, QUICK))
    assert len(list(tmp_path.iterdir())) == 2


def test_marks_and_fields() -> None:
    assert code_mark("gest") != code_mark("knn")
    assert code_mark("knn") == code_mark("ridge")
    assert has_field("gest", "window_um")
    assert not has_field("knn", "window_um")
