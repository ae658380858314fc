"""Writing is whole or not at all."""

import hashlib
import os

import pandas as pd
import pytest

from ripple_core.errors import DataError
from ripple_core.files import replacing, replacing_folder, sha256, write_simulated, write_text


class Interrupted(Exception):
    """Something that goes wrong while writing."""


def names(folder):
    return sorted(os.listdir(folder))


def test_a_file_is_replaced_when_it_is_complete(tmp_path):
    write_text(tmp_path / "a.txt", "old")
    with replacing(tmp_path / "a.txt") as temporary:
        temporary.write_text("new")
        assert (tmp_path / "a.txt").read_text() == "old"
    assert (tmp_path / "a.txt").read_text() == "new"
    assert names(tmp_path) == ["a.txt"]


def interrupt(block):
    """Leave a writing block in the middle."""
    with block as temporary:
        (temporary / "b.txt" if temporary.is_dir() else temporary).write_text("half")
        raise Interrupted


def test_an_interrupted_file_leaves_the_old_one(tmp_path):
    write_text(tmp_path / "a.txt", "old")
    with pytest.raises(Interrupted):
        interrupt(replacing(tmp_path / "a.txt"))
    assert (tmp_path / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_an_interrupted_folder_leaves_the_old_one(tmp_path):
    with replacing_folder(tmp_path / "out") as temporary:
        (temporary / "a.txt").write_text("old")
    with pytest.raises(Interrupted):
        interrupt(replacing_folder(tmp_path / "out"))
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == ["a.txt"]


def test_a_folder_is_replaced_with_all_that_was_in_it(tmp_path):
    for word in ("old", "new"):
        with replacing_folder(tmp_path / "out") as temporary:
            (temporary / f"{word}.txt").write_text(word)
    assert names(tmp_path / "out") == ["new.txt"]
    assert names(tmp_path) == ["out"]


def test_missing_folders_are_made(tmp_path):
    write_text(tmp_path / "a" / "b" / "c.txt", "text")
    assert (tmp_path / "a" / "b" / "c.txt").read_text() == "text"


@pytest.mark.parametrize("writer", [replacing, replacing_folder])
def test_a_place_that_may_not_be_written_is_said(tmp_path, writer):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(DataError, match="to write .*out"), writer(tmp_path / "file" / "out"):
        pass


def test_the_hash_is_that_of_the_name_and_the_bytes(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"abc")
    assert sha256(tmp_path / "a.txt") == hashlib.sha256(b"a.txtabc").hexdigest()


def test_the_hash_of_a_folder_changes_with_any_file(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "a").write_bytes(b"1")
    (folder / "b").write_bytes(b"2")
    before = sha256(folder)
    (folder / "b").write_bytes(b"3")
    assert sha256(folder) != before


def test_a_table_of_simulated_values_says_so_and_keeps_a_column_of_that_name(tmp_path):
    write_simulated(tmp_path / "a.csv", pd.DataFrame({"gene": ["x"], "response": [0.5]}))
    assert (tmp_path / "a.csv").read_text().splitlines() == ["gene,response,simulated", "x,0.5,True"]
    write_simulated(tmp_path / "b.csv", pd.DataFrame({"gene": ["x"], "simulated": [0.5], "measured": [0.25]}))
    assert (tmp_path / "b.csv").read_text().splitlines() == ["gene,simulated,measured", "x,0.5,0.25"]
