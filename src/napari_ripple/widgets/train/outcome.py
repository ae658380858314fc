"""What came of a training: a sentence, the held-out scores beside plain rules, and the button that puts it to use."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QLabel, QVBoxLayout, QWidget

from napari_ripple.state.training import Training
from napari_ripple.widgets.models.box import SCORES_TIP, score_table
from napari_ripple.widgets.parts import tones


class Outcome(QWidget):
    """Emits ``use`` with the folder of the trained model."""

    use = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.alarm = tones.alarm()
        self.scores = QLabel()
        self.scores.setToolTip(SCORES_TIP)
        self.use_button = tones.button(
            "Use this model", "Load it, so that it regenerates; it is then tried on this section."
        )
        self.use_button.clicked.connect(self._emit_use)
        self._out = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.words, self.alarm, self.scores, self.use_button):
            column.addWidget(widget)

    def _emit_use(self) -> None:
        self.use.emit(self._out)

    def show_training(self, training: Training) -> None:
        """Show the end of a training; nothing while there is none."""
        self._out = training.wish.out
        record = training.record or {}
        is_done = training.state == "done"
        self.words.setText(training.words if is_done else "")
        self.alarm.setText(training.words if training.state == "failed" else "")
        self.scores.setText(score_table(record.get("scores") or {}, _own(record)) if is_done else "")
        for label in (self.words, self.alarm, self.scores):
            label.setVisible(bool(label.text()))
        self.use_button.setVisible(is_done)
        self.setVisible(is_done or training.state == "failed")


def _own(record: dict) -> str:
    """The model's own row: scores name it first."""
    return next(iter(record.get("scores") or {"": None}))
