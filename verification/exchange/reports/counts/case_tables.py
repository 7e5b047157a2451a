"""The tables of what was flagged: by rule, and the cards of which the insurer is informed."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from verification.card.numbers import mask
from verification.exchange.reports.counts.figures import Figures
from verification.exchange.reports.counts.happened import is_settled
from verification.exchange.reports.counts.span import Span
from verification.exchange.reports.counts.tables import Row, table
from verification.exchange.reports.counts.words import TEXTS, rule_text
from verification.exchange.reports.report import Table
from verification.kiosk import Kiosk
from verification.log.case import Case, CaseOutcome, local_day
from verification.log.content import card_of

_TO_INFORM = {"nguoi_khac_dung": "lent", "the_het_quyen": "ended"}
"""Reasons of confirmed cases of which the insurer is informed, with their words."""


def flags(kiosk: Kiosk, found: Figures) -> Table:
    """Return the flags by rule with the outcomes of their cases."""
    happened, now = found.happened, kiosk.clock()
    rows: list[Row] = [
        (
            rule_text(rule),
            hits,
            *_outcomes([c for c in happened.cases if (c.number, rule) in happened.rests], now),
        )
        for rule, hits in sorted(happened.flags.items())
    ]
    total: Row = (TEXTS("row.total"), happened.flags.total(), *_outcomes(list(happened.cases), now))
    columns = ["rule", "flags", "cases", "open", *(outcome.value for outcome in CaseOutcome)]
    return table("flags", columns, (*rows, total), 1, ("flags",))


def cards(kiosk: Kiosk, found: Figures) -> Table:
    """Return the confirmed cases of lent and withdrawn cards, each by number, nobody by name."""
    rows = [
        (case.number, TEXTS(f"row.{why}"), _masked(kiosk, case), local_day(at))
        for case, why, at in _informed(kiosk, found)
    ]
    return table("cards", ("case", "why", "card", "closed"), rows, None, ("cards",))


def cards_counted(kiosk: Kiosk, found: Figures) -> Table:
    """Return how many cards were confirmed as lent or withdrawn, and how often such were shown."""
    counts = Counter(why for _, why, _ in _informed(kiosk, found))
    rows: list[Row] = [(TEXTS(f"row.{why}"), counts[why]) for why in _TO_INFORM.values()]
    rows.append((TEXTS("row.withdrawn"), found.happened.withdrawn))
    return table("cards_counted", ("what", "count"), rows, None, ("cards_counted",))


def _informed(kiosk: Kiosk, found: Figures) -> Iterator[tuple[Case, str, datetime]]:
    now = kiosk.clock()
    for case in found.happened.closed:
        closing = case.closing
        if closing is None or not is_settled(case, now) or not _closed_in(found.span, closing.at):
            continue
        why = _TO_INFORM.get(closing.reason)
        if case.outcome is CaseOutcome.CONFIRMED and why:
            yield case, why, closing.at


def _closed_in(span: Span, at: datetime) -> bool:
    return span.begin <= at < span.end


def _outcomes(cases: list[Case], now: datetime) -> tuple[int, ...]:
    """Return how many cases there are, how many are open, and of each outcome how many."""
    ended = Counter(case.outcome for case in cases if is_settled(case, now))
    return (len(cases), len(cases) - ended.total(), *(ended[outcome] for outcome in CaseOutcome))


def _masked(kiosk: Kiosk, case: Case) -> str | None:
    """Return the number of the card, masked; None where its content is gone or cannot be read."""
    if not case.person_ref:
        return None
    card = card_of(kiosk.written, case)
    return mask(card.get("ma_the") or card.get("ma_so_bhxh") or card.get("so_cccd"))
