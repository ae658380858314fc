"""Keep results as scenarios; show, rename, mark, remove them, and bring them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import anndata as ad

from napari_ripple.actions.regions.drawing import with_region
from napari_ripple.actions.tissue.coloring import color_by
from napari_ripple.session import Command, Session
from napari_ripple.state.scenario import Scenario, free_name
from napari_ripple.state.simulation import Simulation
from ripple_core.errors import DataError, among, sentence
from ripple_core.files import write_simulated
from ripple_core.perturb.reading.compare import Comparison, compare
from ripple_core.roi import Roi

KEPT_REMOVED = 5


def keep_result(session: Session, inputs: Sequence[Any], roi: Roi, result: ad.AnnData) -> Scenario:
    """Put a result on the list; one made again from the very same things takes the place of the older one."""
    made = Scenario.of(inputs, result, roi=roi, model_path=session.model_path)
    return _put(session, made)


def keep_file(session: Session, path: str | Path, result: ad.AnnData) -> Scenario | None:
    """Put a result that was read from a file on the list; None for one that is not of a perturbation."""
    made = Scenario.from_result(result, Path(path).stem)
    return None if made is None else _put(session, made)


def show_scenario(session: Session, name: str) -> None:
    """Show a scenario on the tissue again; its region, edits and settings become the choices, as one step to undo."""
    chosen = find(session, name)
    if session.section is None:
        raise DataError(sentence("an open section", "none", f"Open {chosen.section} first"))
    simulation = Simulation.from_result(chosen.result, session.section)
    rois, active = with_region(session, chosen.roi)
    command = Command("show_scenario", {"name": name}, merge="show_scenario")
    session.choose(command, rois=rois, active_roi=active, edits=chosen.edits, settings=chosen.settings)
    if not session.commands or session.commands[-1] is not command:
        session.record("show_scenario", merge="show_scenario", name=name)
    same_sources = chosen.was_made_with(session.section, session.model)
    session.result_inputs = session.inputs() if same_sources else None
    session.simulation = simulation
    session.result = chosen.result
    if session.view == "observed":
        session.view = "response"
    elsewhere = session.model is not None and session.model.name != chosen.model
    session.message = f"Shown: {name}." + (f" It was made with {chosen.model}." if elsewhere else "")


def rename_scenario(session: Session, name: str, new_name: str) -> None:
    """Give a scenario another name."""
    chosen, wanted = find(session, name), new_name.strip()
    if wanted == name:
        return
    if not wanted or wanted in names(session):
        raise DataError(sentence("a new name", repr(new_name), "Choose a name that no other scenario has"))
    _replace(session, Command("rename_scenario", {"name": name, "new_name": wanted}), chosen, chosen.renamed(wanted))


def mark_scenario(session: Session, name: str, *, starred: bool | None = None, note: str | None = None) -> None:
    """Star a scenario, or write a note on it; what is None stays."""
    chosen = find(session, name)
    marks: dict[str, Any] = {
        key: value for key, value in {"starred": starred, "note": note}.items() if value is not None
    }
    command = Command("mark_scenario", {"name": name, **marks}, merge=f"mark {name} {sorted(marks)}")
    _replace(session, command, chosen, replace(chosen, **marks))


def remove_scenario(session: Session, name: str) -> None:
    """Take a scenario off the list; the last few can be brought back."""
    chosen = find(session, name)
    rest = tuple(scenario for scenario in session.scenarios if scenario is not chosen)
    session.choose(Command("remove_scenario", {"name": name}), scenarios=rest)
    old = {id(scenario.result) for _, scenario in removed(session)[KEPT_REMOVED:]}
    if old:  # their results need memory
        _everywhere(session, lambda kept: tuple(one for one in kept if id(one.result) not in old))


def restore_scenario(session: Session) -> Scenario:
    """Bring the scenario back that was removed last."""
    gone = removed(session)
    if not gone:
        raise DataError(
            sentence("a removed scenario", "none", "Remove one first; the last few that were removed are kept")
        )
    place, last = gone[0]
    back = last.renamed(free_name(last.name, names(session)))
    kept = session.scenarios
    session.choose(Command("restore_scenario"), scenarios=(*kept[:place], back, *kept[place:]))
    return back


def removed(session: Session) -> list[tuple[int, Scenario]]:
    """Scenarios that were removed, the last one first, each with its place in the list."""
    seen, found = {id(scenario.result) for scenario in session.scenarios}, []
    for state in reversed(session.past()[0]):
        for place, scenario in enumerate(state.scenarios):
            if id(scenario.result) not in seen:
                seen.add(id(scenario.result))
                found.append((place, scenario))
    return found


def compare_scenarios(session: Session, a: str, b: str) -> Comparison:
    """Hold scenario A against B, and show response A − response B on the cells that both regenerated."""
    one, other = find(session, a), find(session, b)
    if one is other:
        raise DataError(sentence("two scenarios", f"{a!r} twice", "Choose another one as B"))
    found = compare(one.result, other.result, (a, b))
    session.record("compare_scenarios", merge="compare_scenarios", a=a, b=b)
    session.comparison = found
    show_comparison(session)
    return found


def show_comparison(session: Session, gene: str | None = None) -> None:
    """Show the difference of the two scenarios on the tissue again, of one gene or of what is shown."""
    found = session.comparison
    if found is None or session.section is None:
        raise DataError(sentence("two compared scenarios of an open section", "none", "Choose A and B, and compare"))
    if session.simulation is None or session.simulation.source is not found:
        session.simulation = Simulation.from_comparison(found, session.section)
        session.message = f"On the tissue: A ({found.names[0]}) − B ({found.names[1]}), simulated."
    if session.view != "response":
        session.view = "response"
    if gene is not None and (session.color_by.kind, session.color_by.key) != ("gene", gene):
        color_by(session, gene, kind="gene")


def save_comparison(session: Session, path: str | Path) -> None:
    """Write the difference of every gene as CSV, largest first."""
    if session.comparison is None:
        raise DataError(sentence("two compared scenarios", "none", "Choose A and B, and compare"))
    write_simulated(path, session.comparison.table)
    session.record("save_comparison", path=str(path))


def find(session: Session, name: str) -> Scenario:
    """The scenario of a name; DataError when there is none."""
    for scenario in session.scenarios:
        if scenario.name == name:
            return scenario
    raise DataError(among("the name of a scenario", repr(name), names(session)))


def names(session: Session) -> list[str]:
    """The names of all scenarios, in their order."""
    return [scenario.name for scenario in session.scenarios]


def _put(session: Session, made: Scenario) -> Scenario:
    """Add a scenario, or renew the one that it repeats, which keeps its name and marks; what arrives is no step to undo."""
    older = next((scenario for scenario in session.scenarios if made.is_rerun_of(scenario)), None)
    if older is not None:
        old = older.result
        _everywhere(session, lambda kept: tuple(_renewed(one, made) if one.result is old else one for one in kept))
        return next(scenario for scenario in session.scenarios if scenario.result is made.result)
    fresh = made.renamed(free_name(made.name, names(session)))
    _everywhere(session, lambda kept: (*kept, fresh.renamed(free_name(fresh.name, [one.name for one in kept]))))
    return session.scenarios[-1]


def _renewed(old: Scenario, made: Scenario) -> Scenario:
    return replace(made, name=old.name, starred=old.starred, note=old.note)


def _everywhere(session: Session, change: Callable[[tuple[Scenario, ...]], tuple[Scenario, ...]]) -> None:
    """Change the list of now and of all steps."""
    session.rewrite(lambda choices: replace(choices, scenarios=change(choices.scenarios)))


def _replace(session: Session, command: Command, old: Scenario, new: Scenario) -> None:
    session.choose(command, scenarios=tuple(new if scenario is old else scenario for scenario in session.scenarios))
