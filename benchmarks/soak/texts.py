"""Texts that a QR, a scanner or a stranger could present: bent, grown by a grammar, and rubbish.

Each comes with what it was made from, so that what is read can be held against it.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fixtures.tables import table

_PAYLOADS = Path(__file__).resolve().parents[2] / "fixtures/payloads"
_BARS = ("|", "|", "|", "|", "|", "¦", "｜", "│", "\t", ";", ",", "||", "| |", "\u2028", "~")
_ENDS = ("$", "$", "#", "", "$$", "£", "€", "¤", "\n", "\r\n", "\0", "$|", "$\0garbage")
_FRONTS = (
    "",
    "",
    "",
    "]Q1",
    "]Q3\\000026",
    "*",
    '"',
    "“",
    "\ufeff",
    "Số thẻ BHYT: ",
    "\x02",
    "\x1d",
)
_UNSEEN = ("\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u00a0", "\u3000", "\u0301")
_CODES = (
    "utf-8",
    "utf-8",
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "cp1258",
    "cp1252",
    "shift_jis",
)
_LETTERS = "ABCDEGHKNTXÀÁẢÃẠĂẰÂÊĐƠƯaáoôeêuưiy '.-<&?\ud800\udfff\U0001f600\ufffd\ufdfa\u0323\u0302"
_DAYS = ("-", "", "01/01/2026", "31/12/2026", "1/1/2027", "29/02/2023", "00/00/0000", "31/12/9999", "01/01/0001",
         "2026-01-01", "19940305", "1950", "07/1955", "05/13/1994", "٠١/٠١/٢٠٢٦")  # fmt: skip
_OTHERS = ("-", "", "5", "4", "79 - 014", "79014", "79–014", "zz", "0", "1", "2", "K1")
_FACES = "0123456789٠١٢٣४५６７８９OIlSBZ"
LONGEST = 9_000  # bytes; more than is looked at


@dataclass(frozen=True)
class Drawn:
    """One text to present.

    Args:
        raw: Its bytes.
        how: What made it.
        of: The numbers of the cards that it was made from; empty where of none.
    """

    raw: bytes
    how: str
    of: frozenset[str] = frozenset()


@cache
def known() -> Sequence[Drawn]:
    """Return the fixtures' texts, each with all numbers of the card that it is of."""
    texts = [path.read_bytes() for path in sorted(_PAYLOADS.glob("*.txt"))]
    return [Drawn(raw, "whole", _numbers(raw)) for raw in texts]


def _numbers(raw: bytes) -> frozenset[str]:
    first = raw.decode("utf-8", "ignore").lstrip("\ufeff").split("|")[0].strip("\0\r\n ")
    of_one = [
        {row["ma_the"], row["ma_so_bhxh"], row["so_cccd"]} - {""}
        for row in (*table("cards"), *table("unlisted"))
    ]
    return frozenset({first}.union(*(numbers for numbers in of_one if first in numbers)))


def drawn(chance: random.Random) -> Drawn:
    """Return the next text."""
    ways = (_bent, _bent, _bent, _renumbered, _renumbered, _grown, _grown, _spliced, _framed,
            _recoded, _random, _long)  # fmt: skip
    return chance.choice(ways)(chance)


def _bent(chance: random.Random) -> Drawn:
    """Change, drop, insert, double or cut bytes of a known text."""
    one = chance.choice(known())
    text = bytearray(one.raw)
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(text)) if text else 0
        end = at + chance.randrange(1, 30)
        match chance.randrange(7):
            case 0:
                del text[at:end]
            case 1:
                text[at:at] = chance.randbytes(chance.randrange(1, 6))
            case 2:
                text[at:at] = b"|"
            case 3:
                text[at : at + 1] = bytes([chance.randrange(256)])
            case 4:
                text[at:at] = text[at:end]
            case 5:
                text[at : at + 1] = chance.choice(_UNSEEN).encode()
            case _:
                del text[at:]
    return Drawn(bytes(text), "bent", one.of)


def _renumbered(chance: random.Random) -> Drawn:
    """Change the number of a known text alone: one or two of its characters, or two change place."""
    one = chance.choice(known())
    text = one.raw.decode("utf-8", "replace")
    head, bar, rest = text.partition("|")
    if not head:
        return one
    if chance.random() < 0.2:  # the number of somebody else's code
        other = chance.choice(known()).raw.decode("utf-8", "replace").partition("|")[0]
        return Drawn((other + bar + rest).encode(), "renumbered", one.of if bar else frozenset())
    letters = list(head)
    for _ in range(chance.randrange(1, 3)):
        at, to = chance.randrange(len(letters)), chance.randrange(len(letters))
        if chance.random() < 0.3:
            letters[at], letters[to] = letters[to], letters[at]
        else:
            letters[at] = chance.choice(_FACES if chance.random() < 0.2 else "0123456789DNTE")
    return Drawn(("".join(letters) + bar + rest).encode(), "renumbered", one.of)


