"""DEG tables as the usual tools write them."""

import pandas as pd
import pytest

from ripple_core.errors import DataError
from ripple_core.genesets import deg_table

ROWS = [("Aqp4", 2.0, 0.01), ("Gfap", -1.5, 0.2)]

HEADERS = {
    "Seurat": ("", "p_val", "avg_log2FC", "pct.1", "pct.2", "p_val_adj"),
    "Seurat 3": ("gene", "p_val", "avg_logFC", "p_val_adj"),
    "scanpy": ("names", "scores", "logfoldchanges", "pvals", "pvals_adj"),
    "DESeq2": ("", "baseMean", "log2FoldChange", "lfcSE", "stat", "pvalue", "padj"),
    "edgeR": ("", "logFC", "logCPM", "PValue", "FDR"),
    "limma": ("Symbol", "logFC", "AveExpr", "t", "P.Value", "adj.P.Val"),
    "plain": ("Gene", "log2FC"),
    "by hand": ("gene_name", "LFC", "qval"),
    "made feature": ("feature", "lfc", "padj"),
}


def table_of(header, separator):
    """A text table whose fold change and adjusted p stand where the header says, other columns filled with 9."""
    lines = [separator.join(header)]
    for gene, lfc, padj in ROWS:
        cells = []
        for i, name in enumerate(header):
            known = name.casefold()
            is_lfc = known in deg_table.LFC_COLUMNS
            cells.append(
                gene if i == 0 else str(lfc) if is_lfc else str(padj) if known in deg_table.PADJ_COLUMNS else "9"
            )
        lines.append(separator.join(cells))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("tool", HEADERS)
def test_the_usual_columns_are_found(tmp_path, tool, separator):
    (tmp_path / "deg.txt").write_text(table_of(HEADERS[tool], separator))
    table = deg_table.read(tmp_path / "deg.txt")
    assert table["gene"].tolist() == ["Aqp4", "Gfap"]
    assert table["lfc"].tolist() == [2.0, -1.5]
    if HEADERS[tool][-1] not in ("log2FC",):
        assert table["padj"].tolist() == [0.01, 0.2]


def test_what_pandas_writes_is_read(tmp_path):
    frame = pd.DataFrame({"log2FC": [1.0, 2.0]}, index=["A", "B"])
    frame.to_csv(tmp_path / "deg.csv")
    assert deg_table.read(tmp_path / "deg.csv")["gene"].tolist() == ["A", "B"]


def read_text(tmp_path, text):
    (tmp_path / "deg.csv").write_text(text, encoding="utf-8")
    return deg_table.read(tmp_path / "deg.csv")


def test_byte_order_marks_quotes_and_decimal_commas(tmp_path):
    assert read_text(tmp_path, '\ufeff"gene";"log2FC"\n"A";"1,5"\n')["lfc"].tolist() == [1.5]


def test_words_of_a_columns_name_may_be_apart_in_any_way(tmp_path):
    file = tmp_path / "deg.csv"
    file.write_text("Gene Symbol,Log2 Fold-Change,adj P Val\nA,1,0.5\n")
    assert deg_table.read(file).to_dict("records") == [{"gene": "A", "lfc": 1.0, "padj": 0.5}]


def test_rows_without_gene_or_finite_change_are_left_out(tmp_path):
    table = read_text(tmp_path, "gene,log2FC\nA,1\n,2\nNA,3\nB,NA\nC,inf\nD,-2\nE,\n")
    assert table["gene"].tolist() == ["A", "D"]


def test_of_a_repeated_gene_the_smallest_p_stays_then_the_largest_change(tmp_path):
    table = read_text(tmp_path, "gene,log2FC,padj\nA,9,0.5\nB,1,0.1\nA,2,0.01\nC,1,0.1\nC,-3,0.1\n")
    assert table.values.tolist() == [["B", 1.0, 0.1], ["A", 2.0, 0.01], ["C", -3.0, 0.1]]


def test_several_groups_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"several in deg.csv \(x, y\)"):
        read_text(tmp_path, "gene,avg_log2FC,cluster\nA,1,x\nA,2,y\n")


def test_one_group_is_fine(tmp_path):
    assert len(read_text(tmp_path, "group,names,logfoldchanges\nx,A,1\nx,B,2\n")) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("\n \n", "empty"),
        ("gene,score\nA,1\n", "no log2-fold-change column in deg.csv"),
        ("score,log2FC\nA,1\n", "no gene column"),
        ("score,value\nA,1\n", "no gene and log2-fold-change column"),
        ("gene,log2FC\n", "at least one gene with a fold change"),
        ("gene,log2FC\nA,high\n", "at least one gene with a fold change"),
        ('gene,log2FC\n"A,1\n', "does not parse|fold change"),
    ],
)
def test_other_tables_are_refused(tmp_path, text, words):
    with pytest.raises(DataError, match=words):
        read_text(tmp_path, text)


def test_a_real_table(real_data):
    table = deg_table.read(real_data.parent / "deg" / "stroke_han2024_ICA_DEG.csv")
    assert table["gene"].is_unique
    assert table.set_index("gene").loc["Spp1", "lfc"] == pytest.approx(8.507489)
    assert table["padj"].between(0, 1).all()
