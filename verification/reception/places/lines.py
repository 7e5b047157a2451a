"""What is searched: the lines of a day, out of the card store's lists."""

from collections.abc import Iterator
from datetime import date
from functools import cache

from verification.basics.dates import vi_date
from verification.basics.texts import Text, Texts
from verification.card.facts import Facility, Office
from verification.card.ports import Cards
from verification.reception.places.codes import code_lines
from verification.reception.places.place import Place, PlaceKind
from verification.rules.law.tables import Law, LawRow

_TEXTS = Texts("verification.reception.places")
_PROVINCE_OFFICE = 3  # characters of its code: 0 and the province


def lines_of(cards: Cards, law: Law, day: date, facility: str | None) -> Iterator[Place]:
    """Yield every line.

    Args:
        cards: The card store: facilities and offices.
        law: The tables.
        day: What holds on this day holds; what ended before is told as such.
        facility: The house's own, None while it is not set: what lies in its province is near.
    """
    yield from code_lines(law, day)
    lists = _Lists(cards, law, day, facility)
    yield from lists.offices()
    yield from lists.facilities()


class _Lists:
    """The lines of the imported lists, with what the law says of the same codes."""

    def __init__(self, cards: Cards, law: Law, day: date, facility: str | None) -> None:
        self._cards = cards
        self._law = law
        self._day = day
        own = cards.facility(facility) if facility else None
        self._own = self._now(own.ma_tinh if own else (facility or "")[:2])
        levels = law.rows("facility_levels", day)
        self._levels = {(r["input"], r["value"]): Text(r["vi"], r["en"]) for r in levels}
        self._of_facility = cache(self._about_facility)  # few of them differ

    def facilities(self) -> Iterator[Place]:
        """Yield the facilities."""
        for one in self._cards.facilities():
            yield Place(
                PlaceKind.FACILITY,
                one.ma_cskcb,
                Text(one.ten, one.ten),
                self._of_facility(*_marks(one)),
                near=self._is_near(one.ma_tinh),
            )

    def offices(self) -> Iterator[Place]:
        """Yield the offices: of the list, and those of the law that the list has otherwise."""
        listed = {one.ma_co_quan: one for one in self._cards.offices()}
        ruled = {row["ma_co_quan"]: row for row in self._law.history("bhxh_offices")}
        for code, office in listed.items():
            row = ruled.get(code)
            same = row is not None and row["ten"] == office.ten
            yield self._office(office, self._office_off(row) if row and same else None)
        for code, row in ruled.items():
            known = listed.get(code)
            if known is None or (known.ten != row["ten"] and not row.holds_on(self._day)):
                off = self._office_off(row, known)
                yield self._office(Office(code, row["ten"], row["ma_tinh"]), off, row["source"])

    def _office(self, office: Office, off: Text | None, source: str = "") -> Place:
        code = office.ma_co_quan
        whole = len(code) == _PROVINCE_OFFICE
        written = f"{code[1:]}00" if whole else code[1:]
        about = [
            self._province(office.ma_tinh),
            _TEXTS("office.province" if whole else "office.base"),
            _TEXTS("office.in_qr", code=written),
            Text(office.dia_chi, office.dia_chi) if office.dia_chi else None,
            _TEXTS("source", source=source) if source else None,
        ]
        return Place(
            PlaceKind.OFFICE,
            code,
            Text(office.ten, office.ten),
            tuple(line for line in about if line),
            off,
            also=(written,) if code[:1] == "0" else (),
            near=self._is_near(office.ma_tinh),
        )

    def _office_off(self, row: LawRow, listed: Office | None = None) -> Text | None:
        """Return until when an office was, and which one is asked today."""
        if row.holds_on(self._day) or row.valid_to is None:
            return None
        above = self._cards.office(f"0{row['ma_tinh']}") or self._ruled_office(f"0{row['ma_tinh']}")
        now = listed or above
        until = vi_date(row.valid_to)
        if now is None:
            return _TEXTS("off.ended", until=until)
        return _TEXTS("off.now", until=until, now=f"{now.ma_co_quan} · {now.ten}")

    def _ruled_office(self, code: str) -> Office | None:
        rows = self._law.rows("bhxh_offices", self._day)
        row = next((row for row in rows if row["ma_co_quan"] == code), None)
        return Office(code, row["ten"], row["ma_tinh"]) if row else None

    def _about_facility(
        self, ma_tinh: str, levels: tuple[tuple[str, str], ...], kind: str
    ) -> tuple[Text, ...]:
        said = [self._levels.get(level) for level in levels]
        full = _TEXTS("facility.pays_all") if kind else None
        return tuple(line for line in (self._province(ma_tinh), *said, full) if line)

    def _province(self, ma_tinh: str) -> Text | None:
        row = self._law.province(ma_tinh, self._day)
        if row is None:
            return None
        now = row["ma_tinh_nay"]
        key = "in_province_was" if now and now != ma_tinh else "in_province"
        return _TEXTS(key, name=row["ten"], code=ma_tinh, now=now)

    def _now(self, ma_tinh: str) -> str:
        row = self._law.province(ma_tinh, self._day)
        return (row["ma_tinh_nay"] if row else "") or ma_tinh

    def _is_near(self, ma_tinh: str) -> bool:
        return bool(self._own) and self._now(ma_tinh) == self._own


def _marks(one: Facility) -> tuple[str, tuple[tuple[str, str], ...], str]:
    """Return what is told of a facility beside its name: province, its levels, whether of 1.2."""
    said = (("level", one.cap), ("points", one.diem), ("old_tier", one.hang_cu))
    levels = tuple((name, value) for name, value in said if value)
    return one.ma_tinh, levels, "1.2" if one.loai_12 else ""
