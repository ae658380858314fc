"""Fused or not, the same steps; matrices decay and the rest does not."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ripple_core.training import optimizer
from ripple_core.training.optimizer import adamw, rate_share


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 8), nn.LayerNorm(8), nn.Linear(8, 1))


def after_steps(net: nn.Module, steps: int = 20) -> dict[str, torch.Tensor]:
    optim = adamw(net, 1e-2)
    x = torch.randn(32, 6, generator=torch.Generator().manual_seed(1))
    for _ in range(steps):
        optim.zero_grad()
        (net(x) ** 2).mean().backward()
        optim.step()
    return net.state_dict()


def test_the_fused_pass_is_used_and_equals_weight_by_weight(monkeypatch) -> None:
    fused = after_steps(network())
    assert adamw(network(), 1e-3).defaults["fused"]
    plain = torch.optim.AdamW

    def without(*args, fused: bool = False, **settings):
        if fused:
            raise RuntimeError("not on this device")
        return plain(*args, **settings)

    monkeypatch.setattr(optimizer.torch.optim, "AdamW", without)
    one_by_one = after_steps(network())
    for name, value in fused.items():
        torch.testing.assert_close(value, one_by_one[name], atol=1e-6, rtol=1e-5)


def test_matrices_decay_and_vectors_do_not() -> None:
    matrices, vectors = adamw(network(), 1e-3).param_groups
    assert {p.ndim for p in matrices["params"]} == {2}
    assert {p.ndim for p in vectors["params"]} == {1}
    assert (matrices["weight_decay"] > 0, vectors["weight_decay"]) == (True, 0.0)


def test_the_rate_warms_up_then_falls() -> None:
    rates = [rate_share(step, 400) for step in range(400)]
    top = max(range(400), key=rates.__getitem__)
    assert 40 < top < 60
    assert rates[0] < 0.05
    assert rates[-1] == pytest.approx(0.02, abs=0.01)
    assert rate_share(300, 0) == 1.0
