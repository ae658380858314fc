"""Edits: each kind by hand, doses, limits, gene names, and every file the command line accepts."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from ripple_core.errors import DataError
from ripple_core.perturb.editing import edits
from ripple_core.perturb.editing.edits import Edit

GENES = pd.Index(["Aqp4", "Gfap", "Sox9"])
X = np.array([[0.0, 1.0, 2.0], [0.5, 0.0, 3.0]], dtype=np.float32)


def changed(*chosen, ceiling=None, x=X):
    return edits.apply(list(chosen), x, GENES, reference=x, ceiling=ceiling)


@pytest.mark.parametrize(
    ("edit", "column", "expected"),
    [
        (Edit(kind="set", genes={"Aqp4": 2}), 0, [2, 2]),
        (Edit(kind="set", genes={"Aqp4": 2}, strength=0.5), 0, [1, 1.25]),
        (Edit(kind="add", genes={"Aqp4": 1}, strength=2), 0, [2, 2.5]),
        (Edit(kind="add", genes={"Gfap": -5}), 1, [0, 0]),
        (Edit(kind="lfc", genes={"Sox9": -1}, strength=2), 2, np.log1p(np.expm1([2, 3]) / 4)),
        (Edit(kind="scale", genes={"Aqp4": 3}), 0, [0, np.log1p(np.expm1(0.5) * 3)]),
        (Edit(kind="scale", genes={"Aqp4": 3}, strength=2), 0, [0, np.log1p(np.expm1(0.5) * 9)]),
        (Edit(kind="knockout", genes={"Sox9": 0}), 2, [0, 0]),
        (Edit(kind="knockout", genes={"Sox9": 0}, strength=0.25), 2, [1.5, 2.25]),
        (Edit(kind="overexpress", genes={"Sox9": 100}), 2, [3, 3]),
        (Edit(kind="overexpress", genes={"Aqp4": 0}), 0, [0.5, 0.5]),
    ],
    ids=lambda value: f"{value.kind} {value.strength:g}" if isinstance(value, Edit) else None,
)
def test_each_kind_by_hand(edit, column, expected):
    applied = changed(edit)
    np.testing.assert_allclose(applied.expression[:, column], expected, rtol=1e-6)
    others = [c for c in range(3) if c != column]
    np.testing.assert_array_equal(applied.expression[:, others], X[:, others])
    assert applied.edited.tolist() == [c == column for c in range(3)]


@pytest.mark.parametrize("fold", [2.0, 8.0])
def test_a_rise_multiplies_the_mean_and_switches_on_zeros(fold):
    before = np.expm1(X[:, 0])
    after = np.expm1(changed(Edit(kind="lfc", genes={"Aqp4": np.log2(fold)})).expression[:, 0])
    assert after.mean() == pytest.approx(before.mean() * fold, rel=1e-5)
    np.testing.assert_allclose(after - before, (after - before)[0], rtol=1e-5)


def test_a_rise_of_a_silent_gene_starts_from_the_sections_mean():
    silent, reference = np.zeros((2, 3), np.float32), np.full((5, 3), np.log1p(4.0), np.float32)
    applied = edits.apply(Edit(kind="lfc", genes={"Aqp4": 1}), silent, GENES, reference=reference)
    np.testing.assert_allclose(np.expm1(applied.expression[:, 0]), 4.0, rtol=1e-5)


@pytest.mark.parametrize("kind", ["set", "add", "lfc", "scale", "knockout", "overexpress"])
def test_strength_zero_changes_nothing(kind):
    genes = dict.fromkeys(GENES, 2.0)
    np.testing.assert_allclose(changed(Edit(kind=kind, genes=genes, strength=0)).expression, X, rtol=1e-6)


def test_the_input_stays_as_it_is():
    before = X.copy()
    changed(Edit(kind="set", genes={"Aqp4": 9}))
    np.testing.assert_array_equal(X, before)


def test_edits_apply_in_order():
    applied = changed(Edit(kind="set", genes={"Aqp4": 1}), Edit(kind="add", genes={"Aqp4": 2}))
    np.testing.assert_allclose(applied.expression[:, 0], 3)


def test_nothing_rises_above_the_ceiling_but_what_was_above_stays():
    applied = changed(Edit(kind="add", genes={"Aqp4": 5, "Sox9": 1}), ceiling=np.array([1.0, 9.0, 2.5]))
    np.testing.assert_allclose(applied.expression[:, 0], 1.0)
    np.testing.assert_allclose(applied.expression[:, 2], [2.5, 3.0])
    assert applied.capped == ("Aqp4", "Sox9")


def test_names_are_matched_in_any_case_and_the_missing_are_named():
    applied = changed(Edit(kind="set", genes={"AQP4": 1, "sox9": 1, "Nope": 1}))
    assert applied.matched == ("Aqp4", "Sox9")
    assert applied.missing == ("Nope",)


def test_no_known_gene_is_refused():
    with pytest.raises(DataError, match=r"found none of 1 \(Nope …\)"):
        changed(Edit(kind="set", genes={"Nope": 1}))
    with pytest.raises(DataError, match="at least one edit"):
        changed()


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "melt", "genes": {"A": 1}},
        {"kind": "set", "genes": {}},
        {"kind": "set", "genes": {"A": "much"}},
        {"kind": "set", "genes": {"A": 1}, "strength": -1},
        {"kind": "set", "genes": {"A": 1}, "colour": "red"},
    ],
)
def test_contradictions_are_refused_when_made(values):
    with pytest.raises(DataError, match="Edit cannot be used"):
        Edit(**values)


@pytest.fixture
def deg(tmp_path):
    path = tmp_path / "deg.csv"
    path.write_text("gene,log2FC,padj\nAqp4,2,0.01\nGfap,-3,0.5\nSox9,0.1,0.001\nZero,0,0.001\n")
    return path


@pytest.mark.parametrize(
    ("cut", "genes"),
    [
        ({}, ["Aqp4", "Sox9"]),
        ({"max_padj": None}, ["Aqp4", "Gfap", "Sox9"]),
        ({"max_padj": 1.0, "direction": "up"}, ["Aqp4", "Sox9"]),
        ({"max_padj": 1.0, "direction": "down"}, ["Gfap"]),
        ({"max_padj": 0.005}, ["Sox9"]),
        ({"max_padj": 1.0, "min_abs_lfc": 1}, ["Aqp4", "Gfap"]),
        ({"max_padj": 1.0, "top": 1}, ["Gfap"]),
        ({"top": 2, "direction": "up"}, ["Aqp4", "Sox9"]),
    ],
)
def test_a_deg_table_with_cuts(deg, cut, genes):
    edit = edits.from_deg_table(deg, **cut)
    assert sorted(edit.genes) == genes
    assert (edit.kind, edit.name) == ("lfc", "deg")


def test_a_deg_table_of_which_nothing_is_left(deg):
    with pytest.raises(DataError, match="none of 4 after the cut-offs"):
        edits.from_deg_table(deg, min_abs_lfc=10)


def test_every_file_that_the_command_line_takes(tmp_path, deg):
    (tmp_path / "sets.gmt").write_text("Two genes\t\tAqp4\tGfap\n")
    edits.to_json([edits.knockout(["Sox9"]), edits.overexpress(["Gfap"], percentile=90)], tmp_path / "edit.json")
    assert edits.read(deg, strength=2)[0].strength == 2
    assert edits.read(tmp_path / "sets.gmt", set_name="Two genes")[0].genes == {"Aqp4": 1.0, "Gfap": 1.0}
    knocked, raised = edits.read(tmp_path / "edit.json")
    assert (knocked.kind, raised.genes) == ("knockout", {"Gfap": 90.0})
    assert [edit.strength for edit in edits.read(tmp_path / "edit.json", strength=0.5)] == [0.5, 0.5]


def test_one_edit_alone_in_json(tmp_path):
    (tmp_path / "edit.json").write_text(json.dumps({"kind": "add", "genes": {"A": 1}}))
    assert edits.from_json(tmp_path / "edit.json") == [Edit(kind="add", genes={"A": 1})]


def test_a_gmt_needs_the_name_of_a_set(tmp_path):
    (tmp_path / "sets.gmt").write_text("One\t\tA\nTwo\t\tB\n")
    with pytest.raises(DataError, match="one of: One, Two"):
        edits.read(tmp_path / "sets.gmt")
    with pytest.raises(DataError, match="'Three'. There are: One, Two"):
        edits.read(tmp_path / "sets.gmt", set_name="Three")


@pytest.mark.parametrize(
    "content", ["", "{", "3", "null", '["set"]', '{"kind": "set"}', '{"kind": 1, "genes": {"A": 1}}']
)
def test_other_json_is_refused(tmp_path, content):
    (tmp_path / "edit.json").write_text(content)
    with pytest.raises(DataError):
        edits.from_json(tmp_path / "edit.json")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"kind": "boom", "genes": {"A": 1}}', "edit cannot be used: kind = 'boom': Input should be 'set', 'add', .* or 'move'."),
        ('{"kind": "set", "genes": {"A": -3}}', "edit cannot be used: A = -3.0: the value of a set edit lies between 0 and 20."),
        ("[]", "Expected at least one edit, found none in edit.json. Save an edit there."),
        ('{"edits": [], "schema_version": 3}', "Expected at least one edit, found none in edit.json. Save an edit there."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_edit_is_one_sentence(tmp_path, content, words):
    (tmp_path / "edit.json").write_text(content)
    with pytest.raises(DataError) as found:
        edits.read(tmp_path / "edit.json")
    assert re.fullmatch(words, str(found.value))


def test_a_missing_json_is_said(tmp_path):
    with pytest.raises(DataError, match="no file at"):
        edits.from_json(tmp_path / "none.json")
