"""Generation inside windows: a cached decoder that wastes nothing, and a plain one that recomputes all, as its oracle."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor

from ripple_core.models.gest.generation.ahead import Ahead
from ripple_core.models.gest.generation.choose import Choose
from ripple_core.models.gest.generation.step_graph import StaticStep, StepGraph
from ripple_core.models.gest.generation.surroundings import Windows
from ripple_core.models.gest.network.transformer import GestNetwork
from ripple_core.nn.attention import among_cells
from ripple_core.nn.kv_cache import KeyValueCache, Prefix
from ripple_core.nn.packed import PackedLinear, Precision, pack

_TWINS: WeakKeyDictionary[GestNetwork, dict[tuple[int, Precision], tuple[object, GestNetwork]]] = WeakKeyDictionary()
_TWINS_LOCK = Lock()  # the viewer's badge and its regeneration may ask at the same time
MOST_TWINS = 4


class WindowDecoder:
    """Generates the targets of windows with a key/value cache; all windows, and all lines of each, go through together.

    What the lines of a window, and windows that begin alike, have in common is read once for all of them. A query needs no cache of
    its own: it is written into the slot behind the last cell and overwritten by the next cell, so the append of cell t − 1 and the
    query of cell t are one pass of two tokens. What follows from places alone (encodings, the weights of neighbourhood means and of
    what is copied) is computed once for all steps; a step allocates and joins nothing that grows.
    """

    def __init__(self, network: GestNetwork, windows: Windows, expects: bool = True) -> None:
        self.network, expects = network, expects and network.copying is not None
        count, self.lines, self.given = windows.shape
        steps, rows = windows.targets.shape[1], count * self.lines
        self.places = torch.cat([windows.place, windows.target_place], dim=1)
        self.code = network.position(self.places)
        self.shared = windows.shared if self.lines > 1 else 0
        own = self.given - self.shared
        self.cache = KeyValueCache.empty(network.config, rows, own + steps + 1, windows.known)
        self.pair = windows.known.new_empty(count, self.lines, 2, network.config.dim)
        if windows.absent is not None:
            self.cache.hide(self._of_rows(windows.absent[:, self.shared :]))
        if self.shared:
            first, lines = slice(None, None, windows.alike), self.lines * windows.alike
            self.cache.prefix = Prefix.empty(network.config, count // windows.alike, lines, self.shared, windows.known)
            self._read_common(self._tokens(windows.known[first, 0, : self.shared], self.code[first, : self.shared]))
        if own:
            known, code = windows.known[:, :, self.shared :], self.code[:, None, self.shared : self.given]
            self._read(self._tokens(known, code).flatten(0, 1))
        self.ahead: Ahead | None = None
        if network.neighborhood is not None:
            self.ahead = Ahead(network, network.neighborhood, windows, self.places, expects=expects)
        self.graph = StepGraph.recorded(StaticStep([*network.layers()], self.cache, rows), own, steps)

    def _of_rows(self, values: Tensor) -> Tensor:
        """(windows, ...) repeated for every line (rows, ...)."""
        return values.repeat_interleave(self.lines, dim=0) if self.lines > 1 else values

    def _tokens(self, expression: Tensor, code: Tensor) -> Tensor:
        return self.network.embed(self.network.scaled(expression)) + code

    def _read_common(self, x: Tensor) -> None:
        """Put the tokens of the cells that all lines share, of windows that begin alike once, (windows, cells, dim) into the cache."""
        last = len(self.network.layers()) - 1
        for layer, block in enumerate(self.network.layers()):
            q, k, v = block.project(x)
            if self.cache.prefix is not None:
                self.cache.prefix.write(layer, k, v)
            if layer < last:  # behind the last layer nobody reads a known cell
                x = block.finish(x, among_cells(q, k, v))

    def _read(self, x: Tensor) -> None:
        """Put the tokens of the known cells of each line (rows, cells, dim) into the cache, behind those that all share."""
        last = len(self.network.layers()) - 1
        for layer, block in enumerate(self.network.layers()):
            q, k, v = block.project(x)
            self.cache.write(layer, 0, k, v)
            if layer < last:
                prefix = self.cache.prefix
                x = block.finish(x, among_cells(q, k, v) if prefix is None else prefix.among_cells(layer, q, k, v))

    def append(self, expression: Tensor) -> None:
        """Tell the expression (windows, lines, genes) of the last asked cells; the first windows, where not all are told."""
        count, scaled = len(expression), self.network.scaled(expression)
        torch.add(self.network.embed(scaled), self.code[:count, None, self.told], out=self.pair[:count, :, 0])
        if self.ahead is not None:
            self.ahead.write(self.told - self.given, scaled.flatten(0, 1))

    def ask(self, step: int, count: int) -> tuple[Tensor, Tensor | None]:
        """Logits (windows, lines, tokens) and expectations (windows, lines, genes) of the step's cells of the first windows."""
        network, rows, shape = self.network, count * self.lines, (count, self.lines, -1)
        self.told = self.given + step
        place, query = self.code[:count, None, self.told], self.pair[:count, :, 1]
        query[:] = place + network.query
        if self.ahead is not None:
            query += self.ahead.hear(step, rows).view(shape)
        hidden = self._through(self.pair[:count].flatten(0, 1), step)[:, -1:]
        logits = network.read_out(hidden).view(shape)
        expected = None if self.ahead is None else network.expect(hidden, self.ahead.copy(step, rows))
        return logits, None if expected is None else expected.view(shape)

    def _through(self, pair: Tensor, step: int) -> Tensor:
        """Last hidden states of the step's tokens: of the last cell and the query, and before the first cell of the query alone."""
        slot = self.told - self.shared
        if step > 0 and self.graph is not None:
            return self.graph(pair, slot - 1)
        x = pair[:, 1:] if step == 0 else pair
        start, stop = slot - x.shape[1] + 1, slot + 1
        for layer, block in enumerate(self.network.layers()):
            q, k, v = block.project(x)
            self.cache.write(layer, start, k, v)
            x = block.finish(x, self.cache.attend(layer, q, stop))
        return x


