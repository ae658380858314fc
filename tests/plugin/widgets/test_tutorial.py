"""The biologist's tutorial, walked through in a real window: its headings, its words in bold and its pictures are what is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from plugin.hand import Hand

import ripple_core as rc

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "tutorial_biologist.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^## \d+\. (.*)\n((?:(?!^## ).*\n)*)", re.MULTILINE)
SECTIONS = dict(SECTION.findall(TEXT))
FILES = ("tissue.h5ad", "deg.csv", "roi.geojson")


@pytest.fixture
def tour(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The steps that the pictures are made with."""
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    import tour

    return tour


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample with a plain rule in the place of its model, for a new user, who knows no other models."""
    monkeypatch.setenv("RIPPLE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in FILES:
        (tmp_path / name).symlink_to(ROOT / "sample_data" / name)
    rc.train([rc.read(tmp_path / "tissue.h5ad")], "knn", out=tmp_path / "checkpoint")
    return tmp_path


def in_bold(text: str) -> set[str]:
    return {" ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", text, re.DOTALL)}


def test_the_text_has_the_headings_of_the_tour(tour: Any) -> None:
    assert list(SECTIONS) == [tour.title(section) for section in tour.SECTIONS]


def walk(tour: Any, viewer: Any, case: Any, sections: Any) -> None:
    """Do what each section says, and hold its words against what is pressed and what can be read meanwhile."""
    viewer.window.resize(1280, 860)
    viewer.window.add_plugin_dock_widget("napari-ripple", "Ripple")
    hand = Hand(viewer)
    hand.rest(0.3)
    for section in sections:
        pictures: list[str] = []
        hand.begin()
        section(hand, case, pictures.append)
        hand.look()
        text = SECTIONS[tour.title(section)]
        bold = in_bold(text)
        assert [words for words in bold if not any(words in line for line in hand.read)] == [], tour.title(section)
        assert sorted(set(hand.used) - bold) == [], tour.title(section)
        assert re.findall(r"pictures/\d\d_(\w+)\.png", text) == pictures, tour.title(section)


def test_what_is_written_is_what_the_window_shows(tour: Any, viewer: Any, quick: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("RIPPLE_HOME", str(quick / "home"))
    walk(tour, viewer, tour.Case(quick, quick, zone_um=40, seen=0.2), tour.SECTIONS[:-2])


@pytest.mark.slow
def test_so_it_is_with_the_model_of_the_sample(tour: Any, viewer: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("RIPPLE_HOME", str(tmp_path / "home"))
    walk(tour, viewer, tour.Case(tour.SAMPLE, tmp_path, zone_um=40, seen=0.2), tour.SECTIONS)
