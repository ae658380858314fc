"""The commands of a session as the text of a script that carries them out again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from napari_ripple.session import Command, Session
from ripple_core.files import write_text

HEADER = '"""A napari-ripple session, written by Save script."""\n\nfrom napari_ripple import RippleSession\n'


def write_script(session: Session, path: str | Path) -> None:
    """Write the commands of a session as a Python script that repeats them."""
    write_text(path, script_of(session.commands))


def script_of(commands: Iterable[Command]) -> str:
    """The text of a script that carries out the commands."""
    lines = [f"ripple.{command.name}({_arguments(command.arguments)})" for command in commands]
    return "\n".join([HEADER, "ripple = RippleSession()", *lines, ""])


def _arguments(arguments: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())
