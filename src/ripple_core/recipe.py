"""A whole experiment as one validated JSON file, carried out again to the same numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import anndata as ad
from pydantic import Field, field_validator, model_validator

from ripple_core.errors import CheckpointError, DataError, sentence
from ripple_core.files import read_json, sha256_of, write_text
from ripple_core.io import h5ad
from ripple_core.io.read import content, read
from ripple_core.models.catalog import load
from ripple_core.perturb import zone
from ripple_core.perturb.editing.edits import Edit
from ripple_core.perturb.hide import GenerateSettings, Hiding
from ripple_core.perturb.reading import methods
from ripple_core.perturb.result import versions
from ripple_core.perturb.run import Perturbation
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.progress import Progress
from ripple_core.roi import Roi
from ripple_core.section import Section
from ripple_core.settings import Settings

SCHEMA_VERSION: Literal[1] = 1
RESULT_NAME = "result.h5ad"
Run = Perturbation | Hiding
_SETTINGS = {"perturb": PerturbSettings, "generate": GenerateSettings}


class SectionSource(Settings):
    """Where the section is."""

    path: str = Field(description="The file; a relative path starts at the recipe's folder.")
    sha256: str = Field(description="Hash of the file, so that another one is not taken for it.")
    section: str | None = Field(
        None, description="Which section of the file; None takes the one with most cells in the region."
    )
    layer: str | None = Field(None, description="The layer that holds the raw counts; None means X.")


class CheckpointSource(Settings):
    """Where the model is."""

    path: str = Field(description="The folder; a relative path starts at the recipe's folder.")
    sha256: str = Field(description="Hash of the folder's files.")


class Recipe(Settings):
    """One experiment, complete: run it again on the same versions and device and the numbers are the same."""

    schema_version: Literal[1] = Field(SCHEMA_VERSION, description="Version of this format.")
    task: Literal["perturb", "generate"] = Field(
        description="perturb: control beside edit; generate: hide and generate."
    )
    section: SectionSource
    checkpoint: CheckpointSource
    roi: dict[str, Any] = Field(description="The region, a GeoJSON feature in µm.")
    edits: list[Edit] = Field(default_factory=list, description="What is changed in the region, in this order.")
    settings: dict[str, Any] = Field(
        default_factory=dict, description="Zone, mode, draws, orders, null, seed and so on."
    )
    versions: dict[str, str] = Field(default_factory=dict, description="What computed it the first time.")
    device: str = Field("auto", description="Where it was computed.")

    @field_validator("roi", "settings")
    @classmethod
    def _as_json_has_it(cls, values: dict[str, Any]) -> dict[str, Any]:
        return json.loads(json.dumps(values))

    @model_validator(mode="after")
    def _hold_together(self) -> Recipe:
        Roi.from_feature(self.roi)
        _SETTINGS[self.task](**self.settings)
        if (self.task == "perturb") != bool(self.edits):
            raise ValueError("a perturb recipe has edits, a generate recipe has none")
        return self

    @classmethod
    def read(cls, path: str | Path) -> Recipe:
        """The recipe in a JSON file; anything else raises DataError."""
        content = read_json(path, "a recipe in JSON", "Save the recipe again")
        if not isinstance(content, dict):
            raise DataError(sentence("a recipe in JSON", f"a {type(content).__name__}", "Save the recipe again"))
        return cls(**content)

    def write(self, path: str | Path) -> None:
        """Write the recipe as JSON."""
        write_text(path, json.dumps(self.model_dump(), indent=1))


def make(
    section: str | Path,
    checkpoint: str | Path,
    roi: Roi,
    edits: Sequence[Edit] = (),
    *,
    section_name: str | None = None,
    layer: str | None = None,
    device: str = "auto",
    **settings: Any,
) -> Recipe:
    """The recipe of an experiment on files: with edits a perturbation, without them a generation of the region."""
    task: Literal["perturb", "generate"] = "perturb" if edits else "generate"
    source = {"path": str(Path(section).absolute()), "sha256": _hash(section, DataError, "a section file")}
    model = {
        "path": str(Path(checkpoint).absolute()),
        "sha256": _hash(checkpoint, CheckpointError, "a checkpoint folder"),
    }
    return Recipe(
        task=task,
        section=SectionSource(**source, section=section_name, layer=layer),
        checkpoint=CheckpointSource(**model),
        roi=roi.as_feature(),
        edits=list(edits),
        settings=_SETTINGS[task](**settings).model_dump(),
        versions=versions(),
        device=device,
    )


def prepare(recipe: Recipe, folder: str | Path = ".") -> Run:
    """Open what the recipe names and make the run ready: ``steps()`` does the work, ``result()`` has what is done.

    Parameters
    ----------
    folder
        Where the recipe lies: relative paths start there, and files that have moved together with it are found.

    Raises
    ------
    DataError, CheckpointError, DeviceError
        For a file that is missing or has changed, or anything that the run itself refuses.
    """
    file = _locate(recipe.section.path, recipe.section.sha256, Path(folder), DataError, "the section")
    stored = _locate(recipe.checkpoint.path, recipe.checkpoint.sha256, Path(folder), CheckpointError, "the checkpoint")
    roi = Roi.from_feature(recipe.roi)
    whole = Section.from_anndata(read(file, recipe.section.layer))
    section = zone.section_of(whole, roi, recipe.section.section)
    model = load(stored, recipe.device)
    if recipe.task == "generate":
        return Hiding(section, model, roi, GenerateSettings(**recipe.settings))
    return Perturbation(section, model, roi, recipe.edits, PerturbSettings(**recipe.settings))


def completed(recipe: Recipe, run: Run) -> Recipe:
    """The recipe with what only the run knows: its section's name, its device and the versions that carried it out."""
    section = recipe.section.model_copy(update={"section": run.section.name})
    return recipe.model_copy(update={"section": section, "device": run.model.device, "versions": versions()})


