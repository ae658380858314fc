"""Scripted calls that write down what there is: result, tables, recipe, script, picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from napari_ripple import actions
from napari_ripple.scripted.base import Scripted
from napari_ripple.scripted.text import write_script
from ripple_core.errors import DataError, sentence


class Keep(Scripted):
    """Write down what there is."""

    def save_session(self, path: str | Path) -> None:
        """Write everything as one file, ``NAME.ripple``, that :meth:`open_session` restores."""
        actions.save_session(self.session, path)

    def open_session(self, path: str | Path, section: str | Path | None = None) -> None:
        """Restore a session; ``section`` says where its section file is if that has been moved."""
        actions.open_session(self.session, path, section)

    def save(self, path: str | Path) -> None:
        """Write the result as .h5ad."""
        actions.save_result(self.session, path)

    def save_table(self, path: str | Path) -> None:
        """Write every gene's response as CSV."""
        actions.save_table(self.session, path)

    def save_cells(self, path: str | Path) -> None:
        """Write every simulated cell as CSV: position, role, distance, type, mean response."""
        actions.save_cells(self.session, path)

    def region_table(self) -> pd.DataFrame:
        """What each region holds: cells, area, types."""
        return actions.region_table(self.session)

    def save_region_table(self, path: str | Path) -> None:
        """Write what each region holds as CSV."""
        actions.save_region_table(self.session, path)

    def methods(self) -> str:
        """The methods of the result in words for a paper, with the works to cite."""
        return actions.methods(self.session)

    def save_methods(self, path: str | Path) -> None:
        """Write the methods of the result as Markdown."""
        actions.save_methods(self.session, path)

    def save_recipe(self, path: str | Path) -> None:
        """Write the experiment as JSON that ``ripple run`` repeats."""
        actions.save_recipe(self.session, path)

    def save_script(self, path: str | Path) -> None:
        """Write what has been done so far, by mouse or by code, as a script of this class."""
        write_script(self.session, path)

    def screenshot(self, path: str | Path | None = None, *, canvas_only: bool = True) -> np.ndarray:
        """The picture of the window (rows, columns, 4), also written to ``path``; needs a window."""
        if self.viewer is None:
            raise DataError(sentence("a window", "a session without one", "Make it with RippleSession(show=True)"))
        self._let_the_window_draw()
        target = None if path is None else str(path)
        return self.viewer.screenshot(target, canvas_only=canvas_only, flash=False)
