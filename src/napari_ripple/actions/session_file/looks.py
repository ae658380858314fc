"""The parts of a session file that say how it looks: colours, hidden labels, views, open pages, and where the camera stands."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any, Literal

from pydantic import Field

from napari_ripple.actions.session_file.store import Store
from napari_ripple.session import Camera, ColorBy, Session, View
from napari_ripple.state.view import Second
from ripple_core.settings import Settings


class LooksContent(Settings):
    """Colours of the cells."""

    kind: Literal["gene", "label", "result", "set"] = Field(description="Where the key is looked up.")
    key: str = Field(description="What the cells are coloured by.")
    log: bool = True
    low: float = Field(0.0, ge=0, le=100, description="Percentile that gets the first colour.")
    high: float = Field(99.0, ge=0, le=100, description="Percentile that gets the last colour.")
    genes: tuple[str, ...] = Field((), description="Genes of the set that the cells are coloured by.")
    hidden: list[str] = Field(default_factory=list, description="Labels that are not shown.")
    label_colors: dict[str, str] = Field(
        default_factory=dict,
        description="Colours that were chosen for labels; older files have them here, not among the choices.",
    )


class SecondContent(Settings):
    """A second view of the same cells."""

    view: View
    mode: Literal["swipe", "side"]
    x_um: float = Field(0.0, description="Where the line of a swipe stands.")


class ViewContent(Settings):
    """What the tissue shows, and from where."""

    view: View = "observed"
    second: SecondContent | None = Field(None, description="A second view, if there is one.")
    pages: dict[str, str] = Field(default_factory=dict, description="Which page is in front, by the place of its tab.")
    center_um: tuple[float, float] | None = Field(None, description="Middle of the canvas (x, y).")
    zoom: float = Field(1.0, gt=0, description="Pixels per µm.")


def take(session: Session) -> LooksContent:
    """Colours and hidden labels."""
    return LooksContent(**asdict(session.color_by), hidden=sorted(session.hidden))


def write(looks: LooksContent, store: Store) -> dict[str, Any]:
    """As JSON."""
    return looks.model_dump(mode="json")


def read(content: Any, store: Store) -> LooksContent:
    """From JSON."""
    return LooksContent(**content)


def give(session: Session, looks: LooksContent) -> None:
    """Show the cells so; a key that the section does not have is left alone."""
    section = session.section
    there = {"gene": () if section is None else section.genes, "label": () if section is None else section.obs.columns}
    is_set = looks.kind == "set" and any(gene in there["gene"] for gene in looks.genes)
    if looks.kind == "result" or is_set or looks.key in there.get(looks.kind, ()):
        session.color_by = ColorBy(looks.kind, looks.key, looks.log, looks.low, looks.high, looks.genes)
    if looks.label_colors:
        session.rewrite(lambda choices: replace(choices, label_colors=dict(looks.label_colors)))
    session.hidden = frozenset(looks.hidden)


def take_view(session: Session) -> ViewContent:
    """The views, the pages and the camera."""
    second = None if session.second is None else SecondContent(**asdict(session.second))
    about: dict[str, Any] = {"view": session.view, "second": second, "pages": dict(session.pages)}
    if session.camera is not None:
        about |= {"center_um": session.camera.center_um, "zoom": session.camera.zoom}
    return ViewContent(**about)


def write_view(view: ViewContent, store: Store) -> dict[str, Any]:
    """As JSON."""
    return view.model_dump(mode="json")


def read_view(content: Any, store: Store) -> ViewContent:
    """From JSON."""
    return ViewContent(**content)


def give_view(session: Session, view: ViewContent) -> None:
    """Show it; without simulated cells only the measured ones can be shown."""
    is_simulated = session.simulation is not None
    session.view = view.view if is_simulated else "observed"
    session.second = Second(**dict(view.second)) if is_simulated and view.second is not None else None
    session.pages = dict(view.pages)
    if view.center_um is not None:
        session.camera = Camera(view.center_um, view.zoom)
