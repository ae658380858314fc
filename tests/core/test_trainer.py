"""What is held out, which genes are shared, and what a trained model records."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from core.trained import SMALL_GEST, SMALL_WORLD

from ripple_core.errors import DataError
from ripple_core.models import catalog
from ripple_core.models.card import model_card
from ripple_core.models.checkpoint import Stored, kept_beside
from ripple_core.section import Section
from ripple_core.synthetic import World
from ripple_core.trainer import shared_genes, split_sections, train, train_iter


@pytest.fixture(scope="module")
def sections() -> list[Section]:
    world = World(0, SMALL_WORLD)
    return [Section.from_anndata(world.section(seed, 300), name=f"s{seed}") for seed in range(3)]


def test_the_last_section_is_held_out_unless_named(sections) -> None:
    assert [s.name for s in split_sections(sections).held_out] == ["s2"]
    assert [s.name for s in split_sections(sections, ["s0"]).held_out] == ["s0"]


def test_a_single_section_is_split_by_place_not_by_cell(sections) -> None:
    split = split_sections(sections[:1])
    assert split.training[0].xy_um[:, 0].max() <= split.held_out[0].xy_um[:, 0].min()
    assert not set(split.training[0].cells) & set(split.held_out[0].cells)


@pytest.mark.parametrize(("hold_out", "words"), [(["nobody"], "There are"), (["s0", "s1", "s2"], "left to train")])
def test_impossible_splits_are_refused(sections, hold_out, words) -> None:
    with pytest.raises(DataError, match=words):
        split_sections(sections, hold_out)


def test_sections_meet_on_their_shared_genes(sections) -> None:
    fewer = sections[0].to_anndata()[:, 10:40].copy()
    shared = shared_genes([sections[1], Section.from_anndata(fewer)])
    assert [list(s.genes) for s in shared] == [list(fewer.var_names)] * 2
    assert (shared[0].counts != sections[1].counts[:, 10:40]).nnz == 0


def test_a_checkpoint_records_its_making_and_needs_no_training_state(sections, tmp_path) -> None:
    train(sections, "gest", out=tmp_path / "c", config=SMALL_GEST, steps=6, batch=2, evaluate_every=3, device="cpu")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c"]
    assert {p.name for p in (tmp_path / "c").iterdir()} == {
        "config.json", "genes.csv", "vocabulary.safetensors", "weights.safetensors", "MODEL_CARD.md"
    }  # fmt: skip
    record = catalog.load(tmp_path / "c", "cpu").record
    assert record["sections"] == ["section_0", "section_1"]
    assert record["held_out"] == ["section_2"]
    assert record["settings"]["steps"] == 6
    assert "kNN" in (tmp_path / "c" / "MODEL_CARD.md").read_text()


def test_too_few_cells_are_refused(sections) -> None:
    with pytest.raises(DataError, match="cells to train"):
        train([sections[0].subset(range(40))], "gest")


def test_an_unknown_model_lists_the_known(sections) -> None:
    with pytest.raises(DataError, match="gest"):
        train(sections, "gpt")


TINY = {"batch": 2, "evaluate_every": 3, "device": "cpu"}


def run(steps: Any, stop_at: int | None = None) -> Any:
    """Follow a training to its end, asking it to stop once it has done some steps; its model."""
    step = next(steps)
    while True:
        try:
            step = steps.send(stop_at is not None and step.done >= stop_at)
        except StopIteration as end:
            return end.value


def test_stopped_on_request_it_keeps_the_best_and_can_go_on(sections, tmp_path) -> None:
    wish = {"out": tmp_path / "c", "config": SMALL_GEST, "steps": 12, **TINY}
    stopped = run(train_iter(sections, "gest", **wish), stop_at=4)
    assert (stopped.record["steps"], stopped.record["stopped"]) == (4, True)
    assert stopped.record["scores"]
    assert kept_beside(tmp_path / "c").is_dir()
    whole = run(train_iter(sections, "gest", resume=True, **wish))
    assert (whole.record["steps"], whole.record["stopped"]) == (12, False)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c"]
    unbroken = run(train_iter(sections, "gest", config=SMALL_GEST, steps=12, **TINY))
    for name, value in unbroken.network.state_dict().items():
        assert torch.equal(whole.network.state_dict()[name], value), name


@pytest.mark.parametrize("family", ["gest", "gest-plus"])
def test_fine_tuning_starts_from_the_weights_and_keeps_genes_and_vocabulary(sections, tmp_path, family) -> None:
    start = train(sections[:2], family, out=tmp_path / "start", config=SMALL_GEST, steps=12, **TINY)
    tuned = train(sections[2:], start_from=tmp_path / "start", steps=1, learning_rate=1e-9, **TINY)
    assert (tuned.name, tuned.config, list(tuned.space.genes)) == (family, start.config, list(start.space.genes))
    np.testing.assert_array_equal(tuned.vocabulary.centroids, start.vocabulary.centroids)
    for name, value in start.network.embed.state_dict().items():
        np.testing.assert_allclose(tuned.network.embed.state_dict()[name], value, atol=1e-6)
    assert tuned.record["started_from"]["sections"] == ["section_0"]
    assert set(start.record["fingerprints"]) < set(tuned.record["fingerprints"])
    assert "Fine-tuned from" in model_card("GeST", Stored(family, {}, tuned.space, {}, {}, tuned.record))


def test_fine_tuning_begins_nearer_to_the_goal_than_training_anew(sections) -> None:
    start = train(
        sections[:2], "gest", config=SMALL_GEST, steps=120, batch=4, evaluate_every=60, learning_rate=5e-3, device="cpu"
    )
    first = [
        train(sections[1:], "gest", steps=3, learning_rate=1e-9, **TINY, **more).record["losses"][0][2]
        for more in ({"start_from": start}, {"config": SMALL_GEST})
    ]
    assert first[0] < first[1] - 0.02  # chance levels differ by less


def test_what_cannot_be_fine_tuned_is_refused(sections) -> None:
    knn = train(sections, "knn")
    with pytest.raises(DataError, match="gest, gest-plus to start from"):
        train(sections, start_from=knn)
    gest = train(sections, "gest", config=SMALL_GEST, steps=1, **TINY)
    with pytest.raises(DataError, match="other sizes"):
        train(sections, start_from=gest, config={"layers": 3})


def test_only_the_named_sections_are_taken(sections) -> None:
    assert train(sections, "knn", only=["section_0", "section_1"]).record["held_out"] == ["section_1"]
    with pytest.raises(DataError, match="There are"):
        train(sections, "knn", only=["nobody"])
