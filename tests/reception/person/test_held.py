"""Whom a number means: nobody, one person, or several, who are named masked and asked about."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import DESK, payload
from verification.adapters.imports.importing import IMPORTABLE, import_file
from verification.basics.errors import RequestError
from verification.log.events import EventKind
from verification.officers.who_saw import Window, of_person
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.reception.person.correcting import correct
from verification.reception.person.dossier import export
from verification.reception.person.erasing import plan
from verification.reception.person.held import find
from verification.rights import command_line

if TYPE_CHECKING:
    from pathlib import Path

    from verification.kiosk import Kiosk

ROOM = command_line("1")
NUMBER = "7900000201"
TWO = ("7900009991", "7900009992")


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


def test_two_people_of_one_citizen_number_are_named_masked_and_nothing_is_done(
    kiosk: Kiosk, store_folder: Path
) -> None:
    rows = [f"DN479{own},{own},079194009999,Người Mẫu,1994-03-05" for own in TWO]
    table = store_folder / "two.csv"
    table.write_text("\n".join(["ma_the,ma_so_bhxh,so_cccd,ho_ten,ngay_sinh", *rows]), "utf-8")
    import_file(store_folder, IMPORTABLE["cards"], table, kiosk.clock())
    for own in TWO:
        check_in(DESK, kiosk, Scan((f"DN479{own}".encode(),)))
    both = find(ROOM, kiosk, "079194009999")
    assert len(both.persons) == len(both.records) == 2
    with pytest.raises(RequestError, match=r"9991.*9992"):
        export(ROOM, kiosk, both, "json")
    with pytest.raises(RequestError, match="nhiều người"):
        correct(ROOM, kiosk, both, "ho_ten", "x", "đơn")
    with pytest.raises(RequestError, match="nhiều người"):
        plan(ROOM, kiosk, both)
    now = kiosk.clock()
    window = Window(now - timedelta(days=1), now + timedelta(minutes=1))
    one = find(ROOM, kiosk, TWO[1]).one()
    assert one  # who saw them is asked by the same search: never of the other one too
    assert of_person(kiosk, window, f" {TWO[1]}\n").persons == (one.ref,)
    assert of_person(kiosk, window, "079194009999").persons == tuple(p.ref for p in both.persons)


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
