"""``ripple view``: open the viewer that is installed beside the core."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ripple_core import viewers


def view(
    section: Annotated[
        Path | None, typer.Argument(metavar="[SECTION]", help="A section to open: a file or a folder.")
    ] = None,
) -> None:
    """Open the viewer, with a section if one is named."""
    from ripple_core.io.read import read

    open_viewer = viewers.installed(viewers.VIEWERS)
    if section is not None:
        read(section)
    open_viewer(section)
