"""Files of genes as named tables, and nets among them."""

import pandas as pd
import pytest

from ripple_core.errors import DataError
from ripple_core.genesets import tables
from ripple_core.perturb.editing import edits

NET = "source,target,weight\nTNF,Il6,2\nTNF,Nfkbia,-1.5\nTNF,Il6,9\nIFN,Stat1,1\nIFN,,1\nIFN,Irf1,nan\n"


@pytest.fixture
def net(tmp_path):
    path = tmp_path / "net.csv"
    path.write_text(NET)
    return path


def test_each_source_of_a_net_is_a_signed_set(net):
    found = tables.read(net)
    assert list(found) == ["IFN", "TNF"]
    assert found["TNF"].values.tolist() == [["Il6", 2.0], ["Nfkbia", -1.5]]
    assert found["IFN"].values.tolist() == [["Stat1", 1.0]]


def test_a_net_without_weights_counts_one_and_tabs_are_fine(tmp_path):
    path = tmp_path / "net.tsv"
    path.write_text("tf\tgenesymbol\nA\tx\nA\ty\n")
    assert tables.read(path)["A"]["lfc"].tolist() == [1.0, 1.0]


def test_an_edit_of_one_source(net):
    (edit,) = edits.read(net, set_name="TNF", strength=0.5)
    assert (edit.name, edit.kind, edit.strength) == ("TNF", "lfc", 0.5)
    assert edit.genes == {"Il6": 2.0, "Nfkbia": -1.5}
    with pytest.raises(DataError, match=r"one set of net.csv, found none named. Choose by --set .* one of: IFN, TNF"):
        edits.read(net)


def test_groups_of_a_table_are_named(tmp_path):
    path = tmp_path / "markers.csv"
    path.write_text("gene,avg_log2FC,p_val_adj,cluster\nA,1,0,x\nB,2,0,x\nA,-3,0,y\nB,,0,z\nC,,0,z\n")
    assert {name: len(table) for name, table in tables.read(path).items()} == {"x": 2, "y": 1}
    assert tables.pick(path, "y")[1].values.tolist() == [["A", -3.0, 0.0]]


def test_a_gmt_and_a_plain_table(tmp_path):
    (tmp_path / "sets.gmt").write_text("one\tna\tA\tB\n")
    (tmp_path / "deg.csv").write_text("gene,log2FC\nA,1\n")
    assert tables.pick(tmp_path / "sets.gmt", "one")[1]["lfc"].tolist() == [1.0, 1.0]
    name, table = tables.pick(tmp_path / "deg.csv")
    assert (name, len(table)) == ("deg", 1)
    assert isinstance(table, pd.DataFrame)


def test_an_empty_net_is_refused(tmp_path):
    path = tmp_path / "net.csv"
    path.write_text("source,target,weight\nA,x,none\n")
    with pytest.raises(DataError, match="a net with a target and a weight"):
        tables.read(path)
