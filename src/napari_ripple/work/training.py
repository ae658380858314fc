"""Trains in a process of its own, so that the window answers as if nothing ran, and more can be done meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from napari_ripple.actions import training as asked
from napari_ripple.session import Session
from napari_ripple.work.jobs import Failure, report
from napari_ripple.work.thread import Worker, worker_of
from ripple_core.errors import RippleError
from ripple_core.progress import Progress

HIDDEN = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
NOTHING = "Stopped before there was anything to keep."
FOR_LATER = "Stopped at once. Train again with “go on” to continue from the last look."


@dataclass(eq=False)
class Running:
    """A training under way: its process, once it has begun, and whether it is given up."""

    words: asked.Words
    process: subprocess.Popen[str] | None = None
    worker: Worker | None = None
    is_over: bool = False

    def kill(self) -> None:
        """End the process at once; the state of its last look stays on disk."""
        self.is_over = True
        if self.process is not None:
            self.process.terminate()


_running: WeakKeyDictionary[Session, Running] = WeakKeyDictionary()


def start(session: Session) -> None:
    """Train what is wished for; RippleError where it cannot be, or where a training is under way."""
    wish = asked.settled(session, session.train_wish)
    running = Running(asked.words_of(session, wish))
    asked.begin(session, wish)
    running.worker = worker_of(
        _steps(running),
        lambda step: _on_step(session, running, step),
        lambda value: _on_return(session, running, value),
    )
    _running[session] = running
    running.worker.start()


def stop(session: Session) -> None:
    """Score and write the best so far; before the first step, or asked again, end at once."""
    running, training = _running.get(session), session.training
    if running is None or not training.is_busy:
        return
    has_begun = training.progress is not None and training.progress.total > 0
    if training.state == "running" and has_begun and running.process is not None:
        session.training = replace(training, state="stopping")
        _say(running.process, "stop")
        return
    _end(session)
    asked.fail(session, FOR_LATER if training.looks else NOTHING)


def close(session: Session) -> None:
    """End the training with the window; it can be taken up again."""
    if session in _running:
        _end(session)


def close_all() -> None:
    """Do so for every session."""
    for session in list(_running):
        _end(session)


def _end(session: Session) -> None:
    running = _running.pop(session)
    running.kill()
    if running.worker is not None:
        running.worker.quit()


def _steps(running: Running) -> Generator[Progress, None, Any]:
    """What the process tells, on another thread; its record, or what went wrong as a Failure."""
    try:
        with tempfile.TemporaryDirectory(prefix="ripple-") as place, open(Path(place) / "errors", "w+") as errors:
            words = running.words(Path(place))
            process = running.process = _begin(words, errors)
            if running.is_over:
                running.kill()
            record = None
            for line in process.stdout or ():
                told = json.loads(line)
                record = told.get("record", record)
                if "done" in told:
                    yield Progress(told["done"], told["total"], told["message"], told["partial"])
            process.wait()
            errors.seek(0)
            return (
                record if record is not None else Failure(RippleError(_last_words(errors.read(), process.returncode)))
            )
    except Exception as error:  # whatever it is, the user has to see it
        return Failure(error)


def _begin(words: list[str], errors: Any) -> subprocess.Popen[str]:
    """``ripple train`` in a process of its own, with a core less than there are."""
    threads = "1" if os.environ.get("CI") else str(max(1, (os.cpu_count() or 2) - 1))
    return subprocess.Popen(
        [sys.executable, "-m", "ripple_core.cli", *words, "--follow"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8", bufsize=1,
        creationflags=HIDDEN, env={"OMP_NUM_THREADS": threads, **os.environ},
    )  # fmt: skip


def _last_words(errors: str, code: int) -> str:
    lines = [line for line in errors.splitlines() if line.strip()]
    return lines[-1] if lines else f"The training ended without a model (exit code {code})."


def _say(process: subprocess.Popen[str], word: str) -> None:
    try:
        if process.stdin is not None:
            process.stdin.write(f"{word}\n")
            process.stdin.flush()
    except OSError:  # it has ended by itself
        return


def _on_step(session: Session, running: Running, step: Progress) -> None:
    if _running.get(session) is running:
        asked.receive(session, step)


def _on_return(session: Session, running: Running, value: Any) -> None:
    if _running.get(session) is not running:
        return
    del _running[session]
    if isinstance(value, Failure):
        asked.fail(session, str(value.error))
        report(value.error)
    else:
        asked.finish(session, value)
