"""What a model may promise: protocols and the plain values that pass between a model and those who use it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from pydantic import Field

from ripple_core.errors import DataError, sentence
from ripple_core.expression import ExpressionSpace
from ripple_core.models.scene import Scene as Scene
from ripple_core.section import Section
from ripple_core.settings import Settings

Mode = Literal["picking", "weighted", "sampling"]


class GenerationSettings(Settings):
    """How a generator turns its probabilities into expression."""

    mode: Mode = Field(
        "weighted",
        description="picking takes the likeliest meta cell, weighted the mean of all by probability, sampling draws one.",
    )
    temperature: float = Field(1.0, gt=0, le=10, description="Sampling only: below 1 sharper, above 1 flatter.")
    top_k: int = Field(0, ge=0, description="Sampling only: draw among the k likeliest meta cells; 0 means all.")
    feedback: Literal["picked", "aggregated"] = Field(
        "aggregated",
        description="Weighted only: what later cells see of a generated one, its likeliest meta cell or the weighted mean.",
    )
    apart_um: float = Field(
        0.0,
        ge=0,
        description="Windows at least so far apart, in µm, are generated side by side, which is faster; 0: one after another, exactly.",
    )
    most_windows: int = Field(8, ge=1, le=256, description="Most windows side by side; more take more memory.")
    precision: Literal["full", "half", "int8"] = Field(
        "full",
        description="Of the weights while generating on a CPU: full, half (16 bit) or int8 (8 bit); less is faster on large models.",
    )
    shared_context: bool = Field(
        False,
        description="What is the same on every line is read first, once for all lines and scenes: faster with many, not as in any order.",
    )
    seed: int = Field(0, ge=0, description="Same seed, same order, same draws.")


@dataclass(frozen=True)
class Generated:
    """Cells that have just been generated: ``targets`` (cells,) index the scene's targets; ``expression`` (lines, cells, genes)."""

    targets: np.ndarray
    expression: np.ndarray


@runtime_checkable
class Model(Protocol):
    """What every model offers: its name, its expression space, its device, and a folder to live in."""

    name: str
    space: ExpressionSpace
    device: str
    record: dict[str, Any]

    def save(self, path: str | Path) -> None:
        """Write the checkpoint folder, whole or not at all."""


@runtime_checkable
class Generator(Protocol):
    """A model that generates unseen cells one after another; control and perturbed lines run as one batch."""

    space: ExpressionSpace

    def generate(self, scene: Scene, settings: GenerationSettings) -> Iterator[Generated]:
        """Yield the targets of the scene in order, in small groups, as soon as each is known."""


@runtime_checkable
class GeneratesBeside(Protocol):
    """A generator that is quicker with several scenes at once than with one after the other."""

    def generate_beside(self, asked: Sequence[tuple[Scene, GenerationSettings]]) -> Iterator[tuple[int, Generated]]:
        """Yield the targets of every scene in its order, with the number of the scene, each as if it were alone.

        The scenes have as many lines each, and their settings differ in the seed alone.
        """


def beside(generator: Generator, asked: Sequence[tuple[Scene, GenerationSettings]]) -> Iterator[tuple[int, Generated]]:
    """Generate several scenes: at once where the generator can, else one after the other."""
    if len(asked) > 1 and isinstance(generator, GeneratesBeside):
        yield from generator.generate_beside(asked)
        return
    for number, (scene, settings) in enumerate(asked):
        yield from ((number, generated) for generated in generator.generate(scene, settings))


def can_generate(model: Model) -> Generator:
    """The model as a Generator; DataError for one that is none."""
    if not isinstance(model, Generator):
        raise DataError(sentence("a model that can generate cells", repr(model), "Choose another model"))
    return model


@dataclass(frozen=True)
class Embedded:
    """What a model makes of some cells of a section and of where they are.

    Parameters
    ----------
    cells
        Rows of the section (cells,).
    place
        Hidden states of their places (cells, dim), each seeing all cells of its window: the niche embedding of the paper.
    own
        Hidden states of the cells themselves (cells, dim), which have seen a part of their window.
    expected
        The expression that the model expects at each place (cells, genes), log-normalised in its space.
    """

    cells: np.ndarray
    place: np.ndarray
    own: np.ndarray
    expected: np.ndarray


@runtime_checkable
class Embedder(Protocol):
    """A model that tells what kind of place each cell stands in."""

    space: ExpressionSpace

    def embed(self, section: Section, seed: int = 0) -> Iterator[Embedded]:
        """Yield every cell of one section once, in groups, as soon as each is known.

        ``seed`` draws the orders in which surroundings are read; the mean over several seeds is calmer than one. A section without
        the model's genes raises CheckpointError before anything is computed.
        """


def can_embed(model: Model) -> Embedder:
    """The model as an Embedder; DataError for one that is none."""
    if not isinstance(model, Embedder):
        raise DataError(
            sentence("a model that can embed places", model.name, "Choose a checkpoint of gest or gest-plus")
        )
    return model


@runtime_checkable
class Quantizer(Protocol):
    """A model that reads cells as tokens, so that an edit may or may not be noticed."""

    space: ExpressionSpace

    def tokens(self, expression: np.ndarray) -> np.ndarray:
        """Nearest token (cells,) of each expression (cells, genes)."""

    def quantised(self, expression: np.ndarray) -> np.ndarray:
        """Each cell replaced by its meta cell (cells, genes): the paper's input."""

    def token_distance(self, expression: np.ndarray) -> np.ndarray:
        """Distance (cells,) to the nearest token as a percentile (0 to 100) of that of the training cells."""
