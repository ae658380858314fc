"""The help page: the steps, every shortcut, what the words mean."""

from __future__ import annotations

from typing import Any

from qtpy.QtWidgets import QDialog, QTextBrowser, QVBoxLayout

from napari_ripple.widgets import shortcuts
from napari_ripple.widgets.keeping import ask
from napari_ripple.widgets.parts import tones

SIZE = (560, 640)
STEPS = (
    ("Tissue", "Drop a file (.h5ad, .zarr) or an instrument's folder on the window. Choose the cells' colours; click a label to hide it."),
    ("Region", "Take up a tool and draw on the tissue. Its cells, types and raised genes appear at once."),
    ("Edit", "Load a table of changed genes, or type a gene to switch it off or on. The dose says how much."),
    ("Regenerate", "Choose a model and press Regenerate: the cells around the region are made anew, with the edit and without it."),
    ("Result", "See where and which genes respond. Everything here is simulated, and says so."),
    ("Scenarios", "Every result is kept. Compare two, try several doses or many genes, or score one against a real section."),
)  # fmt: skip
WORDS = (
    ("control", "the surroundings regenerated without the edit; what the model does by itself is in it too"),
    ("perturbed", "the surroundings regenerated with the edit"),
    ("response", "perturbed minus control: what the edit alone does"),
    ("zone", "how far from the region cells are regenerated"),
    ("placebos", "the same kind of edit on other genes, or at other places: how much comes by chance"),
    ("meta cell", "a typical cell of the training; the model reads each cell as the one it is most like"),
    ("badge", "whether the model beats plain rules on hidden cells of this section"),
)
FINDING = (
    "<b>Session</b> keeps everything as one .ripple file: drop it on the window to go on. Changes are also kept "
    "automatically, and offered again after a crash. <b>Keep</b> writes results, tables, pictures, the methods text, a "
    "recipe for “ripple run”, and a Python script of what was done."
)


class HelpPage(QDialog):
    """One page of text."""

    def __init__(self) -> None:
        super().__init__(ask.window())
        self.setWindowTitle("Ripple: first steps and shortcuts")
        self.resize(*SIZE)
        self.text = QTextBrowser()
        self.text.setHtml(html())
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        tones.Dresser(self)


def html() -> str:
    """The page as HTML."""
    steps = "".join(f"<li><b>{name}.</b> {words}</li>" for name, words in STEPS)
    keys = "".join(_row(f"<code>{key}</code>", words) for key, words in shortcuts.listed())
    words = "".join(_row(f"<b>{name}</b>", meaning) for name, meaning in WORDS)
    return (
        f"<h3>Step by step</h3><ol>{steps}</ol><h3>Shortcuts</h3><table>{keys}</table>"
        f"<h3>Keeping your work</h3><p>{FINDING}</p><h3>Words</h3><table>{words}</table>"
        "<p>Every command is also in napari’s palette (Ctrl+Shift+P): type “ripple”.</p>"
    )


def _row(left: str, right: str) -> str:
    return f"<tr><td style='padding-right:14px'>{left}</td><td>{right}</td></tr>"


def show(viewer: Any = None) -> HelpPage:
    """Open the page."""
    page = HelpPage()
    ask.open_page(page)
    return page
