"""Regions of any size: windows that are re-centred on each group of targets, what was generated becoming known."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from scipy.spatial import cKDTree
from torch import Tensor

from ripple_core.models.contract import Generated, GenerationSettings, Scene
from ripple_core.models.gest.choose import Choose, chooser
from ripple_core.models.gest.config import GestConfig
from ripple_core.models.gest.decoder import Step, Windows, generate_windows
from ripple_core.models.gest.kept import Kept
from ripple_core.models.gest.network import GestNetwork
from ripple_core.models.gest.waves import Group, groups, waves
from ripple_core.nn.packed import Precision

log = logging.getLogger(__name__)

GROUP_SHARE = 0.15
ALIKE_SHARE = 0.9
"""Windows with fewer known cells than this share of the fullest are not generated beside it: all would lose the cells it lacks."""
MOST_BYTES, SHARE_OF_FREE = 1 << 30, 0.5
"""Memory for keys and values: a GiB, on a GPU half of what is free."""
Decode = Callable[[GestNetwork, Windows, Choose, Precision], Iterator[Step]]
Keep = Callable[[Scene], Kept | None]


def generate(
    network: GestNetwork,
    scene: Scene,
    keep: Keep,
    settings: GenerationSettings,
    decode: Decode = generate_windows,
) -> Iterator[Generated]:
    """Generate a region of any size, one window after another, or as waves of windows far from each other (``settings.apart_um``).

    All lines go through together, as many as memory allows; of more lines the cells of a window are yielded when all have it.

    Parameters
    ----------
    keep
        What is known of a scene's targets' identity; gives None where nothing is.
    """
    rows = most_rows(network)
    parts = lines_at_once(scene.lines, rows)
    runs = [Run(network, part, keep(part), settings, decode, rows) for part in (_lines_of(scene, p) for p in parts)]
    if len(runs) == 1:
        for wave in runs[0].waves():
            yield from wave
        return
    for wave_of_each in zip(*(run.waves() for run in runs)):
        for steps in zip(*map(list, wave_of_each)):
            lines = [step.expression[1 if i else 0 :] for i, step in enumerate(steps)]
            yield Generated(steps[0].targets, np.concatenate(lines))


def lines_at_once(lines: int, rows: int) -> list[np.ndarray]:
    """Lines in parts of at most ``rows``; line 0, which the others are held against, leads each part."""
    if lines <= max(rows, 2):
        return [np.arange(lines)]
    others = np.arange(1, lines)
    return [np.concatenate([[0], part]) for part in np.array_split(others, -(-len(others) // (max(rows, 2) - 1)))]


def most_rows(network: GestNetwork) -> int:
    """How many rows (windows times lines) have room for their keys and values."""
    config, device = network.config, network.meta_expression.device
    free = MOST_BYTES
    if device.type == "cuda":
        free = int(SHARE_OF_FREE * torch.cuda.mem_get_info(device)[0])
    return max(2, free // (4 * 2 * config.layers * config.dim * (config.max_cells + 1)))


def _lines_of(scene: Scene, lines: np.ndarray) -> Scene:
    return scene if len(lines) == scene.lines else replace(scene, known_expression=scene.known_expression[lines])


class Run:
    """The generation of a scene whose lines fit into memory together."""

    def __init__(
        self,
        network: GestNetwork,
        scene: Scene,
        kept: Kept | None,
        settings: GenerationSettings,
        decode: Decode,
        rows: int,
    ) -> None:
        self.network, self.scene, self.kept, self.settings, self.decode = network, scene, kept, settings, decode
        self.choose = chooser(network, settings, kept)
        self.around = Surroundings(scene, network.config, settings.seed)
        self.most_windows = max(1, min(settings.most_windows, rows // scene.lines))

    def waves(self) -> Iterator[Iterator[Generated]]:
        """The steps of each wave's windows; take all of them before asking for the next wave."""
        found = groups(self.scene.target_xy_um, self.around.group_radius())
        for wave in waves(found, self.scene.target_xy_um, self.settings.apart_um, self.most_windows):
            for some in self.around.alike(wave):
                yield self._steps(some)
                self.around.finish(some)

    def _steps(self, some: list[Group]) -> Iterator[Generated]:
        """Generate groups side by side; where a GPU's memory runs out, half of them at a time."""
        try:
            yield from self._side_by_side(some)
        except torch.cuda.OutOfMemoryError:
            if len(some) == 1:
                raise
            self.most_windows = len(some) // 2
            log.warning("the GPU's memory ran out: from here on %d windows at a time", self.most_windows)
            torch.cuda.empty_cache()
            for half in (some[: self.most_windows], some[self.most_windows :]):
                yield from self._steps(half)

    def _side_by_side(self, some: list[Group]) -> Iterator[Generated]:
        device = self.network.meta_expression.device
        windows = self.around.windows(some, device)
        if self.kept is not None:
            self.kept.begin(windows.targets)
        with torch.inference_mode():
            for targets, shown in self.decode(self.network, windows, self.choose, self.settings.precision):
                value = shown.transpose(0, 1).float().cpu().numpy()
                self.around.write(targets, value)
                yield Generated(targets, value)


