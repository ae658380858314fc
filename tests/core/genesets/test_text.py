"""Text files of other programs: byte order marks, and what is no text, for the table and for the sets alike."""

import pytest

from ripple_core.errors import DataError
from ripple_core.genesets import deg_table, gmt, text

READERS = {"a DEG table": deg_table.read, "a GMT file": gmt.read}


def test_the_text_comes_without_its_byte_order_mark(tmp_path):
    (tmp_path / "a.txt").write_bytes("\ufeffgene µ\n".encode())
    assert text.read(tmp_path / "a.txt", "a list", "Write one") == "gene µ\n"


@pytest.mark.parametrize("what", READERS)
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89HDF\r\n\x1a\n\x00\x00", "file, which cannot be read"),
        (b"\xff\xfe\x00\x01", "file, which cannot be read"),
        (b"gene,lfc\n\x00\x00", "file, which is not text"),
    ],
)
def test_what_is_no_text_is_said(tmp_path, what, content, words):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(DataError, match=f"Expected {what}.*{words}"):
        READERS[what](tmp_path / "file")


@pytest.mark.parametrize("what", READERS)
def test_a_missing_file_and_a_folder_are_said(tmp_path, what):
    with pytest.raises(DataError, match=f"Expected {what}, found no file at"):
        READERS[what](tmp_path / "none")
    with pytest.raises(DataError, match="cannot be read"):
        READERS[what](tmp_path)
