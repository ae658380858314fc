"""The command line: every command, what it prints and writes, its exit codes, and help everywhere."""

import json
import os
import subprocess
import sys

import anndata as ad
import numpy as np
import pytest

import ripple_core as rc
from ripple_core.cli import main

COMMANDS = ("info", "sample", "train", "generate", "perturb", "run", "view", "score", "methods", "benchmark")
PROMISED = {
    "info": ("--json",),
    "sample": ("--cells", "--sections", "--seed"),
    "train": (
        *("--out", "--model", "--section-key", "--hold-out", "--max-minutes"),
        *("--config", "--seed", "--device", "--resume", "--only", "--start-from", "--follow"),
    ),
    "generate": ("--checkpoint", "--roi", "--out", "--mode", "--draws", "--seed", "--badge"),
    "perturb": (
        *("--checkpoint", "--roi", "--edit", "--out", "--zone-um", "--context", "--mode", "--draws"),
        *(
            "--orders",
            "--null",
            "--null-kind",
            "--badge",
            "--strength",
            "--seed",
            "--set",
            "--section",
            "--layer",
            "--device",
            "--json",
        ),
    ),
    "run": ("--out",),
    "score": ("--truth",),
    "methods": ("--out",),
}


@pytest.fixture
def ripple(capsys):
    """Run one command; give its exit code, stdout and stderr."""

    def ripple(*words):
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, out, err

    return ripple


@pytest.fixture
def experiment(sample):
    """The words of a small perturbation."""
    return [
        *("perturb", sample / "unseen.h5ad", "--checkpoint", sample / "checkpoint"),
        *("--roi", sample / "roi.geojson", "--edit", sample / "deg.csv", "--zone-um", 40),
    ]


