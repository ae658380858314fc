"""The methods paragraph of a result: what was done, in words for a paper, from its own record alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import anndata as ad

from ripple_core.errors import DataError, sentence
from ripple_core.models.catalog import RECORDS
from ripple_core.perturb.editing.cells import Cells
from ripple_core.perturb.editing.edit import OF_PRESENCE
from ripple_core.perturb.reading.effects import STRONG

REFERENCES = {
    "napari": "napari contributors. napari: a multi-dimensional image viewer for Python. Zenodo, 2019. doi:10.5281/zenodo.3555620",
    "anndata": "Virshup et al. anndata: Access and store annotated data matrices. JOSS 9, 4371 (2024). doi:10.21105/joss.04371",
    "scanpy": "Wolf, Angerer & Theis. SCANPY: large-scale single-cell gene expression data analysis. Genome Biology 19, 15 (2018)",
    "shapely": "Gillies et al. Shapely: manipulation and analysis of geometric objects. Zenodo. doi:10.5281/zenodo.5597138",
    "pytorch": "Paszke et al. PyTorch: An Imperative Style, High-Performance Deep Learning Library. NeurIPS 32 (2019)",
    "sklearn": "Pedregosa et al. Scikit-learn: Machine Learning in Python. Journal of Machine Learning Research 12, 2825 (2011)",
    "numpy": "Harris et al. Array programming with NumPy. Nature 585, 357 (2020). doi:10.1038/s41586-020-2649-2",
    "fdr": "Benjamini & Hochberg. Controlling the false discovery rate. Journal of the Royal Statistical Society B 57, 289 (1995)",
}
MODES = {
    "picking": "the most probable meta cell was taken",
    "weighted": "the mean of the meta cells, weighted by their probability, was taken",
    "sampling": "a meta cell was drawn at random by its probability",
}
NAMED_GENES = 8
SIMULATED = ("perturb", "generate")
"""Tasks that this text can tell of."""


def of_result(result: ad.AnnData) -> str:
    """The methods of a result; DataError for AnnData that is not one."""
    try:
        record = json.loads(str(result.uns["ripple"]))
    except (KeyError, ValueError):
        found = "AnnData without a record of how it was made"
        raise DataError(sentence("a result of ripple", found, "Choose a file that Save result wrote")) from None
    if record.get("task") not in SIMULATED:
        found, way_out = f"one of ripple {record.get('task')}", "Choose a file that Save result wrote"
        raise DataError(sentence("a result of ripple perturb or ripple generate", found, way_out))
    return text(record)


class Cited:
    """References in the order in which the text first names them."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, reference: str) -> str:
        """The number of a reference, as [1]."""
        if reference not in self.lines:
            self.lines.append(reference)
        return f"[{self.lines.index(reference) + 1}]"


def text(record: Mapping[str, Any]) -> str:
    """The methods of a result as Markdown: a paragraph that says "simulated", and the works to cite.

    Parameters
    ----------
    record
        The content of ``uns["ripple"]`` of a result. What an older record lacks is left out.
    """
    cite = Cited()
    is_edit = record.get("task") == "perturb"
    sentences = [_section(record), _region(record, cite)]
    sentences += [_edit(record)] if is_edit else []
    sentences += [_model(record, cite), _generation(record, is_edit=is_edit)]
    sentences += [_chance(record, cite)] if is_edit else []
    sentences += [_files(record, cite), _software(record, cite)]
    body = " ".join(sentence for sentence in sentences if sentence)
    kind = "in-silico perturbation" if is_edit else "generated region"
    references = "\n".join(f"{place}. {line}." for place, line in enumerate(cite.lines, 1))
    return f"# Methods: {kind} (simulated)\n\n{body}\n\n## References\n\n{references}\n"


def _section(record: Mapping[str, Any]) -> str:
    name = record.get("section") or _settings(record, "section")
    counts = [
        f"{record[key]:,} {what}"
        for key, what in (("section_cells", "cells"), ("section_genes", "genes"))
        if key in record
    ]
    size = f" ({', '.join(counts)})" if counts else ""
    return f"Section {_name(name)}{size} was studied by simulation: what is reported here is simulated, not measured."


def _region(record: Mapping[str, Any], cite: Cited) -> str:
    roi = (record.get("recipe") or {}).get("roi") or {}
    name = (roi.get("properties") or {}).get("name", "the region")
    cells = f" of {record['n_roi']:,} cells" if record.get("n_roi") and not record.get("population") else ""
    return (
        f"A region of interest, {_name(name)}{cells}, was outlined with napari-ripple, a plugin of napari "
        f"{cite(REFERENCES['napari'])}; cells were assigned to it by their positions with shapely {cite(REFERENCES['shapely'])}."
    )


