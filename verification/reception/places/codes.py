"""The lines of all codes: of the law's tables, of the national portal, of the kiosk's reasons."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from verification.basics.dates import vi_date
from verification.basics.rates import percent_text
from verification.basics.texts import Text, Texts
from verification.card.portal_codes import portal_codes
from verification.card.reasons import Reason, reason_texts
from verification.reception.places.place import Place, PlaceKind
from verification.rules.law.tables import Law, LawRow
from verification.rules.law.visit_questions import AREAS

_TEXTS = Texts("verification.reception.places")
_HOLES = re.compile(r"\{\w+\}")
_MOST_LINES = 6  # of one code
About = Callable[[LawRow], tuple[Text, ...]]


def code_lines(law: Law, day: date) -> Iterator[Place]:
    """Yield the lines of all codes; those of other days say so."""
    codes = _Codes(law, day)
    yield from codes.provinces()
    yield from codes.of(PlaceKind.OBJECT, "object_codes", "ma_doi_tuong", codes.about_object)
    yield from codes.of(PlaceKind.BENEFIT, "benefit_digits", "muc_huong", codes.about_benefit)
    yield from codes.of(PlaceKind.VISIT_OBJECT, "ma_doituong_kcb", "ma_doituong_kcb", codes.about)
    yield from codes.of(PlaceKind.VISIT_KIND, "ma_loai_kcb", "ma_loai_kcb", codes.about)
    yield from map(_area, AREAS)
    yield from _portal()
    yield from map(_reason, Reason)


class _Codes:
    """The lines of the law's tables."""

    def __init__(self, law: Law, day: date) -> None:
        self._law = law
        self._day = day
        self._rates = {row["muc_huong"]: _rate(row) for row in law.rows("benefit_digits", day)}

    def of(self, kind: PlaceKind, table: str, column: str, about: About) -> Iterator[Place]:
        """Yield a table's lines; of a row that says what today's says nothing is told again."""
        rows = self._law.history(table)
        now = {row[column]: row for row in rows if row.holds_on(self._day)}
        told = set[tuple[str, ...]]()
        for row in sorted(rows, key=lambda row: not row.holds_on(self._day)):
            code, holds = row[column], now.get(row[column])
            same = (code, row["vi"], row.values.get("muc_huong", ""))
            if same in told:
                continue
            told.add(same)
            off = (
                None
                if row is holds
                else self._off(row, self._today(kind, holds) if holds else None)
            )
            name, by = self._meaning(kind, row), _TEXTS(f"kind.{kind.value}")
            yield Place(kind, code, name, about(row), off, by=f"{by.vi} {by.en}")

    def about(self, row: LawRow) -> tuple[Text, ...]:
        """Return since when a code is, and by what."""
        since = row.valid_from
        begun = (_TEXTS("since", day=vi_date(since)),) if since else ()
        return (*begun, _TEXTS("source", source=row["source"]))

    def about_object(self, row: LawRow) -> tuple[Text, ...]:
        """Return what a card of an object code gives."""
        digit, before = row["muc_huong"], row["thay_cho"]
        gives = _TEXTS("object.gives", digit=digit, rate=self._rates.get(digit, "…"))
        printed = (_TEXTS("object.instead", before=before, digit=digit),) if before else ()
        return (gives, *printed, *self.about(row))

    def about_benefit(self, row: LawRow) -> tuple[Text, ...]:
        """Return what a benefit digit reaches."""
        return (_TEXTS("benefit.place"), *self.about(row))

    def _meaning(self, kind: PlaceKind, row: LawRow) -> Text:
        said = Text(row["vi"], row["en"])
        if kind is PlaceKind.BENEFIT:
            return _TEXTS("benefit.pays", rate=_rate(row), what=said)
        return said if said.vi else _TEXTS("unnamed")

    def _today(self, kind: PlaceKind, row: LawRow) -> Text:
        """Return what a code is today, told where another meaning of it ended."""
        if kind is not PlaceKind.OBJECT:
            return self._meaning(kind, row)
        digit = row["muc_huong"]
        gives = _TEXTS("object.gives", digit=digit, rate=self._rates.get(digit, "…"))
        return _TEXTS("object.now", what=self._meaning(kind, row), gives=gives)

    def _off(self, row: LawRow, now: Text | None) -> Text:
        """Return why a row is not of today."""
        if row.valid_from and row.valid_from > self._day:
            return _TEXTS("off.later", since=vi_date(row.valid_from))
        until = vi_date(row.valid_to) if row.valid_to else "…"
        if now is None:
            return _TEXTS("off.ended", until=until)
        return _TEXTS("off.now", until=until, now=now)

    def provinces(self) -> Iterator[Place]:
        """Yield the provinces: which became which, and what a code of old cards means now."""
        rows = self._law.history("provinces")
        now = {row["ma_tinh"]: row for row in rows if row.holds_on(self._day)}
        joined = _joined(rows, now)
        for row in rows:
            code, holds = row["ma_tinh"], now.get(row["ma_tinh"])
            by = f"{_TEXTS('kind.province').vi} {_TEXTS('kind.province').en}"
            name = Text(row["ten"], row["ten"])
            if row is holds:
                about = _about_province(row, joined.get(code, ()))
                yield Place(PlaceKind.PROVINCE, code, name, (*about, *self.about(row)), by=by)
                continue
            became = f"{holds['ten']} ({holds['ma_tinh_nay']})" if holds else ""
            off = self._off(row, Text(became, became) if became else None)
            yield Place(PlaceKind.PROVINCE, code, name, (), off, by=by)


