"""Hide the cells of a region and generate them from the rest: what a model knows of cells it has not seen."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import asdict
from typing import Any

import anndata as ad
import numpy as np
from pydantic import Field

from ripple_core.encoded import Encoded
from ripple_core.models.contract import GenerationSettings, Mode, Model, Scene, can_generate
from ripple_core.models.scene import SceneInParts
from ripple_core.perturb import pace, result, zone
from ripple_core.perturb.tally import Tally
from ripple_core.progress import Progress
from ripple_core.roi import Roi
from ripple_core.section import Section
from ripple_core.settings import Settings


class GenerateSettings(Settings):
    """How a hidden region is generated."""

    mode: Mode = Field(
        "weighted",
        description="picking: the likeliest meta cell; weighted: their mean by probability; sampling: a random draw.",
    )
    draws: int = Field(
        1,
        ge=1,
        le=1000,
        description="Repeats with other orders and random draws; their mean is given and their spread.",
    )
    seed: int = Field(0, ge=0, description="Same seed, same device: same numbers.")
    temperature: float = Field(1.0, gt=0, le=10, description="Sampling mode: below 1 sharper, above 1 flatter.")
    waves: bool = Field(
        False,
        description="Windows far from each other are generated side by side, which is faster; how far is measured on the first cells.",
    )


class Hiding:
    """One experiment on hidden cells: made ready at construction, carried out by :meth:`steps`, read by :meth:`result`."""

    def __init__(
        self, data: ad.AnnData | Section, model: Model, roi: Roi, settings: GenerateSettings | None = None
    ) -> None:
        self.generator = can_generate(model)
        whole = data if isinstance(data, Section) else Section.from_anndata(data)
        self.settings, self.model, self.roi = settings or GenerateSettings(), model, roi
        self.section = zone.section_of(whole, roi)
        self.zone = zone.within(self.section, roi)
        self.observed = Encoded(model.space, self.section)
        self.match = self.observed.match
        self.tally = Tally(len(self.section), len(model.space.genes), lines=1)
        self.square = np.zeros((len(self.zone.targets), self.observed.shape[1]))
        self.order = np.full(len(self.section), -1, dtype=np.int64)
        self.seconds = 0.0
        self.pace: pace.Pace | None = None
        self.report: dict[str, Any] = {
            "section": self.section.name,
            "n_zone": len(self.zone.targets),
            "genes_matched": len(self.match.matched),
            "genes_missing": list(self.match.missing),
            "token_flips": None,
            "out_of_range": None,
        }

    @property
    def repeats(self) -> int:
        """Draws that each cell's mean is over."""
        return self.settings.draws

    def steps(self) -> Iterator[Progress]:
        """Generate from the edge inwards; ``partial`` is (rows of the section (cells,), expression (cells, genes))."""
        total, done, started = self.settings.draws * len(self.zone.targets), 0, time.monotonic()
        position = {row: i for i, row in enumerate(self.zone.targets)}
        for draw in range(self.settings.draws):
            targets = zone.outward(self.zone, self.settings.seed + draw)
            scene = self._scene(targets)
            settings = GenerationSettings(
                mode=self.settings.mode, temperature=self.settings.temperature, seed=self.settings.seed + 7919 * draw
            )
            if self.settings.waves and self.pace is None:
                self.pace = pace.measured(self.generator, scene, settings)
                self.report["waves"] = asdict(self.pace)
            if self.pace is not None:
                settings = settings.model_copy(update={"apart_um": self.pace.apart_um})
            for generated in self.generator.generate(scene, settings):
                cells = targets[generated.targets]
                self.tally.add(cells, generated.expression)
                self.square[[position[row] for row in cells]] += generated.expression[0].astype(np.float64) ** 2
                if draw == 0:
                    self.order[cells] = done + np.arange(len(cells))
                done += len(cells)
                self.seconds = time.monotonic() - started
                yield Progress(done, total, f"{done} of {total} cells generated", (cells, self.tally.mean(cells)[0]))

    def _scene(self, targets: np.ndarray) -> Scene:
        """The cells around the region, read when they are looked at."""
        known, xy, nobody = self.zone.context, self.section.xy_um, np.empty((1, 0, self.observed.shape[1]), np.float32)
        return SceneInParts(xy[known], lambda rows: self.observed[known[rows]], nobody, xy[targets])

    def spread(self, cells: np.ndarray) -> np.ndarray:
        """Standard deviation over draws (cells, genes)."""
        count = self.tally.count[self.tally.slot(cells)][:, None]
        mean = self.tally.mean(cells)[0]
        square = self.square[np.searchsorted(self.zone.targets, cells)]
        return np.sqrt(
            np.maximum((square - count * mean.astype(np.float64) ** 2) / np.maximum(count - 1, 1), 0.0)
        ).astype(np.float32)

    def result(self) -> ad.AnnData:
        """All that has been generated so far, in the format of a result file."""
        return result.of_hiding(self)


def generate_iter(
    data: ad.AnnData | Section, model: Model, roi: Roi, **settings: Any
) -> Generator[Progress, None, ad.AnnData]:
    """Stream the generation of a hidden region; returns the result."""
    run = Hiding(data, model, roi, GenerateSettings(**settings))
    yield from run.steps()
    return run.result()


def generate(data: ad.AnnData | Section, model: Model, roi: Roi, **settings: Any) -> ad.AnnData:
    """Hide the cells inside a region and generate them from the rest; ``layers`` observed and generated.

    ``settings`` are the fields of :class:`GenerateSettings`.
    """
    run = Hiding(data, model, roi, GenerateSettings(**settings))
    for _ in run.steps():
        pass
    return run.result()
