"""Cells that keep their identity: what is known of them beside their place, and how they answer what differs around them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.spatial import cKDTree
from torch import Tensor

from ripple_core.models.contract import Scene
from ripple_core.models.gest.answers import Answers, identities
from ripple_core.models.gest.network import GestNetwork
from ripple_core.models.gest.signals import ALONE, REACH, neighborhood_weights
from ripple_core.models.gest.vocabulary import Vocabulary


@dataclass
class Kept:
    """What is observed of a scene's targets, as a prior over meta cells.

    Parameters
    ----------
    prior
        Log weights (targets, tokens) added to the logits of each target.
    alone
        What the prior alone says of each target (targets, genes), without its surroundings.
    listening
        How targets answer what differs between the lines; None for a network without answers.
    """

    prior: Tensor
    alone: Tensor
    listening: Listening | None

    @classmethod
    def of(cls, network: GestNetwork, vocabulary: Vocabulary, scene: Scene) -> Kept | None:
        """What is observed of a scene's targets; None where nothing is."""
        if scene.target_observed is None:
            return None
        meta = network.meta_expression
        prior = torch.as_tensor(vocabulary.identity_prior(scene.target_observed), device=meta.device)
        listening = None
        if network.answers is not None:
            group = identities(vocabulary)[vocabulary.tokens(scene.target_observed)]
            listening = Listening(network, network.answers, scene, group)
        return cls(prior, prior.softmax(dim=-1) @ meta, listening)

    def expected(self, target: int, shown: Tensor) -> Tensor:
        """Expression (lines, genes) of a target, of which the network's meta cells say ``shown``; later targets hear of it.

        Both the meta cells and the answers speak only along the directions in which cells of one identity were found to vary with
        their surroundings, each by its measured share.
        """
        if self.listening is None:
            return shown
        answers, scale = self.listening.answers, self.listening.network.scale
        of_answers, of_meta = answers.shares
        said = (shown - self.alone[target]) / scale @ answers.directions
        along = of_meta * said + of_answers * self.listening.answer(target)
        found = self.alone[target] + along @ answers.directions.T * scale
        self.listening.tell(target, found)
        return found


class Listening:
    """The signals that reach each target, on every line, as cells around it become known.

    Signals are those of the section as observed, and what each line differs by from line 0: the edit, then what generated cells
    answered. So an answer travels on from cell to cell.
    """

    def __init__(self, network: GestNetwork, answers: Answers, scene: Scene, group: np.ndarray) -> None:
        assert scene.target_observed is not None
        self.network, self.answers = network, answers
        self.lengths = answers.lengths_um.double().cpu().numpy()
        self.sources = answers.sources.float().cpu().numpy()
        self.xy = scene.target_xy_um
        self.tree = cKDTree(self.xy)
        self.group = torch.as_tensor(group, device=network.scale.device)
        self.scale = network.scale.cpu().numpy()
        every = np.concatenate([scene.known_xy_um, self.xy])
        observed = np.concatenate([scene.known_expression[0], scene.target_observed])
        told = self._told((observed - network.center.cpu().numpy()) / self.scale)
        differs = np.flatnonzero((scene.known_expression != scene.known_expression[:1]).any(axis=(0, 2)))
        change = self._told((scene.known_expression[:, differs] - scene.known_expression[0, differs]) / self.scale)
        channels = told.shape[-1]
        self.observed = np.zeros((len(self.xy), channels), dtype=np.float32)
        self.change = np.zeros((len(self.xy), scene.lines, channels), dtype=np.float32)
        self.total = np.zeros((len(self.xy), len(self.lengths)), dtype=np.float32)
        for rows, matrices in neighborhood_weights(self.xy, every, self.lengths):
            for i, matrix in enumerate(matrices):
                self.total[rows, i] = matrix.sum(axis=1) + ALONE
                self.observed[rows] += (matrix @ told[:, i]) / self.total[rows, i, None]
                near = matrix[:, differs] / self.total[rows, i, None]
                self.change[rows] += np.einsum("ts,lsc->tlc", near.toarray(), change[:, :, i])

    def answer(self, target: int) -> Tensor:
        """How a target differs (lines, channels) from what it would be among cells as observed."""
        device = self.network.scale.device
        before = torch.as_tensor(self.observed[target], device=device)
        after = before + torch.as_tensor(self.change[target], device=device)
        group = self.group[target]
        return self.answers(after, group) - self.answers(before, group)

    def tell(self, target: int, expression: Tensor) -> None:
        """Let the other targets hear how a generated cell (lines, genes) differs between lines."""
        told = self._told((expression - expression[:1]).cpu().numpy() / self.scale)
        near = np.array(self.tree.query_ball_point(self.xy[target], REACH * self.lengths.max()))
        near = near[near != target]
        distance = np.linalg.norm(self.xy[near] - self.xy[target], axis=1)[:, None]
        weight = np.exp(-distance / self.lengths) * (distance <= REACH * self.lengths) / self.total[near]
        self.change[near] += np.einsum("tl,nlc->tnc", weight, told).astype(np.float32)

    def _told(self, scaled: np.ndarray) -> np.ndarray:
        """What cells (..., genes) tell by each length's mean (..., lengths, channels)."""
        return np.einsum("...g,lgc->...lc", scaled, self.sources, optimize=True).astype(np.float32)
