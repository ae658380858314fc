"""A made tissue whose ligand-receptor ripples are known: truth for tests, benchmark and demo.

Cell types live in spatial domains. Sender types switch ligand programs on in patches; the ligand spreads with an exponential
kernel; receiver types answer, through a Hill curve, by raising some genes and lowering others. Counts are negative binomial.
Because every rate is known, the true response of the tissue to an edit of any region is computed, not estimated.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
from pydantic import Field
from scipy import sparse
from scipy.spatial import cKDTree

from ripple_core.errors import DataError, sentence
from ripple_core.files import write_text
from ripple_core.io import h5ad
from ripple_core.roi import Roi
from ripple_core.settings import Settings

LN2 = float(np.log(2.0))


class WorldSettings(Settings):
    """The size and the mechanism of a made world."""

    genes: int = Field(200, ge=40, description="Genes in the panel.")
    types: int = Field(8, ge=3, description="Cell types.")
    programs: int = Field(3, ge=1, description="Independent ligand programs.")
    ligands: int = Field(6, ge=1, description="Ligand genes of one program.")
    responders: int = Field(14, ge=2, description="Genes that answer one program, up and down.")
    up_share: float = Field(0.5, ge=0, le=1, description="Share of a program's responders that rise; the others fall.")
    diffusion_um: float = Field(40.0, gt=0, description="Length over which a ligand falls to 1/e.")
    pitch_um: float = Field(12.0, gt=0, description="Mean distance between neighbouring cells.")
    patch_um: float = Field(90.0, gt=0, description="Size of the patches in which senders are active together.")
    domains: int = Field(10, ge=1, description="Spatial domains, each with its own mixture of types.")
    dispersion: float = Field(4.0, gt=0, description="Negative binomial size: smaller is noisier.")
    counts_per_cell: float = Field(350.0, gt=0, description="Mean counts of a cell.")


@dataclass(frozen=True)
class Program:
    """One ligand program: who sends, who answers, with which genes and how strongly (natural-log units)."""

    senders: np.ndarray
    receivers: np.ndarray
    ligands: np.ndarray
    ligand_effect: np.ndarray
    responders: np.ndarray
    response_effect: np.ndarray


@dataclass(frozen=True)
class Tissue:
    """The hidden state of one made section: positions (cells, 2) µm, type (cells,), activity (cells, programs), depth (cells,)."""

    xy_um: np.ndarray
    type: np.ndarray
    activity: np.ndarray
    depth: np.ndarray


class World:
    """One mechanism, from which any number of tissues is drawn.

    Parameters
    ----------
    seed
        Fixes the mechanism: gene roles, type profiles, senders, receivers, effects.
    settings
        Size and strength.
    """

    def __init__(self, seed: int = 0, settings: WorldSettings | None = None) -> None:
        self.settings = settings or WorldSettings()
        self.seed = seed
        rng = np.random.default_rng([seed, 77])
        per_program = self.settings.ligands + self.settings.responders
        if self.settings.programs * per_program > self.settings.genes - 2 * self.settings.types:
            found = f"{self.settings.genes} for {self.settings.programs} programs of {per_program}"
            raise DataError(
                sentence("more genes than the programs need", found, "Ask for more genes or fewer programs")
            )
        self.programs = [self._make_program(rng, p) for p in range(self.settings.programs)]
        self.base = self._make_profiles(rng)
        self.gene_names, self.roles = self._name_genes()

    def _make_program(self, rng: np.random.Generator, index: int) -> Program:
        s = self.settings
        first = index * (s.ligands + s.responders)
        order = rng.permutation(s.types)
        n_senders, n_receivers = max(1, s.types // 3), max(2, s.types // 2)
        rising = np.diff(np.ceil(np.arange(s.responders + 1) * s.up_share)) > 0
        return Program(
            senders=order[:n_senders],
            receivers=order[n_senders : n_senders + n_receivers],
            ligands=np.arange(first, first + s.ligands),
            ligand_effect=rng.uniform(1.8, 2.8, s.ligands),
            responders=np.arange(first + s.ligands, first + s.ligands + s.responders),
            response_effect=np.where(rising, 1.0, -1.0) * rng.uniform(1.0, 2.0, s.responders),
        )

    def _make_profiles(self, rng: np.random.Generator) -> np.ndarray:
        """Log rate (types, genes) of every type at rest."""
        s = self.settings
        base = np.tile(rng.normal(0.0, 0.6, s.genes), (s.types, 1)) + rng.normal(0.0, 0.15, (s.types, s.genes))
        free = np.arange(s.programs * (s.ligands + s.responders), s.genes)
        for kind, genes in enumerate(np.array_split(rng.permutation(free)[: len(free) * 2 // 3], s.types)):
            base[kind, genes] += rng.uniform(1.5, 2.8, len(genes))
        for program in self.programs:
            base[:, program.ligands] -= 1.5
            base[:, program.responders] += np.where(program.response_effect < 0, 0.9, -0.5)
        return base

    def _name_genes(self) -> tuple[pd.Index, np.ndarray]:
        names = [f"Gene{i:03d}" for i in range(self.settings.genes)]
        roles = np.full(self.settings.genes, "other", dtype=object)
        for p, program in enumerate(self.programs, start=1):
            for n, gene in enumerate(program.ligands, start=1):
                names[gene], roles[gene] = f"Lig{p}-{n:02d}", f"ligand {p}"
            for n, (gene, effect) in enumerate(zip(program.responders, program.response_effect), start=1):
                names[gene], roles[gene] = f"{'Up' if effect > 0 else 'Down'}{p}-{n:02d}", f"responder {p}"
        return pd.Index(names), roles

    def tissue(self, seed: int, cells: int = 6000) -> Tissue:
        """Draw the hidden state of one section."""
        s = self.settings
        rng = np.random.default_rng([self.seed, seed, 99])
        side = s.pitch_um * np.sqrt(cells)
        xy = _spread_points(rng, cells, side)
        centers = rng.uniform(0, side, (s.domains, 2))
        domain = cKDTree(centers).query(xy + rng.normal(0, s.pitch_um, xy.shape))[1]
        mixture = rng.dirichlet(np.full(s.types, 0.7), s.domains) * 0.8 + 0.2 / s.types
        kind = (rng.random((cells, 1)) > np.cumsum(mixture[domain], axis=1)).sum(axis=1).clip(0, s.types - 1)
        activity = np.zeros((cells, s.programs))
        for p, program in enumerate(self.programs):
            field = _smooth_field(rng, xy, s.patch_um)
            chance = 1.0 / (1.0 + np.exp(-2.5 * (field - 0.3)))
            level = rng.uniform(0.5, 1.0, cells) * (rng.random(cells) < chance)
            activity[:, p] = np.where(np.isin(kind, program.senders), level, 0.0)
        depth = rng.lognormal(-0.06, 0.35, cells)
        return Tissue(xy, kind, activity, depth)

    def signal(self, tissue: Tissue) -> np.ndarray:
        """Ligand that reaches each cell from the others (cells, programs), 1 = half the receptors taken."""
        scale = self.settings.diffusion_um
        tree = cKDTree(tissue.xy_um)
        pairs = tree.query_pairs(5 * scale, output_type="ndarray")
        weight = np.exp(-np.linalg.norm(np.subtract(*(tissue.xy_um[pairs[:, i]] for i in (0, 1))), axis=1) / scale)
        n = len(tissue.xy_um)
        kernel = sparse.coo_matrix((weight, (pairs[:, 0], pairs[:, 1])), (n, n)).tocsr()
        crowd = 2 * np.pi * (scale / self.settings.pitch_um) ** 2
        return np.asarray((kernel + kernel.T) @ tissue.activity) / (0.04 * crowd)

    def log_rate(self, tissue: Tissue) -> np.ndarray:
        """Log expression rate (cells, genes) of every cell, its neighbours' ligands included."""
        rate = self.base[tissue.type].copy()
        signal = self.signal(tissue)
        for p, program in enumerate(self.programs):
            answer = signal[:, p] ** 2 / (1.0 + signal[:, p] ** 2) * np.isin(tissue.type, program.receivers)
            rate[:, program.ligands] += tissue.activity[:, [p]] * program.ligand_effect
            rate[:, program.responders] += answer[:, None] * program.response_effect
        return rate

    def expected(self, tissue: Tissue, target_sum: float) -> np.ndarray:
        """Noise-free expression (cells, genes): log1p of rates scaled to ``target_sum`` per cell."""
        rate = np.exp(self.log_rate(tissue))
        return np.log1p(rate * (target_sum / rate.sum(axis=1, keepdims=True))).astype(np.float32)

    def section(self, seed: int, cells: int = 6000, name: str | None = None) -> ad.AnnData:
        """Draw one section as AnnData: counts in X, µm in ``obsm['spatial']``, ``obs['cell_type']``."""
        tissue = self.tissue(seed, cells)
        return self.counts(tissue, seed, name or f"section_{seed}")

    def counts(self, tissue: Tissue, seed: int, name: str) -> ad.AnnData:
        """Draw counts for a hidden state."""
        s = self.settings
        rng = np.random.default_rng([self.seed, seed, 11])
        rate = np.exp(self.log_rate(tissue))
        mean = rate * (s.counts_per_cell / rate.sum(axis=1).mean()) * tissue.depth[:, None]
        counts = rng.poisson(rng.gamma(s.dispersion, mean / s.dispersion)).astype(np.float32)
        cells = [f"{name}:{i:05d}" for i in range(len(tissue.type))]
        obs = pd.DataFrame(
            {
                "cell_type": pd.Categorical([f"Type {k + 1}" for k in tissue.type]),
                "section": pd.Categorical([name] * len(cells)),
            },
            index=cells,
        )
        adata = ad.AnnData(
            sparse.csr_matrix(counts), obs=obs, var=pd.DataFrame({"role": self.roles}, index=self.gene_names)
        )
        adata.var["role"] = adata.var["role"].astype("category")
        adata.obsm["spatial"] = tissue.xy_um
        adata.uns.update(name=name, spatial_unit="micrometre", source="ripple_core.synthetic: made, not measured")
        return adata

    def deg_table(self, program: int = 0) -> pd.DataFrame:
        """The edit that switches one program on, as a DEG table (gene, log2FC)."""
        chosen = self.programs[program]
        return pd.DataFrame({"gene": self.gene_names[chosen.ligands], "log2FC": chosen.ligand_effect / LN2})

    def truth(self, tissue: Tissue, roi: Roi, name: str, *, program: int = 0, strength: float = 1.0) -> ad.AnnData:
        """The true response of every cell when all cells of the region take up a program.

        ``layers``: control, perturbed, response (perturbed − control), log-normalised without noise; ``obs['in_roi']``;
        ``var['role']``, ``var['edited']``.
        """
        inside = roi.contains(tissue.xy_um)
        activity = tissue.activity.copy()
        activity[inside, program] = np.clip(activity[inside, program] + strength, 0.0, None)
        target = self.settings.counts_per_cell
        control = self.expected(tissue, target)
        perturbed = self.expected(Tissue(tissue.xy_um, tissue.type, activity, tissue.depth), target)
        cells = [f"{name}:{i:05d}" for i in range(len(inside))]
        obs = pd.DataFrame({"in_roi": inside, "distance_um": roi.distance_um(tissue.xy_um)}, index=cells)
        edited = np.isin(np.arange(self.settings.genes), self.programs[program].ligands)
        var = pd.DataFrame({"role": pd.Categorical(self.roles), "edited": edited}, index=self.gene_names)
        truth = ad.AnnData(sparse.csr_matrix(control.shape, dtype=np.float32), obs=obs, var=var)
        truth.layers.update(control=control, perturbed=perturbed, response=perturbed - control)
        truth.obsm["spatial"] = tissue.xy_um
        return truth


