"""The desk's main use cases on a real store: check, present, receive."""

from __future__ import annotations

import hashlib
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from tests.support import DESK, TODAY, Clock, open_kiosk, payload
from verification.adapters.store.sql.reading import read_chains
from verification.adapters.store.sqlite.database import Statements
from verification.basics.dates import VIETNAM
from verification.basics.errors import RequestError
from verification.card import presented
from verification.log.events import EventKind
from verification.log.visit import CachTrinh, CancelReason
from verification.reception.answer import Answer, Scan, scan_of
from verification.reception.checkin import Receives, check, check_in, present, receive
from verification.reception.corrections import undo
from verification.rights import desk_officer
from verification.rules.law.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from verification.adapters.store.sqlite.log import SqliteLog
    from verification.kiosk import Kiosk

GREEN, RED, AMBER, FOREIGN = "patient-1", "patient-2", "patient-3", "foreign-1"


def scan(slug: str, scan_id: str | None = None) -> Scan:
    """Return the scan of a fixture."""
    return Scan((payload(slug),), scan_id)


def show(kiosk: Kiosk, slug: str, scan_id: str | None = None, desk: str = "1") -> Answer:
    """Present a fixture at a desk."""
    return present(desk_officer(desk), kiosk, scan(slug, scan_id))


def logged(folder: Path) -> list[tuple[str, str]]:
    """Return desk and kind of every event, in order; flags stand beside them."""
    mine = "kind <> 'flagged' AND kind NOT GLOB 'case_*'"
    query = f"SELECT desk, kind FROM log WHERE {mine} ORDER BY rowid"
    with closing(sqlite3.connect(folder / "kiosk.db")) as connection:
        return connection.execute(query).fetchall()


def codes(answer: Answer) -> list[str]:
    """Return the reasons of an answer."""
    return [finding.reason.value for finding in answer.verdict.reasons]


# ---- presented is not received


def test_green_is_received_by_itself(kiosk: Kiosk, store_folder: Path) -> None:
    answer = show(kiosk, GREEN)
    assert answer.verdict.outcome is Outcome.ELIGIBLE
    assert answer.visit is not None
    assert (answer.visit.presented, answer.visit.rate) == (answer.event.event_id, "4/5")
    assert logged(store_folder) == [("1", "presented"), ("1", "received")]


@pytest.mark.parametrize(
    ("slug", "outcome"), [(RED, Outcome.NOT_ELIGIBLE), (AMBER, Outcome.UNDETERMINED)]
)
def test_amber_and_red_are_received_by_a_key_alone(
    kiosk: Kiosk, store_folder: Path, slug: str, outcome: Outcome
) -> None:
    answer = show(kiosk, slug)
    assert (answer.verdict.outcome, answer.visit) == (outcome, None)
    assert logged(store_folder) == [("1", "presented")]
    received = receive(DESK, kiosk, answer)
    assert received.visit is not None
    assert received.visit.verdict == outcome.value
    assert logged(store_folder) == [("1", "presented"), ("1", "received")]


def test_the_key_pressed_twice_is_one_visit(kiosk: Kiosk, store_folder: Path) -> None:
    answer = show(kiosk, RED)
    first, second = receive(DESK, kiosk, answer), receive(DESK, kiosk, answer)
    assert first.visit == second.visit
    assert len(logged(store_folder)) == 2


@pytest.mark.parametrize("slug", [FOREIGN, "bad-truncated", "bad-contradictory"])
def test_rubbish_is_logged_and_cannot_be_received(
    kiosk: Kiosk, store_folder: Path, slug: str
) -> None:
    answer = show(kiosk, slug)
    assert (answer.verdict.card, answer.visit, answer.event.person_ref) == (None, None, None)
    with pytest.raises(RequestError):
        receive(DESK, kiosk, answer)
    assert check_in(DESK, kiosk, scan(slug)).visit is None
    assert logged(store_folder) == [("1", "presented")] * 2


def test_the_look_up_mode_makes_no_visit(kiosk: Kiosk, store_folder: Path) -> None:
    answer = present(DESK, kiosk, scan(GREEN), lookup=True)
    assert answer.verdict.outcome is Outcome.ELIGIBLE
    assert answer.visit is None
    assert answer.event.codes["lookup"] == 1
    assert logged(store_folder) == [("1", "presented")]


def test_a_check_logs_nothing(kiosk: Kiosk, store_folder: Path) -> None:
    assert check(DESK, kiosk, payload(GREEN)).outcome is Outcome.ELIGIBLE
    assert logged(store_folder) == []


def test_check_in_receives_whatever_the_verdict(kiosk: Kiosk) -> None:
    for slug in (GREEN, RED, AMBER):
        assert check_in(DESK, kiosk, scan(slug)).visit is not None


