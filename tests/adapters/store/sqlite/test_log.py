"""The contract of the `Log` port, and what the embedded engine adds to it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import DESK, MASTER_KEY, MORNING, ROOT, TODAY, Clock, open_kiosk, payload
from verification.adapters.store.sqlite.heads import head_file
from verification.adapters.store.sqlite.log import SqliteLog
from verification.adapters.store.sqlite.reading import read_chains
from verification.basics.errors import RequestError, StoreError
from verification.log import chain
from verification.log.events import EventKind, NewEvent
from verification.log.visit import CachTrinh, CancelReason, DoiChieu, NguoiTrinh
from verification.reception import checkin, lookup
from verification.reception import corrections as visits
from verification.reception.answer import Answer, Scan
from verification.rights import desk_officer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from verification.kiosk import Kiosk
    from verification.log.ports import Log, LogTransaction

    Opener = Callable[[Path, Clock], AbstractContextManager[Log]]


@contextmanager
def sqlite_log(folder: Path, clock: Clock) -> Iterator[Log]:
    """Open the embedded engine."""
    log = SqliteLog(folder / "kiosk.db", MASTER_KEY, clock)
    yield log
    log.close()


ENGINES: dict[str, Opener] = {"sqlite": sqlite_log}


@pytest.fixture(params=ENGINES)
def port(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Log]:
    """Return an empty log of each engine."""
    with ENGINES[request.param](tmp_path, clock) as log:
        yield log


def presented(**facts: Any) -> NewEvent:
    """Return an event of desk 1 that presents a card."""
    return replace(NewEvent("1", EventKind.PRESENTED, None, {"officer": "an"}), **facts)


def received(person: str, desk: str = "1", **codes: Any) -> NewEvent:
    """Return an event that begins a visit."""
    base = {
        "of": "1-1",
        "verdict": "eligible",
        "reason": "valid",
        "officer": "an",
        "cach_trinh": "vssid",
    }
    return NewEvent(desk, EventKind.RECEIVED, None, base | codes, person)


# ---- contract


def test_events_of_a_desk_are_counted_from_one(port: Log) -> None:
    names = [port.write(lambda t: t.append(presented())).event_id for _ in range(3)]
    other = port.write(lambda t: t.append(presented(desk="2")))
    assert [*names, other.event_id] == ["1-1", "1-2", "1-3", "2-1"]


def test_content_comes_back_and_only_where_there_is_some(port: Log) -> None:
    words = {"ghi_chu": "đi cùng con", "ban_ghi": {"ho_ten": "Mẫu"}}
    event = port.write(lambda t: t.append(presented(content=words)))
    bare = port.write(lambda t: t.append(presented()))
    assert port.content(event.event_id) == words
    assert port.content(bare.event_id) is None
    assert port.content("1-99") is None


def test_a_person_is_found_by_any_number_and_refs_mean_nothing(port: Log) -> None:
    ref = port.write(lambda t: t.person("7900000011", ["DN4797900000011"]))
    assert port.write(lambda t: t.person(None, ["DN4797900000011"])) == ref
    assert port.write(lambda t: t.person("7900000011", ["079194000011"])) == ref
    assert port.write(lambda t: t.person(None, ["079194000011"])) == ref
    other = port.write(lambda t: t.person("7900000012", []))
    assert other != ref
    assert "7900000011" not in ref


def test_a_number_given_twice_is_one_person(port: Log) -> None:
    assert port.write(lambda t: t.person("7900000011", ["7900000011"]))


def test_a_scan_is_found_again(port: Log) -> None:
    event = port.write(lambda t: t.append(presented(codes={"scan": "a:1"})))
    assert port.write(lambda t: t.scan("a:1")) == event
    assert port.write(lambda t: t.scan("a:2")) is None


def test_visits_of_a_day_are_the_persons_own_without_the_cancelled(port: Log, clock: Clock) -> None:
    def make(person: str) -> str:
        return port.write(lambda t: t.append(received(person))).event_id

    first = make("p1")
    clock.forward(minutes=5)
    second = make("p1")
    make("p2")
    clock.forward(days=1)
    tomorrow = make("p1")
    day = MORNING.date()
    found = port.write(lambda t: [v.visit_id for v in t.visits_of("p1", day)])
    assert found == [first, second]
    cancel = presented(kind=EventKind.CANCELLED, codes={"visit": first, "why": "khac"})
    port.write(lambda t: t.append(cancel))
    assert port.write(lambda t: [v.visit_id for v in t.visits_of("p1", day)]) == [second]
    later = port.write(lambda t: [v.visit_id for v in t.visits_of("p1", day + timedelta(days=1))])
    assert later == [tomorrow]


def test_recent_visits_of_a_desk_are_newest_first(port: Log, clock: Clock) -> None:
    made = []
    for _ in range(5):
        made.append(port.write(lambda t: t.append(received("p"))).event_id)
        clock.forward(minutes=1)
    port.write(lambda t: t.append(received("p", "2")))
    assert [v.visit_id for v in port.recent("1", 3)] == made[:1:-1]
    assert [v.visit_id for v in port.recent("2", 3)] == ["2-1"]
    assert list(port.recent("3", 3)) == []


def test_a_visit_is_the_same_inside_and_after_its_transaction(port: Log) -> None:
    inside = port.write(lambda t: t.visit(t.append(received("p")).event_id))
    assert inside is not None
    assert port.visit(inside.visit_id) == inside
    assert port.visit("1-99") is None


def test_failed_work_leaves_no_trace(port: Log) -> None:
    def fails(log: LogTransaction) -> None:
        log.append(presented(content={"a": "b"}))
        log.person("7900000011", [])
        raise RequestError("không", "no")

    for _ in range(2):
        with pytest.raises(RequestError):
            port.write(fails)
    event = port.write(lambda t: t.append(presented(content={"c": "d"})))
    assert event.event_id == "1-1"
    assert port.content("1-1") == {"c": "d"}


def test_a_failure_inside_leaves_no_key_that_opens_nothing(port: Log) -> None:
    def fails(log: LogTransaction) -> None:
        log.append(presented(content={"a": "b"}))
        raise RequestError("không", "no")

    with pytest.raises(RequestError):
        port.write(fails)
    port.write(lambda t: t.append(presented(content={"c": "d"})))
    assert port.content("1-1") == {"c": "d"}


def test_times_are_kept_to_the_millisecond_with_their_zone(port: Log, clock: Clock) -> None:
    clock.now = MORNING.replace(microsecond=123_000)
    event = port.write(lambda t: t.append(presented(codes={"scan": "s"})))
    assert event.recorded_at == event.happened_at == clock.now
    assert port.write(lambda t: t.scan("s")) == event


@pytest.mark.parametrize("words", ["\ud800", "\0", "a" * 100_000, "🙂", "{x}", '"'])
def test_any_words_can_be_kept(port: Log, words: str) -> None:
    event = port.write(lambda t: t.append(presented(content={"ghi_chu": words})))
    kept = port.content(event.event_id)
    assert kept == {"ghi_chu": words.replace("\ud800", "?")}


# ---- the embedded engine: the chain


def chains_of(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Read the chains with a connection of its own."""
    with closing(sqlite3.connect(folder / "kiosk.db")) as connection:
        return read_chains(connection)


