"""GeST as the rest of the program sees it: generate, tokenise, save, load."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ripple_core.encoded import EncodedAnew
from ripple_core.expression import ExpressionSpace
from ripple_core.models import checkpoint
from ripple_core.models.card import model_card
from ripple_core.models.contract import Embedded, Generated, GenerationSettings, Scene
from ripple_core.models.gest.config import GestConfig
from ripple_core.models.gest.generation.generate import generate, generate_beside
from ripple_core.models.gest.generation.kept import Kept
from ripple_core.models.gest.learning.train import Start
from ripple_core.models.gest.learning.train import train_iter as _train_iter
from ripple_core.models.gest.meta_cells.vocabulary import Vocabulary
from ripple_core.models.gest.network.answers import answers_like
from ripple_core.models.gest.network.embed import embed
from ripple_core.models.gest.network.transformer import GestNetwork
from ripple_core.progress import Progress
from ripple_core.section import Section
from ripple_core.training.device import choose_device

NAME = "gest"


class Gest:
    """A trained GeST.

    Parameters
    ----------
    config, space, vocabulary, network
        Its parts.
    record
        How it was trained: sections, steps, losses, and the held-out scores beside the baselines.
    """

    def __init__(
        self,
        config: GestConfig,
        space: ExpressionSpace,
        vocabulary: Vocabulary,
        network: GestNetwork,
        record: dict[str, Any],
    ) -> None:
        self.config, self.space, self.vocabulary, self.record = config, space, vocabulary, record
        self.network = network.eval()

    @property
    def name(self) -> str:
        """``gest``, or ``gest-plus`` with the direct paths from neighbours."""
        return NAME if self.config.plus is None else f"{NAME}-plus"

    @property
    def device(self) -> str:
        """Where the weights are: cpu, cuda or mps."""
        return str(self.network.meta_expression.device)

    @property
    def parts(self) -> Start:
        """What another training may start from."""
        return self.config, self.space, self.vocabulary, self.network

    def generate(self, scene: Scene, settings: GenerationSettings) -> Iterator[Generated]:
        """Generate the scene's targets one after another."""
        return generate(self.network, scene, partial(Kept.of, self.network, self.vocabulary), settings)

    def generate_beside(self, asked: Sequence[tuple[Scene, GenerationSettings]]) -> Iterator[tuple[int, Generated]]:
        """Generate several scenes at once, each as if it were alone; with the number of the scene."""
        return generate_beside(self.network, asked, partial(Kept.of, self.network, self.vocabulary))

    def embed(self, section: Section, seed: int = 0) -> Iterator[Embedded]:
        """The niche embedding of every cell of a section, in groups."""
        return embed(self.network, EncodedAnew(self.space, section), section.xy_um, seed)

    def tokens(self, expression: np.ndarray) -> np.ndarray:
        """Nearest meta cell (cells,) of expression (cells, genes)."""
        return self.vocabulary.tokens(expression)

    def token_distance(self, expression: np.ndarray) -> np.ndarray:
        """Distance to the nearest meta cell, as a percentile (cells,) of the training cells' distances."""
        return self.vocabulary.distance_percentile(expression)

    def quantised(self, expression: np.ndarray) -> np.ndarray:
        """Each cell replaced by its meta cell (cells, genes), the paper's input, or by a mixture of them (``config.soft_tokens``)."""
        return self.vocabulary.quantised(expression, self.config.soft_tokens)

    def save(self, path: str | Path) -> None:
        """Write the checkpoint folder, whole or not at all."""
        vocabulary = {f.name: getattr(self.vocabulary, f.name) for f in fields(Vocabulary)}
        weights = {k: v.detach().cpu().numpy() for k, v in self.network.state_dict().items()}
        stored = checkpoint.Stored(
            self.name, self.config.model_dump(mode="json"), self.space, vocabulary, weights, self.record
        )
        checkpoint.write(path, stored, model_card("GeST" if self.config.plus is None else "GeST-plus", stored))


def load(stored: checkpoint.Stored, device: str, path: str | Path) -> Gest:
    """A GeST from what a checkpoint folder holds; arrays that do not fit raise CheckpointError."""
    place = choose_device(device)
    try:
        config = GestConfig(**stored.config)
        vocabulary = Vocabulary(**{f.name: np.asarray(stored.vocabulary[f.name]) for f in fields(Vocabulary)})
        network = GestNetwork.for_space(config, stored.space, vocabulary)
        network.answers = answers_like(stored.weights)
        network.load_state_dict({k: torch.from_numpy(np.array(v)) for k, v in stored.weights.items()})
    except (KeyError, ValueError, RuntimeError, IndexError) as error:
        raise checkpoint.damaged(path, error) from None
    return Gest(config, stored.space, vocabulary, network.to(place), stored.record)


def train_iter(*args: Any, start_from: Gest | None = None, **settings: Any) -> Generator[Progress, bool | None, Gest]:
    """Train a GeST; see :func:`ripple_core.models.gest.learning.train.train_iter`. Returns the :class:`Gest`."""
    if start_from is not None:
        settings["start_from"] = start_from.parts
    parts = yield from _train_iter(*args, **settings)
    return Gest(*parts)


def config(values: dict[str, Any]) -> GestConfig:
    """The config of plain values."""
    return GestConfig(**values)
