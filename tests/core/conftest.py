"""A small section in memory and on disk, and the folder of real ones where there is one."""

import os
import re
import shutil
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from ripple_core.cli import main
from ripple_core.io.read import read
from ripple_core.synthetic import write_sample
from ripple_core.trainer import train

os.environ.setdefault("OMP_NUM_THREADS", "1")  # small tensors stall on several threads while another job holds a core

ROOT = Path(__file__).resolve().parents[2]


def made_section(cells: int = 100, genes: int = 12, seed: int = 0, name: str = "made") -> ad.AnnData:
    """Random counts on a jittered grid 10 µm wide, two cell types, one section."""
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(cells)))
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2)[:cells]
    adata = ad.AnnData(sparse.csr_matrix(rng.poisson(1.5, (cells, genes)).astype(np.float32)))
    adata.obs_names = [f"{name}:{i}" for i in range(cells)]
    adata.var_names = [f"Gene{i}" for i in range(genes)]
    adata.obs["cell_type"] = pd.Categorical(np.where(np.arange(cells) % 3 == 0, "A", "B"))
    adata.obsm["spatial"] = grid * 10.0 + rng.uniform(-2, 2, (cells, 2))
    return adata


@pytest.fixture
def section() -> ad.AnnData:
    """A fresh small section, to be changed at will."""
    return made_section()


@pytest.fixture
def write(tmp_path):
    """Write an AnnData into the test's folder and give its path."""

    def write(adata: ad.AnnData, name: str = "section.h5ad") -> Path:
        adata.write_h5ad(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture(scope="session")
def sample(tmp_path_factory) -> Path:
    """A small made tissue on disk, with a nearest-neighbour model in ``checkpoint``; not to be changed."""
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder, cells=400, sections=2)
    train([read(folder / f"section_{i}.h5ad") for i in (1, 2)], model="knn", out=folder / "checkpoint")
    return folder


@pytest.fixture(scope="session")
def tiny_gest(sample, tmp_path_factory) -> Path:
    """A checkpoint of the smallest GeST, hardly trained; not to be changed."""
    folder = tmp_path_factory.mktemp("gest") / "checkpoint"
    sizes = {"layers": 1, "heads": 2, "dim": 16, "meta_cells": 16, "components": 5, "levels": (4, 2), "max_cells": 16}
    sections = [read(sample / f"section_{i}.h5ad") for i in (1, 2)]
    train(sections, out=folder, config=sizes, steps=2, batch=2, evaluate_every=1)
    return folder


class Bench:
    """Good ingredients of an experiment in a folder of their own, to be spoiled one at a time, and an older result."""

    def __init__(self, folder: Path, capsys) -> None:
        self.folder, self.capsys = folder, capsys

    def perturb(self, out: Path, *more) -> list[str]:
        """The words of a perturbation with these ingredients."""
        here = self.folder
        words = ["perturb", here / "unseen.h5ad", "--checkpoint", here / "checkpoint", "--roi", here / "roi.geojson"]
        return [str(word) for word in (*words, "--edit", here / "deg.csv", "--out", out, "--zone-um", 20, *more)]

    def refused(self, words) -> str:
        """Run words that must fail; give the one line they print."""
        code = main([str(word) for word in words])
        out, err = self.capsys.readouterr()
        assert (code, out) == (1, ""), (code, out, err)
        assert err.count("\n") == 1
        assert err.endswith(".\n")
        return err

    def untouched(self) -> None:
        """Nothing was written into the folder for results, and the older one is as it was."""
        assert [path.name for path in (self.folder / "out").iterdir()] == ["old.h5ad"]
        assert (self.folder / "out" / "old.h5ad").read_text() == "an older result"

    def fails(self, expected: str, *more) -> None:
        """The perturbation fails with these words, under a new result's name and under an older one's."""
        for name in ("new.h5ad", "old.h5ad"):
            line = self.refused(self.perturb(self.folder / "out" / name, *more))
            assert re.search(expected, line), line
            self.untouched()


@pytest.fixture
def bench(sample, tiny_gest, tmp_path, capsys) -> Bench:
    """Everything for one small perturbation, in the test's own folder."""
    for name in ("unseen.h5ad", "roi.geojson", "deg.csv"):
        shutil.copy(sample / name, tmp_path)
    shutil.copytree(tiny_gest, tmp_path / "checkpoint")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old.h5ad").write_text("an older result")
    return Bench(tmp_path, capsys)
