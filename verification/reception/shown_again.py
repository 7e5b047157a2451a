"""What was presented, read again from the log: facts and not the raw text, as corrected since."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from verification.card import presented
from verification.card.presented import Kind
from verification.log.content import card_from, visit_content
from verification.log.events import Event
from verification.log.ports import Contents
from verification.log.unreadable import Content
from verification.log.visit import Visit
from verification.log.visit_events import Presented

NUMBERS = ("ma_the", "ma_so_bhxh", "so_cccd")
_SHOWN = frozenset({"quet", "go"})


@dataclass(frozen=True)
class ShownAgain:
    """A presentation as the log keeps it.

    Args:
        codes: What its event says.
        content: Its personal content, as corrected since.
        corrected: The facts that were corrected by hand; they stand in place of those shown.
    """

    codes: Presented
    content: Content
    corrected: Mapping[str, str]

    @property
    def known(self) -> Mapping[str, str]:
        """Return the facts that count, as text."""
        facts: Mapping[str, str] = self.content.get("ban_ghi", {})
        return facts

    @property
    def shown(self) -> Mapping[str, str]:
        """Return the facts as presented, as text; a corrected one as it is now."""
        read = self.content.get("cach_doc", {})
        facts = {name: text for name, text in self.known.items() if read.get(name) in _SHOWN}
        facts |= self.content.get("trinh_ra", {}) | dict(self.corrected)
        if number := self.content.get("so_trinh"):
            facts |= {"ma_the": number, "ma_so_bhxh": number[-10:]}
        if not any(facts.get(name) for name in NUMBERS):
            facts |= {name: self.known[name] for name in NUMBERS if name in self.known}
        return facts

    def reading(self, day: date) -> presented.Presented:
        """Return what was shown then, understood for a day."""
        shown, codes = self.shown, self.codes
        beside = self.content.get("can_cuoc") or self.content.get("kem")
        kind = Kind(codes.shown) if codes.shown in set(Kind) else Kind.BHYT_NUMBER
        digest = str(self.content.get("sha256", ""))
        reading = presented.Presented(kind, digest, card_from(shown))
        if kind not in presented.QR_KINDS:  # of a number, what it says of itself too
            number = next((shown[name] for name in NUMBERS if shown.get(name)), "")
            alone = presented.read(number.encode(), day)
            if alone.card:
                mended = vars(card_from(self.corrected))
                facts = {name: value for name, value in mended.items() if value is not None}
                reading = replace(alone, card=replace(alone.card, **facts))
        return replace(reading, beside=card_from(beside) if beside else None)


def shown_again(log: Contents, shown: Event, visit: Visit | None) -> ShownAgain:
    """Return a presentation as the log keeps it.

    Args:
        log: Where it is kept.
        shown: The `presented` event.
        visit: The visit that was received from it; what was corrected of it counts. One that was
            there before says nothing of this presentation.
    """
    if visit and visit.presented != shown.event_id:
        visit = None
    own = log.content(shown.event_id)
    content = (visit_content(log, visit) if visit else own) or Content()
    corrected: dict[str, str] = {}
    for event_id in visit.corrected if visit else ():
        part = log.content(event_id) or Content()
        if "sha256" not in part:  # a card that came later is a presentation of its own
            corrected |= part.get("ban_ghi", {})
    return ShownAgain(Presented.of(shown.codes), content, corrected)
