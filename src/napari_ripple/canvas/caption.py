"""Words on the canvas: what simulated values it shows, and a clear mark where they are out of date."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.QtCore import QCoreApplication, QTimer

from napari_ripple.session import Session
from napari_ripple.window import is_dark, letters_of

STALE = "OUT OF DATE: press Regenerate"
WARNING = {True: "#ffb300", False: "#a04a00"}
"""Colour of a caption that is out of date, on a dark canvas and on a light one."""
MEASURED = "observed (measured)"
POSITION, FONT_SIZE, LETTERS = "top_center", 9, 45
"""So many letters stand on a line: more would be cut off at both ends of a small canvas."""
COMPARED = {"control": "B", "perturbed": "A", "response": "A − B"}
"""What the views show while two scenarios are compared."""
ALPHABET = "".join(
    sorted({*"0123456789.µm SIMULATED: control perturbed response | A − B of", *STALE, *MEASURED} - {" "})
)
"""Those of the caption, but for names of genes, and of the scale bar."""
FIRST_MS, EVERY_MS = 200, 5
"""When letters are first made after a panel was opened, which is seen before, and how often another."""


class Caption:
    """The text at the top of one viewer's canvas; empty while only measured cells are shown.

    A picture of the canvas says by it what is simulated. ``viewer`` gives the viewer, or None when it is gone.
    """

    def __init__(self, viewer: Callable[[], Any], session: Session) -> None:
        self._viewer, self.session = viewer, session
        self._shown = ("", False, True)
        self._to_rehearse = ""
        self._timer: QTimer | None = None

    def rehearse(self) -> None:
        """Write a word unseen and make the pictures of all letters, one at a time, so that nobody waits for them later.

        napari makes the picture of a letter when it is first drawn, 10 to 20 ms each, and the driver builds the text's program at the first
        word, which can take a second without a graphics card; the scale bar uses the same.
        """
        if QCoreApplication.instance() is None:
            return
        self._to_rehearse, self._timer = ALPHABET, QTimer()
        self._timer.timeout.connect(self._rehearse)
        self._timer.start(FIRST_MS)

    def close(self) -> None:
        """Rehearse no longer."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def show(self, *_: Any) -> None:
        """Say what the session shows now."""
        viewer = self._viewer()
        if viewer is None:
            return
        shown = (words(self.session), self.session.result_is_stale, is_dark(viewer))
        if shown == self._shown:
            return
        self._shown = shown
        overlay = viewer.canvas.overlays.text
        overlay.opacity = 1.0
        overlay.position, overlay.font_size = POSITION, FONT_SIZE
        overlay.color = WARNING[shown[2]] if shown[1] else None
        overlay.text, overlay.visible = shown[0], bool(shown[0])

    def _rehearse(self) -> None:
        if self._timer is not None and self._timer.interval() != EVERY_MS:
            self._timer.setInterval(EVERY_MS)
            self._write_unseen(MEASURED[0])
            return
        letters = letters_of(self._viewer())
        if letters is None or not self._to_rehearse:
            self._write_unseen("")
            self.close()
            return
        letter, self._to_rehearse = self._to_rehearse[0], self._to_rehearse[1:]
        letters[letter]  # makes it, unless it is there

    def _write_unseen(self, some: str) -> None:
        """Let the canvas draw some letters that are clear, or none again; words that are seen stay."""
        viewer = self._viewer()
        if viewer is not None and not self._shown[0]:
            overlay = viewer.canvas.overlays.text
            overlay.opacity, overlay.text, overlay.visible = (0.0, some, True) if some else (1.0, "", False)


def words(session: Session) -> str:
    """What is simulated on the canvas, and in a line below whether it is out of date; empty without anything."""
    views = [session.view] if session.second is None else [session.view, session.second.view]
    if session.simulation is None or set(views) == {"observed"}:
        return ""
    by = session.color_by
    of = f"of {by.key}" if by.kind in ("gene", "set") else ""
    if session.simulation.compared:
        return in_lines(f"SIMULATED: {' | '.join(COMPARED.get(view, view) for view in views)}", of)
    line = in_lines(f"SIMULATED: {' | '.join(MEASURED if view == 'observed' else view for view in views)}", of)
    return f"{line}\n{STALE}" if session.result_is_stale else line


def in_lines(line: str, of: str) -> str:
    """A line and what it is about, in two lines where they are long; a list of genes ends in dots.

    >>> in_lines("SIMULATED: response", "of Gad1")
    'SIMULATED: response of Gad1'
    >>> in_lines("SIMULATED: response | observed (measured)", "of Gad1")
    'SIMULATED: response | observed (measured)\\nof Gad1'
    """
    if not of or len(line) + 1 + len(of) <= LETTERS:
        return f"{line} {of}".strip()
    return f"{line}\n{of if len(of) <= LETTERS else of[: LETTERS - 2] + ' …'}"
