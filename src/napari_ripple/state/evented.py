"""Attributes that tell when they become another value, and the signals by which a session tells it."""

from __future__ import annotations

from typing import Any, Generic, TypeVar, overload

from psygnal import Signal, SignalGroup

from napari_ripple.state.choices import same

T = TypeVar("T")


class SessionEvents(SignalGroup):
    """One signal per attribute of Session, each emitting the new value; ``history`` follows any undoable change."""

    section = Signal(object)
    is_complete = Signal(object)
    sections = Signal(object)
    color_by = Signal(object)
    hidden = Signal(object)
    label_colors = Signal(object)
    rois = Signal(object)
    active_roi = Signal(object)
    edits = Signal(object)
    settings = Signal(object)
    picking = Signal(object)
    names = Signal(object)
    model = Signal(object)
    check = Signal(object)
    job = Signal(object)
    result = Signal(object)
    simulation = Signal(object)
    columns = Signal(object)
    train_wish = Signal(object)
    training = Signal(object)
    scenarios = Signal(object)
    comparison = Signal(object)
    doses = Signal(object)
    screen = Signal(object)
    real = Signal(object)
    view = Signal(object)
    second = Signal(object)
    pages = Signal(object)
    camera = Signal(object)
    file = Signal(object)
    lost = Signal(object)
    message = Signal(object)
    history = Signal()


class Attribute(Generic[T]):
    """An attribute that emits ``events.<name>`` of its owner when it becomes another value; it begins as ``value``."""

    def __init__(self, value: T) -> None:
        self.value = value

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, session: None, owner: type) -> Attribute[T]: ...
    @overload
    def __get__(self, session: Any, owner: type) -> T: ...
    def __get__(self, session: Any | None, owner: type) -> Attribute[T] | T:
        return self if session is None else session.__dict__.get("_" + self.name, self.value)

    def __set__(self, session: Any, value: T) -> None:
        if not same(getattr(session, self.name), value):
            session.__dict__["_" + self.name] = value
            getattr(session.events, self.name).emit(value)


class Choice(Generic[T]):
    """An attribute kept in ``choices`` of its owner: setting it is one step that can be undone."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, session: None, owner: type) -> Choice[T]: ...
    @overload
    def __get__(self, session: Any, owner: type) -> T: ...
    def __get__(self, session: Any, owner: type) -> Any:
        return self if session is None else getattr(session.choices, self.name)

    def __set__(self, session: Any, value: T) -> None:
        session.choose(None, **{self.name: value})
