"""Scripted calls that keep, show and compare scenarios."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from napari_ripple import actions
from napari_ripple.scenario import Scenario
from napari_ripple.scripted.base import Scripted


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

    def save_comparison(self, path: str | Path) -> None:
        """Write the difference of every gene as CSV."""
        actions.save_comparison(self.session, path)
