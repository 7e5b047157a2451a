"""Every kind of event with its class, and whether stored codes are what that class writes."""

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin

from verification.log import (
    case_events,
    forgetting_events,
    help_events,
    house_events,
    officer_events,
    portal_events,
    sample_events,
    sending_events,
    visit_events,
)
from verification.log.events import Coded, EventKind, Happening

_ROOMS = (
    visit_events,
    portal_events,
    sending_events,
    help_events,
    case_events,
    sample_events,
    officer_events,
    house_events,
    forgetting_events,
)

HAPPENINGS: Mapping[EventKind, type[Happening]] = {
    made.kind: made
    for room in _ROOMS
    for made in vars(room).values()
    if isinstance(made, type) and issubclass(made, Happening) and hasattr(made, "kind")
}


def happening(kind: EventKind, codes: Mapping[str, Any]) -> Happening:
    """Return what happened, as an event keeps it.

    Raises:
        LookupError: A field is missing that it cannot be without, or no class has this kind.
        TypeError: A field holds what no version wrote there.
        ValueError: Likewise.
    """
    found = HAPPENINGS[kind].of(codes)
    _check(found)
    return found


def _check(made: Coded) -> None:
    for name, kinds, part in _types(type(made)):  # type: ignore[arg-type]  # a class is hashable
        value = getattr(made, name)
        if not isinstance(value, kinds):
            raise TypeError(name)
        for one in value if part and isinstance(value, tuple) else ():
            if part and not isinstance(one, part):
                raise TypeError(name)
            if isinstance(one, Coded):
                _check(one)


@cache
def _types(cls: type[Coded]) -> tuple[tuple[str, tuple[type, ...], type | None], ...]:
    """Return of each field its name, the types of its value, and that of a tuple's parts."""
    return tuple((one.name, *_types_of(one.type)) for one in fields(cls))  # type: ignore[arg-type]  # every Coded is a dataclass


def _types_of(kind: Any) -> tuple[tuple[type, ...], type | None]:  # noqa: ANN401  # an annotation
    kinds = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    inside = [get_args(one)[0] for one in kinds if get_origin(one) is tuple]
    return tuple(get_origin(one) or one for one in kinds), next(iter(inside), None)
