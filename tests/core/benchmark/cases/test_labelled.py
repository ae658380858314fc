"""Labelled datasets: who is tested teaches no label, and a test that has been looked at says so."""

from __future__ import annotations

import pytest

from ripple_core.benchmark.cases import datasets, labelled
from ripple_core.benchmark.cases.labelled import ANNOTATED, NICHES
from ripple_core.benchmark.task import Options
from ripple_core.errors import DataError
from ripple_core.niche.labels import SCORED, labels_of, parted


@pytest.mark.parametrize("one", ANNOTATED.values(), ids=lambda one: one.name)
def test_no_test_section_teaches_labels(one) -> None:
    assert not {*one.dataset.training} & {*one.dataset.test}


@pytest.mark.parametrize("one", NICHES.values(), ids=lambda one: one.name)
def test_a_niche_test_that_models_or_choices_have_seen_is_marked(one) -> None:
    overlap = {*one.dataset.training} & {*one.dataset.test}
    assert not overlap or one.looked_at
    assert all(one.title in line for line in labelled.notes([one]))
    assert len(labelled.notes([one])) == bool(one.looked_at)


def test_at_least_one_niche_and_one_annotation_test_is_clean() -> None:
    assert any(not one.looked_at for one in NICHES.values())
    assert any(not one.looked_at for one in ANNOTATED.values())


def test_taught_and_scored_cells_of_real_sections_are_apart(real_data) -> None:
    options = Options(data=str(real_data))
    for one in labelled.available(options, ANNOTATED)[0]:
        sections = datasets.whole(one.dataset, options)
        teachers, test = [sections[name] for name in one.dataset.training], sections[one.dataset.test[0]]
        assert (labels_of(test, one.label) != "").any()
        lesson = parted(teachers, one.label, 0, test)
        taught = {cell for section, fold in zip(lesson.sections, lesson.fold) for cell in section.cells[fold >= 0]}
        assert (lesson.fold[-1] == SCORED).any()
        assert not taught & {*test.cells}


def test_a_dataset_asks_for_all_its_labels_and_a_name_for_one(tmp_path) -> None:
    for dataset in {one.dataset for one in ANNOTATED.values()}:
        (tmp_path / (dataset.file or "")).touch()
    asked = {
        word: [one.name for one in labelled.available(Options(data=str(tmp_path), datasets=(word,)), ANNOTATED)[0]]
        for word in ("starmap", "starmap-region", "moffitt")
    }
    assert asked == {
        "starmap": ["starmap-region", "starmap-cell_type"],
        "starmap-region": ["starmap-region"],
        "moffitt": ["moffitt-cell_type"],
    }
    with pytest.raises(DataError, match="the name of a dataset, found 'mofit'"):
        labelled.available(Options(datasets=("mofit",)), ANNOTATED)


def test_what_is_not_here_is_said_once() -> None:
    here, lines = labelled.available(Options(), NICHES)
    assert here == []
    assert len(lines) == len({one.dataset.title for one in NICHES.values()})
    assert all("pass --data" in line for line in lines)
