"""How long and how hard to train."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ripple_core.settings import Settings


class InputNoise(Settings):
    """How the cells that a model reads in training differ from those it must predict."""

    continuous_share: float = Field(
        0.5, ge=0, le=1, description="Share of cells that enter with their own expression, not their meta cell's."
    )
    token_noise: float = Field(
        0.05, ge=0, lt=1, description="Share of cells whose input is swapped for a random meta cell."
    )
    gene_borrowing: float = Field(
        0.8, ge=0, le=1, description="Share of cells that take a random part of their genes from a cell beside them."
    )
    gene_dropout: float = Field(
        0.2, ge=0, le=1, description="Share of cells of which a random part of the genes is blanked."
    )


class TrainSettings(Settings):
    """Settings of one training run; the model's own sizes are in its config."""

    max_minutes: float = Field(12.0, gt=0, description="Stop after so many minutes, with the best weights so far.")
    steps: int | None = Field(None, ge=1, description="Optimiser steps; None plans as many as fit into max_minutes.")
    batch: int = Field(8, ge=1, description="Windows whose gradients are computed at once, by all processes together.")
    accumulate: int = Field(
        1,
        ge=1,
        description="Batches whose gradients are added up for one step, where one as large needs too much memory.",
    )
    learning_rate: float = Field(1e-3, gt=0, description="Highest learning rate; warms up, then falls on a cosine.")
    noise: InputNoise = Field(InputNoise(), description="What is done to the cells that the model reads in training.")
    evaluate_every: int = Field(
        100, ge=1, description="Steps between looks at the held-out section; the first ones come earlier, at 10 and 30."
    )
    patience: int = Field(6, ge=1, description="Looks without improvement before training stops early.")
    precision: Literal["auto", "fp32", "bf16"] = Field(
        "auto", description="Arithmetic of the matrix products; auto: bf16 where the device is fast at it."
    )
    seed: int = Field(0, ge=0, description="Same seed, same device, same steps: same weights.")
    device: str = Field("auto", pattern="^(auto|cpu|cuda(:[0-9]+)?|mps)$", description="auto, cpu, cuda or mps.")
