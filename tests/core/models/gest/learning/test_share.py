"""What is learned on top of copying counts by what it explains of hidden discs: some of what is true, none of what is false."""

import numpy as np
import pytest
import torch

from ripple_core.models.gest.config import GestConfig, Plus
from ripple_core.models.gest.learning.share import measured_shares
from ripple_core.models.gest.network.transformer import GestNetwork
from ripple_core.training.windows import Tissue

GENES, CELLS = 6, 120


@pytest.fixture
def tissue() -> Tissue:
    """Cells that all express the same, above the centre: kriging falls short of it by a part."""
    xy_um = np.random.default_rng(0).uniform(0, 300, (CELLS, 2))
    return Tissue.of(xy_um, np.ones((CELLS, GENES), dtype=np.float32), np.zeros(CELLS, dtype=int))


@pytest.fixture
def network() -> GestNetwork:
    torch.manual_seed(0)
    config = GestConfig(layers=1, heads=2, dim=16, max_cells=64, plus=Plus())
    meta, center, scale = torch.rand(7, GENES), torch.zeros(GENES), torch.ones(GENES)
    half = torch.eye(GENES)[: GENES // 2]
    return GestNetwork(config, meta, center, scale, axes=half).eval()


def shares(network: GestNetwork, tissue: Tissue, says: float) -> np.ndarray:
    """The shares where the hidden state adds the same number to every gene."""
    assert network.copying is not None
    with torch.no_grad():
        network.copying.own.bias.fill_(says)
    return measured_shares(network, network.copying, [tissue], seed=0)


def test_what_is_true_counts_in_part(network, tissue) -> None:
    of_components, of_own = shares(network, tissue, says=1.0)
    assert 0 < of_own < 0.9
    assert of_components < 0.1  # half of the genes lie outside the components and express as much as the others


def test_what_is_false_does_not_count(network, tissue) -> None:
    assert shares(network, tissue, says=-1.0)[1] == pytest.approx(0.0, abs=1e-6)


def test_a_network_that_adds_nothing_has_no_share_to_fear(network, tissue) -> None:
    assert np.isfinite(shares(network, tissue, says=0.0)).all()


def test_shares_are_kept_with_the_checkpoint(gest_plus, tmp_path) -> None:
    from ripple_core.models import catalog

    gest_plus.save(tmp_path / "model")
    again = catalog.load(tmp_path / "model")
    assert torch.equal(again.network.copying.shares, gest_plus.network.copying.shares)
    assert gest_plus.record["shares"] == pytest.approx(gest_plus.network.copying.shares.tolist(), abs=1e-3)


def test_answers_and_meta_cells_both_count(gest_plus) -> None:
    """Shares lie between none and all; on a made tissue with a signal the answers are not silenced."""
    of_answers, of_meta = gest_plus.record["answer_shares"]
    assert 0.1 < of_answers <= 1
    assert 0 <= of_meta <= 1
