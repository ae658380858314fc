"""Linear layers packed for generation on a CPU: weights laid out once for products with few rows.

A decoding step multiplies one or two rows with every weight, so its time is that of reading the weights. The general matrix product
reads them at a third of the machine's speed, since it lays them out anew for each product; here that is done once.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

log = logging.getLogger(__name__)

Precision = Literal["full", "half", "int8"]
Product = Callable[[Tensor], Tensor]
WORTH_PACKING = 500_000
"""Multiplications (rows × weights) from which a packed product is faster: its call alone costs as much as a small plain one (lab log)."""
LEVELS_INT8 = 127
INT8_BLOCK = 32
"""The kernel of 8-bit weights reads its inputs in such blocks, and beyond their end where they do not fit."""
CLOSE = {"full": 1e-4, "half": 1e-2, "int8": 0.1}
"""How far a packed product may be from the plain one, in spreads of its result: more is taken for a fault of the machine's kernels."""


class PackedLinear(nn.Module):
    """A linear layer for generation; holds no parameters and learns nothing.

    Parameters
    ----------
    linear
        The layer whose place it takes.
    rows
        How many rows it will mostly be given; more or fewer are as right, and slower.
    precision
        Of the weights: ``full`` is exact up to rounding; ``half`` 16 bit; ``int8`` 8 bit with a scale for each output.
    """

    def __init__(self, linear: nn.Linear, rows: int, precision: Precision) -> None:
        super().__init__()
        self.out_features = linear.out_features
        self.precision: Precision = precision
        self.product = _checked(linear, rows, precision)

    def forward(self, x: Tensor) -> Tensor:
        """(..., in) to (..., out)."""
        return self.product(x)

    def gelu(self, x: Tensor) -> Tensor:
        """The same with GELU behind it, in the same pass where the product can."""
        fused = getattr(self.product, "gelu", None)
        return F.gelu(self.product(x)) if fused is None else fused(x)

    def onto(self, x: Tensor, other: Tensor) -> Tensor:
        """The same added to ``other`` (..., out), in the same pass where the product can."""
        fused = getattr(self.product, "onto", None)
        return other + self.product(x) if fused is None else fused(x, other)


def pack(module: nn.Module, rows: int, precision: Precision = "full") -> nn.Module:
    """A twin of a module for generation, with its linear layers packed and all else shared; the module itself stays as it is.

    8 bits are for the layers that a module names in ``BEARS_8_BITS``, the others get 16.
    """
    twin, bears = copy.copy(module), getattr(module, "BEARS_8_BITS", ())
    twin._modules = {
        name: None if child is None else _packed_child(child, rows, precision, name in bears)
        for name, child in module._modules.items()
    }
    return twin


def _packed_child(child: nn.Module, rows: int, precision: Precision, bears_8_bits: bool) -> nn.Module:
    if not isinstance(child, nn.Linear):
        return pack(child, rows, precision)
    return PackedLinear(child, rows, "half" if precision == "int8" and not bears_8_bits else precision)


def _checked(linear: nn.Linear, rows: int, precision: Precision) -> Product:
    """The packed product if this machine has it and it agrees with the plain one, else the plain one."""
    weight, bias = linear.weight.detach(), linear.bias if linear.bias is None else linear.bias.detach()
    plain: Product = lambda x: F.linear(x, weight, bias)  # noqa: E731
    if weight.device.type != "cpu":
        return plain if precision == "full" else _half_of_device(weight, bias)
    if precision == "full" and rows * weight.numel() < WORTH_PACKING:
        return plain
    sample = torch.linspace(-1, 1, rows * weight.shape[1]).sin().reshape(rows, -1)
    expected = plain(sample)
    try:
        product = PRODUCTS[precision](weight, bias, rows)
        apart = float((product(sample) - expected).abs().max() / (expected.std() + 1e-6))
    except (RuntimeError, AttributeError) as error:
        log.info(
            "weights stay as they are, this machine cannot pack them (%s): %s", precision, str(error).splitlines()[0]
        )
        return plain
    if not apart <= CLOSE[precision]:
        log.info("weights stay as they are, packed products (%s) were off by %.2g", precision, apart)
        return plain
    return product


def _full(weight: Tensor, bias: Tensor | None, rows: int) -> Product:
    """oneDNN's layout for this number of rows: the same numbers up to the order of summation."""
    return _OneDnn(torch.ops.mkldnn._reorder_linear_weight(weight.float(), rows), bias)


class _OneDnn:
    """A product with weights in oneDNN's layout."""

    def __init__(self, packed: Tensor, bias: Tensor | None) -> None:
        self.packed, self.bias, self.multiply = packed, bias, torch.ops.mkldnn._linear_pointwise

    def __call__(self, x: Tensor) -> Tensor:
        found: Tensor = self.multiply(x, self.packed, self.bias, "none", [], "")
        return found

    def gelu(self, x: Tensor) -> Tensor:
        """The product with GELU behind it."""
        found: Tensor = self.multiply(x, self.packed, self.bias, "gelu", [], "none")
        return found

    def onto(self, x: Tensor, other: Tensor) -> Tensor:
        """The product added to another tensor of its shape."""
        found: Tensor = self.multiply.binary(x, other, self.packed, self.bias, "add")
        return found


def _half(weight: Tensor, bias: Tensor | None, rows: int) -> Product:
    """16-bit weights, 32-bit activations (FBGEMM)."""
    packed = torch.ops.quantized.linear_prepack_fp16(weight.float(), bias)
    multiply = torch.ops.quantized.linear_dynamic_fp16
    return lambda x: multiply(x, packed)


def _half_of_device(weight: Tensor, bias: Tensor | None) -> Product:
    """bf16 weights and inputs, fp32 results, for a GPU; its 8-bit kernels are not used."""
    half, shift = weight.bfloat16(), None if bias is None else bias.bfloat16()
    return lambda x: F.linear(x.bfloat16(), half, shift).to(x.dtype)


def _int8(weight: Tensor, bias: Tensor | None, rows: int) -> Product:
    """8-bit weights with one scale an output, 16-bit activations; for other widths than its kernel reads, 16-bit weights."""
    if weight.shape[1] % INT8_BLOCK:
        return _half(weight, bias, rows)
    scale = (weight.abs().amax(dim=1, keepdim=True) / LEVELS_INT8).clamp_min(1e-12)
    packed = (weight / scale).round().to(torch.int8).contiguous()
    scale = scale[:, 0].bfloat16()
    shift = weight.new_zeros(len(weight)) if bias is None else bias

    def product(x: Tensor) -> Tensor:
        found = torch._weight_int8pack_mm(x.reshape(-1, x.shape[-1]).bfloat16(), packed, scale)
        return (found + shift).reshape(*x.shape[:-1], -1)

    return product


PRODUCTS: dict[str, Callable[[Tensor, Tensor | None, int], Product]] = {"full": _full, "half": _half, "int8": _int8}
