"""The GeST network: a decoder-only transformer over cell tokens and target-position tokens (paper section 4.1)."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ripple_core.expression import ExpressionSpace
from ripple_core.models.gest.config import GestConfig
from ripple_core.models.gest.meta_cells.vocabulary import Vocabulary
from ripple_core.models.gest.network import kriging
from ripple_core.models.gest.network.answers import Answers
from ripple_core.models.gest.network.known import KnownCells, View
from ripple_core.models.gest.network.neighborhood import CopyHead, Neighborhood
from ripple_core.nn.attention import causal_mask, spatial_attention
from ripple_core.nn.packed import PackedLinear
from ripple_core.nn.positions import sinusoid_2d


class Block(nn.Module):
    """Pre-norm attention and MLP, the same weights for cells and queries."""

    BEARS_8_BITS = ("up", "down")
    """Two thirds of the weights, and a third of the cells that 8 bits everywhere would change (lab log)."""

    def __init__(self, config: GestConfig) -> None:
        super().__init__()
        dim = config.dim
        self.heads = config.heads
        self.dropout = config.dropout
        self.norm_attention = nn.LayerNorm(dim)
        self.qkv = nn.Linear(dim, 3 * dim)
        self.out = nn.Linear(dim, dim)
        self.norm_mlp = nn.LayerNorm(dim)
        self.up = nn.Linear(dim, 4 * dim)
        self.down = nn.Linear(4 * dim, dim)

    def project(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values (batch, heads, tokens, head_dim) of hidden states (batch, tokens, dim)."""
        batch, tokens, dim = x.shape
        q, k, v = (
            self.qkv(self.norm_attention(x))
            .view(batch, tokens, 3, self.heads, dim // self.heads)
            .permute(2, 0, 3, 1, 4)
        )
        return q, k, v

    def finish(self, x: Tensor, attended: Tensor) -> Tensor:
        """Add what was attended to (batch, heads, tokens, head_dim), then the MLP."""
        attended = attended.transpose(1, 2).flatten(2)
        if (
            isinstance(self.out, PackedLinear)
            and isinstance(self.up, PackedLinear)
            and isinstance(self.down, PackedLinear)
        ):
            x = self.out.onto(attended, x)
            return self.down.onto(self.up.gelu(self.norm_mlp(x)), x)
        x = x + self._drop(self.out(attended))
        return x + self._drop(self.down(F.gelu(self.up(self.norm_mlp(x)))))

    def forward(self, x: Tensor, cells: int, causal: Tensor) -> Tensor:
        """One layer over (batch, cells + queries, dim); query i sees cells 0..i and itself."""
        return self.finish(x, spatial_attention(*self.project(x), cells, causal))

    def _drop(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.dropout) if self.training else x


class GestNetwork(nn.Module):
    """Cells and target positions in; logits over meta cells out, and with ``config.plus`` the expected expression.

    Parameters
    ----------
    config
        Sizes.
    meta_expression
        Mean expression of every meta cell (tokens, genes), log-normalised: the read-out of eq. 8.
    scale
        What each gene is divided by on the way in (genes,); ones for plain log expression.
    center
        What is subtracted first (genes,).
    spacing
        Median distance to the nearest cell, in half sides: what the lengths of ``config.plus`` are multiples of.
    axes
        The vocabulary's components of scaled expression (components, genes), for ``config.plus``; None: all genes apart.
    """

    meta_expression: Tensor
    scale: Tensor
    center: Tensor
    guess_lengths: Tensor
    guess_noise: Tensor

    def __init__(
        self,
        config: GestConfig,
        meta_expression: Tensor,
        center: Tensor,
        scale: Tensor,
        spacing: float = 0.04,
        axes: Tensor | None = None,
    ) -> None:
        super().__init__()
        genes = meta_expression.shape[1]
        self.config = config
        self.register_buffer("meta_expression", meta_expression)
        self.register_buffer("center", center)
        self.register_buffer("scale", scale)
        self.embed = nn.Linear(genes, config.dim)
        self.query = nn.Parameter(torch.zeros(config.dim))
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.dim)
        self.head = nn.Sequential(nn.Linear(config.dim, config.dim), nn.GELU(), nn.Linear(config.dim, genes))
        lengths = spacing * torch.tensor(config.plus.lengths) if config.plus else None
        self.neighborhood = None if lengths is None else Neighborhood(genes, config.dim, lengths)
        self.copying = None
        if config.plus is not None:
            axes = torch.eye(genes) if axes is None else axes
            self.copying = CopyHead(axes, config.dim, config.plus.own_width)
        guesses = torch.tensor(config.plus.kriging if config.plus else [], dtype=torch.float32).reshape(-1, 2)
        self.register_buffer("guess_lengths", spacing * guesses[:, 0])
        self.register_buffer("guess_noise", guesses[:, 1].clone())
        self.answers: Answers | None = None
        self.folded: nn.Module | None = None
        self.apply(self._initialise)
        if self.copying is not None:
            self.copying.start_from_neighbors()

    @classmethod
    def for_space(
        cls, config: GestConfig, space: ExpressionSpace, vocabulary: Vocabulary, spacing: float = 0.04
    ) -> GestNetwork:
        """A fresh network for a vocabulary; genes are centred, and scaled if the config says so."""
        scale = space.std if config.standardize else np.ones_like(space.std)
        as_tensor = lambda a: torch.as_tensor(np.array(a), dtype=torch.float32)  # noqa: E731
        meta, center, axes = (as_tensor(v) for v in (vocabulary.expression, space.mean, vocabulary.components))
        return cls(config, meta, center, as_tensor(scale), spacing, axes)

    def _initialise(self, module: nn.Module) -> None:
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            nn.init.zeros_(module.bias)

    def layers(self) -> list[Block]:
        """The blocks, first to last."""
        return [block for block in self.blocks if isinstance(block, Block)]

    def position(self, place: Tensor) -> Tensor:
        """s(x) (..., dim) of places (..., 2)."""
        return sinusoid_2d(place, self.config.dim, self.config.wavelengths)

    def cell_tokens(self, expression: Tensor, place: Tensor) -> Tensor:
        """gs(x) = g(x) + s(x) (batch, cells, dim) of expression (batch, cells, genes) and places (batch, cells, 2)."""
        return self.embed(self.scaled(expression)) + self.position(place)

    def scaled(self, expression: Tensor) -> Tensor:
        """Expression (..., genes), centred and divided by each gene's spread."""
        return (expression - self.center) / self.scale

    def know(self, expression: Tensor, place: Tensor, copied: Tensor | None = None) -> KnownCells | None:
        """What the direct paths need of cells (batch, cells, ...); None for the paper's network.

        ``copied`` is what is copied of them, where it differs from the expression they are read by.
        """
        if self.neighborhood is None or self.copying is None:
            return None
        traits = self.neighborhood.traits(self.scaled(expression))
        scaled = self.scaled(expression if copied is None else copied)
        return KnownCells(place.expand(len(scaled), -1, -1), scaled, traits)

    def kriging_in_order(self, place: Tensor, first: int = 0) -> Tensor:
        """Weights (batch, kinds, cells − first, cells) of the best linear guesses of cells (batch, cells, 2) from those before each."""
        return kriging.in_order(place, self.guess_lengths, self.guess_noise, first)

    def kriging_from_all(self, where: Tensor, place: Tensor) -> Tensor:
        """Weights (batch, kinds, queries, cells) of the best linear guesses at places (batch, queries, 2) from all cells."""
        return kriging.from_all(where, place, self.guess_lengths, self.guess_noise)

    def view(self, known: KnownCells, where: Tensor, kriging: Tensor, visible: Tensor | None = None) -> View | None:
        """Known cells as seen from places (batch, queries, 2); None for the paper's network.

        Parameters
        ----------
        kriging
            From :meth:`kriging_in_order` or :meth:`kriging_from_all` (batch, kinds, queries, cells).
        visible
            1 where a query may look, 0 elsewhere (queries, cells); None: everywhere.
        """
        if self.neighborhood is None:
            return None
        distance = torch.cdist(where.float(), known.place.float(), compute_mode="donot_use_mm_for_euclid_dist")
        return View(known, *self.neighborhood.weights(distance, visible), kriging.mean(dim=1))

    def query_tokens(self, place: Tensor, view: View | None = None) -> Tensor:
        """s(x) (batch, queries, dim) of target places (batch, queries, 2), with what is known around them."""
        x = self.query + self.position(place)
        return x if view is None or self.neighborhood is None else x + self.neighborhood(self.neighborhood.told(view))

    def look(self, expression: Tensor, place: Tensor, where: Tensor) -> tuple[Tensor, Tensor, View | None]:
        """Last hidden states of cells (batch, cells, ...) and of places (batch, queries, 2), and what the places see.

        A place sees all cells, and no other place.
        """
        tokens, known = self.cell_tokens(expression, place), self.know(expression, place)
        view = None if known is None else self.view(known, where, self.kriging_from_all(where, place))
        x = torch.cat([tokens, self.query_tokens(where, view)], dim=1)
        cells = place.shape[1]
        sees_all = x.new_zeros(where.shape[1], cells)
        for block in self.layers():
            x = block(x, cells, sees_all)
        return x[:, :cells], x[:, cells:], view

    def read_out(self, hidden: Tensor) -> Tensor:
        """Logits (batch, queries, tokens) over meta cells: ŷ = MLP(h), z = ŷ · C_exprᵀ (eq. 8)."""
        if self.folded is not None:
            logits: Tensor = self.folded(self.head[:2](self.norm(hidden)))
            return logits
        return self.head(self.norm(hidden)) @ self.scaled(self.meta_expression).T

    def fold(self) -> nn.Linear:
        """The last layer of the head and the meta cells as one layer (dim to tokens): generation skips the genes between them."""
        last, meta = self.head.get_submodule("2").state_dict(), self.scaled(self.meta_expression)
        folded = nn.Linear(self.config.dim, len(meta), device=meta.device)
        folded.weight.data, folded.bias.data = meta @ last["weight"], meta @ last["bias"]
        return folded

    def expect(self, hidden: Tensor, copied: Tensor | None) -> Tensor | None:
        """Expected expression (batch, queries, genes) of cells of which only the place is known.

        ``copied`` is what is copied of known cells (batch, queries, genes), scaled; None, and none in return, for the paper's network.
        """
        if copied is None or self.copying is None:
            return None
        return self.center + self.scale * self.copying(self.norm(hidden), copied)

    def forward(self, expression: Tensor, place: Tensor, copied: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
        """Teacher-forced logits (batch, cells − 1, tokens) and expectations (batch, cells − 1, genes) or None.

        Entry i predicts cell i + 1 from cells 0..i and its place.

        Parameters
        ----------
        expression
            (batch, cells, genes) in reading order, log-normalised.
        place
            (batch, cells, 2), relative to the window's centre in half sides.
        copied
            What may be copied of the cells, as ``expression``: in training, the cells without the noise they are read through.
        """
        cells = expression.shape[1] - 1
        tokens = self.cell_tokens(expression[:, :-1], place[:, :-1])
        known = self.know(expression[:, :-1], place[:, :-1], None if copied is None else copied[:, :-1])
        view = None
        if known is not None:
            earlier = torch.ones(cells, cells, device=place.device).tril()
            view = self.view(known, place[:, 1:], self.kriging_in_order(place)[:, :, 1:, :-1], earlier)
        x = torch.cat([tokens, self.query_tokens(place[:, 1:], view)], dim=1)
        causal = causal_mask(cells, x)
        for block in self.layers():
            x = block(x, cells, causal)
        hidden = x[:, cells:]
        return self.read_out(hidden), self.expect(hidden, None if view is None else view.copied())
