"""What ``ripple niches`` and ``ripple annotate`` share: which cells of a section are described, with what, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ripple_core.cli.options import AsJson, Device, Layer, SectionKey

if TYPE_CHECKING:
    import anndata as ad

    from ripple_core.models.contract import Model

ResultFile = Annotated[Path, typer.Option(metavar="RESULT.h5ad", help="Where the section with its new columns goes.")]


@dataclass(frozen=True)
class Describing:
    """How sections are told apart, where their counts are, where it is computed, and how it is told."""

    section_key: SectionKey = None
    layer: Layer = None
    device: Device = "auto"
    as_json: AsJson = False

    def opened(self, section: Path, checkpoint: Path) -> tuple[ad.AnnData, Model]:
        """The section, and the model with the hash of its folder in its record."""
        from ripple_core.files import sha256
        from ripple_core.io.read import read
        from ripple_core.models.catalog import load

        data, model = read(section, self.layer), load(checkpoint, self.device)
        model.record["hash"] = sha256(checkpoint)
        return data, model
