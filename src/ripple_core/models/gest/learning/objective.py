"""What a GeST is trained for: the hierarchical loss (paper section 4.4, eq. 10 and 11) and the error of an expectation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ripple_core.models.gest.learning.noise import noisy_input
from ripple_core.models.gest.meta_cells.vocabulary import Vocabulary
from ripple_core.models.gest.network.transformer import GestNetwork
from ripple_core.training.config import InputNoise
from ripple_core.training.device import onto
from ripple_core.training.windows import Batch

LEVEL_WEIGHT = 0.25


class Objective:
    """The loss of a batch, and what is read of its cells: through the noise of training, or in a fixed pattern."""

    def __init__(self, network: GestNetwork, vocabulary: Vocabulary, noise: InputNoise) -> None:
        self.config, self.vocabulary, self.noise = network.config, vocabulary, noise
        self.scale, self.center = network.scale, network.center.cpu().numpy()
        self.levels = torch.as_tensor(vocabulary.levels, device=self.scale.device)

    def through_noise(self, batch: Batch, rng: np.random.Generator) -> Batch:
        """The batch as it is read in training."""
        seen = noisy_input(batch, self._quantised(batch), self.vocabulary, self.center, self.noise, rng)
        return replace(batch, seen=seen)

    def half_quantised(self, batch: Batch) -> Batch:
        """The batch with half of the cells as meta cells, in a fixed pattern."""
        seen = self._quantised(batch)
        seen[:, ::2] = batch.expression[:, ::2]
        return replace(batch, seen=seen)

    def _quantised(self, batch: Batch) -> np.ndarray:
        """What stands for each cell (batch, cells, genes) in the vocabulary's terms."""
        if not self.config.soft_tokens:
            return self.vocabulary.expression[batch.token]
        cells = batch.expression.reshape(-1, batch.expression.shape[-1])
        return self.vocabulary.quantised(cells, soft=True).reshape(batch.expression.shape)

    def __call__(self, network: nn.Module, batch: Batch) -> Tensor:
        """Mean loss over the cells that the network is asked for; what fills up short windows is left out."""
        device = self.scale.device
        read, place, own = (
            onto(np.asarray(a), device, torch.float32) for a in (batch.seen, batch.place, batch.expression)
        )
        logits, expected = network(read, place, own)
        true, target = own[:, 1:], onto(batch.token[:, 1:], device)
        asked = slice(None) if batch.is_asked is None else onto(batch.is_asked, device)
        loss = hierarchical_loss(_rows(logits[asked]), _rows(target[asked][..., None])[:, 0], self.levels)
        if expected is None or self.config.plus is None:
            return loss
        return loss + self.config.plus.mean_weight * scaled_error(expected[asked], true[asked], self.scale)


def _rows(values: Tensor) -> Tensor:
    """(..., width) as (rows, width)."""
    return values.reshape(-1, values.shape[-1])


def hierarchical_loss(logits: Tensor, target: Tensor, levels: Tensor, weight: float = LEVEL_WEIGHT) -> Tensor:
    """Mean over cells of Σ_level α · negative log likelihood, in log space; level 0 is the meta cell itself.

    Parameters
    ----------
    logits
        (cells, tokens).
    target
        True meta cell (cells,).
    levels
        Coarse label of each meta cell (levels, tokens).
    weight
        α of every level, 0.25 in the paper.
    """
    log_p = logits.float().log_softmax(dim=-1)
    loss = -log_p.gather(-1, target[:, None]).mean()
    for label in levels:
        loss = loss - log_sum_exp_of_group(log_p, label, label[target]).mean()
    return weight * loss


def log_sum_exp_of_group(log_p: Tensor, label: Tensor, group: Tensor) -> Tensor:
    """Log probability (cells,) of one group for each cell, from that of all meta cells (cells, tokens), without leaving log space.

    Only the members of the group are looked up: all other groups cost nothing.

    Parameters
    ----------
    label
        Group of each meta cell (tokens,).
    group
        The group asked for, for each cell (cells,).
    """
    nobody = F.pad(log_p, (0, 1), value=float("-inf"))
    return nobody.gather(-1, members(label)[group]).logsumexp(dim=-1)


def members(label: Tensor) -> Tensor:
    """Meta cells of each group (groups, size of the largest); smaller groups are filled up with the number behind the last meta cell."""
    size = torch.bincount(label)
    order = label.argsort(stable=True)
    place = torch.arange(len(label), device=label.device) - (size.cumsum(0) - size)[label[order]]
    table = torch.full((len(size), int(size.max())), len(label), device=label.device)
    table[label[order], place] = order
    return table


def scaled_error(expected: Tensor, true: Tensor, scale: Tensor) -> Tensor:
    """Mean squared error of expected expression (..., cells, genes), each gene in units of its spread (genes,)."""
    return (((expected.float() - true) / scale) ** 2).mean()
