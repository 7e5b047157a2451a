"""A day of three houses: their own SQLite, outbox and signature, and a shard that is killed."""

from __future__ import annotations

import json
import signal
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.operations.province.conftest import KEY
from tests.support import DESK, TODAY, Clock, make_demo_store, open_kiosk, payload
from verification.adapters.hospital.webhook import WebhookCarrier
from verification.exchange.again import shipped
from verification.exchange.handover.errand import HandoverErrand
from verification.exchange.handover.signing import signed
from verification.exchange.outbox import Outbox
from verification.log.visit import CancelReason
from verification.operations.province.answering import Answering
from verification.operations.province.server import Receiver
from verification.operations.province.settings import ProvinceSettings
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.reception.corrections import correct_field, undo
from verification.rules.misuse.policy import shipped as misuse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgres_support import Cluster
    from verification.adapters.store.postgres.province.province import Province
    from verification.adapters.store.postgres.province.shards import Shards
    from verification.exchange.sending import Sent
    from verification.kiosk import Kiosk

HOUSES = ("79014", "79001", "01004")
EVERYWHERE = "patient-1"
OTHERS = (("s2", "s3", "patient-2"), ("s4", "s5", "patient-3"), ("s6", "s7", "patient-4"))


@dataclass
class House:
    """A house with its kiosk, which hands over to the province."""

    code: str
    kiosk: Kiosk
    url: str

    @property
    def secret(self) -> bytes:
        return f"khoa-ky-cua-co-so-{self.code}-rieng".encode()

    def receive(self, slug: str) -> str:
        visit = check_in(DESK, self.kiosk, Scan((payload(slug),))).visit
        assert visit
        return visit.visit_id

    def send(self) -> int:
        """Send what is due; return how much waits then."""
        carrier = WebhookCarrier(f"{self.url}/{self.code}/messages")
        errand = HandoverErrand(self.kiosk, carrier, [self.secret])
        outbox: Outbox[Sent] = Outbox(self.kiosk, errand, shipped(), Random(1))
        while outbox.settle().settled:
            pass
        return self.kiosk.written.exchanged.count()

    def ask(self, path: str, body: bytes, **changed: Any) -> requests.Response:
        given = {"name": "hoi", "second": int(self.kiosk.clock().timestamp())} | changed
        headers = signed(given["name"], given["second"], body, [given.get("by", self.secret)])
        return requests.post(f"{self.url}{path}", body, headers=headers, timeout=20)

    def flags(self, visit: str, day: date = TODAY, **changed: Any) -> requests.Response:
        body = json.dumps({"visit_id": visit, "ngay": day.isoformat()}).encode()
        return self.ask(f"/{self.code}/flags", body, **changed)


@pytest.fixture
def houses(tmp_path: Path, clock: Clock, province: Province) -> Iterator[list[House]]:
    """Yield three houses before a receiver on a province of two shards."""
    with ExitStack() as opened:
        found = []
        settings = ProvinceSettings(KEY, (), {})
        receiver = opened.enter_context(Receiver(Answering(settings, province, misuse(), clock)))
        for code in HOUSES:
            (tmp_path / code).mkdir()
            make_demo_store(tmp_path / code)
            kiosk, _ = opened.enter_context(open_kiosk(tmp_path / code, clock))
            found.append(House(code, replace(kiosk, facility=code, hands_over=True), receiver.url))
        known = {house.code: (house.secret,) for house in found}
        receiver.answering = replace(receiver.answering, settings=replace(settings, houses=known))
        yield found


def everything(clusters: list[Cluster], addresses: list[str]) -> list[dict[str, list[Any]]]:
    """Return all rows of each shard."""
    found = []
    for cluster, url in zip(clusters, addresses, strict=True):
        name = url.rpartition("/")[2]
        found.append(
            {
                "visit": list(cluster.run("SELECT person, house, visit, nth FROM visit", name)),
                "handed": list(cluster.run("SELECT person, house, message FROM handed", name)),
                "place": list(cluster.run("SELECT house, visit, done FROM place", name)),
            }
        )
    return found


def test_a_day_of_three_houses_with_a_shard_that_is_killed_and_comes_back(
    houses: list[House],
    clock: Clock,
    clusters: list[Cluster],
    addresses: list[str],
    province: Province,
    shards: Shards,
) -> None:
    visits: dict[str, list[str]] = {house.code: [] for house in houses}
    for house, others in zip(houses, OTHERS, strict=True):
        clock.forward(minutes=50)
        visits[house.code] = [house.receive(slug) for slug in (EVERYWHERE, *others[:1])]
    assert [house.send() for house in houses] == [0, 0, 0]
    clusters[1].stop(signal.SIGQUIT)  # as a machine that loses its power
    for house, others in zip(houses, OTHERS, strict=True):
        visits[house.code] += [house.receive(slug) for slug in others[1:]]
        undo(DESK, house.kiosk, visits[house.code][1], CancelReason.BENH_NHAN_VE)
    clock.forward(minutes=1)
    waiting = [house.send() for house in houses]
    assert sum(waiting) > 0
    clusters[1].start()
    for _ in range(6):  # what was connected before is told apart once
        clock.forward(minutes=6)
        waiting = [house.send() for house in houses]
    assert waiting == [0, 0, 0]
    of_shards = everything(clusters, addresses)
    assert all(rows["visit"] for rows in of_shards)
    kept = [(house, visit) for rows in of_shards for _, house, visit, _ in rows["visit"]]
    assert sorted(kept) == sorted((code, one) for code, of in visits.items() for one in of)
    handed = [(house, name) for rows in of_shards for _, house, name in rows["handed"]]
    told = [
        (house.code, f"handover:{one}:{nth}")
        for house in houses
        for at, one in enumerate(visits[house.code])
        for nth in ((1, 2) if at == 1 else (1,))
    ]
    assert sorted(handed) == sorted(told)
    assert all(done for rows in of_shards for *_, done in rows["place"])
    for number, rows in enumerate(of_shards):  # the same person is always on the same shard
        people = {row[0] for table in ("visit", "handed") for row in rows[table]}
        assert {shards.number(person) for person in people} == {number}
    assert province.counts(TODAY) == (12, 3)


