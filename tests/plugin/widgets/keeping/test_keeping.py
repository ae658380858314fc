"""The bar, its cards and its pages, as a user meets them: menus, keys, a crash, a file that has moved."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from plugin.experiment import SQUARE, run
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QFileDialog

from napari_ripple import actions
from napari_ripple.contributions import commands
from napari_ripple.session import Session
from napari_ripple.user import places, preferences, recent
from napari_ripple.viewer_link import link_for
from napari_ripple.widgets import shortcuts
from napari_ripple.widgets.keeping import ask, help_page, methods_page, notices, settings_page
from napari_ripple.widgets.keeping.kinds import KINDS
from napari_ripple.widgets.panel import RipplePanel
from napari_ripple.work import kept


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A user's folders of their own."""
    monkeypatch.setenv("RIPPLE_HOME", str(tmp_path / "home"))
    preferences.change(show_tour=False)
    return tmp_path / "home"


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Answers the next file dialogs with a path, as a user would who types it."""

    def say(path: Path) -> None:
        for name in ("getOpenFileName", "getSaveFileName"):
            monkeypatch.setattr(QFileDialog, name, lambda *_, **__: (str(path), ""))

    return say


def click(button: Any) -> None:
    """Press a button with the mouse."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def item(menu: Any, words: str) -> Any:
    """The entry of a menu that starts with some words."""
    return next(action for action in menu.actions() if action.text().startswith(words))


def test_the_pages_in_front_come_back(dock: Any, chosen: Session, tmp_path: Path) -> None:
    panel = dock(RipplePanel)
    run(chosen)
    click(panel.steps.headers[4])
    click(panel.result.readouts.tabs.buttons["Distance"])
    panel.scenarios.tabs.setCurrentWidget(panel.scenarios.doses)
    panel.edit.ways.setCurrentWidget(panel.edit.hand)
    wanted = {"step": "Result", "result": "Distance", "scenarios": "Doses", "edit": "By hand"}
    assert chosen.pages == wanted
    actions.save_session(chosen, tmp_path / "study.ripple")
    click(panel.steps.headers[0])
    panel.result.readouts.turn("Genes")
    panel.scenarios.tabs.setCurrentIndex(0)
    panel.edit.ways.setCurrentIndex(0)
    actions.open_session(chosen, tmp_path / "study.ripple")
    assert chosen.pages == wanted
    assert [header.isChecked() for header in panel.steps.headers] == [False] * 4 + [True, False]
    assert panel.result.readouts.tabs.pressed() == "Distance"
    assert panel.scenarios.tabs.currentWidget() is panel.scenarios.doses
    assert panel.edit.ways.currentWidget() is panel.edit.hand


def test_saving_and_opening_by_the_menu(
    dock: Any, wait: Any, viewer: Any, chosen: Session, answer: Any, tmp_path: Path
) -> None:
    panel = dock(RipplePanel)
    answer(tmp_path / "study")
    item(panel.bar.menus["Session"], "Save the session (").trigger()
    wait(lambda: chosen.file is not None)
    assert chosen.file == tmp_path / "study.ripple"
    actions.remove_roi(chosen, "Region 1")
    item(panel.bar.menus["Session"], "Save the session (").trigger()  # asks no more
    wait(lambda: not chosen.job.is_busy)
    actions.draw_roi(chosen, SQUARE, "another")
    panel.bar.menus["Session"].aboutToShow.emit()
    item(panel.bar.recent, "study.ripple").trigger()
    wait(lambda: not chosen.job.is_busy and not chosen.rois)
    assert recent.files() == [tmp_path / "study.ripple"]


