"""A user who answers whatever asks: menus, file dialogs, questions; from a timer, since they keep the window waiting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from qtpy.QtCore import QObject, Qt, QTimer
from qtpy.QtTest import QTest
from qtpy.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
)

EVERY_MS = 40
NO_FILE = "there is no such file.h5ad"


class Answers(QObject):
    """Answers what is open, if anything is.

    Parameters
    ----------
    folder
        Where is saved, and where files are looked for; the fitting ones by the ending that is asked for.
    seed
        By which one answer is chosen.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__()
        self.folder, self.rng = folder, np.random.default_rng(seed)
        self.given: list[str] = []
        self._count = 0
        self._is_on = True
        QTimer.singleShot(EVERY_MS, self._answer)

    def stop(self) -> None:
        """Answer no more."""
        self._is_on = False

    def _answer(self) -> None:
        if not self._is_on:
            return
        QTimer.singleShot(EVERY_MS, self._answer)  # first: an answer may open the next dialog
        popup, asked = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        if isinstance(popup, QMenu):
            self._choose(popup)
        elif popup is not None:
            QTest.keyClick(popup, Qt.Key.Key_Return if self.rng.random() < 0.5 else Qt.Key.Key_Escape)
            popup.close()
        elif isinstance(asked, QFileDialog):
            self._give_file(asked)
        elif isinstance(asked, QInputDialog):
            asked.setTextValue(f"name {self.rng.integers(99)}")
            self._end(asked)
        elif isinstance(asked, QMessageBox):
            asked.buttons()[int(self.rng.integers(len(asked.buttons())))].click()
        elif isinstance(asked, QDialog):
            self._end(asked)

    def _choose(self, menu: QMenu) -> None:
        """Take an entry, or none."""
        there = [one for one in menu.actions() if one.isEnabled() and not one.isSeparator() and one.menu() is None]
        self.given.append(f"menu of {len(there)}")
        if there and self.rng.random() < 0.8:
            chosen = there[int(self.rng.integers(len(there)))]
            self.given[-1] = f"menu: {chosen.text()}"
            menu.setActiveAction(chosen)
            QTest.keyClick(menu, Qt.Key.Key_Return)
        else:
            menu.close()

    def _give_file(self, dialog: QFileDialog) -> None:
        """Type a name of the kind that is asked for: one that is there, a new one, or one that is not there."""
        words = " ".join(dialog.nameFilters())
        self.given.append(f"{dialog.windowTitle()} ({words})")
        if self.rng.random() < 0.15:
            dialog.reject()
            return
        if dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave:
            self._count += 1
            name = self.folder / f"kept {self._count % 5}{_ending(words)}"
        elif dialog.fileMode() == QFileDialog.FileMode.Directory:
            name = self._any([one for one in self.folder.iterdir() if one.is_dir()])
        else:
            fitting = [one for one in self.folder.iterdir() if one.suffix and one.suffix in words]
            name = self._any(fitting) if fitting and self.rng.random() < 0.9 else self.folder / NO_FILE
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        field.setText(str(name))
        QTest.keyClick(field, Qt.Key.Key_Return)
        if dialog.isVisible() and QApplication.activeModalWidget() is dialog:
            dialog.reject()  # Qt itself asks for a file that is there

    def _end(self, dialog: Any) -> None:
        """Press one of the buttons, or close it."""
        self.given.append(dialog.windowTitle())
        buttons = [one for one in dialog.findChildren(QAbstractButton) if one.isVisible() and one.isEnabled()]
        if buttons and self.rng.random() < 0.5:
            self._any(buttons).click()
        if dialog.isVisible():
            (dialog.accept if self.rng.random() < 0.7 else dialog.reject)()

    def _any(self, things: list[Any]) -> Any:
        return things[int(self.rng.integers(len(things)))]


def _ending(words: str) -> str:
    """The first ending of a filter: ``*.csv`` gives ``.csv``."""
    return "." + words.partition("*.")[2].split(")")[0].split(" ")[0] if "*." in words else ""
