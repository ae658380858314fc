"""The cache attends to what was written, the second of two new tokens hidden from the first."""

from __future__ import annotations

from types import SimpleNamespace

import torch
from torch.nn import functional as F

from ripple_core.nn.kv_cache import KeyValueCache


def test_attends_as_a_plain_concatenation() -> None:
    sizes = SimpleNamespace(layers=1, heads=2, dim=8)
    cache = KeyValueCache.empty(sizes, lines=3, slots=10, like=torch.zeros(1))
    k, v, q = torch.randn(3, 2, 6, 4), torch.randn(3, 2, 6, 4), torch.randn(3, 2, 2, 4)
    cache.write(0, 0, k[:, :, :4], v[:, :, :4])
    cache.write(0, 4, k[:, :, 4:], v[:, :, 4:])
    allowed = torch.ones(2, 6, dtype=torch.bool)
    allowed[0, 5] = False
    expected = F.scaled_dot_product_attention(q, k, v, attn_mask=allowed)
    torch.testing.assert_close(cache.attend(0, q, 6), expected, atol=1e-5, rtol=1e-5)
