"""All that the tables of a week or a month say, counted once."""

from collections.abc import Sequence
from dataclasses import dataclass

from verification.exchange.difficulties import Trouble, told_between
from verification.exchange.helping import Helped, helped_between
from verification.exchange.reports.counts.happened import Happenings, count_happened
from verification.exchange.reports.counts.span import Span
from verification.exchange.reports.counts.visits import VisitCounts, count_visits
from verification.kiosk import Kiosk


@dataclass(frozen=True)
class Figures:
    """What was counted.

    Args:
        span: Of what days.
        over: False while these are not over.
        visits: Who was received.
        helped: How often help was given.
        troubles: Difficulties that were told.
        happened: What else the log holds.
        before: The same of the time before, without what else.
    """

    span: Span
    over: bool
    visits: VisitCounts
    helped: Helped
    troubles: Sequence[Trouble]
    happened: Happenings
    before: "Figures | None" = None


def figures(kiosk: Kiosk, span: Span, before: Span | None = None) -> Figures:
    """Count a time.

    Args:
        kiosk: The kiosk.
        span: Of what days.
        before: What it is compared with.
    """
    return Figures(
        span,
        kiosk.clock() >= span.end,
        count_visits(kiosk, span),
        helped_between(kiosk.written, span.begin, span.end),
        told_between(kiosk.written, span.begin, span.end),
        count_happened(kiosk, span),
        _earlier(kiosk, before) if before else None,
    )


def _earlier(kiosk: Kiosk, span: Span) -> Figures:
    helped = helped_between(kiosk.written, span.begin, span.end)
    told = told_between(kiosk.written, span.begin, span.end)
    return Figures(
        span,
        over=True,
        visits=count_visits(kiosk, span),
        helped=helped,
        troubles=told,
        happened=Happenings(),
    )
