"""The race of tokens at a tiny size: the same tokens, and a token that is further away is not taken for the same."""

from __future__ import annotations

import numpy as np

from ripple_core.benchmark.races import tokens
from ripple_core.benchmark.races.tokens import TOKENS


def test_a_small_race_has_the_same_tokens(monkeypatch) -> None:
    monkeypatch.setattr(tokens, "LEARNED_FROM", 600)
    timed = tokens.run(700, 0, meta_cells=32)
    assert timed.agrees == 1.0
    assert timed.ours_s > 0
    assert timed.peer_s > 0


def test_a_meta_cell_further_away_is_another() -> None:
    rng = np.random.default_rng(0)
    cells = tokens._Made.draw(rng).expression(400, rng)
    pca, kmeans = tokens._learned(cells, 16, 0)
    token = kmeans.predict(pca.transform(cells))
    wrong = token.copy()
    wrong[:100] = (wrong[:100] + 1) % 16
    assert tokens._same(cells, token, token, pca, kmeans) == 1.0
    assert tokens._same(cells, wrong, token, pca, kmeans) == 0.75


def test_the_bar_is_the_tables() -> None:
    assert (TOKENS.least, TOKENS.agreeing, TOKENS.sizes[-1]) == (1.5, 1.0, 1_000_000)
