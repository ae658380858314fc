"""The nearest meta cell of each cell: two matrix products a chunk, chunks that fit the cache, all cores at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from threadpoolctl import ThreadpoolController
from torch import Tensor

from ripple_core.encoded import Rows
from ripple_core.errors import DataError, sentence

SCORES_IN_CACHE = 2**20
MOST_ROWS, LEAST_ROWS = 1024, 256


@dataclass(frozen=True)
class Nearest:
    """Where cells lie in PCA space and which meta cell is nearest, float32.

    The squared distance to centroid c is |x|² - 2 (x·c - |c|²/2), so the nearest has the largest score x·c - |c|²/2: a
    matrix product with a bias, as is the step before it, with the division by the scale and the mean folded in.

    Parameters
    ----------
    axes, offset
        Expression (cells, genes) to PCA vectors (cells, dims): ``expression @ axes.T + offset``; (dims, genes) and (dims,).
    centroids, half
        Meta cells (tokens, dims) and minus half of their squared length (tokens,).
    """

    axes: Tensor
    offset: Tensor
    centroids: Tensor
    half: Tensor

    @classmethod
    def of(cls, mean: np.ndarray, scale: np.ndarray, components: np.ndarray, centroids: np.ndarray) -> Nearest:
        """Fold mean (genes,) and scale (genes,) into components (dims, genes); centroids are (tokens, dims)."""
        axes = components.astype(np.float64) / scale
        half = -(centroids.astype(np.float64) ** 2).sum(axis=1) / 2
        parts = (axes, -axes @ mean.astype(np.float64), centroids, half)
        return cls(*(torch.from_numpy(np.array(part, dtype=np.float32, order="C")) for part in parts))

    @property
    def rows(self) -> int:
        """Cells of a chunk, so that its scores stay in the cache."""
        return max(LEAST_ROWS, min(MOST_ROWS, SCORES_IN_CACHE // max(1, len(self.centroids))))

    def reduce(self, expression: np.ndarray) -> np.ndarray:
        """PCA vectors (cells, dims) of expression (cells, genes)."""
        reduced = np.empty((len(expression), len(self.axes)), dtype=np.float32)

        def work(chunk: slice) -> None:
            reduced[chunk] = self._reduced(expression[chunk]).numpy()

        in_chunks(work, len(expression), self.rows)
        return reduced

    def tokens(self, expression: Rows) -> np.ndarray:
        """Nearest meta cell (cells,) of expression (cells, genes), int64."""
        token = np.empty(len(expression), dtype=np.int64)

        def work(chunk: slice) -> None:
            self._scores(self._reduced(expression[chunk])).argmax(axis=1, out=token[chunk])

        in_chunks(work, len(expression), self.rows)
        return token

    def distances(self, expression: np.ndarray) -> np.ndarray:
        """Distance (cells,) of expression (cells, genes) to the nearest meta cell, in PCA space."""
        distance = np.empty(len(expression), dtype=np.float32)

        def work(chunk: slice) -> None:
            reduced = self._reduced(expression[chunk])
            away = reduced.numpy() - self.centroids.numpy()[self._scores(reduced).argmax(axis=1)]
            np.sqrt(np.einsum("cd,cd->c", away, away), out=distance[chunk])

        in_chunks(work, len(expression), self.rows)
        return distance

    def behind(self, expression: np.ndarray) -> np.ndarray:
        """Half of how much further, in squared distance, each meta cell is than the nearest (cells, tokens), as minus: 0 for it.

        The whole is as large as cells × tokens: for many cells ask for it chunk by chunk.
        """
        scores = np.empty((len(expression), len(self.centroids)), dtype=np.float32)

        def work(chunk: slice) -> None:
            own = self._scores(self._reduced(expression[chunk]))
            np.subtract(own, own.max(axis=1, keepdims=True), out=scores[chunk])

        in_chunks(work, len(expression), self.rows)
        return scores

    def _reduced(self, expression: np.ndarray) -> Tensor:
        genes = self.axes.shape[1]
        if expression.ndim != 2 or expression.shape[1] != genes:
            way_out = "Encode the section with the model's own expression space"
            raise DataError(sentence(f"expression of (cells, {genes} genes)", f"{expression.shape}", way_out))
        block = np.require(expression, dtype=np.float32, requirements=["C", "W"])
        return linear(torch.from_numpy(block), self.axes, self.offset)

    def _scores(self, reduced: Tensor) -> np.ndarray:
        return linear(reduced, self.centroids, self.half).numpy()


def linear(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """``x @ weight.T + bias`` in float32; axes (rows, in), (out, in) and (out,).

    Through oneDNN where torch has it: with AVX-512 it takes half the time of the product that torch would choose.
    """
    return _through_onednn(x, weight, bias) if has_onednn() else torch.nn.functional.linear(x, weight, bias)


@cache
def has_onednn() -> bool:
    """Whether this torch offers oneDNN's product of two matrices, and it is right on this machine."""
    if not torch.backends.mkldnn.is_available():
        return False
    x, weight, bias = (torch.linspace(-1, 1, n).reshape(shape) for n, shape in ((75, (15, 5)), (35, (7, 5)), (7, (7,))))
    try:
        return torch.allclose(_through_onednn(x, weight, bias), x @ weight.T + bias, rtol=1e-5, atol=1e-6)
    except (AttributeError, RuntimeError):  # a torch that was built without it, or has given it another name
        return False


def _through_onednn(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")


def in_chunks(work: Callable[[slice], None], cells: int, rows: int) -> None:
    """Call ``work`` with each chunk of ``rows`` cells, on as many threads as torch may use, one thread a chunk.

    Chunks share nothing, so threads never wait for each other; that matters most on a busy machine.
    """
    chunks = [slice(start, min(start + rows, cells)) for start in range(0, cells, rows)]
    threads = min(torch.get_num_threads(), len(chunks))
    if threads < 2:
        for chunk in chunks:
            work(chunk)
        return
    left = iter(chunks)

    def worker(_: int) -> None:
        torch.get_num_threads()  # lets torch give this thread its number first, which is then limited for this thread alone
        with _openmp().limit(limits=1):
            for chunk in left:
                work(chunk)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(worker, range(threads)))


@cache
def _openmp() -> ThreadpoolController:
    return ThreadpoolController().select(user_api="openmp")
