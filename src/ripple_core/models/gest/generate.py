"""Generation cell after cell: a cached decoder that wastes nothing, and a plain one that recomputes all, as its oracle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from scipy.spatial import cKDTree
from torch import Tensor

from ripple_core.models.contract import Generated, GenerationSettings, Scene
from ripple_core.models.gest.kept import Kept
from ripple_core.models.gest.known import KnownCells, View
from ripple_core.models.gest.network import GestNetwork
from ripple_core.nn.attention import among_cells
from ripple_core.nn.kv_cache import KeyValueCache
from ripple_core.nn.sampling import choose

GROUP_SHARE = 0.15
LOOK_AHEAD = 400


@dataclass(frozen=True)
class Chooser:
    """Turns what the network says of one cell into expression: what is shown (lines, genes) and what later cells see."""

    meta_expression: Tensor
    settings: GenerationSettings
    generator: torch.Generator

    def __call__(self, logits: Tensor, expected: Tensor | None) -> tuple[Tensor, Tensor]:
        """From logits (lines, tokens), and the expectation (lines, genes) where the network has one and identity is open."""
        mode = self.settings.mode
        if mode == "weighted":
            shown = logits.float().softmax(dim=-1) @ self.meta_expression if expected is None else expected.float()
            return shown, shown if self.settings.feedback == "aggregated" else self.meta_expression[
                logits.argmax(dim=-1)
            ]
        if mode == "picking":
            shown = self.meta_expression[logits.argmax(dim=-1)]
        else:
            shown = self.meta_expression[choose(logits, self.settings.temperature, self.settings.top_k, self.generator)]
        return shown, shown


def chooser(network: GestNetwork, settings: GenerationSettings) -> Chooser:
    """A chooser with its own random stream from the settings' seed."""
    return Chooser(network.meta_expression, settings, torch.Generator(device="cpu").manual_seed(settings.seed))


@dataclass(frozen=True)
class Targets:
    """Turns what the network says of the targets of a window into expression, with what is known of their identity."""

    pick: Chooser
    kept: Kept | None
    rows: np.ndarray

    def __call__(self, number: int, logits: Tensor, expected: Tensor | None) -> tuple[Tensor, Tensor]:
        """What is shown of the window's target of that number (lines, genes), and what later cells see."""
        if self.kept is None:
            return self.pick(logits, expected)
        target = int(self.rows[number])
        shown, seen = self.pick(logits + self.kept.prior[target], None)
        if self.pick.settings.mode != "weighted":
            return shown, seen
        shown = self.kept.expected(target, shown)
        return shown, shown if self.pick.settings.feedback == "aggregated" else seen


Choose = Callable[[int, Tensor, Tensor | None], tuple[Tensor, Tensor]]


class WindowDecoder:
    """Generates the targets of one window with a key/value cache; the lines of a batch go through together.

    A query needs no cache of its own: it is written into the slot behind the last cell and overwritten by the next cell, so the
    append of cell t − 1 and the query of cell t are one pass of two tokens.
    """

    def __init__(self, network: GestNetwork, known: Tensor, place: Tensor, targets: Tensor) -> None:
        self.network = network
        self.filled = known.shape[1]
        self.cache = KeyValueCache.empty(network.config, known.shape[0], self.filled + len(targets) + 1, known)
        tokens = network.cell_tokens(known, place.expand(len(known), -1, -1))
        cells = network.know(known, place)
        self.known = None if cells is None else KnownCells.room(cells, self.filled + len(targets))
        self.kriging = None if cells is None else network.kriging_in_order(torch.cat([place, targets])[None])
        self._keep(0, cells)
        if self.filled:
            self._read(tokens)

    def _keep(self, start: int, cells: KnownCells | None) -> None:
        if self.known is not None and cells is not None:
            self.known.write(start, cells)

    def _read(self, x: Tensor) -> None:
        """Put the tokens of the known cells (lines, cells, dim) into the cache."""
        for layer, block in enumerate(self.network.layers()):
            q, k, v = block.project(x)
            self.cache.write(layer, 0, k, v)
            x = block.finish(x, among_cells(q, k, v))

    def next(self, previous: tuple[Tensor, Tensor] | None, place: Tensor) -> tuple[Tensor, Tensor | None]:
        """Logits (lines, tokens) and expectation (lines, genes) for the cell at ``place`` (2,).

        The previous cell (expression, place) is appended first.
        """
        network, lines = self.network, self.cache.lines
        here = place.expand(lines, 1, 2)
        cell = None
        if previous is not None:
            expression, where = previous[0][:, None], previous[1].expand(lines, 1, 2)
            cell = network.cell_tokens(expression, where)
            self._keep(self.filled, network.know(expression, where))
        view = self._view(here, self.filled + (cell is not None))
        query = network.query_tokens(here, view)
        x = query if cell is None else torch.cat([cell, query], dim=1)
        start, stop = self.filled, self.filled + x.shape[1]
        for layer, block in enumerate(network.layers()):
            q, k, v = block.project(x)
            self.cache.write(layer, start, k, v)
            x = block.finish(x, self.cache.attend(layer, q, stop))
        self.filled = stop - 1
        expected = network.expect(x[:, -1:], view)
        return network.read_out(x[:, -1:])[:, 0], None if expected is None else expected[:, 0]

    def _view(self, here: Tensor, seen: int) -> View | None:
        """The first ``seen`` cells from the place of the next (lines, 1, 2)."""
        if self.known is None or self.kriging is None:
            return None
        return self.known.first(seen).seen_from(here, self.kriging[:, :, seen : seen + 1, :seen])


