"""The switch between what was measured and what is simulated: observed, control, perturbed, response."""

from __future__ import annotations

from napari_ripple.session import VIEWS
from napari_ripple.widgets.parts.forms.segments import Segments

TIPS = {
    "observed": "The measured cells.",
    "control": "Regenerated without the edit (simulated).",
    "perturbed": "Observed + (perturbed − control): the edit's effect on the measured cells (simulated).",
    "response": "Perturbed − control: what the edit changes (simulated).",
}


class ViewSwitch(Segments):
    """Four buttons, one of them down; emits ``chosen`` with the name of the view."""

    def __init__(self) -> None:
        super().__init__({view: f"{TIPS[view]} (Ctrl+{place})" for place, view in enumerate(VIEWS, 1)})

    def show_view(self, view: str) -> None:
        """Press the button of the view that is shown; nothing is emitted."""
        self.press(view)

    def show_available(self, has_simulation: bool) -> None:
        """Without a simulation only the observed cells can be shown."""
        for view, button in self.buttons.items():
            button.setEnabled(view == "observed" or has_simulation)
