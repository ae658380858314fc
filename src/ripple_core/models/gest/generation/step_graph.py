"""One decoding step of all layers with shapes that never change, so that a GPU can record it once and play it back.

A step launches a hundred small kernels; on a GPU launching them costs more than they do. Played back, they are one launch.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from ripple_core.nn.kv_cache import KeyValueCache

log = logging.getLogger(__name__)

WARM_UPS = 3
LEAST_STEPS = 24
"""Steps of a window from which recording pays: it takes as long as some steps."""


class Layer(Protocol):
    """What a step must know of a block."""

    def project(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values."""

    def finish(self, x: Tensor, attended: Tensor) -> Tensor:
        """What follows attention."""


class StaticStep:
    """The append of a cell and the query of the next, as one pass whose tensors all stay where they are.

    Every slot of the cache is read and those not yet filled are masked out, so that no shape depends on how far generation is.

    Parameters
    ----------
    layers
        The network's blocks.
    cache
        Filled with the known cells; its other slots have to hold numbers.
    rows
        Windows times lines.
    """

    def __init__(self, layers: list[Layer], cache: KeyValueCache, rows: int) -> None:
        self.layers, self.cache = layers, cache
        head_dim = cache.values.shape[-1]
        self.pair = cache.values.new_zeros(rows, 2, head_dim * cache.values.shape[2])
        self.at = torch.arange(2, device=cache.values.device)
        self.slot = torch.arange(cache.values.shape[3], device=cache.values.device)

    def run(self) -> Tensor:
        """Last hidden states (rows, 2, dim) of what lies in ``pair``, written into the slots ``at``."""
        x, cache = self.pair, self.cache
        unseen = self.slot[None, :] > self.at[:, None]
        mask = torch.zeros_like(unseen, dtype=x.dtype).masked_fill(unseen, float("-inf"))
        if cache.hidden is not None:
            mask = mask + cache.hidden
        for number, layer in enumerate(self.layers):
            q, k, v = layer.project(x)
            keys, values = cache.keys[number], cache.values[number]
            keys.index_copy_(3, self.at, k.transpose(2, 3))
            values.index_copy_(2, self.at, v)
            x = layer.finish(x, self._attend(number, q, mask))
        return x

    def _attend(self, number: int, q: Tensor, mask: Tensor) -> Tensor:
        keys, values, prefix = self.cache.keys[number], self.cache.values[number], self.cache.prefix
        if prefix is None:
            return F.scaled_dot_product_attention(q, keys.transpose(2, 3), values, attn_mask=mask)
        scores = (q @ keys) / math.sqrt(q.shape[-1]) + mask
        return prefix.attend(number, q, scores.flatten(0, 1), values.flatten(0, 1))


class StepGraph:
    """A static step that may have been recorded: call it with a pair of tokens (rows, 2, dim) and the first one's slot."""

    def __init__(self, step: StaticStep, play: Callable[[], Tensor]) -> None:
        self.step, self.play = step, play

    @classmethod
    def recorded(cls, step: StaticStep, first: int, steps: int) -> StepGraph | None:
        """The step as a CUDA graph; None where there is no CUDA device, too few steps, or it cannot be recorded (the log says why).

        Recording runs the step at the slot ``first``, which the first true step writes again.
        """
        if step.pair.device.type != "cuda" or steps < LEAST_STEPS:
            return None
        step.at.copy_(torch.arange(first, first + 2))
        try:
            return cls(step, _record(step.run))
        except RuntimeError as error:
            if isinstance(error, torch.cuda.OutOfMemoryError):
                raise
            log.warning("steps are not recorded on this GPU and run one by one: %s", str(error)[:200])
            return None

    def __call__(self, pair: Tensor, start: int) -> Tensor:
        """Last hidden states (rows, 2, dim) of the first rows."""
        rows = len(pair)
        self.step.pair[:rows] = pair
        self.step.at.copy_(torch.arange(start, start + 2), non_blocking=True)
        return self.play()[:rows]


def _record(run: Callable[[], Tensor]) -> Callable[[], Tensor]:
    """Play back what ``run`` does on the GPU; warmed up first, on a stream of its own, as CUDA asks for."""
    here, aside = torch.cuda.current_stream(), torch.cuda.Stream()
    aside.wait_stream(here)
    with torch.cuda.stream(aside):
        for _ in range(WARM_UPS):
            run()
    here.wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        found = run()

    def play() -> Tensor:
        graph.replay()
        return found

    return play
