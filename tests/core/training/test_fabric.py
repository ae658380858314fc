"""One process or two, started as torchrun starts them: the same loss curve, and one of them writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from core.trained import SMALL_GEST, SMALL_WORLD

from ripple_core.errors import DeviceError
from ripple_core.models.gest.config import GestConfig
from ripple_core.models.gest.learning.train import train_iter
from ripple_core.section import Section
from ripple_core.synthetic import World
from ripple_core.training.config import TrainSettings
from ripple_core.training.fabric import LAUNCHED, is_first, rank, start

CONFIG = {**SMALL_GEST, "dropout": 0.0, "layers": 1}  # dropout draws from each process's own stream
SETTINGS = {"batch": 5, "accumulate": 2, "steps": 9, "evaluate_every": 3, "device": "cpu", "precision": "fp32"}
TWO = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
TESTS = str(Path(__file__).resolve().parents[2])


def some_sections() -> list[Section]:
    """Two sections to train on, of which the smaller gives short windows, and one to hold out."""
    world = World(seed=0, settings=SMALL_WORLD)
    whole = [Section.from_anndata(world.section(seed, 300)) for seed in range(3)]
    return [whole[0], whole[1].subset(np.arange(40), "small"), whole[2]]


def curve(folder: Path | None = None) -> list[tuple[int, float, float]]:
    """Step, training loss and held-out loss at each look."""
    large, small, held_out = some_sections()
    steps = train_iter([large, small], [held_out], GestConfig(**CONFIG), TrainSettings(**SETTINGS), folder)
    seen = [step.partial for step in steps]
    return [(point.step, point.train, point.held_out) for point in seen if point is not None]


def started(*words: str) -> str:
    """What a real Python of its own writes to stdout."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([TESTS, os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_two_processes_give_the_loss_curve_of_one(tmp_path: Path) -> None:
    script = tmp_path / "both.py"
    script.write_text(
        "import json, pathlib\n"
        "from core.training.test_fabric import curve, is_first\n"
        f"points = curve(pathlib.Path(r'{tmp_path}') / 'state')\n"
        "print(json.dumps(points) if is_first() else '', end='')\n",
        encoding="utf-8",
    )
    together = json.loads(started(*TWO, str(script)))
    np.testing.assert_allclose(together, curve(), atol=1e-4, rtol=0)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["both.py", "state"]
    assert json.loads((tmp_path / "state" / "state.json").read_text(encoding="utf-8"))["step"] == SETTINGS["steps"]


@pytest.mark.slow
def test_the_same_command_trains_in_two_processes(tmp_path: Path) -> None:
    world = World(seed=0, settings=SMALL_WORLD)
    paths = [tmp_path / f"{seed}.h5ad" for seed in range(2)]
    for seed, path in enumerate(paths):
        world.section(seed, 300).write_h5ad(path)
    (tmp_path / "sizes.json").write_text(json.dumps({**CONFIG, **SETTINGS}), encoding="utf-8")
    words = ("-m", "ripple_core.cli", "train", *map(str, paths), "--config", str(tmp_path / "sizes.json"), "--json")
    alone = json.loads(started(*words, "--out", str(tmp_path / "one")))
    together = json.loads(started(*TWO, *words, "--out", str(tmp_path / "two")))
    np.testing.assert_allclose(together["losses"], alone["losses"], atol=2e-4)
    assert together["scores"].keys() == alone["scores"].keys()
    assert (tmp_path / "two" / "config.json").is_file()


def test_alone_this_process_is_the_first() -> None:
    assert (rank(), is_first()) == (0, True)
    fabric = start(TrainSettings(device="cpu", precision="bf16"))
    assert (fabric.world_size, fabric.device.type) == (1, "cpu")
    with fabric.autocast():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.bfloat16


def test_options_of_fabric_run_that_contradict_the_settings_are_refused(monkeypatch) -> None:
    monkeypatch.setenv("LT_CLI_USED", "1")
    monkeypatch.setenv("LT_PRECISION", "64-true")
    with pytest.raises(DeviceError, match="Leave them out"):
        start(TrainSettings(device="cpu", precision="fp32"))


def test_another_strategy_is_refused(monkeypatch) -> None:
    for name, value in {LAUNCHED: "x", "RANK": "1", "WORLD_SIZE": "2", "LT_STRATEGY": "fsdp"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(DeviceError, match="strategy ddp"):
        start(TrainSettings(device="cpu", precision="fp32"))


def test_more_processes_than_a_device_can_share_are_refused(monkeypatch) -> None:
    monkeypatch.setattr("ripple_core.training.device.choose_device", lambda name: torch.device("mps"))
    for name, value in {LAUNCHED: "x", "RANK": "1", "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2"}.items():
        monkeypatch.setenv(name, value)
    assert not is_first()
    with pytest.raises(DeviceError, match="2 processes on mps"):
        start(TrainSettings(device="auto", precision="fp32"))
