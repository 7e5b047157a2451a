"""Whether a request has the form of FHIR: its elements, their kinds, what must be there.

The models of `fhir.resources` look at it: an element that is misspelt would otherwise be left
unread, and another question be answered than was asked. They are imported once something is asked,
since that takes a second. They take a number for a day and a word for yes; FHIR does not.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

Place = tuple[str | int, ...]
_STUMBLES = (KeyError, TypeError, AttributeError, ValueError, RecursionError)


def wrong_places(request: dict[str, Any]) -> Sequence[Place]:
    """Return the elements that are wrong, or none of FHIR's; an empty place is the whole."""
    from fhir.resources.R4B.coverageeligibilityrequest import (  # noqa: PLC0415
        CoverageEligibilityRequest,
    )
    from pydantic import ValidationError  # noqa: PLC0415

    if nulls := list(_nulls(request)):
        return nulls
    try:
        found = CoverageEligibilityRequest.model_validate(request)
    except ValidationError as error:
        return list(dict.fromkeys(tuple(one["loc"]) for one in error.errors()))
    except _STUMBLES:  # over a resource of a type that nobody knows
        return [()]
    return list(_coerced(found, request, ()))


def _nulls(value: object, place: Place = ()) -> Iterator[Place]:
    """Yield where a member has no value; FHIR knows none but in lists of plain values."""
    inside: Iterable[tuple[str | int, object]] = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = ((at, one) for at, one in enumerate(value) if one is not None)
    for name, one in inside:
        if one is None:
            yield (*place, name)
        yield from _nulls(one, (*place, name))


def _coerced(found: Any, given: object, place: Place) -> Iterator[Place]:  # noqa: ANN401  # a model's
    """Yield where the models have made another kind of value out of what was given."""
    if isinstance(found, list) and isinstance(given, list):
        for at, (one, was) in enumerate(zip(found, given, strict=True)):
            yield from _coerced(one, was, (*place, at))
    elif isinstance(given, dict) and hasattr(found, "model_fields_set"):
        fields = type(found).model_fields
        names = {(fields[name].alias or name): name for name in found.model_fields_set}
        for alias in names.keys() & given.keys():
            yield from _coerced(getattr(found, names[alias]), given[alias], (*place, alias))
    elif not _is_alike(found, given):
        yield place


def _is_alike(found: object, given: object) -> bool:
    """Tell whether a plain value is of the kind that was given."""
    if found is None or isinstance(found, bool):
        return found is given
    if isinstance(given, bool):
        return False
    return isinstance(given, int | float if _is_number(found) else str)


def _is_number(found: object) -> bool:
    return hasattr(found, "as_integer_ratio")
