"""Scripted calls that keep, show and compare scenarios, and run many of them in one go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from napari_ripple import actions
from napari_ripple.scripted.base import Scripted
from napari_ripple.state.scenario import Scenario
from ripple_core.perturb.many.doses import DOSES, DoseSeries
from ripple_core.perturb.many.screen import ScreenKind

if TYPE_CHECKING:
    from ripple_core.benchmark.real_section import RealScore


class Scenarios(Scripted):
    """Keep, show and compare scenarios: every regeneration adds one to the list."""

    @property
    def scenarios(self) -> dict[str, Scenario]:
        """The kept results by name, oldest first."""
        return {scenario.name: scenario for scenario in self.session.scenarios}

    def show_scenario(self, name: str) -> None:
        """Show a kept result again; its region, edits and settings become the choices."""
        self.session.end_step()
        actions.show_scenario(self.session, name)

    def rename_scenario(self, name: str, new_name: str) -> None:
        """Give a scenario another name."""
        actions.rename_scenario(self.session, name, new_name)

    def mark_scenario(self, name: str, *, starred: bool | None = None, note: str | None = None) -> None:
        """Star a scenario, or write a note on it."""
        self.session.end_step()
        actions.mark_scenario(self.session, name, starred=starred, note=note)

    def remove_scenario(self, name: str) -> None:
        """Take a scenario off the list."""
        actions.remove_scenario(self.session, name)

    def restore_scenario(self) -> None:
        """Bring the scenario back that was removed last."""
        actions.restore_scenario(self.session)

    def compare_scenarios(self, a: str, b: str) -> pd.DataFrame:
        """Response of A − response of B per gene, largest difference first; a window shows it on the tissue."""
        return actions.compare_scenarios(self.session, a, b).table

    def show_comparison(self, gene: str | None = None) -> None:
        """Show A − B on the tissue again, of one gene or of what is shown."""
        actions.show_comparison(self.session, gene)

    def dose_series(self, doses: Iterable[float] = DOSES) -> DoseSeries:
        """Run the edits at several doses: ``.by_gene()``, ``.curve("Il6")``, ``.table``."""
        return actions.dose_series(self.session, doses)

    def save_doses(self, path: str | Path) -> None:
        """Write every gene's response at every dose as CSV."""
        actions.save_doses(self.session, path)

    def screen(
        self,
        genes: Iterable[str],
        kinds: Sequence[ScreenKind] = ("knockout",),
        *,
        strength: float = 1.0,
        percentile: float = 99.0,
        placebos: int = 0,
    ) -> pd.DataFrame:
        """Edit one gene at a time in the active region; the table ranks what that does to the surroundings."""
        options: dict[str, Any] = {"strength": strength, "percentile": percentile, "placebos": placebos}
        return actions.screen_genes(self.session, genes, kinds, **options).table

    def take_from_screen(self, name: str) -> None:
        """Make one edit of the screen the edit; ``regenerate`` makes it a scenario."""
        actions.take_from_screen(self.session, name)

    def save_screen(self, path: str | Path) -> None:
        """Write the ranked table of the screen as CSV."""
        actions.save_screen(self.session, path)

    def score_against(
        self, path: str | Path, *, region: str | Path | None = None, section: str | None = None
    ) -> RealScore:
        """Score the result that is shown against a real perturbed section; ``region`` is its region, as GeoJSON."""
        return actions.score_against(self.session, path, region=region, section=section).found

    def save_score(self, path: str | Path) -> None:
        """Write every gene, simulated beside measured, as CSV."""
        actions.save_score(self.session, path)

    def save_comparison(self, path: str | Path) -> None:
        """Write the difference of every gene as CSV."""
        actions.save_comparison(self.session, path)
