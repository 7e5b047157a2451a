"""One sheet for one visit: that the national portal failed, attempt by attempt."""

from collections.abc import Mapping

from fpdf.fonts import FontFace

from verification.adapters.papers.page import BLUE, GREY, LEFT, LINE, WIDTH, Page
from verification.basics.dates import VIETNAM, parse_partial
from verification.basics.texts import Texts
from verification.card.numbers import spaced
from verification.exchange.evidence import Attempt, Evidence
from verification.kiosk import Kiosk
from verification.rights import Actor

_TEXTS = Texts("verification.exchange")
_COLUMNS = (34, 17, 61, 14, 19, 35)
_HEADS = ("when", "who", "said", "took", "event", "hash")
_FIRST, _LAST = 12, 12  # of many attempts these are named: the sheet is one page
_HASH = 16  # characters; the whole one stands in the log
_SIGNED = 30.0


def outage_pdf(
    evidence: Evidence, actor: Actor, kiosk: Kiosk, account: str, lang: str = "vi"
) -> bytes:
    """Return the sheet as PDF.

    Args:
        evidence: What is known.
        actor: Who prints.
        kiosk: The kiosk.
        account: The facility's account at the portal, masked; empty where none is set now.
        lang: `vi` or `en`.
    """
    return _Sheet(evidence, actor, kiosk, account, lang).printed()


class _Sheet(Page):
    def __init__(
        self, evidence: Evidence, actor: Actor, kiosk: Kiosk, account: str, lang: str
    ) -> None:
        self._evidence, self._actor, self._kiosk = evidence, actor, kiosk
        self._account, self._lang = account, lang
        super().__init__(self._word("title"))

    def footer(self) -> None:
        """Say when and by whom it was printed, and the event that says so too."""
        self.set_y(-14)
        self.ink(7.5, colour=GREY)
        looked = self._evidence.looked
        time = self._at(looked)
        officer = self._actor.officer
        self.cell(0, 4, self._word("printed", time=time, officer=officer, event=looked.event_id))

    def draw(self) -> None:
        """Write all of it."""
        self.ink(15, "B", BLUE)
        self.says(self._word("title"), 8)
        self.ink(8.5, colour=GREY)
        self.says(self._word("basis"), 4.4)
        self.ln(2)
        self._facts()
        self.heading(self._word("attempts"))
        self._attempts()
        self.ln(2)
        self.ink(7.5, colour=GREY)
        visit = self._evidence.visit.visit_id
        self.says(self._word("proof", visit=visit, hash=self._evidence.received), 4.2)
        self._signatures()

    def _word(self, key: str, **params: object) -> str:
        return _TEXTS(f"evidence.{key}", **params).in_language(self._lang)

    def _at(self, what: object) -> str:
        at = getattr(what, "at", None) or getattr(what, "happened_at", None)
        return f"{at.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}" if at else "–"

    def _facts(self) -> None:
        found, visit = self._evidence, self._evidence.visit
        card = found.content.get("ban_ghi", {})
        place = self._kiosk.cards.facility(self._kiosk.facility or "")
        number = card.get("ma_the") or card.get("ma_so_bhxh") or card.get("so_cccd")
        received = {"time": self._at(visit), "desk": visit.desk, "officer": visit.officer or "–"}
        numbered = f" · {self._word('number', number=visit.so_thu_tu)}" if visit.so_thu_tu else ""
        facts = {
            "facility": f"{self._kiosk.facility or ''} {place.ten if place else ''}".strip(),
            "visit": f"{visit.visit_id}{numbered}",
            "patient": " · ".join(filter(None, (card.get("ho_ten"), _birth(card)))) or "–",
            "card": spaced(number) if number else "–",
            "received": self._word("received_at", **received),
            "account": self._account or "–",
            "state": self._state(),
        }
        for name, value in facts.items():
            self.ink(9, colour=GREY)
            self.cell(44, LINE, self._word(name))
            self.ink(9.5, "B" if name in {"patient", "card", "state"} else "")
            self.says(value)

    def _state(self) -> str:
        if self._evidence.visit.cancelled:
            return self._word("undone")
        settled = self._evidence.settled
        if settled is None:
            return self._word("open")
        said = settled.said.in_language(self._lang)
        return self._word("settled", time=self._at(settled), said=said)

    def _attempts(self) -> None:
        every = list(self._evidence.attempts)
        left = len(every) - _FIRST - _LAST
        shown = every if left <= 0 else [*every[:_FIRST], *every[-_LAST:]]
        self.ink(8)
        with self.table(
            col_widths=_COLUMNS,
            line_height=4.4,
            headings_style=FontFace(emphasis="BOLD"),
            text_align="LEFT",
        ) as table:
            table.row([self._word(head) for head in _HEADS])
            for attempt in shown:
                table.row(self._cells(attempt))
        if left > 0:
            self.says(self._word("more", count=left), 4.4)

    def _cells(self, attempt: Attempt) -> list[str]:
        return [
            self._at(attempt),
            self._word(f"by_{attempt.by}"),
            attempt.said.in_language(self._lang),
            f"{attempt.ms / 1000:.1f} s",
            attempt.event_id,
            attempt.hash[:_HASH],
        ]

    def _signatures(self) -> None:
        if self.will_page_break(_SIGNED + 8):
            self.add_page()
        self.ln(4)
        top, wide = self.get_y(), WIDTH / 2 - 4
        self.set_draw_color(*GREY)
        for side, role in enumerate(("signed", "head")):
            left = LEFT + side * (wide + 8)
            self.rect(left, top, wide, _SIGNED)
            self.set_xy(left + 3, top + 2)
            self.ink(8.5, "B")
            self.cell(wide - 6, 4.4, self._word(role))
            self.set_xy(left + 3, top + 7)
            self.ink(7.5, colour=GREY)
            self.cell(wide - 6, 4, self._word("sign"))
        self.set_y(top + _SIGNED)


def _birth(card: Mapping[str, str]) -> str:
    text = card.get("ngay_sinh")
    return parse_partial(text).vi if text else ""
