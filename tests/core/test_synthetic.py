"""The made tissue: reproducible, real counts, and a truth that answers where and how it should."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.errors import DataError
from ripple_core.section import Section
from ripple_core.synthetic import World, WorldSettings, central_roi, write_sample

CELLS = 2500


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=0)


@pytest.fixture(scope="module")
def truth(world: World):
    return world.truth(world.tissue(3, CELLS), central_roi(CELLS, world.settings), "t")


def test_same_seed_same_section(world: World) -> None:
    first, second = World(0).section(5, 300), world.section(5, 300)
    assert (first.X != second.X).nnz == 0
    np.testing.assert_array_equal(first.obsm["spatial"], second.obsm["spatial"])


def test_a_section_is_valid_and_has_the_depth_asked_for(world: World) -> None:
    section = Section.from_anndata(world.section(1, CELLS))
    assert section.library_size.mean() == pytest.approx(world.settings.counts_per_cell, rel=0.1)
    assert section.nearest_um == pytest.approx(world.settings.pitch_um, rel=0.4)


def test_responders_answer_with_their_sign_outside_the_region(world: World, truth) -> None:
    outside = ~truth.obs["in_roi"].to_numpy()
    mean = truth.layers["response"][outside].mean(axis=0)
    program = world.programs[0]
    np.testing.assert_array_equal(np.sign(mean[program.responders]), np.sign(program.response_effect))


def test_ligands_and_other_genes_stay_outside_the_region(world: World, truth) -> None:
    outside = ~truth.obs["in_roi"].to_numpy()
    responders = world.programs[0].responders
    others = np.setdiff1d(np.arange(world.settings.genes), responders)
    strongest = np.abs(truth.layers["response"][outside][:, responders]).max()
    assert np.abs(truth.layers["response"][outside][:, others]).max() < 0.2 * strongest


def test_the_response_fades_with_distance(truth) -> None:
    outside = ~truth.obs["in_roi"].to_numpy()
    distance = truth.obs["distance_um"].to_numpy()
    strength = np.abs(truth.layers["response"]).mean(axis=1)
    near, far = outside & (distance < 40), outside & (distance > 180)
    assert strength[near].mean() > 5 * strength[far].mean()


def test_only_receivers_answer(world: World, truth) -> None:
    kind = world.tissue(3, CELLS).type
    outside = ~truth.obs["in_roi"].to_numpy()
    receives = np.isin(kind, world.programs[0].receivers)
    responders = np.abs(truth.layers["response"][:, world.programs[0].responders]).mean(axis=1)
    assert responders[outside & ~receives].max() < 1e-6
    assert responders[outside & receives].max() > 0.05


def test_signal_equals_a_plain_sum_over_pairs(world: World) -> None:
    tissue = world.tissue(0, 150)
    distance = np.linalg.norm(tissue.xy_um[:, None] - tissue.xy_um[None], axis=2)
    weight = np.exp(-distance / world.settings.diffusion_um) * (distance <= 5 * world.settings.diffusion_um)
    np.fill_diagonal(weight, 0)
    ratio = world.signal(tissue) / np.maximum(weight @ tissue.activity, 1e-12)
    assert ratio[weight @ tissue.activity > 1e-6].std() < 1e-6


@pytest.mark.parametrize(("share", "rising"), [(0.0, 0), (0.5, 4), (0.75, 6), (1.0, 8)])
def test_so_many_responders_rise_as_are_asked_for(share: float, rising: int) -> None:
    made = World(0, WorldSettings(genes=60, types=4, programs=1, ligands=4, responders=8, up_share=share))
    assert (made.programs[0].response_effect > 0).sum() == rising


def test_too_few_genes_are_refused() -> None:
    with pytest.raises(DataError, match="genes"):
        World(0, WorldSettings(genes=40, programs=3))


def test_write_sample_writes_every_file(tmp_path) -> None:
    files = write_sample(tmp_path, cells=200, sections=2)
    names = {f.name for f in files}
    assert {"roi.geojson", "deg.csv", "section_1.h5ad", "section_2.h5ad", "unseen.h5ad", "truth_unseen.h5ad"} <= names
    assert all(f.stat().st_size > 0 for f in files)
