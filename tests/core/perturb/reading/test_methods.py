"""The methods paragraph says what was done, with its numbers, that it is simulated, and what to cite."""

from __future__ import annotations

import json
import re
from pathlib import Path

import anndata as ad
import pytest

import ripple_core as rc
from ripple_core.cli import main
from ripple_core.errors import DataError
from ripple_core.perturb.reading import methods

SQUARE = [[60, 60], [150, 60], [150, 150], [60, 150]]


@pytest.fixture(scope="module")
def result(sections: list[ad.AnnData], knn: rc.models.contract.Model) -> ad.AnnData:
    """A perturbation with placebos."""
    roi = rc.Roi.from_vertices(SQUARE, "tumour edge")
    edit = [rc.edits.knockout(["Gene040"], strength=0.5), rc.edits.overexpress(["Gene041", "Gene042"])]
    return rc.perturb(sections[0], knn, roi, edit, zone_um=40, null=6, seed=3, orders=2)


def test_it_says_what_was_done(result: ad.AnnData) -> None:
    words = methods.of_result(result)
    facts = json.loads(result.uns["ripple"])
    said = (
        "simulated, not measured", "“tumour edge”", f"{facts['n_roi']:,} cells", f"Within 40 µm of its edge {facts['n_zone']:,} cells",
        "Gene040 set to zero (knock-out), at dose 0.5", "Gene041, Gene042 raised to percentile 99", "The seed was 3",
        "2 generation orders", "6 placebos", "Benjamini", f"{facts['section_cells']:,} cells", "numpy",
    )  # fmt: skip
    assert [one for one in said if one not in words] == []


def test_every_number_has_its_reference_and_every_reference_is_named(result: ad.AnnData) -> None:
    body, references = methods.of_result(result).split("## References")
    named = list(dict.fromkeys(int(number) for number in re.findall(r"\[(\d+)\]", body)))
    listed = [int(number) for number in re.findall(r"^(\d+)\. ", references, re.M)]
    assert named == listed == list(range(1, len(listed) + 1))
    for work in ("napari", "anndata", "SCANPY", "Shapely", "false discovery"):
        assert work in references


def test_a_generated_region(sections: list[ad.AnnData], knn: rc.models.contract.Model) -> None:
    words = methods.of_result(rc.generate(sections[0], knn, rc.Roi.from_vertices(SQUARE)))
    assert "hidden and generated from the rest" in words
    assert "(simulated)" in words
    assert "edited" not in words


def test_an_old_record_leaves_out_what_it_lacks() -> None:
    words = methods.text({"task": "perturb", "recipe": {"section": {"path": "data/a.h5ad"}}})
    assert "“a.h5ad”" in words
    assert "None" not in words


def test_no_placebos_no_p() -> None:
    assert "no p values" in methods.text({"task": "perturb"})


def test_too_few_placebos_and_a_stopped_run() -> None:
    null = {"placebos": 2, "genes_tested": 0, "cells_tested": 0}
    words = methods.text({"task": "perturb", "null": null, "complete": False})
    assert "too few for p values" in words
    assert "stopped early" in words


def test_other_data_are_refused() -> None:
    with pytest.raises(DataError, match="a result"):
        methods.of_result(ad.AnnData())


def test_niches_are_no_generated_region() -> None:
    niches = ad.AnnData(uns={"ripple": '{"task": "niches", "simulated": false}'})
    with pytest.raises(DataError, match="of ripple perturb or ripple generate, found one of ripple niches"):
        methods.of_result(niches)


def test_the_command_writes_it(result: ad.AnnData, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result.write_h5ad(tmp_path / "result.h5ad")
    assert main(["methods", str(tmp_path / "result.h5ad")]) == 0
    assert capsys.readouterr().out.strip() == methods.of_result(result).strip()
    assert main(["methods", str(tmp_path / "result.h5ad"), "--out", str(tmp_path / "methods.md")]) == 0
    assert (tmp_path / "methods.md").read_text() == methods.of_result(result)


def test_edits_of_whole_cells_are_said_in_words() -> None:
    source = {"key": "cell_type", "label": "T"}
    profile = methods._change({"kind": "transfer", "source": source, "strength": 0.5, "name": "x"})
    assert profile == "expression moved towards the mean profile of T cells, at dose 0.5"
    others = methods._change({"kind": "retype", "source": source, "where": {"key": "cell_type", "label": "B"}})
    assert others == "a share of 1 of the cells in B cells was replaced by measured T cells, drawn at random"
