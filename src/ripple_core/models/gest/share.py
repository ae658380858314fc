"""How much each part of an expectation counts beside what is copied, measured on hidden discs of held-out sections."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from scipy.optimize import lsq_linear
from torch import Tensor

from ripple_core.models.gest.neighborhood import CopyHead
from ripple_core.models.gest.network import GestNetwork
from ripple_core.training.windows import Tissue

DISCS, CELLS = 32, 40


def measured_shares(network: GestNetwork, head: CopyHead, tissues: Sequence[Tissue], seed: int) -> np.ndarray:
    """Shares (2,) of components and of what the hidden state adds, 0 to 1, of least squared error in spreads over hidden discs.

    Each disc is guessed from the cells around it at once: generated one after another its cells come to nearly the same, since a
    guess that is fed back changes no later guess.
    """
    rng = np.random.default_rng([seed, 71])
    square, along = np.zeros((2, 2)), np.zeros(2)
    for _ in range(DISCS):
        parts, missing = _disc(network, head, tissues[int(rng.integers(len(tissues)))], rng)
        square += parts @ parts.T
        along += parts @ missing
    root = np.linalg.cholesky(square + 1e-9 * np.trace(square) * np.eye(2) + 1e-12 * np.eye(2))
    found: np.ndarray = lsq_linear(root.T, np.linalg.solve(root, along), bounds=(0.0, 1.0)).x
    return found


def _disc(
    network: GestNetwork, head: CopyHead, tissue: Tissue, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The two parts (2, cells · genes) for the cells in a disc of a tissue, and what copying leaves missing (cells · genes,)."""
    cells = len(tissue.xy_um)
    center = tissue.xy_um[rng.integers(cells)]
    near = np.atleast_1d(tissue.tree.query(center, k=min(cells, network.config.max_cells))[1])
    hidden = max(1, min(CELLS, len(near) // 4))
    outside, inside = rng.permutation(near[hidden:]), near[:hidden]

    def tensor(values: np.ndarray) -> Tensor:
        return torch.as_tensor(values, dtype=torch.float32, device=network.meta_expression.device)[None]

    def place(rows: np.ndarray) -> Tensor:
        return tensor((tissue.xy_um[rows] - center) / (network.config.window_um / 2))

    with torch.inference_mode():
        _, places, view = network.look(tensor(tissue.expression[outside]), place(outside), place(inside))
        if view is None:
            raise TypeError("the paper's network copies nothing: there is nothing to weigh")
        copied, *parts = head.parts(network.norm(places), view)
        missing = network.scaled(tensor(tissue.expression[inside])) - copied
    both, left = (part.flatten(-2).double().cpu().numpy() for part in (torch.cat(parts), missing[0]))
    return both, left
