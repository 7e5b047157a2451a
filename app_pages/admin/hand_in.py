"""Hand a list in, say whose it is, see what it would change, and import it or not."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from app_pages.admin.history import counted
from app_pages.admin.preview import preview
from app_pages.admin.tables import grouped
from app_pages.admin.told import moment
from app_pages.admin.upload import upload
from app_pages.server.house import House
from app_pages.shell.language import Words, in_language, plainly, sentence_of
from verification.adapters.imports.importing import IMPORTABLE, How, ImportReport
from verification.basics.errors import KioskError
from verification.basics.texts import Texts
from verification.card.facts import LISTS, Origin
from verification.operations.lists.asked import Asked
from verification.operations.lists.lists import Seen
from verification.operations.lists.shelf import Given, State
from verification.rights import Actor

words = Words(Texts("app_pages.admin", "app_pages.shell"))
_CHOSEN, _SAID, _SHOWN = "list_chosen", "list_said", "list_shown"
_WAYS = ("add", "delta", "replace")


def hand_in(house: House, actor: Actor) -> None:
    """Draw it."""
    event = upload(house)
    if event.get("kind") == "uploaded":
        st.session_state[_CHOSEN] = str(event.get("number", ""))
    if said := st.session_state.pop(_SAID, ""):
        st.error(plainly(said))
    _imported(house)
    waiting = [given for given in house.lists.shelf.all() if given.state is not State.IMPORTED]
    if not waiting:
        st.caption(words("lists_none"))
        return
    named = {given.number: given for given in waiting}
    if st.session_state.get(_CHOSEN) not in named:
        running = house.lists.running
        now = running.number if running else ""
        st.session_state[_CHOSEN] = now if now in named else waiting[0].number
    number = st.selectbox(
        words("lists_waiting", count=len(waiting)),
        [*named],
        format_func=lambda number: _label(named[number]) if number in named else "–",
        key=_CHOSEN,
    )
    _one(house, actor, named[number])


def _label(given: Given) -> str:
    size = f"{grouped(-(-given.size // 1_000))} kB"
    return " · ".join((given.name, given.officer, moment(given.at), size))


def _one(house: House, actor: Actor, given: Given) -> None:
    """Draw one list: being read, looked through, or to be asked about."""
    running = house.lists.running
    if running and running.number == given.number:
        st.info(words("lists_reading" if running.preview else "lists_importing"))
        if st.button(words("lists_stop"), key="list_stop"):
            house.lists.cancel()
            house.lists.wait(5.0)
            st.rerun()
        return
    if running:
        st.info(words("lists_other"))
    seen = house.lists.seen(given.number)
    if given.said and not (seen and seen.outcome.report):
        st.warning(plainly(in_language(given.said)), icon="⚠️")
    elif seen and seen.outcome.report is None and seen.outcome.error is None:
        st.info(words("lists_ended"))
    if seen and seen.preview and (report := seen.outcome.report):
        preview(report, house.lists.shelf.rows_of(given), house.lists.reject_share)
        _decide(house, actor, given, seen, report)
        with st.expander(words("lists_otherwise")):
            _ask(house, actor, given)
    else:
        _ask(house, actor, given)


def _ask(house: House, actor: Actor, given: Given) -> None:
    """Ask whose list it is, of which day, and what becomes of what it does not have."""
    asked, at = given.asked, given.number
    kinds, origins = [*IMPORTABLE], [*LISTS]
    left, middle, right = st.columns(3)
    kind = left.radio(
        words("lists_kind"),
        kinds,
        index=kinds.index(asked.kind),
        format_func=lambda kind: words(f"lists_of_{kind}"),
        key=f"list_kind {at}",
    )
    origin, as_of = asked.origin, asked.as_of
    if kind == "cards":
        origin = middle.radio(
            words("lists_whose"),
            origins,
            index=origins.index(asked.origin),
            format_func=lambda origin: words(f"origin_{origin.value}"),
            key=f"list_origin {at}",
        )
        as_of = _day(house, asked, at, origin)
    usual = "replace" if asked.replace else "delta" if asked.delta else "add"
    way = right.radio(
        words("lists_way"),
        _WAYS,
        index=_WAYS.index(usual),
        format_func=lambda way: words(f"lists_way_{way}"),
        key=f"list_way {at}",
    )
    if way == "replace":
        st.warning(words("lists_replace"), icon="⚠️")
    look, away = st.columns(2)
    if look.button(words("lists_look"), key="list_look", type="primary"):
        wanted = Asked(kind, origin, as_of, way == "replace", way == "delta")
        _begin(lambda: house.lists.preview(at, wanted, actor.officer))
    if away.button(words("lists_drop"), key="list_drop"):
        house.lists.drop(at)
        st.rerun()


def _day(house: House, asked: Asked, at: str, origin: Origin) -> date | None:
    if origin is Origin.XML1:
        st.caption(words("lists_own_days"))
        return None
    today = house.kiosk.likely_day()
    given: date | None = st.date_input(
        words("lists_day_needed" if origin is Origin.BHXH else "lists_day"),
        value=asked.as_of,
        max_value=today,
        format="DD/MM/YYYY",
        key=f"list_day {at}",
    )
    return given


def _decide(house: House, actor: Actor, given: Given, seen: Seen, report: ImportReport) -> None:
    """Let it be imported, or given up; beyond a share only for who types that.

    The key is meant for the preview that stood on the screen: somebody else may have made another.
    """
    how, shown = How(), st.session_state.get(_SHOWN)
    st.session_state[_SHOWN] = seen.mark
    may = report.read > report.rejected
    if report.stopped:
        typed = st.text_input(
            words("lists_beyond", word=words("lists_beyond_word")),
            key=f"list_beyond {given.number} {seen.mark}",
        )
        may = may and typed.strip().casefold() == words("lists_beyond_word").casefold()
        how = How(remove_any=True, reject_any=True)
    yes, no = st.columns(2)
    if yes.button(words("lists_import"), key="list_import", type="primary", disabled=not may):
        beyond = how if report.stopped else None
        if shown != seen.mark:
            st.session_state[_SAID] = words("lists_another_look")
            st.rerun()
        _begin(lambda: house.lists.bring_in(given.number, actor.officer, beyond))
    if no.button(words("lists_drop"), key="list_give_up"):
        house.lists.drop(given.number)
        st.rerun()


def _begin(work: Callable[[], None]) -> None:
    try:
        work()
    except KioskError as error:
        st.session_state[_SAID] = sentence_of(error)
    st.rerun()


def _imported(house: House) -> None:
    """Say what the last import did, until another list is looked at."""
    last = house.lists.last
    if last and last.outcome.report:
        counts = counted(vars(last.outcome.report))
        st.success(plainly(words("lists_done", counts=counts, name=last.name, who=last.officer)))
    elif last and last.outcome.error:
        st.error(plainly(in_language(last.outcome.error)))
