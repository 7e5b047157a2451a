"""When a row was: an hour that is not told is not midnight, and midnight is not always an hour."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.support import each
from verification.basics.dates import VIETNAM
from verification.basics.refused import Refused
from verification.rules.misuse.moments import moment_of, tells_hours

EMERGENCY = {"ma_doituong_kcb": "2"}


@each(
    "text",
    [
        *("2026-06-17", "20260617", "17/06/2026", "17/6/2026", " 2026-06-17 ", "2026-W25-3"),
        *("2026-06-17 00:00", "2026-06-17T00:00:00", "17/06/2026 00:00:00", "17/6/2026 0:00"),
        *("202606170000", "20260617000000", "2026-06-17T00:00:00+07:00"),
        *("2026-06-17T00:00:00Z", "2026-06-16T17:00:00Z", "2026-06-16T17:00:00.000+00:00"),
    ],
)
def test_a_day_alone_has_no_hour_however_it_is_written(text: str) -> None:
    moment = moment_of({"thoi_diem": text})
    assert (moment.at, moment.timed) == (datetime(2026, 6, 17, tzinfo=VIETNAM), False)


@each(
    "text",
    [
        *("2026-06-17 09:05", "2026-06-17T09:05:00", "17/06/2026 09:05", "17/6/2026 9:05"),
        *("202606170905", "20260617090500", "2026-06-17T02:05:00Z", "17/06/2026 9:05:00"),
        *("17/06/2026 9:05:00 SA", "17-06-2026 09:05", "17.06.2026 09h05", "09:05 17/06/2026"),
        *("2026/06/17 09:05", "１７/０６/２０２６ 09:05", "17 tháng 6, 2026 09:05 SA"),
    ],
)
def test_an_hour_is_known_where_it_is_written(text: str) -> None:
    moment = moment_of({"thoi_diem": text})
    assert (moment.at, moment.timed) == (datetime(2026, 6, 17, 9, 5, tzinfo=VIETNAM), True)


@pytest.mark.parametrize("text", ["2026-06-17 00:01", "2026-06-17 00:00:01", "2026-06-17 23:59"])
def test_the_minutes_beside_midnight_are_hours(text: str) -> None:
    assert moment_of({"thoi_diem": text}).timed


def test_midnight_is_an_hour_for_an_emergency_in_a_file_that_tells_hours() -> None:
    row = {"thoi_diem": "2026-06-17 00:00"}
    assert moment_of(row | EMERGENCY).timed
    assert not moment_of(row).timed
    assert not moment_of(row | EMERGENCY, hours=False).timed
    assert not moment_of({"thoi_diem": "2026-06-17"} | EMERGENCY).timed


def test_a_file_in_which_every_hour_is_midnight_tells_none() -> None:
    rows = [{"thoi_diem": f"2026-06-{n:02} 00:00"} for n in range(1, 9)]
    assert not tells_hours(rows)
    assert not tells_hours([{"thoi_diem": "2026-06-17"}, {"thoi_diem": "x"}, {}])
    assert tells_hours([*rows, {"thoi_diem": "2026-06-17 07:30"}])


@each(
    "text",
    [
        *("", "x", "hôm qua", "2026-02-30", "31/02/2026", "2026-06-17 25:00", "17/06/26"),
        *("0001-01-01", "01/01/0001", "9999-12-31T23:59", "99991231", "000101010000"),
        *("1994-12-31 12:00", "2101-01-01", "2100-12-31T23:59-23:59", "0001-01-01T00:00+23:59"),
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        moment_of({"thoi_diem": text})