def test_a_scan_of_nothing_is_unreadable(kiosk: Kiosk) -> None:
    answer = present(DESK, kiosk, Scan(()))
    assert codes(answer) == ["unreadable"]


def test_two_cards_in_one_picture_are_not_received(kiosk: Kiosk) -> None:
    answer = present(DESK, kiosk, Scan((payload(GREEN), payload("s2"))))
    assert (codes(answer), answer.visit) == (["two_cards"], None)


# ---- sent again


def test_a_resent_scan_is_the_same_event(kiosk: Kiosk, store_folder: Path, clock: Clock) -> None:
    first = show(kiosk, GREEN, "s-1")
    clock.forward(minutes=1)
    second = show(kiosk, GREEN, "s-1")
    assert second.resent
    assert (second.event, second.visit) == (first.event, first.visit)
    assert second.already == ()
    assert codes(second) == codes(first)
    assert len(logged(store_folder)) == 2


def test_a_resent_scan_is_known_after_a_restart(
    store_folder: Path, clock: Clock, opened: tuple[Kiosk, SqliteLog]
) -> None:
    first = show(opened[0], RED, "s-9")
    with open_kiosk(store_folder, clock) as (again, _):
        second = show(again, RED, "s-9")
    assert (second.event, second.resent) == (first.event, True)


def test_a_resent_check_in_is_the_same_visit(kiosk: Kiosk, store_folder: Path) -> None:
    first = check_in(DESK, kiosk, scan(RED, "s-2"))
    second = check_in(DESK, kiosk, scan(RED, "s-2"))
    assert first.visit == second.visit
    assert len(logged(store_folder)) == 2


def test_a_resent_second_scan_still_says_already_here(kiosk: Kiosk, clock: Clock) -> None:
    show(kiosk, GREEN, "s-1")
    clock.forward(minutes=5)
    second = show(kiosk, GREEN, "s-2")
    again = show(kiosk, GREEN, "s-2")
    assert (codes(again), again.visit, again.already) == (
        codes(second),
        second.visit,
        second.already,
    )


# ---- the same day


def test_the_same_card_again_today_makes_no_second_visit(
    kiosk: Kiosk, store_folder: Path, clock: Clock
) -> None:
    first = show(kiosk, GREEN)
    clock.forward(hours=1)
    second = show(kiosk, GREEN)
    assert second.visit == first.visit
    assert second.already == (first.visit,)
    told = next(f for f in second.verdict.reasons if f.reason.value == "already_today")
    assert told.sentence.vi == "Đã tiếp nhận 08:12, quầy 1, số 1"
    assert [kind for _, kind in logged(store_folder)] == ["presented", "received", "presented"]


@pytest.mark.parametrize("other", ["s1-new", "number-10", "number-12", "number-15", "citizen-7"])
def test_another_document_of_the_same_person_is_the_same_visit(kiosk: Kiosk, other: str) -> None:
    first = check_in(DESK, kiosk, scan("same-old15"))
    assert check_in(DESK, kiosk, scan(other)).visit == first.visit


def test_a_new_visit_of_the_day_says_what_for(kiosk: Kiosk, clock: Clock) -> None:
    first = show(kiosk, GREEN)
    clock.forward(hours=2)
    second = receive(DESK, kiosk, show(kiosk, GREEN), again="khám mắt")
    assert second.visit is not None
    assert first.visit is not None
    assert second.visit.visit_id != first.visit.visit_id
    assert kiosk.written.content(second.visit.visit_id) == {"ghi_chu": "khám mắt"}
    assert len(show(kiosk, GREEN).already) == 2


def test_check_in_again_makes_a_new_visit(kiosk: Kiosk, clock: Clock) -> None:
    first = check_in(DESK, kiosk, scan(GREEN))
    clock.forward(minutes=1)
    second = check_in(DESK, kiosk, scan(GREEN), again="tái khám")
    assert first.visit is not None
    assert second.visit is not None
    assert second.visit.visit_id != first.visit.visit_id
    assert second.already == (first.visit,)


def test_tomorrow_is_another_visit(kiosk: Kiosk, clock: Clock) -> None:
    first = show(kiosk, GREEN)
    clock.forward(days=1)
    second = show(kiosk, GREEN)
    assert second.already == ()
    assert second.visit != first.visit


def test_the_day_is_the_local_one(kiosk: Kiosk, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 22, 23, 59, tzinfo=VIETNAM)
    show(kiosk, GREEN)
    clock.forward(minutes=2)
    assert show(kiosk, GREEN).already == ()


def test_a_cancelled_visit_leaves_the_day(kiosk: Kiosk, clock: Clock) -> None:
    first = show(kiosk, GREEN)
    assert first.visit is not None
    undo(DESK, kiosk, first.visit.visit_id, CancelReason.QUET_TRUNG)
    clock.forward(minutes=1)
    second = show(kiosk, GREEN)
    assert second.already == ()
    assert second.visit is not None
    assert second.visit.visit_id != first.visit.visit_id


