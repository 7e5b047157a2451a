"""A fixed share of the long campaigns, and that each of them finds what it is there to find."""

from __future__ import annotations

import random
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from benchmarks.soak import house as at
from benchmarks.soak import kills, payloads, pictures
from benchmarks.soak.campaigns import CAMPAIGNS
from benchmarks.soak.files import damaged
from benchmarks.soak.outcome import Outcome
from benchmarks.soak.texts import Drawn, drawn
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
    outcome = pictures.pictures(40, SEED, workers=1)
    assert outcome.found == []
    assert outcome.count == 40


def test_a_picture_that_is_read_as_another_card_would_be_found() -> None:
    sent = damaged(random.Random(SEED))
    seen = Reading((b"DN4797900009999",), "zxing")
    assert len(list(pictures.wrong_in(sent, seen))) == 1
    assert list(pictures.wrong_in(sent, Reading((sent.payload, b"rubbish"), "zxing"))) == []


def test_the_same_seed_makes_the_same_texts_and_pictures() -> None:
    assert [drawn(random.Random(5)) for _ in "ab"] == [drawn(random.Random(5)) for _ in "ab"]
    assert damaged(random.Random(5)) == damaged(random.Random(5))


def test_kills_of_desks_import_and_backup_lose_nothing() -> None:
    words = [sys.executable, "-m", "benchmarks.soak", "kills", "--count", "5", "--seed", "3"]
    ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "| kill -9 | 5 | 3 |" in ran.stdout
    assert "| nothing |" in ran.stdout


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


def test_each_campaign_gives_a_row_of_the_table() -> None:
    row = Outcome("kill -9", 1000, 7, 61.0, "told", ["a|b"]).row()
    assert row.startswith("| kill -9 | 1,000 | 7 | 61 s | ")
    assert row.endswith("| told | a\\|b |")
    assert set(CAMPAIGNS) == {"kills", "payloads", "pictures", "routes", "symbols"}
