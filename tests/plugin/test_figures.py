"""The figures of a result: read from the session, saved by the panel and by scripts alike."""

from __future__ import annotations

import pandas as pd
import pytest
from plugin.experiment import run

from napari_ripple import RippleSession, actions
from napari_ripple.figures import FIGURES, save_figure
from ripple_core.errors import DataError
from ripple_core.perturb.reading import response


def test_every_figure_has_numbers_and_can_be_saved(ready, small_world, tmp_path, qapp) -> None:
    run(ready)
    actions.dose_series(ready, [0, 1])
    actions.screen_genes(ready, ["Gene040", "Gene041"])
    small_world.section(5, 400, "treated").write_h5ad(tmp_path / "treated.h5ad")
    actions.score_against(ready, tmp_path / "treated.h5ad")
    actions.set_settings(ready, seed=2)
    run(ready)
    actions.compare_scenarios(ready, *[one.name for one in ready.scenarios])
    actions.compare_niches(ready, clusters=3)
    for name, figure in FIGURES.items():
        shown = figure.read(ready)
        assert len(shown.table) > 0, name
        assert "simulated" not in shown.title.lower()
        save_figure(ready, name, tmp_path / f"{name}.svg")
        assert "(simulated)" in (tmp_path / f"{name}.svg").read_text()
    save_figure(ready, "doses", tmp_path / "one.csv", gene="Gene041")
    assert pd.read_csv(tmp_path / "one.csv")["dose"].tolist() == [0, 1]
    types = response.types(ready.result, "cell_type")
    assert FIGURES["type_strength"].read(ready).table["value"].tolist() == types["response"].tolist()
    assert set(FIGURES["type_strength"].read(ready).colors) == set(types["type"])


def test_the_curve_is_that_of_the_gene_on_the_tissue(ready) -> None:
    run(ready)
    assert "Mean" in FIGURES["distance"].read(ready).title
    actions.color_by(ready, "Up1-03", kind="gene")
    shown = FIGURES["distance"].read(ready)
    assert shown.title == "Response of Up1-03 by distance"
    assert shown.table["response"].tolist() == response.by_distance(ready.result, ["Up1-03"])["response"].tolist()


def test_without_a_result_there_is_no_figure(ready, tmp_path) -> None:
    for name in FIGURES:
        with pytest.raises(DataError, match="a result|a dose series|a screen|two compared|a score"):
            save_figure(ready, name, tmp_path / "x.csv")
    with pytest.raises(DataError, match="one of genes, volcano"):
        save_figure(ready, "pie", tmp_path / "x.csv")


def test_a_script_saves_figures_and_compares_niches(ready, tmp_path, qapp) -> None:
    run(ready)
    ripple = RippleSession(show=False)
    ripple.session = ready
    table = ripple.compare_niches(clusters=3)
    assert table["before"].sum() == pytest.approx(1.0)
    assert ripple.by_type(genes=["Up1-03"])["gene"].unique().tolist() == ["Up1-03"]
    ripple.save_figure("niches", tmp_path / "niches.csv")
    assert pd.read_csv(tmp_path / "niches.csv")["before"].tolist() == pytest.approx(table["before"].tolist())
    assert [command.name for command in ready.commands][-2:] == ["compare_niches", "save_figure"]
    assert "ripple_niche_perturbed" in ready.result.obs
