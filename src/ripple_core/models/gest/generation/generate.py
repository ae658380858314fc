"""Regions of any size: windows that are re-centred on each group of targets, what was generated becoming known."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

import numpy as np
import torch

from ripple_core.models.contract import Generated, GenerationSettings, Scene
from ripple_core.models.gest.generation.apart import Waves, generate_apart
from ripple_core.models.gest.generation.choose import Choose, beside, chooser
from ripple_core.models.gest.generation.decoder import Step, generate_windows
from ripple_core.models.gest.generation.kept import Kept
from ripple_core.models.gest.generation.surroundings import Surroundings, Windows
from ripple_core.models.gest.generation.waves import Group, groups, groups_of_any_order, waves
from ripple_core.models.gest.network.transformer import GestNetwork
from ripple_core.nn.packed import Precision

log = logging.getLogger(__name__)

MOST_BYTES, SHARE_OF_FREE = 1 << 30, 0.5
"""Memory for keys and values: a GiB, on a GPU half of what is free."""
Decode = Callable[[GestNetwork, Windows, Choose, Precision], Iterator[Step]]
Keep = Callable[[Scene], Kept | None]
Asked = tuple[Scene, Kept | None, GenerationSettings]


def generate(
    network: GestNetwork,
    scene: Scene,
    keep: Keep,
    settings: GenerationSettings,
    decode: Decode = generate_windows,
) -> Iterator[Generated]:
    """Generate a region of any size, one window after another, or as waves of windows far from each other (``settings.apart_um``).

    All lines go through together, as many as memory allows; of more lines the cells of a window are yielded when all have it. Lines
    that do not have the same cells are generated apart, in the same order (:mod:`ripple_core.models.gest.generation.apart`).

    Parameters
    ----------
    keep
        What is known of a scene's targets' identity; gives None where nothing is.
    """
    rows = most_rows(network)
    if scene.present is not None:
        exactly = settings.model_copy(update={"apart_um": 0.0})

        def start(part: Scene, kept: Kept | None, radius_um: float | None) -> tuple[Waves, float]:
            run = Run(network, [(part, kept, exactly)], decode, rows, radius_um)
            return run.waves(), run.parties[0].radius_um

        yield from generate_apart(scene, keep, start)
        return
    found = lines_at_once(scene.lines, rows)
    parts = [scene] if len(found) == 1 else [scene.part(lines) for lines in found]
    runs = [Run(network, [(part, keep(part), settings)], decode, rows) for part in parts]
    for wave_of_each in zip(*(run.waves() for run in runs)):
        if len(runs) == 1:
            yield from (step for _, step in wave_of_each[0])
            continue
        for steps in zip(*map(list, wave_of_each)):
            lines = [step.expression[1 if i else 0 :] for i, (_, step) in enumerate(steps)]
            yield Generated(steps[0][1].targets, np.concatenate(lines))


def generate_beside(
    network: GestNetwork,
    asked: Sequence[tuple[Scene, GenerationSettings]],
    keep: Keep,
    decode: Decode = generate_windows,
) -> Iterator[tuple[int, Generated]]:
    """Generate several scenes at once, each as if it were alone: a window of each goes through the network together.

    Yields the number of the scene with what was generated of it. Scenes are of as many lines each, settings differ in the seed
    alone; at most ``most_windows`` scenes, and as many as memory allows, run at once.
    """
    rows = most_rows(network)
    scene, settings = asked[0]
    at_once = min(settings.most_windows, rows // scene.lines)
    if at_once < 2 or any(scene.present is not None for scene, _ in asked):
        for number, (scene, settings) in enumerate(asked):
            yield from ((number, step) for step in generate(network, scene, keep, settings, decode))
        return
    for start in range(0, len(asked), at_once):
        some = [(scene, keep(scene), settings) for scene, settings in asked[start : start + at_once]]
        for wave in Run(network, some, decode, rows).waves():
            yield from ((start + number, step) for number, step in wave)


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


class Party:
    """A scene that is generated beside others: its surroundings, what chooses its cells, and its waves of groups to come.

    Parameters
    ----------
    most_windows
        Most groups of a wave.
    radius_um
        Holds the targets that share a window; None: as many as the tissue's density allows.
    """

    def __init__(
        self,
        network: GestNetwork,
        scene: Scene,
        kept: Kept | None,
        settings: GenerationSettings,
        most_windows: int,
        radius_um: float | None = None,
    ) -> None:
        self.kept, self.choose = kept, chooser(network, settings, kept)
        self.around = Surroundings(scene, network.config, settings.seed, shares=settings.shared_context)
        self.radius_um = self.around.group_radius() if radius_um is None else radius_um
        if settings.shared_context:
            sources_um = scene.known_xy_um[scene.differing()]
            found = groups_of_any_order(scene.target_xy_um, sources_um, self.radius_um)
        else:
            found = groups(scene.target_xy_um, self.radius_um)
        self.waves = waves(found, scene.target_xy_um, settings.apart_um, most_windows)


Turn = tuple[int, Group]
"""A group of one of the parties."""


class Run:
    """The generation of scenes whose lines fit into memory together, window beside window; each as if it were alone.

    Parameters
    ----------
    asked
        Scenes of as many lines each, what is kept of each, and settings that differ in the seed alone.
    rows
        Windows times lines for which there is memory.
    radius_um
        As in :class:`Party`.
    """

    def __init__(
        self, network: GestNetwork, asked: Sequence[Asked], decode: Decode, rows: int, radius_um: float | None = None
    ) -> None:
        scene, _, self.settings = asked[0]
        self.network, self.decode = network, decode
        self.at_once = max(len(asked), min(self.settings.most_windows, rows // scene.lines))
        self.parties: list[Party] = []
        for one in asked:
            self.parties.append(Party(network, *one, self.at_once // len(asked), radius_um))
            if self.settings.shared_context:
                radius_um = self.parties[0].radius_um  # windows of all orders are to begin alike

    def waves(self) -> Iterator[Iterator[tuple[int, Generated]]]:
        """The steps of each wave's windows, with the number of the scene; take all of them before asking for the next wave."""
        for wave_of_each in zip_longest(*(party.waves for party in self.parties), fillvalue=()):
            wave = [(number, group) for number, found in enumerate(wave_of_each) for group in found]
            yield self._steps(sorted(wave, key=lambda turn: (-len(turn[1].targets), turn[1].number)))
            for number, group in wave:
                self.parties[number].around.finish(group)

    def _steps(self, wave: list[Turn]) -> Iterator[tuple[int, Generated]]:
        """Generate groups side by side; where a GPU's memory runs out, half of them at a time from then on."""
        if len(wave) > self.at_once:
            for start in range(0, len(wave), self.at_once):
                yield from self._steps(wave[start : start + self.at_once])
            return
        # Looked up now: when Python ends, torch goes before a run that rests here.
        out_of_memory = torch.cuda.OutOfMemoryError
        try:
            yield from self._side_by_side(wave)
        except out_of_memory:
            if len(wave) == 1:
                raise
            self.at_once = len(wave) // 2
            log.warning("the GPU's memory ran out: from here on %d windows at a time", self.at_once)
            torch.cuda.empty_cache()
            yield from self._steps(wave)

    def _side_by_side(self, wave: list[Turn]) -> Iterator[tuple[int, Generated]]:
        device = self.network.meta_expression.device
        windows = Windows.stacked([self.parties[number].around.window(group) for number, group in wave], device)
        owner = np.array([number for number, _ in wave])
        for number in np.unique(owner):
            kept = self.parties[number].kept
            if kept is not None:
                kept.begin(windows.targets[owner == number])
        choose = beside([party.choose for party in self.parties], owner)
        for targets, shown in inferring(self.decode(self.network, windows, choose, self.settings.precision)):
            value = shown.transpose(0, 1).float().cpu().numpy()
            for number in np.unique(owner[: len(targets)]):
                own = owner[: len(targets)] == number
                self.parties[number].around.write(targets[own], value[:, own])
                yield int(number), Generated(targets[own], value[:, own])


def inferring(steps: Iterator[Step]) -> Iterator[Step]:
    """The steps, each made in inference mode; between two of them the caller's own mode holds, whichever thread asks for the next."""
    while True:
        with torch.inference_mode():
            step = next(steps, None)
        if step is None:
            return
        yield step
