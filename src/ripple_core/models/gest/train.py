"""How a GeST is trained: statistics, vocabulary, windows, then the loop."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy import sparse
from torch import Tensor

from ripple_core.expression import ExpressionSpace
from ripple_core.models.gest.answers import learn_answers, told
from ripple_core.models.gest.config import GestConfig
from ripple_core.models.gest.network import GestNetwork
from ripple_core.models.gest.noise import noisy_input
from ripple_core.models.gest.objective import hierarchical_loss, scaled_error
from ripple_core.models.gest.serialize import order_window
from ripple_core.models.gest.share import answer_shares, measured_shares
from ripple_core.models.gest.vocabulary import Vocabulary
from ripple_core.progress import Progress
from ripple_core.section import Section
from ripple_core.training.chunks import ArrayChunks
from ripple_core.training.config import TrainSettings
from ripple_core.training.device import choose_device, low_precision
from ripple_core.training.loop import TrainingLoop
from ripple_core.training.windows import Batch, Tissue, WindowSampler

HELD_OUT_BATCHES = 6
Parts = tuple[GestConfig, ExpressionSpace, Vocabulary, GestNetwork, dict[str, Any]]


def train_iter(
    sections: list[Section],
    held_out: list[Section],
    config: GestConfig | None,
    settings: TrainSettings,
    folder: Path | None = None,
    resume: bool = False,
) -> Generator[Progress, None, Parts]:
    """Train on sections that share their genes, watching the held-out ones; returns the parts of a Gest.

    Parameters
    ----------
    folder
        Where the state is kept while training, for ``resume``; None keeps none.
    """
    config = config or GestConfig()
    yield Progress(0, 0, "learning the expression space and the meta-cell vocabulary")
    counts = sparse.vstack([s.counts for s in sections]).tocsr()
    space = ExpressionSpace.fit(counts, sections[0].genes)
    expression = [space.encode(s)[0] for s in (*sections, *held_out)]
    vocabulary = Vocabulary.fit(
        ArrayChunks(expression[: len(sections)]),
        scale=space.std if config.standardize else np.ones_like(space.std),
        tokens=config.meta_cells,
        components=config.components,
        levels=config.levels,
        seed=settings.seed,
    )
    tissues = [Tissue.of(s.xy_um, e, vocabulary.tokens(e)) for s, e in zip((*sections, *held_out), expression)]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        spacing = float(np.median([s.nearest_um for s in sections])) / (config.window_um / 2)
        network = GestNetwork.for_space(config, space, vocabulary, spacing).to(choose_device(settings.device))
    objective = Objective(network, vocabulary, settings)
    loop = TrainingLoop(
        network, objective.training, objective.held_out, _sampler(tissues[: len(sections)], config),
        _fixed_batches(tissues[len(sections) :], config, settings), settings, folder,
    )  # fmt: skip
    if resume:
        loop.resume()
    yield from loop.run()
    yield from _direct_paths(network.eval(), vocabulary, tissues, len(sections), settings.seed, loop.step)
    losses = [[p.step, round(p.train, 4), round(p.held_out, 4)] for p in loop.history]
    record = {
        "steps": loop.step,
        "seconds": round(loop.seconds, 1),
        "parameters": sum(p.numel() for p in network.parameters()),
        "losses": losses,
    }
    for name, part in (("shares", network.copying), ("answer_shares", network.answers)):
        if part is not None:
            record[name] = [round(float(share), 3) for share in part.shares]
    if network.answers is not None:
        record["signals"] = told(network.answers, list(space.genes))
    return config, space, vocabulary, network, record


def _direct_paths(
    network: GestNetwork, vocabulary: Vocabulary, tissues: list[Tissue], training: int, seed: int, step: int
) -> Generator[Progress, None, None]:
    """Learn how cells answer signals, and measure how much each direct path of GeST-plus counts."""
    plus, means, head, held_out = network.config.plus, network.neighborhood, network.copying, tissues[training:]
    if plus is None or means is None or head is None:
        return
    if held_out:
        yield Progress(step, step, "measuring how much of what was learned counts")
        head.shares.copy_(torch.as_tensor(measured_shares(network, head, held_out, seed)))
    if plus.answers:
        yield Progress(step, step, "learning how cells answer their surroundings")
        center, scale = network.center.cpu().numpy(), network.scale.cpu().numpy()
        lengths_um = means.lengths.cpu().numpy() * network.config.window_um / 2
        answers = learn_answers(tissues[:training], held_out, vocabulary, center, scale, lengths_um, seed)
        network.answers = answers.to(network.scale.device).eval()
        counted = answer_shares(network, answers, vocabulary, held_out or tissues, seed)
        answers.shares.copy_(torch.as_tensor(counted))


class Objective:
    """The loss of a batch, with the noise of training or without."""

    def __init__(self, network: GestNetwork, vocabulary: Vocabulary, settings: TrainSettings) -> None:
        self.network, self.vocabulary, self.settings = network, vocabulary, settings
        self.device = network.meta_expression.device
        self.levels = torch.as_tensor(vocabulary.levels, device=self.device)
        self.center = network.center.cpu().numpy()
        self.bf16 = low_precision(self.device, settings.precision)

    def training(self, batch: Batch, rng: np.random.Generator) -> Tensor:
        """The loss where cells are read through the noise of the settings."""
        return self._loss(
            noisy_input(batch, self._quantised(batch), self.vocabulary, self.center, self.settings.noise, rng), batch
        )

    def held_out(self, batch: Batch) -> Tensor:
        """Half of the cells as meta cells, in a fixed pattern."""
        seen = self._quantised(batch)
        seen[:, ::2] = batch.expression[:, ::2]
        return self._loss(seen, batch)

    def _quantised(self, batch: Batch) -> np.ndarray:
        """What stands for each cell (batch, cells, genes) in the vocabulary's terms."""
        if not self.network.config.soft_tokens:
            return self.vocabulary.expression[batch.token]
        cells = batch.expression.reshape(-1, batch.expression.shape[-1])
        return self.vocabulary.quantised(cells, soft=True).reshape(batch.expression.shape)

    def _loss(self, seen: np.ndarray, batch: Batch) -> Tensor:
        read, place, own = (
            torch.as_tensor(a, dtype=torch.float32, device=self.device) for a in (seen, batch.place, batch.expression)
        )
        target = torch.as_tensor(batch.token[:, 1:].reshape(-1), device=self.device)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
            logits, expected = self.network(read, place, own)
        loss = hierarchical_loss(logits.flatten(0, 1), target, self.levels)
        if expected is None or self.network.config.plus is None:
            return loss
        error = scaled_error(expected, own[:, 1:], self.network.scale)
        return loss + self.network.config.plus.mean_weight * error


def _sampler(tissues: list[Tissue], config: GestConfig) -> WindowSampler:
    return WindowSampler(
        tissues,
        cells=config.max_cells,
        window_um=config.window_um,
        serializer=lambda xy, rng: order_window(xy, rng, config.order),
    )


def _fixed_batches(tissues: list[Tissue], config: GestConfig, settings: TrainSettings) -> list[Batch]:
    if not tissues:
        return []
    rng = np.random.default_rng([settings.seed, 1234])
    sampler = _sampler(tissues, config)
    return [sampler.draw(rng, settings.batch) for _ in range(HELD_OUT_BATCHES)]
