"""Who waits at the desk, who came last, and the open list of a day, as plain masked texts."""

from fractions import Fraction

from app_pages.desk.answer_view import TEXTS, TONES
from app_pages.server.house import House
from app_pages.shell.language import View, Words
from verification.basics import names
from verification.basics.dates import VIETNAM, vi_date
from verification.basics.rates import percent_text
from verification.card import numbers
from verification.card.portal_codes import code_of
from verification.card.reasons import reason_texts
from verification.log.unreadable import Unreadable
from verification.log.visit import PortalWord
from verification.reception import today_list
from verification.reception.screen import Screen
from verification.reception.today_list import AsideReason, Glance, Listed, Row, State, TodayList
from verification.rights import Actor
from verification.rules.law.verdict import Outcome

_IN_SIGHT = 4  # of those who wait; the others are counted and stand first in the list
# of whom the head of the list counts beside those received
_COUNTED = (
    *(State.WAITING, State.CONTRADICTED, State.UNHEARD),
    *(State.UNDONE, State.LEFT, State.MISTAKEN),
)
_STRUCK = {State.UNDONE, State.MISTAKEN, State.LEFT}


def drawn(house: House, screen: Screen, actor: Actor, glance: Glance) -> View:
    """Return what the component draws beside the answer.

    Args:
        house: The running server.
        screen: What the desk shows.
        actor: Who is at the desk.
        glance: Who waits and who came last.
    """
    words = Words(TEXTS, screen.lang)
    wanted = screen.today
    found = today_list.listed(actor, house.kiosk, wanted) if wanted else None
    return {
        "recent": [drawn_row(row, words) for row in glance.recent],
        "waiting": _waiting(glance, words),
        "today": _list(house, actor, wanted, found, words) if wanted and found else None,
    }


def drawn_row(row: Row, words: Words) -> View:
    """Return one line; of one that cannot be read its id and why."""
    facts = row.content.get("ban_ghi", {})
    damaged = row.visit is not None and row.visit.unreadable
    if damaged or (row.content.unreadable and not facts):
        return _unread(row, row.content.unreadable[0], words, damaged=damaged)
    masked = numbers.mask(facts.get("ma_the") or facts.get("ma_so_bhxh") or facts.get("so_cccd"))
    who = [names.initials(facts.get("ho_ten", "")), numbers.spaced(masked) if masked else ""]
    return {
        "id": row.id,
        "time": _time(row),
        "tone": _tone(row),
        "who": f"{who[0]} · …{who[1][-4:]}" if all(who) else "".join(who) or "…",
        "name": who[0] or "…",
        "number": who[1],
        "right": _right(row, words),
        "turn": row.visit.so_thu_tu if row.visit else None,
        "room": row.visit.phong if row.visit else None,
        "struck": row.state in _STRUCK,
    }


def _unread(row: Row, unread: Unreadable, words: Words, *, damaged: bool) -> View:
    """Return the one line of a row or content that cannot be read; it is never green."""
    return {
        "id": row.id,
        "time": "–" if damaged else _time(row),
        "tone": "wait",
        "who": f"{words('unreadable')} · {unread.row}",
        "name": words("unreadable"),
        "number": unread.row,
        "right": unread.why.in_language(words.lang),
        "turn": row.visit.so_thu_tu if row.visit else None,
        "room": None,
        "struck": row.state in _STRUCK,
    }


def _time(row: Row) -> str:
    return f"{row.at.astimezone(VIETNAM):%H:%M}"


def _tone(row: Row) -> str:
    """Return the colour of a row; on a good card it follows what the fund pays, where known."""
    if row.state is State.CONTRADICTED:  # no green that nobody stands behind any more
        against = row.visit and row.visit.portal is PortalWord.REJECTED
        return TONES[Outcome.NOT_ELIGIBLE if against else Outcome.UNDETERMINED]
    if row.verdict != Outcome.ELIGIBLE:
        return TONES[Outcome(row.verdict)]
    if row.visit is None:  # nothing, or perhaps nothing: else the scan alone had received
        return TONES[Outcome.UNDETERMINED]
    if row.rate is None:
        return "info"
    return TONES[Outcome.ELIGIBLE if Fraction(row.rate) else Outcome.UNDETERMINED]


