"""What systems send: one JSON object, read strictly."""

import json
from collections.abc import Sequence
from typing import Any, NoReturn

from app_pages.api.problems import Refused, known


def json_object(body: bytes) -> dict[str, Any]:
    """Return the object that a body is.

    Raises:
        Refused: It is no JSON, is no object, names a member twice, or holds what JSON does not.
    """
    try:
        found = json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_none)
        json.dumps(found, ensure_ascii=False).encode()  # halves of characters are none
    except (ValueError, RecursionError) as error:
        raise Refused(known("bad_json")) from error
    if not isinstance(found, dict):
        raise Refused(known("bad_json"))
    return found


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name twice")
    return found


def _none(name: str) -> NoReturn:
    raise ValueError(name)
