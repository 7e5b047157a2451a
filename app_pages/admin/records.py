"""The tab "check-in (XML0)": how far each visit's record of a day is, and the file to be signed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import streamlit as st

from app_pages.admin import leaving
from app_pages.admin.forms import in_words
from app_pages.admin.tables import Toned, banner, grouped, table
from app_pages.server.house import House
from app_pages.shell.language import Words, in_language
from app_pages.shell.secret import secret_field
from verification.adapters.hospital.signer import is_there, signer_of
from verification.adapters.hospital.xml0.checking import check_records
from verification.adapters.hospital.xml0.writing import written
from verification.basics.dates import VIETNAM, vi_date
from verification.basics.texts import Text, Texts
from verification.exchange.record.fields import Check
from verification.exchange.record.listed import Listed, State, records_on, take_records_of
from verification.exchange.wording import error_words
from verification.rights import Actor, Right, may

words = Words(Texts("app_pages.admin", "app_pages.shell"))
_MOST = 300
_SEEN = "records_seen"
_NEED_SOMEBODY = frozenset({State.WRONG, State.DEAD, State.INCOMPLETE})
_TONES = {
    State.INCOMPLETE: "wait",
    State.WRONG: "bad",
    State.DEAD: "bad",
    State.SENT: "ok",
}


@dataclass(frozen=True)
class _Row:
    """What is shown of a visit's record; nobody's data."""

    visit: str
    at: str
    state: State
    what: tuple[Text, ...]
    receipt: str | None


@dataclass(frozen=True)
class _Seen:
    """What was looked at, so that not each rerun builds a day's records anew."""

    day: date
    at: str
    rows: tuple[_Row, ...]


def records_tab(house: House, actor: Actor) -> None:
    """Draw the tab."""
    banner(_how(house))
    left, right, _ = st.columns([1, 2, 1], vertical_alignment="bottom")
    day: date = left.date_input(
        words("records_day"), house.kiosk.today(), format="DD/MM/YYYY", key="records_day"
    )
    if right.button(words("records_show"), key="records_show"):
        with in_words():
            st.session_state[_SEEN] = _look(house, actor, day)
    seen: _Seen | None = st.session_state.get(_SEEN)
    if seen and seen.day == day:
        _draw(seen)
    if may(actor, Right.CHANGE_HOUSE):
        _export(house, actor, day)


def _how(house: House) -> Toned:
    """Return whether the kiosk sends records, and what keeps it from that."""
    signer = house.settings.hospital.signer
    if house.kiosk.sends_records and signer and not is_there(signer_of(signer)):
        return Toned(f"✕ {words('records_no_signer')}", "bad")
    if house.kiosk.sends_records:
        return Toned(f"✓ {words('records_sends')}", "ok")
    lacking = {"KIOSK_SIGNER": signer}
    lacking |= {"KIOSK_PORTAL_URL": "set" if house.settings.portal else None}
    names = ", ".join(name for name, value in lacking.items() if not value)
    return Toned(f"! {words('records_unsigned', settings=names)}", "wait")


def _look(house: House, actor: Actor, day: date) -> _Seen:
    found = records_on(actor, house.kiosk, day, _check(house))
    at = f"{house.kiosk.clock().astimezone(VIETNAM):%H:%M:%S}"
    return _Seen(day, at, tuple(map(_row, found)))


def _row(listed: Listed) -> _Row:
    visit = listed.visit
    number = f" · {words('outbox_number', n=visit.so_thu_tu)}" if visit.so_thu_tu else ""
    sent = listed.state is State.SENT  # what is known later takes nothing back
    what = [] if sent else [*listed.missing_words, *(flaw.words for flaw in listed.flaws)]
    what += [listed.why] if listed.why and not sent else []
    if listed.state is State.DEAD and listed.item and listed.item.last_error:
        what.append(error_words(listed.item.last_error))
    at = "" if visit.unreadable else f"{visit.happened_at.astimezone(VIETNAM):%H:%M}"
    return _Row(f"{visit.visit_id}{number}", at, listed.state, tuple(what), visit.record_code)


def _draw(seen: _Seen) -> None:
    day = vi_date(seen.day)
    if not seen.rows:
        st.caption(words("records_none", day=day))
        return
    counts = Counter(row.state for row in seen.rows)
    told = [f"{grouped(counts[one])} {in_language(one.words)}" for one in State if counts[one]]
    st.markdown(words("records_at", day=day, at=seen.at, counts=" · ".join(told)))
    # what needs a person stands first
    first = sorted(seen.rows, key=lambda row: row.state not in _NEED_SOMEBODY)
    heading = [words(f"records_{name}") for name in ("visit", "time", "state", "what")]
    table(heading, [_cells(row) for row in first[:_MOST]])
    if len(first) > _MOST:
        st.caption(words("records_more", n=grouped(len(first) - _MOST)))


def _cells(row: _Row) -> Sequence[str | Toned]:
    state = in_language(row.state.words)
    what = [in_language(one) for one in row.what]
    what += [words("records_receipt", code=row.receipt)] if row.receipt else []
    tone = _TONES.get(row.state)
    return [row.visit, row.at, Toned(state, tone) if tone else state, "; ".join(what)]


def _check(house: House) -> Check:
    return partial(check_records, law=house.kiosk.rules.law)


def _export(house: House, actor: Actor, day: date) -> None:
    """Ask for the password, then show an address that gives the file once, to this session."""
    st.markdown(f"**{words('records_export', day=vi_date(day))}**")
    above = st.container()
    with st.form("records", clear_on_submit=True, border=False):
        password_at, do_at = st.columns([3, 1], vertical_alignment="bottom")
        with password_at:
            secret = secret_field(words("access_password_again"), "records", "password")
        asked = do_at.form_submit_button(words("records_take"), key="records_take")
    if asked:
        leaving.ask("records", house, actor, secret, asked_for(day), partial(_link, day))
    leaving.show("records", above)


def _link(day: date, ticket: str) -> tuple[str, str]:
    address = f"/kiosk/check-in.xml?ngay={day.isoformat()}&phieu={ticket}"
    return words("access_export", form=f"XML0 {vi_date(day)}"), address


def asked_for(day: date) -> str:
    """Return what a ticket is for."""
    return f"check-in.xml {day.isoformat()}"


def record_file(house: House, actor: Actor, day: date) -> bytes:
    """Return the check-in records of a day as a file; that they leave is logged.

    Raises:
        RequestError: No visit of the day needs one.
    """
    return take_records_of(actor, house.kiosk, day, _check(house), written).file
