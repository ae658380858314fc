"""What must not become slow at a million cells, as ratios at a hundred thousand: wide margins, never seconds."""

import threading
import time

import numpy as np
import pandas as pd
import pytest
import shapely
from scipy import sparse

from ripple_core.checks import are_unique
from ripple_core.encoded import Encoded
from ripple_core.expression import ExpressionSpace
from ripple_core.roi import Roi
from ripple_core.section import Section

CELLS, GENES = 100_000, 200


@pytest.fixture(scope="module")
def large():
    rng = np.random.default_rng(0)
    dense = rng.integers(0, 50, (CELLS, GENES), dtype=np.int8)
    counts = sparse.csr_matrix(np.where(dense < 6, dense, 0).astype(np.float32))
    names = pd.Index([f"c{i}" for i in range(CELLS)])
    genes = pd.Index([f"g{i}" for i in range(GENES)])
    xy = rng.uniform(0, 3000, (CELLS, 2))
    return Section("large", counts, xy, genes, names, pd.DataFrame(index=names))


def ratio(slow, quick, times=5):
    """How often the quick way fits into the slow one, by the best of several tries of each in turn."""
    best = [np.inf, np.inf]
    for _ in range(times):
        for i, call in enumerate((slow, quick)):
            began = time.perf_counter()
            call()
            best[i] = min(best[i], time.perf_counter() - began)
    return best[0] / best[1]


def test_a_gene_is_read_from_the_mirror(large):
    mirror = large.by_gene
    assert mirror.data.nbytes < large.counts.data.nbytes / 3
    assert ratio(lambda: large.counts[:, [7]].toarray(), lambda: large.gene("g7")) > 4


@pytest.mark.parametrize("radius", [300, 1200])
def test_membership_is_quicker_than_asking_for_every_point(large, radius):
    roi = Roi.circle((1500, 1500), radius)
    shapely.prepare(roi.geometry)
    every = np.tile(large.xy_um, (3, 1))

    def plain():
        return shapely.contains_xy(roi.geometry, every[:, 0], every[:, 1])

    np.testing.assert_array_equal(roi.contains(every), plain())
    assert ratio(plain, lambda: roi.contains(every)) > 1.2


def test_what_a_run_looks_at_is_encoded_and_nothing_else(large):
    space = ExpressionSpace.fit(large.counts, large.genes)
    near = np.arange(2000)
    assert ratio(lambda: space.encode(large), lambda: Encoded(space, large)[near], times=2) > 5


def test_distances_are_measured_where_they_are_asked_for(large):
    roi, some = Roi.circle((1500, 1500), 100), large.xy_um[::4]
    assert ratio(lambda: roi.distance_um(some), lambda: roi.distance_um(some, 100), times=3) > 4


def test_names_are_checked_without_keeping_others_waiting(large):
    assert are_unique(large.cells)
    assert not are_unique(large.cells.append(large.cells[:1]))
    alone = pd.Index(large.cells.to_numpy().copy())
    began = time.perf_counter()
    longest = longest_turn(lambda: are_unique(alone))
    assert longest < max(0.05, (time.perf_counter() - began) / 1.5)


def longest_turn(call):
    """The longest time (seconds) for which a thread that asks for its turn every millisecond did not get it."""
    thread, waited, last = threading.Thread(target=call), 0.0, time.perf_counter()
    thread.start()
    while thread.is_alive():
        time.sleep(0.001)
        now = time.perf_counter()
        waited, last = max(waited, now - last), now
    return waited
