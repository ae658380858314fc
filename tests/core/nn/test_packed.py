"""Packed layers say what plain ones say, as exactly as their precision allows, and leave the module as it was."""

from __future__ import annotations

import logging

import pytest
import torch
from torch import nn

from ripple_core.nn import packed
from ripple_core.nn.packed import CLOSE, PackedLinear, pack

ROWS = 4


@pytest.fixture
def module() -> nn.Module:
    torch.manual_seed(0)
    inner = nn.Sequential(nn.LayerNorm(512), nn.Linear(512, 770), nn.GELU(), nn.Linear(770, 96, bias=False))
    inner.BEARS_8_BITS = ("1",)
    return nn.ModuleDict({"one": inner, "two": nn.Linear(96, 96)})


def said(module: nn.Module, x: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        return module["two"](module["one"](x))


@pytest.mark.parametrize("precision", ["full", "half", "int8"])
@pytest.mark.parametrize("shape", [(ROWS, 512), (1, 300, 512), (3, 1, 512)])
def test_the_twin_says_the_same(module, precision, shape) -> None:
    x = torch.randn(*shape)
    expected, found = said(module, x), said(pack(module, ROWS, precision), x)
    assert found.shape == expected.shape
    assert (found - expected).abs().max() < CLOSE[precision] * expected.std()


def test_the_module_stays_as_it_is_and_shares_what_is_not_packed(module) -> None:
    twin = pack(module, ROWS)
    assert isinstance(twin["one"][1], PackedLinear)
    assert type(module["one"][1]) is nn.Linear
    assert twin["one"][0] is not module["one"][0]
    assert twin["one"][0].weight is module["one"][0].weight
    assert not list(twin["one"][1].parameters())


def test_eight_bits_are_for_layers_that_bear_them(module) -> None:
    twin = pack(module, ROWS, "int8")
    assert [layer.precision for layer in (twin["one"][1], twin["one"][3], twin["two"])] == ["int8", "half", "half"]


def test_a_machine_that_cannot_pack_multiplies_as_ever_and_says_so(module, monkeypatch, caplog) -> None:
    def missing(*_) -> None:
        raise RuntimeError("no such kernel")

    monkeypatch.setitem(packed.PRODUCTS, "half", missing)
    x = torch.randn(ROWS, 512)
    with caplog.at_level(logging.INFO):
        torch.testing.assert_close(said(pack(module, ROWS, "half"), x), said(module, x))
    assert "no such kernel" in caplog.text


def test_a_product_that_is_off_is_not_used(module, monkeypatch, caplog) -> None:
    monkeypatch.setitem(packed.PRODUCTS, "int8", lambda weight, bias, rows: lambda x: x @ weight.T + 5.0)
    x = torch.randn(ROWS, 512)
    with caplog.at_level(logging.INFO):
        torch.testing.assert_close(PackedLinear(module["one"][1], ROWS, "int8")(x), module["one"][1](x))
    assert "off by" in caplog.text


@pytest.mark.parametrize("precision", ["full", "half", "int8"])
def test_gelu_in_the_same_pass_is_gelu_behind(module, precision) -> None:
    layer, x = module["one"][1], torch.randn(ROWS, 512)
    with torch.inference_mode():
        expected = torch.nn.functional.gelu(layer(x))
        found = PackedLinear(layer, ROWS, precision).gelu(x)
    assert (found - expected).abs().max() < CLOSE[precision] * expected.std()


def test_what_a_gpu_multiplies_in_16_bits_is_close(module) -> None:
    layer, x = module["two"], torch.randn(ROWS, 96)
    with torch.inference_mode():
        expected, found = layer(x), packed._half_of_device(layer.weight, layer.bias)(x)
    assert found.dtype == torch.float32
    assert 0 < (found - expected).abs().max() < 3 * CLOSE["half"] * expected.std()
