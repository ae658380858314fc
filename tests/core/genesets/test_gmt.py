"""GMT files: names with spaces, NA entries, weights, and what is refused."""

import pytest

from ripple_core.errors import DataError
from ripple_core.genesets import gmt


def read_text(tmp_path, text):
    (tmp_path / "sets.gmt").write_text(text, encoding="utf-8")
    return gmt.read(tmp_path / "sets.gmt")


def test_sets_in_order_with_spaces_in_their_names(tmp_path):
    sets = read_text(tmp_path, "Hypoxia response\tfrom a book\tA\tB\n\nGlia 2\t\tC\n")
    assert sets == {"Hypoxia response": ("A", "B"), "Glia 2": ("C",)}


def test_na_empty_and_repeated_entries_are_left_out(tmp_path):
    assert read_text(tmp_path, "S\tNA\tNA\tA\t\tB\tna\tA\t\n") == {"S": ("A", "B")}


def test_weights_are_left_out(tmp_path):
    assert read_text(tmp_path, "S\t\tA,1.0\tB,0.5\n") == {"S": ("A", "B")}


def test_a_set_on_two_lines_is_one(tmp_path):
    assert read_text(tmp_path, "S\t\tA\nS\t\tB\tA\n") == {"S": ("A", "B")}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty file"),
        ("S\tNA\tNA\n", "empty file"),
        ("S A B\n", "line 1 of sets.gmt without genes"),
        ("S\t\tA\n\tx\tA\n", "line 2 of sets.gmt without a name"),
    ],
)
def test_other_files_are_refused(tmp_path, text, words):
    with pytest.raises(DataError, match=words):
        read_text(tmp_path, text)


def test_a_real_file(real_data):
    sets = gmt.read(real_data.parent / "deg" / "AD_activeGlia.gmt")
    assert list(sets) == ["OLIG", "PIG", "DAM", "DAA"]
    assert "NA" not in sets["OLIG"]
    assert sets["OLIG"][:2] == ("KIAA0930", "ABCA2")
