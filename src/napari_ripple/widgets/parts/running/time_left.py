"""How a running job is told: how far it is and how long it still takes."""

from __future__ import annotations

from napari_ripple.session import JobState

SURE_AFTER_S = 0.8


def time_left(job: JobState, now: float) -> str:
    """The rest of a job in words, from its speed so far; ``now`` is monotonic seconds. Empty while it cannot be known.

    >>> from ripple_core.progress import Progress
    >>> time_left(JobState("running", "Regenerating", Progress(50, 200), started=0.0), now=10.0)
    '30 s left'
    """
    if job.progress is None or not job.progress.fraction or now - job.started < SURE_AFTER_S:
        return ""
    seconds = (now - job.started) * (1 / job.progress.fraction - 1)
    if seconds < 60:
        return f"{max(1, round(seconds))} s left"
    return f"{round(seconds / 60)} min left" if seconds < 3600 else f"{seconds / 3600:.1f} h left"


def progress_text(job: JobState, now: float) -> str:
    """One line for the progress bar: percent, message, time left."""
    if job.state == "cancelling":
        return "stopping; what is done is kept"
    if job.state == "paused":
        done = job.progress.fraction if job.progress is not None else 0.0
        return f"paused at {done:.0%}"
    if job.progress is None or not job.progress.total:
        return (job.progress.message if job.progress is not None else "") or job.title
    left = time_left(job, now)
    return f"{job.progress.fraction:.0%} · {left}" if left else f"{job.progress.fraction:.0%}"
