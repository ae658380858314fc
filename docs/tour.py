"""The biologist's tutorial as it is walked through by a hand with mouse and keyboard: one function a section of the text.

``make_pictures.py`` takes the pictures on the way, and a test holds the text against what the hand has pressed and read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from plugin.hand import Hand
from shapely import simplify
from shapely.geometry import Polygon

import ripple_core as rc
from napari_ripple.viewer_link import session_for

SAMPLE = Path(__file__).resolve().parents[1] / "sample_data"
MOST_CORNERS_UM = 1.0
Keep = Callable[[str], None]


@dataclass(frozen=True)
class Case:
    """What the tour is made with.

    Parameters
    ----------
    folder
        Holds ``tissue.h5ad``, ``deg.csv``, ``roi.geojson`` and ``checkpoint``, as ``sample_data`` does.
    out
        Where the session and the result are saved.
    zone_um
        How far from the region cells are regenerated.
    seen
        The share of a regeneration that is done when its picture is taken.
    looks
        How often a model that is trained is scored before the training is stopped.
    """

    folder: Path
    out: Path
    zone_um: int = 100
    seen: float = 0.45
    looks: int = 1

    def outline(self) -> np.ndarray:
        """The region's corners (x, y) in µm, as a hand draws them: no more than are needed."""
        shape = rc.Roi.from_geojson(self.folder / "roi.geojson").geometry
        return np.array(simplify(Polygon(shape.exterior), MOST_CORNERS_UM).exterior.coords)


def open_section(hand: Hand, case: Case, keep: Keep) -> None:
    """Open a section."""
    hand.wait_for("Open file …")
    hand.press_and_name("Open file …", str(case.folder / "tissue.h5ad"))
    hand.wait(lambda: session(hand).section is not None and not session(hand).job.is_busy)
    hand.viewer.reset_view()
    keep("tissue")


def look_at_a_gene(hand: Hand, case: Case, keep: Keep) -> None:
    """Look at a gene."""
    hand.type("type a gene …", gene_to_look_at(hand, case))
    keep("gene")
    hand.choose("label", "cell_type")
    first = session(hand).section.obs["cell_type"].astype("category").cat.categories[0]
    hand.press(str(first))
    hand.press("Show all")


def draw_a_region(hand: Hand, case: Case, keep: Keep) -> None:
    """Draw a region."""
    hand.press("2 Region")
    hand.press("Lasso")
    hand.mouse.drag(case.outline())
    hand.wait(lambda: session(hand).roi is not None)
    hand.press("Navigate")
    hand.rest(0.5)
    keep("region")


def say_what_changes(hand: Hand, case: Case, keep: Keep) -> None:
    """Say what changes in it."""
    hand.press("3 Edit")
    hand.press("Pick")
    hand.press("Compare …")
    hand.choose("groups", "cell_type")
    hand.press("Compare")
    hand.wait(lambda: session(hand).picking is not None and not session(hand).job.is_busy)
    keep("volcano")
    hand.press("Table")
    hand.press_and_name("Load table …", str(case.folder / "deg.csv"))
    hand.rest(0.3)
    keep("edit")


def choose_a_model(hand: Hand, case: Case, keep: Keep) -> None:
    """Choose a model."""
    hand.press("4 Regenerate")
    hand.press("Choose …")
    hand.press_and_name("Look into a folder …", str(case.folder))
    keep("models")
    hand.press("Use this model")
    hand.wait(lambda: session(hand).model is not None and not session(hand).job.is_busy)
    hand.wait(lambda: session(hand).check is not None and session(hand).check.badge is not None)
    hand.press("Scores beside plain rules")
    hand.press("Scores beside plain rules")


def regenerate(hand: Hand, case: Case, keep: Keep) -> None:
    """Regenerate the surroundings."""
    hand.set("zone", str(case.zone_um))
    hand.press("quick")
    hand.press("Regenerate")
    hand.wait(lambda: done(hand) >= case.seen)
    keep("running")
    hand.wait(lambda: not session(hand).job.is_busy)


