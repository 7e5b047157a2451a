"""The guide to VssID: its branches and steps, each with what is seen, what else, and its sources.

`guide.toml` holds the sources, the steps and the branches that put them together; a step stands
once and may be part of several branches. What a later law overtook says what holds today.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from verification.basics.texts import Text, read
from verification.rules.law.tables import load_table


class Origin(StrEnum):
    """What kind of source says it."""

    LETTER = "letter"  # of the insurer, a people's committee, a school
    LAW = "law"
    HOUSE = "house"  # how this kiosk works
    COMMON = "common"  # common knowledge, compared with no document


@dataclass(frozen=True)
class Source:
    """Where a step comes from.

    Args:
        document: Its number, day and sender.
        year: Of which year; None where no document says it.
        origin: What kind it is.
        short: How a step names it.
    """

    document: Text
    year: int | None
    origin: Origin
    short: Text

    @property
    def checked(self) -> bool:
        """Tell whether a document says it."""
        return self.origin is not Origin.COMMON

    @property
    def cited(self) -> Text:
        """Return it in short, with its year."""
        year = f" ({self.year})" if self.year else ""
        return Text(f"{self.short.vi}{year}", f"{self.short.en}{year}")


@dataclass(frozen=True)
class Step:
    """One step.

    Args:
        key: Its name in the log.
        do: What to do.
        sees: What the patient sees then.
        missing: What to do when that is not there.
        sources: Who says so, at least one.
        now: What holds today where a later law overtook it, None where nothing did.
        now_sources: Who says that.
    """

    key: str
    do: Text
    sees: Text
    missing: Text
    sources: tuple[Source, ...]
    now: Text | None = None
    now_sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Guide:
    """One branch.

    Args:
        key: Its name in addresses and in the log.
        title: Its heading.
        who: For whom it is.
        steps: In their order.
        offices: True where the codes of the insurer's offices belong below it.
    """

    key: str
    title: Text
    who: Text
    steps: tuple[Step, ...]
    offices: bool = False

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return every source of its steps once, in the order of their naming."""
        named = (s for step in self.steps for s in (*step.sources, *step.now_sources))
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True)
class CodedOffice:
    """An office of the insurer that the letters name by its code.

    Args:
        code: Of 3 digits for a province's, of 5 for one below it.
        name: Its name.
        ended: Its last day, None while it goes on.
    """

    code: str
    name: str
    ended: date | None


@cache
def coded_offices() -> tuple[CodedOffice, ...]:
    """Return the offices of the law's table, those that ended too: old papers name them."""
    rows = load_table("bhxh_offices")
    return tuple(CodedOffice(row["ma_co_quan"], row["ten"], row.valid_to) for row in rows)


def _read() -> Mapping[str, Any]:
    return read("verification.reception.guide", "guide.toml")


def _source(entry: Mapping[str, Any]) -> Source:
    document, short = Text.of(entry).checked(), Text.of(entry["short"]).checked()
    return Source(document, entry.get("year"), Origin(entry["origin"]), short)


def _step(key: str, entry: Mapping[str, Any], sources: Mapping[str, Source]) -> Step:
    do, sees, missing = (Text.of(entry[name]).checked() for name in ("do", "sees", "missing"))
    return Step(
        key,
        do,
        sees,
        missing,
        tuple(sources[name] for name in entry["sources"]),
        Text.of(entry["now"]).checked() if "now" in entry else None,
        tuple(sources[name] for name in entry.get("now_sources", ())),
    )


def _guides() -> dict[str, Guide]:
    data = _read()
    sources = {key: _source(entry) for key, entry in data["sources"].items()}
    steps = {key: _step(key, entry, sources) for key, entry in data["steps"].items()}
    return {
        key: Guide(
            key,
            Text.of(entry["title"]).checked(),
            Text.of(entry["who"]).checked(),
            tuple(steps[name] for name in entry["steps"]),
            entry.get("offices", False),
        )
        for key, entry in data["guides"].items()
    }


GUIDES: Mapping[str, Guide] = _guides()
"""Every branch by its key, in the order in which they are offered."""


@cache
def short_guide(*, child: bool = False) -> tuple[Text, ...]:
    """Return the guide in at most six lines, for the back of a slip.

    Args:
        child: True for that through the parent's account.
    """
    lines = _read()["short"]["child" if child else "adult"]
    return tuple(Text.of(line).checked() for line in lines)
