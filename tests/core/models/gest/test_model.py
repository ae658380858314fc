"""GeST keeps the contract, and generates with its cache what it generates without."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch
from core.models.contract import ModelContract

from ripple_core.errors import CheckpointError
from ripple_core.models import catalog
from ripple_core.models.contract import GenerationSettings, Scene
from ripple_core.models.gest.generation.choose import chooser
from ripple_core.models.gest.generation.decoder import generate_windows, generate_windows_naive
from ripple_core.models.gest.generation.generate import generate
from ripple_core.models.gest.generation.kept import Kept
from ripple_core.models.gest.generation.surroundings import Windows


class GestContract(ModelContract):
    """What GeST and GeST-plus share; a subclass provides ``model``."""

    @pytest.mark.parametrize(
        "settings",
        [
            {"mode": "picking"},
            {"mode": "weighted"},
            {"mode": "weighted", "feedback": "picked"},
            {"mode": "sampling", "top_k": 5},
        ],
    )
    @pytest.mark.parametrize("identity", ["kept", "free"])
    def test_cached_equals_naive(self, model, scene: Scene, settings: dict, identity: str) -> None:
        choice = GenerationSettings(seed=1, **settings)
        observed = scene.known_expression[0, :30] if identity == "kept" else None
        asked = Scene(scene.known_xy_um, scene.known_expression, scene.target_xy_um, observed)

        def all_of(window) -> np.ndarray:
            keep = partial(Kept.of, model.network, model.vocabulary)
            found = generate(model.network, asked, keep, choice, window)
            return np.concatenate([cell.expression for cell in found], axis=1)

        cached, naive = all_of(generate_windows), all_of(generate_windows_naive)
        np.testing.assert_allclose(cached, naive, atol=1e-4)

    @pytest.mark.parametrize("decode", [generate_windows, generate_windows_naive])
    def test_a_cell_can_be_generated_from_nothing(self, model, decode) -> None:
        genes = len(model.space.genes)
        nothing = Windows(torch.zeros(1, 2, 0, genes), torch.zeros(1, 0, 2), torch.rand(1, 3, 2), np.arange(3)[None])
        with torch.inference_mode():
            steps = list(decode(model.network, nothing, chooser(model.network, GenerationSettings())))
        assert [list(targets) for targets, _ in steps] == [[0], [1], [2]]
        assert all(torch.isfinite(cell).all() and cell.shape == (1, 2, genes) for _, cell in steps)

    def test_an_edit_changes_the_surroundings(self, model, scene: Scene) -> None:
        control, perturbed = self.run(model, scene)
        assert np.abs(perturbed - control).max() > 0

    def test_a_kept_identity_brings_cells_nearer_to_what_was_observed(self, model, section, scene: Scene) -> None:
        observed, _ = model.space.encode(section)
        known = Scene(scene.known_xy_um, scene.known_expression, scene.target_xy_um, observed[60:90])
        kept, free = self.run(model, known)[0], self.run(model, scene)[0]
        assert ((kept - observed[60:90]) ** 2).mean() < ((free - observed[60:90]) ** 2).mean()

    def test_tokens_of_meta_cells_are_themselves(self, model) -> None:
        np.testing.assert_array_equal(model.tokens(model.vocabulary.expression), np.arange(len(model.vocabulary)))


class TestGest(GestContract):
    @pytest.fixture
    def model(self, gest):
        return gest


class TestGestPlus(GestContract):
    @pytest.fixture
    def model(self, gest_plus):
        return gest_plus

    def test_the_name_and_the_settings_survive_saving(self, model, tmp_path) -> None:
        model.save(tmp_path / "c")
        again = catalog.load(tmp_path / "c", device="cpu")
        assert (again.name, again.config) == ("gest-plus", model.config)
        np.testing.assert_array_equal(again.network.neighborhood.lengths, model.network.neighborhood.lengths)


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
