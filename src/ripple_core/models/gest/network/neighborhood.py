"""Two short ways from known cells to a new one, both options beyond the paper: neighbourhood means, and copying."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ripple_core.models.gest.network.known import View

TRAITS = 48
ALONE = 0.5
IN_TRAINING = (0.5, 1.0)
UNTIL_MEASURED = (0.5, 0.5)


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

    def forward(self, told: Tensor) -> Tensor:
        """What each query gets (batch, queries, dim) from what it is told (batch, queries, lengths, traits + 1)."""
        return self.mix(told.flatten(2))

    def told(self, view: View) -> Tensor:
        """What queries are told (batch, queries, lengths, traits + 1): the mean of each length, and behind it of how many cells."""
        mean = averages(view.means.to(view.cells.traits.dtype), view.cells.traits)
        crowd = view.crowd.to(mean.dtype).expand(len(mean), -1, -1)
        return torch.cat([mean, crowd[..., None]], dim=-1).transpose(1, 2)

    def weights(self, distance: Tensor, visible: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """``means`` and ``crowd`` of a :class:`View` from distances (batch, queries, cells) in half sides.

        ``visible`` (queries, cells) is 1 where a query may look, 0 elsewhere; None: everywhere.
        """
        weight = torch.exp(-distance[:, None] / self.lengths[:, None, None])
        if visible is not None:
            weight = weight * visible
        total = weight.sum(dim=-1, keepdim=True)
        return weight / (total + ALONE), total[..., 0].log1p()


class CopyHead(nn.Module):
    """Expected expression of an unseen cell: what known cells really express, and what is read from the hidden state.

    What is copied is the mean of several best linear guesses, whose weights follow from places alone; a share of it is replaced by what
    is left of it within the vocabulary's components, where genes that go together speak for each other. The meta-cell vocabulary
    loses half of what neighbours tell on real tissue; copying does not.

    In training the component share is a half and all of what is added counts; afterwards both count by what hidden regions of
    held-out sections grant them (:mod:`ripple_core.models.gest.learning.share`): elsewhere what was learned says too much (lab log).

    Parameters
    ----------
    axes
        Components of scaled expression (components, genes), orthonormal.
    dim, own_width
        Width of the hidden state, numbers through which the hidden state adds.
    """

    axes: Tensor
    shares: Tensor

    def __init__(self, axes: Tensor, dim: int, own_width: int) -> None:
        super().__init__()
        self.register_buffer("axes", axes)
        self.narrow = nn.Linear(dim, own_width)
        self.own = nn.Linear(own_width, axes.shape[1])
        self.register_buffer("shares", torch.tensor(UNTIL_MEASURED))

    def start_from_neighbors(self) -> None:
        """Before training the expectation is what neighbours tell, and nothing else."""
        nn.init.zeros_(self.own.weight)

    def forward(self, hidden: Tensor, copied: Tensor) -> Tensor:
        """Expected expression (batch, queries, genes), scaled as the known cells' is.

        From hidden states (batch, queries, dim) and what is copied of known cells (batch, queries, genes).
        """
        by_components, own = self.parts(hidden, copied)
        of_components, of_own = IN_TRAINING if self.training else self.shares
        return copied + of_components * by_components + of_own * own

    def parts(self, hidden: Tensor, copied: Tensor) -> tuple[Tensor, Tensor]:
        """What components would change of what is copied, and what the hidden state adds, both (batch, queries, genes)."""
        return copied @ self.axes.T @ self.axes - copied, self.own(self.narrow(hidden))


def averages(weight: Tensor, values: Tensor) -> Tensor:
    """Weighted sums (batch, kinds, queries, width) of values (batch, cells, width) by weights (batch, kinds, queries, cells).

    One product for all kinds: broadcasting would copy the values once for each.
    """
    return (weight.flatten(1, 2).expand(len(values), -1, -1) @ values).unflatten(1, weight.shape[1:3])
