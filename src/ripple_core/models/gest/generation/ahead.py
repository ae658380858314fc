"""What later cells read of earlier ones directly: all weights follow from places, so they are made for all steps of a window at once."""

from __future__ import annotations

import torch
from torch import Tensor

from ripple_core.models.gest.generation.surroundings import Windows
from ripple_core.models.gest.network.known import KnownCells, Summed, View
from ripple_core.models.gest.network.neighborhood import Neighborhood, averages
from ripple_core.models.gest.network.transformer import GestNetwork


class Ahead:
    """The neighbourhood means and copies of every target of some windows.

    What the given cells add to a target's sums is made at the start, in one product for all targets, and only once for what the
    lines of a window have in common. What generated cells add is made step by step.

    Parameters
    ----------
    places
        Of the known cells and the targets (windows, cells + targets, 2).
    expects
        Whether anything is to be copied.
    """

    def __init__(
        self, network: GestNetwork, neighborhood: Neighborhood, windows: Windows, places: Tensor, *, expects: bool
    ) -> None:
        _, self.lines, self.given = windows.shape
        distance = torch.cdist(windows.target_place, places, compute_mode="donot_use_mm_for_euclid_dist")
        earlier = torch.ones(distance.shape[1:], device=distance.device).tril(self.given - 1)
        self.means, self.crowd = neighborhood.weights(distance, earlier)
        self.copied = network.kriging_in_order(places, self.given).mean(dim=1) if expects else None
        own = self._known(network, windows.known[:, :, windows.shared :], windows.place[:, windows.shared :])
        self.summed = self._sums(own, slice(windows.shared, self.given), self.lines)
        if windows.shared > 0:
            common = self._known(network, windows.known[:, :1, : windows.shared], windows.place[:, : windows.shared])
            self.summed = self.summed + self._of_rows(self._sums(common, slice(windows.shared), 1))
        self.made = KnownCells.room(own, windows.targets.shape[1])

    def write(self, step: int, cells: KnownCells | None) -> None:
        """Take up the cells of a step (rows, 1, ...), those of the first rows."""
        if cells is not None:
            self.made.write(step, cells)

    def view(self, step: int, count: int) -> View:
        """What the targets of a step see, in the first windows."""
        at, rows = slice(step, step + 1), count * self.lines
        made = slice(self.given, self.given + step)
        return View(
            self.made.first(rows, step),
            _repeated(self.means[:count, :, at, made], self.lines),
            _repeated(self.crowd[:count, :, at], self.lines),
            None if self.copied is None else _repeated(self.copied[:count, at, made], self.lines),
            self.summed.at(rows, at),
        )

    def _sums(self, cells: KnownCells, which: slice, lines: int) -> Summed:
        """Sums of all targets over some of the given cells."""
        traits = averages(_repeated(self.means[..., which], lines).to(cells.traits.dtype), cells.traits)
        if self.copied is None:
            return Summed(traits, None)
        return Summed(traits, _repeated(self.copied[..., which], lines).to(cells.scaled.dtype) @ cells.scaled)

    def _of_rows(self, sums: Summed) -> Summed:
        copied = None if sums.copied is None else _repeated(sums.copied, self.lines)
        return Summed(_repeated(sums.traits, self.lines), copied)

    @staticmethod
    def _known(network: GestNetwork, known: Tensor, place: Tensor) -> KnownCells:
        cells = network.know(known.flatten(0, 1), _repeated(place, known.shape[1]))
        if cells is None:
            raise TypeError("a network without direct paths looks at nothing ahead")
        return cells


def _repeated(values: Tensor, lines: int) -> Tensor:
    """(windows, ...) repeated for every line (rows, ...)."""
    return values.repeat_interleave(lines, dim=0) if lines > 1 else values