def test_the_chain_of_each_desk_is_sound_and_ends_at_its_head(
    kiosk: Kiosk, store_folder: Path
) -> None:
    for slug, desk in (("patient-1", "1"), ("s2", "2"), ("patient-2", "1")):
        checkin.check_in(desk_officer(desk), kiosk, Scan((payload(slug),)))
    chains = chains_of(store_folder)
    heads = [chain.parse_head(x) for x in head_file(store_folder / "kiosk.db").read_text().split()]
    assert chains.keys() == {"1", "2"}
    for desk, rows in chains.items():
        own = [head for head in heads if head.desk == desk]
        assert chain.verify(rows, own) == []
        assert own[-1] == chain.Head(desk, len(rows), rows[-1]["hash"])


def test_the_digest_of_content_is_over_its_salt_and_canonical_bytes(
    kiosk: Kiosk, store_folder: Path
) -> None:
    answer = checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),)))
    kept = kiosk.written.content(answer.event.event_id)
    with closing(sqlite3.connect(store_folder / "kiosk.db")) as connection:
        (salt,) = connection.execute("SELECT salt FROM content WHERE event_id = '1-1'").fetchone()
    row = chains_of(store_folder)["1"][0]
    assert len(salt) == 32
    assert row["content_digest"] == chain.content_digest(salt, chain.canonical(kept))


def test_erasing_content_leaves_the_chain_sound(kiosk: Kiosk, store_folder: Path) -> None:
    checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),)))
    with closing(sqlite3.connect(store_folder / "kiosk.db")) as connection, connection:
        connection.execute("DELETE FROM content")
    assert kiosk.written.content("1-1") is None
    assert chain.verify(chains_of(store_folder)["1"]) == []


