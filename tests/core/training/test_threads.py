"""The thread count that is measured fastest is the one that is kept."""

from __future__ import annotations

import time

import pytest
import torch

from ripple_core.training.threads import fastest_threads


@pytest.fixture(autouse=True)
def _restore():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("fast", [1, 2])
def test_keeps_the_fastest(fast: int) -> None:
    work = lambda: time.sleep(0.0005 if torch.get_num_threads() == fast else 0.005)  # noqa: E731
    assert fastest_threads(work, (1, 2)) == fast
    assert torch.get_num_threads() == fast
