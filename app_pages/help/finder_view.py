"""What the finder's box is answered with, as plain texts in one language."""

import hashlib
import hmac
import secrets

from app_pages.shell.language import View, Words, facility_text
from verification.basics.dates import vi_date
from verification.basics.texts import Texts
from verification.card import numbers
from verification.card.facts import Card, Record
from verification.card.numbers import NumberKind
from verification.kiosk import Kiosk
from verification.reception.places.index import Found
from verification.reception.places.place import Place
from verification.reception.whose import Whose

_TEXTS = Texts("app_pages.help", "verification.reception.places", "app_pages.shell")
_SECRET = secrets.token_bytes(32)  # of this process: a mark says nothing of the number behind it
_MARK = 32


def places_view(found: Found, lang: str) -> View:
    """Return what was found while somebody types."""
    words = Words(_TEXTS, lang)
    more = words("finder.more", count=len(found.places), more=found.more) if found.more else ""
    return {
        "rows": [_place(place, words) for place in found.places],
        "said": more if found.places else words("finder.none"),
    }


def _place(place: Place, words: Words) -> View:
    return {
        "kind": words(f"kind.{place.kind.value}"),
        "code": place.code,
        "name": place.name.in_language(words.lang),
        "about": [line.in_language(words.lang) for line in place.about],
        "off": place.off.in_language(words.lang) if place.off else "",
    }


def persons_view(kiosk: Kiosk, whose: Whose, lang: str) -> View:
    """Return whom a look found, numbers masked."""
    words = Words(_TEXTS, lang)
    records = whose.named.records
    said = []
    if whose.kind is NumberKind.LEGACY:
        said.append(words("finder.legacy"))
    if whose.ma_so_bhxh:
        masked = numbers.spaced(numbers.mask(whose.ma_so_bhxh) or "")
        said.append(words("finder.of_card", number=masked))
    if not records:
        said.append(words("finder.too_many" if whose.named.more else "finder.nobody"))
    elif whose.named.more:
        said.append(words("finder.more_people"))
    return {"people": [_person(kiosk, one, words) for one in records], "said": said}


def _person(kiosk: Kiosk, record: Record, words: Words) -> View:
    card = record.card
    ends = card.gt_the_den
    born = card.ngay_sinh.vi if card.ngay_sinh else "…"
    facts = {
        "registered": facility_text(kiosk, card.ma_dkbd, words) if card.ma_dkbd else "",
        "until": vi_date(ends) if ends else "",
    }
    known = [{"label": words(f"finder.{name}"), "text": text} for name, text in facts.items()]
    return {
        "mark": mark_of(card),
        "name": f"{card.ho_ten or '…'} · {born}",
        "facts": [fact for fact in known if fact["text"]],
        "numbers": numbers_view(card, words.lang, whole=False),
    }


def numbers_view(card: Card, lang: str, *, whole: bool) -> list[View]:
    """Return the numbers of somebody, whole or masked; the BHXH number first, it is asked for."""
    words = Words(_TEXTS, lang)
    held = {"bhxh": card.ma_so_bhxh, "card": card.ma_the, "citizen": card.so_cccd}
    return [
        {
            "label": words(f"finder.{name}"),
            "text": numbers.spaced(number if whole else numbers.mask(number) or ""),
            "copied": number if whole else "",
        }
        for name, number in held.items()
        if number
    ]


def mark_of(card: Card) -> str:
    """Return what the browser names somebody by whose number it does not know."""
    said = "|".join((card.ma_the or "", card.ma_so_bhxh or "", card.so_cccd or ""))
    return hmac.new(_SECRET, said.encode(), hashlib.sha256).hexdigest()[:_MARK]