class Surroundings:
    """The cells of a scene as its windows see them: given ones, and those that have been generated.

    Parameters
    ----------
    seed
        Of the reading order of each window's known cells.
    """

    def __init__(self, scene: Scene, config: GestConfig, seed: int) -> None:
        self.config, self.seed = config, seed
        self.given = len(scene.known_xy_um)
        self.xy = np.concatenate([scene.known_xy_um, scene.target_xy_um])
        lines, _, genes = scene.known_expression.shape
        self.known_expression = scene.known_expression
        self.generated = np.zeros((lines, len(scene.target_xy_um), genes), np.float32)
        self.is_known = np.arange(len(self.xy)) < self.given
        self.tree = cKDTree(self.xy)

    def write(self, targets: np.ndarray, expression: np.ndarray) -> None:
        """Keep what was generated of targets (lines, cells, genes)."""
        self.generated[:, targets] = expression

    def finish(self, wave: Sequence[Group]) -> None:
        """Let later windows see the targets of these groups."""
        for group in wave:
            self.is_known[self.given + group.targets] = True

    def alike(self, wave: Sequence[Group]) -> Iterator[list[Group]]:
        """The groups of a wave in batches whose windows hold about as many known cells."""
        if len(wave) == 1:
            yield list(wave)
            return
        counts = np.array([len(self._known_near(group, len(group.targets))) for group in wave])
        left = np.argsort(-counts, kind="stable")
        while len(left):
            beside = counts[left] >= ALIKE_SHARE * counts[left[0]]
            yield [wave[i] for i in left[beside]]
            left = left[~beside]

    def windows(self, some: Sequence[Group], device: torch.device) -> Windows:
        """The windows of groups that are generated side by side."""
        ordered = sorted(some, key=lambda group: -len(group.targets))
        most = len(ordered[0].targets)
        near = [self._known_near(group, most) for group in ordered]
        count = min(map(len, near))
        half_um = self.config.window_um / 2
        targets = np.full((len(ordered), most), -1)
        known, place, target_place = [], [], []
        for i, (group, rows) in enumerate(zip(ordered, near)):
            order = np.random.default_rng([self.seed, 5, group.number]).permutation(rows[:count])
            targets[i, : len(group.targets)] = group.targets
            asked = np.pad(group.targets, (0, most - len(group.targets)), mode="edge")
            known.append(self._expression(order))
            place.append((self.xy[order] - group.center_um) / half_um)
            target_place.append((self.xy[self.given + asked] - group.center_um) / half_um)

        def tensor(parts: list[np.ndarray]) -> Tensor:
            return torch.as_tensor(np.stack(parts), dtype=torch.float32, device=device)

        return Windows(tensor(known), tensor(place), tensor(target_place), targets)

    def group_radius(self) -> float:
        """A radius that holds about ``GROUP_SHARE`` of a window's cells at this tissue's density."""
        sample = self.tree.data[:: max(1, self.tree.n // 200)]
        k = min(self.tree.n, max(2, int(GROUP_SHARE * self.config.max_cells)))
        return float(np.median(self.tree.query(sample, k=k)[0][:, -1]))

    def _known_near(self, group: Group, targets: int) -> np.ndarray:
        """The known cells nearest to a group's centre, as many as fit into a window beside so many targets."""
        config = self.config
        reach = config.window_um / 2 * np.sqrt(2)
        k = min(self.tree.n, 4 * config.max_cells)
        nearest = np.atleast_1d(self.tree.query(group.center_um, k=k, distance_upper_bound=reach)[1])
        nearest = nearest[nearest < self.tree.n]
        return nearest[self.is_known[nearest]][: max(8, config.max_cells - targets)]

    def _expression(self, rows: np.ndarray) -> np.ndarray:
        """Expression (lines, rows, genes) of known cells."""
        given = rows < self.given
        found = np.empty((len(self.generated), len(rows), self.generated.shape[2]), np.float32)
        found[:, given] = self.known_expression[:, rows[given]]
        found[:, ~given] = self.generated[:, rows[~given] - self.given]
        return found
