"""The python and sh blocks of README and docs, run block after block in a folder with the sample data."""

import doctest
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(python|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MINUTES = re.compile(r"--max-minutes [\d.]+")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
SHORT = "--max-minutes 0.1"
OF_CHECKOUT = re.compile(r"^(git|make) ", re.MULTILINE)


def blocks(path):
    """The runnable blocks of a document, in order."""
    return BLOCK.findall(path.read_text(encoding="utf-8"))


def name(path):
    return str(path.relative_to(ROOT))


def run(command, folder):
    """Run one command in the folder, with this environment's programs first on the path."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-3000:]


@pytest.fixture
def folder(tmp_path):
    """A folder with ``sample_data`` and ``out`` in it, as a checkout has them."""
    (tmp_path / "sample_data").symlink_to(ROOT / "sample_data")
    (tmp_path / "out").mkdir()
    return tmp_path


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if blocks(path)], ids=name)
def test_what_is_written_runs(path, folder):
    """All Python of a document as one script, and its shell blocks, but for make and git; first what the document begins with."""
    found = blocks(path)
    commands = [
        ["sh", "-ec", MINUTES.sub(SHORT, text)] for kind, text in found if kind == "sh" and not OF_CHECKOUT.search(text)
    ]
    script = "\n".join(text for kind, text in found if kind == "python")
    scripts = [[sys.executable, "-c", script]] if script else []
    for command in [*scripts, *commands] if found[0][0] == "python" else [*commands, *scripts]:
        run(command, folder)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_links_lead_somewhere(path):
    links = LINK.findall(path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_make_knows_every_target_that_is_written_down():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE))
    assert {"demo", "test", "check", "setup"} <= named <= targets


MODULES = [path for path in sorted((ROOT / "src").rglob("*.py")) if ">>> " in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_the_examples_in_docstrings_hold(path, folder, monkeypatch):
    monkeypatch.chdir(folder)
    module = import_module(".".join(path.relative_to(ROOT / "src").with_suffix("").parts))
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert result.failed == 0
