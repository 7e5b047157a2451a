"""What a patient came for before, here and elsewhere as lists and the portal tell it; logged."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from verification.basics import names
from verification.basics.dates import VIETNAM, vi_date
from verification.basics.rates import percent_text
from verification.basics.texts import Text, Texts
from verification.card.portal import LookedUp, SeenVisit
from verification.kiosk import Kiosk
from verification.log.occasions import MOST_VISITS, is_elsewhere, is_seen
from verification.log.visit import Visit
from verification.reception import lookup
from verification.reception.answer import Answer
from verification.reception.menus import MOST, Line, Menu
from verification.reception.told_past import ToldPast, local, told_past
from verification.rights import Actor, Right, needs
from verification.rules.misuse.facts import Occasion
from verification.rules.misuse.places import house, same_house

_TEXTS = Texts("verification.reception")
_SINCE = date(2000, 1, 1)
_UNTOLD = datetime(1970, 1, 1, tzinfo=UTC)  # at no time that is told: last
_MOST_LOOKS = 3
_MOST_DISEASE = 80
_EPOCH = date(1970, 1, 1)
_DIED = "tu_vong"


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
    told = told_past(kiosk, answer, person)
    found = _came(kiosk, answer, person, told)
    came = sorted(found, key=lambda one: one.at, reverse=True)
    lines = tuple(one.line for one in came) or (Line("plain", _TEXTS("before.none")),)
    card = answer.verdict.card
    who = names.initials(card.ho_ten) if card and card.ho_ten else "…"
    title = _TEXTS("before.title", who=who)
    lines = (*_above(kiosk, told), *lines)
    return Menu(f"before:{answer.event.event_id}", title, (), lines=lines, lines_a_page=MOST)


def _above(kiosk: Kiosk, told: ToldPast) -> Iterator[Line]:
    """Yield what the portal says of all visits together: who looked, or that it told none."""
    for look in told.looks[:_MOST_LOOKS]:
        yield Line("wait", _looked(kiosk, look))
    if more := len(told.looks[_MOST_LOOKS:]):
        yield Line("wait", _TEXTS("before.looked_more", count=more))
    if told.visits is None:
        if kiosk.asks_portal:
            yield Line("wait", _TEXTS("before.portal_untold"))
    elif not told.visits:
        yield Line("plain", _TEXTS("before.portal_none", told=_told_at(kiosk, told.at)))


def _looked(kiosk: Kiosk, look: LookedUp) -> Text:
    code = look.user.partition("_")[0]
    place = _place(kiosk, code) if kiosk.cards.facility(house(code)) else look.user
    return _TEXTS("before.looked", time=f"{local(look.at or _UNTOLD):%H:%M}", place=place)


def _came(kiosk: Kiosk, answer: Answer, person: str | None, told: ToldPast) -> Iterator[_Came]:
    if not person:
        return
    shown = answer.visit.visit_id if answer.visit else None
    ours = list(kiosk.written.cases.visits_of(person, _SINCE, MOST_VISITS))
    # what lies ahead of a wrong clock is told too
    until = int((kiosk.clock() + timedelta(days=366)).timestamp())
    past = kiosk.written.history.visits_of(person, 0, until)
    known = {occasion.id: occasion for occasion in past}
    for visit in ours:
        if visit.visit_id != shown:
            yield _Came(visit.happened_at, _here(kiosk, visit, known.get(visit.visit_id)))
    listed = [occasion for occasion in past if is_elsewhere(occasion)]
    for seen in _without_ours(told.visits or (), ours, kiosk.facility or ""):
        beside = next((one for one in listed if not is_seen(one.id) and _same(one, seen)), None)
        listed = [o for o in listed if o is not beside and not (is_seen(o.id) and _same(o, seen))]
        at = local(seen.ngay_vao) if seen.ngay_vao else _UNTOLD
        yield _Came(at, _told(kiosk, seen, told, beside))
    for occasion in listed:
        yield _Came(datetime.fromtimestamp(occasion.at, UTC), _elsewhere(kiosk, occasion))


def _without_ours(
    seen: Sequence[SeenVisit], ours: Sequence[Visit], facility: str
) -> Iterator[SeenVisit]:
    """Yield what the portal tells without the visits that were received here, of each day."""
    here = Counter(visit.day for visit in ours if not (visit.cancelled or visit.unreadable))
    for one in seen:
        day = local(one.ngay_vao).date() if one.ngay_vao else None
        if day and here[day] and same_house(one.ma_cskcb, facility):
            here[day] -= 1
        else:
            yield one


def _same(occasion: Occasion, seen: SeenVisit) -> bool:
    """Tell whether both are of one visit: one place and time, or one day where that is all."""
    if seen.ngay_vao is None or house(occasion.ma_cskcb) != house(seen.ma_cskcb):
        return False
    begun = local(seen.ngay_vao)
    if datetime.fromtimestamp(occasion.at, VIETNAM).date() != begun.date():
        return False
    return occasion.at == int(begun.timestamp()) or not (occasion.timed and seen.timed)


def _here(kiosk: Kiosk, visit: Visit, known: Occasion | None) -> Line:
    """Return a visit here, with what the hospital system told of it."""
    if visit.unreadable:
        return Line("wait", _TEXTS("before.unreadable", visit=visit.visit_id))
    when = f"{visit.happened_at.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
    place = _TEXTS("before.here", desk=visit.desk)
    way = _word(kiosk, "ma_doituong_kcb", visit.ma_doituong_kcb, visit.day)
    rate = f"{percent_text(Fraction(visit.rate))} %" if visit.rate else None
    parts: list[Text | str | None] = [when, place, way, rate]
    if visit.cancelled:
        why = _TEXTS(f"huy_{visit.cancelled.value}")
        return Line("struck", _joined(*parts, _TEXTS("before.undone", why=why)))
    if known is None or not visit.his:
        return Line("plain", _joined(*parts))
    kind = _word(kiosk, "ma_loai_kcb", known.ma_loai_kcb, visit.day)
    told = [kind, known.ma_benh, _drugs(known), *_ended(known), _TEXTS("before.by_his")]
    tone = "wait" if known.outcome == _DIED else "plain"
    return Line(tone, _joined(*parts, *told))


def _ended(occasion: Occasion) -> Iterator[Text]:
    """Yield how a visit ended, as the hospital system told it."""
    if occasion.end_day is not None:
        yield _TEXTS("before.until", day=vi_date(_EPOCH + timedelta(days=occasion.end_day)))
    if occasion.outcome:
        yield _TEXTS("before.his_died" if occasion.outcome == _DIED else "before.sent_on")


def _told(kiosk: Kiosk, seen: SeenVisit, told: ToldPast, beside: Occasion | None) -> Line:
    """Return a visit that the portal told of, with what only a list knows of it."""
    day = local(seen.ngay_vao or told.at or _UNTOLD).date()
    way = _known_word(kiosk, seen.ly_do_vv.strip(), day)
    if way is None and beside:
        way = _word(kiosk, "ma_doituong_kcb", beside.ma_doituong_kcb, day)
    disease = seen.ten_benh.strip()[:_MOST_DISEASE] or (beside.ma_benh if beside else "")
    told_on = local(told.at).date() if told.at else day
    tone, end = _end(seen, still_in=day < told_on)
    source = _told_at(kiosk, told.at)
    return Line(
        tone,
        _joined(
            _stay(seen),
            _place(kiosk, seen.ma_cskcb),
            _word(kiosk, "ma_loai_kcb", beside.ma_loai_kcb if beside else None, day),
            way,
            disease,
            _drugs(beside),
            end,
            _TEXTS("before.list_and", told=source) if beside else source,
        ),
    )


def _stay(seen: SeenVisit) -> Text | str:
    if seen.ngay_vao is None:
        return _TEXTS("before.undated")
    begun, form = local(seen.ngay_vao), "%d/%m/%Y %H:%M" if seen.timed else "%d/%m/%Y"
    left = local(seen.ngay_ra).date() if seen.ngay_ra else begun.date()
    return f"{begun:{form}}" + (f" – {vi_date(left)}" if left != begun.date() else "")


def _end(seen: SeenVisit, *, still_in: bool) -> tuple[str, Text | None]:
    """Return how a visit ended, and the tone of its line: it speaks against coming today."""
    if seen.died:
        return "wait", _TEXTS("before.died")
    if seen.is_open:
        return ("wait", _TEXTS("before.open")) if still_in else ("plain", _TEXTS("before.begun"))
    return "plain", _TEXTS("before.sent_on") if seen.sent_on else None


def _told_at(kiosk: Kiosk, at: datetime | None) -> Text:
    moment = local(at or _UNTOLD)
    form = "%H:%M" if moment.date() == kiosk.today() else "%H:%M %d/%m/%Y"
    return _TEXTS("before.told", time=f"{moment:{form}}")


def _elsewhere(kiosk: Kiosk, occasion: Occasion) -> Line:
    moment = datetime.fromtimestamp(occasion.at, VIETNAM)
    when = f"{moment:%d/%m/%Y %H:%M}" if occasion.timed else vi_date(moment.date())
    kind = _word(kiosk, "ma_loai_kcb", occasion.ma_loai_kcb, moment.date())
    way = _word(kiosk, "ma_doituong_kcb", occasion.ma_doituong_kcb, moment.date())
    source = _TEXTS("before.told_earlier" if is_seen(occasion.id) else "before.list")
    place, drugs = _place(kiosk, occasion.ma_cskcb), _drugs(occasion)
    return Line("plain", _joined(when, place, kind, way, occasion.ma_benh, drugs, source))


def _place(kiosk: Kiosk, code: str) -> str:
    known = kiosk.cards.facility(house(code))
    return " ".join(filter(None, (code, known.ten if known else None))) or "…"


def _drugs(occasion: Occasion | None) -> Text | None:
    days = occasion.so_ngay_thuoc if occasion else 0
    return _TEXTS("before.drugs", days=days) if days else None


def _word(kiosk: Kiosk, table: str, code: str | None, day: date) -> Text | None:
    """Return a code with its words on a day, the code alone where the list does not know it."""
    if not code:
        return None
    rows = kiosk.rules.law.rows(table, day)
    found = next((row for row in rows if row[table] == code), None)
    return Text(f"{code} {found['vi']}", f"{code} {found['en']}") if found else Text(code, code)


def _known_word(kiosk: Kiosk, code: str, day: date) -> Text | None:
    """Return a reason of the portal with its words; a digit of an older list tells nothing."""
    word = _word(kiosk, "ma_doituong_kcb", code, day)
    return None if word is None or word.vi == code else word


def _joined(*parts: Text | str | None) -> Text:
    told = [Text(part, part) if isinstance(part, str) else part for part in parts if part]
    return Text(" · ".join(part.vi for part in told), " · ".join(part.en for part in told))
