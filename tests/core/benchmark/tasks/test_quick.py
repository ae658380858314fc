"""Every task runs from end to end on a small made tissue, and its report holds together."""

from __future__ import annotations

import anndata as ad
import pytest
from core.benchmark.cases.test_infiltrates import spots

from ripple_core.benchmark.outside.methods import ANNOTATORS, GROUPERS
from ripple_core.benchmark.run import run_iter
from ripple_core.benchmark.scores.comparison import rules_of
from ripple_core.benchmark.task import Options, Report
from ripple_core.benchmark.tasks import TASKS, task
from ripple_core.errors import DataError
from ripple_core.models import catalog


def finish(name: str, folder, **options) -> Report:
    steps = run_iter(name, folder, Options(quick=True, device="cpu", **options))
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def assert_shown_or_skipped(others, shown, report: Report) -> None:
    """Every method of another package has a row where it is installed, and one line where it is not."""
    for other in others:
        assert (other.name in shown) == other.installed
        assert report.notes.count(other.missing) == (not other.installed)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where all of them write."""
    return tmp_path_factory.mktemp("benchmark")


def test_every_task_is_named_as_it_is_listed() -> None:
    for name in TASKS:
        assert task(name).name == name
        assert task(name).protocol.endswith(".")


def test_unseen(folder) -> None:
    report = finish("unseen", folder)
    methods = [row[0] for row in report.tables[0].rows]
    assert set(methods) == {r.name for r in catalog.RECORDS.values() if r.name not in ("copy_roi", "majority_sign")}
    values = {row[0]: row[1] for row in report.tables[0].rows}
    assert values["no_change"].value == pytest.approx(0.0, abs=1e-6)
    assert all(value.low <= value.value <= value.high for value in values.values())
    leads = report.tables[1].rows
    assert {row[0] for row in leads} == set(methods) - set(rules_of(methods))
    assert len(report.bars) == 2 * len({row[0] for row in leads})
    assert (folder / "unseen.md").is_file()


def test_niche(folder) -> None:
    report = finish("niche", folder, models=("gest", "gest-plus"))
    methods = [row[0] for row in report.tables[0].rows]
    assert methods[:4] == ["gest", "gest, hidden state", "gest-plus", "gest-plus, hidden state"]
    assert methods[4:7] == ["raw expression", "neighbourhood means", "alike means without a model"]
    assert_shown_or_skipped(GROUPERS, methods, report)
    assert {row[2] for row in report.tables[1].rows} <= {*methods[4:]}
    assert len(report.bars) == 2
    assert all(-0.2 < row[1].low <= row[1].high <= 1 + 1e-9 for row in report.tables[0].rows)
    assert (folder / "niche.md").is_file()


def test_annotate(folder) -> None:
    report = finish("annotate", folder, models=("gest",))
    values = {row[0]: row[1].value for row in report.tables[0].rows}
    assert list(values)[:2] == ["gest", "gest, hidden states alone"]
    assert "both regressions together" in values
    assert all(0 <= value <= 1 for value in values.values())
    assert values["logistic regression, own expression"] > 0.9, "made types are told apart by their own expression"
    assert sum(report.tables[2].rows[0][1:]) == pytest.approx(1.0)
    assert_shown_or_skipped(ANNOTATORS, values, report)


@pytest.mark.parametrize("name", ["niche", "annotate"])
def test_without_data_what_is_missing_is_said(name, tmp_path) -> None:
    steps = run_iter(name, tmp_path, Options(device="cpu"))
    while True:
        try:
            next(steps)
        except StopIteration as end:
            report = end.value
            break
    assert report.tables == []
    assert all("pass --data" in note for note in report.notes)


def test_perturb_synthetic(folder) -> None:
    report = finish("perturb-synthetic", folder, models=("gest", "no_change", "copy_roi", "ridge"))
    rows = {row[0]: dict(zip(report.tables[0].header[1:], row[1:])) for row in report.tables[0].rows}
    assert rows["no_change"]["sign accuracy ↑"].value == 0.0
    assert rows["copy_roi"]["sign accuracy ↑"].value == 0.0
    assert rows["copy_roi"]["spill-over ↓"].value > 1
    assert 0 <= rows["gest"]["precision ↑"].value <= 1
    assert len(report.bars) == 5
    null = report.tables[-1].rows
    assert [row[0] for row in null] == ["gest"]
    assert all(0 <= share <= 1 for share in null[0][2:5])
    assert set(report.charts[0].series) == {"truth", "gest", "no_change", "copy_roi", "ridge"}


def test_perturb_real(tmp_path) -> None:
    made = [spots(f"{patient}_{i}", patient, side=12) for patient in ("RA1", "RA2", "RA4") for i in range(2)]
    ad.concat(made, uns_merge="same").write_h5ad(tmp_path / "st_ra_synovium.h5ad")
    report = finish("perturb-real", tmp_path / "out", data=str(tmp_path), models=("gest", "copy_roi", "ridge"))
    assert [row[0] for row in report.tables[0].rows] == ["gest", "copy_roi", "ridge"]
    assert any("stroke" in note for note in report.notes)


def test_perturb_real_without_data_says_what_is_missing(folder) -> None:
    report = finish("perturb-real", folder)
    assert report.tables == []
    assert any("st_ra_synovium" in note for note in report.notes)


def test_ablation(folder) -> None:
    report = finish("ablation", folder, models=("gest",))
    variants = [row[0] for row in report.tables[0].rows]
    assert variants[0] == "as it is"
    assert [row[0] for row in report.tables[1].rows] == variants[1:]
    trained = list((folder / "checkpoints").glob("ablation-*"))
    assert len(trained) == len(variants) - 1, "feedback needs no training of its own"
    answered = [row[0] for row in report.tables[2].rows]
    assert answered == [*variants, "identity generated anew (the paper)"], (
        "what changes perturbations alone hides no cells"
    )


def test_speed(folder) -> None:
    report = finish("speed", folder, datasets=("cached", "waves"))
    assert [row[2] for row in report.tables[0].rows] == ["12 cells", "24 cells", "60 cells", "90 cells"]
    assert all(row[5] > 0 for row in report.tables[0].rows)
    assert all(row[7] == "–" or float(row[7]) >= 0 for row in report.tables[0].rows)
    assert [row[0] for row in report.tables[1].rows] == [report.tables[0].rows[i][0] for i in (0, 2)]
    assert len(report.bars) == 2


def test_speed_knows_its_races(folder) -> None:
    with pytest.raises(DataError, match="cached"):
        finish("speed", folder, datasets=("walking",))
