"""Two short ways from known cells to a new one, both options beyond the paper: neighbourhood means, and copying."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from ripple_core.models.gest.known import View

TRAITS = 48
HEAD_DIM = 32
ALONE = 0.5


class Neighborhood(nn.Module):
    """Means of what known cells express around each query, over several lengths, as a part of the query token.

    Attention alone shares one budget among all cells: a cell that shouts drowns the others. These means are sums over places,
    linear in each cell's expression, so that signals of several sources add up as ligands do.

    Parameters
    ----------
    genes, dim
        Widths in and out.
    lengths
        Distances (lengths,), in half sides of the window, over which the weight of a cell falls to 1/e.
    """

    lengths: Tensor

    def __init__(self, genes: int, dim: int, lengths: Tensor) -> None:
        super().__init__()
        self.register_buffer("lengths", lengths)
        self.traits = nn.Linear(genes, TRAITS)
        self.mix = nn.Sequential(nn.Linear(len(lengths) * (TRAITS + 1), 2 * dim), nn.GELU(), nn.Linear(2 * dim, dim))

    def forward(self, view: View) -> Tensor:
        """What each query gets (batch, queries, dim)."""
        weight = torch.exp(-view.distance[:, None] / self.lengths[:, None, None])
        if view.visible is not None:
            weight = weight * view.visible
        total = weight.sum(dim=-1, keepdim=True)
        traits = view.cells.traits
        mean = _averages((weight / (total + ALONE)).to(traits.dtype), traits)
        told = torch.cat([mean, total.log1p().to(mean.dtype)], dim=-1)
        return self.mix(told.transpose(1, 2).flatten(2))


class CopyHead(nn.Module):
    """Expected expression of an unseen cell: what is read from the hidden state, and what known cells really express.

    Each head is a weighted mean over known cells, by distance and by likeness; how much of it counts is learned for each gene and
    gated by the hidden state. The meta-cell vocabulary loses half of what neighbours tell on real tissue; copying does not.
    """

    def __init__(self, genes: int, dim: int, lengths: Tensor) -> None:
        super().__init__()
        self.heads = len(lengths)
        self.log_length = nn.Parameter(lengths.log())
        self.keys = nn.Linear(dim, self.heads * HEAD_DIM)
        self.asks = nn.Linear(dim, self.heads * HEAD_DIM)
        self.gate = nn.Linear(dim, self.heads)
        self.gain = nn.Parameter(torch.full((self.heads, genes), 0.5 / self.heads))
        self.own = nn.Linear(dim, genes)

    def start_from_neighbors(self) -> None:
        """Before training the expectation is half of the neighbours' mean, and nothing else."""
        nn.init.zeros_(self.own.weight)

    def forward(self, hidden: Tensor, view: View) -> Tensor:
        """Expected expression (batch, queries, genes), scaled as the known cells' is, from hidden states (batch, queries, dim)."""
        batch, queries, _ = hidden.shape
        asks = self.asks(hidden).view(batch, queries, self.heads, HEAD_DIM).transpose(1, 2)
        shown = view.cells.keys.view(batch, -1, self.heads, HEAD_DIM).transpose(1, 2)
        score = asks @ shown.transpose(-2, -1) / math.sqrt(HEAD_DIM)
        score = score - view.distance[:, None] / self.log_length.exp()[:, None, None]
        if view.visible is not None:
            score = score.masked_fill(view.visible == 0, float("-inf"))
        scaled = view.cells.scaled
        copied = _averages(score.softmax(dim=-1).to(scaled.dtype), scaled).transpose(1, 2)
        gate = 2 * self.gate(hidden).sigmoid()
        return self.own(hidden) + (copied * gate[..., None] * self.gain).sum(dim=2)


def _averages(weight: Tensor, values: Tensor) -> Tensor:
    """Weighted sums (batch, kinds, queries, width) of values (batch, cells, width) by weights (batch, kinds, queries, cells).

    One product for all kinds: broadcasting would copy the values once for each.
    """
    return (weight.flatten(1, 2) @ values).unflatten(1, weight.shape[1:3])