def test_help_lists_every_command(ripple):
    code, out, _ = ripple("--help")
    assert code == 0
    assert all(command in out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_the_promised_options(ripple, command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    code, out, _ = ripple(command, "--help")
    assert code == 0
    assert [option for option in PROMISED.get(command, ()) if option not in out] == []


@pytest.mark.parametrize(
    "words", [["dance"], ["info"], ["info", "a", "b"], ["perturb", "a.h5ad"], ["sample", "d", "--cells", "many"]]
)
def test_words_that_are_not_understood_exit_with_2(ripple, words):
    code, out, err = ripple(*words)
    assert (code, out) == (2, "")
    assert "Usage: ripple" in err


def test_no_words_show_the_help(ripple):
    _, out, err = ripple()
    assert "perturb" in out + err


def test_version(ripple):
    assert ripple("--version")[:2] == (0, f"napari-ripple {rc.__version__}\n")


def test_info(ripple, sample):
    code, out, err = ripple("info", sample / "unseen.h5ad")
    assert (code, err) == (0, "")
    assert out.startswith("unseen: 400 cells × 200 genes\n")
    code, out, _ = ripple("info", sample / "unseen.h5ad", "--json")
    assert json.loads(out)["sections"] == {"unseen": 400}


def test_sample_writes_everything_and_the_same_again(ripple, tmp_path):
    for name in ("one", "two"):
        code, out, _ = ripple("sample", tmp_path / name, "--cells", 300, "--sections", 2, "--seed", 5)
        assert code == 0
    names = {path.name for path in (tmp_path / "one").iterdir()}
    assert {"section_1.h5ad", "section_2.h5ad", "unseen.h5ad", "roi.geojson", "deg.csv", "truth_unseen.h5ad"} <= names
    assert all(str(tmp_path / "two" / name) in out for name in names)
    one, two = (ad.read_h5ad(tmp_path / name / "unseen.h5ad") for name in ("one", "two"))
    assert (one.X != two.X).nnz == 0


def test_train_prints_the_scores_beside_the_baselines(ripple, sample, tmp_path):
    sections = sorted(sample.glob("section_*.h5ad"))
    code, out, _ = ripple("train", *sections, "--out", tmp_path / "c", "--model", "knn", "--hold-out", "section_1")
    assert code == 0
    assert "trained on section_2; held out: section_1" in out
    assert all(row in out for row in ("knn", "no change", "local mean", "kNN"))
    assert rc.load(tmp_path / "c").record["scores"]


def test_several_names_may_follow_hold_out(ripple, sample, tmp_path):
    words = ["--hold-out", "section_1", "section_2", sample / "unseen.h5ad", *sorted(sample.glob("section_*.h5ad"))]
    code, out, _ = ripple("train", "--model", "knn", "--out", tmp_path / "c", *words, "--json")
    assert code == 0
    assert json.loads(out)["held_out"] == ["section_1", "section_2"]


def test_a_store_ends_the_names_as_a_file_does_and_another_folder_does_not(ripple, sample, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ad.read_h5ad(sample / "section_1.h5ad").write_zarr("one.zarr")
    (tmp_path / "section_2").mkdir()  # called as a section is
    words = ["--hold-out", "section_2", "one.zarr", sample / "section_2.h5ad"]
    code, out, _ = ripple("train", "--model", "knn", "--out", tmp_path / "c", *words, "--json")
    assert code == 0
    assert json.loads(out)["held_out"] == ["section_2"]


def test_settings_from_a_file_and_words_before_them(ripple, sample, tmp_path):
    (tmp_path / "s.json").write_text('{"neighbors": 3, "seed": 7, "batch": 2}')
    words = ["train", *sorted(sample.glob("section_*.h5ad")), "--model", "knn", "--config", tmp_path / "s.json"]
    code, out, _ = ripple(*words, "--out", tmp_path / "c", "--seed", 9, "--json")
    assert code == 0
    assert json.loads(out)["settings"]["seed"] == 9
    assert json.loads(out)["settings"]["batch"] == 2
    assert rc.load(tmp_path / "c").config.neighbors == 3


def test_perturb_writes_the_result_and_its_recipe(ripple, experiment, sample, tmp_path):
    code, out, _ = ripple(*experiment, "--out", tmp_path / "r.h5ad", "--seed", 4, "--strength", 0.5)
    assert code == 0
    assert "simulated" in out
    assert f"written: {tmp_path / 'r.h5ad'}" in out
    result = ad.read_h5ad(tmp_path / "r.h5ad")
    assert {"observed", "control", "perturbed", "response"} <= set(result.layers)
    assert set(result.obs["ripple_role"]) == {"roi", "regenerated"}
    settings = json.loads(result.uns["ripple"])["recipe"]["settings"]
    assert (settings["seed"], settings["zone_um"]) == (4, 40.0)
    assert rc.Recipe.read(tmp_path / "r.recipe.json").edits[0].strength == 0.5
    counts = ad.read_h5ad(sample / "unseen.h5ad")[result.obs_names].X
    assert (counts != result.X).nnz == 0


def test_the_command_line_and_python_give_the_same_numbers(ripple, experiment, sample, tmp_path):
    assert ripple(*experiment, "--out", tmp_path / "r.h5ad")[0] == 0
    adata, model = rc.read(sample / "unseen.h5ad"), rc.load(sample / "checkpoint")
    edit = rc.edits.from_deg_table(sample / "deg.csv")
    result = rc.perturb(adata, model, rc.Roi.from_geojson(sample / "roi.geojson"), edit, zone_um=40)
    np.testing.assert_array_equal(ad.read_h5ad(tmp_path / "r.h5ad").layers["response"], result.layers["response"])


def test_a_recipe_runs_again_to_the_same_numbers(ripple, experiment, tmp_path):
    assert ripple(*experiment, "--out", tmp_path / "r.h5ad")[0] == 0
    code, _, err = ripple("run", tmp_path / "r.recipe.json", "--out", tmp_path / "again")
    assert (code, err) == (0, "")
    one, two = (ad.read_h5ad(tmp_path / name) for name in ("r.h5ad", "again/result.h5ad"))
    np.testing.assert_array_equal(one.layers["perturbed"], two.layers["perturbed"])


def test_json_of_a_perturbation(ripple, experiment, tmp_path):
    values = json.loads(ripple(*experiment, "--out", tmp_path / "r.h5ad", "--json")[1])
    assert values["simulated"] is True
    assert values["top_genes"][0]["gene"].startswith("Lig1")
    assert values["files"] == [str(tmp_path / f"r.{ending}") for ending in ("h5ad", "recipe.json", "methods.md")]


def test_the_model_is_checked_on_hidden_cells_of_the_section_unless_told_not_to(ripple, experiment, sample, tmp_path):
    code, out, _ = ripple(*experiment, "--out", tmp_path / "r.h5ad")
    assert code == 0
    badge = json.loads(ad.read_h5ad(tmp_path / "r.h5ad").uns["ripple"])["badge"]
    expected = rc.badge(rc.read(sample / "unseen.h5ad"), rc.load(sample / "checkpoint"))
    assert badge["words"] == expected.words
    assert expected.words in out
    assert expected.warning == ""
    code, out, _ = ripple(*experiment, "--out", tmp_path / "n.h5ad", "--no-badge")
    assert (code, "hidden discs" in out) == (0, False)
    assert "badge" not in json.loads(ad.read_h5ad(tmp_path / "n.h5ad").uns["ripple"])


def test_a_section_of_the_training_is_warned_of(ripple, experiment, sample, tmp_path):
    words = [sample / "section_1.h5ad" if word == sample / "unseen.h5ad" else word for word in experiment]
    assert "warning: The model was trained on this section" in ripple(*words, "--out", tmp_path / "r.h5ad")[1]


@pytest.mark.parametrize("kind", ["genes", "regions"])
def test_placebos_give_p_and_q_and_a_summary_in_plain_words(ripple, experiment, sample, tmp_path, kind):
    rc.Roi.circle((70, 70), 35).to_geojson(tmp_path / "roi.geojson")
    words = [tmp_path / "roi.geojson" if word == sample / "roi.geojson" else word for word in experiment]
    more = ("--null", 5, "--null-kind", kind, "--orders", 2, "--no-badge")
    code, out, _ = ripple(*words, "--out", tmp_path / "r.h5ad", *more)
    assert code == 0
    for part in (
        "spill-over of the 6 edited genes",
        "response of the 194 other genes",
        "beyond chance (q < 0.05 against 5",
    ):
        assert part in out
    assert all(f" {column} " in out for column in ("response", "sd", "p", "q"))
    result = ad.read_h5ad(tmp_path / "r.h5ad")
    assert {"ripple_p", "ripple_q"} <= set(result.obs) & set(result.var)


def test_a_gmt_and_a_json_edit(ripple, experiment, tmp_path):
    (tmp_path / "sets.gmt").write_text("My set\t\tLig1-01\tLig1-02\n")
    words = [word if str(word).rsplit("/", 1)[-1] != "deg.csv" else tmp_path / "sets.gmt" for word in experiment]
    assert ripple(*words, "--out", tmp_path / "r.h5ad", "--set", "My set")[0] == 0
    assert ad.read_h5ad(tmp_path / "r.h5ad").var["ripple_edited"].sum() == 2


def test_generate(ripple, sample, tmp_path):
    words = ["generate", sample / "unseen.h5ad", "--checkpoint", sample / "checkpoint", "--roi", sample / "roi.geojson"]
    assert ripple(*words, "--out", tmp_path / "g.h5ad", "--draws", 2)[0] == 0
    assert {"observed", "generated"} <= set(ad.read_h5ad(tmp_path / "g.h5ad").layers)


def test_one_section_of_a_file_with_several(ripple, experiment, sample, tmp_path):
    parts = [ad.read_h5ad(sample / f"{name}.h5ad") for name in ("section_1", "unseen")]
    ad.concat(parts).write_h5ad(tmp_path / "both.h5ad")
    words = [word if str(word).rsplit("/", 1)[-1] != "unseen.h5ad" else tmp_path / "both.h5ad" for word in experiment]
    for name in ("section_1", "unseen"):
        assert ripple(*words, "--out", tmp_path / "r.h5ad", "--section", name)[0] == 0
        assert set(ad.read_h5ad(tmp_path / "r.h5ad").obs["section"]) == {name}


def test_score_stands_beside_plain_rules(ripple, experiment, sample, tmp_path):
    assert ripple(*experiment, "--out", tmp_path / "r.h5ad")[0] == 0
    code, out, _ = ripple("score", tmp_path / "r.h5ad", "--truth", sample / "truth_unseen.h5ad")
    assert code == 0
    rows = ("model", "no change", "copy the ROI's change", "nearest 10 known cells")
    assert all(word in out for word in (*rows, "sign accuracy", "Pearson not edited", "Pearson all"))
    code, out, _ = ripple("score", tmp_path / "r.h5ad", "--truth", sample / "truth_unseen.h5ad", "--json")
    assert list(json.loads(out)) == list(rows)


def test_debug_shows_where_an_error_comes_from(tmp_path):
    with pytest.raises(rc.DataError):
        main(["info", str(tmp_path / "none.h5ad"), "--debug"])


def test_the_viewer_needs_a_display(ripple, monkeypatch, sample):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux can be without a display")
    code, _, err = ripple("view", sample / "unseen.h5ad")
    assert (code, err) == (1, "Expected a display, found none. Run it on a desktop, or under xvfb-run.\n")


def test_as_a_process_of_its_own(sample, tmp_path):
    command = [sys.executable, "-m", "ripple_core.cli"]
    good = subprocess.run([*command, "info", sample / "unseen.h5ad"], capture_output=True, text=True, check=False)
    assert (good.returncode, good.stderr) == (0, "")
    bad = subprocess.run([*command, "info", tmp_path / "x.h5ad"], capture_output=True, text=True, check=False)
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr == f"Expected a section file, found nothing at {tmp_path / 'x.h5ad'}. Check the path.\n"


def test_ctrl_c_keeps_what_is_done(sample, tmp_path):
    """A real interrupt, sent from within when the first cells are there."""
    script = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell may start its background jobs without it
        "from ripple_core.models.baselines import knn\n"
        "plain = knn.Knn.generate\n"
        "def generate(self, scene, settings):\n"
        "    for number, cells in enumerate(plain(self, scene, settings)):\n"
        "        yield cells\n"
        "        if number == 1: os.kill(os.getpid(), signal.SIGINT)\n"
        "knn.Knn.generate = generate\n"
        "from ripple_core.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    words = ["perturb", sample / "unseen.h5ad", "--checkpoint", sample / "checkpoint", "--roi", sample / "roi.geojson"]
    words += ["--edit", sample / "deg.csv", "--out", tmp_path / "r.h5ad"]
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, check=False, env=os.environ
    )
    assert done.returncode == 130, done.stderr
    assert "Stopped" in done.stdout
    result = ad.read_h5ad(tmp_path / "r.h5ad")
    assert json.loads(result.uns["ripple"])["complete"] is False
    assert 0 < (result.obs["ripple_role"] == "regenerated").sum() < 250
