"""Splits are disjoint, and what is not here is said."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.benchmark.cases import datasets
from ripple_core.benchmark.task import Options
from ripple_core.errors import DataError


@pytest.mark.parametrize("dataset", datasets.DATASETS.values(), ids=lambda dataset: dataset.name)
def test_no_section_is_named_twice(dataset) -> None:
    names = [*dataset.training, *dataset.validation, *dataset.test]
    assert len(names) == len(set(names))
    assert dataset.training
    assert dataset.test


def disjoint(split: datasets.Split) -> None:
    """No cell in two parts; validation and training never at the same places of one section."""
    cells = [
        {cell for section in part for cell in section.cells} for part in (split.training, split.validation, split.test)
    ]
    assert all(cells)
    assert sum(map(len, cells)) == len(set.union(*cells))


def test_made_tissue_is_drawn_anew_for_each_seed_and_split_by_section() -> None:
    split = datasets.load(datasets.QUICK, Options(quick=True))
    disjoint(split)
    other = datasets.load(datasets.QUICK, Options(quick=True, seed=1))
    assert not np.array_equal(split.test[0].xy_um, other.test[0].xy_um)


def test_real_datasets_are_split_by_animal_or_section(real_data) -> None:
    options = Options(data=str(real_data))
    for dataset in datasets.available(options)[0]:
        if dataset.file is not None:
            split = datasets.load(dataset, options)
            disjoint(split)
            for left, right in zip(split.training, split.validation):
                assert left.xy_um[:, 0].max() <= right.xy_um[:, 0].min()
            if dataset.split_by in ("animal", "embryo"):
                learned, tested = ({*s.obs[dataset.split_by]} for s in (split.training[0], split.test[0]))
                assert not learned & tested


def test_what_is_not_here_is_said(tmp_path) -> None:
    for options in (Options(), Options(data=str(tmp_path))):
        here, lines = datasets.available(options)
        assert [dataset.name for dataset in here] == ["made"]
        assert len(lines) == 4
        assert all("skipped" in line for line in lines)


def test_an_unknown_dataset_lists_the_known() -> None:
    with pytest.raises(DataError, match="moffitt"):
        datasets.available(Options(datasets=("mofit",)))
