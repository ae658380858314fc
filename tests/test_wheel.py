"""The wheel as a user gets it: installed in a clean environment, its manifest valid, its command there."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def run(*command, **environment):
    """Run a command; give what it prints, or fail with it."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def clean(wheel, tmp_path_factory):
    """A new environment with the wheel in it; its dependencies are those of the environment the tests run in."""
    folder = tmp_path_factory.mktemp("clean")
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--quiet", wheel)
    packages = next((folder / "lib").glob("python*")) / "site-packages"
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


def test_the_wheel_holds_both_packages_and_nothing_else(wheel):
    tops = {entry.split("/")[0] for entry in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"ripple_core", "napari_ripple"}
    assert "napari_ripple/napari.yaml" in zipfile.ZipFile(wheel).namelist()


def test_the_packages_come_from_the_wheel(clean):
    where = run(clean / "python", "-c", "import ripple_core, napari_ripple; print(ripple_core.__file__)")
    assert str(clean.parent) in where


def test_the_manifest_is_valid(clean):
    out = run(clean / "python", "-m", "npe2", "validate", "napari-ripple")
    assert "valid!" in out
    assert "invalid" not in out.casefold()


def test_the_command_is_there(clean):
    out = run(clean / "ripple", "--help", COLUMNS="120")
    assert all(command in out for command in ("info", "train", "perturb", "view"))


def test_a_made_tissue_without_a_checkout(clean, tmp_path):
    run(clean / "ripple", "sample", tmp_path, "--cells", 300, "--sections", 2)
    assert "300 cells" in run(clean / "ripple", "info", tmp_path / "unseen.h5ad")
