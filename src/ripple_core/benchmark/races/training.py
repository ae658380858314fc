"""Races of a training step: attention as it is structured against one dense mask, and all of it against plain matrix products."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import cache

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ripple_core.benchmark.races.race import Race, Timed, in_turns
from ripple_core.models.gest.config import GestConfig
from ripple_core.models.gest.learning.objective import Objective
from ripple_core.models.gest.learning.serialize import order_window
from ripple_core.models.gest.meta_cells.vocabulary import Vocabulary
from ripple_core.models.gest.network.transformer import Block, GestNetwork
from ripple_core.training.config import TrainSettings
from ripple_core.training.fabric import start
from ripple_core.training.loop import TrainingLoop
from ripple_core.training.windows import Tissue, WindowSampler

GENES, META_CELLS, LEVELS = 200, 512, (15, 10, 5)
PAPER = {"layers": 8, "heads": 8, "dim": 512}
"""The size of the paper (its width is not published)."""
SIZES, QUICK_SIZES = (250, 500, 1000), (12, 24)
WINDOW_UM, SPACING_UM = 600.0, 15.0
SECTION = 4
"""Cells of the made section, in windows."""
SAME_LOSS = 1e-5
PRODUCT = 1024
FOREVER = 1_000_000


class DenseBlock(Block):
    """A block as it would be without structure: all tokens in one attention, what is not seen masked out of 2L × 2L."""

    def forward(self, x: Tensor, cells: int, causal: Tensor) -> Tensor:
        """As :meth:`Block.forward`."""
        q, k, v = self.project(x)
        return self.finish(x, F.scaled_dot_product_attention(q, k, v, attn_mask=dense_mask(cells)))


@cache
def dense_mask(cells: int) -> Tensor:
    """0 where a token sees another, −inf elsewhere (cells + queries, cells + queries); made once for all layers and steps."""
    earlier, own = torch.ones(cells, cells).tril(), torch.eye(cells)
    seen = torch.cat([torch.cat([earlier, 0 * own], dim=1), torch.cat([earlier, own], dim=1)])
    return torch.zeros(2 * cells, 2 * cells).masked_fill(seen == 0, float("-inf"))


def against_dense_mask(cells: int, seed: int) -> Timed:
    """Steps with windows of so many cells, both ways from the same weights; the losses of all steps are compared."""
    loops = [_loop(GestConfig(max_cells=cells), seed, batch=2, evaluate_every=1) for _ in range(2)]
    for part in loops[1].network.modules():
        if isinstance(part, Block):
            part.__class__ = DenseBlock
    structured_s, dense_s = _timed(*loops)
    losses = [np.array([point.train for point in loop.history]) for loop in loops]
    same = np.abs(losses[0] - losses[1]) <= SAME_LOSS * losses[1]
    note = f"largest difference of the loss in {len(same)} steps {np.abs(losses[0] - losses[1]).max():.0e}"
    return Timed(structured_s, dense_s, float(same.mean()), note)


def against_products(cells: int, seed: int) -> Timed:
    """A step of a network of the paper's size on one window, and the seconds that its operations take as plain products."""
    config = GestConfig(max_cells=cells, **({"dim": 32} if cells in QUICK_SIZES else PAPER))
    loop = _loop(config, seed, batch=1, evaluate_every=FOREVER)
    left, right = torch.rand(PRODUCT, PRODUCT), torch.rand(PRODUCT, PRODUCT)
    step_s, product_s = _timed(loop, lambda: left @ right)
    operations = operations_of_step(config, cells, min(META_CELLS, SECTION * cells))
    rate = 2 * PRODUCT**3 / product_s
    note = f"{operations / 1e9:.3g} GFLOP a step, {operations / step_s / 1e9:.0f} of {rate / 1e9:.0f} GFLOP/s"
    return Timed(step_s, operations / rate, None, note)


def operations_of_step(config: GestConfig, cells: int, tokens: int, genes: int = GENES) -> float:
    """Floating-point operations that a step needs for one window: its matrix products, two for each multiplication with its addition.

    Backwards each product needs two, one where its input or its matrix learns nothing (expression that is read, meta cells that are read
    out). Attention counts the pairs that are seen, not those that are computed and masked. All else (norms, softmax, the optimiser, what
    a kernel computes a second time) takes time and counts nothing.
    """
    read, dim = cells - 1, config.dim
    blocks = config.layers * 12 * dim * dim * 2 * read
    head = read * (dim * dim + dim * genes)
    half_learned = read * genes * dim + read * genes * tokens
    pairs = read * (read + 1) + read
    return 6.0 * (blocks + head) + 4.0 * half_learned + 12.0 * config.layers * dim * pairs


def _loop(config: GestConfig, seed: int, *, batch: int, evaluate_every: int) -> TrainingLoop:
    """The training loop as it is, in fp32 on the CPU, on a tissue of random cells; nothing is held out."""
    rng = np.random.default_rng(seed)
    xy_um = rng.uniform(0, SPACING_UM * np.sqrt(SECTION * config.max_cells), (SECTION * config.max_cells, 2))
    expression = 3 * rng.random((len(xy_um), GENES), dtype=np.float32)
    vocabulary = _vocabulary(expression, rng)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        meta = torch.as_tensor(vocabulary.expression)
        network = GestNetwork(config, meta, torch.zeros(GENES), torch.ones(GENES))
    settings = TrainSettings(
        batch=batch, evaluate_every=evaluate_every, seed=seed, device="cpu", precision="fp32",
        steps=FOREVER, patience=FOREVER, max_minutes=FOREVER,
    )  # fmt: skip
    sampler = WindowSampler(
        [Tissue.of(xy_um, expression, rng.integers(len(meta), size=len(xy_um)))],
        cells=config.max_cells,
        window_um=WINDOW_UM,
        serializer=order_window,
    )
    objective = Objective(network, vocabulary, settings.noise)
    return TrainingLoop(start(settings), network, objective, objective.through_noise, sampler, [], settings)


def _vocabulary(expression: np.ndarray, rng: np.random.Generator) -> Vocabulary:
    """Some of the cells as meta cells, with coarser levels by chance: as large as a learned one, and there at once."""
    chosen = expression[rng.permutation(len(expression))[:META_CELLS]]
    levels = np.stack([rng.permutation(len(chosen)) % groups for groups in LEVELS])
    axes = np.eye(GENES, dtype=np.float32)[:10]
    zeros, ones = np.zeros(GENES, dtype=np.float32), np.ones(GENES, dtype=np.float32)
    return Vocabulary(zeros, ones, axes, chosen @ axes.T, chosen, levels, np.linspace(0, 1, 101))


def _timed(*runners: TrainingLoop | Callable[[], object]) -> list[float]:
    """Median seconds of a step of each loop, and of what else is run, in turns."""
    with ExitStack() as stack:
        turns = [
            stack.enter_context(closing(runner.run())).__next__ if isinstance(runner, TrainingLoop) else runner
            for runner in runners
        ]
        return in_turns(*turns)


ATTENTION = Race(
    name="attention",
    title="training step with structured spatial attention",
    peer="the same step with one dense mask over cells and queries",
    unit="cells of a window",
    sizes=SIZES,
    quick_sizes=QUICK_SIZES,
    run=against_dense_mask,
    least=1.3,
    agreeing=1.0,
)
FLOPS = Race(
    name="training",
    title="training step, operations in a second",
    peer="as many operations in plain matrix products",
    unit="cells of a window",
    sizes=SIZES,
    quick_sizes=QUICK_SIZES,
    run=against_products,
    least=0.5,
)
