"""Cells that keep their identity: what is known of them beside their place, and how they answer what differs around them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist
from torch import Tensor

from ripple_core.models.contract import Scene
from ripple_core.models.gest.meta_cells.vocabulary import Vocabulary
from ripple_core.models.gest.network.answers import Answers, identities
from ripple_core.models.gest.network.signals import ALONE, REACH
from ripple_core.models.gest.network.transformer import GestNetwork


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
        self.control: dict[int, Tensor] | None = None
        """Expression (genes,) of line 0 by target, where it is wanted beside lines that have other cells."""

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
        """Make ready for targets, which are asked for next: (windows, cells), −1 where a window has fewer."""
        window = np.repeat(np.arange(len(targets)), targets.shape[1])[targets.ravel() >= 0]
        targets = targets[targets >= 0]
        meta = self.network.meta_expression
        self.row = {int(target): i for i, target in enumerate(targets)}
        self.log_prior = torch.as_tensor(self.vocabulary.identity_prior(self.observed[targets]), device=meta.device)
        self.alone = self.log_prior.softmax(dim=-1) @ meta
        if self.listening is not None:
            self.listening.begin(targets, [np.flatnonzero(window == number) for number in range(window.max() + 1)])

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
        self.listening.tell(rows, found)
        if self.control is not None:
            self.control.update(zip(map(int, targets), found[:, 0]))
        return found


class Listening:
    """The signals that reach each target, on every line, as cells around it become known.

    Signals are those of the section as observed, and what each line differs by from line 0: the edit, then what generated cells
    answered. So an answer travels on from cell to cell. What others tell is added up for the targets of windows when they begin, so that
    the first cell does not wait for the last; while they are generated they listen to each other.
    """

    def __init__(
        self, network: GestNetwork, answers: Answers, scene: Scene, asked: np.ndarray, group: np.ndarray
    ) -> None:
        self.network, self.answers, self.group, self.lines = network, answers, group, scene.lines
        self.lengths = answers.lengths_um.cpu().double().numpy()
        self.sources = answers.sources.float().cpu().numpy()
        self.scale = network.scale.cpu().numpy()
        self.scene, self.asked = scene, asked
        self.xy, reach = scene.target_xy_um, REACH * self.lengths.max()
        self.near = np.flatnonzero(
            np.isfinite(cKDTree(self.xy).query(scene.known_xy_um, distance_upper_bound=reach)[0])
        )
        self.every = cKDTree(np.concatenate([scene.known_xy_um[self.near], self.xy]))
        self.center = network.center.cpu().numpy()
        self.before_of = np.zeros((len(self.lengths), self.every.n, self.sources.shape[2]), dtype=np.float32)
        self.is_read = np.zeros((len(self.lengths), self.every.n), dtype=bool)
        differs = np.intersect1d(scene.differing(), self.near)
        change = scene.expression(differs)
        given = self._told((change - change[0]) / self.scale).transpose(2, 1, 0, 3)
        self.told = np.concatenate([given, np.zeros((len(given), len(self.xy), *given.shape[2:]), np.float32)], axis=1)
        self.first = len(differs)
        self.teller = np.full(self.every.n, -1)
        self.teller[np.searchsorted(self.near, differs)] = np.arange(self.first)
        self.teller[len(self.near) :] = self.first + np.arange(len(self.xy))

    def begin(self, targets: np.ndarray, windows: Sequence[np.ndarray]) -> None:
        """Add up what all others have told some targets (cells,), and look how they will hear each other.

        ``windows`` holds the rows of the targets that stand together: what is far apart shares few sources.
        """
        channels, device = self.sources.shape[2], self.network.scale.device
        before = np.zeros((len(targets), channels), dtype=np.float32)
        change = np.zeros((len(targets), self.lines * channels), dtype=np.float32)
        self.share = np.zeros((len(self.lengths), len(targets), len(targets)), dtype=np.float32)
        self.told_here = np.zeros((len(self.lengths), len(targets), self.lines * channels), dtype=np.float32)
        self.told[:, self.first + targets] = 0.0
        column = np.full(self.every.n, -1)
        column[self.every.n - len(self.xy) + targets] = np.arange(len(targets))
        for rows in windows:
            for i, length in enumerate(self.lengths):
                sources, weight = self._weights(self.xy[targets[rows]], length)
                before[rows] += weight @ self._told_before(sources, i)
                tellers = self.teller[sources]
                change[rows] += weight[:, tellers >= 0] @ self.told[i, tellers[tellers >= 0]].reshape(
                    -1, change.shape[1]
                )
                beside = column[sources] >= 0
                self.share[i, rows[:, None], column[sources[beside]]] = weight[:, beside]
        self.before, self.of = (torch.as_tensor(v, device=device) for v in (before, self.group[targets]))
        self.change = change.reshape(len(targets), self.lines, channels)
        self.unchanged = self.answers(self.before, self.of)
        self.begun = targets

    def answer(self, rows: Sequence[int]) -> Tensor:
        """How some of the targets begun differ (cells, lines, channels) from what they would be among cells as observed."""
        change = torch.as_tensor(self.change[rows] + self.heard(rows), device=self.before.device)
        group = self.of[rows][:, None].expand(-1, self.lines)
        return self.answers(self.before[rows][:, None] + change, group) - self.unchanged[rows][:, None]

    def heard(self, rows: Sequence[int]) -> np.ndarray:
        """What those generated since the beginning add to the difference of lines (rows, lines, channels) for some of the targets begun."""
        found: np.ndarray = (self.share[:, rows] @ self.told_here).sum(axis=0).reshape(len(rows), self.lines, -1)
        return found

    def tell(self, rows: Sequence[int], expression: Tensor) -> None:
        """Let targets that are still to come hear how generated cells (cells, lines, genes) differ between lines."""
        told = self._told((expression - expression[:, :1]).cpu().numpy() / self.scale).transpose(2, 0, 1, 3)
        self.told[:, self.first + self.begun[rows]] = told
        self.told_here[:, rows] = told.reshape(len(told), len(rows), -1)

    def _weights(self, where_um: np.ndarray, length: float) -> tuple[np.ndarray, np.ndarray]:
        """Sources (sources,) of the mean of one length around places (cells, 2), and their shares in it (cells, sources)."""
        center = where_um.mean(axis=0)
        radius = float(np.linalg.norm(where_um - center, axis=1).max())
        sources = np.array(
            self.every.query_ball_point(center, radius + REACH * length, return_sorted=False), dtype=np.int64
        )
        distance = cdist(where_um, self.every.data[sources]).astype(np.float32)
        weight = np.exp(-distance / np.float32(length))
        weight[(distance > REACH * length) | (distance <= 0)] = 0.0
        return sources, weight / (weight.sum(axis=1, keepdims=True) + np.float32(ALONE))

    def _told_before(self, sources: np.ndarray, length: int) -> np.ndarray:
        """What cells (cells, channels) tell by the mean of one length, as observed; read when they are first heard."""
        new = sources[~self.is_read[length, sources]]
        if len(new):
            is_target = new >= len(self.near)
            for cells, values in (
                (new[~is_target], lambda rows: self.scene.control(self.near[rows])),
                (new[is_target], lambda rows: self.asked[rows - len(self.near)]),
            ):
                scaled = (values(cells) - self.center) / self.scale
                self.before_of[length, cells] = scaled.astype(np.float32) @ self.sources[length]
            self.is_read[length, new] = True
        return self.before_of[length, sources]

    def _told(self, scaled: np.ndarray) -> np.ndarray:
        """What cells (..., genes) tell by each length's mean (..., lengths, channels)."""
        return np.einsum("...g,lgc->...lc", scaled, self.sources, optimize=True).astype(np.float32)
