"""Infiltrates on a made section: what is inside, near and far, and that sequencing depth does not pass for a difference."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pytest
from scipy import sparse

from ripple_core.benchmark.cases import infiltrates
from ripple_core.benchmark.task import Options
from ripple_core.expression import ExpressionSpace
from ripple_core.section import Section

RNG = np.random.default_rng(8)


def spots(name: str, patient: str, side: int = 18, genes: int = 40) -> ad.AnnData:
    """Spots 200 µm apart with an infiltrate in the middle: gene 0 high inside, gene 1 high near it, depth falling outwards."""
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2) * 200.0
    distance = np.linalg.norm(grid - grid.mean(axis=0), axis=1)
    inside, near = distance < 500, (distance >= 500) & (distance < 1000)
    rate = np.full((len(grid), genes), 20.0)
    rate[inside, 0] *= 6
    rate[near, 1] *= 3
    depth = np.exp(-distance / 2500)
    adata = ad.AnnData(sparse.csr_matrix(RNG.poisson(rate * depth[:, None]).astype(np.float32)))
    adata.var_names = [f"G{i}" for i in range(genes)]
    adata.obs_names = [f"{name}:{i}" for i in range(len(grid))]
    adata.obs["infiltrate"] = np.where(inside, "Inf1", "none")
    adata.obs["region"], adata.obs["patient"], adata.obs["section"] = "Synovial stroma", patient, name
    adata.obsm["spatial"], adata.uns["spatial_unit"] = grid, "micrometre"
    return adata


@pytest.fixture(scope="module")
def section() -> Section:
    return Section.from_anndata(spots("a", "RA1"), "a")


@pytest.fixture(scope="module")
def space(section) -> ExpressionSpace:
    return ExpressionSpace.fit(section.counts, section.genes)


def test_the_region_holds_the_infiltrate_and_no_other_spot(section) -> None:
    held = infiltrates.region(section).contains(section.xy_um)
    np.testing.assert_array_equal(held, infiltrates.inside(section))


def test_near_and_far_are_apart_and_outside(section) -> None:
    near, far = infiltrates.near_and_far(section)
    assert near.sum() >= infiltrates.FEWEST_SPOTS
    assert far.sum() >= infiltrates.FEWEST_SPOTS
    assert not (near & far).any()
    assert not ((near | far) & infiltrates.inside(section)).any()


def test_the_gene_that_differs_is_found_and_depth_is_not_taken_for_a_difference(section, space) -> None:
    found = infiltrates.difference(section, space.encode(section)[0], *infiltrates.near_and_far(section))
    assert np.argmax(np.abs(found.t)) == 1
    assert found.effect[1] > 0.5
    assert (np.abs(np.delete(found.t, [0, 1])) > 3.5).mean() < 0.1


def test_a_coefficient_and_its_t_against_a_library(section) -> None:
    from sklearn.linear_model import LinearRegression

    group = RNG.random(len(section)) < 0.5
    y = RNG.normal(size=(len(section), 2))
    found = infiltrates.difference(section, y, group, ~group)
    depth = np.log(section.library_size)
    design = np.column_stack([group, depth, depth**2])
    np.testing.assert_allclose(found.effect, LinearRegression().fit(design, y).coef_[:, 0], atol=1e-6)


def test_few_spots_are_no_difference(section) -> None:
    few = np.arange(len(section)) < 4
    assert infiltrates.difference(section, np.zeros((len(section), 2)), few, ~few) is None


def test_removal_lowers_what_infiltrates_hold(section, space) -> None:
    edit = infiltrates.removal([section], space)
    assert edit.genes["G0"] < -1.0


def test_cases_expect_the_reverse_of_the_real_difference(section, space) -> None:
    case = next(infiltrates.cases(space, [section], [section]))
    assert "g1" in case.clear
    assert case.expected["g1"] < 0


def test_test_patients_are_never_learned_from(real_data) -> None:
    options = Options(data=str(real_data), quick=True)
    for patient in infiltrates.here(options)[0]:
        split = infiltrates.split(patient, options)
        assert {p for s in split.test for p in s.obs["patient"]} == {patient}
        assert patient not in {p for s in (*split.training, *split.validation) for p in s.obs["patient"]}
        places = [{cell for s in part for cell in s.cells} for part in (split.training, split.validation)]
        assert not places[0] & places[1]
