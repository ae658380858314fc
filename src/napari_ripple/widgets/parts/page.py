"""What every panel is: one scrolling page that follows a Session and lets go of it when it is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from napari.utils.notifications import show_error
from qtpy.QtCore import QSize, Qt
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from napari_ripple.session import Session
from napari_ripple.viewer_link import session_for
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.following import Followed, Wish
from napari_ripple.widgets.parts.scrolled import WheelGuard, let_words_wrap
from ripple_core.errors import RippleError

SPACING, MIN_WIDTH, WIDTH = 6, 240, 340
LEAST_CANVAS = 120
SHARE_OF_WINDOW = 0.33


class Page(QScrollArea):
    """A panel: give it the viewer, and it shows that viewer's Session.

    Parameters
    ----------
    napari_viewer
        The viewer whose Session is shown; its Session is made when it has none yet.
    """

    title = "Panel"

    def __init__(self, napari_viewer: Any) -> None:
        super().__init__()
        self.viewer = napari_viewer
        self.session: Session = session_for(napari_viewer)
        self.followed = Followed(self)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumSize(MIN_WIDTH, 120)
        content = QWidget()
        content.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.rows = QVBoxLayout(content)
        self.rows.setContentsMargins(8, 6, 8, 8)
        self.rows.setSpacing(SPACING)
        self.setWidget(content)
        self.setObjectName(self.title)
        self._wheel = WheelGuard(content)
        tones.Dresser(self)

    def follow(self, signal: Any, slot: Callable[..., Any]) -> None:
        """Call a slot whenever a session signal comes, until the panel is closed."""
        self.followed.add(signal, slot)

    def ask(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call an action; what it refuses is shown to the user in its own words, and None is returned."""
        try:
            return action(*args, **kwargs)
        except RippleError as error:
            self.session.message = str(error)
            show_error(str(error))
            return None

    def put(self, *widgets: QWidget) -> None:
        """Add widgets below what is there."""
        for widget in widgets:
            self.rows.addWidget(widget)

    def wire(self, signal: Any, action: Callable[..., Any], takes: int | None = None, **fixed: Any) -> None:
        """On a Qt signal, ask for an action on the Session with the first ``takes`` of its values (None: all)."""
        signal.connect(Wish(self.ask, action, self.session, takes=takes, **fixed))

    def showEvent(self, event: QShowEvent | None) -> None:
        """Leave room for the tissue: docks can be drawn over the whole window, and nothing can be drawn on no pixels."""
        super().showEvent(event)
        self._wheel.guard()
        let_words_wrap(self)
        window = self.window()
        canvas = window.centralWidget() if isinstance(window, QMainWindow) else None
        if canvas is not None:
            canvas.setMinimumSize(LEAST_CANVAS, LEAST_CANVAS)

    def sizeHint(self) -> QSize:
        """Room for a form and a table."""
        return QSize(fitting_width(self.viewer), 560)


def fitting_width(viewer: Any) -> int:
    """Width (pixels) of a panel beside a viewer: at most a third of its window, so that the tissue keeps the most."""
    width = viewer.window.geometry()[2]
    return max(MIN_WIDTH, min(WIDTH, round(width * SHARE_OF_WINDOW)))


def row(*widgets: QWidget, stretch: int | None = None) -> QHBoxLayout:
    """Widgets side by side; the one at index ``stretch`` takes the room that is left."""
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(SPACING)
    for index, widget in enumerate(widgets):
        line.addWidget(widget, 1 if index == stretch else 0)
    return line
