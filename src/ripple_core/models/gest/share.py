"""How much each part of an expectation counts, measured on hidden cells of held-out sections."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from scipy.optimize import lsq_linear
from torch import Tensor

from ripple_core.models.gest.answers import Answers, identities
from ripple_core.models.gest.neighborhood import CopyHead
from ripple_core.models.gest.network import GestNetwork
from ripple_core.models.gest.signals import neighborhood_means
from ripple_core.models.gest.vocabulary import Vocabulary
from ripple_core.training.windows import Tissue

DISCS, CELLS = 32, 40
TO_EQUAL = 0.5


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
    return _bounded(square, along)


def answer_shares(
    network: GestNetwork, answers: Answers, vocabulary: Vocabulary, tissues: Sequence[Tissue], seed: int
) -> np.ndarray:
    """Shares (2,) of answers and of what meta cells say, 0 to 1, of least squared error along the directions in which cells answer.

    The two mostly say the same, and then the best fit leans on one of them by chance: the fit is held to equal shares by half the weight
    of the data (averages of forecasts do better outside of the sample than their best weights: Bates and Granger 1969).

    Of cells among known neighbours, since so stands a cell that keeps its identity; of each only the broad identity is told. Across
    the other directions the meta cells' lead is finer identity, which an observed cell has anyway.
    """
    rng = np.random.default_rng([seed, 72])
    square, along = np.zeros((2, 2)), np.zeros(2)
    for _ in range(DISCS):
        parts, missing = _among(network, answers, vocabulary, tissues[int(rng.integers(len(tissues)))], rng)
        square += parts @ parts.T
        along += parts @ missing
    held = TO_EQUAL * np.trace(square) / 2
    return _bounded(square + held * np.eye(2), along + held / 2)


def _bounded(square: np.ndarray, along: np.ndarray) -> np.ndarray:
    root = np.linalg.cholesky(square + 1e-9 * np.trace(square) * np.eye(2) + 1e-12 * np.eye(2))
    found: np.ndarray = lsq_linear(root.T, np.linalg.solve(root, along), bounds=(0.0, 1.0)).x
    return found


def _among(
    network: GestNetwork, answers: Answers, vocabulary: Vocabulary, tissue: Tissue, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """What answers and meta cells add (2, cells · channels) to the mean of the identity of cells here and there, and what it lacks."""
    center = tissue.xy_um[rng.integers(len(tissue.xy_um))]
    near = np.atleast_1d(tissue.tree.query(center, k=min(len(tissue.xy_um), network.config.max_cells))[1])
    asked = near[: len(near) // 2][rng.permutation(len(near) // 2)[: max(1, len(near) // 12)]]
    outside = rng.permutation(np.setdiff1d(near, asked))
    device = network.scale.device
    scaled = network.scaled(torch.as_tensor(tissue.expression, dtype=torch.float32, device=device))
    means = neighborhood_means(
        tissue.xy_um[asked], tissue.xy_um, scaled.cpu().numpy(), answers.lengths_um.cpu().numpy()
    )
    label = torch.as_tensor(identities(vocabulary), device=device)
    group = label[torch.as_tensor(tissue.token[asked], device=device)]

    def tensor(values: np.ndarray) -> Tensor:
        return torch.as_tensor(values, dtype=torch.float32, device=device)[None]

    def place(rows: np.ndarray) -> Tensor:
        return tensor((tissue.xy_um[rows] - center) / (network.config.window_um / 2))

    with torch.inference_mode():
        answered = answers(answers.signals(torch.as_tensor(means, device=device)), group)
        _, places, _ = network.look(tensor(tissue.expression[outside]), place(outside), place(asked))
        logits = network.read_out(places)[0].masked_fill(label != group[:, None], float("-inf"))
        said = network.scaled(logits.softmax(dim=-1) @ network.meta_expression) - answers.mean[group]
        missing = scaled[torch.as_tensor(asked, device=device)] - answers.mean[group]
        said, missing = said @ answers.directions, missing @ answers.directions
    both, left = (part.flatten(-2).double().cpu().numpy() for part in (torch.stack([answered, said]), missing))
    return both, left


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
