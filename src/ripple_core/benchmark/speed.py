"""Cached generation against naive recomputing, in one run: the ratio, and whether the tokens are the same."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

import numpy as np
import torch

from ripple_core.models.contract import GenerationSettings
from ripple_core.models.gest.config import GestConfig
from ripple_core.models.gest.generate import Targets, chooser, generate_window, generate_window_naive
from ripple_core.models.gest.network import GestNetwork

GENES, META_CELLS = 200, 512


@dataclass(frozen=True)
class Race:
    """Seconds of the cached and of the naive generator for the same cells, and the share of cells with the same token."""

    cells: int
    cached_s: float
    naive_s: float
    same_tokens: float

    @property
    def ratio(self) -> float:
        """How many times faster the cached generator is."""
        return self.naive_s / self.cached_s

    def __str__(self) -> str:
        return (
            f"{self.cells} cells: cached {self.cached_s:.2f} s, naive {self.naive_s:.2f} s, "
            f"{self.ratio:.1f} times faster, {self.same_tokens:.1%} same tokens"
        )


def race(cells: int, known: int = 300, *, config: GestConfig | None = None, seed: int = 0) -> Race:
    """Generate ``cells`` cells from ``known`` ones both ways with an untrained network of the default size."""
    config = config or GestConfig()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = GestNetwork(config, 3 * torch.rand(META_CELLS, GENES), torch.zeros(GENES), torch.ones(GENES)).eval()
    rng = np.random.default_rng(seed)
    as_tensor = lambda a: torch.as_tensor(a, dtype=torch.float32)  # noqa: E731
    expression, place = as_tensor(rng.random((1, known, GENES))), as_tensor(rng.uniform(-1, 1, (known + cells, 2)))
    found, seconds = [], []
    for generator in (generate_window, generate_window_naive):
        pick = chooser(network, GenerationSettings(mode="picking"))
        started = time.perf_counter()
        with torch.inference_mode():
            choose = Targets(pick, None, np.arange(cells))
            found.append(torch.cat(list(generator(network, expression, place[:known], place[known:], choose))))
        seconds.append(time.perf_counter() - started)
    same = float((found[0] == found[1]).all(dim=-1).float().mean())
    return Race(cells, seconds[0], seconds[1], same)


def main() -> None:
    """Print the race for one or more numbers of cells."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cells", type=int, nargs="*", default=[250, 1000])
    arguments = parser.parse_args()
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, network of the default size, one line")
    for cells in arguments.cells:
        print(race(cells), flush=True)


if __name__ == "__main__":
    main()
