"""Niches: cells grouped by the kind of place they stand in, without labels."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
from scipy import sparse

from ripple_core.errors import DataError, sentence
from ripple_core.models.contract import Model, can_embed
from ripple_core.niche import result
from ripple_core.niche.clusters import clustered_iter
from ripple_core.niche.embedding import Embedding, What, embed_iter, niche_vectors_iter
from ripple_core.niche.settings import NicheSettings
from ripple_core.progress import Progress, finished, part_of
from ripple_core.section import Section

TYPICAL_GENES = 5
CELLS_AT_ONCE = 4096
EMBEDDED, DESCRIBED = 0.7, 0.85
"""How far the job is, of 1, when the cells are embedded, and when places are described by what is around them."""
COMPUTED = (
    "A description of the observed tissue: vectors and groups of places. Nothing in layers or X was generated; what the "
    "model expects tells which places are alike."
)


def niches_iter(
    data: ad.AnnData | Section, model: Model, *, section_key: str | None = None, **settings: Any
) -> Generator[Progress, None, ad.AnnData]:
    """Find niches, a Progress for every group of cells and every number of niches that is tried; returns the result of :func:`niches`."""
    chosen, started = NicheSettings(**settings), time.monotonic()
    can_embed(model)
    whole = result.taken(data)
    if (chosen.clusters or 0) > len(whole) // 2:
        found = f"{chosen.clusters} niches for {len(whole)} cells"
        raise DataError(sentence("at least two cells for each niche", found, "Ask for fewer"))
    wanted: What = "place" if chosen.embedding == "hidden" else "expected"
    sections = whole.split(section_key)
    embedded = embed_iter(model, sections, draws=chosen.draws, seed=chosen.seed, wanted=[wanted])
    parts = yield from part_of(embedded, 0.0, EMBEDDED)
    places = niche_vectors_iter(parts, neighbors=chosen.neighbors, kind=chosen.embedding, seed=chosen.seed)
    vectors = yield from part_of(places, EMBEDDED, DESCRIBED)
    groups = yield from part_of(clustered_iter(vectors, chosen.clusters, chosen.seed), DESCRIBED, 1.0)
    facts = {
        "computed": COMPUTED,
        "clusters": groups.count,
        "clusters_chosen_by": "silhouette" if groups.silhouette else "the user",
        "silhouette": {str(count): round(value, 4) for count, value in groups.silhouette.items()},
        "niches": described(parts, groups.label, model.space.genes),
    }
    given = whole.to_anndata()
    label = result.in_file_order(whole, parts, groups.label)
    given.obs["ripple_niche"] = result.named(whole, label, [str(i + 1) for i in range(groups.count)])
    given.obsm["ripple_niche"] = result.in_file_order(whole, parts, vectors)
    seconds = time.monotonic() - started
    given.uns["ripple"] = result.record("niches", whole, model, chosen, seconds=seconds, facts=facts)
    return given


def niches(
    data: ad.AnnData | Section, model: Model, clusters: int | None = None, seed: int = 0, **settings: Any
) -> ad.AnnData:
    """The section with ``obs["ripple_niche"]`` (names "1", "2" …, the largest first) and ``obsm["ripple_niche"]`` (cells, components).

    Parameters
    ----------
    data
        One section, or several in one table (told apart by ``section_key`` or the usual columns), which are grouped together.
    model
        A model that embeds: gest or gest-plus.
    clusters
        How many niches; None chooses.
    **settings
        Other fields of :class:`NicheSettings`, and ``section_key``.

    Raises
    ------
    DataError, CheckpointError
        For too few cells, more niches than cells allow, a model that does not embed or knows other genes.
    """
    return finished(niches_iter(data, model, clusters=clusters, seed=seed, **settings))


def described(parts: list[Embedding], label: np.ndarray, genes: pd.Index) -> list[dict[str, Any]]:
    """For each niche its name, its cells, and the genes that its cells express most above all cells, in spreads."""
    size = np.bincount(label)
    total, squares = np.zeros((len(size), len(genes))), np.zeros(len(genes))
    for niche, expression in _labelled(parts, label):
        total += (
            sparse.csr_matrix((np.ones(len(niche)), niche, np.arange(len(niche) + 1)), (len(niche), len(size))).T
            @ expression
        )
        squares += (expression**2).sum(axis=0)
    mean = total.sum(axis=0) / len(label)
    spread = np.sqrt(np.maximum(squares / len(label) - mean**2, 0.0))
    above = (total / size[:, None] - mean) / np.maximum(spread, 1e-6)
    return [
        {"niche": str(niche + 1), "cells": int(size[niche]), "genes": _typical(above[niche], genes)}
        for niche in range(len(size))
    ]


def _labelled(parts: list[Embedding], label: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The niche of some thousand cells at a time (cells,), and what they express (cells, genes), float64."""
    before = 0
    for part in parts:
        for start in range(0, len(part.section), CELLS_AT_ONCE):
            rows = np.arange(start, min(start + CELLS_AT_ONCE, len(part.section)))
            yield label[before + rows], part.observed[rows].astype(np.float64)
        before += len(part.section)


def _typical(above: np.ndarray, genes: pd.Index) -> list[str]:
    """The genes that are the most spreads above all cells (genes,); none that are below."""
    return [str(genes[gene]) for gene in np.argsort(-above)[:TYPICAL_GENES] if above[gene] > 0]
