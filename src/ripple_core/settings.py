"""Settings that refuse contradictions when they are made; their sentences serve as command help and tooltips."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from ripple_core.errors import DataError

LONGEST = 60
REFUSED = " cannot be used: "
OWN_WORDS = "Value error, "
"""What pydantic puts before a sentence of ours."""


class Settings(BaseModel):
    """A frozen, validated group of settings; unknown names and wrong values raise DataError in plain words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise DataError(readable(error, type(self).__name__)) from None

    @classmethod
    def help_for(cls, name: str) -> str:
        """The sentence that explains one field."""
        return cls.model_fields[name].description or ""


def readable(error: ValidationError, what: str) -> str:
    """A pydantic error as one line: which field, what was found, what is allowed; ``what`` may be the name of a class."""
    return f"{_in_words(what)}{REFUSED}" + "; ".join(_said(problem) for problem in error.errors()) + "."


def _said(problem: ErrorDetails) -> str:
    """One problem; of settings inside others only what is wrong with them is said, not once more that they cannot be used."""
    words = problem["msg"].removeprefix(OWN_WORDS).rstrip(".")
    where, found = ".".join(map(str, problem["loc"])), problem.get("input")
    if REFUSED in words:
        words = words.split(REFUSED, 1)[1]
    elif where and not isinstance(found, dict):
        where = f"{where} = {_short(found)}"
    return f"{where}: {words}" if where else words


def _short(value: Any) -> str:
    """What was found, as far as it fits into a sentence."""
    words = repr(value)
    return words if len(words) <= LONGEST else f"{words[:LONGEST]} …"


def _in_words(name: str) -> str:
    """The name of a class as words.

    >>> _in_words("PerturbSettings")
    'Perturb settings'
    """
    first, *others = re.findall(r"[A-Z]?[^A-Z]+|[A-Z]+", name)
    return " ".join([first, *map(str.lower, others)])
