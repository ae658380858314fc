"""Where this user's settings, kept sessions, log and caches lie; RIPPLE_HOME puts them all into one folder."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

NAME = "napari-ripple"
HOME = "RIPPLE_HOME"


def config_folder() -> Path:
    """The folder of the settings."""
    return _folder("config", platformdirs.user_config_path(NAME, appauthor=False))


def data_folder() -> Path:
    """The folder of sessions that are kept automatically."""
    return _folder("data", platformdirs.user_data_path(NAME, appauthor=False))


def cache_folder() -> Path:
    """The folder of what can be made again."""
    return _folder("cache", platformdirs.user_cache_path(NAME, appauthor=False))


def log_folder() -> Path:
    """The folder of the log."""
    return _folder("log", platformdirs.user_log_path(NAME, appauthor=False))


def shown(path: Path) -> str:
    """A path as it is read most easily: with ``~`` for the user's own folder.

    >>> shown(Path.home() / "models" / "brain")
    '~/models/brain'
    """
    home = Path.home()
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) and path != home else str(path)


def _folder(part: str, usual: Path) -> Path:
    home = os.environ.get(HOME)
    return Path(home) / part if home else usual
