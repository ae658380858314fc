"""Draws the pictures of docs/: drives a real window through the steps of a first-time user and keeps what it shows.

Run from the checkout, on a display or a virtual one: ``make pictures``. With ``--example FOLDER`` it does the same for
other files (tissue.h5ad, roi.geojson, deg.csv, checkpoint/), with ``--prefix`` in the pictures' names.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

import numpy as np

from napari_ripple import actions
from napari_ripple.demo import DrivenWindow, show_strongest_unedited

PICTURES = Path(__file__).parent / "pictures"
TISSUE, REGION, EDIT, REGENERATE, RESULT = range(5)
CORNERS = 40
ENOUGH = 0.45


def tissue(window: DrivenWindow) -> None:
    """Cells coloured by type, with the legend."""
    window.panel.steps.open(TISSUE)
    label = window.session.section.label_key
    if label is not None:
        actions.color_by(window.session, label)


def gene(window: DrivenWindow) -> None:
    """Cells coloured by the first edited gene that the section has, typed into the search field."""
    edited = [name for edit in window.session.edits for name in edit.genes]
    known = {str(name).casefold(): str(name) for name in window.session.section.genes}
    found = next(known[name.casefold()] for name in edited if name.casefold() in known)
    window.panel.tissue.choice.genes.setText(found)
    window.panel.tissue.choice.genes.returnPressed.emit()


def region(window: DrivenWindow) -> None:
    """A second region beside the first, then the first one's statistics."""
    window.panel.steps.open(REGION)
    session = window.session
    first = session.active_roi
    left, bottom, right, top = session.rois[first].geometry.bounds
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    radius = (right - left) / 3 * (1 + 0.15 * np.sin(3 * angle))
    centre = np.array([left - 0.6 * (right - left), bottom - 0.4 * (top - bottom)])
    actions.draw_roi(session, centre + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1))
    actions.choose_roi(session, first)


def edit(window: DrivenWindow) -> None:
    """The edit with its preview."""
    window.panel.steps.open(EDIT)


def running(window: DrivenWindow) -> None:
    """The regeneration under way: cells come outward from the region."""
    window.panel.steps.open(REGENERATE)
    window.rest(0.3)
    window.press(window.panel.regenerate.run_button)

    def is_far_enough() -> bool:
        job = window.session.job
        return not job.is_busy or (job.progress is not None and job.progress.fraction > ENOUGH)

    window.rest(600.0, is_far_enough)


def result(window: DrivenWindow) -> None:
    """The most changed genes, and the response of the strongest that was not edited."""
    window.work()
    window.rest(2.0, lambda: bool(window.panel.result.table.genes()))
    show_strongest_unedited(window)


def observed(window: DrivenWindow) -> None:
    """The same gene as it was measured."""
    window.press(window.panel.result.views.buttons["observed"])


STEPS = (tissue, gene, region, edit, running, result, observed)


def make(out: Path, example: Path | None, prefix: str, theme: str) -> list[Path]:
    """Take the steps in one window and keep a picture after each."""
    window = DrivenWindow(theme=theme)
    window.open_example(example)
    made = []
    for number, step in enumerate(STEPS, start=1):
        step(window)
        made.append(out / f"{prefix}{number}_{step.__name__}.png")
        window.picture(made[-1])
    window.close()
    return made


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PICTURES)
    parser.add_argument("--example", type=Path, default=None)
    parser.add_argument("--prefix", default="")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ripple-pictures-") as settings:
        os.environ.setdefault("NAPARI_CONFIG", str(Path(settings) / "settings.yaml"))
        for path in make(chosen.out, chosen.example, chosen.prefix, chosen.theme):
            print(path)


if __name__ == "__main__":
    main()