def _grown(chance: random.Random) -> Drawn:
    """Grow a card of 1 to 20 fields, each right, wrong or absurd."""
    number = chance.choice([_number(chance, 15), _number(chance, 10), _number(chance, 12)])
    fields = [number] + [_field(chance) for _ in range(chance.choice((6, 8, 9, 13, 14, 16, 19)))]
    bar = chance.choice(_BARS)
    text = chance.choice(_FRONTS) + bar.join(fields) + bar + chance.choice(_ENDS)
    return Drawn(_encoded(chance, text), "grown")


def _number(chance: random.Random, length: int) -> str:
    head = chance.choice(("DN4", "TE1", "GD4", "HT3", "ZZ9", "dn4")) if length == 15 else ""
    digits = "".join(chance.choices("0123456789", k=length - len(head)))
    return head + (digits if chance.random() < 0.9 else digits[: chance.randrange(len(digits))])


def _field(chance: random.Random) -> str:
    kinds: tuple[Callable[[], str], ...] = (
        lambda: chance.choice(_DAYS),
        lambda: chance.choice(_DAYS),
        lambda: chance.choice(_OTHERS),
        lambda: "".join(chance.choices(_LETTERS, k=chance.randrange(1, 24))),
        lambda: _hexed(chance),
        lambda: _number(chance, chance.choice((10, 12, 14, 15))),
        lambda: f"{chance.getrandbits(64):016x}-7102",
    )
    return chance.choice(kinds)()


def _hexed(chance: random.Random) -> str:
    name = "".join(chance.choices(_LETTERS, k=chance.randrange(1, 24)))
    text = name.encode(chance.choice(("utf-8", "utf-16-le")), "surrogatepass").hex()
    return text if chance.random() < 0.9 else text[:-1]


def _spliced(chance: random.Random) -> Drawn:
    """Run two or three texts together, as one scan of two codes does, or cross them over."""
    one, two = chance.choice(known()), chance.choice(known())
    between = chance.choice(("", "\n", "\r\n", "|", "]Q1", "**", " ", "\t", ";")).encode()
    if chance.random() < 0.3:
        at, to = chance.randrange(len(one.raw) + 1), chance.randrange(len(two.raw) + 1)
        return Drawn(one.raw[:at] + two.raw[to:], "crossed", one.of | two.of)
    return Drawn(one.raw + between + two.raw, "spliced", one.of | two.of)


def _framed(chance: random.Random) -> Drawn:
    """Put what nobody sees, or a frame, into and around a known text."""
    one = chance.choice(known())
    text = list(one.raw.decode("utf-8", "replace"))
    for _ in range(chance.randrange(1, 9)):
        text.insert(chance.randrange(len(text) + 1), chance.choice(_UNSEEN))
    framed = chance.choice(_FRONTS) + "".join(text) + chance.choice(_ENDS)
    return Drawn(framed.encode("utf-8", "surrogatepass"), "framed", one.of)


def _recoded(chance: random.Random) -> Drawn:
    """Write a known text in another encoding, or read it in one first."""
    one = chance.choice(known())
    text = one.raw.decode("utf-8", "replace")
    if chance.random() < 0.5:
        text = one.raw.decode(chance.choice(("latin-1", "cp1258", "cp1252")), "ignore")
    return Drawn(_encoded(chance, text), "recoded", one.of)


def _encoded(chance: random.Random, text: str) -> bytes:
    code = chance.choice(_CODES)
    return text.encode(code, "surrogatepass" if code.startswith("utf") else "replace")


def _random(chance: random.Random) -> Drawn:
    size = chance.randrange(400)
    if chance.random() < 0.5:
        return Drawn(chance.randbytes(size), "random")
    text = "".join(map(chr, chance.choices(range(0x3000), k=size)))
    return Drawn(text.encode("utf-8", "surrogatepass"), "random")


def _long(chance: random.Random) -> Drawn:
    """Repeat something, up to more than is looked at; mostly short, since most of it is refused."""
    one = chance.choice(known())
    piece = chance.choice((one.raw, chance.randbytes(3), b"|", b"9", b"]Q1", b"[",
                           "ệ".encode(), "ﷺ".encode(), b"DN4", b"\\000026", b"&#x41;"))  # fmt: skip
    most = LONGEST if chance.random() < 0.05 else 600
    return Drawn((piece * (most // len(piece) + 1))[: chance.randrange(most)], "long", one.of)
