"""Bad use of the command line: wrong settings, targets, recipes and truths, and disks that fill up."""

import os
import re
import subprocess
import sys

import anndata as ad
import pytest

from ripple_core.cli import main

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--zone-um", "-1"], "zone_um = -1"),
        (["--zone-um", "0.01"], "cells within 0.01 µm of the region"),
        (["--draws", "0"], "draws = 0"),
        (["--strength", "-2"], "strength = -2"),
        (["--section", "nowhere"], "the name of a section, found 'nowhere'"),
    ],
)
def test_settings_that_cannot_be_used(bench, words, expected):
    bench.fails(expected, *words)


def test_a_result_may_not_replace_the_section_or_be_something_else(bench):
    before = (bench.folder / "unseen.h5ad").read_bytes()
    assert "a result file of its own" in bench.refused(bench.perturb(bench.folder / "unseen.h5ad"))
    assert (bench.folder / "unseen.h5ad").read_bytes() == before
    assert "that ends in .h5ad" in bench.refused(bench.perturb(bench.folder / "out" / "result.csv"))
    assert "to write" in bench.refused(bench.perturb(bench.folder / "deg.csv" / "result.h5ad"))
    bench.untouched()


def test_training_does_not_replace_a_folder_of_other_files(bench):
    line = bench.refused(["train", bench.folder / "unseen.h5ad", "--model", "knn", "--out", bench.folder / "out"])
    assert "a folder with other files" in line
    assert "a file" in bench.refused(["train", bench.folder / "unseen.h5ad", "--out", bench.folder / "deg.csv"])
    bench.untouched()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{", "does not parse"),
        ("[]", "found a list"),
        ('{"wings": 2}', "wings = 2"),
        ('{"batch": 0}', "batch = 0"),
    ],
)
def test_training_settings_that_cannot_be_used(bench, content, expected):
    (bench.folder / "s.json").write_text(content)
    train = [
        "train",
        bench.folder / "unseen.h5ad",
        "--out",
        bench.folder / "out" / "m",
        "--config",
        bench.folder / "s.json",
    ]
    assert re.search(expected, bench.refused(train))
    bench.untouched()


def test_training_on_names_that_are_not_there(bench):
    train = ["train", bench.folder / "unseen.h5ad", "--out", bench.folder / "out" / "m"]
    assert "the name of a section to hold out" in bench.refused([*train, "--hold-out", "nobody"])
    assert "the name of a model, found 'oracle'" in bench.refused([*train, "--model", "oracle"])
    bench.untouched()


def test_score_of_other_files(bench, sample):
    truth = ["--truth", sample / "truth_unseen.h5ad"]
    assert bench.refused(["score", bench.folder / "unseen.h5ad", *truth])
    assert bench.refused(["score", bench.folder / "none.h5ad", *truth])
    assert main(bench.perturb(bench.folder / "r.h5ad")) == 0
    bench.capsys.readouterr()
    assert bench.refused(["score", bench.folder / "r.h5ad", "--truth", bench.folder / "unseen.h5ad"])
    assert "in common" in bench.refused(["score", bench.folder / "r.h5ad", "--truth", sample / "truth_section_1.h5ad"])


def test_a_recipe_that_cannot_be_used(bench):
    assert main(bench.perturb(bench.folder / "r.h5ad")) == 0
    bench.capsys.readouterr()
    recipe = bench.folder / "r.recipe.json"
    run = ["run", recipe, "--out", bench.folder / "out" / "again"]
    ad.read_h5ad(bench.folder / "unseen.h5ad")[:-1].write_h5ad(bench.folder / "unseen.h5ad")
    assert "another content at" in bench.refused(run)
    recipe.write_text(recipe.read_text()[:100])
    assert "does not parse" in bench.refused(run)
    recipe.unlink()
    assert "no file at" in bench.refused(run)
    bench.untouched()


LIMITED = """
import resource, sys
from ripple_core.cli import main
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
sys.exit(main(sys.argv[2:]))
"""


def full_after(limit, words):
    """Run a command in a process that may not write files beyond so many bytes, as on a disk that is almost full."""
    command = [sys.executable, "-c", LIMITED, str(limit), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr[-2000:]
    assert re.match(r"Expected to write .*, found File too large\. Free some space", done.stderr)


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are a Unix thing")
@pytest.mark.parametrize(
    ("command", "limit"), [("perturb", 3_000), ("train", 3_000), ("train a baseline", 3_000), ("sample", 30_000)]
)
def test_a_disk_that_fills_up(bench, command, limit):
    out = bench.folder / "out"
    sizes = bench.folder / "sizes.json"
    sizes.write_text(
        '{"layers": 1, "heads": 2, "dim": 64, "meta_cells": 16, "components": 5, "levels": [4], "steps": 2}'
    )
    train = ["train", bench.folder / "unseen.h5ad", "--out", out / "model"]
    words = {
        "perturb": bench.perturb(out / "old.h5ad"),
        "train": [*train, "--config", sizes],
        "train a baseline": [*train, "--model", "knn"],
        "sample": ["sample", out / "sample", "--cells", 300, "--sections", 2],
    }
    full_after(limit, words[command])
    left = [path.name for path in out.rglob("*") if path.name.startswith(".") or path.name == "model"]
    assert left == []
    assert (out / "old.h5ad").read_text() == "an older result"


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.geteuid() != 0, reason="mounting a small disk needs root on Linux"
)
def test_a_small_disk_that_is_full(bench, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=False, capture_output=True
    ).returncode:
        pytest.skip("no small disk may be mounted here")
    try:
        (disk / "filler").write_bytes(b"0" * 60_000)
        command = [sys.executable, "-m", "ripple_core.cli", *bench.perturb(disk / "r.h5ad")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert done.stderr == (
            f"Expected to write {disk / 'r.h5ad'}, found No space left on device. "
            "Free some space or choose another folder; nothing was changed.\n"
        )
        assert [path.name for path in disk.iterdir()] == ["filler"]
    finally:
        subprocess.run(["umount", disk], check=True)
