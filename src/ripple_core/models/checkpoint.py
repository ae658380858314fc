"""A model as a folder: config.json, genes.csv, vocabulary.safetensors, weights.safetensors, MODEL_CARD.md; never pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from ripple_core.errors import CheckpointError, sentence
from ripple_core.expression import ExpressionSpace
from ripple_core.files import replacing_folder

FORMAT = 1
CONFIG, GENES, VOCABULARY, WEIGHTS, CARD = (
    "config.json",
    "genes.csv",
    "vocabulary.safetensors",
    "weights.safetensors",
    "MODEL_CARD.md",
)


@dataclass(frozen=True)
class Stored:
    """What a checkpoint folder holds: the model's name and config, its expression space, its arrays and its training record."""

    name: str
    config: dict[str, Any]
    space: ExpressionSpace
    vocabulary: Mapping[str, np.ndarray]
    weights: Mapping[str, np.ndarray]
    record: dict[str, Any]


def kept_beside(folder: str | Path) -> Path:
    """Where the state of a training that is not done is kept: a hidden folder beside its checkpoint's."""
    return Path(folder).with_name(f".{Path(folder).name}.training")


def write(path: str | Path, stored: Stored, card: str) -> None:
    """Write the folder, whole or not at all."""
    space = stored.space
    table = pd.DataFrame({"gene": space.genes, "mean": space.mean, "std": space.std, "ceiling": space.ceiling})
    config = {
        "format": FORMAT,
        "model": stored.name,
        "target_sum": space.target_sum,
        "config": stored.config,
        "record": stored.record,
    }
    _refuse_other_folder(Path(path))
    with replacing_folder(path) as folder:
        (folder / CONFIG).write_text(json.dumps(config, indent=1), encoding="utf-8")
        table.to_csv(folder / GENES, index=False)
        for name, arrays in ((VOCABULARY, stored.vocabulary), (WEIGHTS, stored.weights)):
            (folder / name).write_bytes(save({k: np.ascontiguousarray(v) for k, v in arrays.items()}))
        (folder / CARD).write_text(card, encoding="utf-8")


def _refuse_other_folder(path: Path) -> None:
    """A checkpoint takes the place of an old one, never of a folder with other things."""
    if path.is_file() or (path.is_dir() and any(path.iterdir()) and not (path / CONFIG).is_file()):
        found = f"{path}, a {'file' if path.is_file() else 'folder with other files'}"
        raise CheckpointError(sentence("a new folder or an old checkpoint to write to", found, "Choose another name"))


def read(path: str | Path) -> Stored:
    """Read a checkpoint folder; a missing, damaged or foreign one raises CheckpointError."""
    stored = described(path)
    try:
        arrays = (load_file(Path(path) / name) for name in (VOCABULARY, WEIGHTS))
        vocabulary, weights = arrays
    except (OSError, ValueError, SafetensorError) as error:
        raise damaged(path, error) from None
    return replace(stored, vocabulary=vocabulary, weights=weights)


def described(path: str | Path) -> Stored:
    """The same without its arrays, which may be large: what the model is, its genes, how it was trained and scored."""
    folder = Path(path)
    if not folder.is_dir():
        found = "a file" if folder.exists() else "nothing"
        raise CheckpointError(
            sentence("a checkpoint folder", f"{found} at {path}", "Pass the folder that ripple train wrote")
        )
    missing = [name for name in (CONFIG, GENES, VOCABULARY, WEIGHTS) if not (folder / name).is_file()]
    if missing:
        raise CheckpointError(
            sentence(
                "a checkpoint folder", f"{path} without {', '.join(missing)}", "Pass the folder that ripple train wrote"
            )
        )
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        table = pd.read_csv(folder / GENES, keep_default_na=False, dtype={"gene": str})
        space = ExpressionSpace(
            pd.Index(table["gene"]),
            float(config["target_sum"]),
            *(table[c].to_numpy(np.float32) for c in ("mean", "std", "ceiling")),
        )
        stored = Stored(str(config["model"]), dict(config["config"]), space, {}, {}, dict(config["record"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(path, error) from None
    if config.get("format") != FORMAT:
        found = f"format {config.get('format')!r}"
        raise CheckpointError(
            sentence(f"a checkpoint of format {FORMAT}", found, "Install the version that wrote it, or train again")
        )
    return stored


def damaged(path: str | Path, error: Exception) -> CheckpointError:
    """The error for a folder whose content does not hold together."""
    first = (str(error).splitlines() or [type(error).__name__])[0]
    return CheckpointError(
        sentence("a whole checkpoint", f"a damaged one at {path} ({first})", "Copy it again, or train again")
    )
