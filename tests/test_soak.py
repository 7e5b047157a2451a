"""A fixed share of the long campaigns, and that each of them finds what it is there to find."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.soak import house as at
from benchmarks.soak import kills, kills_postgres, payloads, pictures
from benchmarks.soak.campaigns import CAMPAIGNS
from benchmarks.soak.day_desk import Tally
from benchmarks.soak.day_people import LISTED, person
from benchmarks.soak.day_told import LAW, faults, words
from benchmarks.soak.files import damaged
from benchmarks.soak.holding import Sample, look, trend
from benchmarks.soak.outcome import Outcome
from benchmarks.soak.texts import Drawn, drawn
from tests.postgres_support import shared
from tests.support import ROOT, payload
from verification.adapters.scanning.reading import Reading
from verification.adapters.store.sqlite.database import connect
from verification.card import presented
from verification.card.presented import Kind, Presented
from verification.operations.wiring import logging_kiosk
from verification.reception import checkin
from verification.reception.answer import Scan
from verification.rights import desk_officer

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SEED = 20_261_127


def test_texts_raise_nothing_and_make_nobody_eligible_who_is_not() -> None:
    outcome = payloads.payloads(1_000, SEED, workers=1)
    assert outcome.found == []
    assert outcome.count == 1_000


def test_an_altered_number_that_were_eligible_would_be_found() -> None:
    tally = payloads.Tally()
    whole = Drawn(payload("same-old15"), "made", frozenset({"DN4797900000099"}))
    with payloads.demo_kiosk() as kiosk:
        payloads.present(whole, kiosk, tally)
    assert ["an altered number is eligible" in one for one in tally.found] == [True]


def test_a_number_that_is_not_in_the_text_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = presented.read(b"DN4797900000011", payloads.NOW.date())
    monkeypatch.setattr(presented, "read", lambda *_: seen)
    tally = payloads.Tally()
    with payloads.demo_kiosk() as kiosk:
        payloads.present(Drawn(b"DN4797900000012", "made"), kiosk, tally)
    assert any("not in the text" in one for one in tally.found)


def test_what_raises_or_is_refused_without_a_reason_would_be_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [ValueError("half"), Presented(Kind.FOREIGN, "", None)]

    def read(*_: object) -> Presented:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(presented, "read", read)
    tally = payloads.Tally()
    with payloads.demo_kiosk() as kiosk:
        for _ in range(2):
            payloads.present(Drawn(b"x", "made"), kiosk, tally)
    assert ["raised" in tally.found[0], "without a reason" in tally.found[1]] == [True, True]


def test_damaged_pictures_are_read_rightly_or_not_at_all() -> None:
    """In a process of its own, since the most that one has held is looked at."""
    told = _campaign("pictures", count=40, seed=SEED)
    assert f"| damaged pictures | 40 | {SEED} |" in told
    assert told.rstrip().endswith("| nothing |")


def _campaign(name: str, *, count: int, seed: int) -> str:
    words = [sys.executable, "-m", "benchmarks.soak", name, f"--count={count}", f"--seed={seed}"]
    ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_a_picture_that_is_read_as_another_card_would_be_found() -> None:
    sent = damaged(random.Random(SEED))
    seen = Reading((b"DN4797900009999",), "zxing")
    assert len(list(pictures.wrong_in(sent, seen))) == 1
    assert list(pictures.wrong_in(sent, Reading((sent.payload, b"rubbish"), "zxing"))) == []


def test_the_same_seed_makes_the_same_texts_and_pictures() -> None:
    assert [drawn(random.Random(5)) for _ in "ab"] == [drawn(random.Random(5)) for _ in "ab"]
    assert damaged(random.Random(5)) == damaged(random.Random(5))


def test_kills_of_desks_import_and_backup_lose_nothing() -> None:
    told = _campaign("kills", count=5, seed=3)
    assert "| kill -9 | 5 | 3 |" in told
    assert told.rstrip().endswith("| nothing |")


def test_kills_of_servers_and_of_postgresql_lose_nothing() -> None:
    told = _campaign("kills-postgres", count=2, seed=3)
    assert "| kill -9, PostgreSQL | 2 | 3 |" in told
    assert told.rstrip().endswith("| nothing |")


def test_a_lost_and_a_doubled_visit_on_postgresql_would_be_found(tmp_path: Path) -> None:
    house = kills_postgres.new_house(tmp_path, shared())
    with logging_kiosk(house.settings(1)) as kiosk:
        scan = Scan((b"HT3790000000001",), "a:1")
        answer = checkin.check_in(desk_officer("1"), kiosk, scan)
    assert answer.visit
    said: list[str] = []
    house.hears([f"visit a:1 {answer.visit.visit_id}"])
    kills_postgres.faults(house, said.append)
    assert (said, house.found) == ([], [])
    house.hears(["visit a:1 1-77", "! desk 1: ValueError()"])
    assert house.found == ["two visits of one scan: a:1", "desk 1: ValueError()"]
    house.acknowledged |= {"a:2": answer.visit.visit_id, "a:3": "1-77"}
    kills_postgres.faults(house, said.append)
    assert said == ["lost: visit 1-77", f"two scans, one visit: {answer.visit.visit_id}"]
    shared().run("DELETE FROM log_written WHERE n = 1", house.name)
    kills_postgres.faults(house, said.append)
    assert "not as registered: desk 1" in said


def test_a_lost_visit_a_half_list_and_a_cut_log_would_be_found(tmp_path: Path) -> None:
    at.write_lists(tmp_path)
    house = kills.new_house(tmp_path)
    turns = {"imported": 0, "begins": 0}
    with logging_kiosk(house.settings) as kiosk:
        for number in (b"DN4790000000001", b"DN4790000000002"):
            checkin.check_in(desk_officer("1"), kiosk, Scan((number,)))
    assert _faults(house, [], turns) == []
    assert "lost: visit 1-77" in _faults(house, ["1-77"], turns)
    assert "the cards in use" in _faults(house, [], {"imported": 1, "begins": 1})[0]
    with closing(connect(house.settings.db)) as db:
        db.execute("DROP TRIGGER log_no_delete")
        db.execute("DELETE FROM log WHERE rowid = (SELECT max(rowid) FROM log)")
    assert any("chain" in one or "head" in one for one in _faults(house, [], turns))


def _faults(house: at.House, acknowledged: list[str], turns: dict[str, int]) -> list[str]:
    said: list[str] = []
    at.faults(house, acknowledged, turns, said.append)
    return said


def test_memory_that_grows_is_found_and_memory_that_swings_is_not(tmp_path: Path) -> None:
    line = trend([(0, 1.0), (1, 3.0), (2, 5.0), (3, 7.0)])
    assert (line.slope, line.error, line.looks) == (2.0, 0.0, 4)
    assert trend([(0, 1.0), (1, 2.0), (2, 1.0)]).error > 0
    assert [trend([(5, 1.0)] * often).slope for often in (0, 1, 3)] == [0.0] * 3
    warms = [Sample(at / 6, at, 100.0 + min(at, 30) * 20, 9, 3, 4, 5, 6, 7) for at in range(121)]
    swings = [replace(one, megabytes=700.0 + 40 * (at % 2)) for at, one in enumerate(warms)]
    grows = [replace(one, megabytes=100 + 1.5 * one.minute) for one in warms]
    assert [list(faults(some, LAW)) for some in (warms, swings, [], warms[:1])] == [[]] * 4
    assert list(faults(grows, LAW)) == ["memory grows by +1.50 ± 0.00 MB a minute"]
    tally = Tally(received=["1"] * 45, scans=[float(at) for at in range(50)], acts={"undo": 2})
    told = words(grows, tally, LAW, 3)
    assert told.startswith("45 visits acknowledged = 0.5 h of 3 desks; 0 undone, 0 unsure; undo 2")
    assert "+1.50 ± 0.00 MB a minute; +250.00 ± 0.00 MB per 1,000 visits (91 looks)" in told
    assert "first fifth p50 4, p95 9 ms; last fifth p50 44, p95 49 ms" in told
    held = look(os.getpid(), tmp_path / "kiosk.db", 0.0, 0)
    assert (held.megabytes > 1, held.files > 0, held.threads > 0, held.wal) == (True, True, True, 0)


def test_a_day_has_people_of_whom_no_two_are_alike() -> None:
    people = [person(at) for at in range(100)]
    for facts in ("ma_the", "ma_so_bhxh", "so_cccd", "ho_ten"):
        assert len({one.card[facts] for one in people}) == 100
    assert sum(one.listed for one in people) == 20 * LISTED
    read = [presented.read(one.text.encode(), payloads.NOW.date()).card for one in people]
    assert [card and card.ho_ten for card in read] == [one.card["ho_ten"] for one in people]


def test_each_campaign_gives_a_row_of_the_table() -> None:
    row = Outcome("kill -9", 1000, 7, 61.0, "told", ["a|b"]).row()
    assert row.startswith("| kill -9 | 1,000 | 7 | 61 s | ")
    assert row.endswith("| told | a\\|b |")
    kills_of_both = {"kills", "kills-postgres"}
    assert {*CAMPAIGNS} == {"day", *kills_of_both, "payloads", "pictures", "routes", "symbols"}
