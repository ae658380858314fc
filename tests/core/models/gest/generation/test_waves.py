"""Groups hold all targets once and near each other; waves keep the order of what is near."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.models.gest.generation.waves import groups, waves

XY = np.random.default_rng(0).uniform(0, 1500, (2000, 2))


def test_groups_cover_all_targets_once_and_keep_near_ones_together() -> None:
    found = list(groups(XY, 60.0))
    assert sorted(np.concatenate([group.targets for group in found])) == list(range(len(XY)))
    assert [group.number for group in found] == list(range(len(found)))
    for group in found:
        assert np.linalg.norm(XY[group.targets] - XY[group.targets[0]], axis=1).max() <= 60.0
        assert (np.diff(group.targets) > 0).all()


def test_without_a_distance_every_group_is_a_wave_in_its_turn() -> None:
    numbers = [[group.number for group in wave] for wave in waves(groups(XY, 60.0), XY, 0.0, 8)]
    assert numbers == [[i] for i in range(len(numbers))]


@pytest.mark.parametrize("apart", [50.0, 200.0])
def test_groups_of_a_wave_are_apart_and_near_ones_keep_their_order(apart: float) -> None:
    found = list(waves(groups(XY, 60.0), XY, apart, 8))
    when = {group.number: i for i, wave in enumerate(found) for group in wave}
    every = sorted((group for wave in found for group in wave), key=lambda group: group.number)
    assert len(every) == len(list(groups(XY, 60.0)))
    assert max(map(len, found)) == 8
    for one in every:
        for other in every[: one.number]:
            gap = np.linalg.norm(XY[one.targets][:, None] - XY[other.targets][None], axis=-1).min()
            if gap < apart:
                assert when[other.number] < when[one.number]
