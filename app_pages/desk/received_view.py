"""What a received visit adds to the answer: its number of the day, and the room."""

from app_pages.shell.language import View, Words
from verification.kiosk import Kiosk
from verification.reception.answer import Answer
from verification.reception.rooms import ASKED, asked_items, room_of


def queue_view(answer: Answer, words: Words) -> View | None:
    """Return the day's number, which stands large in the band; None where none was given."""
    visit = answer.visit
    if visit is None or visit.so_thu_tu is None or visit.cancelled:
        return None
    return {"label": words("queue_label"), "value": str(visit.so_thu_tu)}


def room_facts(kiosk: Kiosk, answer: Answer, words: Words) -> list[View]:
    """Return where the patient was sent, nothing while nobody chose."""
    room = room_of(kiosk, answer.visit)
    if room is None:
        return []
    value, note = room.in_language(words.lang), words("change_key")
    return [{"label": words("fact_room"), "value": value, "note": note, "tone": ""}]


def rooms_view(kiosk: Kiosk, answer: Answer, words: Words) -> View | None:
    """Return the question of the room, which stands below the band; None where nothing is asked."""
    items = asked_items(kiosk, answer)
    if not items:
        return None
    return {
        "text": words("question_room"),
        "choices": [item.text.in_language(words.lang) for item in items],
        "value": ASKED,
    }
