"""What became of difficulties: who sees which, and the steps by which they go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from verification.basics.dates import VIETNAM
from verification.basics.errors import RequestError
from verification.exchange.difficulties import (
    EVER,
    Move,
    State,
    Trouble,
    categories,
    may_follow,
    newest_first,
    one_in,
    state_text,
    told_between,
    written,
)
from verification.kiosk import Kiosk
from verification.log.content import noted
from verification.log.events import Event, EventKind
from verification.log.help_events import DifficultyMoved
from verification.log.ports import Happened, Log, LogTransaction
from verification.log.unreadable import Content
from verification.log.visit_events import Exported
from verification.log.writing import write
from verification.rights import Actor, Right, may, needs

TAKEN_AS = "report_difficulties"  # as `reports.taking` logs it; that room stands on this one
"""What the log of files that left calls the month's report of difficulties."""


class Answered(NamedTuple):
    """Words that were said with a step."""

    move: Move
    words: str


@dataclass(frozen=True)
class WithWords:
    """A difficulty with its words.

    Args:
        trouble: The difficulty.
        note: What was written; empty for nothing.
        number: Of whom it was about, masked; empty for nobody.
        said: What was said with its steps, such as the answer, in their order.
        gone: True where words were there and were erased, or cannot be read.
    """

    trouble: Trouble
    note: str = ""
    number: str = ""
    said: tuple[Answered, ...] = ()
    gone: bool = False


def month_of(day: date) -> tuple[datetime, datetime]:
    """Return the first moment of the local month of a day, and the first one after it."""
    first = day.replace(day=1)
    following = (first.year + first.month // 12, first.month % 12 + 1)
    return _midnight(first), _midnight(date(*following, 1))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM)


@needs(Right.HELP)
def listed(actor: Actor, kiosk: Kiosk, month: date) -> list[WithWords]:
    """Return the difficulties of a month, newest first, with their words.

    Who may report sees those of all desks; others those of their own desk.
    """
    found = newest_first(told_between(kiosk.written, *month_of(month)))
    seen = found if may(actor, Right.REPORT) else [one for one in found if one.desk == actor.desk]
    return [with_words(kiosk.written, one) for one in seen]


def with_words(log: Log, trouble: Trouble) -> WithWords:
    """Return a difficulty with what was written of it."""
    content = log.content(trouble.event_id)
    # a difficulty with somebody on the screen always had content: none is one that was erased
    gone = bool(content.unreadable) if content is not None else trouble.presented is not None
    held = content or Content()
    said = ((move, log.content(move.event_id)) for move in trouble.moved)
    answers = tuple(Answered(move, str(c["ghi_chu"])) for move, c in said if c and "ghi_chu" in c)
    note, number = str(held.get("ghi_chu", "")), str(held.get("so", ""))
    return WithWords(trouble, note, number, answers, gone)


@needs(Right.REPORT)
def move(actor: Actor, kiosk: Kiosk, seen: Trouble, state: State, words: str = "") -> Event:
    """Move a difficulty on.

    Args:
        actor: Who does.
        kiosk: The kiosk.
        seen: The difficulty as they saw it.
        state: Where to.
        words: What was answered.

    Raises:
        RequestError: It went on meanwhile, cannot go there, or an answer has no words.
    """
    said = written(words)
    if state is State.ANSWERED and not said:
        raise RequestError("Hãy ghi nội dung trả lời", "Write what was answered")

    def work(log: LogTransaction) -> Event:
        _as_seen(log, seen)
        if state not in may_follow(seen.state):
            now, to = state_text(seen.state), state_text(state)
            raise RequestError(
                f"Từ “{now.vi}” không chuyển sang “{to.vi}” được",
                f"From “{now.en}” it cannot go to “{to.en}”",
            )
        return write(log, actor, DifficultyMoved(seen.event_id, state), content=noted(said))

    return kiosk.written.write(work)


def _as_seen(log: LogTransaction, seen: Trouble) -> None:
    """Refuse to move what somebody else has moved.

    Raises:
        RequestError: They have.
    """
    now = one_in(log, seen.event_id)
    if now is None:
        raise RequestError("Không có vướng mắc này", "There is no such difficulty")
    if len(now.moved) > len(seen.moved):
        last = now.moved[-1]
        told, at = state_text(last.state), f"{last.at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
        raise RequestError(
            f"{last.officer} đã chuyển vướng mắc này sang “{told.vi}” lúc {at}: xem lại rồi làm",
            f"{last.officer} moved this difficulty to “{told.en}” at {at}: look again first",
        )


def to_send(found: Sequence[Trouble]) -> list[Trouble]:
    """Return the new ones that the social-insurance office is asked about."""
    return [one for one in found if one.state is State.NEW and is_asked(one.category)]


def is_asked(category: str) -> bool:
    """Tell whether the office is asked about a kind; of an older log's unknown one it is."""
    known = categories().get(category)
    return known is None or known.asks is not None


def taken_at(log: Happened, waiting: Sequence[Trouble]) -> datetime | None:
    """Return when a file of difficulties was last taken out that has all of these, None for never.

    Args:
        log: The log.
        waiting: The new ones that are to be in it.
    """
    if not waiting:
        return None
    newest = max(step for one in waiting for step in (one.told_at, *(m.at for m in one.moved)))
    files = [e for e in log.events((EventKind.EXPORTED,), newest) if e.is_readable]
    months = {month_of(one.told_at.astimezone(VIETNAM).date())[0].date() for one in waiting}
    at = [_newest_of(month, files) for month in months]
    return min((one for one in at if one), default=None) if all(at) else None


def _newest_of(month: date, files: Sequence[Event]) -> datetime | None:
    """Return when the file of a month was last taken, with all desks in it."""
    known = {None, month.isoformat()}  # older versions did not write which month it was
    of = ((event.recorded_at, Exported.of(event.codes)) for event in files)
    found = [at for at, e in of if e.what == TAKEN_AS and e.period in known and not e.of_desk]
    return max(found, default=None)


@needs(Right.REPORT)
def mark_sent(actor: Actor, kiosk: Kiosk, seen: Sequence[Trouble]) -> int:
    """Mark new difficulties as sent, once the file that holds them has gone to the office.

    Args:
        actor: Who sent it.
        kiosk: The kiosk.
        seen: Those that were new when they were asked; what went on meanwhile is left alone.

    Returns:
        How many were marked.

    Raises:
        RequestError: No file was taken since the newest of them was told.
    """

    def work(log: LogTransaction) -> int:
        now = [one for one in map(partial(one_in, log), (s.event_id for s in seen)) if one]
        waiting = to_send(now)
        if waiting and taken_at(log, waiting) is None:
            raise RequestError(
                "Lấy tệp báo cáo vướng mắc của tháng này trước, gửi đi rồi mới đánh dấu",
                "Take the month's file of difficulties first, send it, then mark them",
            )
        for one in waiting:
            write(log, actor, DifficultyMoved(one.event_id, State.SENT))
        return len(waiting)

    return kiosk.written.write(work)


def open_ones(log: Log) -> list[Trouble]:
    """Return the difficulties that wait for somebody, whenever they were told."""
    return [one for one in told_between(log, EVER) if one.is_open]
