"""``ripple benchmark``: words in, tables out, and a folder that is not measured twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from ripple_core.cli import main


@pytest.fixture
def benchmark(capsys, tmp_path):
    """Run the command; give its exit code, stdout and stderr."""

    def benchmark(*words):
        code = main(["benchmark", *map(str, words), "--out", str(tmp_path / "out")])
        out, err = capsys.readouterr()
        return code, out, err

    return benchmark


def test_tables_bars_and_files(benchmark, tmp_path) -> None:
    code, out, err = benchmark("speed", "--quick", "--datasets", "cached,lines")
    assert (code, err) == (0, "")
    assert "Against peers and limits" in out
    assert any(line.startswith("bar: ") and line.endswith(("reached", "missed")) for line in out.splitlines())
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"speed.json", "speed.md", "speed"}


def test_json_of_several_tasks_and_only_some_models(benchmark) -> None:
    code, out, _ = benchmark("unseen", "--quick", "--models", "no_change,knn", "--json")
    assert code == 0
    content = json.loads(out)
    assert content["task"] == "unseen"
    assert [row[0] for row in content["tables"][0]["rows"]] == ["no_change", "knn"]


@pytest.mark.parametrize(
    ("words", "said"),
    [(("dance",), "unseen"), (("unseen", "--models", "jest"), "gest"), (("unseen", "--datasets", "x"), "moffitt")],
)
def test_wrong_names_list_the_right_ones(benchmark, words, said) -> None:
    code, out, err = benchmark(*words)
    assert (code, out) == (1, "")
    assert said in err


def test_ctrl_c_keeps_what_is_finished(benchmark, tmp_path) -> None:
    """A real interrupt, sent from within the second unit; the same command then measures only that one."""
    script = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell may start its background jobs without it
        "from ripple_core.models.baselines import knn\n"
        "knn.Knn.predictor = lambda self, scene: os.kill(os.getpid(), signal.SIGINT)\n"
        "from ripple_core.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    words = ["unseen", "--quick", "--models", "no_change,knn"]
    command = [sys.executable, "-c", script, "benchmark", *words, "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
    assert done.returncode == 130, done.stderr
    assert "Stopped" in done.stdout
    kept = tmp_path / "out" / "unseen" / "made-small--no_change--0.json"
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]
    before = kept.stat().st_mtime_ns
    assert benchmark(*words)[0] == 0
    assert kept.stat().st_mtime_ns == before
    assert len(list(kept.parent.iterdir())) == 2
