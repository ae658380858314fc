"""Methods of other packages: each runs where it is installed, and says how to install it where it is not."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from ripple_core.benchmark.outside.methods import ANNOTATORS, GROUPERS, Method, skipped
from ripple_core.niche.labels import labels_of
from ripple_core.section import Section

ROOT = Path(__file__).resolve().parents[4]
EVERY = (*ANNOTATORS, *GROUPERS)


def named(method: Method) -> str:
    return method.name


def with_empty_cell(section: Section, cell: int) -> Section:
    """The section, one of its cells without a single count."""
    adata = section.to_anndata()
    keep = np.ones(len(section), dtype=np.float32)
    keep[cell] = 0
    adata.X = adata.X.multiply(keep[:, None]).tocsr()
    return Section.from_anndata(adata, section.name)


@pytest.mark.parametrize("method", ANNOTATORS, ids=named)
def test_labels_are_those_of_the_teachers(method, sections) -> None:
    pytest.importorskip(method.package, reason=method.missing)
    label = labels_of(sections[0], "cell_type")
    label[:50] = ""
    given = method.run(sections[:1], [label], with_empty_cell(sections[1], 7), 0)
    assert given.shape == (len(sections[1]),)
    assert set(given) <= set(label) - {""}
    assert (given == labels_of(sections[1], "cell_type")).mean() > 0.8


@pytest.mark.parametrize("method", GROUPERS, ids=named)
def test_groups_are_parts_of_the_tissue(method, section) -> None:
    pytest.importorskip(method.package, reason=method.missing)
    first = method.run(section, 4, 0)
    assert first.shape == (len(section),)
    assert 2 <= first.max() + 1 <= 4
    assert set(first) == set(range(first.max() + 1))
    np.testing.assert_array_equal(first, method.run(section, 4, 0))


@pytest.mark.parametrize("method", EVERY, ids=named)
def test_the_line_names_an_extra_that_there_is(method) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert extras[method.extra]
    assert method.missing.startswith(f"{method.name}: skipped")
    assert method.missing.endswith(f"napari-ripple[{method.extra}]').")


def test_what_is_not_shown_is_said_once() -> None:
    assert skipped(ANNOTATORS, ["CellTypist"]) == [ANNOTATORS[1].missing]
    assert skipped(GROUPERS, [one.name for one in GROUPERS]) == []


def test_a_package_that_is_not_here_is_not_installed() -> None:
    assert not Method("Nothing", "nothing", "no_such_package_anywhere", ANNOTATORS[0].run).installed
    assert Method("NumPy", "numpy", "numpy", ANNOTATORS[0].run).installed
