"""The niche embedding: what a place sees is what the network's own forward pass sees there, for every cell once."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ripple_core.models import catalog
from ripple_core.models.contract import Embedder
from ripple_core.models.gest.network.embed import Reader, Windows, look, tiles
from ripple_core.section import Section


@pytest.fixture(params=["gest", "gest_plus"])
def model(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def reader(model, section: Section) -> Reader:
    expression, _ = model.space.encode(section)
    return Reader(expression, section.xy_um, max_cells=model.config.max_cells, window_um=model.config.window_um)


def test_a_place_is_read_as_the_last_query_of_the_network(model, reader: Reader) -> None:
    """All cells of a window, then the place of one of them: entry N of the plain forward pass (paper section 4.5)."""
    windows = reader.windows(reader.tiles()[:2], np.random.default_rng(0))
    with torch.inference_mode():
        place, _, view = look(model.network, windows)
        logits = model.network.read_out(place)
        expected = model.network.expect(place, None if view is None else view.copied())
        for window in range(2):
            for i, asked in enumerate(windows.asked[window][:3]):
                expression = torch.cat([windows.expression[window], windows.expression[window, :1]])[None]
                where = torch.cat([windows.place[window], windows.place[window, asked][None]])[None]
                true_logits, true_expected = model.network(expression, where)
                np.testing.assert_allclose(logits[window, i], true_logits[0, -1], atol=1e-4)
                if true_expected is not None:
                    np.testing.assert_allclose(expected[window, i], true_expected[0, -1], atol=1e-4)


def test_places_do_not_see_each_other(model, reader: Reader) -> None:
    windows = reader.windows(reader.tiles()[:1], np.random.default_rng(0))
    alone = Windows(windows.expression, windows.place, windows.asked[:, 3:4])
    with torch.inference_mode():
        np.testing.assert_allclose(
            look(model.network, windows)[0][:, 3], look(model.network, alone)[0][:, 0], atol=1e-5
        )


def test_a_window_holds_the_cells_that_are_asked_about_and_those_near(reader: Reader, section: Section) -> None:
    group = reader.tiles()[5]
    windows = reader.windows([group], np.random.default_rng(1))
    expression = windows.expression[0][windows.asked[0]].numpy()
    np.testing.assert_array_equal(expression, reader.expression[group])
    own, all_um = windows.place[0][windows.asked[0]].numpy() * reader.half_um, section.xy_um[group]
    apart = lambda xy: np.linalg.norm(xy[:, None] - xy[None], axis=-1)  # noqa: E731
    np.testing.assert_allclose(apart(own), apart(all_um), atol=1e-2)
    farthest = np.linalg.norm(windows.place[0].numpy(), axis=1).max() * reader.half_um
    near = np.sort(np.linalg.norm(section.xy_um - all_um.mean(axis=0), axis=1))
    assert farthest <= near[reader.cells + len(group)]


def test_every_cell_is_embedded_once_with_finite_values(model, section: Section) -> None:
    parts = list(model.embed(section))
    assert sorted(np.concatenate([part.cells for part in parts])) == list(range(400))
    for part in parts:
        assert part.place.shape == part.own.shape == (len(part.cells), model.config.dim)
        assert part.expected.shape == (len(part.cells), len(model.space.genes))
        assert all(np.isfinite(values).all() for values in (part.place, part.own, part.expected))


def test_same_seed_same_embedding_and_the_mean_of_seeds_is_calmer(model, section: Section) -> None:
    def stacked(seed: int) -> np.ndarray:
        found = np.zeros((400, model.config.dim))
        for part in model.embed(section, seed):
            found[part.cells] = part.place
        return found

    def alike(first: np.ndarray, second: np.ndarray) -> float:
        return float(np.corrcoef(first.ravel(), second.ravel())[0, 1])

    drawn = [stacked(seed) for seed in range(6)]
    np.testing.assert_array_equal(drawn[1], stacked(1))
    singles = alike(drawn[0], drawn[1])
    assert 0.2 < singles < alike(np.mean(drawn[:3], axis=0), np.mean(drawn[3:], axis=0)) < 1.0


@pytest.mark.parametrize("cells", [1, 2, 5, 17])
def test_small_sections_are_embedded_too(model, section: Section, cells: int) -> None:
    parts = list(model.embed(section.subset(np.arange(cells))))
    assert sorted(np.concatenate([part.cells for part in parts])) == list(range(cells))


def test_tiles_are_small_compact_and_cover_all_cells_once() -> None:
    xy = np.random.default_rng(0).uniform(0, 1000, (1000, 2))
    found = tiles(xy, np.arange(1000), 16)
    assert sorted(np.concatenate(found)) == list(range(1000))
    assert max(map(len, found)) <= 16
    assert min(map(len, found)) >= 8
    assert max(np.ptp(xy[rows], axis=0).max() for rows in found) < 300


def test_the_catalog_says_who_embeds(gest, gest_plus, knn) -> None:
    for model in (gest, gest_plus, knn):
        assert ("embed" in catalog.record(model.name).abilities) == isinstance(model, Embedder)
