"""The panels' small parts by themselves: words about time, scores, tables, forms made from settings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pydantic import Field
from qtpy.QtCore import Qt

from napari_ripple.canvas import colors
from napari_ripple.session import Check, JobState
from napari_ripple.state.view import ColorBy
from napari_ripple.widgets.coloring.choice import ColorChoice, label_columns
from napari_ripple.widgets.coloring.color_bar import stops
from napari_ripple.widgets.edit.by_hand import WAYS, EditByHand
from napari_ripple.widgets.models.box import ModelBox, check_words, score_table
from napari_ripple.widgets.parts.bars import Bar, Bars
from napari_ripple.widgets.parts.gene_search import GeneSearch
from napari_ripple.widgets.parts.settings_form import SettingsForm
from napari_ripple.widgets.parts.time_left import progress_text, time_left
from napari_ripple.widgets.result.gene_table import GeneTable
from ripple_core.benchmark.badge import Badge
from ripple_core.errors import DataError
from ripple_core.perturb.edits import Edit
from ripple_core.perturb.run import PerturbSettings
from ripple_core.progress import Progress
from ripple_core.section import Section
from ripple_core.settings import Settings


@pytest.mark.parametrize(
    ("done", "now", "words"),
    [
        (0, 5.0, ""),
        (50, 0.5, ""),
        (50, 10.0, "10 s left"),
        (1, 10.0, "16 min left"),
        (1, 100.0, "2.8 h left"),
        (100, 10.0, "1 s left"),
    ],
)
def test_time_left_is_told_in_the_unit_that_fits(done: int, now: float, words: str) -> None:
    assert time_left(JobState("running", "Regenerating", Progress(done, 100), 0.0), now) == words


def test_progress_is_told_in_one_line() -> None:
    assert progress_text(JobState("running", "Loading", Progress(0, 0, "Reading tissue")), 1.0) == "Reading tissue"
    assert progress_text(JobState("running", "Loading"), 1.0) == "Loading"
    assert progress_text(JobState("running", "x", Progress(1, 4), 0.0), 3.0) == "25% · 9 s left"
    assert "kept" in progress_text(JobState("cancelling", "x", Progress(1, 4)), 3.0)


def test_scores_stand_beside_the_plain_rules() -> None:
    scores = {"gest": {"per-gene Pearson": 0.164}, "no change": {"per-gene Pearson": 0.0}}
    table = score_table(scores, "gest")
    assert "0.164" in table
    assert table.index("bold") < table.index("0.164") < table.index("no change")
    assert score_table({}, "gest") == ""


def badge(verdict: str, warning: str = "") -> Badge:
    """A badge of a model beside one rule."""
    scores = {"gest": {"per-gene Pearson": 0.2, "z-scored RMSE": 1.3}, "kNN (k = 5)": {"per-gene Pearson": 0.1}}
    return Badge("gest", "s", verdict, "kNN (k = 5)", 0.1, 0.05, 0.15, scores, 9, 360, warning)


def test_the_check_of_a_model_is_told_in_few_words() -> None:
    assert check_words(None) == ""
    assert check_words(Check(Progress(0, 0))) == "Checking on this section …"
    assert check_words(Check(Progress(3, 16))) == "Checking on this section: 3 of 16 hidden discs …"
    assert check_words(Check(failure="Too small.")) == "Not checked on this section: Too small."
    assert check_words(Check(badge=badge("ahead"))) == (
        "<b>Ahead of plain rules here.</b> gene r 0.200 against 0.100 of kNN (k = 5), +0.100 [+0.050, +0.150] on 9 hidden discs."
    )
    assert "Do not rely" in check_words(Check(badge=badge("behind")))


def test_scores_on_this_section_take_the_place_of_those_of_the_training(qtbot, small_tissues) -> None:
    import ripple_core as rc

    box = ModelBox()
    qtbot.addWidget(box)
    model = rc.train(small_tissues, model="knn")
    box.show_model(model, None)
    assert "held out" in box.scores.text()
    assert box.badge.isHidden()
    box.show_check(Check(badge=badge("behind", "The model was trained on this section.")))
    assert "this section" in box.scores.text()
    assert "0.200" in box.scores.text()
    assert not box.warning.isHidden()
    box.show_check(None)
    assert "held out" in box.scores.text()
    assert box.warning.isHidden()


def test_a_form_is_made_from_the_settings_own_words(qtbot) -> None:
    class Small(Settings):
        """Three kinds of fields."""

        share: float = Field(0.5, ge=0, le=1, description="A share.")
        count: int = Field(3, ge=1, le=9, description="A count.")
        is_on: bool = Field(True, description="A switch.")

    form = SettingsForm(Small, {"share": "share", "count": "count", "is_on": "on"})
    qtbot.addWidget(form)
    form.show_settings(Small(share=0.25, count=9, is_on=False))
    assert form.fields["share"].value() == pytest.approx(0.25)
    assert form.fields["share"].text() == "0.25"
    assert (form.fields["count"].value(), form.fields["count"].maximum()) == (9, 9)
    assert form.fields["count"].toolTip() == "A count."
    with qtbot.waitSignal(form.changed) as caught:
        form.fields["is_on"].setChecked(True)
    assert caught.args == ["is_on", True]


def test_every_setting_of_a_run_keeps_its_value_in_the_form(qtbot) -> None:
    form = SettingsForm(PerturbSettings, {name: name for name in PerturbSettings.model_fields})
    qtbot.addWidget(form)
    heard: list[object] = []
    form.changed.connect(lambda name, value: heard.append(name))
    form.show_settings(PerturbSettings(zone_um=0.5, temperature=0.05, null=10000, seed=2_000_000_000))
    assert heard == []
    values = {name: form.fields[name].value() for name in ("zone_um", "temperature", "null", "seed")}
    assert values == pytest.approx({"zone_um": 0.5, "temperature": 0.05, "null": 10000, "seed": 2_000_000_000})


def test_the_gene_table_sorts_searches_and_marks(qtbot) -> None:
    table = GeneTable()
    qtbot.addWidget(table)
    table.resize(400, 300)
    genes = pd.DataFrame({"gene": ["Aa", "Bb", "Cab"], "response": [-2.0, 1.0, 0.5], "edited": [True, False, False]})
    table.show_table(genes.assign(control=1.0, share_up=0.5))
    assert table.genes() == ["Aa", "Bb", "Cab"]
    table.view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert table.genes() == ["Bb", "Cab", "Aa"]
    assert table.shown.index(2, 0).data() == "Aa •"
    with qtbot.assertNotEmitted(table.chosen):
        table.mark("Cab")
    with qtbot.waitSignal(table.chosen) as caught:
        table.view.selectRow(0)
    assert caught.args == ["Bb"]
    table.search.setText("A")
    assert table.genes() == ["Cab", "Aa"]
    table.show_table(genes.assign(p=0.01, q=0.02))
    assert [table.model.headerData(place, Qt.Orientation.Horizontal) for place in range(4)] == [
        "Gene",
        "Response",
        "q",
        "p",
    ]
    table.search.clear()
    table.show_table(genes.assign(p=[np.nan, 0.01, 0.4], q=[np.nan, 0.02, 0.4]))
    table.view.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    assert table.genes() == ["Bb", "Cab", "Aa"]
    assert table.shown.index(2, 2).data() == "–"


def test_a_gene_is_found_whatever_its_case(qtbot) -> None:
    search = GeneSearch()
    qtbot.addWidget(search)
    search.set_genes(["Fn1", "Spp1", "Spp2"])
    with qtbot.assertNotEmitted(search.chosen):
        search.setText("spp")
        search.returnPressed.emit()
    with qtbot.waitSignal(search.chosen) as caught:
        search.setText("FN")
        search.returnPressed.emit()
    assert caught.args == ["Fn1"]


@pytest.mark.parametrize("way", WAYS, ids=[way.kind for way in WAYS])
def test_every_way_to_change_a_gene_makes_an_edit(qtbot, way) -> None:
    form = EditByHand()
    qtbot.addWidget(form)
    form.set_genes(["Fn1"])
    with pytest.raises(DataError, match="Expected a gene"):
        form.edit()
    form.gene.setText("fn1")
    form.way.setCurrentText(way.words)
    assert form.tip.text() == way.tip
    edit = form.edit()
    assert isinstance(edit, Edit)
    assert (edit.kind, list(edit.genes)) == (way.kind, ["Fn1"])


def test_columns_of_all_different_names_are_not_offered(small_tissues, qtbot) -> None:
    adata = small_tissues[0].copy()
    adata.obs["barcode"] = [f"cell {i}" for i in range(adata.n_obs)]
    adata.obs["depth"] = range(adata.n_obs)
    section = Section.from_anndata(adata)
    assert label_columns(section)[0] == "cell_type"
    assert "barcode" not in label_columns(section)
    assert "depth" in label_columns(section)
    choice = ColorChoice()
    qtbot.addWidget(choice)
    choice.show_section(section)
    with qtbot.assertNotEmitted(choice.limits):
        choice.show_choice(ColorBy("gene", "Up1-01", low=10, high=80))
    assert choice.percentiles.value() == (10, 80)


@pytest.mark.parametrize("on_dark", [True, False])
def test_the_colour_bar_has_the_colours_of_the_cells(on_dark: bool) -> None:
    table = colors.colorbar("response", colors.ON_DARK if on_dark else colors.ON_LIGHT)
    shown = stops("response", on_dark)
    assert [shown[0][0], shown[-1][0]] == [0, 1]
    for (_, color), row in ((shown[0], table[0]), (shown[-1], table[-1])):
        assert color.getRgbF()[:3] == pytest.approx(tuple(row[:3]), abs=0.01)


def test_bars_hide_when_there_is_nothing(qtbot) -> None:
    bars = Bars()
    qtbot.addWidget(bars)
    bars.show_bars([Bar("a", 0.5, "50%"), Bar("b", 2.0, "too much")])
    assert bars.sizeHint().height() == 2 * bars.line_height()
    bars.grab()
    bars.show_bars([])
    assert bars.isHidden()
