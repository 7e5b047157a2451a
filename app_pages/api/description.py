"""The description of the addresses below `/api/`: what is served, and what requests must be like.

`openapi.json` is the one source: bodies and queries are held against its schemas.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

_FILE = "openapi.json"
_CODES = {
    "type": "wrong_type",
    "minLength": "empty",
    "minProperties": "empty",
    "maxLength": "too_long",
    "minimum": "out_of_range",
    "maximum": "out_of_range",
}
"""What a keyword that is not kept to is called; any other is `wrong_form`."""


@cache
def written() -> bytes:
    """Return the description as it is served."""
    return resources.files(__package__).joinpath(_FILE).read_bytes()


@cache
def description() -> Mapping[str, Any]:
    """Return the description."""
    found: Mapping[str, Any] = json.loads(written())
    return found


def _pattern(_of: object, form: str, value: object, _schema: object) -> Iterator[ValidationError]:
    """Hold a text against a form as other languages do: `$` is the end, not before a line end."""
    if isinstance(value, str) and not re.search(re.sub(r"\$$", r"\\Z", form), value):
        yield ValidationError("another form")


_Validator = extend(Draft202012Validator, {"pattern": _pattern})


@cache
def validator(name: str) -> Draft202012Validator:
    """Return what holds values against a schema of the description."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": description()["components"]}
    return _Validator(schema)


def wrong_in(name: str, values: object) -> dict[str, str]:
    """Return the fields of values that a schema does not allow, each with a code.

    Args:
        name: Of the schema.
        values: The values; the name of a field that lies deeper is its path.
    """
    found: dict[str, str] = {}
    for error in validator(name).iter_errors(values):
        for field, code in _told(error):
            found.setdefault(field, code)
    return found


def wrong_in_query(path: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of a query that the description does not allow, each with a code."""
    known = {one["name"]: one for one in description()["paths"][path]["get"].get("parameters", ())}
    known = {name: one for name, one in known.items() if one["in"] == "query"}
    found = {name: "unknown_field" for name in values if name not in known}
    for name, one in known.items():
        if name not in values:
            found |= {name: "missing"} if one["required"] else {}
        elif error := next(_Validator(one["schema"]).iter_errors(_read(one, values)), None):
            found[name] = _CODES.get(str(error.validator), "wrong_form")
    return found


def _read(parameter: Mapping[str, Any], values: Mapping[str, str]) -> object:
    """Return the value of a parameter as its schema takes it."""
    text = values[parameter["name"]]
    whole = parameter["schema"]["type"] == "integer"
    return int(text) if whole and text.isascii() and text.isdigit() and len(text) <= 9 else text  # noqa: PLR2004


def _told(error: ValidationError) -> Iterator[tuple[str, str]]:
    place = ".".join(map(str, error.absolute_path))
    inside = f"{place}." if place else ""
    match error.validator:
        case "additionalProperties":
            known = error.schema.get("properties", {})
            assert isinstance(error.instance, dict)  # noqa: S101  # the keyword is of objects
            yield from (
                (f"{inside}{_short(n)}", "unknown_field") for n in error.instance if n not in known
            )
        case "required":
            missing = str(error.message).split("'")[1]
            yield f"{inside}{missing}", "missing"
        case keyword:
            yield place or "*", _CODES.get(str(keyword), "wrong_form")


def _short(name: str) -> str:
    """Return the name of a field that nobody knows, as far as it may be told back: no number."""
    plain = name.isascii() and name.replace("_", "").isalpha() and len(name) <= 40  # noqa: PLR2004
    return name if plain else "?"
