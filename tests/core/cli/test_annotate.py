"""``ripple annotate``: several annotated files after one option, labels written, scores and verdict said."""

from __future__ import annotations

import json

import anndata as ad
import pytest

from ripple_core.cli import main


@pytest.fixture
def annotate(sample, tiny_gest, tmp_path, capsys):
    """Run the command on a section of the sample; give its exit code, stdout and stderr."""

    def annotate(*words):
        given = [
            "annotate",
            sample / "unseen.h5ad",
            "--checkpoint",
            tiny_gest,
            "--out",
            tmp_path / "labels.h5ad",
            *words,
        ]
        code = main([str(word) for word in given])
        printed, err = capsys.readouterr()
        return code, printed, err

    return annotate


def test_labels_scores_and_verdict(annotate, sample, tmp_path) -> None:
    code, out, err = annotate("--train-on", sample / "section_1.h5ad", sample / "section_2.h5ad", "--draws", 1)
    assert (code, err) == (0, "")
    assert "400 cells labelled by cell_type" in out
    assert "400 held-out cells of unseen" in out
    assert "logistic regression, own and neighbourhood" in out
    assert " ahead of " in out
    result = ad.read_h5ad(tmp_path / "labels.h5ad")
    known = set(ad.read_h5ad(sample / "section_1.h5ad").obs["cell_type"])
    assert set(result.obs["ripple_label"]) <= known
    assert json.loads(result.uns["ripple"])["recipe"]["train_on"] == ["section_1", "section_2"]


def test_json(annotate, sample) -> None:
    words = ("--label", "cell_type", "--draws", 1, "--json")
    code, out, _ = annotate("--train-on", sample / "section_1.h5ad", *words)
    record = json.loads(out)
    assert (code, record["label"], record["scored_cells"]) == (0, "cell_type", 400)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--label", "layer"), "a column 'layer' in the annotated sections"),
        (("--label", "in_roi"), "in_roi"),
    ],
)
def test_what_cannot_be_is_one_line(annotate, sample, tmp_path, words, expected) -> None:
    code, out, err = annotate("--train-on", sample / "section_1.h5ad", *words)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert expected in err
    assert list(tmp_path.iterdir()) == []


def test_no_annotated_section_is_a_usage_error(annotate) -> None:
    code, _, err = annotate()
    assert code == 2
    assert "--train-on" in err
