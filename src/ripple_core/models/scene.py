"""What a model is given to generate from: known cells on several lines, and the places that are asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

Rows = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Scene:
    """What is known and what is asked for, in several lines that share their positions.

    Parameters
    ----------
    known_xy_um
        Positions (known, 2) of the cells that are given, in the order in which they are read.
    known_expression
        Their expression (lines, known, genes), log-normalised in the model's space. Line 0 is the control by custom.
    target_xy_um
        Positions (targets, 2) to generate, in generation order.
    target_observed
        What the target cells are observed to be (targets, genes), where their identity is to be kept; None: nothing is known. Beside
        it, line 0 stands for the tissue as observed, and a model may answer only what differs from it.
    present
        Which of the known cells each line has (lines, known); None: each has all of them. A line is generated as if the cells that
        it lacks had never been, and what stands in their place in ``known_expression`` is not read.
    """

    known_xy_um: np.ndarray
    known_expression: np.ndarray
    target_xy_um: np.ndarray
    target_observed: np.ndarray | None = None
    present: np.ndarray | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """Lines, known cells and genes."""
        lines, known, genes = self.known_expression.shape
        return lines, known, genes

    @property
    def lines(self) -> int:
        """How many lines run as one batch."""
        return self.shape[0]

    def expression(self, rows: np.ndarray) -> np.ndarray:
        """Expression (lines, rows, genes) of some known cells."""
        return self.known_expression[:, rows]

    def control(self, rows: np.ndarray) -> np.ndarray:
        """Expression (rows, genes) of some known cells on line 0."""
        return self.known_expression[0, rows]

    def differing(self) -> np.ndarray:
        """Known cells (cells,) that are not the same on every line."""
        return np.flatnonzero((self.known_expression != self.known_expression[:1]).any(axis=(0, 2)))

    @property
    def shared(self) -> int:
        """How many of the first known cells are made to be the same on every line; 0 where nothing is said of it."""
        return 0

    def part(self, lines: np.ndarray | slice = slice(None), targets: slice = slice(None)) -> Scene:
        """The same with some of the lines and targets alone."""
        return Scene(
            self.known_xy_um,
            self.known_expression[lines],
            self.target_xy_um[targets],
            self._observed(targets),
            None if self.present is None else self.present[lines],
        )

    def by_presence(self) -> list[tuple[np.ndarray, Scene]]:
        """Lines (lines,) that have the same cells, each with a scene of them and of these cells alone; line 0 leads the first."""
        if self.present is None:
            return [(np.arange(self.lines), self)]
        _, first, group = np.unique(self.present, axis=0, return_index=True, return_inverse=True)
        found = []
        for number in np.argsort(first):
            lines, has = np.flatnonzero(group.reshape(-1) == number), self.present[first[number]]
            of_lines = self.known_expression[np.ix_(lines, np.flatnonzero(has))]
            alone = replace(self, known_xy_um=self.known_xy_um[has], known_expression=of_lines, present=None)
            found.append((lines, alone))
        return found

    def _observed(self, targets: slice) -> np.ndarray | None:
        return None if self.target_observed is None else self.target_observed[targets]


class SceneInParts(Scene):
    """A scene whose known cells are read when they are looked at, and of which only the last differ between lines.

    A large region has tens of thousands of cells around it, of which the first window sees a few hundred: what is generated first
    need not wait for the others. ``known_expression`` is made whole for whoever asks for it.

    Parameters
    ----------
    known_xy_um, target_xy_um, target_observed
        As in :class:`Scene`.
    shared
        Gives the expression (rows, genes) of some of the known cells, by number, that are the same on every line: the first ones.
    own
        Expression (lines, cells, genes) of the others, which are the last.
    """

    def __init__(
        self,
        known_xy_um: np.ndarray,
        shared: Rows,
        own: np.ndarray,
        target_xy_um: np.ndarray,
        target_observed: np.ndarray | None = None,
    ) -> None:
        fields = {"known_xy_um": known_xy_um, "target_xy_um": target_xy_um, "target_observed": target_observed}
        for name, value in {**fields, "_shared": shared, "_own": own}.items():
            object.__setattr__(self, name, value)

    @cached_property
    def known_expression(self) -> np.ndarray:  # a field of Scene, here made when it is needed
        """All of it (lines, known, genes)."""
        return self.expression(np.arange(len(self.known_xy_um)))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Lines, known cells and genes."""
        lines, _, genes = self.__dict__["_own"].shape
        return lines, len(self.known_xy_um), genes

    @property
    def shared(self) -> int:
        """How many of the first known cells are the same on every line: all but ``own``."""
        return len(self.known_xy_um) - self.__dict__["_own"].shape[1]

    def expression(self, rows: np.ndarray) -> np.ndarray:
        """Expression (lines, rows, genes) of some known cells."""
        shared, own = self.__dict__["_shared"], self.__dict__["_own"]
        rows, same = np.asarray(rows), self.shared
        is_own = rows >= same
        found = np.empty((len(own), len(rows), own.shape[2]), np.float32)
        if not is_own.all():
            found[:, ~is_own] = shared(rows[~is_own])
        found[:, is_own] = own[:, rows[is_own] - same]
        return found

    def control(self, rows: np.ndarray) -> np.ndarray:
        """Expression (rows, genes) of some known cells on line 0."""
        return self.part(slice(0, 1)).expression(rows)[0]

    def differing(self) -> np.ndarray:
        """Known cells (cells,) that are not the same on every line."""
        own = self.__dict__["_own"]
        different = np.flatnonzero((own != own[:1]).any(axis=(0, 2)))
        return self.shared + different

    def part(self, lines: np.ndarray | slice = slice(None), targets: slice = slice(None)) -> Scene:
        """The same with some of the lines and targets alone."""
        shared, own = self.__dict__["_shared"], self.__dict__["_own"]
        asked = self.target_xy_um[targets], self._observed(targets)
        return SceneInParts(self.known_xy_um, shared, own[lines], *asked)
