"""Tokenising cells against scikit-learn's PCA.transform and KMeans.predict, on as many threads as each wants."""

from __future__ import annotations

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

from ripple_core.benchmark.races.memory import with_memory
from ripple_core.benchmark.races.race import Race, Timed, in_turns
from ripple_core.models.gest.meta_cells.nearest import Nearest

GENES, COMPONENTS, META_CELLS = 500, 50, 512
TYPES, PROGRAMS, NOISE = 40, 20, 0.5
LEARNED_FROM, AT_ONCE = 20_000, 8192
SAME_DISTANCE = 1e-5


def run(cells: int, seed: int, *, meta_cells: int = META_CELLS) -> Timed:
    """Race ``cells`` cells of made expression (cells, genes), dense float32, to the nearest of ``meta_cells``.

    A token counts as the same where the other's meta cell is as near to 1e-5 of the distance, taken in float64: both round
    in float32, so that a cell between two meta cells may go to either.
    """
    rng = np.random.default_rng([seed, 61])
    made = _Made.draw(rng)
    pca, kmeans = _learned(made.expression(LEARNED_FROM, rng), meta_cells, seed)
    nearest = Nearest.of(pca.mean_, np.ones(GENES), pca.components_, kmeans.cluster_centers_)
    expression = made.expression(cells, rng)

    def ours() -> np.ndarray:
        return nearest.tokens(expression)

    def peer() -> np.ndarray:
        return kmeans.predict(pca.transform(expression))

    token, ours_mb = with_memory(ours)
    other, peer_mb = with_memory(peer)
    agrees = _same(expression, token, other, pca, kmeans)
    note = "" if peer_mb is None else f"scikit-learn holds {peer_mb:.0f} MB"
    ours_s, peer_s = in_turns(ours, peer)
    return Timed(ours_s, peer_s, agrees, note, ours_mb)


TOKENS = Race(
    name="tokens",
    title=f"tokenising {GENES} genes",
    peer="scikit-learn PCA.transform + KMeans.predict",
    unit="cells",
    sizes=(62_500, 250_000, 1_000_000),
    quick_sizes=(2_000,),
    run=run,
    least=1.5,
    agreeing=1.0,
)


class _Made:
    """Log expression of made cells: types that overlap, programs that run through them, and noise."""

    def __init__(self, types: np.ndarray, programs: np.ndarray) -> None:
        self.types, self.programs = types, programs

    @classmethod
    def draw(cls, rng: np.random.Generator) -> _Made:
        types = rng.gamma(1.0, 1.0, (TYPES, GENES)).astype(np.float32)
        return cls(types, 0.15 * rng.standard_normal((PROGRAMS, GENES), dtype=np.float32))

    def expression(self, cells: int, rng: np.random.Generator) -> np.ndarray:
        """Expression (cells, genes), float32, at least 0; made piece by piece."""
        made = np.empty((cells, GENES), dtype=np.float32)
        for start in range(0, cells, AT_ONCE):
            piece = made[start : start + AT_ONCE]
            rng.standard_normal(out=piece, dtype=np.float32)
            piece *= NOISE
            piece += self.types[rng.integers(TYPES, size=len(piece))]
            piece += rng.standard_normal((len(piece), PROGRAMS), dtype=np.float32) @ self.programs
            np.maximum(piece, 0, out=piece)
        return made


def _learned(expression: np.ndarray, meta_cells: int, seed: int) -> tuple[PCA, KMeans]:
    meta_cells = min(meta_cells, len(expression))
    pca = PCA(COMPONENTS, svd_solver="covariance_eigh").fit(expression)
    kmeans = KMeans(meta_cells, n_init=1, max_iter=10, init="random", random_state=seed).fit(pca.transform(expression))
    return pca, kmeans


def _same(expression: np.ndarray, token: np.ndarray, other: np.ndarray, pca: PCA, kmeans: KMeans) -> float:
    """Share of cells with the same token, or with one that is as near."""
    differ = np.flatnonzero(token != other)
    reduced = (expression[differ].astype(np.float64) - pca.mean_) @ pca.components_.astype(np.float64).T
    near, far = (np.linalg.norm(reduced - kmeans.cluster_centers_[t[differ]], axis=1) for t in (token, other))
    return float(1 - (np.abs(near - far) > SAME_DISTANCE * far).sum() / max(1, len(token)))
