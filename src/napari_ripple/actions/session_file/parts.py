"""The table of parts that a kept session is made of; a room with something of its own to keep adds its part here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from napari_ripple.actions.session_file import choices, columns, comparing, data, looks, scenarios, series, trained
from napari_ripple.actions.session_file.store import Store
from napari_ripple.session import Session


def _as_it_is(value: Any, store: Store) -> Any:
    return value


@dataclass(frozen=True)
class Part:
    """One thing that a session file keeps.

    Parameters
    ----------
    name
        Its key in the file; never changed once there are files with it.
    take
        What there is to keep, None for nothing: on the main thread, quick, and never changed afterwards.
    write
        That as JSON, on any thread; large things go into the store.
    read
        The JSON checked, and large things read, on any thread; DataError for what cannot be used.
    give
        Puts it back into the session, on the main thread; parts come back in the order of the table.
    can_be_gone
        Whether ``give`` is called with None for a file that has nothing of this, so that nothing of the session before stays.
    """

    name: str
    take: Callable[[Session], Any]
    give: Callable[[Session, Any], None]
    write: Callable[[Any, Store], Any] = _as_it_is
    read: Callable[[Any, Store], Any] = _as_it_is
    can_be_gone: bool = False


PARTS: tuple[Part, ...] = (
    Part("section", data.take_section, data.give_section, data.write_section, data.read_section),
    Part("columns", columns.take, columns.give, columns.write, columns.read),
    Part("model", data.take_model, data.give_model, data.write_model, data.read_model, True),
    Part("choices", choices.take, choices.give, choices.write, choices.read),
    Part("looks", looks.take, looks.give, looks.write, looks.read),
    Part("result", data.take_result, data.give_result, data.write_result, data.read_result),
    Part("scenarios", scenarios.take, scenarios.give, scenarios.write, scenarios.read),
    Part("doses", series.take_doses, series.give_doses, series.write_doses, series.read_doses, True),
    Part("screen", series.take_screen, series.give_screen, series.write_screen, series.read_screen, True),
    Part(
        "comparison",
        comparing.take_comparison,
        comparing.give_comparison,
        comparing.write_comparison,
        comparing.read_comparison,
        True,
    ),
    Part("real", comparing.take_real, comparing.give_real, comparing.write_real, comparing.read_real, True),
    Part("training", trained.take, trained.give, trained.write, trained.read, True),
    Part("view", looks.take_view, looks.give_view, looks.write_view, looks.read_view),
    Part("commands", choices.take_commands, choices.give_commands, choices.write_commands, choices.read_commands),
)
