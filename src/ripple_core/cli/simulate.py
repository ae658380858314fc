"""``ripple generate``, ``ripple perturb`` and ``ripple run``: one experiment from files to a result file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ripple_core.cli import experiment
from ripple_core.cli.options import (
    AsJson,
    Checkpoint,
    Device,
    Layer,
    Out,
    Region,
    SectionFile,
    SectionName,
    WithBadge,
    takes,
)
from ripple_core.perturb.hide import GenerateSettings
from ripple_core.perturb.run import PerturbSettings

EditFile = Annotated[
    Path, typer.Option(metavar="EDIT", help="A DEG table (CSV, TSV), a GMT or net with --set, or a JSON edit.")
]
RecipeFile = Annotated[
    Path, typer.Argument(metavar="RECIPE.json", help="A recipe, as viewer, script or 'ripple perturb' write it.")
]


@takes(GenerateSettings)
def generate(
    section: SectionFile,
    checkpoint: Checkpoint,
    roi: Region,
    out: Out,
    *,
    settings: GenerateSettings,
    section_name: SectionName = None,
    layer: Layer = None,
    device: Device = "auto",
    badge: WithBadge = True,
    as_json: AsJson = False,
) -> None:
    """Hide the cells inside a region and generate them from the rest."""
    from ripple_core import recipe
    from ripple_core.roi import Roi

    words = {"section_name": section_name, "layer": layer, "device": device, **settings.model_dump()}
    made = recipe.make(section, checkpoint, Roi.from_geojson(roi), **words)
    experiment.carry_out(made, out, with_badge=badge, as_json=as_json)


@takes(PerturbSettings)
def perturb(
    section: SectionFile,
    checkpoint: Checkpoint,
    roi: Region,
    edit: EditFile,
    out: Out,
    *,
    settings: PerturbSettings,
    gene_set: Annotated[
        str | None,
        typer.Option("--set", metavar="NAME", help="Which set of a GMT, source of a net, or group of a table."),
    ] = None,
    strength: Annotated[float | None, typer.Option(help="Dose of the edit; 1 is the edit as given.")] = None,
    section_name: SectionName = None,
    layer: Layer = None,
    device: Device = "auto",
    badge: WithBadge = True,
    as_json: AsJson = False,
) -> None:
    """Change the cells of a region and regenerate those around it, beside a control without the change."""
    from ripple_core import recipe
    from ripple_core.perturb import edits
    from ripple_core.roi import Roi

    region, changes = Roi.from_geojson(roi), edits.read(edit, set_name=gene_set, strength=strength)
    words = {"section_name": section_name, "layer": layer, "device": device, **settings.model_dump()}
    made = recipe.make(section, checkpoint, region, changes, **words)
    experiment.carry_out(made, out, with_badge=badge, as_json=as_json)


def run(
    recipe_file: RecipeFile,
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder for result.h5ad and its recipe.")],
    device: Annotated[
        str | None, typer.Option(metavar="auto|cpu|cuda|mps", help="Another device than the recipe's.")
    ] = None,
    badge: WithBadge = True,
    as_json: AsJson = False,
) -> None:
    """Carry out a whole experiment again: same versions and device, same numbers."""
    from ripple_core import recipe

    made = recipe.Recipe.read(recipe_file)
    if device is not None:
        made = made.model_copy(update={"device": device})
    experiment.carry_out(made, out / recipe.RESULT_NAME, folder=recipe_file.parent, with_badge=badge, as_json=as_json)
