"""A step whose shapes never change gives what the step that grows gives, here played on this processor; recorded on a GPU."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ripple_core.models.contract import GenerationSettings
from ripple_core.models.gest.generation.choose import chooser
from ripple_core.models.gest.generation.decoder import WindowDecoder, generate_windows, prepared
from ripple_core.models.gest.generation.step_graph import StaticStep, StepGraph
from ripple_core.models.gest.generation.surroundings import Windows

KNOWN, ASKED = 9, 30


def two_windows(genes: int, absent: int = 0, shared: int = 0) -> Windows:
    rng = np.random.default_rng(0)
    known, place = rng.random((2, 2, KNOWN, genes)), rng.uniform(-1, 1, (2, KNOWN, 2))
    known[:, :, :shared] = known[:, :1, :shared]
    asked = rng.uniform(-1, 1, (2, ASKED, 2))
    targets = np.stack([np.arange(ASKED), np.where(np.arange(ASKED) < 20, np.arange(ASKED) + ASKED, -1)])
    there = [torch.as_tensor(part, dtype=torch.float32) for part in (known, place, asked)]
    padding = torch.arange(KNOWN)[None] >= torch.tensor([[KNOWN], [KNOWN - absent]])
    return Windows(*there, targets, padding if absent else None, shared)


@pytest.mark.parametrize("absent", [0, 4])
@pytest.mark.parametrize("shared", [0, 3])
def test_static_shapes_give_the_same_cells(gest_plus, absent, shared) -> None:
    network, windows = gest_plus.network, two_windows(len(gest_plus.space.genes), absent, shared)
    choose = chooser(network, GenerationSettings(mode="weighted"))
    growing, static = (WindowDecoder(prepared(network, 4), windows) for _ in range(2))
    step = StaticStep([*network.layers()], static.cache, 4)
    static.graph = StepGraph(step, step.run)
    with torch.inference_mode():
        for number, targets in enumerate(windows.targets.T):
            count = int((targets >= 0).sum())
            expected, found = growing.ask(number, count), static.ask(number, count)
            torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)
            _, seen = choose(targets[:count], *expected)
            going_on = int((windows.targets[:, min(number + 1, ASKED - 1)] >= 0).sum())
            growing.append(seen[:going_on])
            static.append(seen[:going_on])


def test_nothing_is_recorded_without_a_gpu(gest_plus) -> None:
    windows = two_windows(len(gest_plus.space.genes))
    assert WindowDecoder(prepared(gest_plus.network, 4), windows).graph is None


@pytest.mark.gpu
def test_a_recorded_step_gives_the_same_cells(gest_plus) -> None:
    windows = two_windows(len(gest_plus.space.genes))
    network = gest_plus.network
    expected = [shown for _, shown in generate_windows(network, windows, chooser(network, GenerationSettings()))]
    network.cuda()
    try:
        there = Windows(windows.known.cuda(), windows.place.cuda(), windows.target_place.cuda(), windows.targets)
        with torch.inference_mode():
            assert WindowDecoder(prepared(network, 4), there).graph is not None
            found = [
                shown.cpu() for _, shown in generate_windows(network, there, chooser(network, GenerationSettings()))
            ]
    finally:
        network.cpu()
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, atol=1e-3, rtol=1e-3)
