"""House rules: short files and functions, an opening sentence, imports that run one way, and a quick start."""

import ast
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
FILES = [*SOURCES, *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "docs").rglob("*.py"))]
FILES += sorted((ROOT / "sample_data").rglob("*.py"))
MAX_FILE, MAX_FUNCTION, MAX_WIDGET, MAX_METHODS = 400, 50, 150, 12
TEXTS = {".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".sh", ""}


def name(path):
    return str(path.relative_to(ROOT))


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def body_lines(node):
    """Lines of a function or class without its docstring."""
    first = node.body[0]
    documented = ast.get_docstring(node) is not None
    return node.end_lineno - node.lineno + 1 - (first.end_lineno - first.lineno + 1 if documented else 0)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_opens_with_a_sentence_and_is_short(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_FILE
    if path.name == "__init__.py" and not text.strip():
        return
    opening = ast.get_docstring(ast.parse(text)) or ""
    assert re.match(r"\S.*[.!:]$", opening.splitlines()[0] if opening else ""), "a file opens with one sentence"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_functions_are_short(path):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    long = [
        f"{n.name}: {body_lines(n)}"
        for n in ast.walk(tree_of(path))
        if isinstance(n, kinds) and body_lines(n) > MAX_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize("path", sorted((ROOT / "src/napari_ripple/widgets").rglob("*.py")), ids=name)
def test_widgets_are_small(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ClassDef):
            methods = sum(isinstance(part, ast.FunctionDef) for part in node.body)
            assert (body_lines(node) <= MAX_WIDGET, methods <= MAX_METHODS) == (True, True), (node.name, methods)


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_nothing_is_executed_from_files_and_nothing_is_left_open(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None) or ""
            names = {alias.name for alias in node.names} | {module}
            assert not names & {"pickle", "dill", "joblib", "cloudpickle"}
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in {"eval", "exec", "torch.load", "np.load", "pd.read_pickle"}
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"line {node.lineno}: says what it catches"
        if isinstance(node, ast.Assert):
            pytest.fail(f"line {node.lineno}: input is checked with errors, not assert")
    assert not re.search(r"\b(TODO|FIXME|XXX|NotImplementedError)\b", path.read_text(encoding="utf-8"))


def tracked():
    """The text files that git knows or would add; all of the tree where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    paths = [ROOT / line for line in listed.stdout.splitlines()] if listed.returncode == 0 else FILES
    return [path for path in paths if path.is_file() and path.suffix in TEXTS]


def test_no_path_of_one_persons_machine_is_written_down():
    own = re.compile(r"(?<![\w.])/(home|root|Users|work|mnt)/\w")
    found = [name(path) for path in tracked() if own.search(path.read_text(encoding="utf-8", errors="ignore"))]
    assert found == []


def loaded_by(statement):
    """The top-level packages that are loaded after a statement, in a Python of its own."""
    code = f"{statement}\nimport sys\nprint(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("package", ["ripple_core", "napari_ripple", "ripple_core.cli"])
def test_torch_waits_until_a_model_is_used(package):
    assert "torch" not in loaded_by(f"import {package}")


def test_importing_the_core_loads_no_tables_either():
    assert not {"anndata", "pandas", "scipy", "sklearn"} & loaded_by("import ripple_core")


def test_every_public_name_is_there_and_the_core_knows_no_screen():
    statement = (
        "import importlib, pkgutil, ripple_core as rc\n"
        "[importlib.import_module(m.name) for m in pkgutil.walk_packages(rc.__path__, 'ripple_core.')\n"
        " if not m.name.endswith('__main__')]\n"
        "[getattr(rc, name) for name in rc.__all__]\n"
        "rc.perturb.__name__, callable(rc.perturb) or exit('rc.perturb is hidden by the package')"
    )
    loaded = loaded_by(statement)
    assert "torch" in loaded
    assert not {"napari", "napari_ripple", "qtpy", "PyQt6", "PySide6", "vispy", "pyqtgraph", "magicgui"} & loaded


def test_an_unknown_public_name_is_an_attribute_error():
    import ripple_core

    with pytest.raises(AttributeError, match="nothing_like_that"):
        _ = ripple_core.nothing_like_that


def test_sibling_models_offer_the_same():
    catalog = import_module("ripple_core.models.catalog")
    for record in catalog.RECORDS.values():
        module = import_module(record.module)
        assert [word for word in ("train_iter", "load", "config", "NAME") if not hasattr(module, word)] == []
        assert record.name == module.NAME


@pytest.mark.parametrize(("tests", "package"), [("core", "ripple_core"), ("plugin", "napari_ripple")])
def test_tests_mirror_the_source(tests, package):
    """A test file stands in the same folder as the module or the panel that it tests."""
    for test in sorted((ROOT / "tests" / tests).rglob("test_*.py")):
        folder = ROOT / "src" / package / test.parent.relative_to(ROOT / "tests" / tests)
        assert folder.is_dir(), f"{name(test)} stands in a folder that the source does not have"


def test_imports_run_down():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