def test_keys_save_open_and_help(
    dock: Any, wait: Any, viewer: Any, chosen: Session, answer: Any, tmp_path: Path, qapp: Any
) -> None:
    dock(RipplePanel)
    answer(tmp_path / "by_key.ripple")
    canvas = viewer.window._qt_viewer.canvas.native
    QTest.keyClick(canvas, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    wait(lambda: (tmp_path / "by_key.ripple").exists() and not chosen.job.is_busy)
    actions.remove_roi(chosen, "Region 1")
    QTest.keyClick(canvas, Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    wait(lambda: not chosen.job.is_busy and "Region 1" in chosen.rois)
    QTest.keyClick(canvas, Qt.Key.Key_F1)
    wait(lambda: pages(help_page.HelpPage))
    for page in pages(help_page.HelpPage):
        page.close()


def pages(kind: type) -> list[Any]:
    """Our windows of a kind that are open."""
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]


def test_everything_is_kept_by_the_menu(
    dock: Any, wait: Any, viewer: Any, chosen: Session, answer: Any, tmp_path: Path
) -> None:
    panel = dock(RipplePanel)
    menu = panel.bar.menus["Keep"]
    menu.aboutToShow.emit()
    assert not item(menu, KINDS["result"].words).isEnabled()
    run(chosen)
    menu.aboutToShow.emit()
    for kind in KINDS.values():
        entry = item(menu, kind.words)
        assert entry.isEnabled(), kind.words
        answer(tmp_path / "kept" / kind.file)
        entry.trigger()
        assert (tmp_path / "kept" / kind.file).stat().st_size > 0
    assert "Written" in chosen.message


def test_what_cannot_be_written_is_said(viewer: Any, opened: Session, answer: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer(tmp_path / "file" / "cells.csv")
    actions.draw_roi(opened, SQUARE)
    ask.keep(viewer, "regions")
    assert "to write" in opened.message


def test_work_of_a_crash_is_offered_and_restored(
    dock: Any, wait: Any, viewer: Any, opened: Session, home: Path
) -> None:
    leave_a_crash(opened)
    panel = dock(RipplePanel)
    (card,) = panel.notices.crashes
    assert "1 region" in card.text.text()
    actions.remove_roi(opened, "precious")
    click(card.buttons[notices.RESTORE])
    wait(lambda: "precious" in opened.rois and not opened.job.is_busy)
    assert not card.isVisible()
    assert kept.left_by_a_crash() == []
    assert len(kept.ended()) == 1


def test_work_of_a_crash_can_be_forgotten(dock: Any, viewer: Any, opened: Session, home: Path) -> None:
    leave_a_crash(opened)
    panel = dock(RipplePanel)
    (card,) = panel.notices.crashes
    click(card.cross)
    assert len(kept.left_by_a_crash()) == 1  # asked again next time
    click(card.buttons[notices.FORGET])
    card.acted.emit(notices.FORGET)
    assert kept.left_by_a_crash() == []


def leave_a_crash(session: Session) -> None:
    """What a viewer leaves that is killed."""
    actions.draw_roi(session, SQUARE, "precious")
    autosave = next(iter([link for link in _links() if link.session is session])).autosave
    autosave.keep()
    autosave._thread.join()
    store, autosave._store = autosave._store, None
    owner = store.folder / kept.OWNER
    owner.write_text(json.dumps({**json.loads(owner.read_text()), "started": 0.0}))


def _links() -> list[Any]:
    from napari_ripple import viewer_link

    return list(viewer_link._links.values())


def test_a_section_that_has_moved_is_asked_for(
    dock: Any, wait: Any, viewer: Any, opened: Session, tissue_path: Path, answer: Any, tmp_path: Path
) -> None:
    shutil.copy(tissue_path, tmp_path / "a.h5ad")
    actions.open_section(opened, tmp_path / "a.h5ad")
    actions.draw_roi(opened, SQUARE, "mine")
    actions.save_session(opened, tmp_path / "study.ripple")
    (tmp_path / "elsewhere").mkdir()
    os.replace(tmp_path / "a.h5ad", tmp_path / "elsewhere" / "b.h5ad")
    actions.remove_roi(opened, "mine")
    panel = dock(RipplePanel)
    ask.open_session(viewer, tmp_path / "study.ripple")
    wait(lambda: panel.notices.lost is not None and not opened.job.is_busy)
    answer(tmp_path / "elsewhere" / "b.h5ad")
    click(panel.notices.lost.buttons[notices.FIND])
    wait(lambda: "mine" in opened.rois and not opened.job.is_busy)
    assert panel.notices.lost is None


def test_the_first_steps_are_shown_until_they_are_taken_away(dock: Any, wait: Any, viewer: Any, home: Path) -> None:
    preferences.change(show_tour=True)
    panel = dock(RipplePanel)
    assert panel.notices.tour.isVisible()
    click(panel.notices.tour.buttons[notices.HELP])
    (page,) = pages(help_page.HelpPage)
    assert all(words in page.text.toPlainText() for _, words in shortcuts.listed())
    page.close()
    click(panel.notices.tour.cross)
    assert not preferences.load().show_tour
    assert dock(RipplePanel).notices.tour is None


def test_settings_are_saved_as_they_are_changed(viewer: Any, home: Path) -> None:
    page = settings_page.show(viewer)
    page.form.fields["autosave_s"].setValue(77)
    page.form.fields["device"].setCurrentText("cpu")
    assert (preferences.load().autosave_s, preferences.load().device) == (77, "cpu")
    page.close()
    (places.config_folder() / preferences.FILE).write_text("{broken")
    assert preferences.load() == preferences.Preferences()


def test_the_methods_are_shown_and_copied(viewer: Any, chosen: Session, qapp: Any) -> None:
    assert methods_page.show(viewer) is None  # no result yet
    run(chosen)
    page = methods_page.show(viewer)
    click(page.copy_button)
    assert QApplication.clipboard().text() == actions.methods(chosen)
    page.close()


def test_diagnostics_hold_versions_and_no_names_of_files(viewer: Any, opened: Session, home: Path) -> None:
    from napari_ripple.user import log

    log.start()
    opened.record("opened", path="x")
    commands.open_session
    from napari_ripple.work import jobs
    from ripple_core.errors import DataError

    jobs.report(DataError(f"Expected a file, found {Path.home()}/patient_7.h5ad."))
    commands.copy_diagnostics(viewer)
    words = QApplication.clipboard().text()
    assert "napari 0." in words
    assert "opened" in words
    assert "Expected a file" in words
    assert "patient_7" not in words
    assert str(Path.home()) + "/" not in words
    log.stop()


def test_a_preferred_zone_holds_for_a_new_session_and_is_in_its_script(viewer: Any, home: Path) -> None:
    from napari_ripple.scripted.text import script_of

    link_for(viewer).close()
    preferences.change(zone_um=77.0)
    session = link_for(viewer).session
    assert session.settings.zone_um == 77.0
    assert not session.can_undo
    assert "set_settings(zone_um=77.0)" in script_of(session.commands)
