"""Lines that do not have the same cells as the control: generated beside it in the same order, each among its own cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from scipy.spatial import cKDTree
from torch import Tensor

from ripple_core.models.contract import Generated, Scene
from ripple_core.models.gest.generation.kept import Kept, Listening
from ripple_core.models.gest.network.signals import REACH

Waves = Iterator[Iterator[tuple[int, Generated]]]
Start = Callable[[Scene, "Kept | None", "float | None"], tuple[Waves, float]]
"""Begins the generation of a scene: from what is kept of its targets, and the radius of its groups, to its waves and that radius."""


def generate_apart(scene: Scene, keep: Callable[[Scene], Kept | None], start: Start) -> Iterator[Generated]:
    """Generate every line of a scene among the cells that it has; targets come in the order of the control, line 0.

    The cells of a window are yielded when all lines have it: what a line answers is held against what the control has there.
    """
    (first, control), *others = scene.by_presence()
    kept = keep(control)
    if kept is not None:
        kept.control = {}
    waves, radius_um = start(control, kept, None)
    runs = [(first, waves)]
    for lines, part in others:
        runs.append((lines, start(part, None if kept is None else beside(kept, part), radius_um)[0]))
    genes = scene.known_expression.shape[2]
    for wave_of_each in zip(*(waves for _, waves in runs)):
        for steps in zip(*map(list, wave_of_each)):
            targets = steps[0][1].targets
            found = np.empty((scene.lines, len(targets), genes), dtype=np.float32)
            for (lines, _), (_, step) in zip(runs, steps):
                found[lines] = step.expression
            yield Generated(targets, found)


def beside(control: Kept, scene: Scene) -> Kept:
    """What is kept of the same targets among other cells: their identity is the same, what they hear is not."""
    heard = None if control.listening is None else ListeningApart(control, control.listening, scene)
    return Kept(control.network, control.vocabulary, control.observed, heard)


class ListeningApart(Listening):
    """The signals that reach the same targets among other cells, held against those of the section as observed.

    A mean over cells changes with each cell that comes or goes, also for what the others tell. So what a line hears is added up
    anew from all cells that it has, and the difference from the section as observed is what its targets answer.

    Parameters
    ----------
    control, heard
        What is kept of line 0, and how its targets hear.
    scene
        Other lines, which all have the same cells.
    """

    def __init__(self, control: Kept, heard: Listening, scene: Scene) -> None:
        self.network, self.answers, self.group, self.lines = heard.network, heard.answers, heard.group, scene.lines
        self.lengths, self.sources, self.scale, self.xy = heard.lengths, heard.sources, heard.scale, heard.xy
        self.control, self.heard_there = control, heard
        reach = REACH * self.lengths.max()
        near = np.isfinite(cKDTree(self.xy).query(scene.known_xy_um, distance_upper_bound=reach)[0])
        self.every = cKDTree(np.concatenate([scene.known_xy_um[near], self.xy]))
        lines = [self._told((x - heard.center) / self.scale) for x in (scene.known_expression[:, near], heard.asked)]
        of_targets = np.repeat(lines[1].transpose(1, 0, 2)[:, :, None], self.lines, axis=2)
        self.told = np.concatenate([lines[0].transpose(2, 1, 0, 3), of_targets], axis=1)
        self.first = int(near.sum())

    def begin(self, targets: np.ndarray, windows: Sequence[np.ndarray]) -> None:
        """As in :class:`Listening`, after the control has begun the same targets."""
        there, channels = self.heard_there, self.sources.shape[2]
        whole = np.zeros((len(targets), self.lines * channels), dtype=np.float32)
        self.share = np.zeros((len(self.lengths), len(targets), len(targets)), dtype=np.float32)
        self.told_here = np.zeros((len(self.lengths), len(targets), self.lines * channels), dtype=np.float32)
        column = np.full(self.every.n, -1)
        column[self.first + targets] = np.arange(len(targets))
        for rows in windows:
            for i, length in enumerate(self.lengths):
                sources, weight = self._weights(self.xy[targets[rows]], length)
                whole[rows] += weight @ self.told[i, sources].reshape(-1, whole.shape[1])
                beside = column[sources] >= 0
                self.share[i, rows[:, None], column[sources[beside]]] = weight[:, beside]
        self.before, self.of, self.unchanged, self.begun = there.before, there.of, there.unchanged, targets
        change = whole.reshape(len(targets), self.lines, channels) - self.before.cpu().numpy()[:, None]
        self.change: np.ndarray = change

    def tell(self, rows: Sequence[int], expression: Tensor) -> None:
        """Let targets that are still to come hear how generated cells (cells, lines, genes) differ from the control's."""
        of_control = self.control.control or {}
        control = torch.stack([of_control[int(target)] for target in self.begun[rows]])[:, None]
        told = self._told((expression - control).cpu().numpy() / self.scale).transpose(2, 0, 1, 3)
        self.told[:, self.first + self.begun[rows]] += told
        self.told_here[:, rows] = told.reshape(len(told), len(rows), -1)
