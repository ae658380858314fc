"""What a result says, one question at a time: overview, genes, cell types, distance, niches; only what is seen is computed."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_ripple import actions, figures
from napari_ripple.actions.niches.change import niche_columns
from napari_ripple.figures import FIGURES
from napari_ripple.session import Session
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.drawn.chart_frame import ChartFrame
from napari_ripple.widgets.parts.forms.segments import Segments
from napari_ripple.widgets.parts.scrolled import bring_up
from napari_ripple.widgets.result.gene_table import GeneTable
from napari_ripple.widgets.result.niche_compare import NicheCompare
from ripple_core.errors import DataError

TABS = {
    "Overview": "What happened, in sentences, and the genes that change most.",
    "Genes": "Every gene: how much it changes and how sure that is.",
    "Types": "Which cell types respond, and with which genes.",
    "Distance": "How far the response reaches.",
    "Niches": "Which kinds of places there are more or fewer of.",
}
SHOWS = {
    "Overview": ("genes",),
    "Genes": ("volcano",),
    "Types": ("types", "type_strength"),
    "Distance": ("distance", "distance_by_type"),
    "Niches": ("niches",),
}
TIPS = {
    "genes": "Mean of perturbed − control over the regenerated cells. Whiskers: standard deviation over runs. Click a gene.",
    "volcano": "Right: rises, left: falls; the higher, the surer. Above the dashed line: q < 0.05. Squares: edited. Click a gene.",
    "types": "Mean response; orange rises, blue falls. Behind each type the number of its regenerated cells. Click a gene.",
    "type_strength": "Mean |response| of each type over all genes that were not edited.",
    "distance": "The line is the mean of a ring, in the band lies the middle half of its cells; large points: many cells.",
    "niches": "Share of the regenerated cells in each niche: grey in the control, orange with the edit.",
    "distance_by_type": "The same rings for the most frequent cell types, in the colours that they have on the tissue.",
}
CELLS = {
    "|response|": "Colour the cells by their mean |response| over genes that were not edited.",
    "± over runs": "Colour the cells by how much their response differs between runs: other orders and draws.",
    "q": "Colour the cells by −log10 q: how surely their response is beyond chance.",
}
KEYS = {"|response|": "response", "± over runs": "ripple_response_sd", "q": "ripple_q"}


class Readouts(QWidget):
    """Emits ``picked`` with a gene that is clicked anywhere, ``painted`` with a column of the result for the cells' colours.

    ``saved`` comes with a figure's name and path, ``turned`` with a tab.

    ``badge`` says in the overview how the model does on this section.
    """

    picked = Signal(str)
    saved = Signal(str, str)
    turned = Signal(str)
    painted = Signal(str)

    def __init__(self, badge: QWidget) -> None:
        super().__init__()
        self.tabs = Segments(TABS)
        self.table, self.niches = GeneTable(), NicheCompare()
        self.cells = Segments(CELLS)
        self.words, self.lack = tones.quiet(), tones.quiet()
        self.frames = {name: ChartFrame(name, FIGURES[name].chart, TIPS[name]) for name in TIPS}
        first: dict[str, list[QWidget]] = {
            "Overview": [self.words, badge, tones.heading("Colour the cells by"), self.cells],
            "Genes": [self.table],
            "Types": [self.lack],
            "Niches": [self.niches],
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tabs)
        self.pages: dict[str, QWidget] = {}
        for tab in TABS:
            page = QWidget()
            lines = QVBoxLayout(page)
            lines.setContentsMargins(0, 0, 0, 0)
            for widget in (*first.get(tab, []), *(self.frames[name] for name in SHOWS[tab])):
                lines.addWidget(widget)
            column.addWidget(page)
            self.pages[tab] = page
        self.frames[SHOWS["Overview"][0]].prepare()
        for frame in self.frames.values():
            frame.picked.connect(self.picked)
            frame.saved.connect(self.saved)
        self.table.chosen.connect(self.picked)
        self.cells.chosen.connect(self._paint)
        self.tabs.chosen.connect(self.turn)
        self.tabs.chosen.connect(lambda _: bring_up(self))
        self.turn("Overview")

    def _paint(self, words: str) -> None:
        self.painted.emit(KEYS[words])

    def turn(self, tab: str) -> None:
        """Open one tab; nothing happens where there is none of this name."""
        if tab not in self.pages:
            return
        self.tabs.press(tab)
        for name, page in self.pages.items():
            page.setVisible(name == tab)
        self.turned.emit(tab)

    def show_words(self, session: Session, sentences: list[str]) -> None:
        """Say what happened, and offer the columns that the cells can be coloured by."""
        known = set() if session.result is None else {"response", *session.result.obs.columns}
        for words, button in self.cells.buttons.items():
            button.setVisible(KEYS[words] in known)
        self.words.setText("\n".join(f"• {sentence[0].upper()}{sentence[1:]}" for sentence in sentences))

    def show_table(self, session: Session) -> None:
        """Show every gene of the result."""
        if session.result is not None:
            self.table.show_table(actions.top_genes(session, session.result.n_vars))

    def show_charts(self, session: Session) -> None:
        """Draw the charts of the open tab; where the section lacks what one needs, it hides and the reason is said."""
        if self.pages["Niches"].isVisibleTo(self):
            self.niches.show_columns(niche_columns(session))
            self.niches.show_facts(figures.record(session).get("niche_change", {}))
        by = session.color_by
        self.cells.press(next((words for words, key in KEYS.items() if (by.kind, by.key) == ("result", key)), None))
        lack = ""
        for name in SHOWS[self.tabs.pressed() or "Overview"]:
            try:
                shown = FIGURES[name].read(session)
            except DataError as error:
                lack = str(error)
                self.frames[name].hide()
                continue
            self.frames[name].show_table(shown)
            self.frames[name].setVisible(len(shown.table) > 0)
        self.lack.setText(lack)
        self.lack.setVisible(bool(lack))
