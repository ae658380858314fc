"""Niches of tissue in bands, whole results, and what is refused."""

from __future__ import annotations

import contextlib
import gc
import json

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_mutual_info_score

from ripple_core import mapped
from ripple_core.errors import CheckpointError, DataError
from ripple_core.io import h5ad
from ripple_core.niche import niches as niches_module
from ripple_core.niche.clusters import clustered
from ripple_core.niche.embedding import embed_iter, plain_vectors
from ripple_core.niche.niches import niches, niches_iter
from ripple_core.progress import finished
from ripple_core.section import Section


@pytest.fixture(scope="module")
def found(gest_plus, banded) -> ad.AnnData:
    return niches(banded[0], gest_plus, clusters=3, seed=1)


def test_bands_are_found_better_than_from_raw_expression(found, gest_plus, banded) -> None:
    steps = embed_iter(gest_plus, banded[:1], draws=1, seed=0)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            raw = plain_vectors(end.value, neighbors=30, alike_neighbors=30, seed=0)["raw expression"]
            break
    region = banded[0].obs["region"]
    mine = adjusted_mutual_info_score(region, found.obs["ripple_niche"])
    assert mine > 0.4
    assert mine > adjusted_mutual_info_score(region, clustered(raw, 3, seed=0).label) + 0.1


def test_a_result_is_the_section_with_new_columns(found, banded) -> None:
    assert list(found.obs_names) == list(banded[0].cells)
    assert abs(found.X - banded[0].counts).max() == 0
    assert list(found.obs["ripple_niche"].cat.categories) == ["1", "2", "3"]
    assert found.obs["ripple_niche"].value_counts(sort=False).is_monotonic_decreasing
    assert found.obsm["ripple_niche"].shape == (400, 20)
    assert not found.layers


def test_typical_genes_are_those_of_all_cells_at_once(gest, banded, monkeypatch) -> None:
    monkeypatch.setattr(niches_module, "CELLS_AT_ONCE", 7)
    parts = finished(embed_iter(gest, banded, draws=1, seed=0, wanted=["place"]))
    label, genes = np.random.default_rng(0).integers(0, 3, 800), gest.space.genes
    observed = np.concatenate([gest.space.encode(one)[0] for one in banded])
    z = (observed - observed.mean(axis=0)) / np.maximum(observed.std(axis=0), 1e-6)
    for niche, one in enumerate(niches_module.described(parts, label, genes)):
        above = z[label == niche].mean(axis=0)
        assert one["genes"] == [genes[gene] for gene in np.argsort(-above)[:5] if above[gene] > 0]
        assert one["cells"] == (label == niche).sum()


def test_what_is_too_large_for_the_memory_stays_on_disk_and_the_numbers_are_the_same(
    found, gest_plus, banded, monkeypatch, tmp_path
) -> None:
    monkeypatch.setattr(mapped, "MOST_OF_FREE", 0.0)
    monkeypatch.setenv(mapped.PLACE, str(tmp_path))
    again = niches(banded[0], gest_plus, clusters=3, seed=1)
    np.testing.assert_array_equal(again.obsm["ripple_niche"], found.obsm["ripple_niche"])
    assert again.obs["ripple_niche"].equals(found.obs["ripple_niche"])
    gc.collect()
    assert not list(tmp_path.iterdir())


def test_the_record_says_how_it_was_made(found, gest_plus) -> None:
    record = json.loads(found.uns["ripple"])
    assert (record["task"], record["simulated"], record["seed"], record["model"]) == ("niches", False, 1, "gest-plus")
    assert record["recipe"]["settings"]["clusters"] == 3
    assert len(record["input_hash"]) == 64
    assert set(record["versions"]) >= {"torch", "scikit-learn"}
    assert sum(one["cells"] for one in record["niches"]) == 400
    assert all(set(one["genes"]) <= set(gest_plus.space.genes) for one in record["niches"])
    assert (record["clusters"], record["clusters_chosen_by"], record["genes_missing"]) == (3, "the user", [])


def test_every_part_is_told_and_the_bar_never_goes_back(gest_plus, banded) -> None:
    steps, told = niches_iter(banded[0], gest_plus, draws=1), []
    with contextlib.suppress(StopIteration):
        while True:
            told.append(next(steps))
    shares = [step.fraction for step in told]
    assert shares == sorted(shares)
    assert sum(step.message.startswith("grouping") for step in told) > 15
    assert 0.9 < shares[-1] < 1.0


def test_it_can_be_written_and_read(found, tmp_path) -> None:
    h5ad.write(found, tmp_path / "niches.h5ad")
    again = h5ad.read(tmp_path / "niches.h5ad")
    assert list(again.obs["ripple_niche"]) == list(found.obs["ripple_niche"])
    np.testing.assert_array_equal(again.obsm["ripple_niche"], found.obsm["ripple_niche"])


def test_same_seed_same_niches_and_the_section_is_left_as_it_was(gest, banded) -> None:
    data = banded[0].to_anndata()
    before = data.copy()
    first, second = (niches(data, gest, clusters=4, seed=5) for _ in range(2))
    assert list(first.obs["ripple_niche"]) == list(second.obs["ripple_niche"])
    assert list(data.obs.columns) == list(before.obs.columns)
    assert (data.X != before.X).nnz == 0


def test_cells_of_mixed_sections_keep_their_rows(gest, banded) -> None:
    whole = ad.concat([one.to_anndata() for one in banded], index_unique="-")
    whole.obs["section"] = ["a"] * 400 + ["b"] * 400
    mixed = whole[np.random.default_rng(0).permutation(800)].copy()
    straight, shuffled = (niches(data, gest, clusters=3) for data in (whole, mixed))
    assert list(shuffled.obs_names) == list(mixed.obs_names)
    size = shuffled.obs["ripple_niche"].value_counts().sort_index()
    assert size.sum() == 800
    overlap = adjusted_mutual_info_score(straight.obs["ripple_niche"], shuffled[whole.obs_names].obs["ripple_niche"])
    assert overlap > 0.7


def test_the_number_of_niches_can_be_chosen(gest, banded) -> None:
    record = json.loads(niches(banded[0], gest).uns["ripple"])
    silhouette = record["silhouette"]
    assert record["clusters_chosen_by"] == "silhouette"
    assert str(record["clusters"]) == max(silhouette, key=lambda count: silhouette[count])


def test_it_can_be_stopped_after_any_step(gest, banded) -> None:
    steps = niches_iter(banded[0], gest)
    assert 0 < next(steps).done < next(steps).done < 400
    steps.close()
    with pytest.raises(StopIteration):
        next(steps)


def test_what_cannot_be_done_is_said_before_work_begins(gest, knn, banded) -> None:
    section = banded[0]
    with pytest.raises(DataError, match="a model that can embed places, found knn"):
        next(niches_iter(section, knn))
    with pytest.raises(DataError, match="at least 30 cells, found 9"):
        next(niches_iter(section.subset(np.arange(9)), gest))
    with pytest.raises(DataError, match="two cells for each niche, found 30 niches for 40 cells"):
        next(niches_iter(section.subset(np.arange(40)), gest, clusters=30))
    with pytest.raises(DataError, match="clusters = 1"):
        next(niches_iter(section, gest, clusters=1))
    other = Section(
        "x", section.counts, section.xy_um, pd.Index([f"X{g}" for g in section.genes]), section.cells, section.obs
    )
    with pytest.raises(CheckpointError, match="genes"):
        next(niches_iter(other, gest))
