"""Every choice is taken back and made again, alone and through a session file; what is no choice is named in the docs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from plugin.experiment import run

from napari_ripple import actions
from napari_ripple.scripted.text import script_of
from napari_ripple.session import Session
from napari_ripple.state.choices import same

ROOT = Path(__file__).parents[3]
Act = Callable[[Session], object]
CHOICES: dict[str, Act] = {
    "rename_niche": lambda session: actions.rename_niche(session, "1", "rim"),
    "recolor_label": lambda session: actions.recolor_label(session, "1", "#123456"),
    "rename_scenario": lambda session: actions.rename_scenario(session, session.scenarios[0].name, "first"),
    "star": lambda session: actions.mark_scenario(session, session.scenarios[0].name, starred=True),
    "note": lambda session: actions.mark_scenario(session, session.scenarios[0].name, note="look again"),
    "remove_scenario": lambda session: actions.remove_scenario(session, session.scenarios[0].name),
    "rename_roi": lambda session: actions.rename_roi(session, "Region 1", "edge"),
    "recolor_roi": lambda session: actions.recolor_roi(session, "Region 1", "#654321"),
    "show_roi": lambda session: actions.show_roi(session, "Region 1", visible=False),
    "remove_roi": lambda session: actions.remove_roi(session, "Region 1"),
    "knock_out": lambda session: actions.knock_out(session, ["Gene040"]),
    "set_strength": lambda session: actions.set_strength(session, 0.5),
    "clear_edits": lambda session: actions.clear_edits(session),
    "set_settings": lambda session: actions.set_settings(session, seed=9),
}


@pytest.fixture
def worked(ready: Session) -> Session:
    """A session with niches, the first of which is shown in a colour of its own, and a kept result."""
    names = pd.Categorical(["1", "2"] * (len(ready.section) // 2))
    table = pd.DataFrame({"ripple_niche": names}, index=ready.section.cells)
    ready.add_columns(table, {(ready.section.name, "ripple_niche"): {"clusters": 2}})
    actions.color_by(ready, "ripple_niche")
    actions.recolor_label(ready, "1", "#aa0000")
    run(ready)
    actions.hide_labels(ready, ["1"])
    ready.end_step()
    return ready


def seen(session: Session) -> list[object]:
    """What such choices change of what is seen."""
    niches = session.section.obs["ripple_niche"]
    kept = [(one.name, one.starred, one.note) for one in session.scenarios]
    return [list(niches), list(niches.cat.categories), sorted(session.hidden), dict(session.label_colors), kept]


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_is_taken_back_and_made_again(worked: Session, name: str) -> None:
    before, saw = worked.choices, seen(worked)
    CHOICES[name](worked)
    after, sees = worked.choices, seen(worked)
    assert not same(before, after)
    actions.undo(worked)
    assert same(worked.choices, before)
    assert seen(worked) == saw
    assert worked.message.startswith("Taken back: ")
    actions.redo(worked)
    assert same(worked.choices, after)
    assert seen(worked) == sees
    compile(script_of(worked.commands), "script", "exec")


def test_all_of_it_comes_back_with_the_file(worked: Session, tmp_path: Path) -> None:
    saw = [seen(worked)]
    for name in ("rename_niche", "note", "recolor_roi", "rename_scenario"):
        worked.end_step()
        CHOICES[name](worked)
        saw.append(seen(worked))
    actions.undo(worked)
    actions.save_session(worked, tmp_path / "study.ripple")
    fresh = Session()
    actions.open_session(fresh, tmp_path / "study.ripple")
    actions.redo(fresh)
    assert seen(fresh) == saw.pop()
    while saw:
        actions.undo(fresh)
        assert seen(fresh) == saw.pop()


def test_a_result_that_arrives_is_no_step_and_stays_when_one_goes_back(worked: Session) -> None:
    actions.set_settings(worked, seed=3)
    undo = len(worked.past()[0])
    run(worked)
    assert len(worked.scenarios) == 2
    assert len(worked.past()[0]) == undo
    actions.undo(worked)
    assert len(worked.scenarios) == 2
    actions.redo(worked)
    assert [one.settings.seed for one in worked.scenarios] == [0, 3]


def test_a_removed_result_is_not_in_the_file_and_its_step_neither(worked: Session, tmp_path: Path) -> None:
    steps = len(worked.past()[0])
    actions.remove_scenario(worked, worked.scenarios[0].name)
    actions.save_session(worked, tmp_path / "study.ripple")
    fresh = Session()
    actions.open_session(fresh, tmp_path / "study.ripple")
    assert fresh.scenarios == ()
    assert len(fresh.past()[0]) == steps
    actions.undo(worked)
    assert len(worked.scenarios) == 1


def test_niches_found_anew_have_their_own_names_whatever_is_taken_back(session: Session, gest_checkpoint: Path) -> None:
    actions.open_model(session, gest_checkpoint)
    for count in (3, 2):
        for _ in actions.find_niches(session, clusters=count):
            pass
        names = list(session.section.obs["ripple_niche"].cat.categories)
        assert names == [str(number + 1) for number in range(count)]
        actions.rename_niche(session, "1", f"first of {count}")
    actions.undo(session)
    assert list(session.section.obs["ripple_niche"].cat.categories) == ["1", "2"]
    assert not session.can_undo


def test_names_wait_while_something_is_computed(worked: Session) -> None:
    actions.rename_niche(worked, "1", "rim")
    worked.job = worked.job.__class__("running", "Regenerating")
    actions.undo(worked)
    assert "Regenerating is under way" in worked.message
    assert "rim" in worked.section.obs["ripple_niche"].cat.categories


def test_what_cannot_be_taken_back_is_named_with_its_reason() -> None:
    source = "".join(path.read_text() for path in (ROOT / "src/napari_ripple/actions").rglob("*.py"))
    recorded = set(re.findall(r'session\.record\(\s*"(\w+)"', source))
    told = set(re.findall(r"`(\w+)`", (ROOT / "docs/keeping.md").read_text()))
    assert len(recorded) > 20
    assert sorted(recorded - told) == []
