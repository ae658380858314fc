"""Keys and values of every layer in memory that is allocated once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor
from torch.nn import functional as F


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
    """``keys`` and ``values`` (layers, lines, heads, slots, head_dim), written in place."""

    keys: Tensor
    values: Tensor
    mask: Tensor

    @classmethod
    def empty(cls, sizes: Sizes, lines: int, slots: int, like: Tensor) -> KeyValueCache:
        """A cache with room for ``slots`` tokens, of the dtype and device of ``like``."""
        shape = (sizes.layers, lines, sizes.heads, slots, sizes.dim // sizes.heads)
        mask = like.new_zeros(2, slots)
        mask[0, -1] = float("-inf")
        return cls(like.new_empty(shape), like.new_empty(shape), mask)

    @property
    def lines(self) -> int:
        """Lines that run together."""
        return self.keys.shape[1]

    def write(self, layer: int, start: int, keys: Tensor, values: Tensor) -> None:
        """Put new tokens (lines, heads, tokens, head_dim) of the first lines at ``start``."""
        lines, stop = len(keys), start + keys.shape[2]
        self.keys[layer, :lines, :, start:stop] = keys
        self.values[layer, :lines, :, start:stop] = values

    def attend(self, layer: int, q: Tensor, stop: int) -> Tensor:
        """Attention of the last one or two tokens (lines, heads, tokens, head_dim) of the first lines over the first ``stop`` slots.

        Of two tokens the first does not see the second.
        """
        lines = len(q)
        mask = self.mask[-q.shape[2] :, self.mask.shape[1] - stop :]
        return F.scaled_dot_product_attention(
            q, self.keys[layer, :lines, :, :stop], self.values[layer, :lines, :, :stop], attn_mask=mask
        )
