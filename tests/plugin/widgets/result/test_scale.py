"""The result panel says what the colours on the tissue mean."""

from __future__ import annotations

from plugin.experiment import run

from napari_ripple import actions
from napari_ripple.widgets.result.panel import ResultPanel


def test_the_result_says_what_its_colours_mean(dock, chosen, wait) -> None:
    panel = dock(ResultPanel)
    run(chosen)
    actions.color_by(chosen, "Lig1-01")
    wait(lambda: "Grey: no change" in panel.scale.words.text())
    assert panel.scale.bar.isVisible()
    assert panel.scale.bar.limits == chosen.display_values().simulated.limits
    assert "simulated" in panel.scale.bar.title
    actions.show(chosen, "observed")
    wait(lambda: "as they were measured" in panel.scale.words.text())
    actions.color_by(chosen, "cell_type")
    actions.show(chosen, "control")
    wait(lambda: "Choose a gene" in panel.scale.words.text())
    assert not panel.scale.bar.isVisible()
