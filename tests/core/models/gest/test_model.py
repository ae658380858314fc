"""GeST keeps the contract, and generates with its cache what it generates without."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from core.models.contract import ModelContract

from ripple_core.errors import CheckpointError
from ripple_core.models import catalog
from ripple_core.models.contract import GenerationSettings, Scene
from ripple_core.models.gest.generate import chooser, generate, generate_window, generate_window_naive, groups


class TestGest(ModelContract):
    @pytest.fixture
    def model(self, gest):
        return gest

    @pytest.mark.parametrize(
        "settings",
        [
            {"mode": "picking"},
            {"mode": "weighted"},
            {"mode": "weighted", "feedback": "picked"},
            {"mode": "sampling", "top_k": 5},
        ],
    )
    def test_cached_equals_naive(self, gest, scene: Scene, settings: dict) -> None:
        choice = GenerationSettings(seed=1, **settings)
        prior = gest.vocabulary.identity_prior(scene.known_expression[0, :30])
        cached = np.concatenate([g.expression for g in generate(gest.network, scene, prior, choice)], axis=1)
        naive = np.concatenate(
            [g.expression for g in generate(gest.network, scene, prior, choice, generate_window_naive)], axis=1
        )
        np.testing.assert_allclose(cached, naive, atol=1e-4)

    @pytest.mark.parametrize("window", [generate_window, generate_window_naive])
    def test_a_cell_can_be_generated_from_nothing(self, gest, window) -> None:
        genes = len(gest.space.genes)
        with torch.inference_mode():
            pick, prior = chooser(gest.network, GenerationSettings()), torch.zeros(3, len(gest.vocabulary))
            cells = list(
                window(gest.network, torch.zeros(2, 0, genes), torch.zeros(0, 2), torch.rand(3, 2), prior, pick)
            )
        assert all(torch.isfinite(cell).all() and cell.shape == (2, genes) for cell in cells)

    def test_an_edit_changes_the_surroundings(self, gest, scene: Scene) -> None:
        control, perturbed = self.run(gest, scene)
        assert np.abs(perturbed - control).max() > 0

    def test_a_kept_identity_brings_cells_nearer_to_what_was_observed(self, gest, section, scene: Scene) -> None:
        observed, _ = gest.space.encode(section)
        known = Scene(scene.known_xy_um, scene.known_expression, scene.target_xy_um, observed[60:90])
        kept, free = self.run(gest, known)[0], self.run(gest, scene)[0]
        assert ((kept - observed[60:90]) ** 2).mean() < ((free - observed[60:90]) ** 2).mean()

    def test_tokens_of_meta_cells_are_themselves(self, gest) -> None:
        np.testing.assert_array_equal(gest.tokens(gest.vocabulary.expression), np.arange(len(gest.vocabulary)))


def test_groups_cover_all_targets_once_and_keep_near_ones_together() -> None:
    xy = np.random.default_rng(0).uniform(0, 500, (900, 2))
    found = list(groups(xy, 60.0))
    assert sorted(np.concatenate(found)) == list(range(900))
    assert all(np.linalg.norm(xy[g] - xy[g[0]], axis=1).max() <= 60.0 for g in found)
    assert all((np.diff(g) > 0).all() for g in found)


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("weights.safetensors", lambda data: data[: len(data) // 2]),
        ("config.json", lambda data: b"{"),
        ("genes.csv", lambda data: b"gene,mean,std,ceiling\nA,0,1,1\n"),
        ("vocabulary.safetensors", lambda data: b""),
    ],
)
def test_a_damaged_checkpoint_is_refused(gest, tmp_path, name: str, damage) -> None:
    gest.save(tmp_path / "c")
    file = tmp_path / "c" / name
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(CheckpointError, match="checkpoint"):
        catalog.load(tmp_path / "c", device="cpu")
