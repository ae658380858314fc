"""The table of genes by response; a click on a row chooses the gene."""

from __future__ import annotations

import pandas as pd

from napari_ripple.widgets.parts.tables.table import Column, Table

COLUMNS = {
    "gene": Column("Gene", "The model's genes; • marks those that the edit itself changed.", mark="edited"),
    "response": Column(
        "Response", "Mean of perturbed − control over the regenerated cells, log-normalised (simulated).", "+.3f", True
    ),
    "q": Column(
        "q", "False discovery rate of p (Benjamini-Hochberg): below 0.05, beyond chance. Read it with the size.", "p"
    ),
    "sd": Column(
        "±", "Spread (standard deviation) of the response over the repeats, other orders and draws (simulated).", ".3f"
    ),
    "p": Column(
        "p", "How often placebos respond as strongly, by their spread; – for genes that were edited (simulated).", "p"
    ),
    "control": Column("Control", "Mean of the control line, log-normalised (simulated).", ".2f"),
    "share_up": Column("Cells up", "Share of the regenerated cells in which the gene rises (simulated).", ".0%"),
}
ONLY_WITHOUT_NULL = ["control", "share_up"]


class GeneTable(Table):
    """Genes by response; emits ``chosen`` with the gene of the row that the user goes to."""

    def __init__(self) -> None:
        tip = "Click a gene to show its response on the tissue; click a header to sort."
        super().__init__(COLUMNS, tip=tip, search="search these genes …", rows=7)

    def show_table(self, table: pd.DataFrame) -> None:
        """Replace the genes; beside p and q there is no room for further numbers."""
        super().show_table(table.drop(columns=ONLY_WITHOUT_NULL, errors="ignore") if "q" in table else table)

    def genes(self) -> list[str]:
        """The genes in the order in which they are shown."""
        return self.names()
