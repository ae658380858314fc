"""What a GeST makes of every cell's place: the niche embedding (paper section 4.5), many places of a window in one pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from scipy.spatial import cKDTree
from torch import Tensor

from ripple_core.encoded import Rows
from ripple_core.models.contract import Embedded
from ripple_core.models.gest.network.known import View
from ripple_core.models.gest.network.transformer import GestNetwork
from ripple_core.positions import tiles
from ripple_core.training.threads import fastest_threads
from ripple_core.training.windows import turn_and_mirror

TILE = 16
WINDOWS_PER_PASS = {"cpu": 4, "cuda": 64, "mps": 16}
WORTH_TIMING = 40


@dataclass(frozen=True)
class Windows:
    """Windows that share one pass, each with the places asked about.

    Parameters
    ----------
    expression
        (batch, cells, genes) in reading order, log-normalised.
    place
        (batch, cells, 2), relative to the window's centre in half sides.
    asked
        Which cells of each window are asked about (batch, places).
    """

    expression: Tensor
    place: Tensor
    asked: Tensor


class Reader:
    """Gives every cell of a section a window: the cells nearest to its tile, in random order, turned and mirrored at random.

    Up to ``TILE`` neighbouring cells share one window, as in generation: the paper reads a window for each, at many times the
    cost.
    """

    def __init__(self, expression: Rows, xy_um: np.ndarray, *, max_cells: int, window_um: float) -> None:
        self.expression, self.xy_um, self.half_um = expression, xy_um, window_um / 2
        self.tree = cKDTree(xy_um)
        self.cells = min(max_cells, len(xy_um))
        self.size = min(TILE, max(1, self.cells // 2))

    def tiles(self) -> list[np.ndarray]:
        """All cells in compact groups of at most ``size``."""
        return tiles(self.xy_um, np.arange(len(self.xy_um)), self.size)

    def windows(self, groups: list[np.ndarray], rng: np.random.Generator) -> Windows:
        """The windows of some tiles (rows of cells); a tile with fewer cells than the largest asks about its first one again."""
        drawn = [self._window(group, rng) for group in groups]
        largest = max(len(group) for group in groups)
        asked = [np.pad(own, (0, largest - len(own)), mode="edge") for _, _, own in drawn]
        return Windows(
            torch.from_numpy(np.stack([self.expression[rows] for rows, _, _ in drawn]).astype(np.float32)),
            torch.from_numpy(np.stack([place for _, place, _ in drawn]).astype(np.float32)),
            torch.from_numpy(np.stack(asked)),
        )

    def _window(self, group: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows in reading order, their places, and where in the order the group's cells stand."""
        center = self.xy_um[group].mean(axis=0)
        near = np.atleast_1d(self.tree.query(center, k=self.cells)[1])
        others = near[~np.isin(near, group)][: self.cells - len(group)]
        order = rng.permutation(self.cells)
        rows = np.concatenate([group, others])[order]
        place = turn_and_mirror(self.xy_um[rows] - center, rng) / self.half_um
        return rows, place, np.argsort(order)[: len(group)]


def look(network: GestNetwork, windows: Windows) -> tuple[Tensor, Tensor, View | None]:
    """The last hidden states of the places asked about and of the cells that stand there (batch, places, dim), and what they see.

    A place sees all cells of its window, the one that stands there too, and no other place.
    """
    index = windows.asked[..., None]
    where = windows.place.gather(1, index.expand(-1, -1, 2))
    cells, places, view = network.look(windows.expression, windows.place, where)
    return places, cells.gather(1, index.expand(-1, -1, cells.shape[-1])), view


def embed(network: GestNetwork, expression: Rows, xy_um: np.ndarray, seed: int) -> Iterator[Embedded]:
    """Embed all cells of a section, a few tiles at a time.

    Parameters
    ----------
    expression
        (cells, genes), log-normalised in the model's space; only the rows of a few windows are asked for at a time.
    xy_um
        (cells, 2).
    seed
        Of the reading orders, turns and mirror images.
    """
    config, device = network.config, network.meta_expression.device
    reader = Reader(expression, xy_um, max_cells=config.max_cells, window_um=config.window_um)
    rng = np.random.default_rng([seed, 61])
    groups, step = reader.tiles(), WINDOWS_PER_PASS.get(device.type, 4)
    if device.type == "cpu" and len(groups) > WORTH_TIMING:
        rehearsal = reader.windows(groups[:1], np.random.default_rng(0))
        fastest_threads(lambda: _pass(network, rehearsal))
    for start in range(0, len(groups), step):
        some = groups[start : start + step]
        place, own, expected = _pass(network, reader.windows(some, rng))
        kept = np.concatenate([i * place.shape[1] + np.arange(len(group)) for i, group in enumerate(some)])
        flat = (part.reshape(-1, part.shape[-1])[kept] for part in (place, own, expected))
        yield Embedded(np.concatenate(some), *flat)


def _pass(network: GestNetwork, windows: Windows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hidden states of places and of cells (batch, places, dim), and the expression expected there (batch, places, genes)."""
    device = network.meta_expression.device
    with torch.inference_mode():
        here = Windows(windows.expression.to(device), windows.place.to(device), windows.asked.to(device))
        place, own, view = look(network, here)
        expected = network.expect(place, None if view is None else view.copied())
        if expected is None:
            expected = network.read_out(place).softmax(dim=-1) @ network.meta_expression
    found = tuple(part.float().cpu().numpy() for part in (place, own, expected))
    return found[0], found[1], found[2]
