"""What is needed to understand a report of a fault: versions, computer, settings, the end of the log; no data of the user's."""

from __future__ import annotations

import os
import platform
import re
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from napari_ripple.user import log, preferences

PACKAGES = (
    "napari-ripple", "napari", "vispy", "qtpy", "PyQt6", "PySide6", "superqt", "pyqtgraph", "torch", "numpy", "scipy", "pandas",
    "anndata", "h5py", "shapely", "scikit-learn", "pydantic", "psygnal", "numba",
)  # fmt: skip
LINES = 100
FILES = r"[^\s'\"“”()]+\.(h5ad|zarr|ripple|csv|tsv|gmt|geojson|json|png|tiff?|md)\b"


def text() -> str:
    """Everything as Markdown, without names of the user or of files."""
    parts = {
        "Computer": computer(),
        "Versions": versions(),
        "Settings": [f"{name}: {value}" for name, value in preferences.load().model_dump().items()],
        f"Last {LINES} lines of the log": log.last_lines(LINES) or ["(empty)"],
    }
    lines = [line for title, content in parts.items() for line in (f"## {title}", *content, "")]
    return without_names("\n".join(["# napari-ripple diagnostics", "", *lines]))


def computer() -> list[str]:
    """Operating system, processor, memory, screen and graphics card."""
    memory = psutil.virtual_memory()
    found = [
        f"system: {platform.platform()}",
        f"python: {platform.python_version()} ({platform.python_implementation()})",
        f"cores: {os.cpu_count()}, memory: {memory.total / 1e9:.1f} GB, {memory.available / 1e9:.1f} GB free",
        f"this program: {psutil.Process().memory_info().rss / 1e9:.2f} GB",
    ]
    return [*found, *_screen(), _device()]


def versions() -> list[str]:
    """Of what is installed."""
    return [f"{package} {found}" for package in PACKAGES if (found := _version(package))]


def without_names(words: str) -> str:
    """The same without the user's folder and name, and without names of files."""
    home = str(Path.home())
    short = words.replace(home, "~") if len(home) > 1 else words
    short = re.sub(FILES, r"<file>.\1", short)
    name = Path.home().name
    return short.replace(f"/{name}/", "/~/").replace(f"\\{name}\\", "\\~\\") if name else short


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _screen() -> list[str]:
    """Qt's platform and the size of the window's screen, where there is one."""
    from qtpy.QtWidgets import QApplication

    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return []
    screen = application.primaryScreen()
    size = screen.size() if screen is not None else None
    words = "" if size is None else f", {size.width()} × {size.height()} at {screen.devicePixelRatio():g}"
    return [f"screen: {application.platformName()}{words}"]


def _device() -> str:
    """What torch may compute on; nothing is loaded for it."""
    torch = sys.modules.get("torch")
    if torch is None:
        return "torch: not loaded yet"
    if torch.cuda.is_available():
        return f"torch: {torch.cuda.get_device_name(0)}, {torch.get_num_threads()} threads"
    kind = "Apple GPU" if torch.backends.mps.is_available() else "no GPU"
    return f"torch: {kind}, {torch.get_num_threads()} threads"
