"""From a recipe to a result file on the command line: progress while it runs, then what was done and what changed."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import anndata as ad
import pandas as pd
import typer

from ripple_core import recipe as recipes
from ripple_core.cli import target, terminal
from ripple_core.errors import DataError
from ripple_core.perturb.reading import effects, response

TOP_GENES = 10
STOPPED = 130


def carry_out(
    recipe: recipes.Recipe, out: Path, *, folder: Path = Path(), with_badge: bool = True, as_json: bool = False
) -> None:
    """Run a recipe, write its result to ``out`` and say what came of it; Ctrl-C keeps what is done.

    ``with_badge`` scores the model on hidden cells of the section as well.
    """
    target.check(out, [Path(recipe.section.path)])
    ready = recipes.prepare(recipe, folder)
    notes = recipes.differences(recipe, ready)
    _leave_a_core_free()
    try:
        terminal.follow(ready.steps(), recipe.task)
    except KeyboardInterrupt:
        if not len(ready.tally.cells()):
            raise
        notes.append("Stopped: the result holds the cells that were done by then.")
        with_badge = False
    more = _badge(ready, notes) if with_badge else {}
    written = recipes.save(recipe, ready, out, more)
    result = recipes.result_of(recipe, ready, more)
    record = json.loads(result.uns["ripple"])
    _say(result, record, written, notes, as_json=as_json)
    if not record["complete"]:
        raise typer.Exit(STOPPED)


def _badge(ready: recipes.Run, notes: list[str]) -> dict[str, Any]:
    """What the model is worth on this section, for the result's record; nothing where that cannot be said."""
    from ripple_core.benchmark.badge import badge_iter

    try:
        found = terminal.follow(badge_iter(ready.section, ready.model), "checking the model on hidden cells")
    except KeyboardInterrupt:
        notes.append("Stopped: the model was not checked on hidden cells of this section.")
    except DataError as error:
        notes.append(f"The model was not checked on hidden cells of this section. {error}")
    else:
        return {"badge": found.record()}
    return {}


def _leave_a_core_free() -> None:
    """Use one thread fewer than there are cores: cells come one by one, and small steps stall where threads wait."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(min(torch.get_num_threads(), max(1, (os.cpu_count() or 2) - 1)))


def _say(result: ad.AnnData, record: dict[str, Any], written: list[Path], notes: list[str], *, as_json: bool) -> None:
    genes = response.gene_table(result) if record["task"] == "perturb" else None
    if as_json:
        kept = {key: value for key, value in record.items() if key not in ("recipe", "scores")}
        top = None if genes is None else genes.head(TOP_GENES).to_dict("records")
        terminal.say_json({**kept, "top_genes": top, "files": written, "notes": notes})
        return
    terminal.say(_lines(record))
    if genes is not None:
        _say_genes("Edited genes", genes[genes["edited"]])
        _say_genes("Genes that were not edited", genes[~genes["edited"]])
    terminal.say(f"note: {note}" for note in notes)
    terminal.say(f"written: {path}" for path in written)
    sys.stdout.flush()


def _say_genes(title: str, genes: pd.DataFrame) -> None:
    """The strongest responses of some genes, with their spread over repeats, p and q where there are such."""
    columns = [column for column in ("response", "sd", "p", "q") if column in genes and genes[column].notna().any()]
    rows = [(gene, *map(float, values)) for gene, values in zip(genes["gene"], genes[columns].to_numpy())][:TOP_GENES]
    if rows:
        terminal.say_table(f"{title}: mean simulated response over the regenerated cells", ("gene", *columns), rows)


def _lines(record: dict[str, Any]) -> list[str]:
    """What was done, in a few lines."""
    seconds = record["timings"]["seconds"]
    lines = [
        f"section {record['section']}: {record['n_zone']:,} cells to generate, {seconds:.1f} s on {record['device']}",
        f"genes: {record['genes_matched']} of the model's in the section, {len(record['genes_missing'])} missing",
    ]
    if record["task"] == "perturb":
        edited, absent = len(record["genes_edited"]), len(record["genes_edit_missing"])
        lines.insert(
            1, f"region: {record['n_roi']:,} cells; edit: {edited} genes changed, {absent} unknown to the model"
        )
        if record["token_flips"] is not None:
            lines.append(f"edited cells: {record['token_flips']:.0%} read as another meta cell")
        lines += effects.sentences(record)
    badge = record.get("badge")
    if badge is None:
        return [*lines, record["verdict"]]
    return [*lines, badge["words"], *([f"warning: {badge['warning']}"] if badge["warning"] else [])]
