"""What a GeST is made of: sizes, window, vocabulary, and the choices the paper leaves open."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PositiveFloat, model_validator

from ripple_core.settings import Settings


class Plus(Settings):
    """What GeST-plus adds to the paper's network: two direct ways from neighbours to a new cell."""

    lengths: tuple[float, ...] = Field(
        (1.5, 3.0, 6.0, 12.0),
        min_length=1,
        max_length=16,
        description="Lengths of the neighbourhood means, in median distances to the nearest cell.",
    )
    kriging: tuple[tuple[float, float], ...] = Field(
        ((6.0, 4.0), (6.0, 16.0), (24.0, 1.0), (24.0, 4.0)),
        min_length=1,
        max_length=16,
        description="Length, in the same unit, and noise of each best linear guess that is copied.",
    )
    own_width: int = Field(
        128, ge=1, le=4096, description="Numbers through which the hidden state adds to what is copied."
    )
    answers: bool = Field(
        True,
        description="Learn beside the network how each identity answers few signals, which may come from beyond the window.",
    )
    mean_weight: float = Field(
        5.0, gt=0, le=100, description="Weight in the loss of the expected expression's squared error, in spreads."
    )


class GestConfig(Settings):
    """The model's own settings; they live in ``config.json`` beside the weights."""

    layers: int = Field(4, ge=1, le=48, description="Transformer blocks (L; the paper uses 8).")
    heads: int = Field(4, ge=1, le=64, description="Attention heads (H; the paper uses 8, and more width).")
    dim: int = Field(128, ge=16, le=4096, description="Width of the hidden vectors (D; not published).")
    dropout: float = Field(0.1, ge=0, lt=1, description="Share of activations switched off in training.")
    window_um: float = Field(
        600.0, gt=0, description="Side of the square window a cell can see, in µm (the paper uses 600)."
    )
    max_cells: int = Field(
        256,
        ge=8,
        le=8192,
        description="Most cells of a window; where there are more, the nearest to its centre are kept.",
    )
    meta_cells: int = Field(512, ge=2, le=65536, description="Size of the meta-cell vocabulary (K; not published).")
    components: int | None = Field(
        None,
        ge=1,
        le=1024,
        description="Principal components before K-means (p; not published); None: those above noise.",
    )
    levels: tuple[int, ...] = Field(
        (15, 10, 5), description="Clusters of the coarser levels of the loss (K1 > K2 > K3)."
    )
    order: Literal["near_first", "literal_eq6", "random"] = Field(
        "near_first", description="Serialisation of a window in training."
    )
    soft_tokens: bool = Field(
        False,
        description="A quantised cell enters as the mixture of meta cells that fit it; off: the nearest one (eq. 7).",
    )
    wavelengths: tuple[PositiveFloat, PositiveFloat] = Field(
        (0.06, 8.0),
        description="Shortest and longest wavelength of the position encoding, in half sides of the window (18 µm to 2.4 mm).",
    )
    standardize: bool = Field(
        True,
        description="Divide each gene by its training spread, on the way in and for the vocabulary; off: plain log.",
    )
    plus: Plus | None = Field(
        None, description="Neighbourhood means and a head that copies known cells (GeST-plus); None: the paper's GeST."
    )

    @model_validator(mode="after")
    def _consistent(self) -> GestConfig:
        if self.dim % (4 * self.heads) and self.dim % self.heads:
            raise ValueError(f"dim ({self.dim}) must be a multiple of heads ({self.heads})")
        if self.dim % 4:
            raise ValueError(f"dim ({self.dim}) must be a multiple of 4 for the 2-D position encoding")
        if self.wavelengths[0] >= self.wavelengths[1]:
            raise ValueError(f"wavelengths {self.wavelengths} must rise: the shortest first, then the longest")
        if list(self.levels) != sorted(set(self.levels), reverse=True):
            raise ValueError(f"levels {self.levels} must fall strictly, for instance (15, 10, 5)")
        return self
