"""``ripple sample``: write the made tissue."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write to.")],
    cells: Annotated[int, typer.Option(min=200, help="Cells in a section.")] = 6000,
    sections: Annotated[
        int, typer.Option(min=1, help="Sections to train on; one more, unseen.h5ad, is for the test.")
    ] = 12,
    seed: Annotated[int, typer.Option(min=0, help="Draws the tissues; the mechanism stays the same.")] = 0,
) -> None:
    """Write a made tissue with a known ripple: sections, an unseen one, a DEG table, a region and the true response."""
    from ripple_core.cli import terminal
    from ripple_core.synthetic import write_sample

    terminal.say(str(file) for file in write_sample(folder, cells=cells, sections=sections, seed=seed))
