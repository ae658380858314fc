"""Cells removed, inserted and moved, against what is done by hand with the same cells."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.spatial import cKDTree

from ripple_core.errors import DataError
from ripple_core.perturb.editing import edits
from ripple_core.perturb.editing.cells import Cells, Scope
from ripple_core.perturb.editing.edit import Edit
from ripple_core.perturb.editing.placing import Placing, free_places
from ripple_core.perturb.editing.population import landing, touched
from ripple_core.roi import Roi
from ripple_core.section import Section

T, B = Cells(key="cell_type", label="T"), Cells(key="cell_type", label="B")
SQUARE = Roi.from_vertices(np.array([[-1, -1], [41, -1], [41, 41], [-1, 41]]), "square")
AWAY = Roi.from_vertices(np.array([[50, 0], [90, 0], [90, 40], [50, 40]]), "away")


@pytest.fixture(scope="module")
def section():
    """A hundred cells on a grid of 10 µm; T and B in turn along x."""
    x, y = np.meshgrid(np.arange(10) * 10.0, np.arange(10) * 10.0)
    names = pd.Index([f"c{i}" for i in range(100)])
    obs = pd.DataFrame({"cell_type": ["T", "B"] * 50}, index=names)
    counts = sparse.csr_matrix(np.random.default_rng(0).poisson(2, (100, 5)).astype(np.float32))
    xy = np.column_stack([x.ravel(), y.ravel()])
    return Section("grid", counts, xy, pd.Index([f"g{i}" for i in range(5)]), names, obs)


@pytest.fixture(scope="module")
def everything():
    return np.random.default_rng(1).random((100, 5)).astype(np.float32)


@pytest.fixture
def population(section, everything):
    """Carries out edits in the square, and gives what became of its cells."""
    rows = np.flatnonzero(SQUARE.contains(section.xy_um))
    scope = Scope(section, rows, None, SQUARE)

    def of(*chosen):
        done = edits.apply(chosen, everything[rows], section.genes, reference=everything, scope=scope)
        assert not done.edited.any() or any(edit.genes for edit in chosen)
        return done.population

    return of


def test_removed_are_those_with_the_label(section, population) -> None:
    found = population(edits.remove(where=T))
    of_square = section.subset(SQUARE.contains(section.xy_um))
    np.testing.assert_array_equal(found.present, of_square.obs["cell_type"] == "B")
    assert found.counts() == {"removed": 15, "moved": 0, "inserted": 0}


def test_a_dose_of_removing_is_a_share_and_grows_by_more(population) -> None:
    gone = [set(np.flatnonzero(~population(edits.remove(strength=dose)).present)) for dose in (0.0, 0.2, 0.6, 1.0, 3.0)]
    assert [len(one) for one in gone] == [0, 5, 15, 25, 25]
    assert all(one <= other for one, other in pairwise(gone))


@pytest.mark.parametrize("apart_um", [None, 3.0, 0.0])
def test_inserted_cells_keep_their_distance_and_are_measured_cells_of_the_kind(
    section, everything, population, apart_um
) -> None:
    found = population(edits.insert(B, Placing(count=20, apart_um=apart_um)))
    assert SQUARE.contains(found.inserted_um).all()
    least = 5.0 if apart_um is None else apart_um
    assert cKDTree(section.xy_um).query(found.inserted_um)[0].min() >= least
    if least:
        assert cKDTree(found.inserted_um).query(found.inserted_um, k=2)[0][:, 1].min() >= least
    np.testing.assert_array_equal(found.inserted, everything[found.taken_from])
    assert (section.obs["cell_type"].iloc[found.taken_from] == "B").all()
    assert len(set(found.taken_from)) == 20
    assert found.present.all()


def test_more_of_a_dose_are_the_same_cells_and_others(population) -> None:
    few, many = (population(edits.insert(B, Placing(count=8), strength=dose)) for dose in (0.5, 2.0))
    assert (len(few.inserted), len(many.inserted)) == (4, 16)
    np.testing.assert_array_equal(many.inserted_um[:4], few.inserted_um)
    np.testing.assert_array_equal(many.taken_from[:4], few.taken_from)


def test_a_density_counts_by_area_and_a_mean_profile_is_one(everything, population) -> None:
    found = population(edits.insert(B, Placing(per_mm2=10 / (42 * 42) * 1e6, profile="mean")))
    assert len(found.inserted) == 10
    np.testing.assert_allclose(found.inserted, np.tile(everything[1::2].mean(axis=0), (10, 1)), rtol=1e-5)
    assert (found.taken_from == -1).all()


def test_given_places_are_taken_as_they_are(population) -> None:
    places = [(3.0, 4.0), (33.0, 4.0)]
    np.testing.assert_array_equal(population(edits.insert(B, Placing(at_um=places))).inserted_um, places)


def test_room_is_where_cells_have_left(section, population) -> None:
    """What stood there before the edit takes no room, what was inserted does."""
    dense = Placing(count=25, apart_um=7.0)
    with pytest.raises(DataError, match=r"room for 25 cells in square.*remove cells first"):
        population(edits.insert(B, dense))
    found = population(edits.remove(), edits.insert(B, Placing(count=12, apart_um=7.0)))
    assert len(found.inserted) == 12
    others = section.xy_um[~SQUARE.contains(section.xy_um)]
    assert cKDTree(others).query(found.inserted_um)[0].min() >= 7.0


def test_moved_by_and_moved_into(section, population) -> None:
    before = section.xy_um[SQUARE.contains(section.xy_um)]
    by = population(edits.move((25.0, -5.0), where=T))
    np.testing.assert_array_equal(by.xy_um[by.moved], before[by.moved] + (25.0, -5.0))
    np.testing.assert_array_equal(by.xy_um[~by.moved], before[~by.moved])
    assert by.present.all()
    assert by.moved.sum() == 15
    into = population(edits.move(into=AWAY, strength=0.4))
    assert into.moved.sum() == 10
    assert AWAY.contains(into.xy_um[into.moved]).all()
    assert cKDTree(section.xy_um).query(into.xy_um[into.moved])[0].min() >= 5.0


def test_removed_cells_do_not_move_and_edited_ones_take_their_change_along(section, everything, population) -> None:
    both = population(edits.remove(where=T), edits.move((5.0, 0.0)))
    assert both.comes.sum() == 10
    assert not (both.comes & ~both.present).any()
    mixed = population(edits.move((5.0, 0.0)), edits.knockout(["g1"]))
    assert mixed.moved.all()


def test_only_cells_that_are_changed_or_leave_are_given(section) -> None:
    rows = np.flatnonzero(SQUARE.contains(section.xy_um))
    given = touched([edits.remove(where=T, strength=0.0), edits.insert(B, Placing(count=3))], section, rows, None)
    assert list(given) == [row for row in rows if section.obs["cell_type"].iloc[row] == "T"]
    assert len(touched([edits.insert(B, Placing(count=3))], section, rows, None)) == 0
    arriving = landing([edits.move((100.0, 0.0)), edits.move(into=AWAY), edits.insert(B, Placing(count=3))], SQUARE)
    assert [roi.geometry.bounds for roi in arriving] == [(99, -1, 141, 41), (50, 0, 90, 40)]


def test_places_far_off_the_section_are_refused(population) -> None:
    with pytest.raises(DataError, match=r"it spans x 0 to 90"):
        population(edits.move((5000.0, 0.0)))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "remove", "genes": {"g1": 0}}, "edit of their own"),
        ({"kind": "remove", "source": T}, "have none"),
        ({"kind": "insert", "to": {"count": 3}}, "takes after a source"),
        ({"kind": "insert", "source": T}, "say where to"),
        ({"kind": "insert", "source": T, "to": {}}, "how many in one way"),
        ({"kind": "insert", "source": T, "to": {"count": 3, "per_mm2": 5}}, "how many in one way"),
        ({"kind": "insert", "source": T, "to": {"by_um": (1, 1)}}, "how many in one way"),
        ({"kind": "insert", "source": T, "to": {"count": 3}, "where": T}, "no cells that it changes"),
        ({"kind": "move", "to": {"by_um": (0, 0)}}, "goes somewhere"),
        ({"kind": "move", "to": {"by_um": (1, float("nan"))}}, "finite"),
        ({"kind": "move", "to": {"count": 3}}, "how far"),
        ({"kind": "move"}, "say where to"),
        ({"kind": "knockout", "genes": {"g1": 0}, "to": {"by_um": (1, 1)}}, "other kinds do not"),
    ],
)
def test_what_makes_no_sense_is_refused(fields, message) -> None:
    with pytest.raises(DataError, match=message):
        Edit(**fields)


def test_edits_of_cells_come_back_from_their_file(tmp_path) -> None:
    made = [
        edits.remove(where=T, strength=0.5),
        edits.insert(B, Placing(at_um=[(1.5, 2.0)])),
        edits.move((3.0, -4.0)),
        edits.move(into=AWAY),
    ]
    edits.to_json(made, tmp_path / "edit.json")
    assert edits.from_json(tmp_path / "edit.json") == made


def test_free_places_of_the_same_seed_are_the_same_and_more() -> None:
    few, many = (free_places(AWAY, np.zeros((0, 2)), count, apart_um=4.0, seed=3) for count in (5, 30))
    np.testing.assert_array_equal(many[:5], few)
    assert not np.array_equal(free_places(AWAY, np.zeros((0, 2)), 5, apart_um=4.0, seed=4), few)


def test_an_insertion_says_how_many_cells_of_what() -> None:
    assert edits.insert(B, Placing(count=1200)).name == f"insert 1,200 of {B.words}"
    assert edits.insert(B, Placing(per_mm2=500)).name == f"insert 500 per mm² of {B.words}"
    assert edits.insert(B, Placing(at_um=[(1, 2), (3, 4)])).name == f"insert 2 of {B.words}"
