"""Which model regenerates: its folder, what it was trained on, and how it scores beside plain rules on this very section."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QLabel, QVBoxLayout, QWidget

from napari_ripple.session import Check
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.fold import Fold
from napari_ripple.widgets.parts.forms.drop_down import DropDown
from napari_ripple.widgets.parts.page import row
from ripple_core.models.card import verdict
from ripple_core.models.catalog import RECORDS
from ripple_core.models.contract import Model

SHORT = {"per-gene Pearson": "gene r", "z-scored RMSE": "z-RMSE", "per-cell Spearman": "cell ρ"}
NUMBER = "<td align='right' style='padding-left:6px'>{}</td>"
SCORES_TIP = (
    "Cells held out of the training, generated from the rest, beside plain rules: "
    "per-gene Pearson r, z-scored RMSE, per-cell Spearman ρ."
)
CHECK_TIP = (
    "Discs of about 40 cells of this section are hidden and generated from the rest, beside plain rules: no change (the training "
    "mean), the mean of the cells around, the mean of the nearest ones. gene r: per-gene Pearson correlation; in brackets, "
    "the 95 % interval of the difference over discs."
)

VERDICTS = {
    "ahead": "Ahead of plain rules here",
    "even": "Even with a plain rule here",
    "behind": "Behind a plain rule here",
}
DEVICES = ("auto", "cpu", "cuda", "mps")


class ModelBox(QWidget):
    """Emits ``picked`` with a checkpoint folder and a device, ``choice_asked`` and ``train_asked`` for another one, or a new one."""

    picked = Signal(str, str)
    choice_asked = Signal()
    train_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.path = ""
        self.name = QLabel("No model yet")
        self.name.setWordWrap(True)
        self.open_button = tones.button(
            "Choose …", "Choose among the models that are known, with their cards, or open another one."
        )
        self.open_button.clicked.connect(self.choice_asked)
        self.device = DropDown()
        self.device.addItems(list(DEVICES))
        self.device.setToolTip("Where the model computes; auto takes the fastest device of this computer.")
        self.device.activated.connect(self._reload)
        self.facts = tones.quiet(
            "A model has learned from tissue like yours. Choose one, or train one here; the example comes with one."
        )
        self.train_button = tones.button(
            "Train one on this section …", "Open the train panel: a model of this very tissue, made on this computer."
        )
        self.train_button.clicked.connect(self.train_asked)
        self.badge, self.warning = QLabel(), tones.alarm()
        self.badge.setWordWrap(True)
        self.badge.setToolTip(CHECK_TIP)
        self.scores = QLabel()
        self.scores.setWordWrap(True)
        self._model: Model | None = None
        self._check: Check | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row(self.name, self.open_button, stretch=0))
        column.addLayout(row(QLabel("device"), self.device, stretch=1))
        self.fold = Fold("Scores beside plain rules", self.scores)
        for widget in (self.facts, self.train_button, self.badge, self.warning, self.fold):
            column.addWidget(widget)
        self._show()

    def pick(self, path: str) -> None:
        """Ask for a model, on the device that is chosen."""
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
        self._model = model
        self._show()

    def show_check(self, check: Check | None) -> None:
        """Say how far the check on this section is, or what came of it."""
        self._check = check
        self._show()

    def _show(self) -> None:
        """Scores on this section take the place of those of the training as soon as there are any."""
        model, badge = self._model, None if self._check is None else self._check.badge
        if model is not None:
            self.facts.setText(facts(model) + ("" if badge is not None else f"<br>{verdict(model.record)}"))
        self.train_button.setVisible(model is None)
        self.badge.setText(check_words(self._check))
        self.warning.setText("" if badge is None else badge.warning)
        scores, title = ({}, "") if model is None else (model.record.get("scores") or {}, "held out")
        if badge is not None:
            scores, title = badge.scores, "this section"
        self.scores.setText(score_table(scores, "" if model is None else model.name, title))
        self.scores.setToolTip(SCORES_TIP if badge is None else CHECK_TIP)
        for label in (self.badge, self.warning):
            label.setVisible(bool(label.text()))
        self.fold.setVisible(bool(self.scores.text()))

    def _reload(self) -> None:
        if self.path:
            self.picked.emit(self.path, self.device.currentText())


def facts(model: Model) -> str:
    """Genes, device, what it was trained on."""
    record = model.record
    parts = [f"{len(model.space.genes):,} genes", f"computes on {model.device}"]
    if record.get("sections"):
        parts.append(f"trained on {_some(record['sections'])}")
    if record.get("held_out"):
        parts.append(f"held out: {_some(record['held_out'])}")
    return " · ".join(parts)


def check_words(check: Check | None) -> str:
    """The check on this section in a few words (HTML)."""
    if check is None:
        return ""
    if check.failure:
        return f"Not checked on this section: {check.failure}"
    if check.badge is None:
        steps = check.progress
        far = f": {steps.done} of {steps.total} hidden discs" if steps is not None and steps.total else ""
        return f"Checking on this section{far} …"
    found = check.badge
    mine, theirs = (found.scores[name]["per-gene Pearson"] for name in (found.model, found.best_rule))
    numbers = (
        f"gene r {mine:.3f} against {theirs:.3f} of {found.best_rule}, {found.difference:+.3f} "
        f"[{found.low:+.3f}, {found.high:+.3f}] on {found.discs} hidden discs"
    )
    advice = " Do not rely on what it simulates here." if found.verdict == "behind" else ""
    return f"<b>{VERDICTS[found.verdict]}.</b> {numbers}.{advice}"


def score_table(scores: dict[str, dict[str, Any]], own: str, title: str = "held out") -> str:
    """Scores as a small table (HTML), the model's own line in bold; empty without scores."""
    rows = {name: values for name, values in scores.items() if isinstance(values, dict) and values}
    if not rows:
        return ""
    columns = list(next(iter(rows.values())))[:3]
    head = "".join(NUMBER.format(f"<nobr><i>{SHORT.get(column, column)}</i></nobr>") for column in columns)
    lines = [f"<tr><td><nobr><i>{title}</i></nobr></td>{head}</tr>"]
    for name, values in rows.items():
        weight = "bold" if name in (own, "model") else "normal"
        numbers = "".join(NUMBER.format(f"{values.get(column, float('nan')):.3f}") for column in columns)
        lines.append(f"<tr style='font-weight:{weight}'><td><nobr>{name}</nobr></td>{numbers}</tr>")
    return f"<table cellspacing='0' style='font-size:8pt'>{''.join(lines)}</table>"


def _some(names: list[str]) -> str:
    shown = ", ".join(map(str, names[:3]))
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"
