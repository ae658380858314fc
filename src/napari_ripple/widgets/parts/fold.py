"""A heading that folds what stands below it away: for what is not needed every time."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from napari_ripple.widgets.parts.scrolled import bring_up

MORE_SETTINGS = "More settings"


class Fold(QWidget):
    """A heading with an arrow; a click, or space, shows or hides the content.

    Parameters
    ----------
    title
        The words of the heading.
    contents
        What is shown and hidden, one below the other; hidden at first.
    """

    def __init__(self, title: str, *contents: QWidget) -> None:
        super().__init__()
        self.button, self.content = QToolButton(), QWidget()
        self.button.setText(title)
        self.button.setProperty("role", "fold")
        self.button.setCheckable(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.button)
        column.addWidget(self.content)
        inside = QVBoxLayout(self.content)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        for content in contents:
            inside.addWidget(content)
        self.button.toggled.connect(self.open)
        self.button.clicked.connect(lambda is_open: bring_up(self) if is_open else None)
        self.open(False)

    def open(self, is_open: bool = True) -> None:
        """Show or hide the content."""
        self.button.setChecked(is_open)
        self.button.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self.content.setVisible(is_open)