Step = tuple[np.ndarray, Tensor]
"""Targets (cells,) and what is shown of them (cells, lines, genes)."""


def generate_windows(
    network: GestNetwork, windows: Windows, choose: Choose, precision: Precision = "full"
) -> Iterator[Step]:
    """Yield the next target of every window, step by step."""
    rows = windows.shape[0] * windows.shape[1]
    decoder = WindowDecoder(prepared(network, rows, precision), windows, choose.expects)
    seen: Tensor | None = None
    for step, targets in enumerate(windows.targets.T):
        count = int((targets >= 0).sum())
        if seen is not None:
            decoder.append(seen[:count])
        shown, seen = choose(targets[:count], *decoder.ask(step, count))
        yield targets[:count], shown


def generate_windows_naive(
    network: GestNetwork, windows: Windows, choose: Choose, precision: Precision = "full"
) -> Iterator[Step]:
    """The same, window by window, recomputing everything for every cell with the network as it is: the oracle of the other."""
    for number, targets in enumerate(windows.targets):
        known, place, target_place = windows.of(number)
        for where, target in zip(target_place, targets[targets >= 0]):
            here = where.expand(len(known), 1, 2)
            cells = network.know(known, place)
            view = (
                None
                if cells is None
                else network.view(cells, here, network.kriging_from_all(where[None, None], place[None]))
            )
            tokens = network.cell_tokens(known, place.expand(len(known), -1, -1))
            x = torch.cat([tokens, network.query_tokens(here, view)], dim=1)
            for block in network.layers():
                x = block.finish(x, among_cells(*block.project(x)))
            expected = network.expect(x[:, -1:], None if view is None else view.copied())
            shown, seen = choose(
                np.array([target]),
                network.read_out(x[:, -1:]).transpose(0, 1),
                None if expected is None else expected.transpose(0, 1),
            )
            known, place = torch.cat([known, seen[0][:, None]], dim=1), torch.cat([place, where[None]])
            yield np.array([target]), shown


def prepared(network: GestNetwork, rows: int, precision: Precision = "full") -> GestNetwork:
    """A twin of a network whose weights are laid out for so many rows; kept, and made anew when the weights have changed.

    ``rows`` is the number of windows times lines; a step passes two tokens of each.
    """
    at_once = 1 << (2 * rows - 1).bit_length()
    state = tuple((id(p), 0 if p.is_inference() else p._version) for p in (*network.parameters(), *network.buffers()))
    with _TWINS_LOCK:
        kept = _TWINS.setdefault(network, {})
        found = kept.get((at_once, precision))
        if found is None or found[0] != state:
            while len(kept) >= MOST_TWINS:
                kept.pop(next(iter(kept)))
            found = kept[at_once, precision] = (state, _twin(network, at_once, precision))
    return found[1]


def _twin(network: GestNetwork, rows: int, precision: Precision) -> GestNetwork:
    twin = pack(network, rows, precision)
    if not isinstance(twin, GestNetwork):
        raise TypeError("a packed network is of the same class")
    twin.folded = PackedLinear(network.fold(), rows, "full" if precision == "full" else "half")
    return twin
