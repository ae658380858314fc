"""Recipes: whole, validated, carried out again to the same numbers, and never on other files than meant."""

import json
import shutil

import anndata as ad
import numpy as np
import pytest

from ripple_core import recipe as recipes
from ripple_core.errors import CheckpointError, DataError
from ripple_core.perturb.editing import edits
from ripple_core.recipe import Recipe
from ripple_core.roi import Roi

SETTINGS = {"zone_um": 40.0, "seed": 3}


@pytest.fixture
def made(sample) -> Recipe:
    """A recipe on the made tissue and its nearest-neighbour model."""
    roi, changes = Roi.from_geojson(sample / "roi.geojson"), edits.read(sample / "deg.csv")
    return recipes.make(sample / "unseen.h5ad", sample / "checkpoint", roi, changes, **SETTINGS)


def test_json_and_back_is_the_same(made, tmp_path):
    made.write(tmp_path / "r.json")
    assert Recipe.read(tmp_path / "r.json") == made


def test_a_recipe_is_complete(made):
    values = made.model_dump()
    assert values["schema_version"] == 1
    assert values["settings"]["zone_um"] == 40.0
    assert values["settings"]["mode"] == "weighted"
    assert {"python", "torch", "napari-ripple"} <= set(values["versions"])
    assert len(values["section"]["sha256"]) == len(values["checkpoint"]["sha256"]) == 64


def test_carried_out_twice_the_numbers_are_the_same(made, tmp_path):
    first, recipe_file, _ = recipes.run(made, tmp_path / "one")
    again, *_ = recipes.run(Recipe.read(recipe_file), tmp_path / "two")
    one, two = ad.read_h5ad(first), ad.read_h5ad(again)
    assert list(one.obs_names) == list(two.obs_names)
    for layer in ("observed", "control", "perturbed", "response"):
        np.testing.assert_array_equal(one.layers[layer], two.layers[layer])
    assert Recipe.read(recipe_file) == Recipe.read(tmp_path / "two" / "result.recipe.json")


@pytest.mark.parametrize("as_before", [False, True])
def test_the_only_section_of_a_file_may_have_a_name_of_its_own(made, sample, tmp_path, as_before):
    adata = ad.read_h5ad(sample / "unseen.h5ad")
    adata.obs["section"] = "SSc"
    adata.write_h5ad(tmp_path / "one.h5ad")
    roi, changes = Roi.from_geojson(sample / "roi.geojson"), edits.read(sample / "deg.csv")
    first = recipes.make(tmp_path / "one.h5ad", sample / "checkpoint", roi, changes, **SETTINGS)
    result, recipe_file, _ = recipes.run(first, tmp_path / "out")
    kept = Recipe.read(recipe_file)
    assert kept.section.section == json.loads(ad.read_h5ad(result).uns["ripple"])["section"] == "SSc"
    if as_before:  # earlier versions wrote the name of the file
        kept = kept.model_copy(update={"section": kept.section.model_copy(update={"section": str(adata.uns["name"])})})
    again, *_ = recipes.run(kept, tmp_path / "again")
    np.testing.assert_array_equal(ad.read_h5ad(again).layers["response"], ad.read_h5ad(result).layers["response"])


def test_the_result_holds_the_recipe(made, tmp_path):
    result, recipe_file, _ = recipes.run(made, tmp_path)
    record = json.loads(ad.read_h5ad(result).uns["ripple"])
    assert Recipe(**record["recipe"]) == Recipe.read(recipe_file)
    assert record["checkpoint_hash"] == made.checkpoint.sha256
    assert record["simulated"] is True


def test_what_the_run_chose_is_written_down(made, tmp_path):
    kept = Recipe.read(recipes.run(made, tmp_path)[1])
    assert (made.section.section, made.device) == (None, "auto")
    assert (kept.section.section, kept.device) == ("unseen", "cpu")


