"""DEG tables (CSV or TSV) of the usual tools as one table: gene, log2 fold change and, if given, adjusted p."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ripple_core.errors import DataError, sentence
from ripple_core.genesets.columns import find, names_of, numbers, parse

GENE_COLUMNS = (
    *("gene", "genes", "gene_name", "gene_names", "gene_symbol", "symbol", "symbols"),
    *("names", "name", "feature", "features", "gene_id", "id"),
)
LFC_COLUMNS = (
    *("lfc", "log2fc", "log2foldchange", "log2_fold_change", "avg_log2fc"),
    *("logfoldchanges", "logfoldchange", "logfc", "avg_logfc", "log_fc"),
)
PADJ_COLUMNS = (
    *("padj", "p_adj", "p_val_adj", "pvals_adj", "pval_adj", "adj.p.val"),
    *("fdr", "qval", "qvalue", "q_value", "q"),
)
GROUP_COLUMNS = ("group", "cluster", "comparison", "contrast")
UNNAMED = ("", "unnamed: 0", "index", "row_names", "rownames")
WAY_OUT = "Save the table as CSV or TSV with a gene column and a log2-fold-change column"


def read(path: str | Path) -> pd.DataFrame:
    """A DEG table as columns ``gene`` (text), ``lfc`` (log2 fold change) and, if the file has it, ``padj``.

    Scanpy's, Seurat's, DESeq2's, edgeR's and limma's column names are known, in any case; the genes may stand in an
    unnamed first column, as R writes them. Rows without a gene or a finite fold change are left out. A gene that
    appears twice keeps its row of smallest adjusted p, then of largest change. A table of several groups is refused:
    which one is meant is not for us to guess.
    """
    file = Path(path)
    groups = by_group(parse(file, "a DEG table", WAY_OUT), file)
    if len(groups) > 1:
        found = f"several in {file.name} ({', '.join(list(groups)[:6])})"
        way_out = "Choose one of them by its name, or save its rows"
        raise DataError(sentence("one comparison in the DEG table", found, way_out))
    return next(iter(groups.values()))


def has_fold_changes(names: dict[str, str]) -> bool:
    """Whether columns, by their names in small letters, hold log2 fold changes."""
    return find(names, LFC_COLUMNS) is not None


def by_group(raw: pd.DataFrame, file: Path) -> dict[str, pd.DataFrame]:
    """The tables of a parsed file by group; a table of one comparison is named after its file."""
    names = names_of(raw)
    gene = find(names, GENE_COLUMNS) or find(names, UNNAMED)
    lfc = find(names, LFC_COLUMNS)
    if gene is None or lfc is None:
        lacking = " and ".join(word for word, column in (("gene", gene), ("log2-fold-change", lfc)) if column is None)
        found = f"no {lacking} column in {file.name} (columns: {', '.join(map(str, raw.columns[:12]))})"
        raise DataError(
            sentence("a gene column and a log2-fold-change column", found, "Name them, for instance, gene and log2FC")
        )
    table = pd.DataFrame({"gene": raw[gene].astype("string").str.strip(), "lfc": numbers(raw[lfc])})
    padj = find(names, PADJ_COLUMNS)
    if padj is not None:
        table["padj"] = numbers(raw[padj])
    column = find(names, GROUP_COLUMNS)
    if column is None or raw[column].nunique() < 2 or not raw[gene].duplicated().any():
        return {file.stem: _tidy(table, file)}
    parts = {str(group): part for group, part in table.groupby(raw[column], sort=False) if part["lfc"].notna().any()}
    return {group: _tidy(part, file) for group, part in parts.items()} or {file.stem: _tidy(table, file)}


def _tidy(table: pd.DataFrame, file: Path) -> pd.DataFrame:
    """One row a gene, in the order of the file."""
    named = table["gene"].notna() & ~table["gene"].str.casefold().isin(["", "na", "nan"])
    table = table[named & table["lfc"].notna()].astype({"gene": object})
    if table.empty:
        raise DataError(sentence("at least one gene with a fold change", f"none in {file.name}", WAY_OUT))
    weight = pd.DataFrame({"p": table.get("padj", 1.0), "size": -table["lfc"].abs()}, index=table.index)
    strongest = weight.sort_values(["p", "size"], kind="stable").index
    kept = table.loc[strongest].drop_duplicates("gene")
    return kept.sort_index().reset_index(drop=True)
