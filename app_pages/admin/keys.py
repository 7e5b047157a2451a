"""The tab "khóa": where the key lies, how old the keys are, what is lost with them."""

from datetime import datetime

import streamlit as st

from app_pages.server.house import House
from app_pages.shell.language import Words, in_language
from verification.basics.dates import VIETNAM
from verification.basics.texts import Texts
from verification.log.house_events import KeysRotated
from verification.officers.keys import key_ages
from verification.operations.keys import KeyPlace, key_place, lies_beside
from verification.rights import Actor

words = Words(Texts("app_pages.admin", "app_pages.shell"))


def keys_line(house: House) -> None:
    """Say above all tabs that who takes the folder takes the key too; not of the demo."""
    real = house.settings.real or not house.kiosk.cards.status().demo
    if real and lies_beside(house.settings):
        st.warning(words("keys_beside", folder=str(house.settings.folder)))


def keys_tab(house: House, actor: Actor) -> None:
    """Draw the tab."""
    place = key_place(house.settings)
    ages = key_ages(actor, house.kiosk)
    facts = [
        (words("keys_where"), place.name),
        (words("keys_mode"), _mode(place)),
        (words("keys_data_since"), _moment(ages.data_since)),
        (words("keys_index_since"), _moment(ages.index_since) if ages.index_since else "–"),
        (words("keys_last"), _moment(ages.rotations[0].recorded_at) if ages.rotations else "–"),
    ]
    st.table([{words("keys_what"): name, words("keys_state"): value} for name, value in facts])
    if place.trouble:
        st.error(in_language(place.trouble))
    st.info(words("keys_lost"))
    st.caption(words("keys_cards", folder=str(house.settings.folder)))
    st.caption(words("keys_rotate"))
    rows = [
        {
            words("access_at"): _moment(event.recorded_at),
            words("access_account"): event.officer,
            words("access_what"): ", ".join(
                words(f"keys_{what}") for what in KeysRotated.of(event.codes).what
            ),
            words("keys_unread"): KeysRotated.of(event.codes).unread,
        }
        for event in ages.rotations
    ]
    if rows:
        st.dataframe(rows, hide_index=True)


def _mode(place: KeyPlace) -> str:
    return words("keys_mode_bad" if place.trouble else "keys_mode_good")


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
