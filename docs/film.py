"""The short animation of README: a region is drawn, an edit loaded, and cells change outward from it; filmed in a real window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tour
from picture import window_picture
from PIL import Image
from plugin.hand import Hand

from napari_ripple.demo import DrivenWindow

NAME = "ripple.gif"
WIDTH, COLORS, SAMPLES = 800, 160, 6
FRAME_MS, STILL_MS, LAST_MS = 90, 1100, 2200
STEPS, LASSO_STEPS, PAINT_S, REST_S = 40, 12, 0.12, 0.7
ZONE_UM = 200


class Film:
    """Frames of a window and how long each is shown."""

    def __init__(self, viewer: Any) -> None:
        self.viewer = viewer
        self.frames: list[Image.Image] = []
        self.times: list[int] = []

    def frame(self, milliseconds: int = FRAME_MS) -> None:
        """Film what the window shows now."""
        whole = window_picture(self.viewer)
        self.frames.append(whole.resize((WIDTH, round(whole.height * WIDTH / whole.width)), Image.Resampling.LANCZOS))
        self.times.append(milliseconds)

    def write(self, path: Path) -> None:
        """Write a GIF whose frames share one table of colours, so that only what changes takes room."""
        table = side_by_side(self.frames[:: max(1, len(self.frames) // SAMPLES)]).quantize(
            COLORS, method=Image.Quantize.MEDIANCUT
        )
        few = [frame.quantize(palette=table, dither=Image.Dither.NONE) for frame in self.frames]
        first, *rest = few
        first.save(path, save_all=True, append_images=rest, duration=self.times, loop=0, optimize=False, disposal=1)


def make(case: tour.Case, path: Path, size: tuple[int, int]) -> Path:
    """Film the walk from a section to the response."""
    window = DrivenWindow(size, "dark")
    hand = Hand(window.viewer)
    film = Film(window.viewer)
    tour.open_section(hand, case, lambda _: None)
    hand.rest(REST_S)
    film.frame(STILL_MS)
    draw(hand, case, film)
    hand.press("3 Edit")
    hand.press_and_name("Load table …", str(case.folder / "deg.csv"))
    hand.rest(REST_S)
    film.frame(STILL_MS)
    tour.choose_a_model(hand, case, lambda _: None)
    hand.set("zone", str(ZONE_UM))
    film.frame(STILL_MS // 2)
    hand.press("Regenerate")
    watch(hand, film)
    hand.rest(REST_S)
    tour.read_the_result(hand, case, lambda name: film.frame(LAST_MS) if name == "result" else None)
    window.close()
    film.write(path)
    return path


def side_by_side(frames: list[Image.Image]) -> Image.Image:
    """Some frames in one picture, whose colours are those of all."""
    width, height = frames[0].size
    whole = Image.new("RGB", (width * len(frames), height))
    for place, frame in enumerate(frames):
        whole.paste(frame, (place * width, 0))
    return whole


def draw(hand: Hand, case: tour.Case, film: Film) -> None:
    """Draw the region with the lasso, filmed on the way."""
    hand.press("2 Region")
    hand.press("Lasso")
    outline = [tuple(map(float, corner)) for corner in case.outline()]
    hand.mouse.send("MouseMove", *outline[0], pressed=False)
    hand.mouse.send("MouseButtonPress", *outline[0], pressed=True)
    every = max(1, len(outline) // LASSO_STEPS)
    for number, corner in enumerate(outline[1:]):
        hand.mouse.send("MouseMove", *corner, pressed=True)
        if number % every == 0:
            film.frame()
    hand.mouse.send("MouseButtonRelease", *outline[-1], pressed=False)
    hand.wait(lambda: tour.session(hand).roi is not None)
    hand.press("Navigate")
    hand.rest(0.6)
    film.frame(STILL_MS)


def watch(hand: Hand, film: Film) -> None:
    """Film a regeneration, one frame for each part of it, however long it takes."""
    for step in range(1, STEPS):
        hand.rest(600.0, lambda part=step / STEPS: tour.done(hand) >= part)  # type: ignore[misc]
        hand.rest(PAINT_S)
        film.frame()
    hand.wait(lambda: not tour.session(hand).job.is_busy)
