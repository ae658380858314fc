"""Two short ways from known cells to a new one, both options beyond the paper: neighbourhood means, and copying."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ripple_core.models.gest.known import View

TRAITS = 48
ALONE = 0.5
SHARE_UNTIL_MEASURED = 0.5


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
    """Expected expression of an unseen cell: what known cells really express, and what is read from the hidden state.

    What is copied are best linear guesses, whose weights follow from places alone; how much of each counts is learned for each gene
    and gated by the hidden state. The meta-cell vocabulary loses half of what neighbours tell on real tissue; copying does not.

    What the hidden state adds goes through few numbers, and after training only a share of it counts: on tissue that was not
    trained on it says too much (lab log).
    """

    own_share: Tensor

    def __init__(self, genes: int, dim: int, guesses: int, own_width: int) -> None:
        super().__init__()
        self.gate = nn.Linear(dim, guesses)
        self.gain = nn.Parameter(torch.full((guesses, genes), 1 / guesses))
        self.narrow = nn.Linear(dim, own_width)
        self.own = nn.Linear(own_width, genes)
        self.register_buffer("own_share", torch.tensor(SHARE_UNTIL_MEASURED))

    def start_from_neighbors(self) -> None:
        """Before training the expectation is what neighbours tell, and nothing else."""
        nn.init.zeros_(self.own.weight)

    def forward(self, hidden: Tensor, view: View) -> Tensor:
        """Expected expression (batch, queries, genes), scaled as the known cells' is, from hidden states (batch, queries, dim)."""
        scaled = view.cells.scaled
        weight = view.kriging.to(scaled.dtype).expand(len(scaled), -1, -1, -1)
        guesses = _averages(weight, scaled).transpose(1, 2)
        gate = 2 * self.gate(hidden).sigmoid()
        own = self.own(self.narrow(hidden))
        copied = (guesses * gate[..., None] * self.gain).sum(dim=2)
        return copied + (own if self.training else self.own_share * own)


def _averages(weight: Tensor, values: Tensor) -> Tensor:
    """Weighted sums (batch, kinds, queries, width) of values (batch, cells, width) by weights (batch, kinds, queries, cells).

    One product for all kinds: broadcasting would copy the values once for each.
    """
    return (weight.flatten(1, 2) @ values).unflatten(1, weight.shape[1:3])
