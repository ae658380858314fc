"""Keys and values of every layer in memory that is allocated once; those of tokens that several lines share are kept once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import torch
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
class Prefix:
    """Keys and values of the tokens that all lines of a window, and of those that begin alike, have in common and read first.

    ``keys`` (layers, windows, heads, head_dim, tokens) and ``values`` (layers, windows, heads, tokens, head_dim). All ``lines`` that
    begin so look at them in one product, so that they are read once a step and not once a line.
    """

    keys: Tensor
    values: Tensor
    lines: int

    @classmethod
    def empty(cls, sizes: Sizes, windows: int, lines: int, tokens: int, like: Tensor) -> Prefix:
        """Room for the common tokens of some windows, of the dtype and device of ``like``."""
        head_dim, before = sizes.dim // sizes.heads, (sizes.layers, windows, sizes.heads)
        return cls(like.new_empty(*before, head_dim, tokens), like.new_empty(*before, tokens, head_dim), lines)

    def write(self, layer: int, keys: Tensor, values: Tensor) -> None:
        """Put all of a layer's (windows, heads, tokens, head_dim)."""
        self.keys[layer], self.values[layer] = keys.transpose(2, 3), values

    def among_cells(self, layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """Attention of each row's own first tokens (rows, heads, tokens, head_dim) to the common ones and to those before them."""
        tokens, common = k.shape[2], self.keys.shape[-1]
        seen = torch.ones(tokens, common + tokens, dtype=torch.bool, device=q.device).tril(common)
        found = torch.empty_like(q)
        for window, start in enumerate(range(0, len(q), self.lines)):
            own = slice(start, start + self.lines)
            before = [self.keys[layer, window].transpose(1, 2), self.values[layer, window]]
            keys, values = (
                torch.cat([a.expand(self.lines, -1, -1, -1), b[own]], dim=2) for a, b in zip(before, (k, v))
            )
            found[own] = F.scaled_dot_product_attention(q[own], keys, values, attn_mask=seen)
        return found

    def attend(self, layer: int, q: Tensor, scores: Tensor, values: Tensor) -> Tensor:
        """Attention of queries (rows, heads, queries, head_dim) to the common tokens and to each row's own, in one softmax.

        Parameters
        ----------
        scores
            Of each row's own tokens (rows × heads, queries, own), scaled and masked.
        values
            Of the same (rows × heads, own, head_dim).
        """
        rows, heads, queries, head_dim = q.shape
        windows, scale = rows // self.lines, 1.0 / math.sqrt(head_dim)
        keys, common = self.keys[layer, :windows].flatten(0, 1), self.values[layer, :windows].flatten(0, 1)

        def of_windows(a: Tensor) -> Tensor:
            """(rows × heads, queries, width) as (windows × heads, lines × queries, width)."""
            return (
                a.view(windows, self.lines, heads, queries, -1)
                .transpose(1, 2)
                .reshape(windows * heads, -1, a.shape[-1])
            )

        def of_rows(a: Tensor) -> Tensor:
            return a.view(windows, heads, self.lines, queries, -1).transpose(1, 2).reshape(rows * heads, queries, -1)

        far = torch.bmm(of_windows(q.flatten(0, 1)), keys).mul_(scale)
        top = torch.maximum(of_rows(far.amax(dim=-1, keepdim=True)), scores.amax(dim=-1, keepdim=True))
        far, near = far.sub_(of_windows(top)).exp_(), (scores - top).exp_()
        total = of_rows(far.sum(dim=-1, keepdim=True)) + near.sum(dim=-1, keepdim=True)
        found = torch.bmm(near, values).add_(of_rows(torch.bmm(far, common))).div_(total)
        return found.view(rows, heads, queries, head_dim)


@dataclass
class KeyValueCache:
    """``keys`` (layers, lines, heads, head_dim, slots) and ``values`` (layers, lines, heads, slots, head_dim), written in place.

    Keys lie with their slots side by side, as the product with a query reads them. ``hidden`` (lines, 1, 1, slots) is added to all
    scores: −inf at slots in which a line has nothing to read; None where all lines fill the same slots. ``prefix`` holds what
    several lines have in common, before the first slot; None: nothing.
    """

    keys: Tensor
    values: Tensor
    mask: Tensor
    hidden: Tensor | None = None
    prefix: Prefix | None = None

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
        if self.prefix is not None:
            return self.prefix.attend(layer, q, scores, values)
        return torch.bmm(scores.softmax(dim=-1), values).view(lines, heads, tokens, head_dim)
