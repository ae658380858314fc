"""Principal components of places, read a few thousand cells at a time: no more than that stands in memory twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

COMPONENTS = 20
CELLS_AT_ONCE = 4096
WIDE = 1000
"""Of more columns the products of all pairs are not made; the components are looked for from random directions."""
MORE_DIRECTIONS, ROUNDS = 10, 7


@dataclass(frozen=True)
class Blocks:
    """Blocks (cells, dim) side by side, each centred and of the same variance, float64, a chunk of cells at a time.

    Parameters
    ----------
    blocks
        What they are made of, as many cells each.
    mean, spread
        Of each block: the mean of every column (dim,), and what it is divided by.
    """

    blocks: Sequence[np.ndarray]
    mean: Sequence[np.ndarray]
    spread: Sequence[float]

    @classmethod
    def of(cls, blocks: Sequence[np.ndarray]) -> Blocks:
        """Blocks as they come; each is read twice."""
        mean = [sum(part.sum(axis=0) for part in _chunks(block)) / len(block) for block in blocks]
        square = [sum(((part - own) ** 2).sum() for part in _chunks(block)) for block, own in zip(blocks, mean)]
        spread = [max(float(np.sqrt(one / len(block))), 1e-12) for one, block in zip(square, blocks)]
        return cls(blocks, mean, spread)

    @property
    def shape(self) -> tuple[int, int]:
        """Cells, and columns of all blocks."""
        return len(self.blocks[0]), sum(block.shape[1] for block in self.blocks)

    def __iter__(self) -> Iterator[np.ndarray]:
        for parts in zip(*map(_chunks, self.blocks)):
            yield np.hstack([(part - mean) / spread for part, mean, spread in zip(parts, self.mean, self.spread)])


def reduced(blocks: Sequence[np.ndarray], seed: int, components: int = COMPONENTS) -> np.ndarray:
    """The first principal components (cells, components), float32, of blocks (cells, dim) side by side, each of the same variance.

    Signs are such that the largest loading of each component is positive. Of more than 1,000 columns they are found by subspace
    iteration (Halko, Martinsson and Tropp, SIAM Review 2011), from directions that ``seed`` fixes.
    """
    joined = Blocks.of(blocks)
    count = min(components, *joined.shape)
    axes = _axes(joined, count) if joined.shape[1] <= WIDE else _axes_of_wide(joined, count, seed)
    axes *= np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(count)])
    found = np.empty((joined.shape[0], count), dtype=np.float32)
    start = 0
    for chunk in joined:
        found[start : start + len(chunk)] = chunk @ axes
        start += len(chunk)
    return found


def _axes(joined: Blocks, count: int) -> np.ndarray:
    """The first axes (columns, components), by the products of all pairs of columns."""
    products = np.zeros((joined.shape[1], joined.shape[1]))
    for chunk in joined:
        products += chunk.T @ chunk
    return _largest(products, count)


def _axes_of_wide(joined: Blocks, count: int, seed: int) -> np.ndarray:
    """The same, from random directions that are turned towards them round by round."""
    rng = np.random.default_rng([seed, 79])
    directions = rng.normal(size=(joined.shape[1], min(count + MORE_DIRECTIONS, *joined.shape)))
    for _ in range(ROUNDS):
        directions = np.linalg.qr(sum((chunk.T @ (chunk @ directions) for chunk in joined), np.zeros(1)))[0]
    small = [chunk @ directions for chunk in joined]
    return directions @ _largest(sum((one.T @ one for one in small), np.zeros(1)), count)


def _largest(products: np.ndarray, count: int) -> np.ndarray:
    """The eigenvectors (columns, components) of a symmetric matrix with the largest eigenvalues, the largest first."""
    last = len(products) - 1
    return np.asarray(eigh(products, subset_by_index=(last - count + 1, last))[1][:, ::-1])


def _chunks(block: np.ndarray) -> Iterator[np.ndarray]:
    """A block (cells, dim) as float64, some thousand cells at a time."""
    for start in range(0, len(block), CELLS_AT_ONCE):
        yield np.asarray(block[start : start + CELLS_AT_ONCE], dtype=np.float64)
