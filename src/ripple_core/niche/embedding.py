"""The embedding of all cells of some sections beside what they express: what niches and labels are read from."""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from ripple_core import mapped
from ripple_core.encoded import EncodedAnew, Rows
from ripple_core.models.contract import Embedded, Model, can_embed
from ripple_core.niche.alike import alike_average, alike_average_iter, average_iter
from ripple_core.niche.components import reduced
from ripple_core.niche.settings import Kind
from ripple_core.progress import Progress, finished, part_of
from ripple_core.section import Section

GUIDE_NEIGHBORS = 30
"""Over so many cells the model's expectation is averaged before places are compared by it."""
SMOOTHED = 0.3
"""How far the averaging is, of 1, when the model's expectation is smooth."""
What = Literal["place", "own", "expected"]


@dataclass(frozen=True)
class Embedding:
    """One section as a model sees it; one row a cell.

    Parameters
    ----------
    section
        The section.
    observed
        Its expression (cells, genes), log-normalised in the model's space, of the cells asked for.
    place, own
        Hidden states (cells, dim) of the places and of the cells that stand there; (cells, 0) where they were not wanted.
    expected
        The expression that the model expects at each place (cells, genes); (cells, 0) where it was not wanted.
    """

    section: Section
    observed: Rows
    place: np.ndarray
    own: np.ndarray
    expected: np.ndarray

    def expression(self) -> np.ndarray:
        """The expression of all cells (cells, genes) as one array."""
        return self.observed[np.arange(len(self.section))]

    def around(self, values: Rows, neighbors: int) -> np.ndarray:
        """Mean of values (cells, dim) over the nearest cells of each cell, itself among them."""
        return finished(average_iter(self.section.xy_um, values, neighbors))

    def guided_iter(self, neighbors: int, seed: int) -> Generator[Progress, None, np.ndarray]:
        """Mean expression (cells, genes) over the nearest cells, by how alike their places are in what the model expects there."""
        xy = self.section.xy_um
        smoothing = average_iter(xy, self.expected, GUIDE_NEIGHBORS, "smoothing what the model expects")
        guide = reduced([(yield from part_of(smoothing, 0.0, SMOOTHED))], seed)
        return (yield from part_of(alike_average_iter(xy, guide, self.observed, neighbors), SMOOTHED, 1.0))


def embed_iter(
    model: Model, sections: Sequence[Section], *, draws: int, seed: int, wanted: Collection[What] = get_args(What)
) -> Generator[Progress, None, list[Embedding]]:
    """Embed sections, a Progress for every group of cells; returns them in the same order.

    ``draws`` readings of every surrounding, in other orders, are averaged; what is not ``wanted`` is not kept.
    """
    embedder = can_embed(model)
    observed = [EncodedAnew(model.space, section) for section in sections]
    total, done = draws * sum(len(section) for section in sections), 0
    embeddings = []
    for section, expression in zip(sections, observed):
        sums: dict[str, np.ndarray] = {}
        for draw in range(draws):
            for part in embedder.embed(section, seed + 7919 * draw):
                sums = sums or _room(len(section), part, wanted)
                for what in wanted:
                    sums[what][part.cells] += getattr(part, what) / draws
                done += len(part.cells)
                yield Progress(done, total, f"{done // draws:,} of {total // draws:,} cells embedded")
        embeddings.append(Embedding(section, expression, **sums))
    return embeddings


def _room(cells: int, part: Embedded, wanted: Collection[What]) -> dict[str, np.ndarray]:
    """Zeros for each of the wanted values (cells, dim), and (cells, 0) for the others."""
    return {
        what: mapped.zeros((cells, getattr(part, what).shape[1] if what in wanted else 0)) for what in get_args(What)
    }


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
    raw, means = ([one.expression() for one in embeddings], [one.around(one.observed, neighbors) for one in embeddings])
    alike = [
        alike_average(one.section.xy_um, reduced([mean], seed), one.observed, alike_neighbors)
        for one, mean in zip(embeddings, means)
    ]
    blocks = {"raw expression": raw, "neighbourhood means": means, "alike means without a model": alike}
    return {name: reduced([_stacked(block)], seed) for name, block in blocks.items()}


def _stacked(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Parts (cells, dim) one after another; a single one as it is."""
    if len(parts) == 1:
        return parts[0]
    whole, start = mapped.zeros((sum(map(len, parts)), parts[0].shape[1])), 0
    for part in parts:
        whole[start : start + len(part)] = part
        start += len(part)
    return whole
