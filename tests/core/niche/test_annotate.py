"""Annotation of tissue in bands: scores beside plain rules, no label of a scored cell is ever used, and what is refused."""

from __future__ import annotations

import json

import anndata as ad
import numpy as np
import pytest

from ripple_core.errors import DataError
from ripple_core.niche.annotate import Scores, annotate, annotate_iter
from ripple_core.section import Section


def renamed(section: Section, region) -> Section:
    """The same section with other regions."""
    obs = section.obs.drop(columns="region") if region is None else section.obs.assign(region=region)
    return Section(section.name, section.counts, section.xy_um, section.genes, section.cells, obs)


@pytest.fixture(scope="module")
def found(gest_plus, banded) -> ad.AnnData:
    """Bands of the second section, learned from the first; its own names score."""
    return annotate(banded[1], gest_plus, banded[:1], "region", draws=1)


def test_bands_are_named(found, banded) -> None:
    record = json.loads(found.uns["ripple"])
    mine = record["scores"]["gest-plus"]
    right = (found.obs["ripple_label"].astype(str).to_numpy() == banded[1].obs["region"].to_numpy()).mean()
    assert mine["accuracy"] == pytest.approx(right)
    assert mine["macro F1"] > 0.6
    assert mine["macro F1"] > record["scores"]["logistic regression, own expression"]["macro F1"]
    assert (record["scored_on"], record["scored_cells"]) == ("bands 1", 400)


def test_a_result_is_the_section_with_new_columns(found, banded) -> None:
    assert list(found.obs_names) == list(banded[1].cells)
    assert abs(found.X - banded[1].counts).max() == 0
    assert list(found.obs["ripple_label"].cat.categories) == ["inner", "middle", "outer"]
    assert found.obs["ripple_label_confidence"].between(1 / 3, 1).all()


def test_the_record_says_what_taught_and_who_is_ahead(found) -> None:
    record = json.loads(found.uns["ripple"])
    assert (record["task"], record["simulated"], record["label"]) == ("annotate", False, "region")
    assert record["recipe"]["train_on"] == ["bands 0"]
    assert len(record["train_on_hashes"]) == 1
    assert sum(record["listened_to"].values()) == 1.0
    assert " ahead of " in record["verdict"]
    assert record["notes"] == []


def test_labels_of_scored_cells_change_no_label_that_is_given(found, gest_plus, banded) -> None:
    for region in (list(banded[1].obs["region"][::-1]), None):
        other = annotate(renamed(banded[1], region), gest_plus, banded[:1], "region", draws=1)
        if region is not None:
            assert list(other.obs["ripple_label"]) == list(found.obs["ripple_label"])
            np.testing.assert_array_equal(other.obs["ripple_label_confidence"], found.obs["ripple_label_confidence"])
        else:
            assert json.loads(other.uns["ripple"])["scored_on"] == "patches of bands 0"


def test_cells_kept_apart_teach_once_the_score_is_known(gest, banded) -> None:
    first, last = banded[0], renamed(banded[1], np.where(banded[1].obs["region"] == "inner", "core", "rim"))
    result = annotate(renamed(first, None), gest, [first, last], "region", draws=1)
    record = json.loads(result.uns["ripple"])
    assert record["scored_on"] == "bands 1"
    assert record["recipe"]["train_on"] == ["bands 0", "bands 1"]
    assert record["labels"] == ["core", "inner", "middle", "outer", "rim"]


def test_one_section_may_teach_the_rest_of_itself(gest, banded) -> None:
    half = banded[0].obs["region"].to_numpy(dtype=object).copy()
    half[banded[0].xy_um[:, 1] > 160] = None
    section = renamed(banded[0], half)
    result = annotate(section, gest, section, "region", draws=1)
    record = json.loads(result.uns["ripple"])
    assert result.obs["ripple_label"].notna().all()
    assert record["scored_on"] == "patches of bands 0"
    assert "second annotated section" in record["notes"][0]


def test_the_verdict_names_the_best_plain_rule() -> None:
    table = {"gest": {"macro F1": 0.5}, "one": {"macro F1": 0.4}, "two": {"macro F1": 0.6}}
    scores = Scores(table, "s", 1200)
    assert scores.verdict.startswith(
        "gest is not ahead of two (macro F1 0.500 against 0.600, 1,200 held-out cells of s)"
    )
    table["gest"]["macro F1"] = 0.7
    assert scores.verdict.startswith("gest is ahead of two")


def test_what_cannot_be_done_is_said_before_work_begins(gest, knn, banded) -> None:
    first, second = banded
    for model, teachers, label, expected in (
        (knn, [first], "region", "a model that can embed places, found knn"),
        (gest, [], "region", "at least one annotated section, found none"),
        (gest, [first], "layer", "a column 'layer'"),
        (gest, [renamed(first, "x")], "region", "at least two different labels in 'region', found only 'x'"),
        (gest, [renamed(first, "")], "region", "at least 30 cells with a label"),
        (gest, [first.subset(np.arange(9))], "region", "at least 30 cells, found 9"),
    ):
        with pytest.raises(DataError, match=expected):
            next(annotate_iter(second, model, teachers, label))
