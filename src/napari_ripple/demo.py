"""``make demo``: the viewer on the sample tissue, ready for Regenerate; ``--drive`` presses the button itself."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_ripple.user import preferences

if TYPE_CHECKING:
    from napari_ripple.session import Session
    from napari_ripple.widgets.panel import RipplePanel

OUT = "demo_out"
PICTURE, RESULT, GENES, RECIPE = "demo.png", "RESULT.h5ad", "genes.csv", "recipe.json"
SIZE = (1280, 860)
REGENERATE_STEP = 3
LONGEST_S = 600.0


class DrivenWindow:
    """A real window whose buttons are pressed by the program.

    Parameters
    ----------
    size
        Width and height in pixels.
    theme
        ``dark`` or ``light``.
    """

    def __init__(self, size: tuple[int, int] = SIZE, theme: str = "dark") -> None:
        import napari

        from napari_ripple.launch import PANEL, PLUGIN
        from napari_ripple.viewer_link import session_for

        self.viewer = napari.Viewer(title="Ripple")
        self.panel: RipplePanel = self.viewer.window.add_plugin_dock_widget(PLUGIN, PANEL)[1]
        self.viewer.theme = theme
        self.viewer.window.resize(*size)
        self.session: Session = session_for(self.viewer)
        self.rest(0.5)

    def open_example(self, folder: Path | None = None) -> None:
        """Open tissue, region, edit and model, of the sample or of another folder with files of the same names."""
        from napari_ripple.widgets.tissue.example import open_example

        open_example(self.session, folder)
        self.work()
        self.viewer.reset_view()
        self.rest(0.3)

    def press(self, button: Any) -> None:
        """Click a button with the left mouse button."""
        from qtpy.QtCore import Qt
        from qtpy.QtTest import QTest

        mouse: Any = QTest
        mouse.mouseClick(button, Qt.MouseButton.LeftButton)

    def rest(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Let the window work for a while, or until a condition holds."""
        from qtpy.QtWidgets import QApplication

        end = time.monotonic() + seconds
        while time.monotonic() < end and not until():
            QApplication.processEvents()
            time.sleep(0.005)

    def work(self) -> None:
        """Wait until nothing is computed any more."""
        self.rest(LONGEST_S, lambda: not self.session.job.is_busy)

    def picture(self, path: Path) -> None:
        """Write the whole window as PNG."""
        self.rest(0.4)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.viewer.screenshot(str(path), canvas_only=False, flash=False)

    def close(self) -> None:
        """Close the window."""
        from napari_ripple.viewer_link import link_for

        link_for(self.viewer).close()
        self.viewer.close()


def show(folder: Path | None) -> None:
    """Open the window on the example and leave it to the user."""
    import napari

    window = DrivenWindow()
    window.open_example(folder)
    window.panel.steps.open(REGENERATE_STEP)
    window.session.message = "Everything is chosen: press Regenerate."
    napari.run()


def drive(out: Path, folder: Path | None) -> None:
    """Press Regenerate in a real window, wait for the end, and keep picture, result, gene table and recipe."""
    window = DrivenWindow()
    window.open_example(folder)
    window.panel.steps.open(REGENERATE_STEP)
    window.rest(0.3)
    print("Pressing Regenerate ...", flush=True)
    window.press(window.panel.regenerate.run_button)
    window.work()
    window.rest(1.0, lambda: bool(window.panel.result.table.genes()))
    if window.session.result is None:
        raise SystemExit(f"Nothing was regenerated: {window.session.message}")
    show_strongest_unedited(window)
    window.picture(out / PICTURE)
    for what, name in (("result", RESULT), ("table", GENES), ("recipe", RECIPE)):
        window.panel.result.save(what, str(out / name))
    print(report(window.session, out))
    window.close()


def show_strongest_unedited(window: DrivenWindow) -> None:
    """Click the most changed gene that the edit itself did not touch."""
    table = window.panel.result.table
    edited = {gene for edit in window.session.edits for gene in edit.genes}
    places = [place for place, gene in enumerate(table.genes()) if gene not in edited]
    if places:
        table.view.setCurrentIndex(table.shown.index(places[0], 0))


def report(session: Session, out: Path) -> str:
    """What changed, in words and numbers, and where it was written."""
    if session.result is None:
        return "Nothing has been regenerated."
    facts = json.loads(str(session.result.uns["ripple"]))
    cells, rate = facts["n_zone"], facts["timings"]["cells_per_second"]
    lines = [
        f"{facts['n_roi']} cells edited in the region ({len(facts['genes_edited'])} genes); {cells} cells around them",
        f"regenerated with and without the edit, {rate} a second, on {facts['device']}.",
        "Genes that change most around the region (simulated; mean of perturbed - control, log-normalised):",
    ]
    for gene, response, up, edited in top_rows(session):
        line = f"  {gene:<12} {response:+.3f}   rises in {up:4.0%} of the cells"
        lines.append(f"{line}   edited" if edited else line)
    lines.append("Written:")
    lines += [f"  {out / name}" for name in (PICTURE, RESULT, GENES, RECIPE)]
    return "\n".join(lines)


def top_rows(session: Session, n: int = 10) -> list[tuple[str, float, float, bool]]:
    """The genes that change most: name, mean response, share of cells in which it rises, whether it was edited."""
    from napari_ripple import actions

    table = actions.top_genes(session, n)
    return list(table[["gene", "response", "share_up", "edited"]].itertuples(index=False, name=None))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m napari_ripple.demo", description=__doc__)
    parser.add_argument("--drive", action="store_true", help="press Regenerate, write picture and result, and end")
    parser.add_argument("--out", type=Path, default=Path(OUT), help=f"folder for what --drive writes ({OUT})")
    parser.add_argument(
        "--example", type=Path, default=None, help="folder with tissue.h5ad, roi.geojson, deg.csv, checkpoint"
    )
    chosen = parser.parse_args()
    if chosen.drive:
        with tempfile.TemporaryDirectory(prefix="ripple-demo-") as settings:
            os.environ.setdefault("NAPARI_CONFIG", str(Path(settings) / "settings.yaml"))
            os.environ["RIPPLE_HOME"] = settings
            preferences.change(show_tour=False)
            drive(chosen.out, chosen.example)
    else:
        show(chosen.example)


if __name__ == "__main__":
    main()
