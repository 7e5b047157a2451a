"""What an answer of the national portal adds to a verdict beside the facts that it gives.

Its facts are records of the store (`card/portal_records.py`); here is what is no fact of a card: a
name that it calls wrong, a number that is in no book, a code that nobody knows, and silence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from textwrap import shorten

from verification.basics.names import Likeness, compare
from verification.card.facts import Card, Record, Status
from verification.card.numbers import mask, mask_within
from verification.card.portal import PortalAnswer, PortalOutcome
from verification.card.portal_codes import (
    MOST_OF_A_NOTE,
    OLD_HOLDS,
    LookAgain,
    PortalCode,
    code_of,
)
from verification.card.portal_records import (
    is_left_open,
    is_locked,
    local_day,
    own_card,
    said_of_cards,
)
from verification.card.presented import Kind, Presented
from verification.card.reasons import Class, Finding, Reason
from verification.rules.law.against import is_portals
from verification.rules.law.tables import is_temporary
from verification.rules.law.validity import validity_text
from verification.rules.law.which_card import CountingCard

_OPEN = frozenset({Class.BLOCKING, Class.UNKNOWN})
_OF_WHO_ASKED = frozenset({Reason.NAME_DIFFERS, Reason.BIRTH_DIFFERS})
_AGAINST_ANY = _OF_WHO_ASKED | {Reason.BAD_NUMBER, Reason.NOT_IN_STORE}
_BARRED = frozenset({Reason.WITHDRAWN, Reason.LOCKED, Reason.HOLDER_DECEASED})
_ALIKE = frozenset({Likeness.SAME, Likeness.UNREADABLE})
_MOST_IN_THE_BAND = 120  # characters; the whole note stands below it
_OF_THE_END = frozenset({Reason.EXPIRED, Reason.NOT_YET_VALID})


@dataclass(frozen=True)
class Told:
    """An answer of the portal to what was presented, and what it was presented with.

    Args:
        answer: The answer.
        reading: What was presented.
        counting: The card that counts.
        card: The facts that count.
        on: The visit date.
    """

    answer: PortalAnswer
    reading: Presented
    counting: CountingCard
    card: Card
    on: date

    def joined(self, findings: list[Finding]) -> list[Finding]:
        """Return findings with what the answer says, in place of what it settles.

        Of another day than its own an answer says nothing but by the periods that it gave.
        """
        if local_day(self.answer) != self.on:
            return findings
        code = code_of(self.answer.code)
        said = {finding.reason for finding in findings}
        settled, added = self._settled(code), list(self._added(code, said, findings))
        kept = [f for f in findings if f.reason not in settled or f in added]
        return [*kept, *(finding for finding in added if finding not in kept)]

    def _settled(self, code: PortalCode | None) -> frozenset[Reason]:
        """Return the reasons in whose place the answer stands."""
        if code is None or not self.answer.outcome.settles:
            return frozenset()
        match code.reason:
            case Reason.MANAGED_ELSEWHERE if self._is_dated:
                return frozenset({Reason.NOT_IN_STORE})
            case Reason.EXPIRED:
                return frozenset({Reason.RENEWAL_UNKNOWN})
            case Reason.REDUCED if self._left_open(code):
                return frozenset({Reason.REDUCED})
            case Reason.VALID if self._without_dates:
                return frozenset({Reason.EXPIRED})
            case Reason.NOT_IN_STORE if not is_temporary(self.card):
                return frozenset({Reason.NOT_IN_STORE})
        return frozenset()

    def _left_open(self, code: PortalCode) -> bool:
        """Tell whether somebody who moved may have a card that runs: nobody heard how it is."""
        return code.again is LookAgain.PERSON and is_left_open(self.answer)

    @property
    def _without_dates(self) -> bool:
        """Tell whether an answer lost the dates of the card that it calls good."""
        own = own_card(self.answer)
        return own.gt_the_tu is None and own.gt_the_den is None

    def _undated(self, named: dict[str, str]) -> Finding:
        params = {"case": "undated", "store": validity_text(self.card), **named}
        return Finding(Reason.RENEWAL_UNKNOWN, params)

    @property
    def _is_dated(self) -> bool:
        """Tell whether the paper card itself says that it holds."""
        shown = self.reading.card
        dated = shown is not None and shown.gt_the_tu is not None
        return dated and self.reading.kind is Kind.BHYT_QR

    def _added(
        self, code: PortalCode | None, said: set[Reason], findings: list[Finding]
    ) -> Iterator[Finding]:
        if not self.answer.outcome.settles:
            yield self._silent(findings)
        elif is_locked(self.answer):
            yield from self._of_the_card(Reason.LOCKED, said)
        elif code is None:
            yield _refused(self.answer)
        else:
            found = list(self._known(code, said))
            yield from found
            yield from self._of_then(said | {finding.reason for finding in found})

    def _of_then(self, said: set[Reason]) -> Iterator[Finding]:
        """Yield what the portal says against the new card, where that is the one that counts."""
        then, record = self.answer.then, self.counting.record
        of_new = record is not None and is_portals(record) and self._is_new(record)
        if then is None or not then.outcome.settles or not of_new or is_locked(then):
            return
        code = code_of(then.code)
        if code is None:
            yield _refused(then)
        elif code.reason is Reason.EXPIRED and self.card.holds_on(self.on):
            params = {"case": "portal", "store": validity_text(self.card), "code": code.code}
            yield Finding(Reason.RENEWAL_UNKNOWN, params)
        elif code.reason in _AGAINST_ANY and code.reason not in said:
            yield Finding(code.reason, {"case": "portal", "code": code.code})

    def _is_new(self, record: Record) -> bool:
        return record.card.ma_the not in {None, own_card(self.answer).ma_the}

    def _known(self, code: PortalCode, said: set[Reason]) -> Iterator[Finding]:
        named = {"code": code.code}
        match code.reason:
            case Reason.EXPIRED:
                yield from self._expired(said, named)
            case Reason.CARD_REPLACED:
                yield from self._replaced(code, said)
            case Reason.WITHDRAWN | Reason.REDUCED:
                yield from self._barred(code, said)
            case Reason.FACILITY_DIFFERS:
                yield from () if code.reason in said else self._facility(named)
            case Reason.MANAGED_ELSEWHERE:
                yield Finding(code.reason, named)
            case Reason.VALID:
                if self._without_dates and Reason.EXPIRED in said:
                    yield self._undated(named)
            case reason:
                yield from self._by_its_code(reason, said, named)

    def _barred(self, code: PortalCode, said: set[Reason]) -> Iterator[Finding]:
        """Yield that the card may not be used, unless its holder moved and another one runs."""
        moved = code.again is LookAgain.PERSON
        if moved and Reason.CARD_REPLACED in said:
            return
        if moved and self._another_counts:
            yield self._another()
        elif self._left_open(code):
            yield Finding(Reason.CARD_REPLACED, {"case": "unnamed", "code": code.code})
        else:
            yield from self._of_the_card(code.reason, said)

    def _by_its_code(
        self, reason: Reason, said: set[Reason], named: dict[str, str]
    ) -> Iterator[Finding]:
        """Yield what a code says by itself; no portal knows the number of a child's first card."""
        if reason is Reason.NOT_IN_STORE:
            if not is_temporary(self.card):
                yield Finding(reason, {"case": "portal", **named})
        elif reason not in said:
            yield Finding(reason, {"case": "portal", **named})

    def _silent(self, findings: list[Finding]) -> Finding:
        """Return that the portal is silent: beside a record that may be used it only informs."""
        usable = self.counting.record is not None and not any(f.cls in _OPEN for f in findings)
        ours = self.answer.outcome is PortalOutcome.REFUSED_US
        case = "_".join(filter(None, ("beside" * usable, "us" * ours)))
        word = self.answer.code or (self.answer.cause.value if self.answer.cause else "")
        return Finding(Reason.PORTAL_SILENT, {"case": case, "code": word} if case else {})

    def _of_the_card(self, reason: Reason, said: set[Reason]) -> Iterator[Finding]:
        """Yield what is said of the card that was asked for, unless another one counts."""
        own, record = own_card(self.answer), self.counting.record
        asked = {own.ma_the, own.ma_so_bhxh, own.so_cccd} - {None}
        counts = record is None or not self.counting.replaced or record.number in asked
        if reason not in said and counts:
            yield Finding(reason)

    def _expired(self, said: set[Reason], named: dict[str, str]) -> Iterator[Finding]:
        own = own_card(self.answer)
        dated = own.gt_the_tu is not None or own.gt_the_den is not None
        if dated and own.holds_on(self.on):
            params = {"case": "portal", "store": validity_text(own), **named}
            yield Finding(Reason.RENEWAL_UNKNOWN, params)
        elif not said & _OF_THE_END and not self.counting.replaced:
            yield Finding(Reason.EXPIRED, {"case": "portal", **named})

    def _replaced(self, code: PortalCode, said: set[Reason]) -> Iterator[Finding]:
        """Yield that a new card was issued, where the records do not say it."""
        own, record = own_card(self.answer), self.counting.record
        if Reason.CARD_REPLACED in said:
            return
        new = [one.record for one in said_of_cards(self.answer)][-1:]
        if new and record and record.number == new[0].number and self._is_another(new[0], own):
            if new[0].number == own.ma_the:
                params = {"case": "renewed", "period": validity_text(new[0].card)}
                yield Finding(Reason.CARD_REPLACED, params)
            elif self._another_counts:
                yield self._another()
            return
        holds = code.code == OLD_HOLDS
        number = self.answer.new.ma_the if self.answer.new else None
        if number and said & _BARRED:  # by a list; the old card is never passed over
            number = mask(number) or ""
            yield Finding(Reason.CARD_REPLACED, {"case": "old" * holds, "number": number})
            return
        params = {"case": "old_unnamed" if holds else "unnamed", "code": code.code}
        yield Finding(Reason.CARD_REPLACED, params)

    @property
    def _another_counts(self) -> bool:
        """Tell whether a card counts that runs, and is neither the one asked for nor the one shown.

        Where the person's number alone was shown, the card that counts is in no card's place.
        """
        record, own, shown = self.counting.record, own_card(self.answer), self.reading.card
        if record is None or record.card.ma_the is None or self.counting.replaced:
            return False
        known = {own.ma_the, shown.ma_the if shown else None}
        runs = record.trang_thai is Status.HIEU_LUC and record.card.holds_on(self.on)
        return runs and is_portals(record) and record.card.ma_the not in known

    def _another(self) -> Finding:
        record = self.counting.record
        return Finding(
            Reason.CARD_REPLACED, {"number": mask(record.card.ma_the) or "" if record else ""}
        )

    @staticmethod
    def _is_another(new: Record, own: Card) -> bool:
        return new.number != own.ma_the or new.card.gt_the_tu != own.gt_the_tu

    def _facility(self, named: dict[str, str]) -> Iterator[Finding]:
        right, record = own_card(self.answer).ma_dkbd, self.counting.record
        other = self.reading.card.ma_dkbd if self.reading.card else None
        other = other or (record.card.ma_dkbd if record else None)
        if right and other and right != other:
            yield Finding(Reason.FACILITY_DIFFERS, {"case": "portal", "qr": other, "store": right})
        else:
            yield Finding(Reason.FACILITY_DIFFERS, {"case": "portal_unnamed", **named})