def test_another_desk_that_was_faster_is_told(kiosk: Kiosk) -> None:
    slow = show(kiosk, RED, desk="1")
    fast = receive(desk_officer("2"), kiosk, show(kiosk, RED, desk="2"))
    answer = receive(DESK, kiosk, slow)
    assert answer.visit == fast.visit
    assert "already_today" in codes(answer)


# ---- times and desks


def test_a_backdated_visit_keeps_both_times(kiosk: Kiosk, clock: Clock) -> None:
    at = datetime(2026, 11, 20, 15, 30, tzinfo=VIETNAM)
    answer = check_in(DESK, kiosk, Scan((payload(GREEN),), happened_at=at))
    assert "backdated" in codes(answer)
    assert answer.event.happened_at == at
    assert answer.event.recorded_at == clock.now
    assert answer.visit is not None
    assert answer.visit.day == at.date()
    assert show(kiosk, GREEN).already == ()


def test_a_backdated_visit_is_judged_by_its_own_day(kiosk: Kiosk) -> None:
    at = datetime(2025, 6, 30, 9, tzinfo=VIETNAM)
    answer = check_in(DESK, kiosk, Scan((payload(RED),), happened_at=at))
    assert answer.verdict.outcome is Outcome.ELIGIBLE


def test_each_desk_has_its_own_chain(kiosk: Kiosk, store_folder: Path) -> None:
    show(kiosk, GREEN, desk="1")
    show(kiosk, "s2", desk="2")
    with closing(sqlite3.connect(store_folder / "kiosk.db")) as connection:
        chains = read_chains(Statements(connection))
    assert {desk: [row["seq"] for row in rows] for desk, rows in chains.items()} == {
        "1": [1, 2],
        "2": [1, 2],
    }


def test_two_desks_at_once_receive_everybody_once(kiosk: Kiosk, store_folder: Path) -> None:
    slugs = [GREEN, "s2", "s3", "s4", "s5", "s7", "s9", "s10"]
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(
                lambda job: check_in(desk_officer(job[0]), kiosk, scan(job[1])),
                [(desk, slug) for slug in slugs for desk in ("1", "2")],
            )
        )
    visits = {a.visit.visit_id for a in answers if a.visit}
    assert len(visits) == len(slugs)
    kinds = [kind for _, kind in logged(store_folder)]
    assert kinds.count("received") == len(slugs)
    assert kinds.count("presented") == 2 * len(slugs)


# ---- what is written


def content(kiosk: Kiosk, answer: Answer) -> Mapping[str, Any]:
    """Return the sealed content of an answer's event."""
    return kiosk.written.content(answer.event.event_id) or {}


def test_each_field_says_whether_it_was_scanned_typed_or_stood_in_the_store(
    kiosk: Kiosk,
) -> None:
    scanned = content(kiosk, show(kiosk, "same-old15"))
    assert scanned["ban_ghi"]["so_cccd"] == "079194000011"
    assert scanned["cach_doc"]["ho_ten"] == "quet"
    assert scanned["cach_doc"]["so_cccd"] == "kho"
    by_hand = Scan((payload("number-10"),), cach_trinh=CachTrinh.GO, quet=False)
    typed = content(kiosk, present(DESK, kiosk, by_hand))
    assert typed["cach_doc"]["ma_so_bhxh"] == "go"
    assert typed["cach_doc"]["ho_ten"] == "kho"


def test_of_the_raw_text_only_its_digest_is_kept(kiosk: Kiosk) -> None:
    for slug in (GREEN, FOREIGN):
        kept = content(kiosk, show(kiosk, slug))
        assert kept["sha256"] == hashlib.sha256(payload(slug)).hexdigest()
    assert content(kiosk, show(kiosk, FOREIGN)).keys() == {"sha256"}


def test_nothing_personal_can_be_read_in_the_files(kiosk: Kiosk, store_folder: Path) -> None:
    for slug in ("same-old15", RED, FOREIGN):
        show(kiosk, slug)
    receive(DESK, kiosk, show(kiosk, RED), again="khám mắt trái")
    secrets = [
        "Nguyễn Thị Mẫu",
        "DN4797900000011",
        "7900000011",
        "079194000011",
        "1994-03-05",
        "12 Đường Mẫu",
        "Võ Hoàng Sẵn",
        "7900000202",
        "khám mắt trái",
        hashlib.sha256(payload("same-old15")).hexdigest(),
        hashlib.sha256(payload(FOREIGN)).hexdigest(),
        hashlib.sha256(b"7900000011").hexdigest(),
    ]
    files = [path for path in store_folder.glob("kiosk.db*") if path.suffix != ".key"]
    assert {"kiosk.db", "kiosk.db-wal", "kiosk.db.head"} <= {path.name for path in files}
    for path in files:
        raw = path.read_bytes()
        for secret in secrets:
            assert secret.encode() not in raw, (path.name, secret)
    assert b"presented" in b"".join(path.read_bytes() for path in files)


