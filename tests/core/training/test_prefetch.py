"""What is built ahead comes in order, is the same whatever the timing, and its threads end with it."""

from __future__ import annotations

import threading
import time
from contextlib import closing

import numpy as np
import pytest

from ripple_core.training.prefetch import THREAD_NAME, ahead, builders_beside


def building() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith(THREAD_NAME)]


@pytest.fixture(autouse=True)
def _no_thread_is_left():
    yield
    assert building() == []


def unevenly(number: int) -> float:
    """Slow and quick by turns; what it gives depends on the number alone."""
    time.sleep(0.004 if number % 3 == 0 else 0.0)
    return float(np.random.default_rng(number).random())


@pytest.mark.parametrize("builders", [1, 2, 5])
def test_in_order_and_the_same_whatever_the_timing(builders: int) -> None:
    with closing(ahead(unevenly, 7, builders=builders)) as built:
        assert [next(built) for _ in range(20)] == [unevenly(number) for number in range(7, 27)]


@pytest.mark.parametrize("builders", [1, 3])
def test_no_more_is_built_than_was_asked_for(builders: int) -> None:
    numbers = []
    with closing(ahead(numbers.append, 0, builders=builders)) as built:
        assert numbers == []
        for _ in range(4):
            next(built)
        time.sleep(0.05)
        assert len(numbers) <= 4 + builders + 1


def test_the_next_is_built_while_the_present_is_used() -> None:
    waited = 0.0
    with closing(ahead(lambda number: time.sleep(0.02), 0)) as built:
        next(built)
        for _ in range(5):
            time.sleep(0.04)
            started = time.perf_counter()
            next(built)
            waited += time.perf_counter() - started
    assert waited < 0.05


def test_closed_at_any_point_its_threads_end() -> None:
    for taken in range(4):
        built = ahead(unevenly, 0, builders=2)
        for _ in range(taken):
            next(built)
        built.close()
        assert building() == []


def test_dropped_unfinished_its_threads_end() -> None:
    built = ahead(unevenly, 0)
    next(built)
    assert building()
    del built


def test_an_error_is_raised_where_its_number_is_asked_for() -> None:
    def build(number: int) -> int:
        if number == 3:
            raise ValueError("the third")
        return number

    built = ahead(build, 0, builders=2)
    assert [next(built) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="the third"):
        next(built)


def test_a_cpu_that_computes_is_left_to_it() -> None:
    assert builders_beside("cpu") == 1
    assert 1 <= builders_beside("cuda", 1000) <= builders_beside("cuda") <= 8