def read_the_result(hand: Hand, case: Case, keep: Keep) -> None:
    """Read the result."""
    hand.wait_for("Overview")
    hand.wait_for("response")
    edited = {gene for edit in session(hand).edits for gene in edit.genes}
    hand.press("Genes")
    hand.press(next(gene for gene in strongest(hand) if gene not in edited))
    hand.rest(0.4)
    keep("result")
    hand.press("Overview")
    hand.press("Types")
    hand.press("Distance")
    hand.rest(0.4)
    keep("distance")


def hold_two_views_together(hand: Hand, case: Case, keep: Keep) -> None:
    """Hold two views against each other."""
    hand.press("swipe")
    hand.rest(0.3)
    keep("swipe")
    hand.press("side by side")
    hand.rest(0.3)
    keep("side_by_side")
    hand.press("one view")


def compare_two_doses(hand: Hand, case: Case, keep: Keep) -> None:
    """Compare two doses."""
    hand.press("3 Edit")
    hand.set("dose", "0.5")
    hand.press("4 Regenerate")
    hand.press("Regenerate")
    hand.wait(lambda: not session(hand).job.is_busy and len(session(hand).scenarios) == 2)
    hand.press("6 Scenarios")
    first, second = (scenario.name for scenario in session(hand).scenarios)
    hand.press(first)
    hand.press_also(second)
    hand.press("Compare A − B")
    hand.wait(lambda: session(hand).comparison is not None)
    hand.rest(0.4)
    keep("scenarios")


def keep_your_work(hand: Hand, case: Case, keep: Keep) -> None:
    """Keep your work."""
    hand.press_menu("Keep", "Show the methods text …")
    keep("methods")
    hand.close_front()
    hand.press_menu_and_name("Keep", "Result with all layers (.h5ad) …", str(case.out / "result.h5ad"))
    hand.press_menu_and_name("Session", "Save the session", str(case.out / "first.ripple"))
    hand.wait(lambda: (case.out / "first.ripple").exists() and not session(hand).job.is_busy)


def find_niches(hand: Hand, case: Case, keep: Keep) -> None:
    """Find niches."""
    hand.press("5 Result")
    hand.press("observed")
    hand.open_panel("Ripple niches")
    hand.press("Find niches")
    hand.wait_for("Make a region")
    hand.rest(0.3)
    keep("niches")


def train_a_model(hand: Hand, case: Case, keep: Keep) -> None:
    """Train a model of your own tissue."""
    hand.open_panel("Ripple train")
    hand.press_and_name("…", str(case.out / "my model"))
    hand.press("Train")
    hand.wait(lambda: len(session(hand).training.looks) >= case.looks or not session(hand).training.is_busy)
    hand.rest(0.5)
    keep("train")
    hand.press("Stop")
    hand.wait(lambda: not session(hand).training.is_busy)


SECTIONS = (
    open_section,
    look_at_a_gene,
    draw_a_region,
    say_what_changes,
    choose_a_model,
    regenerate,
    read_the_result,
    hold_two_views_together,
    compare_two_doses,
    keep_your_work,
    find_niches,
    train_a_model,
)


def title(section: Callable[..., None]) -> str:
    """The heading of a section of the text."""
    return (section.__doc__ or "").strip().rstrip(".")


def session(hand: Hand) -> Any:
    """The session of the hand's window."""
    return session_for(hand.viewer)


def done(hand: Hand) -> float:
    """The share of a job that is done; 1 when there is none."""
    job = session(hand).job
    return 1.0 if not job.is_busy else 0.0 if job.progress is None else job.progress.fraction


def gene_to_look_at(hand: Hand, case: Case) -> str:
    """The first gene of the table that the section has."""
    known = {str(gene).casefold(): str(gene) for gene in session(hand).section.genes}
    edited = rc.edits.from_deg_table(case.folder / "deg.csv").genes
    return next(known[gene.casefold()] for gene in edited if gene.casefold() in known)


def strongest(hand: Hand) -> list[str]:
    """Genes by their response, as the table lists them."""
    from napari_ripple import actions

    return [str(gene) for gene in actions.top_genes(session(hand), 30)["gene"]]
