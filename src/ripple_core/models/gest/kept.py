"""Cells that keep their identity: what is known of them beside their place, and how they answer what differs around them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from scipy import sparse
from scipy.spatial import cKDTree
from torch import Tensor

from ripple_core.models.contract import Scene
from ripple_core.models.gest.answers import Answers, identities
from ripple_core.models.gest.network import GestNetwork
from ripple_core.models.gest.signals import ALONE, REACH, neighborhood_weights
from ripple_core.models.gest.vocabulary import Vocabulary


class Kept:
    """What is observed of a scene's targets, as a prior over meta cells; made for the targets of a window when it begins.

    Parameters
    ----------
    network, vocabulary
        Of the model.
    observed
        What the targets are observed to be (targets, genes).
    listening
        How targets answer what differs between the lines; None for a network without answers.
    """

    def __init__(
        self, network: GestNetwork, vocabulary: Vocabulary, observed: np.ndarray, listening: Listening | None
    ) -> None:
        self.network, self.vocabulary, self.observed, self.listening = network, vocabulary, observed, listening
        self.row: dict[int, int] = {}

    @classmethod
    def of(cls, network: GestNetwork, vocabulary: Vocabulary, scene: Scene) -> Kept | None:
        """What is observed of a scene's targets; None where nothing is."""
        if scene.target_observed is None:
            return None
        listening = None
        if network.answers is not None:
            group = identities(vocabulary)[vocabulary.tokens(scene.target_observed)]
            listening = Listening(network, network.answers, scene, scene.target_observed, group)
        return cls(network, vocabulary, scene.target_observed, listening)

    def begin(self, targets: np.ndarray) -> None:
        """Make ready for some targets (cells,), which are asked for next."""
        meta = self.network.meta_expression
        self.row = {int(target): i for i, target in enumerate(targets)}
        self.log_prior = torch.as_tensor(self.vocabulary.identity_prior(self.observed[targets]), device=meta.device)
        self.alone = self.log_prior.softmax(dim=-1) @ meta
        if self.listening is not None:
            self.listening.begin(targets)

    def rows(self, targets: np.ndarray) -> list[int]:
        """Where targets (cells,) stand among those that were begun."""
        return [self.row[int(target)] for target in targets]

    def prior(self, targets: np.ndarray) -> Tensor:
        """Log weights (cells, tokens) of each target, added to its logits."""
        return self.log_prior[self.rows(targets)]

    def expected(self, targets: np.ndarray, shown: Tensor) -> Tensor:
        """Expression (cells, lines, genes) of targets, of which the meta cells say ``shown``; targets that are still to come hear of it.

        Both the meta cells and the answers speak only along the directions in which cells of one identity were found to vary with
        their surroundings, each by its measured share.
        """
        if self.listening is None:
            return shown
        answers, scale = self.listening.answers, self.listening.network.scale
        of_answers, of_meta = answers.shares
        rows = self.rows(targets)
        alone = self.alone[rows][:, None]
        said = (shown - alone) / scale @ answers.directions
        along = of_meta * said + of_answers * self.listening.answer(rows)
        found = alone + along @ answers.directions.T * scale
        self.listening.tell(targets, found)
        return found


