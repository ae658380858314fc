"""How much each part of an expectation counts, measured on hidden cells of held-out sections."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from scipy.optimize import lsq_linear
from torch import Tensor

from ripple_core.encoded import Changed
from ripple_core.models.gest.meta_cells.vocabulary import Vocabulary
from ripple_core.models.gest.network.answers import Answers, identities
from ripple_core.models.gest.network.known import View
from ripple_core.models.gest.network.neighborhood import CopyHead
from ripple_core.models.gest.network.signals import neighborhood_means
from ripple_core.models.gest.network.transformer import GestNetwork
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
    near = _neighbors(network, tissue, rng)
    asked = near[: len(near) // 2][rng.permutation(len(near) // 2)[: max(1, len(near) // 12)]]
    device = network.scale.device

    def scaled(expression: np.ndarray) -> np.ndarray:
        return network.scaled(torch.as_tensor(expression, dtype=torch.float32, device=device)).cpu().numpy()

    values = Changed(tissue.expression, scaled, tissue.expression.shape[1])
    means = neighborhood_means(tissue.xy_um[asked], tissue.xy_um, values, answers.lengths_um.cpu().numpy())
    label = torch.as_tensor(identities(vocabulary), device=device)
    group = label[torch.as_tensor(tissue.token[asked], device=device)]
    with torch.inference_mode():
        answered = answers(answers.signals(torch.as_tensor(means, device=device)), group)
        places, _ = _seen(network, tissue, rng.permutation(np.setdiff1d(near, asked)), asked)
        logits = network.read_out(places)[0].masked_fill(label != group[:, None], float("-inf"))
        said = network.scaled(logits.softmax(dim=-1) @ network.meta_expression) - answers.mean[group]
        missing = torch.as_tensor(values[asked], device=device) - answers.mean[group]
        said, missing = said @ answers.directions, missing @ answers.directions
    return _flat(torch.stack([answered, said])), _flat(missing)


def _disc(
    network: GestNetwork, head: CopyHead, tissue: Tissue, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The two parts (2, cells · genes) for the cells in a disc of a tissue, and what copying leaves missing (cells · genes,)."""
    near = _neighbors(network, tissue, rng)
    hidden = max(1, min(CELLS, len(near) // 4))
    outside, inside = rng.permutation(near[hidden:]), near[:hidden]
    with torch.inference_mode():
        places, view = _seen(network, tissue, outside, inside)
        if view is None:
            raise TypeError("the paper's network copies nothing: there is nothing to weigh")
        copied = view.copied()
        parts = head.parts(network.norm(places), copied)
        true = torch.as_tensor(tissue.expression[inside], dtype=torch.float32, device=network.scale.device)
        missing = network.scaled(true) - copied[0]
    return _flat(torch.cat(parts)), _flat(missing)


def _neighbors(network: GestNetwork, tissue: Tissue, rng: np.random.Generator) -> np.ndarray:
    """The cells of a window around a random cell (cells,), nearest first."""
    cells = len(tissue.xy_um)
    center = tissue.xy_um[rng.integers(cells)]
    return np.atleast_1d(tissue.tree.query(center, k=min(cells, network.config.max_cells))[1])


def _seen(network: GestNetwork, tissue: Tissue, outside: np.ndarray, asked: np.ndarray) -> tuple[Tensor, View | None]:
    """Hidden states (1, asked, dim) of the places of some cells, and what they see: the cells outside."""
    center = tissue.xy_um[asked].mean(axis=0)

    def tensor(values: np.ndarray) -> Tensor:
        return torch.as_tensor(values, dtype=torch.float32, device=network.scale.device)[None]

    def place(rows: np.ndarray) -> Tensor:
        return tensor((tissue.xy_um[rows] - center) / (network.config.window_um / 2))

    _, places, view = network.look(tensor(tissue.expression[outside]), place(outside), place(asked))
    return places, view


def _flat(values: Tensor) -> np.ndarray:
    """(..., cells, width) as (..., cells · width)."""
    found: np.ndarray = values.flatten(-2).cpu().double().numpy()
    return found
