"""The words on the canvas: what is simulated, and a mark where it is out of date."""

from __future__ import annotations

import numpy as np
from plugin.experiment import run

from napari_ripple import actions
from napari_ripple.canvas.caption import ALPHABET, STALE, words
from napari_ripple.viewer_link import link_for
from napari_ripple.window import letters_of


def contrast(color: np.ndarray, ground: float) -> float:
    """The contrast (1 to 21) of a colour (red, green, blue) on a grey ground, after WCAG 2."""
    linear = np.where(color <= 0.03928, color / 12.92, ((color + 0.055) / 1.055) ** 2.4)
    light = sorted([float(linear @ [0.2126, 0.7152, 0.0722]), ground])
    return (light[1] + 0.05) / (light[0] + 0.05)


def test_a_result_of_other_choices_is_marked_until_they_are_back(ready) -> None:
    assert words(ready) == ""
    run(ready)
    assert words(ready).startswith("SIMULATED: response")
    actions.set_settings(ready, seed=5)
    assert ready.result_is_stale
    assert STALE in words(ready)
    actions.undo(ready)
    assert STALE not in words(ready)
    actions.show(ready, "observed")
    assert words(ready) == ""


def test_a_result_from_a_file_is_not_called_out_of_date(ready, tmp_path) -> None:
    run(ready)
    actions.save_result(ready, tmp_path / "result.h5ad")
    actions.open_result(ready, tmp_path / "result.h5ad")
    assert not ready.result_is_stale


def test_the_canvas_says_it(viewer, chosen) -> None:
    run(chosen)
    overlay = viewer.canvas.overlays.text
    assert (overlay.visible, overlay.text.startswith("SIMULATED")) == (True, True)
    actions.set_settings(chosen, seed=5)
    assert STALE in overlay.text
    for theme, ground in (("light", 1.0), ("dark", 0.0)):
        viewer.theme = theme
        assert contrast(np.asarray(overlay.color)[:3], ground) > 4.5  # as WCAG asks of words
    actions.show(chosen, "observed")
    assert not overlay.visible


def test_letters_are_made_unseen_before_they_are_needed(viewer, chosen, qtbot) -> None:
    caption, overlay, written = link_for(viewer).caption, viewer.canvas.overlays.text, []
    letters = letters_of(viewer)
    made = set(letters._glyphs)
    overlay.events.text.connect(lambda: written.append((overlay.text, overlay.opacity)))
    caption.rehearse()
    assert not overlay.visible, "the panel that was opened is seen first"
    qtbot.waitUntil(lambda: (overlay.visible, overlay.opacity) == (True, 0.0))
    qtbot.waitUntil(lambda: bool(written) and written[-1][0] == "", timeout=30_000)
    assert set(ALPHABET) - made <= set(letters._glyphs)
    assert all(opacity == 0.0 for text, opacity in written if text)
    assert (overlay.visible, overlay.text) == (False, "")
    caption.rehearse()
    run(chosen)
    qtbot.wait(500)
    assert (overlay.visible, overlay.text.startswith("SIMULATED"), overlay.opacity) == (True, True, 1.0)
