"""``ripple niches``: a section's cells grouped by the kind of place they stand in."""

from __future__ import annotations

import json

from ripple_core.cli import target, terminal
from ripple_core.cli.described import Describing, ResultFile
from ripple_core.cli.groups import grouped
from ripple_core.cli.options import Checkpoint, SectionFile
from ripple_core.niche.settings import NicheSettings


@grouped
def niches(
    section: SectionFile,
    checkpoint: Checkpoint,
    out: ResultFile,
    *,
    settings: NicheSettings,
    describing: Describing,
) -> None:
    """Group cells by what a model makes of their surroundings; no labels are needed."""
    target.check(out, [section])
    from ripple_core.io import h5ad
    from ripple_core.niche.niches import niches_iter

    data, model = describing.opened(section, checkpoint)
    steps = niches_iter(data, model, section_key=describing.section_key, **settings.model_dump())
    result = terminal.follow(steps, "niches")
    h5ad.write(result, out)
    record = json.loads(result.uns["ripple"])
    if describing.as_json:
        terminal.say_json({**record, "file": out})
        return
    seconds, chosen = record["timings"]["seconds"], record["clusters_chosen_by"]
    terminal.say([f"{result.n_obs:,} cells in {record['clusters']} niches, {seconds:.1f} s on {record['device']}"])
    terminal.say([f"how many niches: chosen by {chosen}"])
    rows = [(one["niche"], f"{one['cells']:,}", ", ".join(one["genes"])) for one in record["niches"]]
    terminal.say_table("Niches, the largest first", ("niche", "cells", "genes above the other cells"), rows)
    terminal.say([f"written: {out}"])
