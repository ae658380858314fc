"""The embedding of all cells of some sections beside what they express: what niches and labels are read from."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np

from ripple_core.models.baselines.neighborhood import nearest_average
from ripple_core.models.contract import Model, can_embed
from ripple_core.niche.alike import alike_average, alike_average_iter
from ripple_core.niche.clusters import reduced
from ripple_core.niche.settings import Kind
from ripple_core.progress import Progress, finished, part_of
from ripple_core.section import Section

GUIDE_NEIGHBORS = 30
"""Over so many cells the model's expectation is averaged before places are compared by it."""


@dataclass(frozen=True)
class Embedding:
    """One section as a model sees it; one row a cell.

    Parameters
    ----------
    section
        The section.
    observed
        Its expression (cells, genes), log-normalised in the model's space.
    place, own
        Hidden states (cells, dim) of the places and of the cells that stand there.
    expected
        The expression that the model expects at each place (cells, genes).
    """

    section: Section
    observed: np.ndarray
    place: np.ndarray
    own: np.ndarray
    expected: np.ndarray

    def around(self, values: np.ndarray, neighbors: int) -> np.ndarray:
        """Mean of values (cells, dim) over the nearest cells of each cell, itself among them."""
        xy = self.section.xy_um
        return np.asarray(nearest_average(xy, xy, neighbors) @ values, dtype=np.float32)

    def guided_iter(self, neighbors: int, seed: int) -> Generator[Progress, None, np.ndarray]:
        """Mean expression (cells, genes) over the nearest cells, by how alike their places are in what the model expects there."""
        yield Progress(0, 0, "smoothing what the model expects")
        guide = reduced([self.around(self.expected, GUIDE_NEIGHBORS)], seed)
        return (yield from alike_average_iter(self.section.xy_um, guide, self.observed, neighbors))


def embed_iter(
    model: Model, sections: Sequence[Section], *, draws: int, seed: int
) -> Generator[Progress, None, list[Embedding]]:
    """Embed sections, a Progress for every group of cells; returns them in the same order.

    ``draws`` readings of every surrounding, in other orders, are averaged.
    """
    embedder = can_embed(model)
    observed = [model.space.encode(section)[0] for section in sections]
    total, done = draws * sum(len(section) for section in sections), 0
    embeddings = []
    for section, expression in zip(sections, observed):
        sums: tuple[np.ndarray, ...] = ()
        for draw in range(draws):
            for part in embedder.embed(section, seed + 7919 * draw):
                found = (part.place, part.own, part.expected)
                sums = sums or tuple(np.zeros((len(section), values.shape[1]), np.float32) for values in found)
                for whole, values in zip(sums, found):
                    whole[part.cells] += values / draws
                done += len(part.cells)
                yield Progress(done, total, f"{done // draws:,} of {total // draws:,} cells embedded")
        embeddings.append(Embedding(section, expression, *sums))
    return embeddings


def niche_vectors(embeddings: Sequence[Embedding], *, neighbors: int, kind: Kind, seed: int) -> np.ndarray:
    """The niche embedding (cells, components) of all sections, one after another.

    ``guided``: what the nearest cells express, those counting most whose places the model expects to be like this one.
    ``hidden``: the hidden state of the place alone, as in the paper.
    """
    return finished(niche_vectors_iter(embeddings, neighbors=neighbors, kind=kind, seed=seed))


def niche_vectors_iter(
    embeddings: Sequence[Embedding], *, neighbors: int, kind: Kind, seed: int
) -> Generator[Progress, None, np.ndarray]:
    """The same, a Progress for every group of cells."""
    parts = []
    for place, one in enumerate(embeddings):
        shares = (place / (len(embeddings) + 1), (place + 1) / (len(embeddings) + 1))
        averaged = one.place if kind == "hidden" else (yield from part_of(one.guided_iter(neighbors, seed), *shares))
        parts.append(averaged)
    yield Progress(len(embeddings), len(embeddings) + 1, "finding what places differ in")
    return reduced([_stacked(parts)], seed)


def plain_vectors(
    embeddings: Sequence[Embedding], *, neighbors: int, alike_neighbors: int, seed: int
) -> dict[str, np.ndarray]:
    """What needs no model, made into vectors (cells, components) in the same way: what niches are to be held against.

    The last is the ``guided`` embedding over ``alike_neighbors`` cells with neighbourhood means in the place of the model.
    """
    raw, means = ([one.observed for one in embeddings], [one.around(one.observed, neighbors) for one in embeddings])
    alike = [
        alike_average(one.section.xy_um, reduced([mean], seed), one.observed, alike_neighbors)
        for one, mean in zip(embeddings, means)
    ]
    blocks = {"raw expression": raw, "neighbourhood means": means, "alike means without a model": alike}
    return {name: reduced([_stacked(block)], seed) for name, block in blocks.items()}


def _stacked(parts: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate(list(parts))
