"""What makes trouble: told at a desk or on a page, moved on until it is answered and closed.

A difficulty is what its events add up to: `Difficulty` tells it, each `DifficultyMoved` moves it.
Its words, and the masked number of whom it was about, are content, so that erasing reaches them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from verification.basics.errors import RequestError
from verification.basics.texts import Text, Texts, read
from verification.card.numbers import mask, mask_within
from verification.kiosk import Kiosk
from verification.log.content import noted
from verification.log.events import Event, EventKind
from verification.log.help_events import Difficulty, DifficultyMoved
from verification.log.ports import Happened, Log, LogTransaction
from verification.log.visit import Visit
from verification.log.visit_events import Presented
from verification.log.writing import write_alone
from verification.rights import Actor, Right, needs

OTHER = "khac"
LONGEST = 1_000
"""Characters of a note or an answer."""
EVER = datetime.min.replace(tzinfo=UTC)
_TEXTS = Texts("verification.exchange", "verification.card")
_NUMBERS = ("ma_the", "ma_so_bhxh", "so_cccd")
_ROOM, _DATA = "verification.exchange", "difficulties.toml"


class State(StrEnum):
    """How far a difficulty is."""

    NEW = "new"
    SENT = "sent"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True)
class Category:
    """A kind of difficulty.

    Args:
        key: As the log keeps it.
        text: What it is called.
        asks: What the social-insurance office is asked for; None where the house mends it alone.
        source: The letter that names the thing; empty for none.
    """

    key: str
    text: Text
    asks: Text | None
    source: str


class Move(NamedTuple):
    """One step of a difficulty; `state` is a word of a newer version where it is none of ours."""

    state: str
    at: datetime
    officer: str
    event_id: str = ""


@dataclass(frozen=True)
class Trouble:
    """One difficulty.

    Args:
        event_id: The event that told it.
        category: A key of `difficulties.toml`, or another one of an older log.
        told_at: When it was told.
        desk: Where.
        officer: By whom; empty where nobody known did.
        page: On which page.
        verdict: What the presentation on the screen was answered, None where nobody was there.
        reason: The headline of that.
        presented: That presentation.
        state: How far it is.
        moved: Its steps, in the order of writing.
    """

    event_id: str
    category: str
    told_at: datetime
    desk: str
    officer: str
    page: str
    verdict: str | None
    reason: str | None
    presented: str | None
    state: State = State.NEW
    moved: tuple[Move, ...] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether it still waits for somebody."""
        return self.state in {State.NEW, State.SENT}

    @property
    def answered_in(self) -> timedelta | None:
        """Return how long its answer took since it was told, None while there is none.

        One that was opened again waits for another answer.
        """
        at: datetime | None = None
        for move in self.moved:
            if move.state == State.NEW:
                at = None
            elif move.state == State.ANSWERED and at is None:
                at = move.at
        # a clock that was set back makes no answer that came before its question
        return max(at - self.told_at, timedelta(0)) if at else None


@cache
def categories() -> Mapping[str, Category]:
    """Return the kinds of difficulties, in the order of the desk's menu."""
    found = read(_ROOM, _DATA)["category"]
    return {key: _category(key, entry) for key, entry in found.items()}


def _category(key: str, entry: Mapping[str, object]) -> Category:
    asks = entry.get("asks")
    asked = Text.of(asks).checked() if isinstance(asks, Mapping) else None
    return Category(key, Text.of(entry).checked(), asked, str(entry["source"]))


def category_text(key: str) -> Text:
    """Return what a kind is called; one that this version does not know as it was written."""
    known = categories().get(key)
    return known.text if known else Text(key, key)


@cache
def _states() -> Mapping[State, tuple[Text, tuple[State, ...]]]:
    found = read(_ROOM, _DATA)["state"]
    return {
        State(key): (Text.of(entry).checked(), tuple(map(State, entry["next"])))
        for key, entry in found.items()
    }


def state_text(state: str) -> Text:
    """Return a state in words; one that this version does not know as it was written."""
    return _states()[State(state)][0] if state in set(State) else Text(state, state)


def may_follow(state: State) -> tuple[State, ...]:
    """Return which states may follow one."""
    return _states()[state][1]


def told_between(log: Happened, since: datetime, until: datetime | None = None) -> list[Trouble]:
    """Return the difficulties told in a time, as they stand now, in the order of writing.

    Args:
        log: The log, or a piece of work on it.
        since: The first moment.
        until: The first one that is left out; None for no end.
    """
    told = log.events((EventKind.DIFFICULTY,), since, until)
    found = {event.event_id: _told(event) for event in told if event.is_readable}
    # since ever: with a clock set back, a step may stand before what it is about
    steps = log.events((EventKind.DIFFICULTY_MOVED,), EVER) if found else ()
    for of, move in _moves(steps):
        if of in found:
            found[of] = after(found[of], move)
    return list(found.values())


