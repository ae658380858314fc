"""The part of a session file that holds the kept results: each with all that it was made from."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import Field

from napari_ripple.actions.session_file.store import Store
from napari_ripple.session import Choices, Session
from napari_ripple.state.scenario import Scenario
from ripple_core.errors import DataError, sentence
from ripple_core.perturb.editing.edits import Edit
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.roi import Roi
from ripple_core.settings import Settings


class Marks(Settings):
    """What a user calls a kept result, and says of it."""

    name: str
    starred: bool = False
    note: str = ""


class ScenarioContent(Settings):
    """One kept result."""

    name: str = Field(description="How it is called.")
    roi: dict[str, Any] = Field(description="Its region as a GeoJSON feature, µm.")
    edits: list[Edit] = Field(description="What was changed.")
    settings: PerturbSettings = Field(description="How it was regenerated.")
    model: str
    model_path: str = ""
    section: str
    member: str = Field(description="The result's file inside.")
    made: str = Field(description="When, local time.")
    starred: bool = False
    note: str = ""
    is_of_section: bool = Field(False, description="Whether it was made from the session's own section.")
    is_of_model: bool = Field(False, description="Whether it was made with the session's own model.")
    undo: list[Marks | None] = Field(
        default_factory=list,
        description="Its name and marks in the steps that undo goes to; None where it was not on the list.",
    )
    redo: list[Marks | None] = Field(default_factory=list, description="The same for redo.")


@dataclass(frozen=True)
class Taken:
    """A scenario, and whether it was made with the section and the model of the session."""

    scenario: Scenario
    is_of_section: bool
    is_of_model: bool
    undo: tuple[Marks | None, ...] = ()
    redo: tuple[Marks | None, ...] = ()


def take(session: Session) -> tuple[Taken, ...] | None:
    """All kept results; those that were removed are not kept, so that a file does not hold what its user threw away."""
    undo, redo = session.past()
    return tuple(
        Taken(
            one,
            _is(one._section, None if session.section is None else session.section.counts),
            _is(one._model, session.model),
            tuple(_marks(one, state) for state in undo),
            tuple(_marks(one, state) for state in redo),
        )
        for one in session.scenarios
    )


def write(taken: tuple[Taken, ...], store: Store) -> list[dict[str, Any]]:
    """As JSON, with their results as files; one that is the session's own result is written once."""
    return [_content(one, store).model_dump(mode="json") for one in taken]


def read(content: Any, store: Store) -> tuple[Taken, ...]:
    """From JSON."""
    found = [ScenarioContent(**one) for one in content]
    return tuple(
        Taken(_scenario(one, store), one.is_of_section, one.is_of_model, tuple(one.undo), tuple(one.redo))
        for one in found
    )


def give(session: Session, taken: tuple[Taken, ...]) -> None:
    """Put them on the session's list, in every step under the name and marks that they had then."""
    bound = [(one, _bound(one, session)) for one in taken]
    lists = {id(session.choices): tuple(scenario for _, scenario in bound)}
    for steps, states in zip(("undo", "redo"), session.past()):
        for place, state in enumerate(states):
            then = (_marked(scenario, getattr(one, steps), place) for one, scenario in bound)
            lists[id(state)] = tuple(scenario for scenario in then if scenario is not None)
    session.rewrite(lambda choices: replace(choices, scenarios=lists[id(choices)]))


def _marks(one: Scenario, state: Choices) -> Marks | None:
    """Name and marks of a kept result in a step, None where it was not on the list."""
    then = next((scenario for scenario in state.scenarios if scenario.result is one.result), None)
    return None if then is None else Marks(name=then.name, starred=then.starred, note=then.note)


def _marked(scenario: Scenario, marks: Sequence[Marks | None], place: int) -> Scenario | None:
    """The scenario as it was in a step; files of before have no steps."""
    if place >= len(marks):
        return scenario
    then = marks[place]
    return None if then is None else replace(scenario, **dict(then))


def _bound(taken: Taken, session: Session) -> Scenario:
    """The scenario, which knows the session's section and model again where they are its own."""
    sources: dict[str, Any] = {}
    if taken.is_of_section and session.section is not None:
        sources["_section"] = weakref.ref(session.section.counts)
    if taken.is_of_model and session.model is not None:
        sources["_model"] = weakref.ref(session.model)
    return replace(taken.scenario, **sources)


def _content(taken: Taken, store: Store) -> ScenarioContent:
    one = taken.scenario
    return ScenarioContent(
        name=one.name,
        roi=one.roi.as_feature(),
        edits=list(one.edits),
        settings=one.settings,
        model=one.model,
        model_path="" if one.model_path is None else str(one.model_path),
        section=one.section,
        member=store.keep_anndata("result", one.result),
        made=one.made.isoformat(),
        starred=one.starred,
        note=one.note,
        is_of_section=taken.is_of_section,
        is_of_model=taken.is_of_model,
        undo=list(taken.undo),
        redo=list(taken.redo),
    )


def _scenario(content: ScenarioContent, store: Store) -> Scenario:
    path = Path(content.model_path) if content.model_path else None
    roi, result = Roi.from_feature(content.roi), store.anndata(content.member)
    what = (content.name, roi, tuple(content.edits), content.settings, content.model, path, content.section, result)
    return Scenario(*what, _time(content.made), content.starred, content.note)


def _time(words: str) -> datetime:
    try:
        return datetime.fromisoformat(words)
    except ValueError:
        raise DataError(sentence("when a result was made", repr(words), "Save the session again")) from None


def _is(reference: Any, thing: Any) -> bool:
    return reference is not None and thing is not None and reference() is thing
