"""The answer to a presented text as JSON: what the commands print and other programs are given."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from verification.basics.rates import percent_text, rate_text
from verification.card.facts import Card, Record
from verification.card.reasons import Finding
from verification.log.content import card_values
from verification.rules.law.tables import Law
from verification.rules.law.verdict import Verdict


def verdict_json(verdict: Verdict, law: Law, portal: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the keys of `check`."""
    rate = verdict.rate
    return {
        "verdict": verdict.outcome.value,
        "reason": verdict.headline.reason.value,
        "reasons": [finding_json(finding) for finding in verdict.reasons],
        "kind": verdict.kind.value,
        "source": verdict.source.value,
        "as_of": verdict.as_of.isoformat() if verdict.as_of else None,
        "rate": rate_text(rate) if rate is not None else None,
        "rate_percent": percent_text(rate) if rate is not None else None,
        "periods": periods_json(verdict.periods),
        "card": card_json(verdict.card, law, verdict.on) if verdict.card else None,
        "portal": portal,
    }


def finding_json(finding: Finding) -> dict[str, str]:
    """Return one reason."""
    return {
        "code": finding.reason.value,
        "class": finding.cls.value,
        "vi": finding.sentence.vi,
        "en": finding.sentence.en,
        "next": "; ".join(step.text.vi for step in finding.next),
    }


def card_json(card: Card, law: Law, on: date) -> dict[str, str | None]:
    """Return the facts of a card with its benefit digit, printed and in force."""
    benefit = law.benefit(card, on)
    return card_values(card) | {
        "muc_huong": card.muc_huong,
        "muc_huong_hieu_luc": benefit.digit if benefit else None,
    }


def record_json(record: Record, law: Law, on: date) -> dict[str, Any]:
    """Return a card of the store with its status and its periods."""
    more = {"trang_thai": _status(record), "periods": periods_json(record.known)}
    return card_json(record.card, law, on) | more


def periods_json(known: Iterable[Record]) -> list[dict[str, str | None]]:
    """Return the periods of a number, oldest first."""
    in_order = sorted(known, key=lambda r: (r.card.gt_the_tu or date.min, not r.origin.trusted))
    return [
        {
            "gt_the_tu": record.card.gt_the_tu.isoformat() if record.card.gt_the_tu else None,
            "gt_the_den": record.card.gt_the_den.isoformat() if record.card.gt_the_den else None,
            "trang_thai": _status(record),
            "origin": record.origin.value,
            "as_of": record.as_of.isoformat(),
        }
        for record in in_order
    ]


def _status(record: Record) -> str:
    status = record.trang_thai.value
    return f"{status}:{record.the_moi}" if record.the_moi else status
