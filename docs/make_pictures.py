"""Draws the pictures of docs/: walks through the biologist's tutorial in a real window and keeps what it shows.

Run from the checkout, on a display or a virtual one: ``make pictures``. With ``--example FOLDER`` it does the same for
other files (tissue.h5ad, roi.geojson, deg.csv, checkpoint/), with ``--prefix`` in the pictures' names. ``--film`` makes
the animation instead.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    HOME = tempfile.TemporaryDirectory(prefix="ripple-pictures-")  # paths are shown as in a new user's folder
    os.environ["HOME"] = os.environ["RIPPLE_HOME"] = HOME.name  # before napari is imported, which looks there
    os.environ["NAPARI_CONFIG"] = str(Path(HOME.name) / "settings.yaml")
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "docs")]

import film  # noqa: E402  # the tests' hand and the tour are found only now
import tour  # noqa: E402
from picture import write_png  # noqa: E402
from plugin.hand import Hand  # noqa: E402

from napari_ripple.demo import DrivenWindow  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
SIZE = (1280, 860)


def make(case: tour.Case, out: Path, prefix: str, theme: str, sections: int) -> list[Path]:
    """Take the tour in one window and keep the pictures on the way."""
    window = DrivenWindow(SIZE, theme)
    hand = Hand(window.viewer)
    made: list[Path] = []

    def keep(name: str) -> None:
        hand.rest(0.6)
        made.append(out / f"{prefix}{len(made) + 1:02d}_{name}.png")
        write_png(window.viewer, made[-1])

    for section in tour.SECTIONS[:sections]:
        print(tour.title(section), flush=True)
        section(hand, case, keep)
    window.close()
    return made


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PICTURES)
    parser.add_argument("--example", type=Path, default=tour.SAMPLE)
    parser.add_argument("--prefix", default="")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    parser.add_argument("--zone-um", type=int, default=100)
    parser.add_argument(
        "--sections", type=int, default=len(tour.SECTIONS), help="how many sections of the text are walked"
    )
    parser.add_argument("--film", action="store_true", help="make the animation, not the pictures")
    chosen = parser.parse_args()
    case = tour.Case(chosen.example, Path.home(), chosen.zone_um, looks=4)
    if chosen.film:
        made = [film.make(case, chosen.out / f"{chosen.prefix}{film.NAME}", SIZE)]
    else:
        made = make(case, chosen.out, chosen.prefix, chosen.theme, chosen.sections)
    for path in made:
        print(path)


if __name__ == "__main__":
    main()
