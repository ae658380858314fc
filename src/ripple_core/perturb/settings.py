"""How a perturbation is run: the settings that command line, viewer and recipe share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, field_validator

from ripple_core.models.contract import GenerationSettings, Mode
from ripple_core.settings import Settings

Care = Literal["quick", "normal", "thorough"]
CARE: Mapping[Care, Mapping[str, int]] = {
    "quick": {"draws": 1, "orders": 1, "null": 0},
    "normal": {"draws": 1, "orders": 3, "null": 20},
    "thorough": {"draws": 1, "orders": 8, "null": 40},
}
"""How sure a result is to be: repeats and placebos for a first look, for a usual result, and for one that is published."""
READ_ONCE_REPEATS, READ_ONCE_PLACEBOS = 2, 20
"""With at least so many of both, reading the surroundings once pays by far more than it costs (lab log, 2026-11-30)."""


class PerturbSettings(Settings):
    """How the surroundings are regenerated."""

    zone_um: float = Field(
        200.0, gt=0, le=5000, description="Cells up to this distance from the region's edge are regenerated, in µm."
    )
    context: Literal["full", "roi"] = Field(
        "full", description="full: cells beyond the zone stay known; roi: only the region is known (the paper)."
    )
    mode: Mode = Field(
        "weighted",
        description="picking: the likeliest meta cell; weighted: their mean by probability; sampling: a random draw.",
    )
    draws: int = Field(
        1, ge=1, le=1000, description="Repeats with other random draws (sampling mode); their spread is reported."
    )
    orders: int = Field(1, ge=1, le=1000, description="Repeats with other generation orders; their spread is reported.")
    null: int = Field(
        0, ge=0, le=10000, description="Placebos, for p and FDR of each gene and cell; 20 are enough, 0 means none."
    )
    null_kind: Literal["auto", "genes", "regions"] = Field(
        "auto",
        description="genes: other genes of like expression are edited here; regions: the same edit at random other places; "
        "auto: genes, or regions where that cannot be, or none where neither can, which the result says.",
    )
    seed: int = Field(0, ge=0, description="Same seed, same device: same numbers.")
    temperature: float = Field(1.0, gt=0, le=10, description="Sampling mode: below 1 sharper, above 1 flatter.")
    continuous: bool = Field(
        True, description="Known cells enter with their own expression; off: each as its nearest meta cell (the paper)."
    )
    identity: Literal["kept", "free"] = Field(
        "kept",
        description="kept: a cell may change its state, not its broad type; free: it is generated anew (the paper).",
    )
    feedback: Literal["picked", "aggregated"] = Field(
        "aggregated", description="Weighted mode: what later cells see of a generated one."
    )

    waves: bool = Field(
        False,
        description="Windows far from each other are generated side by side, which is faster; how far is measured on the first cells.",
    )
    shared_context: Literal["auto", "always", "never"] = Field(
        "auto",
        description="Read the cells around the region first, once for all lines; auto: with repeats and 20 placebos, where it pays.",
    )
    precision: Literal["full", "half", "int8"] = Field(
        "full",
        description="Of the weights on a CPU: full, half (16 bit) or int8 (8 bit); less is faster on large models.",
    )

    @field_validator("shared_context", mode="before")
    @classmethod
    def _of_older_recipes(cls, value: Any) -> Any:
        """Recipes used to say yes or no."""
        return {True: "always", False: "never"}[value] if isinstance(value, bool) else value

    @property
    def reads_once(self) -> bool:
        """Whether what is the same on every line is read first, and once for all.

        >>> PerturbSettings(**CARE["normal"]).reads_once, PerturbSettings(**CARE["quick"]).reads_once
        (True, False)
        """
        if self.shared_context != "auto":
            return self.shared_context == "always"
        placebos = 0 if self.null_kind == "regions" else self.null  # other places have their own surroundings
        return self.draws * self.orders >= READ_ONCE_REPEATS and placebos >= READ_ONCE_PLACEBOS

    def care(self) -> Care | None:
        """Which of the usual choices of repeats and placebos this is; None for one's own.

        >>> PerturbSettings(orders=3, null=20).care()
        'normal'
        """
        mine = {name: getattr(self, name) for name in ("draws", "orders", "null")}
        return next((care for care, wanted in CARE.items() if wanted == mine), None)

    def generation(self, repeat: int, apart_um: float = 0.0) -> GenerationSettings:
        """Settings of one repeat, with windows so far apart side by side (0: one after another)."""
        return GenerationSettings(
            mode=self.mode,
            temperature=self.temperature,
            feedback=self.feedback,
            apart_um=apart_um,
            precision=self.precision,
            shared_context=self.reads_once,
            seed=self.seed + 7919 * repeat,
        )
