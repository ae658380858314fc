"""Words that several commands share, and how a group of settings becomes options."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from ripple_core.settings import Settings

SectionFile = Annotated[
    Path,
    typer.Argument(metavar="SECTION", help="A section file (.h5ad): raw counts in X, (x, y) in µm in obsm['spatial']."),
]
Layer = Annotated[
    str | None, typer.Option(help="The layer that holds the raw counts, when X does not; 'raw' for the file's .raw.")
]
SectionName = Annotated[
    str | None,
    typer.Option(
        "--section",
        metavar="NAME",
        help="Which section of a file with several; else the one with most cells in the ROI.",
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


def takes(group: type[Settings], *names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the fields of a group of settings as options; it receives them as one ``settings``.

    The settings' own sentences become the help. ``names`` limits the options to some fields; the others keep their
    defaults.
    """
    fields = {name: group.model_fields[name] for name in names or group.model_fields}

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = [p for p in inspect.signature(command, eval_str=True).parameters.values() if p.name != "settings"]

        def with_options(**words: Any) -> None:
            command(settings=group(**{name: words.pop(name) for name in fields}), **words)

        options = [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=field.default,
                annotation=Annotated[field.annotation, typer.Option(help=field.description)],
            )
            for name, field in fields.items()
        ]
        keyword_only = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
        with_options.__signature__ = inspect.Signature([*keyword_only, *options])  # type: ignore[attr-defined]
        with_options.__annotations__ = {p.name: p.annotation for p in (*own, *options)}
        with_options.__doc__, with_options.__name__ = command.__doc__, command.__name__
        return with_options

    return decorate
