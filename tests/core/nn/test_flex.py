"""The structured kernel for GPUs, written out on this processor, against the split into cells and queries."""

from __future__ import annotations

import pytest
import torch

from ripple_core.nn import flex
from ripple_core.nn.attention import causal_mask, spatial_attention


@pytest.mark.parametrize("cells", [5, 130])  # within one block of the kernel's mask, and over several
@pytest.mark.filterwarnings(
    "ignore"
)  # torch warns that the kernel is slow when it is not compiled: here it only has to be right
def test_sees_what_the_split_sees(cells: int) -> None:
    q, k, v = (torch.randn(2, 2, 2 * cells, 16) for _ in range(3))
    found = flex.cells_and_queries(q, k, v, cells)
    assert found is not None
    torch.testing.assert_close(found, spatial_attention(q, k, v, cells, causal_mask(cells, q)), atol=1e-5, rtol=1e-5)


def test_is_left_alone_without_a_gpu() -> None:
    assert not flex.pays(torch.zeros(1, 1, 2, 64))


@pytest.mark.gpu
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_is_as_right_on_a_gpu(dtype: torch.dtype) -> None:
    cells = 300
    tokens = [torch.randn(2, 4, 2 * cells, 64, device="cuda", dtype=dtype, requires_grad=True) for _ in range(3)]
    found = spatial_attention(*tokens, cells, causal_mask(cells, tokens[0]))
    plain = [token.detach().cpu().float().requires_grad_() for token in tokens]
    expected = spatial_attention(*plain, cells, causal_mask(cells, plain[0]))
    close = 1e-3 if dtype is torch.float32 else 3e-2
    torch.testing.assert_close(found.cpu().float(), expected, atol=close, rtol=close)
    found.float().square().sum().backward()
    expected.square().sum().backward()
    for mine, other in zip(tokens, plain, strict=True):
        torch.testing.assert_close(mine.grad.cpu().float(), other.grad, atol=10 * close, rtol=10 * close)
