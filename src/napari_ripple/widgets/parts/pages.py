"""Which page is in front: tabs that say it by name, and what keeps it in the session, where a session file finds it."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import QObject, Signal
from qtpy.QtWidgets import QTabWidget

from napari_ripple.session import Session
from napari_ripple.widgets.parts.following import Followed


class Pages(QTabWidget):
    """Tabs that emit ``turned`` with the name of the page that comes to the front."""

    turned = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(self._tell)

    def turn(self, name: str) -> None:
        """Bring the page of this name to the front; nothing happens where there is none."""
        for place in range(self.count()):
            if self.tabText(place) == name:
                self.setCurrentIndex(place)

    def _tell(self, place: int) -> None:
        self.turned.emit(self.tabText(place))


class PageKeeper(QObject):
    """Keeps the page in front in ``session.pages[place]``, and turns to the one that stands there.

    Parameters
    ----------
    pages
        A widget with a signal ``turned`` and a method ``turn``, both with a page's name.
    place
        The key in ``session.pages``.
    followed
        The connections of the panel, with which this one ends.
    """

    def __init__(self, pages: Any, session: Session, place: str, followed: Followed) -> None:
        super().__init__(pages)
        self._session, self._place = session, place
        self._follow()
        pages.turned.connect(self._keep)
        followed.add(session.events.pages, self._follow)

    def _keep(self, name: str) -> None:
        self._session.pages = {**self._session.pages, self._place: name}

    def _follow(self) -> None:
        name, pages = self._session.pages.get(self._place), self.parent()
        if name is not None and pages is not None:
            pages.turn(name)  # type: ignore[attr-defined]  # the widget that was given
