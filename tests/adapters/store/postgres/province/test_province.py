"""A province's shards: one place for a person, each message once, months made and taken off."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from inspect import getsource
from typing import TYPE_CHECKING

import pytest

from tests.postgres_support import database
from verification.adapters.store.postgres.address import read_address
from verification.adapters.store.postgres.province import months, province, shards
from verification.adapters.store.postgres.province.province import Province
from verification.adapters.store.postgres.province.shards import Shards
from verification.basics.dates import VIETNAM
from verification.basics.errors import StoreBusy, StoreError
from verification.exchange.province.told import Told, reference

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from verification.adapters.store.sql.db import Db

KEY = bytes(range(32))
DAY = date(2026, 11, 26)
NOON = datetime(2026, 11, 26, 12, tzinfo=VIETNAM)


def person(name: str) -> UUID:
    return reference(KEY, name)


TWO = [person(f"bhxh:{at}") for at in range(40)]
A = next(one for one in TWO if one.int % 2 == 0)
B = next(one for one in TWO if one.int % 2 == 1)


@pytest.fixture
def two() -> Iterator[Shards]:
    with ExitStack() as opened:
        urls = [opened.enter_context(database()) for _ in range(2)]
        found = Shards([read_address("shards", one) for one in urls], wait=0.5)
        opened.callback(found.close)
        yield found


@pytest.fixture
def kept(two: Shards) -> Province:
    found = Province(two)
    found.begin(KEY)
    found.make_months(DAY, 2)
    return found


def told(who: UUID = A, nth: int = 1, visit: str = "1-3", house: str = "79014") -> Told:
    name = f"handover:{visit}:{nth}"
    said = ("eligible", "valid", "1.1", "DN4", None)
    return Told(house, name, nth, "received", NOON, visit, who, DAY, NOON, *said)


def rows(two: Shards, table: str) -> list[tuple[int, UUID, str, int]]:
    found = []
    for number in range(2):
        with two.at(number) as db:
            query = f"SELECT person, house, nth FROM {table}"
            found += [(number, *row) for row in db.rows(query)]
    return found


def test_a_message_is_kept_once_on_the_shard_of_its_person(kept: Province, two: Shards) -> None:
    assert kept.take(told())
    assert not kept.take(told())
    assert kept.take(told(nth=3))
    assert not kept.take(told(nth=2))
    assert kept.take(told(B, visit="1-4"))
    assert kept.take(told(A, house="79001"))
    assert sorted((n, one, nth) for n, one, _, nth in rows(two, "visit")) == sorted(
        [(0, A, 3), (0, A, 1), (1, B, 1)]
    )
    assert len(rows(two, "handed")) == 4
    assert kept.counts(DAY) == (3, 0)


def test_whoever_a_visit_turns_out_to_be_of_has_it_alone(kept: Province, two: Shards) -> None:
    for nth, who in enumerate((A, B, A, A, B), 1):
        assert kept.take(told(who, nth))
        assert [(n, one, at) for n, one, _, at in rows(two, "visit")] == [(who.int % 2, who, nth)]
    assert len(rows(two, "handed")) == 5


@pytest.mark.parametrize("broken", range(4))
def test_what_is_cut_between_two_shards_is_finished_by_the_next_try(
    kept: Province, two: Shards, broken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.take(told(A, 1))
    real, left = Shards.at, [broken]

    @contextmanager
    def cut(self: Shards, number: int) -> Iterator[Db]:
        left[0] -= 1
        if left[0] == -1:
            raise StoreBusy("mất kết nối", "the connection is lost")
        with real(self, number) as db:
            yield db

    monkeypatch.setattr(Shards, "at", cut)
    with pytest.raises(StoreBusy):
        kept.take(told(B, 2))
    monkeypatch.undo()
    again = replace(told(A, 2), verdict="undetermined")  # what is sent again may be newer
    assert kept.take(again)
    assert not kept.take(again)
    assert len(rows(two, "visit")) == 1
    assert sorted(nth for *_, nth in rows(two, "handed")) == [1, 2]
    ((number, who, _, _),) = rows(two, "visit")
    assert number == two.number(who)


def test_a_message_waits_for_the_one_before_it(kept: Province, two: Shards) -> None:
    key = province.visit_key("79014", "1-3")
    with two.of(key) as db:
        db.rows(province._BEGUN, (DAY, "79014", "1-3", 1, A))
    with pytest.raises(StoreBusy):
        kept.take(told(B, 2))
    assert kept.take(told(A, 1))
    assert kept.take(told(B, 2))


def test_a_question_about_a_person_opens_that_persons_shard_and_the_visits_place_alone(
    kept: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.take(told(A))
    kept.take(replace(told(A, visit="1-9", house="01004"), came=NOON - timedelta(hours=3)))
    kept.take(replace(told(A, visit="1-9", house="01005"), cancelled="quet_trung"))
    kept.take(replace(told(A, visit="1-9", house="01006"), came=NOON + timedelta(hours=3)))
    asked: list[int] = []
    real = Shards.number
    monkeypatch.setattr(
        Shards, "number", lambda self, key: asked.append(real(self, key)) or real(self, key)
    )
    found = kept.about("79014", "1-3", DAY)
    assert found
    assert (found[0].house, [row.house for row in found[1]]) == ("79014", ["01004"])
    assert asked == [province.visit_key("79014", "1-3").int % 2, 0]
    assert kept.about("01005", "1-9", DAY) is None
    assert kept.about("79014", "1-9", DAY) is None
    assert kept.about("79014", "1-3", DAY + timedelta(days=1)) is None


def test_months_are_made_ahead_and_old_ones_are_taken_off(kept: Province, two: Shards) -> None:
    assert kept.held() == [[date(2026, 11, 1), date(2026, 12, 1)]] * 2
    for at, day in enumerate((date(2026, 12, 31), date(2026, 12, 1)), 7):
        kept.take(replace(told(visit=f"1-{at}"), day=day))
    late = replace(told(), day=date(2027, 1, 1))
    with pytest.raises(StoreError):  # no month of it is there yet
        kept.take(late)
    kept.make_months(date(2027, 1, 1), 1)
    assert kept.take(late)
    kept.detach(date(2026, 12, 1))
    kept.detach(date(2026, 12, 1))
    assert kept.held() == [[date(2026, 11, 1), date(2027, 1, 1)]] * 2
    assert len(rows(two, "visit")) == 1
    assert len(rows(two, "visit_2026_12_apart")) == 2
    kept.make_months(date(2026, 12, 9), 1)  # a visit of that month that changes makes it anew
    assert kept.take(replace(told(visit="1-8"), day=date(2026, 12, 1)))
    assert [*months.months_from(date(2026, 11, 30), 3)] == [
        *(date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1))
    ]


def test_a_month_that_another_process_took_off_is_made_anew(kept: Province, two: Shards) -> None:
    late = replace(told(), day=date(2026, 12, 1))
    Province(two).detach(date(2026, 12, 1))
    kept.make_months(late.day, 1)  # it is believed to be there
    with pytest.raises(StoreError):
        kept.take(late)
    kept.make_months(late.day, 1)
    assert kept.take(late)


def test_what_comes_several_times_at_once_is_kept_once(kept: Province, two: Shards) -> None:
    sent = [told(who, 1, f"1-{at}") for at, who in enumerate(TWO[:6])] * 4
    with ThreadPoolExecutor(8) as at_once:
        new = list(at_once.map(kept.take, sent))
    assert sum(new) == 6
    assert len(rows(two, "visit")) == len(rows(two, "handed")) == 6


def test_a_shard_of_another_key_or_place_is_refused(kept: Province, two: Shards) -> None:
    assert kept
    Province(two).begin(KEY)
    with pytest.raises(StoreError, match="key_file"):
        Province(two).begin(KEY[::-1])
    turned = Shards([address for address, _ in reversed(two._shards)])
    with pytest.raises(StoreError, match="shards"):
        Province(turned).begin(KEY)
    turned.close()


def test_the_routing_is_at_most_a_hundred_lines() -> None:
    assert len(getsource(shards).splitlines()) <= 100
