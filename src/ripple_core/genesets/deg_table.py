"""DEG tables (CSV or TSV) of the usual tools as one table: gene, log2 fold change and, if given, adjusted p."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd

from ripple_core.errors import DataError, sentence
from ripple_core.genesets.text import read as read_text

GENE_COLUMNS = (
    *("gene", "genes", "gene_name", "gene_names", "gene_symbol", "symbol", "symbols"),
    *("names", "name", "feature", "features", "gene_id", "id"),
)
LFC_COLUMNS = (
    *("lfc", "log2fc", "log2foldchange", "log2_fold_change", "avg_log2fc"),
    *("logfoldchanges", "logfoldchange", "logfc", "avg_logfc", "log_fc"),
)
PADJ_COLUMNS = (
    *("padj", "p_adj", "p_val_adj", "pvals_adj", "pval_adj", "adj.p.val", "adj_p_val"),
    *("fdr", "qval", "qvalue", "q_value", "q"),
)
GROUP_COLUMNS = ("group", "cluster", "comparison", "contrast")
UNNAMED = ("", "unnamed: 0", "index", "row.names", "rownames")
WAY_OUT = "Save the table as CSV or TSV with a gene column and a log2-fold-change column"


def read(path: str | Path) -> pd.DataFrame:
    """A DEG table as columns ``gene`` (text), ``lfc`` (log2 fold change) and, if the file has it, ``padj``.

    Scanpy's, Seurat's, DESeq2's, edgeR's and limma's column names are known, in any case; the genes may stand in an
    unnamed first column, as R writes them. Rows without a gene or a finite fold change are left out. A gene that
    appears twice keeps its row of smallest adjusted p, then of largest change. A table of several groups is refused:
    which one is meant is not for us to guess.
    """
    file = Path(path)
    raw = _parse(file)
    names = {str(column).strip().casefold(): column for column in reversed(list(raw.columns))}
    gene = _find(names, GENE_COLUMNS) or _find(names, UNNAMED)
    lfc = _find(names, LFC_COLUMNS)
    if gene is None or lfc is None:
        lacking = " and ".join(word for word, column in (("gene", gene), ("log2-fold-change", lfc)) if column is None)
        found = f"no {lacking} column in {file.name} (columns: {', '.join(map(str, raw.columns[:12]))})"
        raise DataError(
            sentence("a gene column and a log2-fold-change column", found, "Name them, for instance, gene and log2FC")
        )
    _refuse_groups(raw, names, gene, file)
    table = pd.DataFrame({"gene": raw[gene].astype("string").str.strip(), "lfc": _numbers(raw[lfc])})
    padj = _find(names, PADJ_COLUMNS)
    if padj is not None:
        table["padj"] = _numbers(raw[padj])
    return _tidy(table, file)


def _parse(file: Path) -> pd.DataFrame:
    """The file as text columns, whatever its separator."""
    text = read_text(file, "a DEG table", WAY_OUT)
    header = text.lstrip().splitlines()[:1]
    if not header:
        raise DataError(sentence("a DEG table", f"{file.name}, which is empty", WAY_OUT))
    separator = max("\t,;", key=lambda mark: len(next(csv.reader(header, delimiter=mark))))
    try:
        return pd.read_csv(io.StringIO(text), sep=separator, dtype="string", keep_default_na=False, index_col=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        raise DataError(
            sentence("a DEG table", f"{file.name} that does not parse ({str(error).strip()})", WAY_OUT)
        ) from None


def _find(names: dict[str, str], wanted: tuple[str, ...]) -> str | None:
    return next((names[name] for name in wanted if name in names), None)


def _refuse_groups(raw: pd.DataFrame, names: dict[str, str], gene: str, file: Path) -> None:
    """Raise DataError when the same genes are listed for several groups."""
    column = _find(names, GROUP_COLUMNS)
    if column is None or raw[column].nunique() < 2 or not raw[gene].duplicated().any():
        return
    groups = ", ".join(map(str, raw[column].unique()[:6]))
    raise DataError(
        sentence(
            "one comparison in the DEG table",
            f"several in column {column!r} of {file.name} ({groups})",
            "Save the rows of one of them",
        )
    )


def _numbers(column: pd.Series) -> pd.Series:
    """Numbers (rows,), with decimal points or commas; what is not a finite number becomes NaN."""
    values = pd.to_numeric(column.str.strip().str.replace(",", ".", regex=False), errors="coerce").astype(float)
    return values.where(np.isfinite(values))


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