class Listening:
    """The signals that reach each target, on every line, as cells around it become known.

    Signals are those of the section as observed, and what each line differs by from line 0: the edit, then what generated cells
    answered. So an answer travels on from cell to cell. What the given cells tell is added up for the targets of a window when it
    begins, so that the first cell does not wait for the last.
    """

    def __init__(
        self, network: GestNetwork, answers: Answers, scene: Scene, asked: np.ndarray, group: np.ndarray
    ) -> None:
        self.network, self.answers = network, answers
        self.lengths = answers.lengths_um.cpu().double().numpy()
        self.sources = answers.sources.float().cpu().numpy()
        self.scale = network.scale.cpu().numpy()
        self.group = group
        self.xy, reach = scene.target_xy_um, REACH * self.lengths.max()
        heard = np.isfinite(cKDTree(self.xy).query(scene.known_xy_um, distance_upper_bound=reach)[0])
        known = scene.known_expression[:, heard]
        self.given = int(heard.sum())
        self.every = cKDTree(np.concatenate([scene.known_xy_um[heard], self.xy]))
        observed = np.concatenate([known[0], asked])
        self.told_before = self._told((observed - network.center.cpu().numpy()) / self.scale)
        self.differs = np.flatnonzero((known != known[:1]).any(axis=(0, 2)))
        self.told_given = self._told((known[:, self.differs] - known[0, self.differs]) / self.scale)
        self.told = np.zeros((len(self.lengths), len(self.xy), scene.lines, self.sources.shape[2]), dtype=np.float32)
        self.lines = scene.lines

    def begin(self, targets: np.ndarray) -> None:
        """Add up what the given cells tell some targets (cells,), and look who of the other targets will tell them more."""
        lengths, channels = len(self.lengths), self.sources.shape[2]
        before = np.zeros((len(targets), channels), dtype=np.float32)
        self.change = np.zeros((len(targets), self.lines, channels), dtype=np.float32)
        tellers = []
        for rows, matrices in neighborhood_weights(self.xy[targets], self.every, self.lengths):
            parts = []
            for i, matrix in enumerate(matrices):
                share = matrix.multiply(1.0 / (matrix.sum(axis=1) + ALONE)[:, None]).tocsr()
                before[rows] += share @ self.told_before[:, i]
                given = share[:, self.differs] @ self.told_given[:, :, i].swapaxes(0, 1).reshape(len(self.differs), -1)
                self.change[rows] += given.reshape(-1, self.lines, channels)
                parts.append(share[:, self.given :])
            tellers.append(parts)
        matrices = [sparse.vstack([parts[i] for parts in tellers]).tocsc() for i in range(lengths)]
        self.near = np.union1d(np.flatnonzero(np.diff(matrices[-1].indptr)), targets)
        self.share = np.stack([matrix[:, self.near].toarray() for matrix in matrices])
        self.told_near = self.told[:, self.near].reshape(lengths, len(self.near), -1)
        device = self.network.scale.device
        self.before = torch.as_tensor(before, device=device)
        self.of = torch.as_tensor(self.group[targets], device=device)
        self.unchanged = self.answers(self.before, self.of)

    def answer(self, rows: Sequence[int]) -> Tensor:
        """How some of the targets looked at differ (cells, lines, channels) from what they would be among cells as observed."""
        change = torch.as_tensor(self.change[rows] + self.heard(rows), device=self.before.device)
        group = self.of[rows][:, None].expand(-1, self.lines)
        return self.answers(self.before[rows][:, None] + change, group) - self.unchanged[rows][:, None]

    def heard(self, rows: Sequence[int]) -> np.ndarray:
        """What generated cells add to the difference of lines (rows, lines, channels) for some of the targets looked at."""
        found: np.ndarray = (self.share[:, rows] @ self.told_near).sum(axis=0).reshape(len(rows), self.lines, -1)
        return found

    def tell(self, targets: np.ndarray, expression: Tensor) -> None:
        """Let targets that are still to come hear how generated cells (cells, lines, genes) differ between lines."""
        told = self._told((expression - expression[:, :1]).cpu().numpy() / self.scale)
        self.told[:, targets] = told.transpose(2, 0, 1, 3)
        self.told_near[:, np.searchsorted(self.near, targets)] = self.told[:, targets].reshape(
            len(self.lengths), len(targets), -1
        )

    def _told(self, scaled: np.ndarray) -> np.ndarray:
        """What cells (..., genes) tell by each length's mean (..., lengths, channels)."""
        return np.einsum("...g,lgc->...lc", scaled, self.sources, optimize=True).astype(np.float32)
