"""Whom a number means: nobody, one person, or several, who are named masked and asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import DESK, payload
from verification.basics.errors import RequestError
from verification.log.events import EventKind
from verification.log.visit_events import Presented
from verification.log.writing import write
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.reception.person.correcting import correct
from verification.reception.person.dossier import export
from verification.reception.person.held import find
from verification.rights import command_line

if TYPE_CHECKING:
    from verification.kiosk import Kiosk
    from verification.log.ports import LogTransaction

ROOM = command_line("1")
NUMBER = "7900000201"


def test_a_number_that_nobody_has_finds_nobody_and_no_number_is_refused(kiosk: Kiosk) -> None:
    found = find(ROOM, kiosk, " 7999999999\n")
    assert (found.persons, found.records, found.one()) == ((), (), None)
    assert export(ROOM, kiosk, found, "json")["visits"] == []
    with pytest.raises(RequestError, match="không phải số"):
        find(ROOM, kiosk, "xin chào")


def test_each_look_is_logged_with_whom_and_without_the_number(kiosk: Kiosk) -> None:
    visit = check_in(DESK, kiosk, Scan((payload("patient-1"),))).visit
    assert visit
    found = find(ROOM, kiosk, NUMBER)
    export(ROOM, kiosk, found, "json")
    (looked, taken) = kiosk.written.events(
        (EventKind.VIEWED, EventKind.EXPORTED), kiosk.clock().replace(year=2000)
    )[-2:]
    assert looked.codes["persons"] == taken.codes["persons"] == [visit.person_ref]
    assert NUMBER not in f"{looked}{taken}"
    again = export(ROOM, kiosk, find(ROOM, kiosk, NUMBER), "json")
    assert {row["what"] for row in again["seen_by"]} == {"person"}


def test_two_people_of_one_number_are_named_masked_and_nothing_is_done(kiosk: Kiosk) -> None:
    def two(log: LogTransaction) -> None:
        for own in ("7900009991", "7900009992"):
            ref = log.person(own, [f"DN4{own[:2]}{own}"[:15]])
            shown = Presented("bhxh_number", "undetermined", ("not_in_store",), "go")
            content = {"ban_ghi": {"ma_so_bhxh": own, "ho_ten": "Người Mẫu"}}
            write(log, ROOM, shown, person_ref=ref, content=content)

    kiosk.written.write(two)
    one, other = (find(ROOM, kiosk, own).persons[0] for own in ("7900009991", "7900009992"))
    both = find(ROOM, kiosk, "7900009991")
    several = type(both)((one, other), (), both.card)
    with pytest.raises(RequestError, match=r"9991.*9992"):
        export(ROOM, kiosk, several, "json")
    with pytest.raises(RequestError, match="nhiều người"):
        correct(ROOM, kiosk, several, "ho_ten", "x", "đơn")


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("ma_the", "x", "đơn"),
        ("gioi_tinh", "3", "đơn"),
        ("ngay_sinh", "hôm qua", "đơn"),
        ("ho_ten", " ", "đơn"),
        ("ho_ten", "Mẫu", " "),
    ],
)
def test_what_is_no_correction_changes_nothing(
    kiosk: Kiosk, field: str, value: str, why: str
) -> None:
    check_in(DESK, kiosk, Scan((payload("patient-1"),)))
    found = find(ROOM, kiosk, NUMBER)
    with pytest.raises(RequestError):
        correct(ROOM, kiosk, found, field, value, why)
    assert not kiosk.written.events((EventKind.CORRECTED,), kiosk.clock().replace(year=2000))
