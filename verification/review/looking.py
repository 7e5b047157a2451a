"""What an auditor has found and opened beside the cases: a search, the sample of a month."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from verification.basics.errors import RequestError
from verification.kiosk import Kiosk
from verification.review import one_visit, sample
from verification.review.box import LONGEST, day_of
from verification.review.sample import Sample
from verification.review.search import Found, go_on, search
from verification.rights import Actor, Right, needs

SEARCH, SAMPLE = "search", "sample"


@dataclass(frozen=True)
class Looking:
    """What stands beside the cases.

    Args:
        found: The last search.
        sample: The sample that was drawn or looked up last.
        opened: The visit that is open, by tab: each look at one was logged.
        menu: `wrong` while it is asked what is not in order.
        told: A key of what is to be said, empty for nothing.
    """

    found: Found | None = None
    sample: Sample | None = None
    opened: Mapping[str, str] | None = None
    menu: str | None = None
    told: str = ""

    def visit(self, tab: str) -> str | None:
        """Return the visit that is open on a tab."""
        return (self.opened or {}).get(tab)

    def opening(self, tab: str, visit_id: str | None) -> "Looking":
        """Return it with another visit open on a tab, or none."""
        others = {name: one for name, one in (self.opened or {}).items() if name != tab}
        return replace(self, opened=others | ({tab: visit_id} if visit_id else {}), menu=None)


@needs(Right.REVIEW)
def look(
    actor: Actor, kiosk: Kiosk, looking: Looking, act: str, event: Mapping[str, Any]
) -> Looking:
    """Return what is beside the cases after an act of the page.

    Args:
        actor: Who looks.
        kiosk: The kiosk.
        looking: As it was.
        act: One of `ACTS`.
        event: Of the browser; `tab` names where it came from.
    """
    return ACTS[act](actor, kiosk, replace(looking, told=""), event)


def _find(actor: Actor, kiosk: Kiosk, looking: Looking, event: Mapping[str, Any]) -> Looking:
    text = str(event.get("value") or "")[:LONGEST]
    written = (str(event.get(name) or "")[:LONGEST] for name in ("first", "last"))
    days = [day_of(day, kiosk.today()) for day in written]
    if not text.strip() and not any(days):
        raise RequestError("Hãy viết điều cần tìm", "Write what to look for")
    found = search(actor, kiosk, text, *days, as_name=bool(event.get("as_name")))
    return replace(looking, found=found).opening(SEARCH, None)


def _go_on(actor: Actor, kiosk: Kiosk, looking: Looking, _: Mapping[str, Any]) -> Looking:
    if looking.found is None or looking.found.place is None:
        return looking
    return replace(looking, found=go_on(actor, kiosk, looking.found))


def _open(actor: Actor, kiosk: Kiosk, looking: Looking, event: Mapping[str, Any]) -> Looking:
    visit_id, tab = str(event["value"]), SAMPLE if event.get("tab") == SAMPLE else SEARCH
    if looking.visit(tab) != visit_id:
        one_visit.open_visit(actor, kiosk, visit_id)
    return looking.opening(tab, visit_id)


def _of_month(actor: Actor, kiosk: Kiosk, looking: Looking, event: Mapping[str, Any]) -> Looking:
    month = str(event.get("value") or sample.months(kiosk.today())[0])
    return replace(looking, sample=sample.of_month(actor, kiosk, month)).opening(SAMPLE, None)


def _in_order(actor: Actor, kiosk: Kiosk, looking: Looking, event: Mapping[str, Any]) -> Looking:
    return _judged(actor, kiosk, looking, str(event["visit"]))


def _ask_what(_: Actor, __: Kiosk, looking: Looking, ___: Mapping[str, Any]) -> Looking:
    return replace(looking, menu="wrong" if looking.visit(SAMPLE) else None)


def _close_menu(_: Actor, __: Kiosk, looking: Looking, ___: Mapping[str, Any]) -> Looking:
    return replace(looking, menu=None)


def _not_in_order(
    actor: Actor, kiosk: Kiosk, looking: Looking, event: Mapping[str, Any]
) -> Looking:
    fields = {str(name): str(text)[:LONGEST] for name, text in dict(event["fields"]).items()}
    why = fields.get("why") or "khac"
    return _judged(actor, kiosk, looking, str(event["visit"]), why, fields.get("words", ""))


def _judged(
    actor: Actor, kiosk: Kiosk, looking: Looking, visit_id: str, why: str = "", words: str = ""
) -> Looking:
    if looking.sample is None or looking.visit(SAMPLE) != visit_id:
        return looking
    after = sample.judge(actor, kiosk, looking.sample, visit_id, why, words)
    return replace(looking, sample=after, menu=None, told="done_judged")


ACTS: Mapping[str, Callable[[Actor, Kiosk, Looking, Mapping[str, Any]], Looking]] = {
    "find": _find,
    "find_more": _go_on,
    "visit": _open,
    "sample": _of_month,
    "in_order": _in_order,
    "wrong": _ask_what,
    "judge": _not_in_order,
    "cancel_judge": _close_menu,
}
"""What the tabs of search and sample do."""
TABS: Mapping[str, str] = {"find": SEARCH, "find_more": SEARCH, "sample": SAMPLE}
"""Which acts lead to a tab."""