def test_the_log_names_officer_and_way_of_presenting(kiosk: Kiosk) -> None:
    answer = show(kiosk, GREEN)
    assert answer.event.kind is EventKind.PRESENTED
    assert answer.event.codes["officer"] == "quay-thu"
    assert answer.event.codes["cach_trinh"] == "vssid"
    assert answer.event.codes["kind"] == "bhyt_qr"
    assert answer.event.codes["reasons"] == ["valid"]


@pytest.mark.parametrize(
    ("slug", "said", "how", "quet"),
    [
        (GREEN, True, CachTrinh.VSSID, True),
        (GREEN, None, CachTrinh.VSSID, True),
        (GREEN, False, CachTrinh.VSSID, False),  # pasted, typed or edited
        ("citizen-7", None, CachTrinh.CCCD, True),
        ("number-15", None, CachTrinh.GO, False),
        ("number-15", True, CachTrinh.GO, True),
        (FOREIGN, True, CachTrinh.GO, True),
    ],
)
def test_a_scan_knows_how_it_was_presented(
    kiosk: Kiosk, slug: str, said: bool | None, how: CachTrinh, quet: bool
) -> None:
    made = scan_of((payload(slug),), kiosk.today(), quet=said)
    assert (made.cach_trinh, made.quet) == (how, quet)
    paper = scan_of((payload(slug),), kiosk.today(), quet=said, cach_trinh=CachTrinh.GIAY)
    assert paper.cach_trinh is CachTrinh.GIAY


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bytes, date]]:
    """Return what was read, and for which day."""
    read: list[tuple[bytes, date]] = []

    def noting(raw: bytes, on: date) -> presented.Presented:
        read.append((raw, on))
        return understood(raw, on)

    understood = presented.read
    monkeypatch.setattr(presented, "read", noting)
    return read


@pytest.mark.parametrize("slugs", [(GREEN,), (GREEN, "citizen-7", FOREIGN)])
def test_each_text_of_a_scan_is_read_once_on_its_way(
    kiosk: Kiosk, readings: list[tuple[bytes, date]], slugs: tuple[str, ...]
) -> None:
    made = replace(scan_of(tuple(map(payload, slugs)), kiosk.today()), scan_id="s:1")
    present(DESK, kiosk, made)
    assert readings == [(payload(slug), TODAY) for slug in slugs]


def test_a_scan_that_waited_is_read_once_for_the_day_it_was_made(
    kiosk: Kiosk, readings: list[tuple[bytes, date]]
) -> None:
    yesterday = datetime(2026, 11, 21, 23, 59, tzinfo=VIETNAM)
    made = scan_of((payload(GREEN),), kiosk.today(), happened_at=yesterday)
    assert check_in(DESK, kiosk, made).verdict.on == yesterday.date()
    assert readings == [(payload(GREEN), yesterday.date())]


def test_a_scan_made_before_midnight_is_judged_for_the_day_on_which_it_is_presented(
    kiosk: Kiosk, clock: Clock
) -> None:
    newborn = payload(GREEN).replace(b"18/06/1987", b"23/11/2026")
    made = scan_of((newborn,), kiosk.today())
    assert codes(check_in(DESK, kiosk, made)) == ["contradictory"]  # nobody is born tomorrow
    clock.forward(days=1)
    assert "contradictory" not in codes(check_in(DESK, kiosk, made))


@pytest.mark.parametrize(
    ("who", "green", "red", "rubbish"),
    [
        (Receives.GREEN_ALONE, True, False, False),
        (Receives.ANY_CARD, True, True, False),
        (Receives.NOBODY, False, False, False),
    ],
)
def test_one_rule_says_who_is_received(
    kiosk: Kiosk, who: Receives, green: bool, red: bool, rubbish: bool
) -> None:
    looked_up = [present(DESK, kiosk, scan(slug), lookup=True) for slug in (GREEN, RED, FOREIGN)]
    assert [who.takes(answer) for answer in looked_up] == [green, red, rubbish]


def test_a_kiosk_without_a_log_says_so(kiosk: Kiosk) -> None:
    bare = type(kiosk)(kiosk.cards, None, kiosk.rules, None, kiosk.clock)
    assert check(DESK, bare, payload(GREEN)).outcome is Outcome.ELIGIBLE
    with pytest.raises(RuntimeError):
        present(DESK, bare, scan(GREEN))
