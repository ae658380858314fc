"""What is said of a model: its scores beside plain rules, and how it does on this section."""

from __future__ import annotations

from napari_ripple.session import Check
from napari_ripple.widgets.models.box import ModelBox, check_words, score_table
from ripple_core.benchmark.badge import Badge
from ripple_core.progress import Progress


def badge(verdict: str, warning: str = "") -> Badge:
    """A badge of a model beside one rule."""
    scores = {"gest": {"per-gene Pearson": 0.2, "z-scored RMSE": 1.3}, "kNN (k = 5)": {"per-gene Pearson": 0.1}}
    return Badge("gest", "s", verdict, "kNN (k = 5)", 0.1, 0.05, 0.15, scores, 9, 360, warning)


def test_scores_stand_beside_the_plain_rules() -> None:
    scores = {"gest": {"per-gene Pearson": 0.164}, "no change": {"per-gene Pearson": 0.0}}
    table = score_table(scores, "gest")
    assert "0.164" in table
    assert table.index("bold") < table.index("0.164") < table.index("no change")
    assert score_table({}, "gest") == ""


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
