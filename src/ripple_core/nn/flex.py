"""Spatial attention of cells and queries as one structured kernel for a GPU (PyTorch's FlexAttention); blocks nobody sees are skipped."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor

log = logging.getLogger(__name__)

NARROWEST_HEAD = 16
_is_off: list[str] = []
"""Why the kernel is not used any more on this machine; empty while it is."""


def pays(q: Tensor) -> bool:
    """Whether to use the kernel: on a CUDA device, for heads as wide as it takes, and as long as it has not failed here."""
    return q.device.type == "cuda" and q.shape[-1] >= NARROWEST_HEAD and not _is_off


def cells_and_queries(q: Tensor, k: Tensor, v: Tensor, cells: int) -> Tensor | None:
    """Attention of ``cells`` tokens and as many queries behind them; all (batch, heads, cells + queries, head_dim).

    Cells see earlier cells and themselves; query i sees cells 0..i and itself. None, once and for all, where the kernel cannot be
    built on this machine.
    """
    try:
        found: Tensor = _kernel(q.device.type)(q, k, v, block_mask=_mask(cells, q.shape[2] - cells, q.device))
    except (RuntimeError, ImportError) as error:
        _is_off.append(str(error))
        log.warning("structured attention cannot be built here, plain products take its place: %s", str(error)[:200])
        return None
    return found


def sees(cells: int) -> Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]:
    """Whether token ``i`` sees token ``j``, as FlexAttention asks it (batch, head, i, j)."""

    def seen(batch: Tensor, head: Tensor, i: Tensor, j: Tensor) -> Tensor:
        last = torch.where(i < cells, i, i - cells)
        return ((j < cells) & (j <= last)) | (j == i)

    return seen


@cache
def _kernel(device: str) -> Any:
    """The kernel, compiled where it is run on a GPU; elsewhere written out, as a truth for tests."""
    from torch.nn.attention.flex_attention import flex_attention

    return torch.compile(flex_attention, dynamic=False) if device == "cuda" else flex_attention


@cache
def _mask(cells: int, queries: int, device: torch.device) -> Any:
    from torch.nn.attention.flex_attention import create_block_mask

    tokens = cells + queries
    return create_block_mask(sees(cells), None, None, tokens, tokens, device=str(device))
