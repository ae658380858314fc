"""Read, show and keep what has been simulated."""

from __future__ import annotations

import json
from pathlib import Path

import anndata as ad
import pandas as pd

from napari_ripple.actions.scenarios.scenarios import keep_file
from napari_ripple.session import VIEWS, Session, View
from napari_ripple.state.simulation import Simulation
from ripple_core import recipe
from ripple_core.errors import DataError, sentence
from ripple_core.files import write_simulated
from ripple_core.io import h5ad
from ripple_core.perturb.reading import response
from ripple_core.perturb.reading import volcano as volcanoes
from ripple_core.perturb.reading.volcano import Volcano


def show(session: Session, view: View) -> None:
    """Show the observed, control or perturbed cells, or the response."""
    if view not in VIEWS:
        raise DataError(sentence(f"one of {', '.join(VIEWS)}", repr(view), "Choose one of these"))
    session.record("show", merge="show", view=view)
    session.view = view


def top_genes(session: Session, n: int = 20) -> pd.DataFrame:
    """The n genes whose mean response over the regenerated cells is strongest."""
    return response.top_genes(result_of(session), n)


def response_by_distance(session: Session, genes: list[str] | None = None, bins: int = 10) -> pd.DataFrame:
    """Response against distance from the region's edge; ``genes`` None averages all genes that were not edited."""
    return response.by_distance(result_of(session), genes, bins)


def volcano(session: Session) -> Volcano:
    """Size of every gene's response against the best evidence that there is: placebos, repeats, or cells."""
    return volcanoes.volcano(result_of(session))


def response_by_type(session: Session, key: str | None = None, genes: list[str] | None = None) -> pd.DataFrame:
    """Mean response of each cell type, the strongest first, and gene: type, cells, gene, response.

    ``key`` None takes the column that tells cell types apart, ``genes`` None the ten that change most.
    """
    result = result_of(session)
    column = key or session.label_key
    if column is None:
        raise DataError(sentence("a column of cell types", "none in this section", "Name one by key"))
    chosen = genes or list(response.top_genes(result, 10)["gene"])
    mean = response.by_type(result, column, chosen)
    counts = response.types(result, column).set_index("type")["cells"]
    table = mean.loc[counts.index, chosen].rename_axis("type").reset_index()
    table.insert(1, "cells", counts.to_numpy())
    long = table.melt(["type", "cells"], var_name="gene", value_name="response")
    order = long["type"].map({kind: place for place, kind in enumerate(counts.index)})
    return long.loc[order.sort_values(kind="stable").index].reset_index(drop=True)


def save_result(session: Session, path: str | Path) -> None:
    """Write the result as .h5ad; everything simulated is in layers, and ``uns['ripple']`` says how it was made."""
    result = result_of(session)
    if Path(path).suffix.lower() != ".h5ad":
        raise DataError(sentence("a file name that ends in .h5ad", Path(path).name, "Add .h5ad"))
    h5ad.write(_with_recipe(session, result), Path(path))
    session.record("save", path=str(path))


def save_table(session: Session, path: str | Path) -> None:
    """Write the response of every gene as CSV, strongest first."""
    write_simulated(path, response.gene_table(result_of(session)))
    session.record("save_table", path=str(path))


def open_result(session: Session, path: str | Path) -> None:
    """Show a result file that was saved before, on the section that it was made from."""
    if session.section is None:
        raise DataError(sentence("an open section", "none", "Open the section that the result was made from first"))
    try:
        result = ad.read_h5ad(path)
    except (OSError, KeyError, ValueError, TypeError) as error:
        found = f"{Path(path).name} that cannot be read ({error})"
        raise DataError(sentence("a result file", found, "Choose a file that Save result wrote")) from None
    simulation = Simulation.from_result(result, session.section)
    session.record("open_result", path=str(path))
    session.result_inputs = None
    session.simulation = simulation
    session.result = result
    keep_file(session, path, result)
    if session.view == "observed":
        session.view = "response"


def save_recipe(session: Session, path: str | Path) -> None:
    """Write the whole experiment as one JSON file that ``ripple run`` repeats."""
    current_recipe(session).write(path)
    session.record("save_recipe", path=str(path))


def current_recipe(session: Session) -> recipe.Recipe:
    """The recipe of what is chosen now; DataError while something is missing or only in memory."""
    missing = session.missing_for_regeneration()
    if missing or session.section is None or session.roi is None or session.model is None:
        raise DataError(missing)
    if session.section_path is None or session.model_path is None:
        found = "one that is only in memory"
        raise DataError(sentence("a section and a model opened from files", found, "Save and open them first"))
    return recipe.make(
        session.section_path,
        session.model_path,
        session.roi,
        session.edits,
        section_name=session.section.name if len(session.sections) > 1 else None,
        layer=session.section_layer,
        device=session.model.device,
        **session.settings.model_dump(),
    )


def _with_recipe(session: Session, result: ad.AnnData) -> ad.AnnData:
    """The result, with the model's badge and the recipe of files in its record where it was made from what is chosen now."""
    if not session.result_is_current:
        return result
    record = json.loads(result.uns["ripple"])
    if session.check is not None and session.check.badge is not None:
        record["badge"] = session.check.badge.record()
    if session.section_path is not None and session.model_path is not None:
        made = current_recipe(session)
        record |= {"recipe": made.model_dump(), "checkpoint_hash": made.checkpoint.sha256}
    result.uns["ripple"] = json.dumps(record)
    return result


def result_of(session: Session) -> ad.AnnData:
    """The session's result; DataError without one."""
    if session.result is None:
        raise DataError(sentence("a result", "none", "Press Regenerate, or open a result file"))
    return session.result
