"""Presents texts to the reader and the verdict, and looks for what must never come of one.

None raises and none takes long; whoever is read has whole numbers and sound dates, both of them in
the text; and a code whose number was altered is eligible for nobody.
"""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from benchmarks.soak.outcome import Outcome, Progress
from benchmarks.soak.texts import Drawn, drawn
from fixtures.tables import HERE
from verification.adapters.imports.importing import load_demo
from verification.adapters.store.sqlite.opening import open_cards
from verification.basics.dates import VIETNAM
from verification.card import framing, layouts, numbers, presented
from verification.card.facts import Card
from verification.card.presented import QR_KINDS, Kind, Presented
from verification.kiosk import Kiosk
from verification.reception import checkin
from verification.rights import desk_officer
from verification.rules.law import tables as law
from verification.rules.law.verdict import Outcome as Answer
from verification.rules.law.verdict import Rules

COUNT = 1_000_000
_PIECE = 5_000  # texts that one process looks at in a row
_NOW = datetime(2026, 11, 22, 9, 30, tzinfo=VIETNAM)
_SLOW = 0.25  # seconds of CPU for one text, which a person at the desk would notice
_TOO_SLOW = 2.0
_DEMO = {"facilities": "facilities.csv", "offices": "offices.csv", "cards": "cards.csv"}


