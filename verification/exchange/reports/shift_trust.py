"""Whether a shift's sheet may be trusted: what does not fit the log any more, and what it lacks."""

from collections.abc import Iterator

from verification.basics.texts import Text, Texts
from verification.exchange.shifts.figures import Figures
from verification.exchange.shifts.fold import Shift
from verification.exchange.shifts.noted import Noted
from verification.exchange.shifts.span import LIMITS, Span
from verification.log.clock import written
from verification.log.forgetting_events import ERASURES, erased_by
from verification.log.ports import Log

_TEXTS = Texts("verification.exchange.shifts")
_EXACT = ("cells", "undone", "why", "numbers", "difficulties", "helped", "unread")
"""What counted anew must be as noted; what is open follows rules that may change."""


def warnings(log: Log, span: Span, noted: Noted, now: Figures) -> tuple[Text, ...]:
    """Return what is wrong with a closed shift: to be read before anything else.

    Args:
        log: The log.
        span: The shift.
        noted: What its closing noted.
        now: What is counted today.
    """
    return (*_heads(log, span), *_rows(log, span), *_counts(noted, now))


def _heads(log: Log, span: Span) -> Iterator[Text]:
    kept = ((h, log.exchanged.hash_of(f"{h.desk}-{h.count}")) for h in span.heads if h.count)
    desks = [head.desk for head, hash_ in kept if hash_ != head.hash]
    if desks:
        yield _TEXTS("note.head_differs", desks=", ".join(desks))


def _rows(log: Log, span: Span) -> Iterator[Text]:
    first, last = span.first, span.closing.seq if span.closing else span.last
    if not log.places.is_linked(span.desk, first, last):
        ends = {"first": f"{span.desk}-{first}", "last": f"{span.desk}-{last}"}
        yield _TEXTS("note.rows_changed", **ends)


def _counts(noted: Noted, now: Figures) -> Iterator[Text]:
    counted = now.counts
    differ = [name for name in _EXACT if counted[name] != noted.counts.get(name, counted[name])]
    if not differ:
        return
    received = noted.number("received")
    named = _TEXTS("named.received")
    text = _TEXTS("note.counted_now", name=named, noted=received, now=now.received)
    kinds = {_kind(name) for name in differ}
    told = [_TEXTS(f"named.{kind}") for kind in ("cells", "undone", "other") if kind in kinds]
    parts = [text, *told] if received != now.received else told
    what = Text("; ".join(p.vi for p in parts), "; ".join(p.en for p in parts))
    yield _TEXTS("note.counts_differ", what=what)


def _kind(name: str) -> str:
    return {"cells": "cells", "undone": "undone", "why": "undone"}.get(name, "other")


def notes(span: Span, noted: Noted, shift: Shift) -> tuple[Text, ...]:
    """Return what everybody who reads the sheet must know."""
    return (*_of_then(span, noted, shift), *_of_now(shift))


def _of_then(span: Span, noted: Noted, shift: Shift) -> Iterator[Text]:
    if span.earlier:
        yield _TEXTS("note.earlier", count=span.earlier, hours=LIMITS["longest_hours"])
    for before, event in shift.clock_back:
        times = {"before": written(before), "after": written(event.recorded_at)}
        yield _TEXTS("note.clock_back", event=event.event_id, **times)
    if unread := noted.number("unread"):
        yield _TEXTS("note.unread", count=unread)


def _of_now(shift: Shift) -> Iterator[Text]:
    erased = {
        name
        for event in shift.later
        if event.kind in ERASURES
        for name in erased_by(event)
        if name in shift.visits
    }
    if erased:
        yield _TEXTS("note.erased", count=len(erased))