def result_of(recipe: Recipe, run: Run, more: Mapping[str, Any] | None = None) -> ad.AnnData:
    """What the run has generated so far, with the recipe, and ``more`` if there is any, in its ``uns['ripple']``."""
    result = run.result()
    record = {**json.loads(result.uns["ripple"]), **(more or {})}
    record["recipe"] = completed(recipe, run).model_dump()
    record["checkpoint_hash"] = recipe.checkpoint.sha256
    result.uns["ripple"] = json.dumps(record)
    return result


def save(recipe: Recipe, run: Run, path: str | Path, more: Mapping[str, Any] | None = None) -> list[Path]:
    """Write the result (see :func:`result_of`) to ``path``; beside it its recipe and, for a paper, its methods; gives all paths.

    They are called ``NAME.recipe.json`` and ``NAME.methods.md``; the text is that of ``ripple methods`` and of the viewer.
    """
    target = Path(path)
    beside, words = target.with_suffix(".recipe.json"), target.with_suffix(".methods.md")
    result = result_of(recipe, run, more)
    h5ad.write(result, target)
    completed(recipe, run).write(beside)
    write_text(words, methods.of_result(result))
    return [target, beside, words]


def run(recipe: Recipe, out: str | Path, folder: str | Path = ".") -> list[Path]:
    """Carry out a recipe; writes ``result.h5ad``, ``result.recipe.json`` and ``result.methods.md`` into the folder ``out``."""
    ready = prepare(recipe, folder)
    for _ in steps(ready):
        pass
    return save(recipe, ready, Path(out) / RESULT_NAME)


def steps(ready: Run) -> Iterator[Progress]:
    """The work of a prepared run."""
    return ready.steps()


def differences(recipe: Recipe, ready: Run) -> list[str]:
    """What is not as it was when the recipe was made, one sentence each; with any of these the numbers may differ."""
    notes = [
        f"The recipe was made with {package} {then}; this is {now}."
        for package, now in versions().items()
        if (then := recipe.versions.get(package)) not in (None, now)
    ]
    if recipe.device not in ("auto", ready.model.device):
        notes.append(f"The recipe was made on {recipe.device}; this is {ready.model.device}.")
    return notes


def _hash(path: str | Path, error: type[DataError] | type[CheckpointError], what: str) -> str:
    if not Path(path).exists():
        raise error(sentence(what, f"nothing at {path}", "Check the path"))
    return sha256_of(content(path))


def _locate(path: str, expected: str, folder: Path, error: type[DataError] | type[CheckpointError], what: str) -> Path:
    """The file or folder that a recipe means: where it was, or beside the recipe; it must be unchanged."""
    there = [place for place in (folder / path, folder / Path(path).name) if place.exists()]
    if not there:
        raise error(sentence(f"{what} of the recipe", f"nothing at {path}", "Put it there or beside the recipe"))
    unchanged = [place for place in there if sha256_of(content(place)) == expected]
    if not unchanged:
        found = f"another content at {there[0]} than when the recipe was made"
        raise error(sentence(f"{what} of the recipe", found, "Restore the file, or make a new recipe"))
    return unchanged[0]
