"""From ``ripple sample`` to ``ripple score`` as a user types it: the made tissue's truth is recovered. Takes a quarter of an hour."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import anndata as ad
import pytest

from ripple_core.benchmark.scores.against_truth import score_response


def ripple(*words: object) -> None:
    subprocess.run([sys.executable, "-m", "ripple_core.cli", *map(str, words)], check=True)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_truth_of_an_unseen_section_is_recovered(tmp_path: Path, capsys) -> None:
    made, checkpoint, result = tmp_path / "made", tmp_path / "checkpoint", tmp_path / "result.h5ad"
    ripple("sample", made)
    ripple("train", *sorted(made.glob("section_*.h5ad")), "--out", checkpoint, "--max-minutes", 12)
    here = ["--checkpoint", checkpoint, "--roi", made / "roi.geojson", "--edit", made / "deg.csv", "--out", result]
    ripple("perturb", made / "unseen.h5ad", *here)
    scores = score_response(ad.read_h5ad(result), ad.read_h5ad(made / "truth_unseen.h5ad"))
    with capsys.disabled():
        print(f"\n{scores.round(3).to_string()}")
    model = scores.loc["model"]
    assert model["sign accuracy"] >= 0.95
    assert model["Pearson not edited"] >= 0.9
    assert model["Pearson all"] >= 0.75