def _edit(record: Mapping[str, Any]) -> str:
    """What was changed in the region."""
    edits = (record.get("recipe") or {}).get("edits") or []
    changes = "; ".join(map(_change, edits)) or "as the recipe says"
    words = f"In the cells of the region expression was edited: {changes}."
    if record.get("population"):
        words = f"The region was edited: {changes}. Cells that were inserted or moved keep the expression they were measured with."
    missing = record.get("genes_edit_missing") or []
    if missing:
        words += f" {len(missing)} of the genes asked for are not in the section or not known to the model and were left out."
    capped = record.get("genes_capped") or []
    if capped:
        words += f" The values of {_count(len(capped), 'gene')} were held at the highest value of the training data."
    return words


def _change(edit: Mapping[str, Any]) -> str:
    """One edit in words."""
    where = f" in {_cells(edit['where'])}" if edit.get("where") else ""
    if edit.get("kind") in OF_PRESENCE:
        return _coming_and_going(edit)
    if edit.get("source"):
        whose, dose = _cells(edit["source"]), float(edit.get("strength", 1.0))
        if edit.get("kind") == "transfer":
            return f"expression{where} moved towards the mean profile of {whose}, at dose {dose:g}"
        others = _whose(edit["source"])
        return f"a share of {min(dose, 1.0):g} of the cells{where} was replaced by measured {others}, drawn at random"
    genes, dose = dict(edit.get("genes") or {}), float(edit.get("strength", 1.0))
    named = _listed(list(genes))
    values = sorted(set(genes.values()))
    span = f"{values[0]:g}" if len(values) == 1 else f"{values[0]:.3g} to {values[-1]:.3g}" if values else ""
    up, down = sum(value > 0 for value in genes.values()), sum(value < 0 for value in genes.values())
    words = {
        "knockout": f"{named} set to zero (knock-out)",
        "overexpress": f"{named} raised to percentile {span} of the cells that express them (over-expression)",
        "lfc": f"log2 fold changes of {edit.get('name', 'a table')} applied to {_count(len(genes), 'gene')} "
        f"({up} up, {down} down: {named})",
        "set": f"{named} set to {span} (log-normalised)",
        "add": f"{span} added to {named} (log-normalised)",
        "scale": f"{named} multiplied by {span}",
    }.get(str(edit.get("kind")), f"{edit.get('name', 'an edit')} of {_count(len(genes), 'gene')} ({named})")
    return f"{words}{where}, at dose {dose:g}"


def _coming_and_going(edit: Mapping[str, Any]) -> str:
    """An edit of which cells there are, in words."""
    to, dose = dict(edit.get("to") or {}), float(edit.get("strength", 1.0))
    which = _whose(edit["where"]) if edit.get("where") else "cells"
    share = f"all {which}" if dose >= 1 else f"a share of {dose:g} of the {which}, drawn at random,"
    if edit["kind"] == "remove":
        return f"{share} were removed"
    place = f"the region {_name(Cells(region=to['region']).words)}" if to.get("region") else "the region"
    free = f"free places of {place}, chosen at random"
    if edit["kind"] == "move":
        by = to.get("by_um")
        return f"{share} were moved {f'by {by[0]:g} µm along x and {by[1]:g} µm along y' if by else f'to {free}'}"
    number = to.get("count") or (len(to["at_um"]) if to.get("at_um") else None)
    amount = f"{round(dose * number):,} cells" if number else f"{dose * to.get('per_mm2', 0):g} cells per mm²"
    whose = _whose(edit["source"])
    mean, drawn = f"the mean profile of {whose}", f"the expression of measured {whose}, drawn at random,"
    profile = mean if to.get("profile") == "mean" else drawn
    return f"{amount} with {profile} were inserted at {'given places' if to.get('at_um') else free}"


def _whose(words: Mapping[str, Any]) -> str:
    """The cells of a label or a region, as a plural."""
    return _cells(words) if words.get("label") else f"cells of {_cells(words)}"


def _cells(words: Mapping[str, Any]) -> str:
    """The cells of a label or a region in words."""
    return f"{Cells(**words).words} cells" if words.get("label") else f"the region {_name(Cells(**words).words)}"


