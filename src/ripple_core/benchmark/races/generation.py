"""Races of the decoder: against recomputing, the machine's limit, another library's decoder, and itself one line at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from statistics import mean
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ripple_core.benchmark.races.limits import seconds_to_read
from ripple_core.benchmark.races.memory import with_memory
from ripple_core.benchmark.races.race import Race, Timed, in_turns
from ripple_core.models.contract import GenerationSettings
from ripple_core.models.gest.config import GestConfig
from ripple_core.models.gest.generation.choose import Choose, chooser
from ripple_core.models.gest.generation.decoder import generate_windows, generate_windows_naive
from ripple_core.models.gest.generation.surroundings import Windows
from ripple_core.models.gest.network.transformer import GestNetwork
from ripple_core.nn.packed import Precision

GENES, META_CELLS, KNOWN, EDITED = 200, 512, 300, 8
PAPER = {"layers": 8, "heads": 8, "dim": 512}
"""The size of the paper (its width is not published)."""
TOGETHER = 16
PEER = "transformers' generate, tokens of a GPT-2 of the same size"
SHARED = 1 / 3
LOOKS = 8
SIZES, QUICK_SIZES = (60, 250, 1000), (12, 24)
LINE_SIZES = (6, 30, 96)


@cache
def network(seed: int, quick: bool) -> GestNetwork:
    """An untrained network of the paper's size (small for quick races), its layers drawn as PyTorch draws them."""
    config = GestConfig(layers=2, heads=2, dim=32) if quick else GestConfig(**PAPER)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        made = GestNetwork(config, 3 * torch.rand(META_CELLS, GENES), torch.zeros(GENES), torch.ones(GENES))
        for module in made.modules():
            if isinstance(module, nn.Linear):
                module.reset_parameters()
    return made.eval()


def window(cells: int, seed: int, lines: int = 1) -> Windows:
    """One window of random cells, of which so many are to be generated from 300 known ones (fewer where few are asked for).

    The last of the known are edited on all lines but the first.
    """
    rng = np.random.default_rng(seed)
    known = min(KNOWN, 4 * cells)
    tensor: Callable[[Any], Tensor] = lambda values: torch.as_tensor(values, dtype=torch.float32)  # noqa: E731
    expression = np.repeat(rng.random((1, 1, known, GENES)), lines, axis=1)
    expression[:, 1:, -EDITED:] += 1.0
    places = tensor(rng.uniform(-1, 1, (1, known + cells, 2)))
    asked = places[:, :known], places[:, known:], np.arange(cells)[None]
    return Windows(tensor(expression), *asked)


def _is_quick(cells: int) -> bool:
    return cells in QUICK_SIZES


def _generated(net: GestNetwork, asked: Windows, precision: Precision = "full") -> Tensor:
    """Expression (lines, cells, genes) of all targets, each the likeliest meta cell."""
    choose = chooser(net, GenerationSettings(mode="picking"))
    with torch.inference_mode():
        return torch.cat([shown[0][:, None] for _, shown in generate_windows(net, asked, choose, precision)], dim=1)


def against_naive(cells: int, seed: int) -> Timed:
    """The whole window with the cache; recomputing is timed for cells spread over the window and taken for all of them.

    Each of those is generated from the same cells before it, so that its token can be compared.
    """
    net, asked = network(seed, _is_quick(cells)), window(cells, seed)
    made, extra_mb = with_memory(lambda: _generated(net, asked))
    (ours,) = in_turns(lambda: _generated(net, asked), repeats=3)
    looks = np.unique(np.linspace(0, cells - 1, LOOKS).round().astype(int))
    choose = chooser(net, GenerationSettings(mode="picking"))
    seconds, same = [], []
    for look in looks:
        known = torch.cat([asked.known, made[None, :, :look]], dim=2)
        place = torch.cat([asked.place, asked.target_place[:, :look]], dim=1)
        one = Windows(known, place, asked.target_place[:, look : look + 1], np.zeros((1, 1), dtype=int))
        started = time.perf_counter()
        with torch.inference_mode():
            ((_, shown),) = generate_windows_naive(net, one, choose)
        seconds.append(time.perf_counter() - started)
        same.append(bool(torch.equal(shown[0, 0], made[0, look])))
    note = f"recomputing timed for {len(looks)} of {cells} cells"
    return Timed(ours, mean(seconds) * cells, mean(same), note, extra_mb)


def against_limit(cells: int, seed: int) -> Timed:
    """A cell after the other on one line, beside the time of reading every weight once for each cell."""
    net, asked = network(seed, _is_quick(cells)), window(cells, seed)
    size = 4 * sum(layer.weight.numel() for layer in net.blocks.modules() if isinstance(layer, nn.Linear))
    size += 4 * (net.config.dim * (GENES + META_CELLS) + net.config.dim**2)
    limit = seconds_to_read(size) * cells
    (ours,) = in_turns(lambda: _generated(net, asked), repeats=3)
    limit = (limit + seconds_to_read(size) * cells) / 2
    return Timed(ours, limit, None, f"{size / 1e6:.0f} MB of weights, {size * cells / limit / 1e9:.0f} GB/s")


