"""Which model regenerates: its folder, what it was trained on, and how it scored beside plain rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QFileDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from napari_ripple.widgets import tones
from napari_ripple.widgets.page import row
from ripple_core.models.card import verdict
from ripple_core.models.catalog import RECORDS
from ripple_core.models.contract import Model

SHORT = {"per-gene Pearson": "gene r", "z-scored RMSE": "z-RMSE", "per-cell Spearman": "cell ρ"}
NUMBER = "<td align='right' style='padding-left:7px'>{}</td>"
SCORES_TIP = (
    "Cells held out of the training, generated from the rest, beside plain rules: "
    "per-gene Pearson r, z-scored RMSE, per-cell Spearman ρ."
)
DEVICES = ("auto", "cpu", "cuda", "mps")


class ModelBox(QWidget):
    """Emits ``picked`` with a checkpoint folder and a device."""

    picked = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.path = ""
        self.name = QLabel("No model yet")
        self.name.setWordWrap(True)
        self.open_button = QPushButton("Choose …")
        self.open_button.setToolTip("Choose a checkpoint folder (config.json, genes.csv, weights.safetensors).")
        self.open_button.clicked.connect(self.browse)
        self.device = QComboBox()
        self.device.addItems(list(DEVICES))
        self.device.setToolTip("Where the model computes; auto takes the fastest device of this computer.")
        self.device.activated.connect(self._reload)
        self.facts = tones.quiet("A folder that “ripple train” wrote. The sample comes with one.")
        self.scores = QLabel()
        self.scores.setWordWrap(True)
        self.scores.setToolTip(SCORES_TIP)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row(self.name, self.open_button, stretch=0))
        column.addLayout(row(QLabel("device"), self.device, stretch=1))
        column.addWidget(self.facts)
        column.addWidget(self.scores)
        self.scores.hide()

    def browse(self) -> None:
        """Ask for a checkpoint folder."""
        path = QFileDialog.getExistingDirectory(self, "Choose a checkpoint folder", self.path)
        if path:
            self.picked.emit(path, self.device.currentText())

    def show_model(self, model: Model | None, path: Path | None) -> None:
        """Say what is known about the model in use."""
        self.path = "" if path is None else str(path)
        if model is None:
            return
        record = RECORDS.get(model.name)
        where = f" · {path.name}" if path is not None else ""
        self.name.setText(f"<b>{record.title if record is not None else model.name}</b>{where}")
        self.name.setToolTip(self.path)
        self.facts.setText(facts(model))
        table = score_table(model.record.get("scores") or {}, model.name)
        self.scores.setText(table)
        self.scores.setVisible(bool(table))

    def _reload(self) -> None:
        if self.path:
            self.picked.emit(self.path, self.device.currentText())


def facts(model: Model) -> str:
    """Genes, device, what it was trained on; then whether it is ahead of the plain rules."""
    record = model.record
    parts = [f"{len(model.space.genes):,} genes", f"computes on {model.device}"]
    if record.get("sections"):
        parts.append(f"trained on {_some(record['sections'])}")
    if record.get("held_out"):
        parts.append(f"held out: {_some(record['held_out'])}")
    return " · ".join(parts) + "<br>" + verdict(record)


def score_table(scores: dict[str, dict[str, Any]], own: str) -> str:
    """Held-out scores as a small table (HTML), the model's own line in bold; empty without scores."""
    rows = {name: values for name, values in scores.items() if isinstance(values, dict) and values}
    if not rows:
        return ""
    columns = list(next(iter(rows.values())))[:3]
    head = "".join(NUMBER.format(f"<i>{SHORT.get(column, column)}</i>") for column in columns)
    lines = [f"<tr><td><i>held out</i></td>{head}</tr>"]
    for name, values in rows.items():
        weight = "bold" if name in (own, "model") else "normal"
        numbers = "".join(NUMBER.format(f"{values.get(column, float('nan')):.3f}") for column in columns)
        lines.append(f"<tr style='font-weight:{weight}'><td>{name}</td>{numbers}</tr>")
    return f"<table cellspacing='0'>{''.join(lines)}</table>"


def _some(names: list[str]) -> str:
    shown = ", ".join(map(str, names[:3]))
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"
