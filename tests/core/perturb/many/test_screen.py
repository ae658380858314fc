"""A screen against one run a gene; a planted strong gene comes first and beyond its placebos."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.errors import DataError
from ripple_core.perturb.many import variants
from ripple_core.perturb.many.screen import ScreenRun, edits_of, screen
from ripple_core.perturb.reading.headline import headline
from ripple_core.perturb.run import perturb
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.roi import Roi

ROI = Roi.circle((300, 300), 40)
SMALL = Roi.circle((120, 120), 40)


def test_every_row_is_what_a_run_of_its_own_gives(shipped, tissue) -> None:
    genes = [*tissue.genes[:3], "nobody"]
    found = screen(tissue, shipped, ROI, genes, kinds=("knockout", "overexpress"), zone_um=25)
    assert found.unknown == ("nobody",)
    assert (len(found.table), found.asked) == (6, 6)
    assert found.table["effect"].is_monotonic_decreasing
    assert found.table["effect"].iloc[0] > 1e-3, "nothing to compare"
    assert found.table[["p", "q"]].isna().all(axis=None)
    for place, row in found.table.iterrows():
        alone = perturb(tissue, shipped, ROI, found.edits[row["name"]], zone_um=25)
        numbers = headline(alone)
        assert row["effect"] == pytest.approx(numbers.strength, abs=2e-5)
        assert row["change"] == pytest.approx(numbers.change, abs=2e-5)
        cells = alone[alone.obs["ripple_role"] == "regenerated"]
        np.testing.assert_allclose(found.responses().iloc[place], cells.layers["response"].mean(axis=0), atol=2e-5)


class Echo:
    """A generator that hands one gene's change on to all others, and nothing else: the truth is known."""

    def __init__(self, knn, gene: int) -> None:
        self.name, self.space, self.device, self.record, self.gene = "echo", knn.space, "cpu", {}, gene

    def save(self, path) -> None:
        """Nothing to write."""

    def generate(self, scene, settings):
        """Every target is the mean of the known cells, plus what the gene changed by."""
        from ripple_core.models.contract import Generated

        mean = scene.known_expression.mean(axis=1)
        shift = mean[:, self.gene] - mean[0, self.gene]
        rng = np.random.default_rng(0)
        noise = 0.001 * (mean - mean[:1]) @ rng.normal(size=(mean.shape[1], mean.shape[1]))
        lines = (mean[:1] + shift[:, None] + noise).astype(np.float32)
        targets = np.arange(len(scene.target_xy_um))
        yield Generated(targets, np.repeat(lines[:, None], len(targets), axis=1))


def test_the_gene_that_does_something_comes_first_beyond_its_placebos(knn, section) -> None:
    model = Echo(knn, 7)
    found = screen(section, model, SMALL, section.genes[5:10], zone_um=40, null=6)
    best = found.table.iloc[0]
    assert best["name"] == f"{section.genes[7]} knock-out"
    assert best["p"] < 0.05
    assert (found.table["p"].iloc[1:] > best["p"]).all()
    assert (found.table["q"] >= found.table["p"]).all()


def test_a_stopped_screen_keeps_what_is_done(shipped, tissue, monkeypatch) -> None:
    monkeypatch.setattr(variants, "MOST_LINES", 2)
    run = ScreenRun(tissue, shipped, ROI, edits_of(tissue.genes[:4]), PerturbSettings(zone_um=20))
    assert run.result().table.empty
    for _ in run.steps():
        if len(run.run.outcomes) == 2:
            break
    assert (len(run.result().table), run.result().asked) == (2, 4)


def test_genes_that_nobody_knows_and_kinds_that_are_none_are_refused(knn, section) -> None:
    with pytest.raises(DataError, match="at least one gene that the model knows"):
        screen(section, knn, SMALL, ["nobody"])
    with pytest.raises(DataError, match="knockout or overexpress"):
        edits_of(["Il6"], ["twist"])
    with pytest.raises(DataError, match="no gene"):
        edits_of([" "])
