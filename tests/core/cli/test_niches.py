"""``ripple niches``: the file, the table, and one line for each thing that cannot be."""

from __future__ import annotations

import json

import anndata as ad
import pytest

from ripple_core.cli import main
from ripple_core.files import sha256


@pytest.fixture
def niches(sample, tiny_gest, tmp_path, capsys):
    """Run the command on a section of the sample; give its exit code, stdout and stderr."""

    def niches(*words, out="niches.h5ad", checkpoint=tiny_gest):
        given = ["niches", sample / "unseen.h5ad", "--checkpoint", checkpoint, "--out", tmp_path / out, *words]
        code = main([str(word) for word in given])
        printed, err = capsys.readouterr()
        return code, printed, err

    return niches


def test_the_section_is_written_with_its_niches(niches, tmp_path, tiny_gest) -> None:
    code, out, err = niches("--clusters", 4)
    assert (code, err) == (0, "")
    assert "400 cells in 4 niches" in out
    assert "genes above the other cells" in out
    result = ad.read_h5ad(tmp_path / "niches.h5ad")
    record = json.loads(result.uns["ripple"])
    assert result.obs["ripple_niche"].nunique() == 4
    assert record["checkpoint_hash"] == sha256(tiny_gest)


def test_json_says_how_many_niches_were_chosen(niches) -> None:
    code, out, _ = niches("--json", "--draws", 1, "--seed", 2)
    record = json.loads(out)
    assert (code, record["seed"], record["clusters_chosen_by"]) == (0, 2, "silhouette")
    assert len(record["niches"]) == record["clusters"]


def test_what_cannot_be_is_one_line(niches, sample, tmp_path) -> None:
    for words, expected in (
        ({"checkpoint": sample / "checkpoint"}, "a model that can embed places, found knn"),
        ({"checkpoint": tmp_path / "nothing"}, "a checkpoint folder, found nothing"),
        ({"out": "niches.csv"}, "a result file that ends in .h5ad"),
    ):
        code, out, err = niches(**words)
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert expected in err
    assert list(tmp_path.iterdir()) == []


def test_the_section_is_not_replaced(sample, tiny_gest, capsys) -> None:
    section = str(sample / "unseen.h5ad")
    assert main(["niches", section, "--checkpoint", str(tiny_gest), "--out", section]) == 1
    assert "a result file of its own, found the section's file" in capsys.readouterr().err
