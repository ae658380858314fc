"""Which methods of other packages there are, what each needs, and how what is not installed is skipped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Generic, TypeVar

import numpy as np

from ripple_core.benchmark.outside import cellcharter, celltypist, graphst, scanvi, spagcn
from ripple_core.section import Section

Annotate = Callable[[Sequence[Section], Sequence[np.ndarray], Section, int], np.ndarray]
"""(teachers, their labels, test section, seed) → a label for each cell of the test section (cells,)."""
Group = Callable[[Section, int, int], np.ndarray]
"""(section, number of groups, seed) → a group for each cell (cells,), from 0."""
Way = TypeVar("Way", Annotate, Group)


@dataclass(frozen=True)
class Method(Generic[Way]):
    """A method of another package.

    Parameters
    ----------
    name
        How it is shown.
    extra
        The optional extra of this package that installs it.
    package
        What is imported.
    run
        The method itself; it imports the package when it is called.
    """

    name: str
    extra: str
    package: str
    run: Way

    @property
    def installed(self) -> bool:
        """Whether its package is here; nothing is imported to find out."""
        return find_spec(self.package) is not None

    @property
    def missing(self) -> str:
        """The line that stands in a report in its place."""
        return f"{self.name}: skipped, it was not installed (pip install 'napari-ripple[{self.extra}]')."


ANNOTATORS = (
    Method("CellTypist", "celltypist", "celltypist", celltypist.annotate),
    Method("scANVI", "scanvi", "scvi", scanvi.annotate),
)
GROUPERS = (
    Method("CellCharter", "cellcharter", "cellcharter", cellcharter.group),
    Method("GraphST", "graphst", "GraphST", graphst.group),
    Method("SpaGCN", "spagcn", "SpaGCN", spagcn.group),
)


def skipped(among: Sequence[Method[Annotate]] | Sequence[Method[Group]], shown: Sequence[str]) -> list[str]:
    """A line for each method that does not stand among those that are shown."""
    return [method.missing for method in among if method.name not in shown]