@pytest.mark.parametrize(
    "statement",
    ["UPDATE log SET kind = 'x'", "DELETE FROM log", "UPDATE log SET hash = 'x' WHERE seq = 1"],
)
def test_the_log_cannot_be_updated_or_deleted(
    kiosk: Kiosk, store_folder: Path, statement: str
) -> None:
    checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),)))
    with (
        closing(sqlite3.connect(store_folder / "kiosk.db")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="only grows"),
    ):
        connection.execute(statement)
    assert len(chains_of(store_folder)["1"]) == 2


def test_a_log_does_not_open_with_another_key(kiosk: Kiosk, store_folder: Path) -> None:
    checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),)))
    with pytest.raises(StoreError, match="khóa"):
        SqliteLog(store_folder / "kiosk.db", bytes(32), Clock())


def test_two_people_with_one_citizen_number_stay_two(log: SqliteLog) -> None:
    mother = log.write(lambda t: t.person("7900005511", ["DN4797900005511", "079194005511"]))
    child = log.write(lambda t: t.person("7900005522", ["TE1797900005522", "079194005511"]))
    assert mother != child
    assert log.write(lambda t: t.person("7900005511", [])) == mother
    assert log.write(lambda t: t.person("7900005522", ["079194005511"])) == child


def test_a_person_known_by_the_citizen_number_alone_gets_the_insurance_number(
    log: SqliteLog,
) -> None:
    first = log.write(lambda t: t.person(None, ["079194005511"]))
    assert log.write(lambda t: t.person("7900005511", ["079194005511"])) == first


def test_a_full_disk_refuses_the_patient_in_words_and_logs_nothing(
    kiosk: Kiosk, log: SqliteLog, store_folder: Path
) -> None:
    def limit(pages: int) -> None:
        log._writer.run(lambda c: c.execute(f"PRAGMA max_page_count = {pages}").fetchone())

    checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),)))
    limit(1)  # SQLite takes the present size as the least
    with pytest.raises(StoreError) as told:
        visits.note(DESK, kiosk, "1-2", "dài " * 200_000)
    assert "kiosk.db" in told.value.vi
    assert chain.verify(chains_of(store_folder)["1"]) == []
    limit(1_000_000)
    assert checkin.check_in(DESK, kiosk, Scan((payload("patient-2"),))).visit is not None
    heads = head_file(store_folder / "kiosk.db").read_text().split()
    assert chain.verify(chains_of(store_folder)["1"], [chain.parse_head(heads[-1])]) == []


def test_a_read_only_database_refuses_the_patient_in_words(kiosk: Kiosk, log: SqliteLog) -> None:
    log._writer.run(lambda c: c.execute("PRAGMA query_only = ON"))
    with pytest.raises(StoreError):
        checkin.present(DESK, kiosk, Scan((payload("patient-1"),)))
    log._writer._connection.execute("PRAGMA query_only = OFF")
    assert checkin.present(DESK, kiosk, Scan((payload("patient-1"),))).event.event_id == "1-1"


def test_a_head_that_cannot_be_written_does_not_stop_the_desk(
    kiosk: Kiosk, store_folder: Path
) -> None:
    head_file(store_folder / "kiosk.db").mkdir()
    assert checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),))).visit is not None


def test_work_after_closing_is_refused(tmp_path: Path, clock: Clock) -> None:
    log = SqliteLog(tmp_path / "kiosk.db", MASTER_KEY, clock)
    log.close()
    with pytest.raises(StoreError):
        log.write(lambda t: t.append(presented()))


# ---- the projection


