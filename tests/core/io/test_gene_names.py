"""Symbols and Ensembl ids in one file."""

from ripple_core.io.describe import describe
from ripple_core.io.read import read

IDS = [f"ENSMUSG{i:011d}" for i in range(12)]


def test_ids_with_symbols_beside_are_named_by_symbol(section, write):
    section.var["feature_name"] = list(section.var_names)
    section.var_names = IDS
    adata = read(write(section))
    assert list(adata.var_names[:2]) == ["Gene0", "Gene1"]
    assert list(adata.var["gene_id"]) == IDS
    assert "by symbol" in describe(adata).notes[0]


def test_symbols_with_ids_beside_stay_and_the_ids_are_kept(section, write):
    section.var["gene_ids"] = IDS
    adata = read(write(section))
    assert adata.var_names[0] == "Gene0"
    assert list(adata.var["gene_id"]) == IDS


def test_a_symbol_of_several_ids_or_none_keeps_the_id(section, write):
    section.var["symbol"] = ["Dup", "Dup", "", *section.var_names[3:]]
    section.var_names = IDS
    assert list(read(write(section)).var_names[:4]) == [*IDS[:3], "Gene3"]


def test_ids_alone_and_symbols_alone_are_left_as_they_are(section, write):
    assert "gene_id" not in read(write(section)).var
    section.var_names = IDS
    adata = read(write(section))
    assert list(adata.var_names) == IDS
    assert "gene_id" not in adata.var


def test_a_column_of_something_else_is_not_taken(section, write):
    section.var["name"] = IDS
    section.var_names = [f"{name}.1" for name in IDS]
    assert read(write(section)).var_names[0] == f"{IDS[0]}.1"
