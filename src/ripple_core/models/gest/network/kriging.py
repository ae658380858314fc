"""Kriging: the best linear guess of a cell from cells around it, with weights that follow from their places alone."""

from __future__ import annotations

import torch
from torch import Tensor


def in_order(place: Tensor, lengths: Tensor, noise: Tensor, first: int = 0) -> Tensor:
    """What each cell's guess takes from each earlier one (batch, kinds, cells − first, cells); zero for itself and later ones.

    A Gaussian process with covariance exp(−d / length), plus ``noise`` for what a cell does not share with its neighbours. One
    factorisation serves all cells: row i of the inverse of its lower factor holds the weights of cell i given cells 0..i−1. A cell
    that is put at its own guess changes no later guess, which is what generation does.

    Parameters
    ----------
    place
        (batch, cells, 2), in reading order.
    lengths
        Over which the covariance falls to 1/e (kinds,), in the units of ``place``.
    noise
        Variance of a single cell over that of its place (kinds,).
    first
        The first cell that is asked about.
    """
    asked = torch.eye(place.shape[1], device=place.device)[first:]
    rows = torch.linalg.solve_triangular(_factor(place, lengths, noise), asked, upper=False, left=False)
    own = rows.diagonal(offset=first, dim1=-2, dim2=-1)[..., None]
    return -(rows / own).tril(first - 1)


def from_all(where: Tensor, place: Tensor, lengths: Tensor, noise: Tensor) -> Tensor:
    """What the guess at each of the places ``where`` (batch, queries, 2) takes from each cell (batch, kinds, queries, cells).

    All cells are known; the other parameters as in :func:`in_order`.
    """
    return torch.cholesky_solve(
        _covariance(place, where, lengths), _factor(place, lengths, noise), upper=False
    ).transpose(-2, -1)


def _factor(place: Tensor, lengths: Tensor, noise: Tensor) -> Tensor:
    """Lower factor of the covariance of single cells (batch, kinds, cells, cells)."""
    covariance = _covariance(place, place, lengths)
    covariance.diagonal(dim1=-2, dim2=-1).add_(noise[:, None])
    factor: Tensor = torch.linalg.cholesky(covariance)
    return factor


def _covariance(where: Tensor, place: Tensor, lengths: Tensor) -> Tensor:
    distance = torch.cdist(where.float(), place.float(), compute_mode="donot_use_mm_for_euclid_dist")
    return torch.exp(-distance[:, None] / lengths[:, None, None])
