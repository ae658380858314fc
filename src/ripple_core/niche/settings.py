"""How niches are found and how labels are learned: settings that need no model, so that help is quick."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ripple_core.settings import Settings

Kind = Literal["guided", "hidden"]


class NicheSettings(Settings):
    """How cells are grouped by their surroundings."""

    clusters: int | None = Field(
        None, ge=2, le=200, description="How many niches; None takes the number from 3 to 20 with the best silhouette."
    )
    neighbors: int = Field(
        300, ge=1, le=1000, description="Nearest cells, itself among them, of which those in alike places are averaged."
    )
    embedding: Kind = Field(
        "guided",
        description="guided: what cells in near places express that the model expects to be alike; hidden: the paper's hidden state.",
    )
    draws: int = Field(
        2, ge=1, le=100, description="Readings of every surrounding in other orders; their mean is used."
    )
    seed: int = Field(0, ge=0, description="Same seed, same device: same niches.")


class AnnotateSettings(Settings):
    """How labels are learned."""

    neighbors: int = Field(
        30, ge=1, le=1000, description="Nearest cells, itself among them, over which surroundings are averaged."
    )
    draws: int = Field(
        2, ge=1, le=100, description="Readings of every surrounding in other orders; their mean is used."
    )
    seed: int = Field(0, ge=0, description="Same seed, same device: same labels.")
