"""How far a long job is."""

import pytest

from ripple_core.progress import Progress, finished, part, part_of, told


def job():
    """Three steps, of which the first does not know how many there will be; its value is how many there were."""
    yield Progress(2, 0, "opening")
    yield Progress(1, 4, "cells", "a")
    yield Progress(4, 4, "cells", "b")
    return 3


@pytest.mark.parametrize(("done", "total", "fraction"), [(0, 10, 0.0), (3, 12, 0.25), (5, 5, 1.0), (7, 0, 0.0)])
def test_the_share_done(done, total, fraction):
    assert Progress(done, total).fraction == fraction


def test_a_job_that_is_carried_out_to_its_end_gives_its_value():
    assert finished(job()) == 3


def test_a_step_of_a_part_is_one_of_the_whole_and_never_beyond_the_part():
    assert part(Progress(1, 2, "half", "x"), 0.6, 0.8) == Progress(700, 1000, "half", "x")
    assert part(Progress(9, 2), 0.6, 0.8).done == 800


def test_the_steps_of_a_part_keep_what_they_carry_and_the_job_its_value():
    seen = []
    assert finished(told(part_of(job(), 0.5, 1.0), lambda step: seen.append(step) or step)) == 3
    assert [(step.done, step.partial) for step in seen] == [(500, None), (625, "a"), (1000, "b")]