def _joined(rows: Iterable[LawRow], now: Mapping[str, LawRow]) -> Mapping[str, tuple[Text, ...]]:
    """Return which provinces of before each of today is too, by its code."""
    found: dict[str, tuple[Text, ...]] = {}
    for row in rows:
        holds = now.get(row["ma_tinh"])
        if holds is None or row is holds or row["ten"] == holds["ten"] or row.valid_to is None:
            continue
        said = {"name": row["ten"], "code": row["ma_tinh"], "until": vi_date(row.valid_to)}
        here = holds["ma_tinh_nay"]
        found[here] = (*found.get(here, ()), _TEXTS("province.before", **said))
    return found


def _about_province(row: LawRow, joined: Sequence[Text]) -> tuple[Text, ...]:
    code, now = row["ma_tinh"], row["ma_tinh_nay"]
    old = (_TEXTS("province.old_code", now=now),) if now and now != code else ()
    return (*old, *joined)


def _rate(row: LawRow) -> str:
    return percent_text(Fraction(row["ty_le"]))


def _area(code: str) -> Place:
    about = (_TEXTS("area.in_qr", digit=str(5 + AREAS.index(code))), _TEXTS("area.source"))
    by = f"{_TEXTS('kind.area').vi} {_TEXTS('kind.area').en}"
    return Place(PlaceKind.AREA, code, _TEXTS(f"area.{code}"), about, by=by)


def _portal() -> Iterator[Place]:
    by = f"{_TEXTS('kind.portal').vi} maKetQua"
    for code, entry in portal_codes().items():
        about = (_TEXTS("next", step=entry.next), _TEXTS("portal.reason", code=entry.reason.value))
        yield Place(PlaceKind.PORTAL, code, entry.text, about, by=by)


def _reason(reason: Reason) -> Place:
    """Return a reason with its sentences and what the desk does next."""
    said = reason_texts()[reason]
    steps = [_TEXTS("next", step=step.text) for step in said.next]
    sentences = list(dict.fromkeys(map(_open, said.cases.values())))
    name = said.word or sentences[0]
    told = [one for one in sentences if one != name][: max(_MOST_LINES - len(steps), 1)]
    also = (_TEXTS("kind.reason"), *((said.short,) if said.short else ()), *sentences)
    about = (_TEXTS(f"class.{said.cls.value}"), *told, *steps)
    by = " ".join(f"{one.vi} {one.en}" for one in also)
    return Place(PlaceKind.REASON, reason.value, name, about, by=by)


def _open(sentence: Text) -> Text:
    """Return a sentence with dots for what it is filled in with."""
    return Text(*(_HOLES.sub("…", sentence.in_language(lang)) for lang in ("vi", "en")))
