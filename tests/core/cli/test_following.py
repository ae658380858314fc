"""A training that another program follows: lines of JSON, a stop that keeps the best, an end with the program that listens."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import ripple_core as rc

SIZES = {"layers": 1, "heads": 2, "dim": 16, "meta_cells": 16, "components": 5, "levels": [4, 2], "max_cells": 16}


@pytest.fixture
def begin(sample: Path, tmp_path: Path):
    """Start a followed training of very many steps."""
    settings = {**SIZES, "batch": 2, "evaluate_every": 5, "steps": 100_000, "patience": 100_000}
    (tmp_path / "config.json").write_text(json.dumps(settings))
    words = ["train", sample / "section_1.h5ad", "--out", tmp_path / "c", "--config", tmp_path / "config.json"]

    def begin() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "ripple_core.cli", *map(str, words), "--model", "gest", "--follow"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    return begin


def lines_until_looks(process: subprocess.Popen[str], looks: int) -> list[dict[str, Any]]:
    """The lines up to the one that tells of so many looks at held-out windows."""
    lines: list[dict[str, Any]] = []
    while sum(line["partial"] is not None for line in lines) < looks:
        lines.append(json.loads(process.stdout.readline()))
    return lines


def test_stop_keeps_the_best_weights_and_scores_them(begin, tmp_path) -> None:
    process = begin()
    lines = lines_until_looks(process, 2)
    assert lines[-1]["partial"].keys() == {"step", "train", "held_out", "seconds"}
    assert lines[-1]["total"] == 100_000
    out, err = process.communicate("stop\n", timeout=60)
    assert (process.returncode, err) == (0, "")
    last = json.loads(out.splitlines()[-1])
    assert last["checkpoint"] == str(tmp_path / "c")
    assert last["record"]["stopped"]
    assert rc.load(tmp_path / "c").record["scores"]


def test_it_ends_with_the_program_that_listens_and_can_be_resumed(begin, tmp_path) -> None:
    process = begin()
    lines_until_looks(process, 1)
    process.communicate(timeout=60)  # closes its stdin; what it still says is read, or a full pipe would hold it
    assert process.returncode == 130
    assert (tmp_path / ".c.training" / "state.json").is_file()
    assert not (tmp_path / "c").exists()
