"""The tab "hệ thống khác": keys of the hospital's other programs, and what they asked last."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import streamlit as st

from app_pages.admin.forms import field, refused, take
from app_pages.admin.tables import Toned, table
from app_pages.admin.told import moment
from app_pages.server.accesses import NO_ADDRESS, Accessed
from app_pages.server.house import House
from app_pages.shell.language import Words
from app_pages.shell.secret import secret_field
from verification.basics.texts import Texts
from verification.log.api_keys import ApiKey
from verification.officers import staff, systems
from verification.rights import Actor, Right, SystemRole, may

words = Words(Texts("app_pages.admin", "app_pages.shell"))
_SHOWN = "system key shown"
_SHOWN_FOR = timedelta(minutes=3)
_ENDED_SHOWN = timedelta(days=31)
_SHORT = 8
_FAILED = 400
_LONGEST_NAME = 32
_HOURS = systems.OVERLAP // timedelta(hours=1)
_MOST_HOURS = systems.LONGEST_OVERLAP // timedelta(hours=1)
_COLUMNS = ("system", "key", "rights", "pace", "made_at", "used", "ends", "state")
_LAST = ("at", "system", "key", "asked", "status", "result", "persons", "ms")


def systems_tab(house: House, actor: Actor) -> None:
    """Draw the tab."""
    st.caption(words("systems.how"))
    now, known = house.kiosk.clock(), systems.list_keys(actor, house.kiosk)
    if changed := ", ".join(f"{key.system} {key.key_id}" for key in known if not key.sound):
        st.error(words("systems.some_unsound", names=changed))
    shown = [key for key in known if not _is_old(key, now)]
    if shown:
        rows = [_row(house, key, now) for key in shown]
        table([words(f"systems.{name}") for name in _COLUMNS], rows)
    else:
        st.caption(words("systems.none"))
    _new_key(house, actor)  # where the key that makes it is, not a screen above
    if may(actor, Right.CHANGE_HOUSE):
        names = sorted({key.system for key in shown if key.lives(now)})
        left, right = st.columns(2)
        if names:
            with left:
                _change(house, actor, names)
        with right if names else left, st.form("systems_make"):
            _make(house, actor)
    _last(house.accesses.last())


def _new_key(house: House, actor: Actor) -> None:
    """Show a key that was just made, to who made it, until they have copied it."""
    name, text, officer, made_at = st.session_state.get(_SHOWN, ("", "", "", None))
    if not text:
        return
    if officer != actor.officer or house.kiosk.clock() - made_at > _SHOWN_FOR:
        del st.session_state[_SHOWN]
        return
    st.success(words("systems.shown", name=name))
    st.code(text, language=None)
    if st.button(words("systems.copied"), key="systems_copied"):
        del st.session_state[_SHOWN]
        st.rerun()


def _make(house: House, actor: Actor) -> None:
    st.markdown(f"**{words('systems.making')}**")
    form = "systems_make"
    name = st.text_input(
        words("systems.name"), max_chars=_LONGEST_NAME, key=field(form, "name"), autocomplete="off"
    )
    rights = _rights(form)
    pace_at, secret_at = st.columns(2)
    with pace_at:
        pace = _pace(form)
    with secret_at:
        secret = secret_field(words("systems.password"), form, "password")
    refused(form)
    if st.form_submit_button(words("systems.make")):

        def change() -> None:
            staff.prove_again(actor, house.kiosk, secret)
            _show(actor, systems.make_key(actor, house.kiosk, name, rights, pace))

        take(form, change)


def _change(house: House, actor: Actor, names: Sequence[str]) -> None:
    form = "systems_change"
    name = st.selectbox(words("systems.system"), names, key="systems_name")
    act = st.radio(
        words("systems.act"),
        [*_ACTS],
        format_func=lambda key: words(f"systems.{key}"),
        horizontal=True,
        key="systems_act",
    )
    with st.form(form):
        change = _ACTS[act](house, actor, name, form)
        secret = "" if act == "end" else secret_field(words("systems.password"), form, "password")
        refused(form)
        if st.form_submit_button(words("systems.do")):

            def proved() -> None:
                if act != "end":  # what stops somebody at once waits for no password
                    staff.prove_again(actor, house.kiosk, secret)
                change()

            take(form, proved)


def _rotating(house: House, actor: Actor, name: str, form: str) -> Callable[[], None]:
    hours = st.number_input(
        words("systems.overlap"), 0, _MOST_HOURS, _HOURS, key=field(form, f"overlap {name}")
    )
    overlap = timedelta(hours=int(hours))
    return lambda: _show(actor, systems.rotate_key(actor, house.kiosk, name, overlap))


def _changing(house: House, actor: Actor, name: str, form: str) -> Callable[[], None]:
    now = house.kiosk.clock()
    held = [k for k in systems.list_keys(actor, house.kiosk) if k.system == name and k.lives(now)]
    rights = _rights(form, held[-1].rights, name)
    pace = _pace(form, held[-1].per_minute, name)
    return lambda: systems.change_key(actor, house.kiosk, name, rights, pace)


def _ending(house: House, actor: Actor, name: str, _form: str) -> Callable[[], None]:
    st.caption(words("systems.end_how", name=name))
    return lambda: _end(house, actor, name)


def _end(house: House, actor: Actor, name: str) -> None:
    systems.end_key(actor, house.kiosk, name)


_ACTS = {"rotate": _rotating, "change": _changing, "end": _ending}


def _show(actor: Actor, made: systems.NewKey) -> None:
    st.session_state[_SHOWN] = (made.key.system, made.text, actor.officer, made.key.made_at)


def _rights(
    form: str, held: frozenset[SystemRole] = frozenset(), of: str = ""
) -> frozenset[SystemRole]:
    chosen = st.pills(
        words("systems.rights"),
        list(SystemRole),
        default=sorted(held),
        selection_mode="multi",
        format_func=lambda right: words(f"told.{right.value}"),
        key=field(form, f"rights {of}"),
    )
    return frozenset(chosen)


def _pace(form: str, held: int = systems.USUAL_PER_MINUTE, of: str = "") -> int:
    name = words("systems.pace")
    return int(
        st.number_input(name, 1, systems.MOST_PER_MINUTE, held, key=field(form, f"pace {of}"))
    )


def _is_old(key: ApiKey, now: datetime) -> bool:
    """Tell whether a key ended so long ago that it is not listed here; the command lists all."""
    return key.sound and key.ends is not None and key.ends < now - _ENDED_SHOWN


def _row(house: House, key: ApiKey, now: datetime) -> list[str | Toned]:
    used = house.accesses.used(key.key_id)
    return [
        key.system,
        key.key_id,
        ", ".join(words(f"told.{right.value}") for right in sorted(key.rights)),
        str(key.per_minute) if key.lives(now) else "",
        moment(key.made_at) if key.sound else "",
        moment(used) if used else words("systems.not_used"),
        moment(key.ends) if key.sound and key.ends else "",
        _state(key, now),
    ]


def _state(key: ApiKey, now: datetime) -> str | Toned:
    if not key.sound:
        return Toned(words("systems.unsound"), "bad")
    if not key.lives(now):
        return words("systems.is_over")
    return Toned(
        *((words("systems.is_ending"), "wait") if key.ends else (words("systems.in_use"), "ok"))
    )


def _last(found: Sequence[Accessed]) -> None:
    if not found:
        return
    st.markdown(f"**{words('systems.last', n=len(found))}**")
    st.caption(words("systems.last_how"))
    table([words(f"systems.{name}") for name in _LAST], [_asked(one) for one in found])


def _asked(one: Accessed) -> list[str | Toned]:
    status = str(one.status)
    return [
        moment(one.at),
        one.system,
        one.key,
        words("systems.no_address") if one.what == NO_ADDRESS else one.what,
        Toned(status, "wait") if one.status >= _FAILED else status,
        one.result,
        " ".join(f"{person[:_SHORT]}…" for person in one.persons),
        str(one.ms),
    ]
