"""The bar above the panels: menus to open and save sessions, to keep what there is as files, and to find help."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from napari_ripple.user import recent
from napari_ripple.viewer_link import session_for
from napari_ripple.widgets.keeping import ask, help_page, methods_page, settings_page, support
from napari_ripple.widgets.keeping.kinds import KINDS
from napari_ripple.widgets.parts.following import Followed, Wish
from napari_ripple.work import kept
from ripple_core.errors import RippleError


class KeepBar(QWidget):
    """Three menus: Session, Keep, Help."""

    def __init__(self, viewer: Any, followed: Followed) -> None:
        super().__init__()
        self._viewer, self.session = viewer, session_for(viewer)
        line = QHBoxLayout(self)
        line.setContentsMargins(4, 4, 4, 0)
        line.setSpacing(3)
        self.menus: dict[str, QMenu] = {}
        for name, tip in (
            ("Session", "Open and save everything as one file."),
            ("Keep", "Write results, tables, pictures and words as files."),
            ("Help", "First steps, shortcuts, settings, and what to send when something is wrong."),
        ):
            line.addWidget(self._button(name, tip), 1)
        self._fill_session()
        self._fill_help()
        self.menus["Keep"].aboutToShow.connect(self._fill_keep)
        self.menus["Session"].aboutToShow.connect(self._fill_recent)
        self._fill_keep()
        followed.add(self.session.events.file, self._on_file)

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(f"{name} ▾")
        button.setProperty("role", "menu")
        button.setToolTip(tip)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        button.setMenu(menu)
        self.menus[name] = menu
        return button

    def _fill_session(self) -> None:
        menu = self.menus["Session"]
        self._add(menu, "Open a session … (Alt+O)", "Restore everything from a session file.", ask.open_session)
        self.recent = QMenu("Recent sessions", menu)
        self.recent.setToolTipsVisible(True)
        menu.addMenu(self.recent)
        menu.addSeparator()
        self._add(
            menu, "Save the session (Alt+S)", "Everything as one file; asks where to the first time.", ask.save_session
        )
        self._add(menu, "Save the session as …", "The same under another name.", ask.save_session_as)

    def _fill_recent(self) -> None:
        """List what was saved or opened last, and what was kept automatically."""
        self.recent.clear()
        for path in recent.files():
            self._add(self.recent, path.name, str(path), ask.open_session, path)
        self.recent.addSeparator()
        for one in kept.ended():
            words = f"{one.when}, kept automatically: {one.words}"
            self._add(self.recent, words, "Not saved by hand; the last five are kept.", ask.open_session, one.folder)
        self.recent.setEnabled(bool([action for action in self.recent.actions() if not action.isSeparator()]))

    def _fill_keep(self) -> None:
        """List what can be kept; what there is nothing of is grey."""
        menu = self.menus["Keep"]
        menu.clear()
        for name, kind in KINDS.items():
            self._add(menu, kind.words, kind.tip, ask.keep, name).setEnabled(kind.is_there(self.session))
            if name in ("picture", "outlines"):
                menu.addSeparator()
        has_result = KINDS["methods"].is_there(self.session)
        tip = "See the methods text, and copy it."
        self._add(menu, "Show the methods text …", tip, methods_page.show).setEnabled(has_result)

    def _fill_help(self) -> None:
        menu = self.menus["Help"]
        self._add(
            menu,
            "First steps and shortcuts (F1)",
            "The steps, every shortcut, what the words mean.",
            help_page.show,
        )
        self._add(menu, "Settings …", "Device, threads, zone, how often the session is kept.", settings_page.show)
        menu.addSeparator()
        tip = "Versions, computer, settings and the last lines of the log, for a report; no data."
        self._add(menu, "Copy diagnostics", tip, support.copy_diagnostics)
        self._add(menu, "Open the log", "The file in which errors are noted.", support.open_log)

    def _add(self, menu: QMenu, words: str, tip: str, call: Any, *arguments: Any) -> Any:
        action = menu.addAction(words)
        action.setToolTip(tip)
        action.triggered.connect(Wish(self._do, call, *arguments, takes=0))
        return action

    def _do(self, call: Any, *arguments: Any) -> None:
        call(self._viewer, *arguments)

    def _on_file(self, path: Any) -> None:
        """Remember which files were saved or opened."""
        if path is None:
            return
        try:
            recent.add(path)
        except RippleError as error:
            self.session.message = str(error)
