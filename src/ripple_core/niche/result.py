"""What niches and annotation give back: the section with new columns, and the record of how they were made."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd

from ripple_core.errors import DataError, sentence
from ripple_core.models.contract import Model
from ripple_core.niche.embedding import Embedding
from ripple_core.perturb.result import SCHEMA, SPACE_NOTE, input_hash, versions
from ripple_core.section import Section
from ripple_core.settings import Settings

FEWEST_CELLS = 30


def taken(data: ad.AnnData | Section) -> Section:
    """The cells to be described, of one section or several; DataError where there are too few."""
    whole = data if isinstance(data, Section) else Section.from_anndata(data)
    if len(whole) < FEWEST_CELLS:
        raise DataError(sentence(f"at least {FEWEST_CELLS} cells", str(len(whole)), "Pass a larger section"))
    return whole


def in_file_order(whole: Section, parts: Sequence[Embedding], values: np.ndarray) -> np.ndarray:
    """Values of the parts' cells, one part after another, in the order of the whole (cells, ...)."""
    names = pd.Index(np.concatenate([part.section.cells.to_numpy() for part in parts]))
    return values[names.get_indexer(whole.cells)]


def named(whole: Section, code: np.ndarray, names: list[str]) -> pd.Series:
    """Names by number (cells,) as a categorical column of the section's table."""
    return pd.Series([names[int(one)] for one in code], index=whole.cells, dtype=pd.CategoricalDtype(names))


def record(
    task: str, whole: Section, model: Model, settings: Settings, *, seconds: float, facts: dict[str, Any]
) -> str:
    """How a result was made, as one JSON text; ``facts`` are what the task adds."""
    match, values = model.space.match(whole.genes), settings.model_dump()
    content = {
        "schema": SCHEMA,
        "simulated": False,
        "task": task,
        "recipe": {"task": task, "section": whole.name, "settings": values, **facts.pop("recipe", {})},
        "section": whole.name,
        "model": model.name,
        "checkpoint_hash": model.record.get("hash", ""),
        "input_hash": input_hash(whole),
        "versions": versions(),
        "device": model.device,
        "seed": values.get("seed"),
        "space": SPACE_NOTE,
        "genes_matched": len(match.matched),
        "genes_missing": list(match.missing),
        "timings": {"seconds": round(seconds, 3), "cells_per_second": round(len(whole) / max(seconds, 1e-9), 1)},
        **facts,
    }
    return json.dumps(content)
