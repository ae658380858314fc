"""All shares of all processes are the step, and every cell counts alike."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.errors import DataError
from ripple_core.training.share import shares
from ripple_core.training.windows import Batch


def batch_of(*lengths: int) -> Batch:
    windows, cells = len(lengths), max(lengths)
    token = np.arange(windows)[:, None] * np.ones(cells, dtype=int)
    return Batch(np.zeros((windows, cells, 1)), token, np.zeros((windows, cells, 2)), np.array(lengths))


@pytest.mark.parametrize("processes", [1, 2, 3])
@pytest.mark.parametrize("parts", [1, 2])
def test_together_they_are_the_step(processes: int, parts: int) -> None:
    whole = batch_of(5, 9, 9, 2, 9, 3, 9)
    every = [share for rank in range(processes) for share in shares(whole, parts, rank, processes)]
    assert len(every) == parts * processes
    assert sorted(int(token) for share in every for token in share.batch.token[:, 0]) == list(range(7))
    assert sum(share.of_step for share in every) == pytest.approx(1)
    for share in every:
        assert share.of_step * whole.asked == pytest.approx(share.batch.asked)


def test_one_part_of_one_process_is_all_of_it_exactly() -> None:
    (share,) = shares(batch_of(4, 4), 1, 0, 1)
    assert share.of_step == 1.0


def test_fewer_windows_than_processes_are_refused() -> None:
    with pytest.raises(DataError, match="Start fewer processes"):
        shares(batch_of(4, 4), 1, 0, 3)
