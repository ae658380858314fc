"""The dialogs of keeping and opening: they ask for a file, then start the action; what it refuses is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication, QDialog, QFileDialog, QMainWindow, QWidget

from napari_ripple.actions.session_file.store import SUFFIX
from napari_ripple.viewer_link import session_for
from napari_ripple.widgets.keeping.kinds import KINDS
from napari_ripple.work import jobs
from ripple_core.errors import RippleError

SESSION_FILTER = f"Ripple session (*{SUFFIX})"


def open_session(viewer: Any, path: str | Path | None = None) -> None:
    """Open a session file; without a path the user is asked for one."""
    chosen = str(path) if path is not None else _open("Open a session", SESSION_FILTER)
    if chosen:
        _start(jobs.open_session, session_for(viewer), chosen)


def find_section(viewer: Any) -> None:
    """Ask where the section of a session is now, and open the session with it."""
    session = session_for(viewer)
    if session.lost is None:
        return
    section = _open(f"Where is {session.lost.section.name} now?", "Section (*.h5ad)")
    if section:
        _start(jobs.open_session, session, session.lost.file, section)


def save_session(viewer: Any) -> None:
    """Save the session where it was saved before; the first time the user is asked where to."""
    session = session_for(viewer)
    if session.file is None:
        save_session_as(viewer)
    else:
        _start(jobs.save_session, session, session.file)


def save_session_as(viewer: Any) -> None:
    """Ask where to, and save the session there."""
    session = session_for(viewer)
    name = "session" if session.section is None else session.section.name
    start = session.file or (session.section_path or Path(name)).with_name(name + SUFFIX)
    path, _ = QFileDialog.getSaveFileName(window(), "Save the session", str(start), SESSION_FILTER)
    if path:
        _start(jobs.save_session, session, path)


def keep(viewer: Any, kind: str) -> None:
    """Ask where to, and write one of the things of the table."""
    chosen = KINDS[kind]
    path, _ = QFileDialog.getSaveFileName(window(), chosen.words.rstrip(" …"), chosen.file, chosen.filter)
    if not path:
        return
    target = path if Path(path).suffix else path + Path(chosen.file).suffix
    session = session_for(viewer)
    try:
        chosen.write(viewer, target)
    except RippleError as error:
        session.message = str(error)
        jobs.report(error)
    else:
        session.message = f"Written: {Path(target).name}."


def _start(begin: Any, *arguments: Any) -> None:
    try:
        begin(*arguments)
    except RippleError as error:
        jobs.report(error)


def _open(title: str, which: str) -> str:
    return QFileDialog.getOpenFileName(window(), title, "", which)[0]


def open_page(page: QDialog) -> None:
    """Show a window of ours beside napari's; it is thrown away when it is closed."""
    page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    page.show()
    page.raise_()


def window() -> QWidget | None:
    """The window that a dialog or a page of ours belongs to."""
    shown = [one for one in QApplication.topLevelWidgets() if isinstance(one, QMainWindow) and one.isVisible()]
    return QApplication.activeWindow() or next(iter(shown), None)
