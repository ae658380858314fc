"""Cells that are the same on every line are read once for all: the same numbers as when each line reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

from ripple_core.models.contract import GenerationSettings
from ripple_core.models.gest.generation.choose import chooser
from ripple_core.models.gest.generation.decoder import generate_windows
from ripple_core.models.gest.generation.surroundings import Surroundings, Windows
from ripple_core.models.gest.generation.waves import Group, groups, groups_of_any_order
from ripple_core.models.scene import SceneInParts

KNOWN, COMMON, LINES = 9, 5, 3


def windows(genes: int, *, absent: int, asked: int = 4) -> Windows:
    """Two windows of three lines, of which the first known cells are the same on every line."""
    rng, tensor = np.random.default_rng(0), partial(torch.as_tensor, dtype=torch.float32)
    known = np.repeat(rng.random((2, 1, KNOWN, genes)), LINES, axis=1)
    known[:, :, COMMON:] += rng.random((2, LINES, KNOWN - COMMON, genes))
    targets = np.stack([np.arange(asked), np.where(np.arange(asked) < asked - 1, np.arange(asked) + asked, -1)])
    padding = torch.arange(KNOWN)[None] >= torch.tensor([[KNOWN], [KNOWN - absent]])
    place, target_place = tensor(rng.uniform(-1, 1, (2, KNOWN, 2))), tensor(rng.uniform(-1, 1, (2, asked, 2)))
    return Windows(tensor(known), place, target_place, targets, padding if absent else None)


@pytest.mark.parametrize("name", ["gest", "gest_plus"])
@pytest.mark.parametrize("absent", [0, 2])
@pytest.mark.parametrize("common", [1, COMMON])
def test_read_once_is_read_by_every_line(request, name, absent, common) -> None:
    model = request.getfixturevalue(name)
    each = windows(len(model.space.genes), absent=absent)
    choose = chooser(model.network, GenerationSettings(mode="weighted"))
    with torch.inference_mode():
        expected, found = (
            [shown for _, shown in generate_windows(model.network, asked, choose)]
            for asked in (each, replace(each, shared=common))
        )
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


def test_all_known_cells_may_be_common(gest_plus) -> None:
    each = windows(len(gest_plus.space.genes), absent=0)
    alike = replace(each, known=each.known[:, :1].expand(-1, LINES, -1, -1).contiguous())
    choose = chooser(gest_plus.network, GenerationSettings(mode="weighted"))
    with torch.inference_mode():
        expected, found = (
            [shown for _, shown in generate_windows(gest_plus.network, asked, choose)]
            for asked in (alike, replace(alike, shared=KNOWN))
        )
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


@pytest.fixture
def scene(gest_plus, section) -> SceneInParts:
    """Four lines; the last 20 known cells are edited, more on each; the cells asked for stand to the right."""
    expression, _ = gest_plus.space.encode(section)
    known, asked = np.split(np.argsort(section.xy_um[:, 0]), [len(section) // 2])
    around, edited = known[:-20], known[-20:]
    own = expression[edited] + 0.3 * np.arange(4, dtype=np.float32)[:, None, None]
    return SceneInParts(
        section.xy_um[known], lambda rows: expression[around[rows]], own, section.xy_um[asked], expression[asked]
    )


def generated(model, scene, **settings) -> np.ndarray:
    """Expression (lines, targets, genes)."""
    found = np.full((scene.lines, len(scene.target_xy_um), len(model.space.genes)), np.nan)
    for step in model.generate(scene, GenerationSettings(**settings)):
        found[:, step.targets] = step.expression
    return found


def test_common_cells_come_first_only_where_asked_for(gest_plus, scene) -> None:
    group = next(iter(groups(scene.target_xy_um, 30.0)))
    any_order, first = (
        Surroundings(scene, gest_plus.config, 0, shares=shares).window(group) for shares in (False, True)
    )
    assert any_order.shared == 0 < first.shared < len(first.place)
    assert (first.known[:, : first.shared] == first.known[:1, : first.shared]).all()
    assert sorted(map(tuple, first.place)) == sorted(map(tuple, any_order.place)), "the same cells in another order"


def test_sharing_generates_nearly_the_same(gest_plus, scene) -> None:
    exact, shared = generated(gest_plus, scene), generated(gest_plus, scene, shared_context=True)
    assert np.isfinite(shared).all()
    assert np.corrcoef((exact[1:] - exact[0]).ravel(), (shared[1:] - shared[0]).ravel())[0, 1] > 0.95


def test_a_line_does_not_depend_on_those_beside_it(gest_plus, scene) -> None:
    together = generated(gest_plus, scene, shared_context=True)
    pair = generated(gest_plus, scene.part(np.array([0, 2])), shared_context=True)
    np.testing.assert_allclose(pair, together[[0, 2]], atol=1e-4)


def stacked(draws: Sequence[Surroundings], *found: Group) -> Windows:
    """Windows of groups, for each group those of all draws."""
    return Windows.stacked([draw.window(one) for one in found for draw in draws], torch.device("cpu"))


def each_beside(model, asked) -> list[np.ndarray]:
    """What several scenes are when they are generated at once, each (lines, targets, genes)."""
    found = [np.full((s.lines, len(s.target_xy_um), len(model.space.genes)), np.nan) for s, _ in asked]
    for number, step in model.generate_beside(asked):
        found[number][:, step.targets] = step.expression
    return found


def test_draws_of_one_order_read_what_they_share_once(gest_plus, scene) -> None:
    """Windows of two draws begin alike, those of another group do not; side by side each draw is what it is alone."""
    group, other = list(groups(scene.target_xy_um, 30.0))[:2]
    draws = [Surroundings(scene, gest_plus.config, seed, shares=True) for seed in (3, 4)]
    assert stacked(draws, group).alike == 2
    assert stacked(draws[:1], group, other).alike == 1
    asked = [GenerationSettings(mode="sampling", shared_context=True, seed=seed) for seed in (3, 4)]
    beside = each_beside(gest_plus, [(scene, settings) for settings in asked])
    for found, settings in zip(beside, asked, strict=True):
        alone = generated(gest_plus, scene, **settings.model_dump())
        same = np.abs(found - alone).max(axis=(0, 2)) < 1e-4
        assert same.mean() > 0.95, "a draw at the edge of two meta cells may fall otherwise"
    assert np.abs(beside[0] - beside[1]).max() > 0.1


def test_orders_share_too(gest_plus, scene) -> None:
    """Other orders have their targets in the same groups, so that their windows begin alike; each is what it is alone."""
    back = np.random.default_rng(1).permutation(len(scene.target_xy_um))
    other = SceneInParts(
        scene.known_xy_um,
        scene.control,
        scene.known_expression[:, -20:],
        scene.target_xy_um[back],
        scene.target_observed[back],
    )
    sources = scene.known_xy_um[scene.differing()]
    first, second = (next(groups_of_any_order(s.target_xy_um, sources, 30.0)) for s in (scene, other))
    np.testing.assert_array_equal(first.center_um, second.center_um)
    assert sorted(back[second.targets]) == sorted(first.targets)
    assert (back[second.targets] != first.targets).any()
    windows = [
        Surroundings(s, gest_plus.config, 0, shares=True).window(g) for s, g in ((scene, first), (other, second))
    ]
    assert Windows.stacked(windows, torch.device("cpu")).alike == 2

    asked = [(s, GenerationSettings(shared_context=True, seed=seed)) for s, seed in ((scene, 0), (other, 7))]
    for found, (s, settings) in zip(each_beside(gest_plus, asked), asked, strict=True):
        np.testing.assert_allclose(found, generated(gest_plus, s, **settings.model_dump()), atol=1e-4)
