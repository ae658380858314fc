"""A viewer that is quit while it works ends within seconds: no traceback, nothing left running, and the session is kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

BEGIN = {
    "generation": "jobs.regenerate(session)",
    "autosave": "touch(), link.autosave.keep()",
    "training": "training.start(session)",
    "screen": "jobs.start(session, actions.screen_task(session, session.section.genes, ['knockout']))",
    "doses": "jobs.start(session, actions.dose_series_task(session, [0.2, 0.4, 0.6, 0.8, 1.0]))",
    "saving": "jobs.save_session(session, path)",
    "opening": "jobs.open_section(session, session.section_path)",
    "niches": "jobs.start(session, actions.niches_task(session, 'niche', 8))",
    "pause": "jobs.regenerate(session), jobs.pause(session)",
    "menu": "jobs.regenerate(session), QTimer.singleShot(0, panel.bar.menus['Session'].exec)",
}
"""What is begun, as words of Python."""
QUITTER = """
import json, sys, time
import napari
from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QApplication
from napari_ripple import actions
from napari_ripple.viewer_link import link_for, session_for
from napari_ripple.widgets.panel import RipplePanel
from napari_ripple.widgets.tissue.example import open_example
from napari_ripple.work import jobs, training
folder, after = sys.argv[1], float(sys.argv[2])
path = f"{folder}/quit.ripple"
viewer = napari.Viewer()
link, session, panel = link_for(viewer), session_for(viewer), RipplePanel(viewer)
viewer.window.add_dock_widget(panel, area="right")
touch = lambda: actions.color_by(session, str(session.section.genes[0]))

def begin():
    if session.model is None or session.job.is_busy:
        return QTimer.singleShot(50, begin)
    actions.set_settings(session, zone_um=400.0)
    actions.wish_to_train(session, out=f"{folder}/model")
BEGIN
    QTimer.singleShot(int(after * 1000), quit)

def quit():
    busy = [session.job.title, session.training.state]
    print(json.dumps({"quit": time.time(), "busy": busy}), flush=True)
    viewer.window._qt_window.close()

open_example(session)
QTimer.singleShot(0, begin)
napari.run()
print(json.dumps({"ended": time.time()}), flush=True)
"""
LONGEST_S = 15.0


def quit_while(what: tuple[str, ...], after_s: float, folder: Path) -> tuple[dict[str, object], str]:
    """Quit a viewer some seconds after several things have begun; what it told, and what it wrote on errors."""
    words = QUITTER.replace("BEGIN", "\n".join(f"    {BEGIN[one]}" for one in what))
    environment = {**os.environ, "RIPPLE_HOME": str(folder / "home"), "TMPDIR": str(folder)}
    process = subprocess.Popen(
        [sys.executable, "-c", words, str(folder), str(after_s)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    children: set[psutil.Process] = set()
    watched, end = psutil.Process(process.pid), time.monotonic() + 120
    while process.poll() is None and time.monotonic() < end:
        try:
            children.update(watched.children(recursive=True))
        except psutil.NoSuchProcess:
            break
        time.sleep(0.05)
    if process.poll() is None:
        process.kill()
    out, errors = process.communicate()
    told = {key: value for line in out.splitlines() if line.startswith("{") for key, value in json.loads(line).items()}
    told |= {"code": process.returncode, "over": time.time(), "left": [one for one in children if one.is_running()]}
    return told, errors


@pytest.mark.timeout(200)
@pytest.mark.parametrize(
    ("what", "after_s"),
    [
        (("generation", "training", "autosave"), 2.0),
        (("pause",), 0.5),
        pytest.param(("screen", "autosave"), 1.0, marks=pytest.mark.slow),
        *(pytest.param((one,), after_s, marks=pytest.mark.slow) for one in BEGIN for after_s in (0.0, 0.3, 1.5)),
    ],
)
def test_a_viewer_that_is_quit_while_it_works_ends_at_once(
    what: tuple[str, ...], after_s: float, tmp_path: Path
) -> None:
    told, errors = quit_while(what, after_s, tmp_path)
    assert "quit" in told, errors
    waited = told["over"] - told["quit"]
    print(f"quit while {told['busy']}: ended after {waited:.1f} s")
    assert told["code"] == 0, f"{told['busy']}: exit code {told['code']}\n{errors}"
    assert "Traceback" not in errors, errors
    assert waited < LONGEST_S
    assert not told["left"]
