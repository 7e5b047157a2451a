"""Presented text: what kind of text is this, and what does it say?

The only way in for bytes of a QR, a scanner, a paste or a hand. Nothing here raises on any
input, and a text that does not read whole gives no card at all.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from verification.basics.names import name_key, search_key
from verification.card import framing, layouts, numbers, qr_card, qr_citizen
from verification.card.facts import Card
from verification.card.numbers import NumberKind
from verification.card.reasons import Finding, Reason

MAX_BYTES = 8_000  # the largest QR (version 40) holds 7,089 digits or 2,953 bytes
_MAX_CARD_CHARS = 4_000  # no card's QR has more letters
# of a hex field or a number with its marked letters taken out; no address is so full of digits
_REST_OF_HEX = re.compile(r"(?=(?:\D*\d){6})(?:[A-Za-z]{0,2}\d+|[0-9A-Fa-f]+)", re.ASCII)
# a card's QR whose bars the keyboard swallowed
_WITHOUT_BARS = re.compile(
    r"(?:[A-Z]{2}[1-5]\d{12}|\d{10})[0-9a-f]{8,}/\d{1,2}/\d{4}", re.ASCII | re.IGNORECASE
)
_SHORTEST = 8  # of a number that lost a digit or two
_FEW_SIGNS = 4  # a line of stars is no number that a keyboard bent


class Kind(StrEnum):
    """What kind of text was presented."""

    BHYT_QR = "bhyt_qr"
    BHYT_NUMBER = "bhyt_number"
    BHXH_NUMBER = "bhxh_number"
    CCCD_QR = "cccd_qr"
    CCCD_NUMBER = "cccd_number"
    LEGACY_NUMBER = "legacy_number"
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"


QR_KINDS = frozenset({Kind.BHYT_QR, Kind.CCCD_QR})
CITIZEN_KINDS = frozenset({Kind.CCCD_QR, Kind.CCCD_NUMBER})
_HEALTH_KINDS = frozenset({Kind.BHYT_QR, Kind.BHYT_NUMBER, Kind.BHXH_NUMBER})


@dataclass(frozen=True)
class Presented:
    """One presented text, understood.

    Args:
        kind: What it is.
        digest: SHA-256 of the exact bytes, hex; the text itself is not kept.
        card: The facts that it states, or None where it was refused whole.
        findings: Why it was refused, or what the text alone already shows.
        beside: The citizen card that was shown beside it.
    """

    kind: Kind
    digest: str
    card: Card | None
    findings: tuple[Finding, ...] = ()
    beside: Card | None = None


@dataclass(frozen=True)
class Together:
    """All that was presented at once: one text, or what one picture shows.

    Args:
        counts: What counts of it.
        kinds: The kinds of all of it.
    """

    counts: Presented
    kinds: frozenset[Kind]


def read_all(payloads: Sequence[bytes], on: date) -> Together:
    """Understand all that was presented at once; nothing at all is an empty text.

    Args:
        payloads: Exact bytes of each.
        on: The visit date.
    """
    readings = [read(raw, on) for raw in payloads] or [read(b"", on)]
    counts = choose(readings) or readings[0]
    return Together(counts, frozenset(reading.kind for reading in readings))


def read(raw: bytes, on: date) -> Presented:
    """Understand presented bytes.

    Args:
        raw: Exact bytes, of any length and content.
        on: The visit date; nobody is born after it.
    """
    digest = hashlib.sha256(raw).hexdigest()
    if len(raw) > MAX_BYTES:
        return _refused(digest, Kind.UNREADABLE, Reason.UNREADABLE, case="too_long")
    try:
        text = framing.visible(raw.decode("utf-8"))
    except UnicodeDecodeError:
        text = None
    if text is None:
        return _refused(digest, Kind.UNREADABLE, Reason.UNREADABLE, case="garbled")
    if not text:
        return _refused(digest, Kind.UNREADABLE, Reason.UNREADABLE, case="empty")
    if len(text) > _MAX_CARD_CHARS:
        return _foreign(framing.joined(text), digest)
    found = _unframed(text, digest, on)
    if found.kind is not Kind.FOREIGN and not _WITHOUT_BARS.match(text):
        return found
    return _retyped(text, digest, on) or found


def _unframed(text: str, digest: str, on: date) -> Presented:
    """Understand a text as it is, without its frame, or as what stands in it one by one."""
    found = _first_whole(text, digest, on)
    citizen = found.kind is Kind.CCCD_QR
    pieces = framing.lines(text) if citizen else framing.pieces(text)
    if pieces == [text]:  # nearly always: nothing stands around it
        return found
    apart = [_first_whole(piece, digest, on) for piece in pieces]
    several = len(apart) > 1 and any(reading.card for reading in apart)
    # digits of two lines together would be a third number; after a citizen card all is let be
    together = "|" in text and not citizen and found.card
    return _all_of(apart, digest) if several and not together else found


def _first_whole(text: str, digest: str, on: date) -> Presented:
    came = _read_text(framing.joined(text), digest, on)
    if came.card:
        return came
    offers = [_read_text(offer, digest, on) for offer in framing.unframed(text)]
    told = min([came, *offers], key=_is_vague)
    return next((reading for reading in offers if reading.card), told)


def _is_vague(reading: Presented) -> tuple[bool, bool]:
    unknown = any(finding.params.get("case") == "unknown" for finding in reading.findings)
    return reading.kind is Kind.FOREIGN, unknown


def _all_of(readings: list[Presented], digest: str) -> Presented:
    """Return the one card that several codes of one scan name; each must be whole."""
    chosen = choose(readings)
    if chosen is None or not all(reading.card for reading in readings):
        return _refused(digest, Kind.UNREADABLE, Reason.UNREADABLE, case="mixed")
    # a picture shows what lies side by side; what one scan ran together may be of two people
    stranger = chosen.card and chosen.beside and chosen.card.so_cccd != chosen.beside.so_cccd
    if chosen.card is None or stranger:
        return _refused(digest, chosen.kind, Reason.TWO_CARDS, case="scan")
    return replace(chosen, digest=digest)


def _retyped(text: str, digest: str, on: date) -> Presented | None:
    """Understand a text that went through another keyboard; name the keyboard where it is not sure.

    Returns:
        None where the text is none that a scanner typed.
    """
    whole: dict[tuple[str, str], Presented] = {}
    named = []
    for typed in layouts.undone(text):
        found = _unframed(typed.text, digest, on)
        if typed.sure and (found.card or _first_reason(found) is Reason.TWO_CARDS):
            whole.setdefault(_identity(found), found)
        if _may_be_typed(text, typed.text, found):
            named.append(typed.layout)
    if len(whole) == 1:
        return next(iter(whole.values()))
    if not named:
        return None
    return _refused(digest, Kind.UNREADABLE, Reason.UNREADABLE, case=f"layout_{named[0]}")


def _may_be_typed(typed: str, meant: str, found: Presented) -> bool:
    """Tell whether a text that is no card was a damaged one before it went through a keyboard."""
    if len(meant) < _SHORTEST or len(set(typed)) < _FEW_SIGNS or _is_bent_reading(found):
        return False
    if found.kind is Kind.FOREIGN:
        return bool(_WITHOUT_BARS.match(meant)) and not _WITHOUT_BARS.match(typed)
    return True


def _first_reason(reading: Presented) -> Reason | None:
    return reading.findings[0].reason if reading.findings else None


def _is_bent_reading(reading: Presented) -> bool:
    return any(finding.params.get("case") == "input_method" for finding in reading.findings)


def choose(readings: list[Presented]) -> Presented | None:
    """Pick what counts of the texts that one picture shows.

    A foreign QR beside a card does not matter; two different cards must be shown one by one.
    """
    cards = list({_identity(r): r for r in readings if r.card}.values())
    if joined := _side_by_side(cards):
        return joined
    if len(cards) > 1:
        together = hashlib.sha256("".join(sorted(r.digest for r in cards)).encode()).hexdigest()
        return _refused(together, cards[0].kind, Reason.TWO_CARDS)
    ranked = cards or sorted(readings, key=lambda r: r.kind is Kind.FOREIGN)
    return ranked[0] if ranked else None


def _side_by_side(cards: list[Presented]) -> Presented | None:
    """Put a citizen card beside the BHYT card that it is shown with; the store tells whose it is.

    Its number is taken over only where name and birth date say that it is the same person.
    """
    health = [reading for reading in cards if reading.kind in _HEALTH_KINDS]
    others = [reading for reading in cards if reading.kind in CITIZEN_KINDS]
    if len(health) != 1 or len(others) != 1 or len(cards) != 2:  # noqa: PLR2004  # one of each
        return None
    card, citizen = health[0].card, others[0].card
    if card is None or citizen is None:
        return None
    if _same_person(card, citizen):
        card = replace(card, so_cccd=citizen.so_cccd)
    return replace(health[0], card=card, beside=citizen)


def _same_person(a: Card, b: Card) -> bool:
    named = bool(a.ho_ten and b.ho_ten) and name_key(a.ho_ten or "") == name_key(b.ho_ten or "")
    return named and bool(a.ngay_sinh and b.ngay_sinh and a.ngay_sinh.agrees(b.ngay_sinh))


def _identity(reading: Presented) -> tuple[str, str]:
    # one card on plastic and on a phone is one; a citizen card beside a BHYT card is two
    card = reading.card or Card()
    return reading.kind, card.ma_so_bhxh or card.ma_the or card.so_cccd or reading.digest


def _is_bent(part: str) -> bool:
    """Tell whether a hex field or a number holds letters that only an input method puts there.

    Telex makes `dd`, `aa`, `ee`, `af` of hex into letters with marks, VNI `a1`, `d9`, `e6`.
    """
    if part.isascii():
        return False
    plain = "".join(c for c in part.strip() if c.isascii())
    marked = any(search_key(c).isascii() for c in part if c.isalpha() and not c.isascii())
    return bool(marked and _REST_OF_HEX.fullmatch(plain))


def _refused(digest: str, kind: Kind, reason: Reason, **params: str) -> Presented:
    return Presented(kind, digest, None, (Finding(reason, params),))


def _read_text(text: str, digest: str, on: date) -> Presented:
    """Understand a text without a frame."""
    if any(map(_is_bent, text.split("|"))):
        return _refused(digest, Kind.UNREADABLE, Reason.UNREADABLE, case="input_method")
    if _WITHOUT_BARS.match(text):
        return _refused(digest, Kind.UNREADABLE, Reason.UNREADABLE, case="garbled")
    return _read_parts(text, digest, on) if "|" in text else _read_number(text, digest)


def _read_parts(text: str, digest: str, on: date) -> Presented:
    parts = [part.strip() for part in text.split("|")]
    first = numbers.compact(parts[0])
    try:
        if numbers.is_card_like(first):
            return _legacy_noted(first, Kind.BHYT_QR, digest, qr_card.read(first, parts, on))
        if qr_citizen.is_citizen_number(first):
            return Presented(Kind.CCCD_QR, digest, qr_citizen.read([first, *parts[1:]], on))
    except qr_card.Refusal as refusal:
        unreadable = refusal.reason is Reason.UNREADABLE
        kind = Kind.CCCD_QR if first.isdigit() and len(first) > 10 else Kind.BHYT_QR  # noqa: PLR2004  # a BHXH number has 10
        return _refused(
            digest, Kind.UNREADABLE if unreadable else kind, refusal.reason, **refusal.params
        )
    if numbers.is_attempt(first) and len(first) >= 10:  # noqa: PLR2004  # a damaged number of a card QR
        return _bad_number(first, digest)
    return _foreign(text, digest)


def _read_number(text: str, digest: str) -> Presented:
    compact = numbers.compact(text)
    match numbers.kind_of(compact):
        case NumberKind.CARD15:
            card = Card(ma_the=compact, ma_so_bhxh=compact[-10:])
            return Presented(Kind.BHYT_NUMBER, digest, card)
        case NumberKind.BHXH10:
            return Presented(Kind.BHXH_NUMBER, digest, Card(ma_so_bhxh=compact))
        case NumberKind.CCCD12:
            return Presented(Kind.CCCD_NUMBER, digest, Card(so_cccd=compact))
        case NumberKind.LEGACY:
            return _legacy_noted(compact, Kind.LEGACY_NUMBER, digest, Card(ma_the=compact))
    if numbers.is_attempt(compact) and not text.startswith(("0002", "{", "[")):
        return _bad_number(compact, digest)
    return _foreign(text, digest)


def _legacy_noted(first: str, kind: Kind, digest: str, card: Card) -> Presented:
    if numbers.kind_of(first) is not NumberKind.LEGACY:
        return Presented(kind, digest, card)
    notes = [Finding(Reason.LEGACY_NUMBER)]
    if first[2] in "67" or set(first[5:7]) & {"O", "I"}:
        notes.insert(0, fault_finding(first))
    return Presented(kind, digest, card, tuple(notes))


def fault_finding(compact: str) -> Finding:
    """Say exactly what is wrong with a number."""
    fault = numbers.first_fault(compact)
    if fault is None:
        raise ValueError(compact)
    if fault.position is None:
        return Finding(Reason.BAD_NUMBER, {"case": "length", "found": fault.found})
    if fault.position > 15:  # noqa: PLR2004  # past the longest number
        return Finding(Reason.BAD_NUMBER, {"case": "length", "found": str(len(compact))})
    params = {"position": str(fault.position), "found": fault.found}
    if digit := numbers.misread_digit(fault):
        return Finding(Reason.BAD_NUMBER, {"case": "misread", "digit": digit, **params})
    return Finding(Reason.BAD_NUMBER, {"case": fault.expected, **params})


def _bad_number(compact: str, digest: str) -> Presented:
    if not compact.isdigit():
        kind = Kind.BHYT_NUMBER
    else:
        kind = Kind.BHXH_NUMBER if len(compact) <= 10 else Kind.CCCD_NUMBER  # noqa: PLR2004  # digits of a BHXH number
    return Presented(kind, digest, None, (fault_finding(compact),))


def _foreign(text: str, digest: str) -> Presented:
    return _refused(digest, Kind.FOREIGN, Reason.NOT_A_CARD, case=_what_it_is(text))


def _what_it_is(text: str) -> str:
    start = text[:12].lower()
    if start.startswith(("http:", "https:", "www.")):
        return "web"
    if start.startswith("000201"):  # EMV payload format indicator, which VietQR uses
        return "vietqr"
    if start.startswith("wifi:"):
        return "wifi"
    return "json" if _is_json(text) else "unknown"


def _is_json(text: str) -> bool:
    if text[0] not in "{[":
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
