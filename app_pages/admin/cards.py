"""The tab "danh sách thẻ": what the store holds of whom, lists to import, who imported what."""

import streamlit as st

from app_pages.admin.hand_in import hand_in
from app_pages.admin.history import history
from app_pages.admin.tables import Toned, grouped, table
from app_pages.admin.told import moment
from app_pages.server.house import House
from app_pages.shell.language import Words, in_language, plainly
from verification.basics.texts import Texts
from verification.card.ports import Source
from verification.officers import card_lists
from verification.rights import Actor, Right, may

words = Words(Texts("app_pages.admin", "app_pages.shell"))
_MOST_LEFT = 50


def cards_tab(house: House, actor: Actor) -> None:
    """Draw the tab."""
    _state(house, actor)
    st.subheader(words("lists_in"))
    _watched(house)
    if may(actor, Right.CHANGE_HOUSE):
        hand_in(house, actor)
    history(house, actor)


def _state(house: House, actor: Actor) -> None:
    """Show what the store holds by who made the lists, what is old in amber."""
    status = house.kiosk.cards.status()
    if status.trouble:
        st.error(in_language(status.trouble))
    if status.demo:
        st.info(words("lists_demo"))
    found = card_lists.sources(actor, house.kiosk)
    if not found:
        st.caption(words("cards_empty"))
        return
    heading = ("origin", "cards", "periods", "newest", "age", "refused")
    table([words(f"lists_{name}") for name in heading], [_source(house, one) for one in found])
    st.caption(words("lists_old", days=house.settings.record_days))


def _source(house: House, source: Source) -> list[str | Toned]:
    if source.as_of is None:
        newest: list[str | Toned] = ["–", "–"]
    else:
        days = (house.kiosk.likely_day() - source.as_of).days
        age = words("lists_days", count=days)
        old = days > house.settings.record_days
        newest = [f"{source.as_of:%d/%m/%Y}", Toned(f"⚠ {age}", "wait") if old else age]
    return [
        words(f"origin_{source.origin.value}"),
        grouped(source.cards),
        grouped(source.periods),
        *newest,
        Toned(grouped(source.refused), "wait") if source.refused else "0",
    ]


def _watched(house: House) -> None:
    """Say how the watching of the folder goes, and what stays there."""
    watch = house.watch
    if watch.folder is None:
        return
    looked = moment(watch.looked) if watch.looked else "–"
    st.caption(words("lists_watched", folder=plainly(str(watch.folder)), looked=looked))
    if watch.trouble:
        st.warning(in_language(watch.trouble), icon="⚠️")
    if watch.left:
        rows = [(left.name, in_language(left.why)) for left in watch.left[:_MOST_LEFT]]
        table([words("lists_file"), words("lists_why")], rows)