def one_in(log: LogTransaction, event_id: str) -> Trouble | None:
    """Return one difficulty as it stands, None where there is none that can be read."""
    event = log.event(event_id)
    if event is None or not event.is_readable or event.kind is not EventKind.DIFFICULTY:
        return None
    found = _told(event)
    for of, move in _moves(log.events((EventKind.DIFFICULTY_MOVED,), EVER)):
        found = after(found, move) if of == event_id else found
    return found


def after(trouble: Trouble, move: Move) -> Trouble:
    """Return a difficulty after one more step; an unknown word is kept and moves nothing."""
    state = State(move.state) if move.state in set(State) else trouble.state
    return replace(trouble, state=state, moved=(*trouble.moved, move))


def _moves(events: Iterable[Event]) -> Iterable[tuple[str, Move]]:
    for event in events:
        if event.is_readable:
            step = DifficultyMoved.of(event.codes)
            yield (
                step.difficulty,
                Move(step.state, event.recorded_at, event.officer, event.event_id),
            )


def _told(event: Event) -> Trouble:
    told = Difficulty.of(event.codes)
    return Trouble(
        event_id=event.event_id,
        category=told.category,
        told_at=event.recorded_at,
        desk=event.desk,
        officer=event.officer,
        page=told.page,
        verdict=told.verdict,
        reason=told.reason,
        presented=told.presented,
    )


@dataclass(frozen=True)
class Seen:
    """Who was on the screen when a difficulty was told.

    Args:
        presented: The presentation.
        verdict: What it was answered.
        reason: The headline of that.
        person_ref: The person, if known.
        number: The number that was shown, masked; empty for none.
    """

    presented: str
    verdict: str | None = None
    reason: str | None = None
    person_ref: str | None = None
    number: str = ""


def seen_at(
    log: Log, presented: str, verdict: str | None = None, reason: str | None = None
) -> Seen | None:
    """Return who was presented, None where that cannot be read.

    Args:
        log: The log.
        presented: The event that presented them.
        verdict: The answer on the screen, where the portal has changed it; None for that of then.
        reason: The headline of that.
    """
    event = log.event(presented)
    if event is None or not event.is_readable or event.kind is not EventKind.PRESENTED:
        return None
    shown = Presented.of(event.codes)
    content = log.content(presented)
    facts = content.get("ban_ghi", {}) if content else {}
    number = next(filter(None, map(facts.get, _NUMBERS)), None)
    return Seen(
        presented,
        verdict or shown.verdict or None,
        reason or next(iter(shown.reasons), None),
        event.person_ref,
        mask(number) or "",
    )


def said_of(verdict: str | None, reason: str | None) -> Text | None:
    """Return an answer and its headline in few words, None where there was none."""
    if verdict is None:
        return None
    said = _TEXTS.get(f"verdict.{verdict}") or Text(verdict, verdict)
    if reason is None:
        return said
    why = _TEXTS.get(f"reason.{reason}") or Text(reason, reason)
    return Text(f"{said.vi}: {why.vi}", f"{said.en}: {why.en}")


def words_of(log: LogTransaction, visit: Visit) -> list[str]:
    """Return the events whose words are about the person of a visit, for erasing them.

    Those that were told of what began it; of what began no visit, those about the same person.
    """
    told = [one for one in log.events((EventKind.DIFFICULTY,), EVER) if one.is_readable]
    about = {one.event_id for one in told if _is_about(log, visit, one)}
    steps = _moves(log.events((EventKind.DIFFICULTY_MOVED,), EVER)) if about else ()
    return [*about, *(move.event_id for of, move in steps if of in about)]


def _is_about(log: LogTransaction, visit: Visit, told: Event) -> bool:
    presented = Difficulty.of(told.codes).presented
    if presented is None or presented == visit.presented:
        return presented is not None
    same = bool(visit.person_ref) and told.person_ref == visit.person_ref
    return same and not log.cases.received_from(presented)


@needs(Right.HELP)
def report_difficulty(
    actor: Actor,
    kiosk: Kiosk,
    category: str,
    text: str,
    seen: Seen | None = None,
    page: str = Difficulty.page,
) -> Event:
    """Keep a difficulty for the report to the social-insurance office.

    Raises:
        RequestError: There is no such category, or another difficulty says nothing.
    """
    if category not in categories():
        raise RequestError("Hãy chọn loại vướng mắc", "Choose what kind of difficulty it is")
    words = written(text)
    if category == OTHER and not words:
        raise RequestError("Vướng mắc khác: hãy ghi rõ vào ô", "Another difficulty: write which")
    told = Difficulty(category, page=page)
    if seen is None:
        return write_alone(kiosk.written, actor, told, content=noted(words))
    told = replace(told, presented=seen.presented, verdict=seen.verdict, reason=seen.reason)
    content = {**(noted(words) or {}), "so": seen.number}
    who = seen.person_ref
    return write_alone(kiosk.written, actor, told, person_ref=who, content=content)


def written(text: str) -> str:
    """Return a person's words as they are kept: bounded, the numbers in them masked."""
    return mask_within(" ".join(text.split()))[:LONGEST]


def newest_first(found: Sequence[Trouble]) -> list[Trouble]:
    """Return difficulties by when they were told, the newest first."""
    return sorted(found, key=lambda one: one.told_at, reverse=True)
