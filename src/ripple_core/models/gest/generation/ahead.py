"""What later cells read of earlier ones directly: all weights follow from places, so they are made for all steps of a window at once."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ripple_core.models.gest.generation.surroundings import Windows
from ripple_core.models.gest.network.neighborhood import Neighborhood, averages
from ripple_core.models.gest.network.transformer import GestNetwork


class Ahead:
    """What every target of some windows is told of known cells, and copies of them, in memory that is allocated once.

    What the given cells add is made at the start, in one product for all targets, and only once for what the lines of a window have
    in common. What generated cells add is added step by step, in place.

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
        self.neighborhood = neighborhood
        distance = torch.cdist(windows.target_place, places, compute_mode="donot_use_mm_for_euclid_dist")
        earlier = torch.ones(distance.shape[1:], device=distance.device).tril(self.given - 1)
        means, crowd = neighborhood.weights(distance, earlier)
        scaled = network.scaled(windows.known)
        self.means, sums = self._begun(means, scaled, windows.shared, neighborhood.traits)
        self.told = torch.cat([sums, self._of_rows(crowd)[..., None]], dim=-1).transpose(1, 2).contiguous()
        self.traits = sums.new_empty(len(sums), sums.shape[2], sums.shape[3])
        self.copied: Tensor | None = None
        if expects:
            copying = network.kriging_in_order(places, self.given).mean(dim=1)[:, None]
            self.copying, copied = self._begun(copying, scaled, windows.shared, lambda cells: cells)
            self.copied = copied[:, 0].contiguous()
            self.scaled = torch.empty_like(self.copied)

    def _begun(
        self, weight: Tensor, scaled: Tensor, shared: int, of: Callable[[Tensor], Tensor]
    ) -> tuple[Tensor, Tensor]:
        """The weights of each row's targets among themselves (rows, kinds, targets, targets), and sums (rows, kinds, targets, width).

        From weights (windows, kinds, targets, cells + targets) and the given cells (windows, lines, cells, genes); ``of`` makes of
        cells what is summed. The first ``shared`` cells are the same on every line and summed once.
        """
        weight = weight.to(scaled.dtype)
        sums = averages(self._of_rows(weight[..., shared : self.given]), of(scaled[:, :, shared:].flatten(0, 1)))
        if shared:
            sums = sums + self._of_rows(averages(weight[..., :shared], of(scaled[:, 0, :shared])))
        return self._of_rows(weight[..., self.given :]).contiguous(), sums

    def _of_rows(self, values: Tensor) -> Tensor:
        """(windows, ...) repeated for every line (rows, ...)."""
        return values.repeat_interleave(self.lines, dim=0) if self.lines > 1 else values

    def write(self, step: int, scaled: Tensor) -> None:
        """Take up what was generated in a step (rows, genes), scaled, of the first rows."""
        self.traits[: len(scaled), step] = self.neighborhood.traits(scaled)
        if self.copied is not None:
            self.scaled[: len(scaled), step] = scaled

    def hear(self, step: int, rows: int) -> Tensor:
        """What the neighbourhood makes of the targets of a step (rows, 1, dim); ask once for each step."""
        told = self.told[:rows, step]
        if step:
            told[..., :-1] += self.means[:rows, :, step, :step] @ self.traits[:rows, :step]
        return self.neighborhood(told[:, None])

    def copy(self, step: int, rows: int) -> Tensor | None:
        """What is copied for the targets of a step (rows, 1, genes), scaled; None where nothing is to be expected. Ask once."""
        if self.copied is None:
            return None
        copied = self.copied[:rows, step : step + 1]
        if step:
            copied += self.copying[:rows, 0, step : step + 1, :step] @ self.scaled[:rows, :step]
        return copied
