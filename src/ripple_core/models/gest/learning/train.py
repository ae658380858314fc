"""How a GeST is trained: statistics, vocabulary, windows, then the loop."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy import sparse

from ripple_core.encoded import Rows, at_hand
from ripple_core.expression import ExpressionSpace
from ripple_core.models.gest.config import GestConfig
from ripple_core.models.gest.learning.objective import Objective
from ripple_core.models.gest.learning.serialize import order_window
from ripple_core.models.gest.learning.share import answer_shares, measured_shares
from ripple_core.models.gest.meta_cells.vocabulary import Vocabulary
from ripple_core.models.gest.network.answers import learn_answers, told
from ripple_core.models.gest.network.transformer import GestNetwork
from ripple_core.progress import Progress
from ripple_core.section import Section
from ripple_core.training.chunks import ArrayChunks, CountsOf
from ripple_core.training.config import TrainSettings
from ripple_core.training.fabric import start
from ripple_core.training.loop import TrainingLoop
from ripple_core.training.windows import Batch, Tissue, WindowSampler

HELD_OUT_BATCHES = 6
Start = tuple[GestConfig, ExpressionSpace, Vocabulary, GestNetwork]
Parts = tuple[GestConfig, ExpressionSpace, Vocabulary, GestNetwork, dict[str, Any]]


def train_iter(
    sections: list[Section],
    held_out: list[Section],
    config: GestConfig | None,
    settings: TrainSettings,
    folder: Path | None = None,
    resume: bool = False,
    start_from: Start | None = None,
) -> Generator[Progress, bool | None, Parts]:
    """Train on sections that share their genes, watching the held-out ones; returns the parts of a Gest.

    Parameters
    ----------
    start_from
        A trained model's parts, whose genes, vocabulary and sizes are kept and whose weights are trained on; sections need not have all
        its genes. None: everything is learned anew.
    folder
        Where the state is kept while training, for ``resume``; None keeps none.
    """
    config = start_from[0] if start_from else config or GestConfig()
    fabric = start(settings)
    yield Progress(
        0, 0, "reading the cells" if start_from else "learning the expression space and the meta-cell vocabulary"
    )
    space = start_from[1] if start_from else _space(sections)
    expression = [at_hand(space, s) for s in (*sections, *held_out)]
    vocabulary = start_from[2] if start_from else _vocabulary(space, expression[: len(sections)], config, settings.seed)
    space, vocabulary = fabric.broadcast((space, vocabulary))
    tissues = [Tissue.of(s.xy_um, e, vocabulary.tokens(e)) for s, e in zip((*sections, *held_out), expression)]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        spacing = float(np.median([s.nearest_um for s in sections])) / (config.window_um / 2)
        network = GestNetwork.for_space(config, space, vocabulary, spacing)
    if start_from:
        _take_over(network, start_from[3])
    network.to(fabric.device)
    objective = Objective(network, vocabulary, settings.noise)
    held_out_batches = [objective.half_quantised(b) for b in _fixed_batches(tissues[len(sections) :], config, settings)]
    loop = TrainingLoop(
        fabric, network, objective, objective.through_noise, _sampler(tissues[: len(sections)], config),
        held_out_batches, settings, folder,
    )  # fmt: skip
    if resume:
        loop.resume()
    yield from loop.run()
    if fabric.is_global_zero:
        yield from _direct_paths(network.eval(), vocabulary, tissues, len(sections), settings.seed, loop.step)
    return config, space, vocabulary, network, _record(loop, network, list(space.genes))


def _space(sections: list[Section]) -> ExpressionSpace:
    """The statistics of all cells; of counts that stay on disk block by block."""
    if any(section.is_on_disk for section in sections):
        return ExpressionSpace.fit_chunks(CountsOf(sections), sections[0].genes)
    return ExpressionSpace.fit(sparse.vstack([s.counts for s in sections]).tocsr(), sections[0].genes)


def _vocabulary(space: ExpressionSpace, expression: list[Rows], config: GestConfig, seed: int) -> Vocabulary:
    return Vocabulary.fit(
        ArrayChunks(expression),
        scale=space.std if config.standardize else np.ones_like(space.std),
        tokens=config.meta_cells,
        components=config.components,
        levels=config.levels,
        seed=seed,
    )


def _take_over(network: GestNetwork, trained: GestNetwork) -> None:
    """Begin with the weights of a trained network; how cells answer is learned anew, as it follows from the tissue."""
    given = trained.state_dict()
    network.load_state_dict({name: given[name] for name in network.state_dict()})


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


def _record(loop: TrainingLoop, network: GestNetwork, genes: list[str]) -> dict[str, Any]:
    """How the training went, for the model card."""
    record = {
        "steps": loop.step,
        "seconds": round(loop.seconds, 1),
        "parameters": sum(p.numel() for p in network.parameters()),
        "stopped": loop.stopped,
        "losses": [[p.step, round(p.train, 4), round(p.held_out, 4)] for p in loop.history],
    }
    for name, part in (("shares", network.copying), ("answer_shares", network.answers)):
        if part is not None:
            record[name] = [round(float(share), 3) for share in part.shares]
    if network.answers is not None:
        record["signals"] = told(network.answers, genes)
    return record


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
