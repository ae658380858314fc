"""A field in which a gene is typed and found: the letters may stand anywhere in its name."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import QStringListModel, Qt, Signal
from qtpy.QtWidgets import QCompleter, QLineEdit

from napari_ripple.widgets.parts import tones

MAX_SHOWN = 14


class GeneSearch(QLineEdit):
    """Emits ``chosen`` with the name of a known gene when it is picked from the list or typed and confirmed."""

    chosen = Signal(str)

    def __init__(self, placeholder: str = "type a gene …") -> None:
        super().__init__()
        self._names: dict[str, str] = {}
        self._model = QStringListModel(self)
        completer = QCompleter(self._model, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(MAX_SHOWN)
        completer.activated.connect(self._pick)
        self.setCompleter(completer)
        self.setPlaceholderText(placeholder)
        self.setClearButtonEnabled(True)
        self.returnPressed.connect(self._confirm)
        self.textEdited.connect(self._dress_list)
        self.textEdited.connect(self._sort)

    def set_genes(self, genes: Iterable[str]) -> None:
        """The genes that can be found."""
        names = [str(gene) for gene in genes]
        self._names = {name.casefold(): name for name in names}
        self._sort("")

    def show_gene(self, gene: str) -> None:
        """Write a gene into the field without choosing it."""
        if self.text() != gene:
            self.setText(gene)

    def gene(self) -> str | None:
        """The gene that stands in the field, in its own spelling; None when there is no such gene."""
        return self._names.get(self.text().strip().casefold())

    def _sort(self, typed: str) -> None:
        """Offer the genes that begin with the letters before those that only hold them."""
        letters = typed.strip().casefold()
        found = sorted(self._names, key=lambda folded: (not folded.startswith(letters), folded))
        self._model.setStringList([self._names[folded] for folded in found])

    def _dress_list(self) -> None:
        """Give the list, which is a window of its own, the colours of this one."""
        popup, window = self.completer().popup(), self.window()
        if popup is not None and window is not None:
            popup.setStyleSheet(tones.list_sheet(window))

    def _pick(self, name: str) -> None:
        self.setText(name)
        self.chosen.emit(name)

    def _confirm(self) -> None:
        popup = self.completer().popup()
        if popup is not None and popup.isVisible() and popup.currentIndex().isValid():
            return
        name = self.gene() or self._only_match()
        if name is not None:
            self._pick(name)

    def _only_match(self) -> str | None:
        typed = self.text().strip().casefold()
        found = [name for folded, name in self._names.items() if typed and typed in folded]
        return found[0] if len(found) == 1 else None
