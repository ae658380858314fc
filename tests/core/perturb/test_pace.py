"""The distance between windows is measured: the least one that leaves the response of the first cells what it is."""

from __future__ import annotations

import json

import numpy as np
import pytest

from ripple_core.models.contract import Generated, GenerationSettings, Scene
from ripple_core.perturb import pace
from ripple_core.perturb.editing import edits
from ripple_core.perturb.run import Perturbation
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.roi import Roi


class Disturbed:
    """A generator whose response loses more the nearer its windows stand."""

    def __init__(self, spacing: float) -> None:
        self.spacing, self.asked = spacing, []

    def generate(self, scene: Scene, settings: GenerationSettings):
        self.asked.append(settings.apart_um / self.spacing)
        rng = np.random.default_rng(0)
        true = rng.normal(size=(2, len(scene.target_xy_um), 5))
        off = rng.normal(size=true.shape) * (2.0 / settings.apart_um if settings.apart_um else 0.0)
        yield Generated(np.arange(len(scene.target_xy_um)), true + off)


@pytest.fixture
def scene() -> Scene:
    xy = 10.0 * np.stack(np.meshgrid(np.arange(30), np.arange(30)), axis=-1).reshape(-1, 2)
    return Scene(np.zeros((0, 2)), np.zeros((2, 0, 5), np.float32), xy)


def test_the_least_distance_that_changes_nothing_is_taken(scene) -> None:
    generator = Disturbed(spacing=10.0)
    found = pace.measured(generator, scene, GenerationSettings())
    assert generator.asked == [0.0, *pace.APART_SPACINGS[: len(generator.asked) - 1]]
    assert found.apart_um == 10.0 * generator.asked[-1] > 0
    assert found.pearson >= pace.ENOUGH


def test_where_nothing_is_good_enough_windows_go_one_after_another(scene, monkeypatch) -> None:
    monkeypatch.setattr(pace, "ENOUGH", 1.5)
    assert pace.measured(Disturbed(10.0), scene, GenerationSettings()).apart_um == 0


def test_few_cells_are_not_worth_a_trial(scene) -> None:
    generator = Disturbed(10.0)
    few = Scene(scene.known_xy_um, scene.known_expression, scene.target_xy_um[:50])
    assert pace.measured(generator, few, GenerationSettings()).apart_um == 0
    assert not generator.asked


def test_a_perturbation_in_waves_says_so_and_hardly_differs(gest, section, world, monkeypatch) -> None:
    monkeypatch.setattr(pace, "WORTH_CELLS", 50)
    edit = edits.from_frame(world.deg_table().rename(columns={"log2FC": "lfc"}))
    found = {}
    for waves in (False, True):
        run = Perturbation(section, gest, Roi.circle((120, 120), 40), edit, PerturbSettings(zone_um=60, waves=waves))
        for _ in run.steps():
            pass
        found[waves] = run.result()
    said = json.loads(found[True].uns["ripple"])["waves"]
    assert said["cells"] > 0
    exact, waved = (found[w][found[False].obs_names].layers["response"] for w in (False, True))
    assert np.corrcoef(exact.ravel(), waved.ravel())[0, 1] >= 0.98
    assert "waves" not in json.loads(found[False].uns["ripple"])
