"""How much of what the hidden state adds to the copied cells counts, measured on hidden regions of held-out sections."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from torch import Tensor

from ripple_core.models.contract import GenerationSettings, Scene
from ripple_core.models.gest.generate import generate
from ripple_core.models.gest.network import GestNetwork
from ripple_core.training.windows import Tissue

DISCS, CELLS, AROUND = 12, 40, 1000


def measured_share(network: GestNetwork, own_share: Tensor, tissues: Sequence[Tissue], seed: int) -> float:
    """The share, 0 to 1, of least squared error (in spreads) over hidden discs of the tissues, generated without and with all of it.

    ``own_share``, the network's, is left at the last value tried.
    """
    rng = np.random.default_rng([seed, 71])
    scale = network.scale.cpu().numpy()
    along, square = 0.0, 0.0
    for _ in range(DISCS):
        scene, true = _disc(tissues[int(rng.integers(len(tissues)))], rng)
        copied, whole = (_generated(network, own_share, share, scene, seed) / scale for share in (0.0, 1.0))
        along += float(((true / scale - copied) * (whole - copied)).sum())
        square += float(((whole - copied) ** 2).sum())
    return float(np.clip(along / square, 0.0, 1.0)) if square > 0 else 0.0


def _disc(tissue: Tissue, rng: np.random.Generator) -> tuple[Scene, np.ndarray]:
    """A disc of a tissue as a scene, to be filled from its edge, and what its cells express (targets, genes)."""
    cells = len(tissue.xy_um)
    near = np.atleast_1d(tissue.tree.query(tissue.xy_um[rng.integers(cells)], k=min(cells, AROUND))[1])
    count = max(1, min(CELLS, len(near) // 4))
    hidden, known = near[:count][::-1], near[count:]
    scene = Scene(tissue.xy_um[known], tissue.expression[known][None], tissue.xy_um[hidden])
    return scene, tissue.expression[hidden]


def _generated(network: GestNetwork, own_share: Tensor, share: float, scene: Scene, seed: int) -> np.ndarray:
    """Expected expression (targets, genes) of a scene's cells with a share."""
    own_share.fill_(share)
    cells = [cell.expression[0, 0] for cell in generate(network, scene, None, GenerationSettings(seed=seed))]
    return np.stack(cells)
