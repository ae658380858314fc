"""``ripple niches``: a section's cells grouped by the kind of place they stand in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from ripple_core.cli import target, terminal
from ripple_core.cli.groups import grouped
from ripple_core.cli.options import AsJson, Checkpoint, Device, Layer, SectionFile, SectionKey
from ripple_core.niche.settings import NicheSettings

ResultFile = Annotated[Path, typer.Option(metavar="RESULT.h5ad", help="Where the section with its new columns goes.")]


@grouped
def niches(
    section: SectionFile,
    checkpoint: Checkpoint,
    out: ResultFile,
    *,
    settings: NicheSettings,
    section_key: SectionKey = None,
    layer: Layer = None,
    device: Device = "auto",
    as_json: AsJson = False,
) -> None:
    """Group cells by what a model makes of their surroundings; no labels are needed."""
    target.check(out, [section])
    from ripple_core.files import sha256
    from ripple_core.io import h5ad
    from ripple_core.io.read import read
    from ripple_core.models.catalog import load
    from ripple_core.niche.niches import niches_iter

    data, model = read(section, layer), load(checkpoint, device)
    model.record["hash"] = sha256(checkpoint)
    result = terminal.follow(niches_iter(data, model, section_key=section_key, **settings.model_dump()), "niches")
    h5ad.write(result, out)
    record = json.loads(result.uns["ripple"])
    if as_json:
        terminal.say_json({**record, "file": out})
        return
    seconds, chosen = record["timings"]["seconds"], record["clusters_chosen_by"]
    terminal.say([f"{result.n_obs:,} cells in {record['clusters']} niches, {seconds:.1f} s on {record['device']}"])
    terminal.say([f"how many niches: chosen by {chosen}"])
    rows = [(one["niche"], f"{one['cells']:,}", ", ".join(one["genes"])) for one in record["niches"]]
    terminal.say_table("Niches, the largest first", ("niche", "cells", "genes above the other cells"), rows)
    terminal.say([f"written: {out}"])
