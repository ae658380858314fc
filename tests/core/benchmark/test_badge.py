"""The badge: right verdicts for known models, nothing leaks, bounded in time, and a warning on training tissue."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest

from ripple_core.benchmark import badge as badges
from ripple_core.benchmark.badge import Badge, badge, badge_iter, fingerprint
from ripple_core.errors import CheckpointError, DataError
from ripple_core.models.contract import Generated, GenerationSettings, Scene
from ripple_core.roi import Roi
from ripple_core.trainer import train


class Knowing:
    """A model that has looked: it gives each hidden cell's own expression, plus noise, or nothing but noise."""

    name, device = "knowing", "cpu"

    def __init__(self, section, space, share: float) -> None:
        self.space, self.share, self.record = space, share, {}
        self.seen: list[Scene] = []
        self.place = {tuple(xy): row for xy, row in zip(section.xy_um, space.encode(section)[0])}
        self.rng = np.random.default_rng(0)

    def save(self, path) -> None:
        raise OSError("a model of a test lives in memory")

    def generate(self, scene: Scene, settings: GenerationSettings) -> Iterator[Generated]:
        self.seen.append(scene)
        true = np.stack([self.place[tuple(xy)] for xy in scene.target_xy_um])
        values = self.share * true + self.rng.normal(0, 0.3, true.shape)
        for number in range(len(true)):
            yield Generated(np.array([number]), values[None, [number]].astype(np.float32))


def test_who_knows_the_cells_is_ahead_and_who_guesses_is_behind(section, knn) -> None:
    ahead, behind = (badge(section, Knowing(section, knn.space, share)) for share in (1.0, 0.0))
    assert (ahead.verdict, behind.verdict) == ("ahead", "behind")
    assert ahead.low > 0 > behind.high
    assert "knowing is ahead of the best plain rule" in ahead.words
    assert "do not rely on" in behind.words
    assert ahead.scores["no change"]["per-gene Pearson"] == 0.0


def test_a_rule_is_even_with_itself(section, knn) -> None:
    found = badge(section, knn)
    assert found.verdict == "even"
    assert found.low <= 0 <= found.high
    assert set(found.scores) >= {"knn", "no change", "local mean"}


def test_hidden_cells_are_not_among_the_known(section, knn) -> None:
    model = Knowing(section, knn.space, 1.0)
    found = badge(section, model, most_discs=4)
    assert len(model.seen) == found.discs <= 4
    for scene in model.seen:
        known = {tuple(xy) for xy in scene.known_xy_um}
        assert not known & {tuple(xy) for xy in scene.target_xy_um}
    assert found.cells == sum(len(scene.target_xy_um) for scene in model.seen)


def test_discs_do_not_overlap_those_taken_nor_each_other() -> None:
    near, far = Roi.circle((0, 0), 10), Roi.circle((100, 0), 10)
    assert badges.apart([near, far, Roi.circle((105, 0), 10)], [Roi.circle((5, 0), 10)]) == [far]


def test_a_slow_model_is_stopped_after_three_discs(section, knn) -> None:
    assert badge(section, knn, budget_s=0.0).discs == badges.FEWEST_DISCS


def test_time_between_the_steps_does_not_count(section, knn) -> None:
    found = []

    def steps():
        found.append((yield from badge_iter(section, knn, most_discs=5, budget_s=2.0)))

    for number, _ in enumerate(steps()):
        time.sleep(0.8 if number < 3 else 0.0)
    assert found[0].discs == 5
    assert found[0].seconds < 2.0


def test_same_seed_same_badge(section, gest) -> None:
    first, second = (badge(section, gest, seed=3) for _ in range(2))
    assert {**first.record(), "seconds": 0} == {**second.record(), "seconds": 0}


def test_training_tissue_is_recognised_with_other_genes_and_other_names(sections, knn) -> None:
    learned, held_out = sections
    shuffled = learned.subset(np.random.default_rng(0).permutation(len(learned)), "another name")
    assert badges.training_warning(knn.record, shuffled) == badges.IN_TRAINING
    assert badges.training_warning(knn.record, held_out) == ""
    assert fingerprint(shuffled) == fingerprint(learned) != fingerprint(held_out)
    assert "warning: The model was trained on this section" in "\n".join(badge(learned, knn, most_discs=3).lines())


def test_of_a_section_that_was_cut_in_two_the_whole_is_recognised(sections) -> None:
    model = train([sections[0]], "knn")
    assert badges.training_warning(model.record, sections[0]) == badges.IN_TRAINING


def test_an_older_record_is_compared_by_name(section) -> None:
    assert "of this name" in badges.training_warning({"sections": [section.name]}, section)
    assert badges.training_warning({}, section) == ""


def test_too_small_or_foreign_sections_are_refused(section, knn) -> None:
    with pytest.raises(DataError, match="cells to hide"):
        badge(section.subset(np.arange(10)), knn)
    with pytest.raises(DataError, match="There are"):
        badge(section, knn, section="nothing of that name")
    other = section.to_anndata()
    other.var_names = [f"Foreign{i}" for i in range(other.n_vars)]
    with pytest.raises(CheckpointError, match="genes in the section"):
        badge(other, knn)


def test_an_even_verdict_says_that_a_plain_rule_does_as_well() -> None:
    scores = {name: {"per-gene Pearson": 0.1} for name in ("gest", "kNN (k = 5)")}
    found = Badge("gest", "s", "even", "kNN (k = 5)", 0.0, -0.01, 0.01, scores, 5, 200)
    assert found.words == (
        "On 5 hidden discs of this section gest is even with the best plain rule, kNN (k = 5) (gene r 0.100 against 0.100, "
        "difference +0.000 [-0.010, +0.010]): a plain rule does as well here."
    )
    assert found.record()["words"] == found.words
