"""What a province reads of a message: codes and a reference of its own, no name, no number."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from verification.exchange.province.told import NotToldRight, person_name, read

KEY = bytes(range(32))
PATIENT = {
    "ma_the": "DN4797900000201",
    "ma_so_bhxh": "7900000201",
    "so_cccd": "079194000201",
    "ho_ten": "Đặng Thị Mẫu",
}


def message(**changed: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "id": "handover:1-3:2",
        "nth": 2,
        "event": {"id": "1-9", "kind": "corrected", "at": "2026-11-27T00:30:00+07:00"},
        "facility": "79014",
        "visit": {
            "visit_id": "1-3",
            "ngay": "2026-11-26",
            "thoi_diem": "2026-11-26T23:50:00",
            "cancelled": None,
        },
        "check": {"verdict": "eligible", "reasons": ["valid"], "ma_doituong_kcb": "1.1"},
        "portal": None,
        "patient": PATIENT,
    } | changed


def told_of(**changed: Any) -> Any:
    return read("79014", json.dumps(message(**changed)).encode(), KEY)


def test_what_is_kept_names_nobody() -> None:
    told = told_of()
    assert (told.house, told.visit, told.nth, told.kind) == ("79014", "1-3", 2, "corrected")
    assert (told.day, told.written) == (date(2026, 11, 26), date(2026, 11, 27))
    assert told.came.isoformat() == "2026-11-26T23:50:00+07:00"
    assert (told.verdict, told.reason, told.object_code) == ("eligible", "valid", "1.1")
    kept = repr({name: getattr(told, name) for name in told.__dataclass_fields__})
    assert not [one for one in PATIENT.values() if one in kept or one[-9:] in kept]
    assert told.card_code == "DN4"


def test_a_reference_is_the_provinces_own() -> None:
    body = json.dumps(message()).encode()
    assert read("79014", body, KEY).person == told_of().person
    assert read("79014", body, KEY[::-1]).person != told_of().person
    assert str(told_of().person) not in repr(told_of())


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({}, "bhxh:7900000201"),
        ({"ma_the": None}, "bhxh:7900000201"),
        ({"ma_so_bhxh": None}, "bhxh:7900000201"),
        ({"ma_so_bhxh": "", "ma_the": None}, "cccd:079194000201"),
        ({"ma_so_bhxh": None, "ma_the": "DN7797900000201"}, "cccd:079194000201"),
        (
            {"ma_so_bhxh": None, "so_cccd": None, "ma_the": "DN77979AA000201"},
            "card:DN77979AA000201",
        ),
        ({"ma_so_bhxh": None, "so_cccd": None, "ma_the": None}, "visit:79014:1-3"),
    ],
)
def test_a_person_is_told_by_the_number_that_lasts(changed: dict[str, Any], name: str) -> None:
    assert person_name("79014", "1-3", PATIENT | changed) == name


@pytest.mark.parametrize(
    "changed",
    [
        {"version": 2},
        {"facility": "79015"},
        {"facility": None},
        {"nth": 0},
        {"nth": "2"},
        {"nth": True},
        {"nth": 1 << 31},
        {"id": ""},
        {"id": "x" * 200},
        {"visit": None},
        {"visit": message()["visit"] | {"ngay": "hôm qua"}},
        {"visit": message()["visit"] | {"visit_id": "1-3\0"}},
        {"visit": message()["visit"] | {"thoi_diem": None}},
        {"patient": {}},
        {"patient": PATIENT | {"ma_the": 1}},
        {"event": []},
        {"check": {"verdict": "eligible", "reasons": "valid" * 60, "ma_doituong_kcb": {}}},
    ],
)
def test_what_is_no_message_of_the_house_is_refused_and_not_repeated(
    changed: dict[str, Any],
) -> None:
    with pytest.raises(NotToldRight) as refused:
        told_of(**changed)
    assert not [one for one in PATIENT.values() if one in str(refused.value)]


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b"{}", b"\xff", b"[" * 100_000, b'{"version":'])
def test_what_is_no_json_of_ours_is_refused(body: bytes) -> None:
    with pytest.raises(NotToldRight):
        read("79014", body, KEY)


def test_an_event_whose_row_is_damaged_has_the_time_of_its_visit() -> None:
    event = {"id": None, "kind": "unknown", "at": None}
    assert told_of(event=event).written == date(2026, 11, 26)
