"""The cache attends to what was written, the second of two new tokens hidden from the first."""

from __future__ import annotations

from types import SimpleNamespace

import torch
from torch.nn import functional as F

from ripple_core.nn.kv_cache import KeyValueCache, Prefix


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


def test_common_tokens_are_attended_to_as_if_each_line_had_them() -> None:
    sizes, windows, lines, common = SimpleNamespace(layers=1, heads=2, dim=8), 2, 3, 5
    cache = KeyValueCache.empty(sizes, lines=windows * lines, slots=10, like=torch.zeros(1))
    cache.prefix = Prefix.empty(sizes, windows, lines, common, torch.zeros(1))
    first_k, first_v = torch.randn(2, windows, 2, common, 4)
    k, v, q = torch.randn(3, windows * lines, 2, 6, 4)
    cache.prefix.write(0, first_k, first_v)
    cache.write(0, 0, k, v)
    keys, values = (torch.cat([a.repeat_interleave(lines, 0), b], dim=2) for a, b in ((first_k, k), (first_v, v)))
    seen = torch.ones(6, common + 6, dtype=torch.bool).tril(common)
    expected = F.scaled_dot_product_attention(q, keys, values, attn_mask=seen)
    torch.testing.assert_close(cache.prefix.among_cells(0, q, k, v), expected, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(cache.attend(0, q[:, :, 4:], 6), expected[:, :, 4:], atol=1e-5, rtol=1e-5)
    first_window = cache.attend(0, q[:lines, :, 4:], 6)
    torch.testing.assert_close(first_window, expected[:lines, :, 4:], atol=1e-5, rtol=1e-5)
