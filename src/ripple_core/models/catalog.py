"""The list of models: title, abilities, reference, and where the code is; a model is imported only when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ripple_core.errors import CheckpointError, DataError, sentence

if TYPE_CHECKING:
    from ripple_core.models.contract import Model


@dataclass(frozen=True)
class Record:
    """One model family.

    Parameters
    ----------
    name, title
        How it is asked for, and how it is shown.
    module
        Dotted path of a module with ``train_iter(sections, held_out, config, settings, folder)`` and ``load(stored, device)``.
    abilities
        What it offers: ``embed``, ``fine-tune`` (``train_iter`` takes ``start_from``), ``generate``, ``tokens``, ``train``.
    summary
        One sentence for who has to choose.
    reference
        Where it is described.
    is_baseline
        True for the plain rules that every model is held against.
    """

    name: str
    title: str
    module: str
    abilities: frozenset[str]
    reference: str
    is_baseline: bool = False
    summary: str = ""


def _baseline(name: str, title: str, reference: str, summary: str) -> Record:
    """The record of a plain rule."""
    abilities = frozenset({"train", "generate"})
    where = f"ripple_core.models.baselines.{name}"
    return Record(name, f"{title} (baseline)", where, abilities, reference, is_baseline=True, summary=summary)


DEFAULT = "gest-plus"
RECORDS = {
    record.name: record
    for record in (
        Record(
            "gest",
            "GeST",
            "ripple_core.models.gest.model",
            frozenset({"train", "generate", "tokens", "embed", "fine-tune"}),
            "Hao et al., GeST: Towards Building A Generative Pretrained Transformer for Learning Cellular Spatial Context, MLCB 2025",
            summary="The published transformer: writes a cell from the meta cells around it, one after another.",
        ),
        Record(
            "gest-plus",
            "GeST-plus",
            "ripple_core.models.gest.plus",
            frozenset({"train", "generate", "tokens", "embed", "fine-tune"}),
            "GeST (Hao et al., MLCB 2025) with neighbourhood means and a head that copies known cells (this project)",
            summary="GeST that also reads the mean of the surroundings and may copy known cells: the best choice for most tissues.",
        ),
        _baseline(
            "no_change",
            "No change",
            "The training mean, or the cell as observed where its identity is kept",
            "Answers nothing: what every model has to beat.",
        ),
        _baseline(
            "copy_roi",
            "Copy the region's change",
            "The plain rule of Hao et al. 2025: neighbours change as the region did",
            "Gives the surroundings the region's own change.",
        ),
        _baseline(
            "majority_sign",
            "Majority sign of the region's change",
            "All genes move the way most edited genes moved",
            "Moves all genes the way most of the edited ones moved.",
        ),
        _baseline(
            "local_mean",
            "Local mean",
            "Mean of the known cells within a radius; radius chosen on held-out cells",
            "The mean of the cells within a radius: ready in seconds, and hard to beat.",
        ),
        _baseline(
            "knn",
            "Nearest neighbours",
            "Mean of the k nearest known cells; k chosen on held-out cells",
            "The mean of the nearest cells: ready in seconds, and hard to beat.",
        ),
        _baseline(
            "ridge",
            "Ridge regression on neighbourhood means",
            "Hoerl & Kennard, Technometrics 1970; reads mean components at five scales",
            "A linear rule from the surroundings' means: quick, and steady on little data.",
        ),
        _baseline(
            "mlp",
            "Neural network on neighbourhood means",
            "Rumelhart et al., Nature 1986; reads mean components at five scales",
            "A small network on the surroundings' means.",
        ),
        _baseline(
            "mlp_xy",
            "Neural network on coordinates",
            "Tancik et al., Fourier features let networks learn high frequency functions, NeurIPS 2020",
            "Draws each gene as a map of the place alone.",
        ),
        _baseline(
            "gp",
            "Gaussian process on coordinates",
            "Rasmussen & Williams, Gaussian Processes for Machine Learning, 2006; exponential kernel",
            "Draws each gene as a smooth map of the place; slow with many cells.",
        ),
    )
}


def record(name: str) -> Record:
    """The record of a model by name; DataError lists the names there are."""
    if name not in RECORDS:
        raise DataError(sentence("the name of a model", repr(name), f"Choose one of: {', '.join(RECORDS)}"))
    return RECORDS[name]


def module(name: str) -> Any:
    """Import the module of a model."""
    return import_module(record(name).module)


def load(path: str | Path, device: str = "auto") -> Model:
    """Read a checkpoint folder into a model on a device (auto, cpu, cuda, mps)."""
    from ripple_core.models import checkpoint

    stored = checkpoint.read(path)
    if stored.name not in RECORDS:
        known = ", ".join(RECORDS)
        raise CheckpointError(
            sentence(f"a checkpoint of {known}", f"one of {stored.name!r}", "Update napari-ripple, or choose another")
        )
    return module(stored.name).load(stored, device, path)