def projection(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of the tables that the log can make again."""
    with closing(sqlite3.connect(folder / "kiosk.db")) as connection:
        return {
            table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=str)
            for table in ("visit", "scan")
        }


SLUGS = ["same-old15", "number-10", "patient-1", "patient-2", "patient-3", "foreign-1", "s2"]
STEPS = st.tuples(
    st.sampled_from(["present", "check_in", "again", "receive", "undo", "compare", "how", "who",
                     "field", "note", "resend", "viewed", "wait", "back"]),
    st.sampled_from(SLUGS),
    st.sampled_from(["1", "2"]),
    st.integers(0, 30),
)  # fmt: skip


class Desk:
    """Does random things to a kiosk, as people would."""

    def __init__(self, kiosk: Kiosk, clock: Clock) -> None:
        self._kiosk = kiosk
        self._clock = clock
        self._answers: list[Answer] = []
        self._visits: list[str] = []

    def do(self, what: str, slug: str, desk: str, pick: int) -> None:
        """Do one thing; what cannot be done is refused in words."""
        actor, scan = desk_officer(desk), Scan((payload(slug),), f"{slug}:{pick}")
        try:
            match what:
                case "present" | "resend":
                    self._keep(checkin.present(actor, self._kiosk, scan, lookup=pick % 5 == 0))
                case "check_in":
                    self._keep(checkin.check_in(actor, self._kiosk, scan))
                case "again":
                    self._keep(checkin.check_in(actor, self._kiosk, scan, again="khác"))
                case "receive" if self._answers:
                    answer = self._answers[pick % len(self._answers)]
                    again = "khác" if pick % 3 == 0 else None
                    self._keep(checkin.receive(actor, self._kiosk, answer, again))
                case "viewed" if self._answers:
                    event = self._answers[pick % len(self._answers)].event
                    lookup.viewed(actor, self._kiosk, event, "number")
                case "wait":
                    self._clock.forward(hours=pick)
                case "back":  # a clock that is set right while two desks work
                    self._clock.forward(seconds=-pick)
                case _ if self._visits:
                    self._change(what, desk, self._visits[pick % len(self._visits)], pick)
        except RequestError:
            return

    def _change(self, what: str, desk: str, visit_id: str, pick: int) -> None:
        actor, kiosk = desk_officer(desk), self._kiosk
        match what:
            case "undo":
                visits.undo(actor, kiosk, visit_id, list(CancelReason)[pick % 4])
            case "compare":
                visits.compare_id(actor, kiosk, visit_id, list(DoiChieu)[pick % 4])
            case "how":
                visits.correct_presentation(actor, kiosk, visit_id, list(CachTrinh)[pick % 5])
            case "who":
                visits.correct_presenter(actor, kiosk, visit_id, list(NguoiTrinh)[pick % 3])
            case "field":
                visits.correct_field(actor, kiosk, visit_id, "ho_ten", f"Tên {pick}")
            case "note":
                visits.note(actor, kiosk, visit_id, "ghi")

    def _keep(self, answer: Answer) -> None:
        self._answers.append(answer)
        if answer.visit:
            self._visits.append(answer.visit.visit_id)


@settings(max_examples=25)
@given(st.lists(STEPS, min_size=1, max_size=25))
def test_the_rebuilt_projection_equals_the_projection(
    demo_store: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[Any]
) -> None:
    folder = tmp_path_factory.mktemp("random")
    for source in demo_store.glob("cards-*.db"):
        (folder / source.name).symlink_to(source)
    clock = Clock()
    with open_kiosk(folder, clock) as (kiosk, log):
        desk = Desk(kiosk, clock)
        for step in steps:
            desk.do(*step)
        before = projection(folder)
        log.rebuild()
        after = projection(folder)
    assert after == before
    for rows in chains_of(folder).values():
        assert chain.verify(rows) == []


# ---- kill -9

LOOP = """
import itertools, os, sys
from tests.support import DESK, Clock, open_kiosk, payload, MORNING
from pathlib import Path
from verification.reception import checkin
from verification.operations.wiring import local_now
from verification.reception.answer import Scan
with open_kiosk(Path(sys.argv[1]), local_now) as (kiosk, _):
    for at in itertools.count():
        number = f"79{sys.argv[2]}{at:07d}".encode()
        answer = checkin.check_in(DESK, kiosk, Scan((number,)))
        os.write(1, f"{answer.visit.visit_id} {answer.event.event_id}\\n".encode())
"""


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(store_folder: Path) -> None:
    acknowledged: list[str] = []
    for kill in range(5):
        words = [sys.executable, "-c", LOOP, str(store_folder), str(kill)]
        with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            first = [process.stdout.readline() for _ in range(3 + 7 * kill)]
            acknowledged += [line.split()[0] for line in first]
            process.send_signal(signal.SIGKILL)
            rest = process.stdout.read().split("\n")
            acknowledged += [line.split()[0] for line in rest[:-1]]
    assert len(acknowledged) == len(set(acknowledged)) >= 85
    with closing(sqlite3.connect(store_folder / "kiosk.db")) as connection:
        kept = {row[0] for row in connection.execute("SELECT visit_id FROM visit")}
    assert set(acknowledged) <= kept
    verify = subprocess.run(
        [sys.executable, "-m", "verification", "verify-log", "--json"],
        cwd=ROOT,
        env=os.environ | {"KIOSK_DB": str(store_folder / "kiosk.db")},
        capture_output=True,
        check=False,
    )
    assert verify.returncode == 0, verify.stderr
    told = json.loads(verify.stdout)
    assert (told["desk"], told["ok"]) == ("1", True)
    assert told["events"] >= 2 * len(acknowledged)
    clock = Clock()
    with open_kiosk(store_folder, clock) as (kiosk, log):
        before = projection(store_folder)
        log.rebuild()
        assert projection(store_folder) == before
        assert checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),))).visit is not None
    assert clock.now.date() == TODAY
