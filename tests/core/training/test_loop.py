"""The loop: deterministic, stops early, keeps the best, and goes on after a real kill as if nothing had happened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from core.trained import SMALL_GEST, SMALL_WORLD

from ripple_core.errors import CheckpointError, DeviceError
from ripple_core.models import catalog
from ripple_core.section import Section
from ripple_core.synthetic import World
from ripple_core.trainer import train, train_iter
from ripple_core.training.device import choose_device


@pytest.fixture(scope="module")
def sections() -> list[Section]:
    world = World(seed=0, settings=SMALL_WORLD)
    return [Section.from_anndata(world.section(seed, 300)) for seed in range(2)]


def weights(model) -> dict[str, np.ndarray]:
    return {name: value.numpy() for name, value in model.network.state_dict().items()}


def assert_same_weights(first, second) -> None:
    for name, value in weights(first).items():
        np.testing.assert_array_equal(value, weights(second)[name], err_msg=name)


def run(sections, **settings):
    return train(sections, "gest", config=SMALL_GEST, batch=2, evaluate_every=5, device="cpu", **settings)


def test_same_seed_same_weights_other_seed_other_weights(sections) -> None:
    first, second, other = run(sections, steps=8), run(sections, steps=8), run(sections, steps=8, seed=1)
    assert_same_weights(first, second)
    assert np.abs(weights(first)["embed.weight"] - weights(other)["embed.weight"]).max() > 1e-4


def test_loss_falls_and_best_weights_are_kept(sections) -> None:
    model = run(sections, steps=150, patience=50)
    losses = [held_out for _, _, held_out in model.record["losses"]]
    assert min(losses) < losses[0] - 0.04


def test_stops_early_when_the_held_out_loss_no_longer_falls(sections) -> None:
    model = run(sections, steps=4000, patience=1, learning_rate=0.02)
    assert model.record["steps"] < 4000


def test_stops_when_the_minutes_are_over(sections) -> None:
    started = time.monotonic()
    model = run(sections, max_minutes=0.05)
    assert time.monotonic() - started < 30
    assert model.record["steps"] >= 1


def test_goes_on_after_a_kill_to_the_same_weights(sections, tmp_path: Path) -> None:
    script = (
        "from pathlib import Path; from core.training.test_loop import SMALL_WORLD, SMALL_GEST;"
        "from ripple_core.synthetic import World; from ripple_core.section import Section; from ripple_core.trainer import train_iter;"
        "sections = [Section.from_anndata(World(0, SMALL_WORLD).section(s, 300)) for s in range(2)];"
        f"[print(p.done, flush=True) for p in train_iter(sections, 'gest', out=r'{tmp_path / 'c'}', config=SMALL_GEST, batch=2,"
        " evaluate_every=5, device='cpu', steps=40)]"
    )
    tests = str(Path(__file__).resolve().parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": tests}
    )
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) >= 13:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "c").exists()
    steps = train_iter(
        sections,
        "gest",
        out=tmp_path / "c",
        config=SMALL_GEST,
        batch=2,
        evaluate_every=5,
        device="cpu",
        steps=40,
        resume=True,
    )
    first = next(p.done for p in steps if p.total)
    assert first > 5
    for _ in steps:
        pass
    assert_same_weights(catalog.load(tmp_path / "c", "cpu"), run(sections, steps=40))


def test_a_state_of_another_model_is_refused(sections, tmp_path: Path) -> None:
    steps = train_iter(
        sections, "gest", out=tmp_path / "c", config=SMALL_GEST, batch=2, evaluate_every=2, device="cpu", steps=9
    )
    for progress in steps:
        if progress.done >= 4:
            break
    other = {**SMALL_GEST, "dim": 64}
    with pytest.raises(CheckpointError, match="interrupted training"):
        list(
            train_iter(sections, "gest", out=tmp_path / "c", config=other, batch=2, device="cpu", steps=9, resume=True)
        )


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_cuda_asked_for_and_absent() -> None:
    with pytest.raises(DeviceError, match="Choose auto or cpu"):
        choose_device("cuda")
