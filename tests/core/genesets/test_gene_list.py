"""Genes typed, pasted, or from files of several kinds."""

from __future__ import annotations

import pytest

from ripple_core.errors import DataError
from ripple_core.genesets import gene_list


@pytest.mark.parametrize(
    ("name", "text", "genes"),
    [
        ("list.txt", "Il6\nTnf\n\nIl6\n", ("Il6", "Tnf")),
        ("one_line.txt", "Il6, Tnf;Acta2", ("Il6", "Tnf", "Acta2")),
        ("named.csv", "gene\nIl6\nTnf\n", ("Il6", "Tnf")),
        ("deg.csv", "gene,log2FC\nIl6,2\nTnf,-1\n", ("Il6", "Tnf")),
        ("table.tsv", "place\tsymbol\n1\tIl6\n2\tTnf\n", ("Il6", "Tnf")),
        ("sets.gmt", "first\t-\tIl6\tTnf\nsecond\t-\tActa2\n", ("Il6", "Tnf")),
    ],
)
def test_genes_of_files(tmp_path, name, text, genes) -> None:
    (tmp_path / name).write_text(text)
    assert gene_list.read(tmp_path / name) == genes


def test_a_set_by_name_and_what_is_missing_is_said(tmp_path) -> None:
    (tmp_path / "sets.gmt").write_text("first\t-\tIl6\tTnf\nsecond\t-\tActa2\n")
    assert gene_list.read(tmp_path / "sets.gmt", "second") == ("Acta2",)
    with pytest.raises(DataError, match="There are: first, second"):
        gene_list.read(tmp_path / "sets.gmt", "third")
    (tmp_path / "empty.txt").write_text("  \n")
    with pytest.raises(DataError, match="an empty file"):
        gene_list.read(tmp_path / "empty.txt")


def test_pasted_words() -> None:
    assert gene_list.parse(' "Il6"\tTnf\r\nNA ') == ("Il6", "Tnf")
