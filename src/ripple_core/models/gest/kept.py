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

AT_ONCE = 32


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
            listening = Listening(network, network.answers, scene, scene.target_observed, group)
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
    answered. So an answer travels on from cell to cell. What the given cells tell is added up when a target is first asked for, so
    that the first cell does not wait for the last.
    """

    def __init__(
        self, network: GestNetwork, answers: Answers, scene: Scene, asked: np.ndarray, group: np.ndarray
    ) -> None:
        self.network, self.answers = network, answers
        self.lengths = answers.lengths_um.cpu().double().numpy()
        self.sources = answers.sources.float().cpu().numpy()
        self.scale = network.scale.cpu().numpy()
        self.group = torch.as_tensor(group, device=network.scale.device)
        self.xy, self.tree = scene.target_xy_um, cKDTree(scene.target_xy_um)
        heard = np.isfinite(self.tree.query(scene.known_xy_um, distance_upper_bound=REACH * self.lengths.max())[0])
        known = scene.known_expression[:, heard]
        self.every = cKDTree(np.concatenate([scene.known_xy_um[heard], self.xy]))
        observed = np.concatenate([known[0], asked])
        self.told_before = self._told((observed - network.center.cpu().numpy()) / self.scale)
        self.differs = np.flatnonzero((known != known[:1]).any(axis=(0, 2)))
        self.told_change = self._told((known[:, self.differs] - known[0, self.differs]) / self.scale)
        self.pending = np.ones(len(self.xy), dtype=bool)
        shape = len(self.xy), *self.told_before.shape[1:]
        self.total = np.zeros(shape[:2], dtype=np.float32)
        self.before = np.zeros(shape, dtype=np.float32)
        self.change = np.zeros((shape[0], scene.lines, *shape[1:]), dtype=np.float32)

    def signals(self, target: int) -> tuple[np.ndarray, np.ndarray]:
        """What reaches a target (channels,) among cells as observed, and how lines differ from it (lines, channels)."""
        if not self.total[target].any():
            self._add_given(slice(target - target % AT_ONCE, target - target % AT_ONCE + AT_ONCE))
        total = self.total[target][:, None]
        return (self.before[target] / total).sum(axis=0), (self.change[target] / total).sum(axis=1)

    def _add_given(self, rows: slice) -> None:
        """Add up what the given cells tell some targets."""
        for part, matrices in neighborhood_weights(self.xy[rows], self.every, self.lengths):
            here = slice(rows.start + part.start, rows.start + part.stop)
            for i, matrix in enumerate(matrices):
                self.total[here, i] = matrix.sum(axis=1) + ALONE
                self.before[here, i] = matrix @ self.told_before[:, i]
                near = matrix[:, self.differs].toarray()
                self.change[here, :, i] += np.einsum("ts,lsc->tlc", near, self.told_change[:, :, i], optimize=True)

    def answer(self, target: int) -> Tensor:
        """How a target differs (lines, channels) from what it would be among cells as observed."""
        before, change = (torch.as_tensor(part, device=self.network.scale.device) for part in self.signals(target))
        group = self.group[target]
        return self.answers(before + change, group) - self.answers(before, group)

    def tell(self, target: int, expression: Tensor) -> None:
        """Let the targets that are still to come hear how a generated cell (lines, genes) differs between lines."""
        self.pending[target] = False
        told = self._told((expression - expression[:1]).cpu().numpy() / self.scale)
        near = np.array(self.tree.query_ball_point(self.xy[target], REACH * self.lengths.max()))
        near = near[self.pending[near]]
        distance = np.linalg.norm(self.xy[near] - self.xy[target], axis=1)[:, None]
        weight = (np.exp(-distance / self.lengths) * (distance <= REACH * self.lengths)).astype(np.float32)
        self.change[near] += weight[:, None, :, None] * told

    def _told(self, scaled: np.ndarray) -> np.ndarray:
        """What cells (..., genes) tell by each length's mean (..., lengths, channels)."""
        return np.einsum("...g,lgc->...lc", scaled, self.sources, optimize=True).astype(np.float32)
