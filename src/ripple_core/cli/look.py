"""``ripple info``, ``ripple score`` and ``ripple methods``: what a file holds, how good a result is, and how it was made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ripple_core.cli import terminal
from ripple_core.cli.options import AsJson, Layer, SectionFile, SectionKey

ResultFile = Annotated[Path, typer.Argument(metavar="RESULT", help="A result of 'ripple perturb'.")]
TruthFile = Annotated[
    Path, typer.Option(metavar="TRUTH", help="The true response of the same section, as 'ripple sample' writes it.")
]

MethodsFile = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write the text there (Markdown) instead of showing it.")
]


def info(section: SectionFile, layer: Layer = None, section_key: SectionKey = None, as_json: AsJson = False) -> None:
    """Say what was found: cells, genes, sections, units, expression space, labels."""
    from ripple_core.io.describe import describe
    from ripple_core.io.read import read

    report = describe(read(section, layer), section_key)
    if as_json:
        terminal.say_json(report.as_dict())
    else:
        terminal.say(report.lines())


def score(result: ResultFile, truth: TruthFile, as_json: AsJson = False) -> None:
    """Hold a simulated response against the true one, beside plain rules that need no model."""
    from ripple_core.benchmark.scores.against_truth import every_score
    from ripple_core.io import h5ad

    simulated = h5ad.require(
        h5ad.read(result), "a result of ripple perturb", layers=("response",), obs=("ripple_role",)
    )
    true = h5ad.require(h5ad.read(truth), "a true response", layers=("response",))
    table = every_score(simulated, true)
    if as_json:
        terminal.say_json(table.to_dict("index"))
    else:
        rows = [(name, *map(float, table[name])) for name in table.columns]
        terminal.say_table("Simulated response against the truth", ("", *map(str, table.index)), rows)


def methods(result: ResultFile, out: MethodsFile = None) -> None:
    """Write how a result was made, in words for the methods of a paper, with the works to cite."""
    from ripple_core.files import write_text
    from ripple_core.io import h5ad
    from ripple_core.perturb.reading.methods import of_result

    words = of_result(h5ad.read(result))
    if out is None:
        terminal.say(words.splitlines())
    else:
        write_text(out, words)
        terminal.say([f"written: {out}"])
