"""More lines than memory holds, waves of windows, lower precision: the same cells, or nearly the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

from ripple_core.models.contract import GenerationSettings, Scene
from ripple_core.models.gest.generation import generate as generating
from ripple_core.models.gest.generation.choose import chooser
from ripple_core.models.gest.generation.decoder import generate_windows, prepared
from ripple_core.models.gest.generation.generate import lines_at_once
from ripple_core.models.gest.generation.kept import Kept
from ripple_core.models.gest.generation.surroundings import Windows


@pytest.fixture
def scene(gest_plus, section) -> Scene:
    """Six lines, of which all but the first are edited, each more; the cells asked for stand to the right."""
    expression, _ = gest_plus.space.encode(section)
    known, asked = np.split(np.argsort(section.xy_um[:, 0]), [len(section) // 2])
    lines = np.stack([expression[known]] * 6)
    lines[:, -20:] += np.arange(6)[:, None, None] * 0.3
    return Scene(section.xy_um[known], lines, section.xy_um[asked], expression[asked])


def generated(model, scene: Scene, **settings) -> np.ndarray:
    """Expression (lines, targets, genes)."""
    found = np.full((scene.lines, len(scene.target_xy_um), len(model.space.genes)), np.nan)
    for step in model.generate(scene, GenerationSettings(**settings)):
        assert np.isnan(found[0, step.targets]).all(), "each cell comes once"
        found[:, step.targets] = step.expression
    return found


@pytest.mark.parametrize("mode", ["weighted", "sampling"])
def test_lines_in_parts_are_the_lines_together(gest_plus, scene, monkeypatch, mode) -> None:
    together = generated(gest_plus, scene, mode=mode)
    monkeypatch.setattr(generating, "most_rows", lambda network: 3)
    np.testing.assert_allclose(generated(gest_plus, scene, mode=mode), together, atol=1e-4)


def test_line_zero_leads_every_part() -> None:
    assert [list(part) for part in lines_at_once(6, 3)] == [[0, 1, 2], [0, 3, 4], [0, 5]]
    assert [list(part) for part in lines_at_once(2, 1)] == [[0, 1]]
    assert sorted(set(np.concatenate(lines_at_once(100, 7)))) == list(range(100))
    assert max(map(len, lines_at_once(100, 7))) <= 7


def test_memory_bounds_the_rows(gest_plus) -> None:
    config = gest_plus.config
    size = 4 * 2 * config.layers * config.dim * (config.max_cells + 1)
    assert generating.most_rows(gest_plus.network) * size <= generating.MOST_BYTES


def test_waves_generate_every_cell_once_and_nearly_the_same(gest_plus, scene) -> None:
    exact, waves = generated(gest_plus, scene), generated(gest_plus, scene, apart_um=40.0)
    assert np.isfinite(waves).all()
    assert np.corrcoef((exact[1:] - exact[0]).ravel(), (waves[1:] - waves[0]).ravel())[0, 1] > 0.97


def test_windows_side_by_side_are_the_windows_one_by_one(gest_plus) -> None:
    """Two windows of other sizes that share nothing: as if each were alone."""
    rng, genes = np.random.default_rng(0), len(gest_plus.space.genes)
    tensor = partial(torch.as_tensor, dtype=torch.float32)
    known, place = tensor(rng.random((2, 2, 9, genes))), tensor(rng.uniform(-1, 1, (2, 9, 2)))
    asked, targets = tensor(rng.uniform(-1, 1, (2, 5, 2))), np.array([[0, 1, 2, 3, 4], [5, 6, 7, -1, -1]])
    choose = chooser(gest_plus.network, GenerationSettings(mode="sampling"))

    def cells(windows: Windows) -> dict[int, torch.Tensor]:
        with torch.inference_mode():
            steps = list(generate_windows(gest_plus.network, windows, choose))
        return {int(target): shown for targets, cells in steps for target, shown in zip(targets, cells)}

    both = cells(Windows(known, place, asked, targets))
    alone = [
        Windows(known[i : i + 1], place[i : i + 1], asked[i : i + 1, :n], targets[i : i + 1, :n])
        for i, n in ((0, 5), (1, 3))
    ]
    for number, expected in (cells(alone[0]) | cells(alone[1])).items():
        torch.testing.assert_close(both[number], expected, atol=1e-4, rtol=1e-4)
    assert sorted(both) == list(range(8))


@pytest.mark.parametrize("mode", ["weighted", "picking", "sampling"])
@pytest.mark.parametrize("kept", [True, False])
def test_scenes_beside_each_other_are_each_as_if_it_were_alone(gest_plus, scene, monkeypatch, mode, kept) -> None:
    """Scenes of unlike sizes, one in another order, one that is nearly without known cells."""
    cells, observed = len(scene.target_xy_um), scene.known_expression[0, : len(scene.target_xy_um)]
    scene = replace(scene, target_observed=observed if kept else None)
    turned = np.arange(cells)[::-1]
    other = replace(scene, target_xy_um=scene.target_xy_um[turned], target_observed=observed[turned] if kept else None)
    few = replace(other, known_xy_um=scene.known_xy_um[:3], known_expression=scene.known_expression[:, :3])
    asked = [(one, GenerationSettings(mode=mode, seed=seed)) for seed, one in enumerate((scene, other, few))]
    found = [np.full((scene.lines, cells, len(gest_plus.space.genes)), np.nan, np.float32) for _ in asked]
    order = []
    for number, step in gest_plus.generate_beside(asked):
        found[number][:, step.targets] = step.expression
        order.append(number)
    assert order[:3] == [0, 1, 2]
    for (one, settings), together in zip(asked, found):
        alone = np.empty_like(together)
        for step in gest_plus.generate(one, settings):
            alone[:, step.targets] = step.expression
        np.testing.assert_allclose(together, alone, atol=2e-4)
    monkeypatch.setattr(generating, "most_rows", lambda network: 2)
    again = [number for number, _ in gest_plus.generate_beside(asked)]
    assert again == sorted(again), "without memory for two scenes they come one after the other"


@pytest.mark.parametrize("precision", ["half", "int8"])
def test_lighter_weights_change_little(gest_plus, scene, precision) -> None:
    exact, light = generated(gest_plus, scene), generated(gest_plus, scene, precision=precision)
    assert np.corrcoef(light.ravel(), exact.ravel())[0, 1] > 0.999


def test_identity_is_kept_in_parts_too(gest_plus, scene, monkeypatch) -> None:
    monkeypatch.setattr(generating, "most_rows", lambda network: 2)
    kept = Kept.of(gest_plus.network, gest_plus.vocabulary, scene)
    assert kept is not None
    found = generated(gest_plus, scene)
    assert np.abs(found[1:] - found[0]).max() > 0


def test_changed_weights_are_packed_anew(gest_plus) -> None:
    network = gest_plus.network
    first = prepared(network, 2)
    assert prepared(network, 2) is first
    with torch.no_grad():
        network.query.add_(0.0)
    assert prepared(network, 2) is not first


@pytest.mark.gpu
@pytest.mark.parametrize("precision", ["full", "half"])
def test_a_gpu_generates_the_same(gest_plus, scene, precision) -> None:
    exact = generated(gest_plus, scene)
    gest_plus.network.cuda()
    try:
        found = generated(gest_plus, scene, precision=precision)
    finally:
        gest_plus.network.cpu()
    assert np.corrcoef(found.ravel(), exact.ravel())[0, 1] > (0.9999 if precision == "full" else 0.999)


@pytest.mark.gpu
def test_a_gpu_that_runs_out_of_memory_takes_fewer_windows(gest_plus, scene, monkeypatch, caplog) -> None:
    """A wave that fits into no memory, as the device itself refuses it, is halved until it does."""
    exact = generated(gest_plus, scene, apart_um=40.0)
    taken = generating.generate_windows

    def heavy(network, windows, choose, precision):
        if windows.shape[0] > 1:
            torch.empty(1 << 50, device="cuda")  # a true refusal of the device
        yield from taken(network, windows, choose, precision)

    gest_plus.network.cuda()
    try:
        steps = generating.generate(gest_plus.network, scene, None, GenerationSettings(apart_um=40.0), heavy)
        assert sum(len(step.targets) for step in steps) == exact.shape[1]
    finally:
        gest_plus.network.cpu()
    assert "windows at a time" in caplog.text


def test_each_step_may_be_asked_for_on_another_thread_and_leaves_its_mode(gest_plus, scene) -> None:
    whole = generated(gest_plus, scene)
    steps = gest_plus.generate(scene, GenerationSettings())
    found = np.full_like(whole, np.nan)
    while True:
        with ThreadPoolExecutor(1) as thread:
            step = thread.submit(next, steps, None).result()
            assert not thread.submit(torch.is_inference_mode_enabled).result()
        if step is None:
            break
        found[:, step.targets] = step.expression
    np.testing.assert_array_equal(found, whole)
