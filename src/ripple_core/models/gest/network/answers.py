"""Answers: how a cell of known identity responds to the signals of its surroundings, near and beyond its window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ripple_core.encoded import Changed, Rows
from ripple_core.models.gest.meta_cells.vocabulary import Vocabulary
from ripple_core.models.gest.network.signals import MOST_CELLS, find_signals, neighborhood_means
from ripple_core.training.windows import Tissue

WIDTH = 64
BATCH, EPOCHS, RATE = 512, 15, 3e-3
HELD_SHARE = 0.2
MOST_READ = 600
"""In larger panels signals are read from the genes of highest mean expression: a gene that is hardly seen tells nothing."""


class Answers(nn.Module):
    """A small network from signals and identity to the few directions in which cells answer.

    Parameters
    ----------
    groups
        How many broad identities there are: K1 of the paper's hierarchy, the finest of its coarse levels.
    lengths_um
        Lengths (lengths,) of the neighbourhood means that carry the signals.
    genes, channels
        Widths.
    """

    lengths_um: Tensor
    sources: Tensor
    directions: Tensor
    mean: Tensor
    center: Tensor
    spread: Tensor
    shares: Tensor

    def __init__(self, groups: int, lengths_um: Tensor, genes: int, channels: int) -> None:
        super().__init__()
        self.register_buffer("lengths_um", lengths_um)
        self.register_buffer("sources", torch.zeros(len(lengths_um), genes, channels))
        self.register_buffer("directions", torch.zeros(genes, channels))
        self.register_buffer("mean", torch.zeros(groups, genes))
        self.register_buffer("center", torch.zeros(channels))
        self.register_buffer("spread", torch.ones(channels))
        self.register_buffer("shares", torch.tensor((0.0, 1.0)))
        self.identity = nn.Embedding(groups, WIDTH)
        self.read = nn.Linear(channels, WIDTH)
        self.mix = nn.Linear(WIDTH, WIDTH)
        self.out = nn.Linear(WIDTH, channels)

    def forward(self, signal: Tensor, group: Tensor) -> Tensor:
        """Deviation (..., channels) from the mean of an identity (...,) along the directions, under signals (..., channels)."""
        hidden = F.gelu(self.read((signal - self.center) / self.spread) + self.identity(group))
        answer: Tensor = self.out(F.gelu(self.mix(hidden)))
        return answer

    def signals(self, means: Tensor) -> Tensor:
        """Signals (..., channels) of neighbourhood means of scaled expression (..., lengths, genes)."""
        return torch.einsum("...lg,lgc->...c", means, self.sources)


def answers_like(weights: Mapping[str, np.ndarray], prefix: str = "answers.") -> Answers | None:
    """Untaught answers of the widths of stored weights; None where there are none."""
    if prefix + "sources" not in weights:
        return None
    lengths, genes, channels = weights[prefix + "sources"].shape
    return Answers(len(weights[prefix + "mean"]), torch.zeros(lengths), genes, channels)


def told(answers: Answers, genes: Sequence[str], most: int = 6) -> list[dict[str, list[str]]]:
    """For each channel the genes that it is read from and those that answer (+ with the first of them, − against it), strongest first."""
    loud = answers.sources.norm(dim=0).cpu().numpy()
    directions = answers.directions.cpu().numpy()
    found = []
    for source, direction in zip(loud.T, directions.T):
        answering = np.argsort(-np.abs(direction))[:most]
        along = np.sign(direction[answering[0]])
        found.append(
            {
                "read from": [genes[i] for i in np.argsort(-source)[:most]],
                "answered by": [f"{'+' if along * direction[i] > 0 else '−'}{genes[i]}" for i in answering],
            }
        )
    return found


def identities(vocabulary: Vocabulary) -> np.ndarray:
    """The broad identity of each meta cell (tokens,): the first coarse level, one for all where there is none."""
    return vocabulary.levels[0] if len(vocabulary.levels) else np.zeros(len(vocabulary), dtype=np.int64)


def learn_answers(
    tissues: Sequence[Tissue],
    held_out: Sequence[Tissue],
    vocabulary: Vocabulary,
    center: np.ndarray,
    scale: np.ndarray,
    lengths_um: np.ndarray,
    seed: int,
) -> Answers:
    """Find the signals of tissues and learn how each identity answers them.

    Parameters
    ----------
    held_out
        Tissues that only choose the shrinkage, the channels and when to stop; without any, a fifth of the cells does.
    center, scale
        What expression is centred and divided by (genes,).
    lengths_um
        Lengths (lengths,) of the neighbourhood means.
    """

    def scaled(expression: np.ndarray) -> np.ndarray:
        return ((expression - center) / scale).astype(np.float32)

    rng = np.random.default_rng([seed, 83])
    read = np.sort(np.argsort(-center, kind="stable")[:MOST_READ])
    parts = [
        _cells_of(t, vocabulary, Changed(t.expression, scaled, len(center)), lengths_um, rows, read)
        for t, rows in _chosen(tissues, held_out, rng)
    ]
    expression, means, group = (np.concatenate(part) for part in zip(*parts))
    ours = sum(len(part[0]) for part in parts[: len(tissues)])
    held = np.arange(len(group)) >= ours if held_out else rng.random(len(group)) < HELD_SHARE
    groups = int(identities(vocabulary).max()) + 1
    average = _by_identity(expression, group, ~held, groups)
    apart = means - _by_identity(means.reshape(len(means), -1), group, ~held, groups)[group].reshape(means.shape)
    found = find_signals(apart, expression - average[group], held)
    answers = Answers(groups, torch.as_tensor(lengths_um, dtype=torch.float32), *found.directions.shape)
    signal = np.einsum("nlg,lgc->nc", means, found.sources)
    for buffer, value in (
        (answers.directions, found.directions),
        (answers.mean, average),
        (answers.center, signal[~held].mean(axis=0)),
        (answers.spread, signal[~held].std(axis=0) + 1e-9),
    ):
        buffer.copy_(torch.as_tensor(value))
    answers.sources[:, read] = torch.as_tensor(found.sources, dtype=torch.float32)
    _teach(answers, signal, group, (expression - average[group]) @ found.directions, held, seed)
    return answers


def _chosen(
    tissues: Sequence[Tissue], held_out: Sequence[Tissue], rng: np.random.Generator
) -> list[tuple[Tissue, np.ndarray]]:
    """The rows that count of each tissue: all, or so many that memory stays bounded."""
    every = [*tissues, *held_out]
    share = min(1.0, MOST_CELLS / sum(len(tissue.xy_um) for tissue in every))
    return [(t, np.flatnonzero(rng.random(len(t.xy_um)) < share)) for t in every]


def _cells_of(
    tissue: Tissue,
    vocabulary: Vocabulary,
    scaled: Rows,
    lengths_um: np.ndarray,
    rows: np.ndarray,
    read: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scaled expression (rows, genes), neighbourhood means (rows, lengths, read) and identity (rows,) of a tissue's rows."""
    of_read = Changed(scaled, lambda values: values[:, read], len(read))
    means = neighborhood_means(tissue.xy_um[rows], tissue.xy_um, of_read, lengths_um)
    return scaled[rows], means, identities(vocabulary)[tissue.token[rows]]


