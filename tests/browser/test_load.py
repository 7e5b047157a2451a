"""The load program: a few desks at a real server, each patient once in the log."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from benchmarks.load.camera import Hand, Shown
from benchmarks.load.house import NotLoopback, house, on_core, on_loopback
from benchmarks.load.law import LAW
from benchmarks.load.run import Came, load
from benchmarks.load.told import faults, words
from benchmarks.soak.holding import Sample
from tests.browser.running import Server

if TYPE_CHECKING:
    from pathlib import Path

QUICK = replace(LAW, period_seconds=8.0, view_seconds=1.2, look_seconds=0.3, by_key_seconds=0.2)


@pytest.mark.browser  # it needs what the tests in a browser are started with
def test_four_desks_receive_each_patient_once() -> None:
    came = load(4, 8 / 60, browser=False, law=QUICK, serves=Server)
    assert [*came.found, *came.tally.errors] == []
    assert len(came.tally.received) == came.expected == 4
    assert len(came.tally.read) == len(came.tally.checkins) == 4
    assert len(came.tally.posts) > 8
    assert min(came.tally.sizes) > 1_000
    assert came.spent.server > 0


def test_what_is_lost_wrong_or_grows_is_found() -> None:
    came = Came(desks=2, minutes=8.0, expected=3)
    came.tally.received += ["DN4790000000001", "DN4790000000002"]
    came.tally.errors["lost answer"] += 1
    came.samples += [Sample(float(at), at, 100.0 + 3 * at, 1, 1, 1, 1, 1, 1) for at in range(9)]
    assert list(faults(came)) == [
        "1 x lost answer",
        "2 of 3 patients acknowledged",
        "memory grows by +3.00 ± 0.00 MB a minute",
    ]
    assert "memory" not in "".join(faults(replace(came, minutes=1.0)))
    told = "\n".join(words(came))
    assert "2 desks" in told
    assert "2 of 3 patients acknowledged" in told


def test_a_phone_comes_is_held_up_and_leaves() -> None:
    shown = Shown([b"far", b"near"], b"held", b"bare")
    at = [shown.at(second, LAW) for second in (0.0, 0.3, 0.5, 2.5, 2.7, 2.95, 3.5, 4.3)]
    assert at == [b"far", b"near", b"held", b"held", b"near", b"far", b"bare", None]


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="cores are not told apart")
def test_who_is_on_one_core_starts_another_on_the_other() -> None:
    cores = sorted(os.sched_getaffinity(0))
    with on_core(1):
        assert os.sched_getaffinity(0) == {cores[1 % len(cores)]}
        with on_core(0):
            assert os.sched_getaffinity(0) == {cores[0]}
    assert sorted(os.sched_getaffinity(0)) == cores


def test_a_page_looks_less_often_where_nothing_is_new() -> None:
    hand = Hand(0.0, LAW)
    hand.is_read = True
    rests = [hand.rest(at, seen=seen) for at, seen in ((0.5, False), (1.0, True), (3.9, False))]
    assert rests == [0.0, LAW.slow_seconds, LAW.slow_seconds]


def test_load_is_put_on_this_machine_alone(tmp_path: Path) -> None:
    here = ("data/kiosk.db", "postgresql://kiosk@localhost/kiosk", "postgresql:///kiosk")
    assert all(map(on_loopback, [*here, "postgresql://kiosk@127.0.0.7:5433/kiosk"]))
    away = "postgresql://kiosk@10.0.0.5/kiosk"
    assert not any(map(on_loopback, [away, "postgresql://kiosk@db.benhvien.example/kiosk"]))
    with pytest.raises(NotLoopback), house(tmp_path, ["1"], 1, away, Server):
        pass
