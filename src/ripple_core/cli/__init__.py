"""The command line: words become calls; whatever is computed is computed elsewhere."""

from ripple_core.cli.app import main

__all__ = ["main"]
