"""The order in which the cells of a window are read (paper section 4.2), with the augmentation that generation needs."""

from __future__ import annotations

import numpy as np

Order = str
NOISE_UM = 25.0


def order_window(xy_um: np.ndarray, rng: np.random.Generator, kind: Order = "near_first") -> np.ndarray:
    """A serialisation (cells,) of a window.

    ``random`` is a permutation; ``literal_eq6`` samples without replacement with weight = distance from a random corner, as the
    paper's equation 6 is written; ``near_first`` mixes, one third each, corner starts, centre-out starts, and holes: everything
    but a ring is known in random order, and the ring is then filled from its inner edge, which is what regeneration asks for.
    """
    if kind == "random":
        return rng.permutation(len(xy_um))
    if kind == "literal_eq6":
        return weighted_order(_corner_distance(xy_um, rng), rng)
    draw = rng.random()
    if draw < 1 / 3:
        return near_first(_corner_distance(xy_um, rng), rng)
    start = xy_um[rng.integers(len(xy_um))]
    distance = np.linalg.norm(xy_um - start, axis=1)
    return near_first(distance, rng) if draw < 2 / 3 else hole_order(distance, rng)


def weighted_order(weight: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Sampling without replacement in proportion to ``weight`` (cells,), all at once (exponential keys)."""
    return np.argsort(rng.exponential(size=len(weight)) / np.maximum(weight, 1e-9))


def near_first(distance_um: np.ndarray, rng: np.random.Generator, noise_um: float = NOISE_UM) -> np.ndarray:
    """Near cells first, with noise so that no two readings of a window are alike."""
    return np.argsort(distance_um + rng.normal(0.0, noise_um, len(distance_um)))


def hole_order(distance_um: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A core and all beyond a ring first, in random order, then the ring from the inside or from the outside."""
    inner, outer = np.sort(np.quantile(distance_um, rng.random(2)))
    if rng.random() < 0.3:
        inner = -1.0
    ring = (distance_um > inner) & (distance_um <= outer)
    known, hidden = np.flatnonzero(~ring), np.flatnonzero(ring)
    outward = inner >= 0 or rng.random() < 0.3
    key = distance_um[hidden] if outward else -distance_um[hidden]
    return np.concatenate([rng.permutation(known), hidden[near_first(key, rng, NOISE_UM / 5)]])


def _corner_distance(xy_um: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    low, high = xy_um.min(axis=0), xy_um.max(axis=0)
    corner = np.where(rng.random(2) < 0.5, low, high)
    return np.linalg.norm(xy_um - corner, axis=1)
