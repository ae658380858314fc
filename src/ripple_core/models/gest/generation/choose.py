"""From what the network says of cells to their expression: the modes of generation, and cells that keep their identity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from torch import Tensor

from ripple_core.models.contract import GenerationSettings
from ripple_core.models.gest.generation.kept import Kept
from ripple_core.models.gest.network.transformer import GestNetwork
from ripple_core.nn.sampling import choose, noise


class Choose(Protocol):
    """Turns what the network says of targets into expression."""

    @property
    def expects(self) -> bool:
        """Whether the network's expectation is made use of; where it is not, it is not computed."""

    def __call__(self, targets: np.ndarray, logits: Tensor, expected: Tensor | None) -> tuple[Tensor, Tensor]:
        """What is shown of targets (cells,) and what later cells see of them, both (cells, lines, genes).

        From logits (cells, lines, tokens), and expectations (cells, lines, genes) or None.
        """


@dataclass(frozen=True)
class Chooser:
    """Turns logits and expectations into expression, as the settings say; cells are drawn by their own noise, in any order the same."""

    meta_expression: Tensor
    settings: GenerationSettings

    @classmethod
    def of(cls, network: GestNetwork, settings: GenerationSettings) -> Chooser:
        """The chooser of a network."""
        return cls(network.meta_expression, settings)

    @property
    def expects(self) -> bool:
        """Only the mean of all meta cells is replaced by the expectation."""
        return self.settings.mode == "weighted"

    def __call__(self, targets: np.ndarray, logits: Tensor, expected: Tensor | None) -> tuple[Tensor, Tensor]:
        """See :class:`Choose`."""
        mode = self.settings.mode
        if mode == "weighted":
            shown = logits.float().softmax(dim=-1) @ self.meta_expression if expected is None else expected.float()
            return shown, shown if self.settings.feedback == "aggregated" else self._likeliest(logits)
        if mode == "picking":
            shown = self._likeliest(logits)
        else:
            drawn = noise(self.settings.seed, targets, logits.shape[-1]).to(logits.device)[:, None]
            shown = self.meta_expression[choose(logits, self.settings.temperature, self.settings.top_k, drawn)]
        return shown, shown

    def _likeliest(self, logits: Tensor) -> Tensor:
        return self.meta_expression[logits.argmax(dim=-1)]


@dataclass(frozen=True)
class ChooseKept:
    """The same for targets of which the identity is known."""

    pick: Chooser
    kept: Kept
    expects: bool = False

    def __call__(self, targets: np.ndarray, logits: Tensor, expected: Tensor | None) -> tuple[Tensor, Tensor]:
        """See :class:`Choose`."""
        shown, seen = self.pick(targets, logits + self.kept.prior(targets)[:, None], None)
        if self.pick.settings.mode != "weighted":
            return shown, seen
        shown = self.kept.expected(targets, shown)
        return shown, shown if self.pick.settings.feedback == "aggregated" else seen


@dataclass(frozen=True)
class ChooseBeside:
    """The same for windows of several scenes: ``owner`` (windows,) says which of ``parts`` chooses for each."""

    parts: Sequence[Choose]
    owner: np.ndarray

    @property
    def expects(self) -> bool:
        """Whether any part makes use of the network's expectation."""
        return any(part.expects for part in self.parts)

    def __call__(self, targets: np.ndarray, logits: Tensor, expected: Tensor | None) -> tuple[Tensor, Tensor]:
        """See :class:`Choose`; targets are those of the first windows, one each."""
        shown = seen = logits.new_empty(0)
        owner = self.owner[: len(targets)]
        for number in np.unique(owner):
            rows = np.flatnonzero(owner == number)
            of_part = None if expected is None else expected[rows]
            chosen = self.parts[number](targets[rows], logits[rows], of_part)
            if not len(shown):
                shown, seen = (value.new_empty(len(targets), *value.shape[1:]) for value in chosen)
            shown[rows], seen[rows] = chosen
        return shown, seen


def beside(parts: Sequence[Choose], owner: np.ndarray) -> Choose:
    """What chooses for windows of several scenes, or of one."""
    return parts[0] if len(parts) == 1 else ChooseBeside(parts, owner)


def chooser(network: GestNetwork, settings: GenerationSettings, kept: Kept | None = None) -> Choose:
    """What chooses the expression of targets; ``kept`` is what is known of their identity, None: nothing."""
    pick = Chooser.of(network, settings)
    return pick if kept is None else ChooseKept(pick, kept)
