"""Keys and values of every layer in memory that is allocated once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor


class Sizes(Protocol):
    """What a cache must know of a network."""

    @property
    def layers(self) -> int:
        """Blocks."""

    @property
    def heads(self) -> int:
        """Attention heads."""

    @property
    def dim(self) -> int:
        """Width of the hidden vectors."""


@dataclass
class KeyValueCache:
    """``keys`` (layers, lines, heads, head_dim, slots) and ``values`` (layers, lines, heads, slots, head_dim), written in place.

    Keys lie with their slots side by side, as the product with a query reads them. ``hidden`` (lines, 1, 1, slots) is added to all
    scores: −inf at slots in which a line has nothing to read; None where all lines fill the same slots.
    """

    keys: Tensor
    values: Tensor
    mask: Tensor
    hidden: Tensor | None = None

    @classmethod
    def empty(cls, sizes: Sizes, lines: int, slots: int, like: Tensor) -> KeyValueCache:
        """A cache with room for ``slots`` tokens, of the dtype and device of ``like``."""
        head_dim = sizes.dim // sizes.heads
        before = (sizes.layers, lines, sizes.heads)
        mask = like.new_zeros(2, slots)
        mask[0, -1] = float("-inf")
        return cls(like.new_zeros(*before, head_dim, slots), like.new_zeros(*before, slots, head_dim), mask)

    @property
    def lines(self) -> int:
        """Lines that run together."""
        return self.keys.shape[1]

    def hide(self, absent: Tensor) -> None:
        """Let nobody look at the first slots where ``absent`` (lines, slots) is true."""
        self.hidden = self.mask.new_zeros(self.lines, 1, 1, self.mask.shape[1])
        self.hidden[:, 0, 0, : absent.shape[1]].masked_fill_(absent, float("-inf"))

    def write(self, layer: int, start: int, keys: Tensor, values: Tensor) -> None:
        """Put new tokens (lines, heads, tokens, head_dim) of the first lines at ``start``."""
        lines, stop = len(keys), start + keys.shape[2]
        self.keys[layer, :lines, :, :, start:stop] = keys.transpose(2, 3)
        self.values[layer, :lines, :, start:stop] = values

    def attend(self, layer: int, q: Tensor, stop: int) -> Tensor:
        """Attention of the last one or two tokens (lines, heads, tokens, head_dim) of the first lines over the first ``stop`` slots.

        Of two tokens the first does not see the second. With so few queries plain products read keys and values faster than torch's
        fused attention (lab log).
        """
        lines, heads, tokens, head_dim = q.shape
        keys = self.keys[layer, :lines].flatten(0, 1)[..., :stop]
        values = self.values[layer, :lines].flatten(0, 1)[:, :stop]
        mask = self.mask[-tokens:, self.mask.shape[1] - stop :].expand(lines * heads, tokens, stop)
        scores = torch.baddbmm(mask, q.flatten(0, 1), keys, alpha=1.0 / math.sqrt(head_dim))
        if self.hidden is not None:
            scores.view(lines, heads, tokens, stop).add_(self.hidden[:lines, ..., :stop])
        return torch.bmm(scores.softmax(dim=-1), values).view(lines, heads, tokens, head_dim)
