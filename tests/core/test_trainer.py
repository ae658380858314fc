"""What is held out, which genes are shared, and what a trained model records."""

from __future__ import annotations

import pytest
from core.trained import SMALL_GEST, SMALL_WORLD

from ripple_core.errors import DataError
from ripple_core.models import catalog
from ripple_core.section import Section
from ripple_core.synthetic import World
from ripple_core.trainer import shared_genes, split_sections, train


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