def generate_window(
    network: GestNetwork, known: Tensor, place: Tensor, targets: Tensor, choose: Choose
) -> Iterator[Tensor]:
    """Yield the expression (lines, genes) of each target place (targets, 2), given known cells (lines, cells, genes)."""
    decoder = WindowDecoder(network, known, place, targets)
    previous = None
    for i, where in enumerate(targets):
        logits, expected = decoder.next(previous, where)
        shown, seen = choose(i, logits, expected)
        previous = (seen, where)
        yield shown


def generate_window_naive(
    network: GestNetwork, known: Tensor, place: Tensor, targets: Tensor, choose: Choose
) -> Iterator[Tensor]:
    """The same by recomputing everything for every cell: the oracle of :func:`generate_window`."""
    lines = known.shape[0]
    for i, where in enumerate(targets):
        tokens = network.cell_tokens(known, place.expand(lines, -1, -1))
        cells = network.know(known, place)
        here = where.expand(lines, 1, 2)
        view = None if cells is None else cells.seen_from(here, network.kriging_from_all(here[:1], place[None]))
        x = torch.cat([tokens, network.query_tokens(here, view)], dim=1)
        for block in network.layers():
            x = block.finish(x, among_cells(*block.project(x)))
        logits, expected = network.read_out(x[:, -1:])[:, 0], network.expect(x[:, -1:], view)
        shown, seen = choose(i, logits, None if expected is None else expected[:, 0])
        known, place = torch.cat([known, seen[:, None]], dim=1), torch.cat([place, where[None]])
        yield shown


def groups(targets_xy_um: np.ndarray, radius_um: float) -> Iterator[np.ndarray]:
    """Split targets, kept in their order, into groups that fit one window: the first left over and those soon due near it."""
    left = np.arange(len(targets_xy_um))
    while len(left):
        soon = left[:LOOK_AHEAD]
        near = np.linalg.norm(targets_xy_um[soon] - targets_xy_um[soon[0]], axis=1) <= radius_um
        yield soon[near]
        left = left[np.concatenate([~near, np.ones(len(left) - len(soon), dtype=bool)])]


Window = Callable[[GestNetwork, Tensor, Tensor, Tensor, Choose], Iterator[Tensor]]


def generate(
    network: GestNetwork,
    scene: Scene,
    kept: Kept | None,
    settings: GenerationSettings,
    window: Window = generate_window,
) -> Iterator[Generated]:
    """Generate a region of any size: windows re-centred on each group of targets, what was generated becoming known.

    ``kept`` is what is known of the targets' identity; None: nothing. Yields each cell as soon as it is known.
    """
    config = network.config
    device = network.meta_expression.device
    pick = chooser(network, settings)
    rng = np.random.default_rng([settings.seed, 5])
    known_count = len(scene.known_xy_um)
    xy = np.concatenate([scene.known_xy_um, scene.target_xy_um])
    expression = np.concatenate(
        [
            scene.known_expression,
            np.zeros((scene.lines, len(scene.target_xy_um), scene.known_expression.shape[2]), np.float32),
        ],
        axis=1,
    )
    is_known = np.arange(len(xy)) < known_count
    tree = cKDTree(xy)
    for group in groups(scene.target_xy_um, _group_radius(config.max_cells, tree)):
        center = scene.target_xy_um[group].mean(axis=0)
        around = _context(tree, is_known, center, config.max_cells, len(group), config.window_um)
        around = rng.permutation(around)
        as_tensor = lambda a: torch.as_tensor(a, dtype=torch.float32, device=device)  # noqa: E731
        places = as_tensor((xy - center)[np.concatenate([around, known_count + group])] / (config.window_um / 2))
        known = as_tensor(expression[:, around])
        with torch.inference_mode():
            choose = Targets(pick, kept, group)
            steps = window(network, known, places[: len(around)], places[len(around) :], choose)
            for target, shown in zip(group, steps):
                value = shown.cpu().numpy()
                expression[:, known_count + target] = value
                yield Generated(np.array([target]), value[:, None])
        is_known[known_count + group] = True


def _context(
    tree: cKDTree, is_known: np.ndarray, center: np.ndarray, max_cells: int, targets: int, window_um: float
) -> np.ndarray:
    """The known cells nearest to the centre that fit into a window beside its targets."""
    reach = window_um / 2 * np.sqrt(2)
    nearest = np.atleast_1d(tree.query(center, k=min(tree.n, 4 * max_cells), distance_upper_bound=reach)[1])
    nearest = nearest[nearest < tree.n]
    return nearest[is_known[nearest]][: max(8, max_cells - targets)]


def _group_radius(max_cells: int, tree: cKDTree) -> float:
    """A radius that holds about ``GROUP_SHARE`` of a window's cells at this tissue's density."""
    sample = tree.data[:: max(1, tree.n // 200)]
    k = min(tree.n, max(2, int(GROUP_SHARE * max_cells)))
    return float(np.median(tree.query(sample, k=k)[0][:, -1]))
