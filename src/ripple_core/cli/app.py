"""The ``ripple`` command: its table of commands, and errors as one line."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence

import typer

from ripple_core.cli import annotate, benchmark, look, niches, sample, simulate, train, view
from ripple_core.errors import RippleError

app = typer.Typer(
    name="ripple",
    help="Change the cells of a tissue region and regenerate their surroundings. Whatever it generates is simulated.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("info")(look.info)
app.command("sample")(sample.sample)
app.command("train", cls=train.NamesAfterHoldOut)(train.train)
app.command("generate")(simulate.generate)
app.command("perturb")(simulate.perturb)
app.command("run")(simulate.run)
app.command("view")(view.view)
app.command("score")(look.score)
app.command("methods")(look.methods)
app.command("niches")(niches.niches)
app.command("annotate", cls=annotate.FilesAfterTrainOn)(annotate.annotate)
app.command("benchmark")(benchmark.benchmark)


@app.callback(invoke_without_command=True)
def ripple(
    version: bool = typer.Option(False, "--version", help="Print the version and leave."),
    debug: bool = typer.Option(False, "--debug", help="Show where in the code an error comes from; allowed anywhere."),
) -> None:
    """Options that belong to no command."""
    if version:
        from ripple_core import __version__

        typer.echo(f"napari-ripple {__version__}")
        raise typer.Exit


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 an error said in one line on stderr, 2 words that are not understood."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    if not debug and not sys.warnoptions:
        warnings.simplefilter("ignore")  # libraries warn their developers; what concerns the user is said in words
    try:
        app([word for word in words if word != "--debug"], prog_name="ripple")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    except (RippleError, OSError, MemoryError) as error:
        if debug:
            raise
        print(one_line(error), file=sys.stderr)
        return 1
    return 0


def one_line(error: BaseException) -> str:
    """What went wrong, on one line.

    >>> one_line(OSError(28, "No space left on device", "result.h5ad"))
    'No space left on device: result.h5ad. Nothing was changed.'
    """
    if isinstance(error, MemoryError):
        return "Out of memory. Nothing was changed; choose a smaller section or zone."
    if isinstance(error, OSError) and not isinstance(error, RippleError):
        where = f": {error.filename}" if error.filename else ""
        return " ".join(f"{error.strerror or error}{where}. Nothing was changed.".split())
    return " ".join(str(error).split())