@dataclass
class Tally:
    """What came of some texts."""

    count: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    slow: int = 0
    slowest: float = 0.0
    found: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Take in what came of others."""
        self.count += other.count
        self.kinds += other.kinds
        self.answers += other.answers
        self.slow += other.slow
        self.slowest = max(self.slowest, other.slowest)
        self.found += other.found


def payloads(
    count: int = COUNT, seed: int = 1, minutes: float | None = None, *, workers: int = 2
) -> Outcome:
    """Present so many texts; the same count and seed make the same texts, whatever the workers."""
    progress, tally = Progress("payloads", count, minutes), Tally()
    pieces = [(seed, at, min(_PIECE, count - at)) for at in range(0, count, _PIECE)]
    for found in _looked_at(pieces, workers):
        tally.add(found)
        progress.at(tally.count, len(tally.found))
        if progress.over:
            break
    cards = sum(tally.answers.values())
    rate = tally.count / progress.seconds
    told = (
        f"{tally.kinds[Kind.UNREADABLE]:,} unreadable, {tally.kinds[Kind.FOREIGN]:,} foreign, "
        f"{cards:,} read as somebody's ({tally.answers[Answer.ELIGIBLE]:,} eligible); "
        f"{rate:,.0f} a second, slowest {tally.slowest * 1000:.0f} ms of CPU, {tally.slow} over 250 ms"
    )
    return Outcome("texts presented", tally.count, seed, progress.seconds, told, tally.found)


def _looked_at(pieces: list[tuple[int, int, int]], workers: int) -> Iterator[Tally]:
    if workers == 1:
        yield from map(_look, pieces)
        return
    processes = ProcessPoolExecutor(workers)
    try:
        yield from processes.map(_look, pieces)
    finally:
        processes.shutdown(cancel_futures=True)


def _look(piece: tuple[int, int, int]) -> Tally:
    seed, at, count = piece
    chance, tally = random.Random(f"{seed}:{at}"), Tally()
    with _demo_kiosk() as kiosk:
        for _ in range(count):
            _present(drawn(chance), kiosk, tally)
    return tally


@contextmanager
def _demo_kiosk() -> Iterator[Kiosk]:
    """Open a kiosk with the invented cards, which logs nothing."""
    with tempfile.TemporaryDirectory() as folder:
        load_demo(Path(folder), {kind: HERE / name for kind, name in _DEMO.items()}, _NOW)
        with open_cards(Path(folder)) as cards:
            yield Kiosk(cards, None, Rules(law.shipped()), "79014", lambda: _NOW)


def _present(text: Drawn, kiosk: Kiosk, tally: Tally) -> None:
    begun = time.thread_time()
    try:
        seen = presented.read(text.raw, _NOW.date())
    except Exception as error:  # noqa: BLE001  # that is what is looked for
        tally.found.append(f"raised {error!r}: {text.raw!r}")
        return
    took = time.thread_time() - begun
    tally.count += 1
    tally.kinds[seen.kind] += 1
    tally.slow += took > _SLOW
    tally.slowest = max(tally.slowest, took)
    wrong = list(_wrong(text, seen, _NOW.date()))
    if took > _TOO_SLOW:
        wrong.append(f"took {took:.1f} s")
    if seen.card:
        wrong += _wrongly_answered(text, seen, kiosk, tally)
    tally.found += [f"{what} ({text.how}): {text.raw[:600]!r}" for what in wrong]


def _wrong(text: Drawn, seen: Presented, on: date) -> Iterator[str]:
    """Yield what must not be of what was read."""
    if seen.card is None:
        if not seen.findings:
            yield "refused without a reason"
        return
    if seen.kind in {Kind.FOREIGN, Kind.UNREADABLE}:
        yield f"a card of kind {seen.kind}"
    for card in (seen.card, seen.beside):
        if card:
            yield from _unsound(card, on)
    if seen.kind in QR_KINDS and not (seen.card.ho_ten and seen.card.ngay_sinh):
        yield "a code without its person"
    told = [seen.card.ma_the or seen.card.ma_so_bhxh, seen.card.so_cccd]
    for number in [number for number in told if number]:
        if not any(number in written for written in _written(text.raw)):
            yield f"a number that is not in the text, {number}"


def _unsound(card: Card, on: date) -> Iterator[str]:
    for number in (card.ma_the, card.ma_so_bhxh, card.so_cccd):
        if number is not None and numbers.kind_of(number) is None:
            yield f"no number: {number!r}"
    modern = card.ma_the and numbers.kind_of(card.ma_the) is numbers.NumberKind.CARD15
    if modern and card.ma_the and card.ma_the[-10:] != card.ma_so_bhxh:
        yield "two people's numbers"
    if card.gt_the_tu and card.gt_the_den and card.gt_the_tu > card.gt_the_den:
        yield "ends before it begins"
    if card.ngay_sinh and card.ngay_sinh.first > on:
        yield "not born yet"
    if card.gioi_tinh not in {None, "1", "2"}:
        yield f"a third sex {card.gioi_tinh!r}"
    for words in (card.ho_ten, card.dia_chi):
        if words is not None and (not words.strip() or not _is_writable(words)):
            yield f"words that are none: {words!r}"


def _is_writable(words: str) -> bool:
    """Tell whether it can be written down and shown: no half letter, no control character."""
    return not any("\ud800" <= c <= "\udfff" or c < " " or "\x7f" <= c < "\xa0" for c in words)


def _written(raw: bytes) -> Iterator[str]:
    """Yield a text as it may be read: as it is, and through each keyboard."""
    text = framing.joined(framing.visible(raw.decode("utf-8", "ignore")) or "")
    yield numbers.compact(text)
    for meant in layouts.undone(framing.visible(raw.decode("utf-8", "ignore")) or ""):
        yield numbers.compact(framing.joined(meant.text))


def _wrongly_answered(text: Drawn, seen: Presented, kiosk: Kiosk, tally: Tally) -> Iterator[str]:
    """Yield what must not be of the answer; a number alone is whatever was typed."""
    verdict = checkin.check(desk_officer("1"), kiosk, text.raw)
    tally.answers[verdict.outcome] += 1
    card = seen.card
    if verdict.outcome is not Answer.ELIGIBLE or seen.kind not in QR_KINDS or card is None:
        return
    if not text.of:
        yield "a card that nobody has is eligible"
    elif {card.ma_the, card.ma_so_bhxh, card.so_cccd}.isdisjoint(text.of):
        yield "an altered number is eligible"