def central_roi(cells: int, settings: WorldSettings, radius_um: float = 90.0) -> Roi:
    """A round region in the middle of a section of so many cells."""
    middle = settings.pitch_um * np.sqrt(cells) / 2
    return Roi.circle((middle, middle), min(radius_um, middle / 2), name="centre")


def write_sample(
    folder: str | Path, *, cells: int = 6000, sections: int = 12, seed: int = 0, world: World | None = None
) -> list[Path]:
    """Write ``section_*.h5ad`` for training, ``unseen.h5ad``, ``deg.csv``, ``roi.geojson`` and ``truth_*.h5ad`` of each.

    Returns the files written. The mechanism is the world's own; ``seed`` draws the tissues.
    """
    world = world or World()
    folder = Path(folder)
    roi = central_roi(cells, world.settings)
    written = [folder / "roi.geojson", folder / "deg.csv"]
    roi.to_geojson(written[0])
    write_text(written[1], world.deg_table().to_csv(index=False))
    names = [f"section_{i + 1}" for i in range(sections)] + ["unseen"]
    for i, name in enumerate(names):
        tissue = world.tissue(seed * 1000 + i, cells)
        h5ad.write(world.counts(tissue, seed * 1000 + i, name), folder / f"{name}.h5ad")
        h5ad.write(world.truth(tissue, roi, name), folder / f"truth_{name}.h5ad")
        written += [folder / f"{name}.h5ad", folder / f"truth_{name}.h5ad"]
    return written


def _spread_points(rng: np.random.Generator, cells: int, side: float) -> np.ndarray:
    """Positions (cells, 2) that keep some distance from one another, as cell centres do."""
    per_side = int(np.ceil(np.sqrt(cells)))
    grid = np.stack(np.meshgrid(np.arange(per_side), np.arange(per_side)), axis=-1).reshape(-1, 2) + 0.5
    chosen = np.sort(rng.permutation(len(grid))[:cells])
    step = side / per_side
    return grid[chosen] * step + rng.uniform(-0.42, 0.42, (cells, 2)) * step


def _smooth_field(rng: np.random.Generator, xy: np.ndarray, length_um: float, waves: int = 60) -> np.ndarray:
    """A random smooth field (cells,) with mean 0 and spread 1, from random Fourier waves."""
    direction = rng.normal(0.0, 1.0 / length_um, (2, waves))
    phase = rng.uniform(0, 2 * np.pi, waves)
    return np.sqrt(2.0 / waves) * np.cos(xy @ direction + phase).sum(axis=1)