def against_transformers(cells: int, seed: int, precision: Precision = "full") -> Timed | None:
    """Beside ``transformers``' greedy ``generate`` with its cache on a GPT-2 of the same layers, heads and width: tokens for cells.

    ``agrees`` is the share of tokens that are those of full precision, each cell after the same cells.
    """
    if find_spec("transformers") is None:
        return None
    net, asked = network(seed, _is_quick(cells)), window(cells, seed)
    peer, prompt = _gpt2(net.config, asked.shape[2], cells)
    ours, theirs = in_turns(
        lambda: _generated(net, asked, precision),
        lambda: peer.generate(prompt, max_new_tokens=cells, min_new_tokens=cells, do_sample=False, pad_token_id=0),
        repeats=3,
    )
    return Timed(ours, theirs, None if precision == "full" else _same_tokens(net, asked, precision))


def half_against_transformers(cells: int, seed: int) -> Timed | None:
    """The same with 16-bit weights."""
    return against_transformers(cells, seed, "half")


def int8_against_transformers(cells: int, seed: int) -> Timed | None:
    """The same with 8-bit weights."""
    return against_transformers(cells, seed, "int8")


def _gpt2(config: GestConfig, prompt: int, cells: int) -> tuple[Any, Tensor]:
    from transformers import GPT2Config, GPT2LMHeadModel

    sizes: dict[str, Any] = {
        "n_layer": config.layers,
        "n_head": config.heads,
        "n_embd": config.dim,
        "n_positions": prompt + cells + 1,
    }
    model = GPT2LMHeadModel(GPT2Config(vocab_size=META_CELLS, **sizes)).eval()
    return model, torch.arange(prompt)[None] % META_CELLS


def _same_tokens(net: GestNetwork, asked: Windows, precision: Precision) -> float:
    """Share of cells that get the token of full precision, from the same cells before them."""
    checked = _Checked(chooser(net, GenerationSettings(mode="picking")), _generated(net, asked)[0])
    with torch.inference_mode():
        for _ in generate_windows(net, asked, checked, precision):
            pass
    return mean(checked.same)


class _Checked:
    """Chooses as another does, notes whether that is the truth (cells, genes), and goes on from the truth."""

    def __init__(self, choose: Choose, truth: Tensor) -> None:
        self.choose, self.truth, self.expects = choose, truth, False
        self.same: list[bool] = []

    def __call__(self, targets: np.ndarray, logits: Tensor, expected: Tensor | None) -> tuple[Tensor, Tensor]:
        shown, _ = self.choose(targets, logits, expected)
        right = self.truth[targets][:, None]
        self.same.append(bool(torch.equal(shown[0], right[0])))
        return shown, right


def lines_together(cells: int, seed: int, shared: float = 0.0) -> Timed:
    """Control, perturbed and fourteen placebos as one batch, beside sixteen runs of one line.

    ``shared`` is the share of known cells that are read once for all lines.
    """
    quick = _is_quick(cells)
    net, asked = network(seed, quick), window(cells, seed, TOGETHER)
    asked = replace(asked, shared=int(shared * asked.shape[2]))
    together, extra_mb = with_memory(lambda: _generated(net, asked))
    single = [
        Windows(asked.known[:, i : i + 1], asked.place, asked.target_place, asked.targets) for i in range(TOGETHER)
    ]
    ours, theirs = in_turns(
        lambda: _generated(net, asked), lambda: [_generated(net, one) for one in single], repeats=2 if quick else 3
    )
    alone = torch.cat([_generated(net, one) for one in single])
    same = float((together == alone).all(dim=-1).float().mean())
    return Timed(ours, theirs, same, extra_mb=extra_mb)


def lines_sharing(cells: int, seed: int) -> Timed:
    """The same where cells around the region are read once: of the known ones a third, as in whole runs (lab log)."""
    return lines_together(cells, seed, SHARED)


CELLS = "cells"
CACHED = Race(
    "cached",
    "cached generation",
    "recomputing everything for every cell",
    CELLS,
    SIZES,
    QUICK_SIZES,
    against_naive,
    50.0,
    1.0,
)
LIMIT = Race(
    "limit",
    "cached generation, one line",
    "the machine's limit: all weights read once a cell",
    CELLS,
    SIZES,
    QUICK_SIZES,
    against_limit,
    0.6,
)
FULL = Race(
    "transformers", "cached generation, fp32", f"{PEER}, fp32", CELLS, SIZES, QUICK_SIZES, against_transformers, 1.3
)
HALF = Race(
    "half",
    "cached generation, 16-bit weights",
    f"{PEER}, fp32",
    CELLS,
    SIZES,
    QUICK_SIZES,
    half_against_transformers,
    2.5,
    0.99,
)
INT8 = Race(
    "int8",
    "cached generation, 8-bit weights",
    f"{PEER}, fp32",
    CELLS,
    SIZES,
    QUICK_SIZES,
    int8_against_transformers,
    2.5,
    0.99,
)
LINES = Race(
    "lines",
    f"{TOGETHER} lines as one batch",
    f"{TOGETHER} runs of one line",
    CELLS,
    LINE_SIZES,
    QUICK_SIZES,
    lines_together,
    3.0,
    1.0,
)
SHARING = Race(
    "sharing",
    f"{TOGETHER} lines as one batch, a third of the known cells read once",
    f"{TOGETHER} runs of one line",
    CELLS,
    LINE_SIZES,
    QUICK_SIZES,
    lines_sharing,
    3.0,
    1.0,
)