def _right(row: Row, words: Words) -> str:
    if row.state is State.CONTRADICTED and row.visit:
        return words("portal.short", what=_portal_short(row.visit.portal_code or "?", words))
    return words("short_cancelled") if row.state is State.UNDONE else _answer(row, words)


def _portal_short(code: str, words: Words) -> str:
    """Return what a code says in a word or two; a code in no table says itself."""
    known = code_of(code)
    short = known and reason_texts()[known.reason].short
    return short.in_language(words.lang) if short else words("portal.code_short", code=code)


def _answer(row: Row, words: Words) -> str:
    """Return what the answer was, in a word or two, a rate where it is one."""
    if row.verdict == Outcome.ELIGIBLE:
        if row.rate:
            return f"{percent_text(Fraction(row.rate))} %"
        return words("short_rate_open" if row.visit else "short_fund_open")
    known = reason_texts().get(row.reason)
    own = known.short if known else None
    return own.in_language(words.lang) if own else words(f"short_{row.verdict}")


def _waiting(glance: Glance, words: Words) -> View:
    rows = glance.waiting
    more = len(rows) - _IN_SIGHT
    return {
        "title": words("waiting_title", count=str(len(rows))),
        "count": len(rows),
        "rows": [drawn_row(row, words) for row in rows[:_IN_SIGHT]],
        "more": words("waiting_more", count=str(more)) if more > 0 else "",
        "call": words("waiting_call") if rows else "",
        "verify": words("portal.verify", count=glance.verify) if glance.verify else "",
    }


# ---- the open list


def _list(house: House, actor: Actor, wanted: TodayList, found: Listed, words: Words) -> View:
    today = house.kiosk.today()
    desk = words("desk", desk=actor.desk)
    return {
        "title": words("list_today" if wanted.day == today else "list_of", day=vi_date(wanted.day)),
        "where": words("list_all_desks") if wanted.all_desks else desk,
        "other": desk if wanted.all_desks else words("list_all_desks"),
        "later": wanted.day < today,
        "totals": _totals(found, words),
        "search": wanted.search,
        "found": words("list_found", count=str(found.found)),
        "page": found.page,
        "pages": found.pages,
        "rows": [_list_row(row, wanted, words, today=wanted.day == today) for row in found.rows],
        "aside": [{"act": why.value, "text": words(f"aside_{why.value}")} for why in AsideReason],
    }


def _list_row(row: Row, wanted: TodayList, words: Words, *, today: bool) -> View:
    waits, against = row.state is State.WAITING, row.state is State.CONTRADICTED
    return drawn_row(row, words) | {
        "desk": words("desk", desk=row.desk) if wanted.all_desks else "",
        "answer": _answer(row, words),
        "verdict": words("portal.to_verify" if against else f"verdict_{row.verdict}"),
        "state": _state(row, words),
        "waits": waits and today,
        "verify": row.state in today_list.VERIFIED_FIRST,
        "undoable": row.state in {State.RECEIVED, State.TO_VERIFY, *today_list.VERIFIED_FIRST},
    }


def _state(row: Row, words: Words) -> str:
    code = (row.visit.portal_code if row.visit else None) or "?"
    known = code_of(code)
    said = known.text.in_language(words.lang) if known else ""
    what = f"{said} ({code})" if known else words("portal.code_short", code=code)
    return words(f"list_state_{row.state.value}", what=what)


def _totals(found: Listed, words: Words) -> list[View]:
    received = [
        {"tone": TONES[outcome], "text": f"{words(f'verdict_{outcome.value}')}: {count}"}
        for outcome in Outcome
        if (count := found.verdicts.get(outcome, 0))
    ]
    states = [
        {"tone": "", "text": f"{words(f'list_count_{state.value}')}: {count}"}
        for state in _COUNTED
        if (count := found.states.get(state, 0))
    ]
    total = sum(found.verdicts.values())
    return [{"tone": "", "text": words("list_received", count=str(total))}, *received, *states]
