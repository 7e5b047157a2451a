"""What was sent, held against the description: fields that are wrong are named, none is taken."""

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from app_pages.api.description import wrong_in, wrong_in_query
from app_pages.api.problems import Refused, problem
from app_pages.api.reading import json_object
from verification.basics.texts import Text, Texts

_TEXTS = Texts("app_pages.api")
_UNFIT = 422


def body_as(schema: str, body: bytes) -> dict[str, Any]:
    """Return the object of a body that a schema allows.

    Raises:
        Refused: It is none; which fields are wrong, and why.
    """
    values = json_object(body)
    if wrong := wrong_in(schema, values):
        raise Refused(fields_problem(_in_words(wrong)))
    return values


def query_of(request: Request, path: str) -> Mapping[str, str]:
    """Return the query of a request that the description allows.

    Raises:
        Refused: It is none; which parameters are wrong, and why.
    """
    pairs = request.query_params.multi_items()
    values = dict(pairs)
    twice = {name: "duplicate" for name, _ in pairs if sum(n == name for n, _ in pairs) > 1}
    if wrong := wrong_in_query(path, values) | twice:
        raise Refused(fields_problem(_in_words(wrong), "bad_query"))
    return values


def fields_problem(
    wrong: Iterable[tuple[str, str, Text]], code: str = "bad_fields", status: int = _UNFIT
) -> Response:
    """Return the problem of fields that cannot be taken.

    Args:
        wrong: Name, code and words of each.
        code: The reason code of the whole.
        status: HTTP's.
    """
    errors = [
        {"field": name, "reason": why, "detail": said.vi, "detail_en": said.en}
        for name, why, said in wrong
    ]
    words = _TEXTS(f"unfit.{code}")
    return problem(status, code, words.vi, words.en, errors=errors)


def _in_words(wrong: Mapping[str, str]) -> Iterable[tuple[str, str, Text]]:
    return ((name, code, _TEXTS(f"field.{code}")) for name, code in wrong.items())
