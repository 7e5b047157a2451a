"""What a patient came for before, here and as lists of other facilities tell it; each look is logged."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from verification.basics import names
from verification.basics.dates import VIETNAM, vi_date
from verification.basics.rates import percent_text
from verification.basics.texts import Text, Texts
from verification.kiosk import Kiosk
from verification.log.occasions import MOST_VISITS, is_elsewhere
from verification.log.visit import Visit
from verification.reception import lookup
from verification.reception.answer import Answer
from verification.reception.menus import MOST, Line, Menu
from verification.rights import Actor, Right, needs
from verification.rules.misuse.facts import Occasion

_TEXTS = Texts("verification.reception")
_SINCE = date(2000, 1, 1)


@dataclass(frozen=True)
class _Came:
    """One visit, as a line; `at` puts it in its place."""

    at: datetime
    line: Line


@needs(Right.VIEW_PERSON)
def last_visits(actor: Actor, kiosk: Kiosk, answer: Answer) -> Menu:
    """Return the visits of an answer's patient, newest first, without the one on the screen.

    Args:
        actor: Who looks.
        kiosk: The kiosk.
        answer: Whose.

    Raises:
        StoreError: It could not be logged; then nothing is shown.
    """
    lookup.viewed(actor, kiosk, answer.event, "visits")
    person = (answer.visit.person_ref if answer.visit else None) or answer.event.person_ref
    came = sorted(_came(kiosk, answer, person), key=lambda one: one.at, reverse=True)
    lines = tuple(one.line for one in came) or (Line("plain", _TEXTS("before.none")),)
    card = answer.verdict.card
    who = names.initials(card.ho_ten) if card and card.ho_ten else "…"
    title = _TEXTS("before.title", who=who)
    return Menu(f"before:{answer.event.event_id}", title, (), lines=lines, lines_a_page=MOST)


def _came(kiosk: Kiosk, answer: Answer, person: str | None) -> Iterator[_Came]:
    if not person:
        return
    shown = answer.visit.visit_id if answer.visit else None
    for visit in kiosk.written.cases.visits_of(person, _SINCE, MOST_VISITS):
        if visit.visit_id != shown:
            yield _Came(visit.happened_at, _here(kiosk, visit))
    # what lies ahead of a wrong clock is told too
    until = int((kiosk.clock() + timedelta(days=366)).timestamp())
    for occasion in kiosk.written.history.visits_of(person, 0, until):
        if is_elsewhere(occasion):
            yield _Came(datetime.fromtimestamp(occasion.at, UTC), _elsewhere(kiosk, occasion))


def _here(kiosk: Kiosk, visit: Visit) -> Line:
    if visit.unreadable:
        return Line("wait", _TEXTS("before.unreadable", visit=visit.visit_id))
    when = f"{visit.happened_at.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
    place = _TEXTS("before.here", desk=visit.desk)
    code = visit.ma_doituong_kcb
    rate = f"{percent_text(Fraction(visit.rate))} %" if visit.rate else None
    parts = [when, place, _word(kiosk, "ma_doituong_kcb", code, visit.day), rate]
    if visit.cancelled:
        why = _TEXTS(f"huy_{visit.cancelled.value}")
        return Line("struck", _joined(*parts, _TEXTS("before.undone", why=why)))
    return Line("plain", _joined(*parts))


def _elsewhere(kiosk: Kiosk, occasion: Occasion) -> Line:
    moment = datetime.fromtimestamp(occasion.at, VIETNAM)
    when = f"{moment:%d/%m/%Y %H:%M}" if occasion.timed else vi_date(moment.date())
    known = kiosk.cards.facility(occasion.ma_cskcb)
    place = " ".join(filter(None, (occasion.ma_cskcb, known.ten if known else None))) or "…"
    kind = _word(kiosk, "ma_loai_kcb", occasion.ma_loai_kcb, moment.date())
    way = _word(kiosk, "ma_doituong_kcb", occasion.ma_doituong_kcb, moment.date())
    days = occasion.so_ngay_thuoc
    drugs = _TEXTS("before.drugs", days=days) if days else None
    return Line("plain", _joined(when, place, kind, way, occasion.ma_benh, drugs))


def _word(kiosk: Kiosk, table: str, code: str | None, day: date) -> Text | None:
    """Return a code with its words on a day, the code alone where the list does not know it."""
    if not code:
        return None
    rows = kiosk.rules.law.rows(table, day)
    found = next((row for row in rows if row[table] == code), None)
    return Text(f"{code} {found['vi']}", f"{code} {found['en']}") if found else Text(code, code)


def _joined(*parts: Text | str | None) -> Text:
    told = [Text(part, part) if isinstance(part, str) else part for part in parts if part]
    return Text(" · ".join(part.vi for part in told), " · ".join(part.en for part in told))
