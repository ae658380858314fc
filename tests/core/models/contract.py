"""What every model must do, as a class of tests that each model's own test file inherits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ripple_core.errors import CheckpointError
from ripple_core.models import catalog
from ripple_core.models.contract import GenerationSettings, Generator, Model, Scene
from ripple_core.section import Section


class ModelContract:
    """Inherit, and provide the fixtures ``model`` (trained) and ``section`` (a section it knows)."""

    @pytest.fixture
    def scene(self, model: Model, section: Section) -> Scene:
        expression, _ = model.space.encode(section)
        edited = expression[:60].copy()
        edited[:, :4] += 1.0
        known = np.stack([expression[:60], edited])
        return Scene(section.xy_um[:60], known, section.xy_um[60:90])

    def run(self, model: Model, scene: Scene, **settings) -> np.ndarray:
        """Expression (lines, targets, genes) in target order."""
        found = np.full((scene.lines, len(scene.target_xy_um), len(model.space.genes)), np.nan)
        for generated in model.generate(scene, GenerationSettings(**settings)):
            found[:, generated.targets] = generated.expression
        return found

    def test_promises_what_the_catalog_says(self, model: Model) -> None:
        assert isinstance(model, Model)
        assert ("generate" in catalog.record(model.name).abilities) == isinstance(model, Generator)

    def test_every_target_is_generated_once_with_finite_values(self, model: Model, scene: Scene) -> None:
        targets = np.concatenate([g.targets for g in model.generate(scene, GenerationSettings())])
        assert sorted(targets) == list(range(30))
        assert np.isfinite(self.run(model, scene)).all()

    @pytest.mark.parametrize("mode", ["picking", "weighted", "sampling"])
    def test_same_seed_same_cells(self, model: Model, scene: Scene, mode: str) -> None:
        np.testing.assert_array_equal(
            self.run(model, scene, mode=mode, seed=3), self.run(model, scene, mode=mode, seed=3)
        )

    def test_lines_do_not_touch_each_other(self, model: Model, scene: Scene) -> None:
        both = self.run(model, scene)
        alone = self.run(model, Scene(scene.known_xy_um, scene.known_expression[1:], scene.target_xy_um))
        np.testing.assert_allclose(both[1], alone[0], atol=1e-4)

    def test_equal_lines_stay_equal(self, model: Model, scene: Scene) -> None:
        twice = Scene(scene.known_xy_um, scene.known_expression[[0, 0]], scene.target_xy_um)
        for mode in ("weighted", "sampling"):
            lines = self.run(model, twice, mode=mode)
            np.testing.assert_allclose(lines[0], lines[1], atol=1e-5)

    def test_cells_that_a_line_lacks_are_as_if_they_had_never_been(self, model: Model, scene: Scene) -> None:
        has = np.ones((2, 60), dtype=bool)
        has[1, 5:25] = False
        known = scene.known_expression[[0, 0]].copy()
        known[1, 5:25] = np.nan
        target = scene.target_xy_um[:1]
        both = self.run(model, Scene(scene.known_xy_um, known, target, present=has))
        for line, kept in zip(both, has):
            never = Scene(scene.known_xy_um[kept], known[:1, kept], target)
            np.testing.assert_allclose(line, self.run(model, never)[0], atol=1e-5)

    def test_where_all_lines_have_all_cells_nothing_changes(self, model: Model, scene: Scene) -> None:
        whole = Scene(scene.known_xy_um, scene.known_expression, scene.target_xy_um, present=np.ones((2, 60), bool))
        np.testing.assert_allclose(self.run(model, whole), self.run(model, scene), atol=1e-5)

    def test_save_load_same(self, model: Model, scene: Scene, tmp_path) -> None:
        model.save(tmp_path / "checkpoint")
        again = catalog.load(tmp_path / "checkpoint", device="cpu")
        assert list(again.space.genes) == list(model.space.genes)
        np.testing.assert_allclose(self.run(again, scene), self.run(model, scene), atol=1e-5)

    def test_unknown_genes_are_refused(self, model: Model, section: Section) -> None:
        renamed = Section(
            section.name,
            section.counts,
            section.xy_um,
            pd.Index([f"X{g}" for g in section.genes]),
            section.cells,
            section.obs,
        )
        with pytest.raises(CheckpointError, match="genes"):
            model.space.encode(renamed)
