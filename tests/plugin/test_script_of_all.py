"""A session in which all kinds of computing were done, repeated by its own script in another process: every number is the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from plugin.experiment import SQUARE
from plugin.seen import seen

from napari_ripple import RippleSession
from napari_ripple.scripted.text import script_of
from ripple_core.synthetic import World

LOOK = """
import json
from plugin.seen import seen
print(json.dumps(seen(ripple.session)))
"""
TRAINING = {"max_minutes": 0.5, "steps": 2, "batch": 2, "evaluate_every": 1, "device": "cpu"}


@pytest.fixture
def ripple(
    tissue_path: Path, deg_path: Path, knn_checkpoint: Path, gest_checkpoint: Path, small_world: World, tmp_path: Path
) -> RippleSession:
    """A session without a window in which everything was computed once."""
    made = RippleSession(show=False)
    made.open(tissue_path)
    made.train(tmp_path / "tuned", start_from=str(gest_checkpoint), **TRAINING)
    made.load_model(tmp_path / "tuned")
    made.find_niches(3)
    made.rename_niche("2", "rim")
    made.color_by("cell_type")
    made.draw_roi(SQUARE)
    made.draw_roi(np.array(SQUARE) * 0.5, "bed")
    made.ring_roi("bed", 20.0, "around")
    made.choose_roi("Region 1")
    made.load_model(knn_checkpoint)
    made.edit(deg_path, direction="up")
    made.limit_edit(0, {"region": "bed"})
    made.transfer({"label": "Type 1"}, strength=0.5)
    made.retype({"region": "bed"}, {"label": "Type 2"}, strength=0.4)
    made.set_settings(zone_um=40)
    made.regenerate()
    made.compare_niches("ripple_niche")
    made.dose_series([0, 0.5, 1])
    made.screen(["Gene040", "Gene041"], ["knockout", "overexpress"], placebos=1)
    made.take_from_screen("Gene041 over-expression")
    made.regenerate()
    made.rename_scenario(list(made.scenarios)[1], "raised")
    made.mark_scenario("raised", starred=True)
    made.undo()
    made.redo()
    made.compare_scenarios(*made.scenarios)
    small_world.section(5, 400, "treated").write_h5ad(tmp_path / "treated.h5ad")
    made.score_against(tmp_path / "treated.h5ad")
    made.show("perturbed")
    made.side_by_side("observed")
    return made


def numbers(found: dict[str, Any]) -> dict[str, Any]:
    """What has to be the same: all but when it was done and how long it took."""
    plain = {
        name: value for name, value in found.items() if name not in ("how columns were made", "training", "record")
    }
    plain["kept results"] = [[name, starred, note, words] for name, starred, note, _, words in found["kept results"]]
    plain["what was recorded"] = {name: value for name, value in found["record"].items() if name != "timings"}
    return plain


def test_the_script_of_everything_gives_the_same_numbers(ripple: RippleSession, tmp_path: Path) -> None:
    text = script_of(ripple.session.commands).replace("RippleSession()", "RippleSession(show=False)")
    (tmp_path / "all.py").write_text(text + LOOK)
    places = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])])
    words = [sys.executable, "-W", "ignore", str(tmp_path / "all.py")]
    done = subprocess.run(words, check=False, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": places})
    assert done.returncode == 0, done.stderr
    before, after = numbers(seen(ripple.session)), numbers(json.loads(done.stdout.splitlines()[-1]))
    assert before["doses"]
    assert [name for name in before if before[name] != after[name]] == []
