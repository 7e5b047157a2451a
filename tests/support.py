"""What several tests share: a clock that stands still, cards, payloads."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import wraps
from inspect import Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from tests.quick import QUICK
from verification.adapters.imports.importing import load_demo
from verification.adapters.store.sqlite.opening import open_store
from verification.basics.dates import VIETNAM, PartialDate
from verification.card.facts import Card, Origin, Record, Status
from verification.kiosk import Kiosk
from verification.officers import passwords, staff
from verification.rights import Actor, Role, command_line, desk_officer
from verification.rules.law import tables as law
from verification.rules.law.verdict import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from verification.adapters.store.sqlite.log import SqliteLog
    from verification.log.card_files import CardNotes

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
TODAY = date(2026, 11, 22)
MORNING = datetime(2026, 11, 22, 8, 12, tzinfo=VIETNAM)
MASTER_KEY = bytes(range(32))
OFFICER = {"ho_ten": "Người Mẫu", "so_cccd": "079194000099"}
SCAN_KINDS = {"presented", "received", "flagged", "case_opened", "case_joined"}
DESK: Actor = desk_officer("1")


class Clock:
    """A clock that a test moves, as time does or as somebody who sets it."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now
        self.passed = 0.0

    def __call__(self) -> datetime:
        return self.now

    def steady(self) -> float:
        """Return the seconds that have passed, whatever the clock was set to."""
        return self.passed

    def forward(self, **by: float) -> datetime:
        """Let time pass, `minutes=5` for instance, and return the new time."""
        self.passed += timedelta(**by).total_seconds()
        return self.jump(**by)

    def jump(self, **by: float) -> datetime:
        """Set the clock on or back, `hours=-3` for instance, while no time passes."""
        self.now += timedelta(**by)
        return self.now


def payload(slug: str) -> bytes:
    """Return the exact bytes of a fixture."""
    return (FIXTURES / "payloads" / f"{slug}.txt").read_bytes()


def as_typed(slug: str) -> str:
    """Return a fixture's text as a scanner types it."""
    return "".join(c for c in payload(slug).decode("utf-8", "replace") if c.isprintable())


def slugs() -> list[str]:
    """Return the names of all fixture payloads."""
    return sorted(path.stem for path in (FIXTURES / "payloads").glob("*.txt"))


def a_card(**facts: object) -> Card:
    """Return a whole valid card, changed where the test says so."""
    whole = Card(
        ma_the="DN4797900000011",
        ma_so_bhxh="7900000011",
        so_cccd="079194000011",
        ho_ten="Nguyễn Thị Mẫu",
        ngay_sinh=PartialDate(1994, 3, 5),
        gioi_tinh="2",
        ma_dkbd="79014",
        gt_the_tu=date(2026, 1, 1),
    )
    card = replace(whole, **facts)  # type: ignore[arg-type]  # names of fields, checked by replace
    if "ma_the" in facts and "ma_so_bhxh" not in facts and card.ma_the:
        card = replace(card, ma_so_bhxh=card.ma_the[-10:])
    return card


def a_record(
    status: Status = Status.HIEU_LUC,
    the_moi: str | None = None,
    as_of: date = TODAY,
    origin: Origin = Origin.HOSPITAL,
    copy: int = 0,
    **facts: object,
) -> Record:
    """Return a record of the store around `a_card`."""
    return Record(a_card(**facts), status, the_moi, as_of, origin, copy)


def make_demo_store(folder: Path, now: datetime = MORNING, notes: CardNotes | None = None) -> None:
    """Load the invented cards into a folder."""
    names = {"facilities": "facilities.csv", "offices": "offices.csv", "cards": "cards.csv"}
    load_demo(folder, {kind: FIXTURES / name for kind, name in names.items()}, now, notes)


@contextmanager
def open_kiosk(folder: Path, clock: Clock) -> Iterator[tuple[Kiosk, SqliteLog]]:
    """Open a kiosk on a folder that holds a card store, and close it."""
    with open_store(folder / "kiosk.db", MASTER_KEY, clock) as (cards, log):
        yield Kiosk(cards, log, Rules(law.shipped()), "79014", clock), log


@contextmanager
def quickly_hashed() -> Iterator[None]:
    """Hash passwords with the least work there is."""
    with pytest.MonkeyPatch.context() as patch:  # of its own: it undoes nothing of a test's
        patch.setattr(passwords, "HASHER", QUICK)
        patch.setattr(passwords, "NOBODYS", QUICK.hash("nobody's"))
        yield


def citizen_number(name: str) -> str:
    """Return the invented citizen number of an officer, another one for each name."""
    return f"079194{int.from_bytes(name.encode()) % 999_983:06d}"


def a_password(name: str) -> str:
    """Return the invented password of an officer."""
    return f"gio-thoi-{len(name)}-chieu-{sum(name.encode())}"


def officer_account(kiosk: Kiosk, name: str, *roles: Role) -> None:
    """Make an officer's account."""
    facts = OFFICER | {"so_cccd": citizen_number(name)}
    staff.create(command_line("1"), kiosk, name, frozenset(roles), a_password(name), **facts)


def each(
    names: str | Sequence[str], values: Iterable[Any]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Try all values in one test, as `parametrize` tries each in a test of its own.

    For what takes less than what pytest does for a test. All that fail are named; the first is
    raised. Several of them try each with each; fixtures beside the values are made once.
    """
    named = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    tried = [value if len(named) > 1 else (value,) for value in values]
    assert tried, "nothing would be tried"

    def over(test: Callable[..., None]) -> Callable[..., None]:
        @wraps(test)
        def all_of_them(**others: object) -> None:
            failed: list[tuple[object, BaseException]] = []
            for value in tried:
                try:
                    test(**others, **dict(zip(named, value, strict=True)))
                except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001  # whatever fails
                    failed.append((value, error))
            if failed:
                failed[0][1].add_note(
                    f"failed with {', '.join(repr(value) for value, _ in failed)}"
                )
                raise failed[0][1]

        left = [p for p in signature(test).parameters.values() if p.name not in named]
        all_of_them.__signature__ = Signature(left)  # type: ignore[attr-defined]  # pytest asks it
        return all_of_them

    return over


def share(values: Iterable[T], *kept: T) -> list[Any]:
    """Return parameters of which each run tries those kept, and `make soak` all."""
    return [pytest.param(v, marks=() if v in kept else pytest.mark.long) for v in values]
