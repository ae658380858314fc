"""What all tests share: napari settings that are nobody's, and a small made tissue with a model."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import anndata as ad
import pytest

from ripple_core.synthetic import World, WorldSettings

ROOT = Path(__file__).resolve().parents[1]
HOME = Path(tempfile.mkdtemp(prefix="ripple-tests-"))
os.environ["NAPARI_CONFIG"] = str(HOME / "settings.yaml")
os.environ["RIPPLE_HOME"] = str(HOME / "ripple")
(HOME / "ripple" / "config").mkdir(parents=True)
(HOME / "ripple" / "config" / "preferences.json").write_text('{"show_tour": false}')
os.environ["XDG_CACHE_HOME"] = str(HOME / "cache")

LONGEST = "test_docs.py"

SMALL = WorldSettings(genes=60, types=4, programs=1)
CELLS = 400


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that tests that run side by side are done at about the same time."""
    items.sort(key=lambda item: item.path.name != LONGEST)


@pytest.fixture(scope="session")
def small_world() -> World:
    """A world of 60 genes."""
    return World(0, SMALL)


@pytest.fixture(scope="session")
def small_tissues(small_world: World) -> list[ad.AnnData]:
    """Two sections of 400 cells, 240 µm wide."""
    return [small_world.section(seed, CELLS, f"tissue_{seed}") for seed in (1, 2)]


@pytest.fixture(scope="session")
def tissue_path(small_tissues: list[ad.AnnData], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first section as a file."""
    path = tmp_path_factory.mktemp("tissue") / "tissue.h5ad"
    small_tissues[0].write_h5ad(path)
    return path


@pytest.fixture(scope="session")
def knn_checkpoint(small_tissues: list[ad.AnnData], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of the nearest-neighbour baseline."""
    import ripple_core as rc

    folder = tmp_path_factory.mktemp("model") / "knn"
    rc.train(small_tissues, model="knn").save(folder)
    return folder


@pytest.fixture(scope="session")
def deg_path(small_world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The table that switches the world's ligand program on."""
    path = tmp_path_factory.mktemp("deg") / "deg.csv"
    small_world.deg_table().to_csv(path, index=False)
    return path


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real sections: RIPPLE_DATA, or shared/data beside the checkout."""
    folder = Path(os.environ.get("RIPPLE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the real sections are not here: no folder {folder}; set RIPPLE_DATA to theirs")
    return folder
