"""JSON that means one thing only: what two readers may take for two things is refused."""

import json
from collections.abc import Sequence
from typing import Any

from app_pages.api.problems import Refused, known

MOST_DEEP = 16
_MOST_DIGITS = 18  # more digits of a number than any field has, and each reader has its own way


class NotStrict(ValueError):
    """Bytes that are no object of JSON that every reader takes alike.

    Args:
        code: Why.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def json_object(body: bytes) -> dict[str, Any]:
    """Return the object that a body is.

    Raises:
        Refused: It is none, or one that readers take differently; the reason code says why.
    """
    try:
        return strict_object(body)
    except NotStrict as error:
        raise Refused(known(error.code)) from error


def strict_object(body: bytes) -> dict[str, Any]:
    """Return the object that bytes hold.

    Raises:
        NotStrict: They hold none, or one that readers take differently.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise NotStrict("bad_utf8") from None
    if text.startswith("\ufeff"):
        raise NotStrict("bad_utf8")
    try:
        found = json.loads(
            text,
            object_pairs_hook=_once,
            parse_constant=_no_number,
            parse_int=_whole,
            parse_float=_broken,
        )
    except RecursionError:
        raise NotStrict("too_deep") from None
    except NotStrict:
        raise
    except ValueError:
        raise NotStrict("bad_json") from None
    if not isinstance(found, dict):
        raise NotStrict("not_an_object")
    _plain(found)
    return found


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrict("duplicate_key")
    return found


def _no_number(_name: str) -> None:
    raise NotStrict("bad_number")


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise NotStrict("bad_number")
    return int(digits)


def _broken(written: str) -> float:
    found = float(written)
    if found in {float("inf"), float("-inf")}:
        raise NotStrict("bad_number")
    return found


def _plain(found: object) -> None:
    """Refuse what lies too deep, and halves of characters; without recursion."""
    layer, depth = [found], 0
    while layer:
        depth += 1
        if depth > MOST_DEEP:
            raise NotStrict("too_deep")
        inner: list[object] = []
        for value in layer:
            inner += _inside(value)
            if isinstance(value, str) and not _is_whole_text(value):
                raise NotStrict("bad_text")
        layer = inner


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []


def _is_whole_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
