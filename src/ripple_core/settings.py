"""Settings that refuse contradictions when they are made; their sentences serve as command help and tooltips."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from ripple_core.errors import DataError


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
    """A pydantic error as one line: which field, what was found, what is allowed."""
    parts = []
    for problem in error.errors():
        where = ".".join(str(step) for step in problem["loc"]) or what
        found = problem.get("input")
        parts.append(
            f"{where} = {found!r}: {problem['msg']}" if not isinstance(found, dict) else f"{where}: {problem['msg']}"
        )
    return f"{what} cannot be used: " + "; ".join(parts) + "."
