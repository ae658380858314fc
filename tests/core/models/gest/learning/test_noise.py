"""The noise of training tells nothing it should not, and keeps what a place expresses."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.models.gest.learning.noise import lenders, noisy_input
from ripple_core.training.config import InputNoise
from ripple_core.training.windows import Batch

SILENT = {"continuous_share": 1.0, "token_noise": 0.0, "gene_borrowing": 0.0, "gene_dropout": 0.0}


@pytest.fixture
def batch(gest, section) -> Batch:
    expression, _ = gest.space.encode(section)
    place = section.xy_um[:50] / 300.0
    return Batch(expression[None, :50], gest.tokens(expression[:50])[None], place[None].astype(np.float32))


def noisy(batch: Batch, gest, **noise: float) -> np.ndarray:
    settings = InputNoise(**(SILENT | noise))
    return noisy_input(
        batch,
        gest.vocabulary.expression[batch.token],
        gest.vocabulary,
        gest.space.mean,
        settings,
        np.random.default_rng(0),
    )


def test_without_noise_cells_enter_as_they_are(gest, batch: Batch) -> None:
    np.testing.assert_array_equal(noisy(batch, gest), batch.expression)


def test_lenders_are_among_the_nearest_cells_read_before(batch: Batch) -> None:
    chosen = lenders(batch.place, np.random.default_rng(1))[0]
    distance = np.linalg.norm(batch.place[0][:, None] - batch.place[0][None], axis=-1)
    assert chosen[0] == 0
    for cell, lender in enumerate(chosen[1:], start=1):
        nearest_before = np.sort(distance[cell, :cell])[: min(3, cell)]
        assert lender == cell or (lender < cell and distance[cell, lender] <= nearest_before[-1] + 1e-6)


def test_no_gene_is_lent_by_a_later_cell(gest, batch: Batch) -> None:
    later = batch.expression.copy()
    later[:, 30:] += 5.0
    changed = noisy(Batch(later, batch.token, batch.place), gest, gene_borrowing=1.0)
    np.testing.assert_array_equal(changed[:, :30], noisy(batch, gest, gene_borrowing=1.0)[:, :30])


def test_a_borrowed_gene_holds_what_its_lender_expresses(gest, batch: Batch) -> None:
    seen = noisy(batch, gest, gene_borrowing=1.0)
    differs = seen != batch.expression
    assert 0.2 < differs.mean() < 0.8
    values = [set(batch.expression[0, :, gene]) for gene in range(seen.shape[2])]
    assert all(seen[0, cell, gene] in values[gene] for _, cell, gene in zip(*np.nonzero(differs)))


def test_a_blanked_gene_holds_the_training_mean(gest, batch: Batch) -> None:
    seen = noisy(batch, gest, gene_dropout=1.0)
    blank = seen != batch.expression
    assert 0.2 < blank.mean() < 0.8
    np.testing.assert_array_equal(seen[blank], np.broadcast_to(gest.space.mean, seen.shape)[blank])


def test_meta_cells_and_wrong_ones_enter_as_asked(gest, batch: Batch) -> None:
    meta = noisy(batch, gest, continuous_share=0.0)
    np.testing.assert_array_equal(meta, gest.vocabulary.expression[batch.token])
    wrong = noisy(batch, gest, continuous_share=0.0, token_noise=0.9)
    assert 0.5 < (wrong != meta).any(axis=-1).mean() <= 1.0
