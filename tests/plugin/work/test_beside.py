"""The check of the model beside everything else: same badge as here, ended by changes, resting while a job runs."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pytest
from plugin.slow_mean import SlowMean

import ripple_core as rc
from napari_ripple import RippleSession, actions
from napari_ripple.actions.simulate.run import use_model
from napari_ripple.actions.tissue.section import from_memory
from napari_ripple.session import Session
from napari_ripple.work import beside, jobs
from ripple_core.expression import ExpressionSpace

LONG_MS = 30_000


def follow(session: Session) -> None:
    """What a panel does: look whenever section, model or job change."""
    for signal in (session.events.section, session.events.model, session.events.job):
        signal.connect(lambda *_: beside.look(session))
    beside.look(session)


@pytest.fixture
def watched(ready: Session) -> Iterator[Session]:
    """A session in which only Regenerate is missing, with its model being checked."""
    follow(ready)
    yield ready
    beside.close(ready)


def slow_for(session: Session, rest_s: float = 0.002) -> SlowMean:
    return SlowMean(session.model.space, rest_s)


def wait_for_badge(qtbot: Any, session: Session) -> None:
    qtbot.waitUntil(lambda: session.check is not None and session.check.badge is not None, timeout=LONG_MS)


def test_the_badge_is_the_same_as_in_a_script(qtbot: Any, watched: Session) -> None:
    wait_for_badge(qtbot, watched)
    here = rc.badge(watched.section, watched.model)
    assert watched.check.badge.words == here.words
    assert not watched.job.is_busy
    assert "badge" not in [command.name for command in watched.commands]


def test_progress_comes_a_step_a_disc(qtbot: Any, watched: Session) -> None:
    seen: list[int] = []
    watched.events.check.connect(lambda check: seen.append(check.progress.done) if check and check.progress else None)
    use_model(watched, slow_for(watched))
    wait_for_badge(qtbot, watched)
    assert seen == sorted(seen)
    assert len(seen) <= watched.check.badge.discs + 1


def test_another_model_ends_the_check_of_the_one_before(qtbot: Any, watched: Session) -> None:
    use_model(watched, slow_for(watched, 0.02))
    qtbot.waitUntil(lambda: watched.check is not None and watched.check.progress is not None, timeout=LONG_MS)
    badges: list[str] = []
    watched.events.check.connect(lambda check: badges.append(check.badge.model) if check and check.badge else None)
    other = slow_for(watched, 0.0)
    other.name = "quick mean"
    use_model(watched, other)
    assert watched.check is None
    wait_for_badge(qtbot, watched)
    qtbot.wait(300)
    assert badges == ["quick mean"]


def test_a_job_has_the_computer_for_itself(qtbot: Any, watched: Session) -> None:
    use_model(watched, slow_for(watched, 0.004))
    qtbot.waitUntil(lambda: watched.check is not None and watched.check.progress.done >= 1, timeout=LONG_MS)
    jobs.regenerate(watched)
    qtbot.waitUntil(lambda: watched.job.progress is not None and watched.job.progress.done > 3, timeout=LONG_MS)
    before = watched.check.progress.done
    qtbot.waitUntil(lambda: not watched.job.is_busy, timeout=LONG_MS)
    assert watched.check.badge is None
    assert watched.check.progress.done <= before + 1
    wait_for_badge(qtbot, watched)


def test_a_model_of_other_genes_is_said_in_the_badges_place(qtbot: Any, watched: Session) -> None:
    space = watched.model.space
    foreign = ExpressionSpace(space.genes + "-other", space.target_sum, space.mean, space.std, space.ceiling)
    use_model(watched, SlowMean(foreign))
    qtbot.waitUntil(lambda: watched.check is not None and bool(watched.check.failure), timeout=LONG_MS)
    assert "genes in the section" in watched.check.failure


def test_without_a_model_nothing_is_checked_and_closing_ends_it(
    qtbot: Any, session: Session, knn_checkpoint: Path
) -> None:
    beside.look(session)
    qtbot.wait(beside.DELAY_MS + 200)
    assert session.check is None
    actions.open_model(session, knn_checkpoint)
    beside.look(session)
    beside.close(session)
    qtbot.wait(beside.DELAY_MS + 300)
    assert session.check is None


def test_a_session_that_nobody_holds_is_not_kept_alive(qtbot: Any) -> None:
    session = Session()
    beside.look(session)
    reference = weakref.ref(session)
    del session
    gc.collect()
    assert reference() is None


def test_a_script_asks_and_the_answer_stands_in_the_saved_result(
    tissue_path: Path, knn_checkpoint: Path, deg_path: Path, tmp_path: Path
) -> None:
    ripple = RippleSession(show=False)
    ripple.open(tissue_path)
    with pytest.raises(rc.DataError, match="Open both"):
        ripple.badge()
    ripple.load_model(knn_checkpoint)
    found = ripple.badge()
    assert ripple.badge() is found
    assert found.verdict == "even"
    ripple.draw_roi([[60, 60], [150, 60], [150, 150]])
    ripple.edit(deg_path)
    ripple.regenerate(zone_um=30)
    ripple.save(tmp_path / "r.h5ad")
    assert found.words in ad.read_h5ad(tmp_path / "r.h5ad").uns["ripple"]
    assert [command.name for command in ripple.session.commands].count("badge") == 1
    turned = ad.read_h5ad(tissue_path)[np.arange(200)].copy()
    actions.show_section(ripple.session, from_memory(turned))
    assert ripple.session.check is None
