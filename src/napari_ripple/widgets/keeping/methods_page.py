"""The window with the methods text: to be read, copied, or saved."""

from __future__ import annotations

from typing import Any

from qtpy.QtWidgets import QApplication, QDialog, QPlainTextEdit, QPushButton, QVBoxLayout

from napari_ripple import actions
from napari_ripple.viewer_link import session_for
from napari_ripple.widgets.keeping import ask
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.page import row
from napari_ripple.work import jobs
from ripple_core.errors import RippleError

SIZE = (620, 520)


class MethodsPage(QDialog):
    """Shows one text; Copy puts it on the clipboard."""

    def __init__(self, words: str, viewer: Any) -> None:
        super().__init__(ask.window())
        self.setWindowTitle("Methods (simulated)")
        self.resize(*SIZE)
        self._viewer = viewer
        self.text = QPlainTextEdit(words)
        self.text.setReadOnly(True)
        self.copy_button, self.save_button = QPushButton("Copy"), QPushButton("Save …")
        self.copy_button.setToolTip("Put the text on the clipboard.")
        self.save_button.setToolTip("Write the text as a Markdown file.")
        self.copy_button.clicked.connect(self._copy)
        self.save_button.clicked.connect(self._save)
        self.said = tones.quiet("Read it before you use it: it says what this program has done, and nothing else.")
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(self.said)
        column.addLayout(row(self.copy_button, self.save_button))
        tones.Dresser(self)

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.text.toPlainText())
        self.said.setText("Copied.")

    def _save(self) -> None:
        ask.keep(self._viewer, "methods")


def show(viewer: Any) -> MethodsPage | None:
    """Open the window on the methods of the result."""
    try:
        page = MethodsPage(actions.methods(session_for(viewer)), viewer)
    except RippleError as error:
        jobs.report(error)
        return None
    ask.open_page(page)
    return page
