"""Words that several commands share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

SectionFile = Annotated[
    Path,
    typer.Argument(
        metavar="SECTION",
        help="A section: .h5ad or .zarr (counts in X, (x, y) in obsm['spatial']), or a vendor's folder.",
    ),
]
Layer = Annotated[
    str | None, typer.Option(help="The layer that holds the raw counts, when X does not; 'raw' for the file's .raw.")
]
SectionName = Annotated[
    str | None,
    typer.Option(
        "--section",
        metavar="NAME",
        help="Which section of a file with several; else the one with most cells in the region.",
    ),
]
SectionKey = Annotated[str | None, typer.Option(metavar="KEY", help="The obs column that tells sections apart.")]
Checkpoint = Annotated[Path, typer.Option(metavar="FOLDER", help="A trained model, as 'ripple train' writes it.")]
Region = Annotated[Path, typer.Option(metavar="ROI.geojson", help="The region: GeoJSON polygons in µm, (x, y).")]
Out = Annotated[
    Path, typer.Option(metavar="RESULT.h5ad", help="Where the result goes; its recipe is written beside it.")
]
Device = Annotated[str, typer.Option(metavar="auto|cpu|cuda|mps", help="Where to compute; auto takes what there is.")]
WithBadge = Annotated[
    bool,
    typer.Option(
        "--badge/--no-badge",
        help="Say whether the model beats plain rules on hidden cells of this section (20 s at most).",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@dataclass(frozen=True)
class Source:
    """Which section of a file, from which layer its counts come, and where they are computed with."""

    section_name: SectionName = None
    layer: Layer = None
    device: Device = "auto"


@dataclass(frozen=True)
class Telling:
    """What is said at the end, and how."""

    badge: WithBadge = True
    as_json: AsJson = False
