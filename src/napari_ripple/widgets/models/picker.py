"""The model picker: known models at the left, and at the right what the chosen one is, how it fits, and its card."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qtpy.QtCore import QSize, Qt, Signal
from qtpy.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from napari_ripple import actions
from napari_ripple.session import Check, Session
from napari_ripple.user import shelf
from napari_ripple.user.example_files import CHECKPOINT, made_folder
from napari_ripple.widgets.models.box import check_words, score_table
from napari_ripple.widgets.models.facts import Facts, ability_lines, facts_of
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.open_panel import open_panel
from napari_ripple.widgets.parts.page import Page, row
from ripple_core.section import Section

SIZE, LIST_WIDTH = QSize(760, 560), 250
NONE = "No model is known yet. Choose the folder of one, or train one on this section."
PLACE = int(Qt.ItemDataRole.UserRole)


class ModelPicker(QDialog):
    """Emits ``picked`` with the folder of the model to use, ``tuned`` with that of one to be trained further.

    Parameters
    ----------
    section
        The section that is open, whose genes the models are matched with.
    used, check
        The model in use and what its trial on this section came to.
    """

    picked = Signal(str)
    tuned = Signal(str)

    def __init__(self, parent: QWidget, section: Section | None, used: Path | None, check: Check | None) -> None:
        super().__init__(parent)
        self._section, self._check = section, check
        self._used = None if used is None else Path(os.path.abspath(used))
        self._facts: dict[Path, Facts] = {}
        self.setWindowTitle("Choose a model")
        self.setObjectName("model picker")
        self.list, self.title, self.fit = QListWidget(), tones.heading(""), QLabel()
        self.list.setFixedWidth(LIST_WIDTH)
        self.list.setToolTip("Models that were used before, that are in folders you named, and the example's.")
        self.obstacle, self.abilities, self.trial = tones.alarm(), tones.quiet(), QLabel()
        self.scores, self.verdict, self.card = QLabel(), tones.quiet(), QTextBrowser()
        self.card.setOpenExternalLinks(False)
        for label in (self.fit, self.trial):
            label.setWordWrap(True)
        self.folder_button = tones.button("Look into a folder …", "List every model in a folder, now and later.")
        self.open_button = tones.button(
            "Open another …", "Choose the folder of a model (config.json, genes.csv, weights)."
        )
        self.tune_button = tones.button("Train further …", "Take this model further on the open section.")
        self.use_button = tones.primary("Use this model", "Load it; it is then tried on hidden cells of this section.")
        self._lay_out()
        self.list.currentItemChanged.connect(self._show_chosen)
        self.list.itemDoubleClicked.connect(self.use)
        self.folder_button.clicked.connect(self.browse_folder)
        self.open_button.clicked.connect(self.browse)
        self.tune_button.clicked.connect(self.tune)
        self.use_button.clicked.connect(self.use)
        tones.Dresser(self)
        self.fill()
        self.resize(SIZE)  # Qt would make it as low as its words allow

    def fill(self) -> None:
        """List the models that are known now; those that cannot be used here come last, in grey."""
        self.list.clear()
        known = shelf.models(made_folder() / CHECKPOINT)
        self._facts |= {shelved.path: facts_of(shelved.path, self._section) for shelved in known}
        for shelved in sorted(known, key=lambda one: bool(self._facts[one.path].obstacle)):
            facts = self._facts[shelved.path]
            mark = "in use" if shelved.path == self._used else shelved.why
            item = QListWidgetItem(f"{shelved.path.name}\n{facts.title} · {mark}")
            item.setData(PLACE, str(shelved.path))
            item.setToolTip(f"{shelved.path}\n{facts.obstacle or facts.line}")
            if facts.obstacle:
                item.setForeground(tones.mixed(self, 0.45))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._show_chosen()

    def chosen(self) -> Path | None:
        """The folder of the chosen model."""
        item = self.list.currentItem()
        return None if item is None else Path(item.data(PLACE))

    def use(self) -> None:
        """Use the chosen model, if it can be used."""
        path = self.chosen()
        if path is not None and not self._facts[path].obstacle:
            self.accept()
            self.picked.emit(str(path))

    def tune(self) -> None:
        """Train the chosen model further."""
        self.accept()
        self.tuned.emit(str(self.chosen()))

    def browse(self) -> None:
        """Ask for the folder of a model and use it."""
        path = QFileDialog.getExistingDirectory(self, "The folder of a model")
        if path:
            self.accept()
            self.picked.emit(path)

    def browse_folder(self) -> None:
        """Ask for a folder with models and list them."""
        path = QFileDialog.getExistingDirectory(self, "A folder with models")
        if path:
            shelf.look_into(Path(path))
            self.fill()

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        for widget in (self.title, self.fit, self.obstacle, self.abilities, self.trial, self.scores, self.verdict):
            right.addWidget(widget)
        right.addWidget(self.card, 1)
        right.addLayout(row(self.tune_button, self.use_button, stretch=1))
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addWidget(self.folder_button)
        left.addWidget(self.open_button)
        whole = QHBoxLayout(self)
        whole.addLayout(left)
        whole.addLayout(right, 1)

    def _show_chosen(self, *_: object) -> None:
        """Say what the chosen model is; of the one in use also how it did on this section."""
        path = self.chosen()
        facts = self._facts.get(path) if path is not None else None
        self.use_button.setEnabled(facts is not None and not facts.obstacle)
        self.tune_button.setEnabled(facts is not None and not facts.obstacle and "fine-tune" in facts.abilities)
        self.title.setText(facts.title if facts is not None else "")
        self.fit.setText(
            f"{facts.fit}, {facts.line}." if facts is not None and facts.fit else NONE if facts is None else ""
        )
        self.obstacle.setText(facts.obstacle if facts is not None else "")
        self.abilities.setText(ability_lines(facts.abilities) if facts is not None else "")
        self.trial.setText(check_words(self._check) if facts is not None and path == self._used else "")
        self.scores.setText(score_table(facts.scores, facts.name) if facts is not None else "")
        self.verdict.setText(facts.verdict if facts is not None else "")
        self.card.setMarkdown(facts.card if facts is not None else "")
        for label in (self.obstacle, self.trial, self.scores):
            label.setVisible(bool(label.text()))


def open_picker(page: Page, pick: Callable[[str], object]) -> None:
    """Let the user choose a model, from any page; ``pick`` is told its folder, and the train panel which one is trained further."""
    session = page.session
    picker = ModelPicker(page, session.section, session.model_path, session.check)
    picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    picker.picked.connect(pick)
    picker.tuned.connect(lambda path: _train_further(session, page.viewer, path))
    picker.open()


def _train_further(session: Session, viewer: Any, path: str) -> None:
    actions.wish_to_train(session, start_from=path, config={})
    open_panel(viewer, "Ripple train")