def test_a_generation_without_edits(sample, tmp_path):
    roi = Roi.from_geojson(sample / "roi.geojson")
    made = recipes.make(sample / "unseen.h5ad", sample / "checkpoint", roi)
    result = ad.read_h5ad(recipes.run(made, tmp_path)[0])
    assert made.task == "generate"
    assert {"observed", "generated"} <= set(result.layers)


def test_files_that_moved_together_with_the_recipe_are_found(made, sample, tmp_path):
    shutil.copy(sample / "unseen.h5ad", tmp_path)
    shutil.copytree(sample / "checkpoint", tmp_path / "checkpoint")
    values = made.model_dump()
    values["section"]["path"], values["checkpoint"]["path"] = "/nowhere/unseen.h5ad", "/nowhere/checkpoint"
    assert recipes.prepare(Recipe(**values), tmp_path).section.name == "unseen"
    values["section"]["path"], values["checkpoint"]["path"] = "unseen.h5ad", "checkpoint"
    assert recipes.prepare(Recipe(**values), tmp_path).section.name == "unseen"


def test_another_section_or_checkpoint_is_refused(made, sample):
    values = made.model_dump()
    values["section"]["path"] = str(sample / "section_1.h5ad")
    with pytest.raises(DataError, match="another content at .*section_1"):
        recipes.prepare(Recipe(**values))
    values = made.model_dump()
    values["checkpoint"]["sha256"] = "0" * 64
    with pytest.raises(CheckpointError, match="another content at .*checkpoint"):
        recipes.prepare(Recipe(**values))


def test_missing_files_are_said(made, sample):
    values = made.model_dump()
    values["section"]["path"] = "/nowhere/none.h5ad"
    with pytest.raises(DataError, match="the section of the recipe, found nothing at /nowhere/none.h5ad"):
        recipes.prepare(Recipe(**values))
    with pytest.raises(DataError, match="nothing at"):
        recipes.make("none.h5ad", sample / "checkpoint", Roi.circle((0, 0), 1))


def test_other_versions_are_said(made):
    ready = recipes.prepare(made)
    assert recipes.differences(made, ready) == []
    older = made.model_copy(update={"versions": {**made.versions, "torch": "1.0"}, "device": "cuda"})
    assert [line.split(";")[0] for line in recipes.differences(older, ready)] == [
        "The recipe was made with torch 1.0",
        "The recipe was made on cuda",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schema_version": 2}, "schema_version = 2"),
        ({"task": "dance"}, "task = 'dance'"),
        ({"settings": {"zone_um": -1}}, "zone_um = -1"),
        ({"settings": {"speed": 3}}, "speed = 3"),
        ({"roi": {"type": "Feature"}}, "polygon"),
        ({"roi": "left"}, "roi = 'left'"),
        ({"edits": []}, "a perturb recipe has edits"),
        ({"edits": [{"kind": "melt", "genes": {"A": 1}}]}, "melt"),
        ({"section": {"path": "a"}}, "section"),
        ({"extra": 1}, "extra = 1"),
    ],
)
def test_contradictions_are_refused_when_made(made, change, words):
    with pytest.raises(DataError, match=words):
        Recipe(**{**made.model_dump(), **change})


@pytest.mark.parametrize("content", ["", "{", "[]", "3", "{}"])
def test_other_files_are_refused(tmp_path, content):
    (tmp_path / "r.json").write_text(content)
    with pytest.raises(DataError, match=r"recipe|Recipe"):
        Recipe.read(tmp_path / "r.json")


def test_a_missing_recipe_is_said(tmp_path):
    with pytest.raises(DataError, match="no file at"):
        Recipe.read(tmp_path / "none.json")


def test_a_result_is_not_written_beside_a_folder_of_that_name(made, tmp_path):
    (tmp_path / "result.h5ad").mkdir()
    with pytest.raises(DataError, match="to write"):
        recipes.run(made, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["result.h5ad"]