def test_a_house_gets_flags_and_never_a_row(
    houses: list[House], clock: Clock, clusters: list[Cluster], addresses: list[str]
) -> None:
    first, second, third = houses
    seen = []
    for house in houses:
        clock.forward(minutes=50)
        seen.append(house.receive(EVERYWHERE))
        assert house.send() == 0
    alone = third.receive("s2")
    third.send()
    assert first.flags(seen[0]).json() == {"flags": []}  # nobody was anywhere before
    two, three = second.flags(seen[1]), third.flags(seen[2])
    assert two.json() == {"flags": [{"rule": "M02", "version": 2, "level": "info", "count": 2}]}
    (flag,) = three.json()["flags"]
    assert (flag["rule"], flag["level"], flag["count"]) == ("M02", "urgent", 3)
    assert flag.keys() == {"rule", "version", "level", "count"}
    assert third.flags(alone).json() == {"flags": []}
    assert all(type(flag[name]) is int for name in ("version", "count"))
    rows = json.dumps(everything(clusters, addresses), default=str)
    for table in ("visit", "handed", "place"):
        for cluster, url in zip(clusters, addresses, strict=True):
            rows += str(cluster.run(f"SELECT * FROM {table}", url.rpartition("/")[2]))  # type: ignore[arg-type]
    assert "79000002" not in rows
    assert not any(word in rows for word in ("Nguyễn", "Đặng", "Mẫu"))
    undo(DESK, second.kiosk, seen[1], CancelReason.QUET_TRUNG)
    second.send()
    assert second.flags(seen[1]).status_code == 404
    (flag,) = third.flags(seen[2]).json()["flags"]
    assert flag["count"] == 2  # what was undone counts no more


def test_who_is_no_house_or_asks_about_anothers_visit_learns_nothing(
    houses: list[House], clock: Clock, province: Province
) -> None:
    first, second, _ = houses
    visit = first.receive(EVERYWHERE)
    first.send()
    for asked in (
        first.flags(visit, by=second.secret),
        first.flags(visit, second=int(clock().timestamp()) - 301),
        first.flags(visit, second=int(clock().timestamp()) + 301),
        replace(first, code="79099").flags(visit, by=first.secret),
        first.ask("/", b""),
        requests.post(f"{first.url}/{first.code}/flags", b"{}", timeout=20),
    ):
        assert (asked.status_code, asked.content) == (401, b"")
    other = second.flags(f"{visit}9"), second.flags(visit, date(2026, 1, 1))
    assert [one.status_code for one in other] == [404, 404]
    assert second.flags(visit).status_code == 404  # another house's, and a visit like any other
    for body in (b"", b"[]", b"{", b'{"visit_id":1,"ngay":"2026-11-26"}', b"[" * 50_000):
        assert first.ask(f"/{first.code}/flags", body).status_code == 422
        assert first.ask(f"/{first.code}/messages", body).status_code == 422
    assert first.ask(f"/{first.code}/rows", b"{}").status_code == 404
    assert first.ask(f"/{first.code}/messages", b"x" * 1_000_001).status_code == 413
    assert province.counts(TODAY) == (1, 0)


def test_a_day_that_is_not_yet_makes_no_month(houses: list[House], province: Province) -> None:
    house, taken = houses[0], []
    for day in ("2027-11-22", "2026-11-24", "2026-11-23", "2026-10-31"):
        at = f"{day}T08:00:00"
        told = {
            "version": 1,
            "id": f"handover:9-{day}:1",
            "nth": 1,
            "event": {"id": "9-1", "kind": "received", "at": f"{at}+07:00"},
            "facility": house.code,
            "visit": {"visit_id": f"9-{day}", "ngay": day, "thoi_diem": at, "cancelled": None},
            "check": {"verdict": "eligible", "reasons": [], "ma_doituong_kcb": None},
            "patient": {"ma_the": None, "ma_so_bhxh": None, "so_cccd": None},
        }
        asked = house.ask(f"/{house.code}/messages", json.dumps(told).encode())
        taken.append(asked.status_code)
    assert taken == [422, 422, 204, 204]
    months = [date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    assert province.held() == [[*months, date(2027, 2, 1)]] * 2


def test_a_visit_that_turns_out_to_be_anothers_moves_to_that_persons_shard(
    houses: list[House], clusters: list[Cluster], addresses: list[str], province: Province
) -> None:
    house = houses[0]
    names = [house.receive(slug) for slug in ("s2", "s3", "s4", "s5")]
    house.send()
    for at, name in enumerate(names):
        correct_field(DESK, house.kiosk, name, "ma_the", f"DN479790000{at}777")
        correct_field(DESK, house.kiosk, name, "ma_the", f"DN479790000{at}888")
    assert house.send() == 0
    rows = everything(clusters, addresses)
    assert sorted((v, nth) for one in rows for _, _, v, nth in one["visit"]) == [
        (name, 3) for name in sorted(names)
    ]
    assert sum(len(one["handed"]) for one in rows) == 12
    assert province.counts(TODAY) == (4, 0)