def _by_identity(values: np.ndarray, group: np.ndarray, counted: np.ndarray, groups: int) -> np.ndarray:
    """Mean (groups, width) of the counted cells of each identity; an identity without cells has mean 0."""
    total = np.zeros((groups, values.shape[1]))
    np.add.at(total, group[counted], values[counted])
    count = np.bincount(group[counted], minlength=groups)
    return (total / np.maximum(count, 1)[:, None]).astype(np.float32)


def _teach(
    answers: Answers, signal: np.ndarray, group: np.ndarray, along: np.ndarray, held: np.ndarray, seed: int
) -> None:
    """Fit the small network to deviations along the directions (cells, channels); the weights of the best held-out error stay."""
    x, y = (torch.as_tensor(values, dtype=torch.float32) for values in (signal, along))
    z = torch.as_tensor(group)
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        torch.manual_seed(seed)
        for module in (answers.identity, answers.read, answers.mix, answers.out):
            module.reset_parameters()
        nn.init.zeros_(answers.out.weight)
        nn.init.normal_(answers.identity.weight, std=0.5)
        mine, theirs = (torch.as_tensor(np.flatnonzero(rows)) for rows in (~held, held))
        steps = EPOCHS * -(-len(mine) // BATCH)
        optimizer = torch.optim.AdamW(answers.parameters(), weight_decay=0.01)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps + 1)
        best, kept = float("inf"), None
        for _ in range(EPOCHS):
            for rows in mine[torch.randperm(len(mine))].split(BATCH):
                loss = F.mse_loss(answers(x[rows], z[rows]), y[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
            with torch.no_grad():
                error = float(F.mse_loss(answers(x[theirs], z[theirs]), y[theirs]))
            if error < best:
                best, kept = error, {name: value.clone() for name, value in answers.state_dict().items()}
    if kept is not None:
        answers.load_state_dict(kept)
