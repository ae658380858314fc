"""The loop: deterministic, stops early, keeps the best, and goes on after a real kill as if nothing had happened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
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
from ripple_core.training import loop
from ripple_core.training.device import choose_device
from ripple_core.training.prefetch import THREAD_NAME


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


def test_between_two_looks_the_state_is_kept_now_and_then(sections, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(loop, "KEPT_EVERY_S", 0.0)
    wish = {"config": SMALL_GEST, "batch": 2, "evaluate_every": 1000, "device": "cpu", "steps": 12}
    with closing(train_iter(sections, "gest", out=tmp_path / "c", **wish)) as steps:
        for progress in steps:
            if progress.total and progress.done >= 7:
                break
    again = train_iter(sections, "gest", out=tmp_path / "c", resume=True, **wish)
    assert next(p.done for p in again if p.total) >= 7
    for _ in again:
        pass
    assert_same_weights(catalog.load(tmp_path / "c", "cpu"), train(sections, "gest", **wish))


def test_the_first_looks_come_early(sections) -> None:
    """On a slow machine the first usual look takes minutes; early ones do not count as looks without improvement."""
    settings = {"config": SMALL_GEST, "batch": 2, "device": "cpu", "steps": 60, "evaluate_every": 50, "patience": 1}
    seen = [p.partial.step for p in train_iter(sections, "gest", **settings) if p.partial is not None]
    assert seen == [10, 30, 50, 60]


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


def test_a_damaged_state_is_refused(sections, tmp_path: Path) -> None:
    wish = {"config": SMALL_GEST, "batch": 2, "evaluate_every": 2, "device": "cpu", "steps": 9, "out": tmp_path / "c"}
    with closing(train_iter(sections, "gest", **wish)) as steps:
        next(progress for progress in steps if progress.done >= 4)
    (tmp_path / ".c.training" / "state.safetensors").write_bytes(b"half")
    with pytest.raises(CheckpointError, match="Train without --resume"):
        list(train_iter(sections, "gest", resume=True, **wish))


def losses(sections, **settings) -> np.ndarray:
    config = {**SMALL_GEST, "dropout": 0.0}
    wish = {"steps": 12, "evaluate_every": 3, "device": "cpu", "precision": "fp32"} | settings
    seen = [p.partial for p in train_iter(sections, "gest", config=config, **wish)]
    return np.array([(point.train, point.held_out) for point in seen if point is not None])


def test_accumulated_gradients_are_those_of_one_large_batch(sections) -> None:
    whole = losses(sections, batch=6)
    for batch, accumulate in ((3, 2), (1, 6)):
        np.testing.assert_allclose(losses(sections, batch=batch, accumulate=accumulate)[:, 0], whole[:, 0], atol=1e-5)


@pytest.mark.parametrize("steps", [0, 1, 4])
def test_stopped_at_any_step_no_thread_is_left(sections, steps: int) -> None:
    running = train_iter(sections, "gest", config=SMALL_GEST, batch=2, device="cpu", steps=50)
    for _ in range(steps):
        next(running)
    running.close()
    assert [t for t in threading.enumerate() if t.name.startswith(THREAD_NAME)] == []


def test_an_error_while_batches_are_built_stops_the_training(sections, monkeypatch) -> None:
    def fails(*_: object) -> None:
        raise DeviceError("no memory left")

    monkeypatch.setattr("ripple_core.models.gest.learning.objective.noisy_input", fails)
    with pytest.raises(DeviceError, match="no memory left"):
        run(sections, steps=3)
    assert [t for t in threading.enumerate() if t.name.startswith(THREAD_NAME)] == []


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_cuda_asked_for_and_absent() -> None:
    with pytest.raises(DeviceError, match="Choose auto or cpu"):
        choose_device("cuda")