def _model(record: Mapping[str, Any], cite: Cited) -> str:
    """Which model, what it was trained on, and how good it is."""
    name = str(record.get("model", "the model"))
    known = RECORDS.get(name)
    title = f"{known.title} {cite(known.reference)}" if known is not None else name
    what = "The surroundings" if record.get("task") == "perturb" else "The cells of the region"
    words = f"{what} were generated by {title}"
    training = record.get("training") or {}
    if training.get("sections"):
        words += f", trained on {_count(len(training['sections']), 'section')}"
        words += f" ({training['cells']:,} cells)" if training.get("cells") else ""
        words += f" in {training['steps']:,} steps" if training.get("steps") else ""
    if record.get("checkpoint_hash"):
        words += f" (checkpoint SHA-256 {str(record['checkpoint_hash'])[:12]})"
    words += "."
    verdict = str(record.get("verdict") or "").rstrip(".")
    return f"{words} In its training record, {verdict}." if verdict else words


def _generation(record: Mapping[str, Any], *, is_edit: bool) -> str:
    """How the cells were generated."""
    settings = (record.get("recipe") or {}).get("settings") or {}
    if is_edit:
        done = f"{record['n_zone']:,} cells" if record.get("n_zone") else "the cells"
        known = "all cells beyond stayed known" if settings.get("context") == "full" else "only the region stayed known"
        words = (
            f"Within {settings.get('zone_um', 0):g} µm of its edge {done} were regenerated one after another, outward from the "
            f"region, once with the edit and once without it (control); {known}. The response is perturbed minus control, in "
            f"{record.get('space', 'the space of the model')}."
        )
    else:
        words = "The cells of the region were hidden and generated from the rest."
    words += (
        f" For each cell {MODES[settings['mode']]} (mode {settings['mode']})." if settings.get("mode") in MODES else ""
    )
    several = (("draws", "random draws"), ("orders", "generation orders"))
    repeats = [f"{settings[key]} {what}" for key, what in several if settings.get(key, 1) > 1]
    words += f" Means are over {' and '.join(repeats)}." if repeats else ""
    words += f" The seed was {settings['seed']}." if "seed" in settings else ""
    if not record.get("complete", True):
        words += " The run was stopped early; only the cells generated by then are reported."
    return words


def _chance(record: Mapping[str, Any], cite: Cited) -> str:
    """How chance was ruled out."""
    null = record.get("null")
    if not null:
        why = f" (none fits this edit: {record['without_null']})" if record.get("without_null") else ""
        return f"No placebo controls were run{why}, so no p values are given."
    settings = (record.get("recipe") or {}).get("settings") or {}
    kinds = {
        "regions": "the same edit at random places of the section",
        "genes": "edits of random other genes of like expression",
    }
    what = kinds.get(settings.get("null_kind", "genes"), "placebos")
    words = f"Chance was measured by {null['placebos']} placebos ({what})"
    if not null.get("genes_tested") and not null.get("cells_tested"):
        return f"{words}, too few for p values."
    return (
        f"{words}; p values were adjusted by Benjamini and Hochberg {cite(REFERENCES['fdr'])}. {null['genes_significant']} of "
        f"{null['genes_tested']} genes that were not edited and {null['cells_significant']:,} of {null['cells_tested']:,} cells "
        f"responded beyond chance (q < 0.05; {null['genes_strong']} of the genes at least {STRONG:g} times as strongly as the strongest)."
    )


def _files(record: Mapping[str, Any], cite: Cited) -> str:
    return (
        f"Data and results are AnnData files {cite(REFERENCES['anndata'])}, as scanpy {cite(REFERENCES['scanpy'])} reads them; "
        "the result's file holds the recipe that repeats it."
    )


def _software(record: Mapping[str, Any], cite: Cited) -> str:
    """Versions and device."""
    versions = record.get("versions") or {}
    named = {"torch": "pytorch", "numpy": "numpy", "scikit-learn": "sklearn", "anndata": "anndata"}
    parts = [
        f"{package} {version}" + (f" {cite(REFERENCES[named[package]])}" if package in named else "")
        for package, version in versions.items()
        if version != "not installed"
    ]
    device = f" on {record['device']}" if record.get("device") else ""
    return f"Computed{device} with {', '.join(parts)}." if parts else ""


def _settings(record: Mapping[str, Any], key: str) -> Any:
    return (record.get("recipe") or {}).get(key, "")


def _name(found: Any) -> str:
    """A name in quotation marks; of a recipe's source that of its section or file."""
    if isinstance(found, Mapping):
        found = found.get("section") or str(found.get("path", "")).replace("\\", "/").rsplit("/", 1)[-1]
    return f"“{found}”"


def _listed(genes: Sequence[str]) -> str:
    shown = ", ".join(genes[:NAMED_GENES])
    return shown if len(genes) <= NAMED_GENES else f"{shown} and {len(genes) - NAMED_GENES} more"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
