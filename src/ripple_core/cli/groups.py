"""Groups of options: a command takes a few values with a meaning, the command line shows every field of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from typing import Annotated, Any, get_type_hints

import typer

from ripple_core.settings import Settings

Command = Callable[..., None]


def grouped(command: Command) -> Command:
    """Give a command the fields of its groups as options; it receives each group as one value.

    A group is a parameter whose type is a dataclass, of fields that are options, or a class of Settings, whose own sentences
    become the help; the options of Settings come last.
    """
    own = list(inspect.signature(command, eval_str=True).parameters.values())
    groups = {p.name: p.annotation for p in own if is_dataclass(p.annotation) or _is_settings(p.annotation)}

    def with_options(**words: Any) -> None:
        made = {
            name: group(**{one.name: words.pop(one.name) for one in _options(group)}) for name, group in groups.items()
        }
        command(**made, **words)

    early = [one for p in own if not _is_settings(p.annotation) for one in _options(groups.get(p.name, p))]
    late = [one for group in groups.values() if _is_settings(group) for one in _options(group)]
    options = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in (*early, *late)]
    with_options.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined]
    with_options.__annotations__ = {one.name: one.annotation for one in options}
    with_options.__doc__, with_options.__name__ = command.__doc__, command.__name__
    return with_options


def _options(group: Any) -> list[inspect.Parameter]:
    """The options of a group; of a parameter that is no group, itself."""
    if isinstance(group, inspect.Parameter):
        return [group]
    if _is_settings(group):
        return [
            _option(name, field.default, Annotated[field.annotation, typer.Option(help=field.description)])
            for name, field in group.model_fields.items()
        ]
    kinds = get_type_hints(group, include_extras=True)
    return [
        _option(one.name, inspect.Parameter.empty if one.default is MISSING else one.default, kinds[one.name])
        for one in fields(group)
    ]


def _option(name: str, default: Any, kind: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _is_settings(kind: Any) -> bool:
    return inspect.isclass(kind) and issubclass(kind, Settings)
