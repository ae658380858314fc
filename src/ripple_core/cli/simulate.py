"""``ripple generate``, ``ripple perturb`` and ``ripple run``: one experiment from files to a result file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from ripple_core.cli import experiment
from ripple_core.cli.groups import grouped
from ripple_core.cli.options import AsJson, Checkpoint, Out, Region, SectionFile, Source, Telling, WithBadge
from ripple_core.perturb.hide import GenerateSettings
from ripple_core.perturb.settings import PerturbSettings

EditFile = Annotated[
    Path, typer.Option(metavar="EDIT", help="A DEG table (CSV, TSV), a GMT or net with --set, or a JSON edit.")
]
RecipeFile = Annotated[
    Path, typer.Argument(metavar="RECIPE.json", help="A recipe, as viewer, script or 'ripple perturb' write it.")
]


@dataclass(frozen=True)
class Files:
    """With which model, where, and where to."""

    checkpoint: Checkpoint
    roi: Region
    out: Out


@dataclass(frozen=True)
class Dose:
    """Which of a file's changes, and how much of it."""

    gene_set: Annotated[
        str | None,
        typer.Option("--set", metavar="NAME", help="Which set of a GMT, source of a net, or group of a table."),
    ] = None
    strength: Annotated[float | None, typer.Option(help="Dose of the edit; 1 is the edit as given.")] = None


@grouped
def generate(
    section: SectionFile,
    files: Files,
    *,
    settings: GenerateSettings,
    source: Source,
    telling: Telling,
) -> None:
    """Hide the cells inside a region and generate them from the rest."""
    from ripple_core import recipe
    from ripple_core.roi import Roi

    words = {**asdict(source), **settings.model_dump()}
    made = recipe.make(section, files.checkpoint, Roi.from_geojson(files.roi), **words)
    experiment.carry_out(made, files.out, with_badge=telling.badge, as_json=telling.as_json)


@grouped
def perturb(
    section: SectionFile,
    files: Files,
    edit: EditFile,
    *,
    settings: PerturbSettings,
    dose: Dose,
    source: Source,
    telling: Telling,
) -> None:
    """Change the cells of a region and regenerate those around it, beside a control without the change."""
    from ripple_core import recipe
    from ripple_core.perturb.editing import edits
    from ripple_core.roi import Roi

    region, changes = Roi.from_geojson(files.roi), edits.read(edit, set_name=dose.gene_set, strength=dose.strength)
    words = {**asdict(source), **settings.model_dump()}
    made = recipe.make(section, files.checkpoint, region, changes, **words)
    experiment.carry_out(made, files.out, with_badge=telling.badge, as_json=telling.as_json)


def run(
    recipe_file: RecipeFile,
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder for result.h5ad, its recipe and its methods.")],
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
