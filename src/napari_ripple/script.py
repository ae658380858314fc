"""The scripted session: everything the panels do, one call each; its calls stand in ``scripted``, one room a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_ripple.scripted.deg import Deg
from napari_ripple.scripted.edits import Edits
from napari_ripple.scripted.keep import Keep
from napari_ripple.scripted.regions import Regions
from napari_ripple.scripted.results import Results
from napari_ripple.scripted.run import Run
from napari_ripple.scripted.scenarios import Scenarios
from napari_ripple.scripted.tissue import Tissue
from napari_ripple.scripted.training import Train
from napari_ripple.session import Session

if TYPE_CHECKING:
    import napari


class RippleSession(Tissue, Regions, Deg, Edits, Train, Run, Results, Scenarios, Keep):
    """Drive a session from code, with or without a window.

    One method for each thing that a panel does, all in one class for whoever uses it: a script reads as the list of
    what was done, and a name is found by one dot and its first letters. Each room of calls is a file of ``scripted``.

    Parameters
    ----------
    viewer
        The napari viewer to work in. None takes the viewer that is open, if there is one; otherwise there is no window.
    show
        True opens a viewer if none is open; False works without a window even if one is.

    Examples
    --------
    >>> ripple = RippleSession(show=False)
    >>> ripple.open("sample_data/tissue.h5ad")  # doctest: +SKIP
    >>> ripple.draw_roi([[100, 100], [250, 100], [250, 250]])  # doctest: +SKIP
    """

    def __init__(self, viewer: napari.Viewer | None = None, *, show: bool | None = None) -> None:
        self.viewer = viewer if viewer is not None or show is False else _current_or_new(show)
        if self.viewer is None:
            self.session = Session()
        else:
            from napari_ripple.viewer_link import session_for

            self.session = session_for(self.viewer)


def _current_or_new(show: bool | None) -> napari.Viewer | None:
    """The viewer that is open; a new one if ``show`` asks for it; else None."""
    import napari

    return napari.current_viewer() or (napari.Viewer() if show else None)
