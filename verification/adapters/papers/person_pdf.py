"""A copy of one person's data on paper, for the person: A4, Vietnamese or English."""

from collections.abc import Mapping, Sequence
from typing import Any

from verification.adapters.papers.page import BLUE, GREY, Page
from verification.adapters.papers.person_words import details, head
from verification.basics.texts import Texts

_TEXTS = Texts("verification.reception.person")
_PARTS = ("visits", "events", "visits_elsewhere", "cases", "seen_by", "card_lists")
_SMALL, _LOW = 8.0, 4.2


def person_pdf(dossier: Mapping[str, Any], lang: str = "vi") -> bytes:
    """Return a person's data as PDF.

    Args:
        dossier: As `reception/person/dossier.py` makes it.
        lang: `vi` or `en`.
    """
    return _Sheet(dossier, lang).printed()


class _Sheet(Page):
    def __init__(self, dossier: Mapping[str, Any], lang: str) -> None:
        self._dossier, self._lang = dossier, lang
        super().__init__(self._word("title"))

    def draw(self) -> None:
        """Write all of it."""
        self.ink(15, "B", BLUE)
        self.says(self._word("title"), 8)
        self.ink(_SMALL, colour=GREY)
        at = head({"at": self._dossier["made_at"]}, self._lang)
        made = {"at": at, "facility": self._dossier["facility"]}
        self.says(self._word("basis", **made), _LOW)
        if person := self._dossier.get("person"):
            self.heading(self._word("part.person"))
            self._line(person)
        for name in _PARTS:
            self._part(name, self._dossier.get(name, ()))
        self.heading(self._word("part.left_out"))
        for left in self._dossier["left_out"]:
            self.ink(_SMALL)
            self.says(f"– {left[self._lang]}", _LOW)

    def _part(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        if not rows:
            return
        self.heading(f"{self._word(f'part.{name}')} ({len(rows)})")
        for row in rows:
            self._line(row)

    def _line(self, row: Mapping[str, Any]) -> None:
        """Write one thing: when, what and where, and below it all that is known of it."""
        top, more = head(row, self._lang), details(row, self._lang)
        if self.will_page_break(2 * _LOW):
            self.add_page()
        if top:
            self.ink(_SMALL, "B")
            self.says(top, _LOW)
        if more:
            self.ink(_SMALL)
            self.says(more, _LOW)
        self.ln(1.2)

    def _word(self, key: str, **params: object) -> str:
        return _TEXTS(f"paper.{key}", **params).in_language(self._lang)
