"""A damaged store on the pages: what the desk says, what the administrator does about it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.testing.v1 import AppTest

from app_pages.desk.page import _view, handle
from app_pages.server.house import House, opened
from tests.app_pages.desk.test_page import key_event, scan_event
from tests.browser.running import PATIENCE
from tests.store_support import JUNK, change, overwrite, pages_of
from tests.support import DESK, ROOT
from verification.log.events import EventKind
from verification.operations.settings import read_settings
from verification.reception.screen import Screen
from verification.rights import Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from verification.rights import Actor

    Enter = Callable[[House, Role], Actor]

MAIN = str(ROOT / "app_pages" / "main.py")
WAYS = ("Dựng lại", "python -m verification rebuild")
FOREIGN = ("malformed", "SQLite", "sqlite", "no such", "Error", "Traceback", "database disk")


def damage(house: House, name: str = "history") -> None:
    """Write over a page of the file that the running server has open."""
    overwrite(house.settings.db, pages_of(house.settings.db, name)[0])
    # somebody else's commit: what this server still holds of the file counts no more
    change(
        house.settings.db,
        "INSERT INTO wrapped_key VALUES ('x', x'00')",
        "DELETE FROM wrapped_key WHERE key_id = 'x'",
    )


def events(house: House) -> int:
    with closing(sqlite3.connect(house.settings.db)) as db:
        found: int = db.execute("SELECT count(*) FROM log").fetchone()[0]
        return found


def sentence(house: House, screen: Screen) -> str:
    return str(_view(house, DESK, screen)["answer"]["sentence"])


def page() -> AppTest:
    ran = AppTest.from_file(MAIN, default_timeout=PATIENCE).run()
    assert not ran.exception
    return ran


def shown(ran: AppTest) -> str:
    assert not ran.exception
    return " ".join(str(one.value) for one in [*ran.error, *ran.caption, *ran.warning])


@pytest.mark.parametrize("name", ["visit", "idx_visit_person_ref_day", "history", "scan"])
def test_a_check_in_into_a_damaged_store_is_refused_in_one_sentence_and_sent_again(
    house: House, name: str
) -> None:
    handle(house, DESK, Screen(), scan_event("patient-2"))
    before = events(house)
    damage(house, name)
    event = scan_event("patient-1") | {"number": 2}
    refused = handle(house, DESK, Screen(), event)
    assert refused.handled == {}  # not acknowledged: the browser keeps it
    assert refused.answer is None
    assert events(house) == before
    for lang in ("vi", "en"):
        said = sentence(house, Screen(lang=lang, trouble=refused.trouble))
        assert "rebuild" in said
        assert not any(word in said for word in FOREIGN)
    assert all(way in sentence(house, refused) for way in WAYS)
    house.kiosk.written.rebuild()
    again = handle(house, DESK, refused, event)  # the same server, without a restart
    assert again.answer
    assert again.answer.visit
    assert events(house) > before
    assert again.trouble is None
    assert again.handled


@pytest.mark.parametrize(
    "does",
    [
        "DROP TABLE scan",
        "DROP TABLE visit",
        "DROP TABLE history",
    ],
)
def test_what_a_stranger_broke_is_told_alike_and_mended(house: House, does: str) -> None:
    handle(house, DESK, Screen(), scan_event("patient-1"))
    change(house.settings.db, does)
    refused = handle(house, DESK, Screen(), scan_event("patient-1") | {"number": 2})
    said = sentence(house, refused)
    assert all(way in said for way in WAYS)
    assert not any(word in said for word in FOREIGN)
    house.kiosk.written.rebuild()
    again = handle(house, DESK, refused, scan_event("patient-1") | {"number": 2})
    assert again.answer
    assert again.answer.already


@pytest.mark.parametrize(
    "does",
    [
        "UPDATE visit SET cach_trinh = 'x'",
        "UPDATE visit SET happened_at = 'x'",
        "UPDATE visit SET verdict = 'x'",
        "UPDATE visit SET rate = '1/0'",
    ],
)
def test_a_visit_whose_row_was_changed_is_one_unreadable_visit_until_a_rebuild(
    house: House, does: str
) -> None:
    first = handle(house, DESK, Screen(), scan_event("patient-1"))
    change(house.settings.db, does)
    again = handle(house, DESK, Screen(), scan_event("patient-1") | {"number": 2})
    assert again.trouble is None
    assert again.answer
    assert [visit.unreadable for visit in again.answer.already] == [True]
    house.kiosk.written.rebuild()
    mended = handle(house, DESK, Screen(), scan_event("patient-1") | {"number": 3})
    assert first.answer
    assert mended.answer
    assert list(mended.answer.already) == [first.answer.visit]


def test_a_key_on_a_damaged_store_is_told_too(house: House) -> None:
    screen = handle(house, DESK, Screen(), scan_event("patient-1"))
    damage(house, "visit")
    key: dict[str, Any] = key_event("F8") | {"number": 2, "answer": screen.answer_id}
    refused = handle(house, DESK, screen, key)
    assert all(way in sentence(house, refused) for way in WAYS)


def test_the_administrator_sees_what_is_damaged_and_rebuilds_it_when_asked_twice(
    house: House, enter: Enter
) -> None:
    handle(house, DESK, Screen(), scan_event("patient-1"))
    damage(house)
    enter(house, Role.ADMINISTRATOR)
    ran = page()
    assert "lịch sử" in ran.error[0].value
    before = events(house)
    ran.button(key="store_rebuild").click().run()
    assert "Dựng lại từ nhật ký ngay bây giờ?" in shown(ran)
    assert events(house) == before
    ran.button(key="store_no").click().run()
    assert "Dựng lại từ nhật ký ngay bây giờ?" not in shown(ran)
    ran.button(key="store_rebuild").click().run()
    ran.button(key="store_yes").click().run()
    assert not ran.error
    assert "đều đọc được" in shown(ran)
    lately = house.kiosk.clock() - timedelta(hours=1)  # whatever the hour is, midnight too
    rebuilt = house.kiosk.written.events((EventKind.REBUILT,), lately)
    (event,) = rebuilt
    assert event.officer == "mau.administrator"
    assert event.codes["visits"] == 1
    assert event.codes["kept"].startswith("kiosk.db.damaged-")


@pytest.mark.parametrize("name", ["log", "content", "person_index", "wrapped_key", "sqlite_schema"])
def test_a_page_that_no_rebuild_makes_again_stops_the_desk_in_words(
    house: House, name: str
) -> None:
    handle(house, DESK, Screen(), scan_event("patient-2"))
    db = house.settings.db
    if name == "sqlite_schema":
        overwrite(db, 1, db.read_bytes()[:100] + JUNK)
    else:
        overwrite(db, pages_of(db, name)[0])
    with suppress(sqlite3.DatabaseError):  # somebody else's commit, where one is possible
        change(db, "CREATE TABLE other (x)", "DROP TABLE other")
    for slug in ("patient-1", "patient-2"):  # green and red elsewhere
        refused = handle(house, DESK, Screen(), scan_event(slug) | {"number": 2})
        assert refused.handled == {}  # the browser keeps it
        assert refused.answer is None
        said = sentence(house, refused)
        assert "Tệp kiosk.db có chỗ hỏng" in said
        assert not any(word in said for word in FOREIGN)


def test_a_store_that_no_rebuild_mends_says_what_to_do_on_the_page(
    house: House, enter: Enter
) -> None:
    handle(house, DESK, Screen(), scan_event("patient-1"))
    enter(house, Role.ADMINISTRATOR)
    damage(house, "content")
    ran = page()
    ran.button(key="store_rebuild").click().run()
    ran.button(key="store_yes").click().run()
    assert "bản sao lưu" in shown(ran)
    assert not any(word in shown(ran) for word in FOREIGN)


def test_the_auditors_page_says_it_in_one_sentence(house: House, enter: Enter) -> None:
    handle(house, DESK, Screen(), scan_event("patient-1"))
    damage(house, "review_case")
    enter(house, Role.AUDITOR)
    ran = page()
    assert all(way in shown(ran) for way in WAYS)


def test_a_server_starts_on_a_damaged_store_and_says_so(
    prepared: Path, tmp_path: Path, enter: Enter
) -> None:
    for file in prepared.iterdir():
        shutil.copy(file, tmp_path)
    for name in ("visit", "scan", "review_case", "case_event", "history"):
        overwrite(tmp_path / "kiosk.db", pages_of(tmp_path / "kiosk.db", name)[0])
    with opened(read_settings({"KIOSK_DB": str(tmp_path / "kiosk.db")})) as house:
        refused = handle(house, DESK, Screen(), scan_event("patient-1"))
        assert all(way in sentence(house, refused) for way in WAYS)
        enter(house, Role.ADMINISTRATOR)
        ran = page()
        assert all(part in ran.error[0].value for part in ("lượt", "lần quét", "vụ việc"))
        ran.button(key="store_rebuild").click().run()
        ran.button(key="store_yes").click().run()
        assert not ran.error
        assert handle(house, DESK, refused, scan_event("patient-1")).answer
