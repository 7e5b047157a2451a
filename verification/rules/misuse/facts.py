"""What the rules read: one occasion, and what the store knows of those before it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import takewhile

from verification.rules.misuse.places import Site

_DAY = 86_400
_VIETNAM_AHEAD = 7 * 3600  # fixed since 1975; a rule compares days thousands of times

Numbers = Mapping[str, str | int]


class Level(StrEnum):
    """How much a flag matters; `review` and up open or join a case."""

    NONE = "none"
    INFO = "info"
    REVIEW = "review"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """Return its place, 0 for `none`."""
        return list(Level).index(self)


@dataclass(frozen=True)
class Occasion:
    """One presentation of a card here, or one visit elsewhere; identifying values only as marks.

    Args:
        id: The visit, or the presentation where nobody was received.
        at: Seconds since 1970.
        person_ref: Who; None where the number was none.
        ma_cskcb: The facility.
        desk: The desk; empty for visits elsewhere.
        officer: Who received.
        typed: True when a hand typed the number.
        received: True for a visit.
        reason: Headline of the verdict; empty for visits elsewhere.
        shown: Mark of what was presented.
        cccd: Mark of the citizen number of the document shown beside the card.
        ma_bn: Mark of the hospital's own patient number.
        code: Characters 1 to 3 of the card number.
        gt_the_tu: First day of validity as presented, ISO; the year alone where it is that of
            birth.
        gt_the_den: Last day as presented.
        sex: `1` nam, `2` nữ.
        born: Year of birth.
        doi_chieu: With what the photo was compared; None where nobody recorded it.
        ma_doituong_kcb: Code of the visit.
        ma_loai_kcb: Kind of the visit.
        ma_benh: ICD-10.
        so_ngay_thuoc: Days of drugs handed out.
        end_day: Last local day of a stay in a bed, counted from 1970.
        outcome: `chuyen_vien`, `tu_vong` or empty.
        timed: False where only the day is known; `at` is then some moment of that day.
    """

    id: str
    at: int
    person_ref: str | None = None
    ma_cskcb: str = ""
    desk: str = ""
    officer: str = ""
    typed: bool = False
    received: bool = True
    reason: str = ""
    shown: str | None = None
    cccd: str | None = None
    ma_bn: str | None = None
    code: str = ""
    gt_the_tu: str | None = None
    gt_the_den: str | None = None
    sex: str | None = None
    born: int | None = None
    doi_chieu: str | None = None
    ma_doituong_kcb: str = ""
    ma_loai_kcb: str = ""
    ma_benh: str = ""
    so_ngay_thuoc: int = 0
    end_day: int | None = None
    outcome: str = ""
    timed: bool = True

    @property
    def day(self) -> int:
        """Return the local day, counted from 1970."""
        return day_of(self.at)

    @property
    def hour(self) -> int:
        """Return the local hour, which says something only where it is known."""
        return (self.at + _VIETNAM_AHEAD) % _DAY // 3600

    def seconds_since(self, before: "Occasion") -> int | None:
        """Return how long after another one it was, None where an hour of both is not known."""
        return self.at - before.at if self.timed and before.timed else None

    def surely_after(self, before: "Occasion") -> bool:
        """Tell whether it came after another one, whatever is not known of their hours."""
        apart = self.seconds_since(before)
        return self.day > before.day if apart is None else apart > 0

    @property
    def year(self) -> int:
        """Return the year, near enough for an age."""
        return 1970 + int(self.day / 365.2425)


def day_of(at: int) -> int:
    """Return the local day of a moment, counted from 1970."""
    return (at + _VIETNAM_AHEAD) // _DAY


@dataclass(frozen=True)
class Facts:
    """All that a rule may read.

    Args:
        now: This occasion.
        reasons: All reasons of its verdict.
        compared: Comparisons with the card store that name nobody: `document` and `name` (`same`,
            `near`, `other`; a name may be `unreadable`), `den` (days by
            which the presented end is later than the store's),
            `owner_minutes` (since the owner of the other document was received here today).
        past: The person's visits of the last year, newest first.
        shared: Visits of other people with the citizen number shown now, newest first.
        desk: What was presented at this desk in the last minutes, newest first, this one too.
        stored: True where the card store has cards, so that an unknown number says something.
        sites: What the facility store says of where a facility stands, by code.
        evenings: What the officer of now typed and received on evenings of the last weeks, newest
            first; empty where now is no such visit, or one with a document.
    """

    now: Occasion
    reasons: tuple[str, ...] = ()
    compared: Numbers = field(default_factory=dict)
    past: tuple[Occasion, ...] = ()
    shared: tuple[Occasion, ...] = ()
    desk: tuple[Occasion, ...] = ()
    stored: bool = True
    sites: Mapping[str, Site] = field(default_factory=dict)
    evenings: tuple[Occasion, ...] = ()

    def within(self, days: int) -> list[Occasion]:
        """Return the past visits of so many days before this one and of its day, newest first."""
        first = self.now.day - days
        return list(takewhile(lambda visit: visit.day >= first, self.past))


@dataclass(frozen=True)
class Hit:
    """What a rule found.

    Args:
        case: Which of the rule's sentences holds; it gives level and score.
        numbers: What was compared.
        visits: All visits it rests on, newest first; who received them may not judge.
        excess: Units above the threshold, each worth a step of score.
    """

    case: str
    numbers: Numbers
    visits: tuple[str, ...] = ()
    excess: int = 0


@dataclass(frozen=True)
class Flag:
    """One rule's answer that is kept: a hit, a snoozed hit or an error."""

    rule: str
    version: int
    level: Level
    score: int
    state: str
    numbers: Numbers
    visits: tuple[str, ...] = ()
