"""The scenarios panel: one tab for each thing that is asked of several experiments."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import QSize
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_ripple.session import Session
from napari_ripple.viewer_link import session_for
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.following import Followed
from napari_ripple.widgets.parts.page import MIN_WIDTH, fitting_width
from napari_ripple.widgets.parts.pages import PageKeeper, Pages
from napari_ripple.widgets.scenarios.compare import ComparePage
from napari_ripple.widgets.scenarios.doses import DosesPage
from napari_ripple.widgets.scenarios.kept import KeptPage
from napari_ripple.widgets.scenarios.real import RealPage
from napari_ripple.widgets.scenarios.screen import ScreenPage

FRAME = 8
TIPS = {
    "Kept": "Every result of this session.",
    "A − B": "Two results side by side, and their difference.",
    "Doses": "The edits at several doses in one go.",
    "Screen": "Many genes, one at a time, ranked by what they do.",
    "Real": "The result against a real perturbed section.",
}


class ScenariosPanel(QWidget):
    """All pages about scenarios as tabs.

    Parameters
    ----------
    napari_viewer
        The viewer whose Session is shown.
    """

    title = "Scenarios"

    def __init__(self, napari_viewer: Any) -> None:
        super().__init__()
        self._viewer = napari_viewer
        self.session: Session = session_for(napari_viewer)
        self.kept, self.compare = KeptPage(napari_viewer), ComparePage(napari_viewer)
        self.doses, self.screening = DosesPage(napari_viewer), ScreenPage(napari_viewer)
        self.real = RealPage(napari_viewer)
        self.pages = (self.kept, self.compare, self.doses, self.screening, self.real)
        self.followed = Followed(self, tuple(page.followed for page in self.pages))
        self.tabs = Pages()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        for page in self.pages:
            page.setMinimumWidth(MIN_WIDTH - FRAME)
            self.tabs.setTabToolTip(self.tabs.addTab(page, page.title), TIPS[page.title])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tabs)
        self.setMinimumWidth(MIN_WIDTH)
        self.setObjectName(self.title)
        PageKeeper(self.tabs, self.session, "scenarios", self.followed)
        self.followed.add(self.session.events.comparison, self._show_comparison)
        tones.Dresser(self)

    def _show_comparison(self) -> None:
        """Go to the difference when two scenarios have been compared."""
        if self.session.comparison is not None:
            self.tabs.setCurrentWidget(self.compare)

    def sizeHint(self) -> QSize:
        """As a page."""
        return QSize(fitting_width(self._viewer), 560)