def _refused(answer: PortalAnswer) -> Finding:
    code = str(answer.code or "")[:MOST_OF_A_NOTE]
    note = shorten(mask_within(answer.note or ""), _MOST_IN_THE_BAND, placeholder=" …")
    more = {"case": "note", "note": note} if note else {}
    return Finding(Reason.PORTAL_REFUSED, {"code": code, **more})


def is_about(answer: PortalAnswer, reading: Presented, counting: CountingCard, on: date) -> bool:
    """Tell whether an answer says something of what is presented now.

    It is of the same day and about the same number. What it said of a name or a birth date was said
    of those that were asked with, and is nothing against others. Silence is about whoever asked.
    """
    card, asked = reading.card, answer.asked
    if card is None or local_day(answer) != on:
        return False
    if not answer.outcome.settles or asked is None:
        return True
    if not _numbers(card, counting) & _of_answer(answer):
        return False
    code = code_of(answer.code)
    if code is None or code.reason not in _OF_WHO_ASKED:
        return True
    alike = card.ho_ten is None or compare(card.ho_ten, asked.ho_ten) in _ALIKE
    return alike and (card.ngay_sinh is None or card.ngay_sinh == asked.ngay_sinh)


def _numbers(card: Card, counting: CountingCard) -> set[str]:
    record = None if counting.replaced else counting.record
    found = {card.ma_the, card.so_cccd, record.number if record else None}
    # the BHXH number alone is the person; beside a card it is of that card
    found |= set() if card.ma_the else {card.ma_so_bhxh}
    return {number for number in found if number}


def _of_answer(answer: PortalAnswer) -> set[str]:
    own = own_card(answer)
    found = {own.ma_the, answer.asked.so_the if answer.asked else None, own.ma_so_bhxh}
    return {number for number in found if number}
