"""Labels: where they are, which texts mean none, and cells that teach and score, never the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ripple_core.errors import DataError
from ripple_core.niche.labels import SCORED, UNUSED, label_key, labels_of, parted, patches
from ripple_core.section import Section


def with_labels(section: Section, name: str, values) -> Section:
    obs = section.obs.assign(region=values)
    return Section(name, section.counts, section.xy_um, section.genes, section.cells, obs)


def test_texts_that_mean_no_label() -> None:
    values = ["cortex", None, np.nan, "", " ", "NA", "Unlabelled", "unknown", " cortex "]
    frame = pd.DataFrame({"region": values}, index=[str(i) for i in range(9)])
    section = Section("s", None, np.zeros((9, 2)), pd.Index([]), frame.index, frame)
    assert list(labels_of(section, "region")) == ["cortex", *[""] * 7, "cortex"]


def test_the_key_is_named_or_found(banded) -> None:
    assert label_key(banded, "region") == "region"
    assert label_key(banded, None) == "cell_type"
    with pytest.raises(DataError, match=r"a column 'layer' in the annotated sections, found columns .*'region'"):
        label_key(banded, "layer")
    bare = with_labels(banded[0], "bare", "x")
    bare.obs.drop(columns=["cell_type", "region"], inplace=True)
    with pytest.raises(DataError, match="Name it with --label"):
        label_key([bare], None)


def test_the_last_of_several_sections_scores(banded) -> None:
    found = parted(banded, "region", seed=0)
    assert found.scored_on == "bands 1"
    assert (found.fold[0] >= 0).all()
    assert (found.fold[1] == SCORED).all()


def test_another_annotated_section_scores_and_all_others_teach(banded, section) -> None:
    third = with_labels(section, "third", ["a", "b"] * 200)
    found = parted(banded, "region", seed=0, test=third)
    assert [one.name for one in found.sections] == ["bands 0", "bands 1", "third"]
    assert [set(fold) for fold in found.fold] == [{0}, {1}, {SCORED}]


def test_a_single_section_is_split_in_patches_of_tissue(banded) -> None:
    fold = parted(banded[:1], "region", seed=0).fold[0]
    assert set(fold) == {0, 1, 2, 3, SCORED}
    assert 0.1 < (fold == SCORED).mean() < 0.3
    xy = banded[0].xy_um
    nearest = [np.argsort(np.linalg.norm(xy - one, axis=1))[1] for one in xy]
    assert (fold[nearest] == fold).mean() > 0.7


def test_cells_without_a_label_are_not_used(banded) -> None:
    values = banded[0].obs["region"].to_numpy(dtype=object).copy()
    values[::3] = None
    fold = parted([with_labels(banded[0], "half", values)], "region", seed=0).fold[0]
    assert (fold[::3] == UNUSED).all()
    assert (fold[1::3] != UNUSED).all()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("cortex", "at least two different labels in 'region', found only 'cortex'"),
        ("", "at least 30 cells with a label, found 0 with one in 'region'"),
        (["a", "b", *[""] * 398], "at least 30 cells with a label, found 2"),
    ],
)
def test_what_nothing_can_be_learned_from_is_refused(banded, values, expected) -> None:
    with pytest.raises(DataError, match=expected):
        parted([with_labels(banded[0], "s", values)], "region", seed=0)


def test_patches_are_the_same_for_the_same_seed() -> None:
    xy = np.random.default_rng(0).uniform(0, 100, (300, 2))
    np.testing.assert_array_equal(patches(xy, 4), patches(xy, 4))
    assert len(set(patches(xy, 4))) == 32
