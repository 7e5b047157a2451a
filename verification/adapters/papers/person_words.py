"""How a person's data are worded on paper: fields, codes and days as people read them."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from verification.basics.dates import VIETNAM
from verification.basics.texts import Texts
from verification.card.reasons import reason_texts

_TEXTS = Texts("verification.reception.person")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)\Z")
_SEXES = {"1": "male", "2": "female"}
_IN_JSON_ALONE = {"at", "kind", "desk", "what"} | {
    *("event_id", "of", "sha256", "scan", "cach_doc", "handover", "day_only", "already", "visit"),
    *("erased", "ms", "by", "visits", "presented", "source", "so_sanh"),
}
"""Technical codes, and what stands in the head of the line."""


def head(row: Mapping[str, Any], lang: str) -> str:
    """Return when, what and where."""
    at = row.get("at")
    told = [f"{datetime.fromisoformat(at).astimezone(VIETNAM):%d/%m/%Y %H:%M}"] if at else []
    what = row.get("what") or row.get("kind")
    told += [_word(f"happened.{what}", str(what), lang)] if what else []
    desk = row.get("desk")
    told += [_TEXTS("said.desk", desk=desk).in_language(lang)] if desk else []
    return " · ".join(told)


def details(row: Mapping[str, Any], lang: str) -> str:
    """Return what else is known, empty where nothing is."""
    return "; ".join(_told(row, lang))


def _told(row: Mapping[str, Any], lang: str) -> Iterator[str]:
    for name, value in row.items():
        if name in _IN_JSON_ALONE or value in (None, "", "-", {}, [], ()):
            continue
        if isinstance(value, Mapping):
            yield from _told(value, lang)
        elif said := _said(name, value, lang):
            yield f"{_word(f'name.{name}', name, lang)}: {said}"


def _said(name: str, value: object, lang: str) -> str:
    if isinstance(value, list | tuple):
        parts = (
            details(v, lang) if isinstance(v, Mapping) else _said(name, v, lang) for v in value
        )
        return ", ".join(filter(None, parts))
    text = str(value)
    if name == "gioi_tinh" and text in _SEXES:
        return _TEXTS(f"said.{_SEXES[text]}").in_language(lang)
    if name in {"reason", "reasons"}:
        return _reason(text, lang)
    if name == "field":
        return _word(f"name.{text}", text, lang)
    if day := _DAY.match(text):
        return "/".join(reversed(day.groups()))
    return _word(f"said.{text}", text, lang)


def _reason(code: str, lang: str) -> str:
    found = reason_texts().get(code)
    word = found.word if found else None
    return word.in_language(lang).lower() if word else code


def _word(key: str, otherwise: str, lang: str) -> str:
    found = _TEXTS.get(key)
    return found.in_language(lang) if found else otherwise
