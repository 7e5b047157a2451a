"""The administrator sees how far each visit's check-in record is, and takes the day's file out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from app_pages.admin.records import asked_for, record_file
from app_pages.server import house as houses
from tests.app_pages.conftest import PASSWORD
from tests.browser.running import PATIENCE
from tests.his_support import SYSTEM
from tests.record_support import told
from tests.support import DESK, ROOT, payload
from verification.adapters.hospital.xml0.reading import check_ins, read
from verification.basics.errors import Forbidden
from verification.exchange.his import tell
from verification.exchange.hospital import Hospital
from verification.log.events import EventKind
from verification.log.sending_events import Delivered, HisTold
from verification.log.visit_events import Exported
from verification.log.writing import write_alone
from verification.operations.wiring import local_now
from verification.reception.answer import scan_of
from verification.reception.checkin import check_in
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_pages.server.house import House
    from verification.log.visit import Visit

MAIN = str(ROOT / "app_pages" / "main.py")


@pytest.fixture
def admin(
    house: House, enter: Callable[[House, Role], Actor], monkeypatch: pytest.MonkeyPatch
) -> Actor:
    actor = enter(house, Role.ADMINISTRATOR)
    monkeypatch.setattr(houses, "_open", [house])
    return actor


def received(house: House, slug: str) -> Visit:
    scan = scan_of((payload(slug),), house.kiosk.today(), quet=True)
    visit = check_in(DESK, house.kiosk, scan).visit
    assert visit
    return visit


def now_told(**changes: object) -> object:
    return told(ngay_yl=f"{local_now():%Y-%m-%dT%H:%M}", **changes)


def run(ran: AppTest | None = None) -> AppTest:
    ran = (ran or AppTest.from_file(MAIN, default_timeout=PATIENCE)).run()
    assert not ran.exception, ran.exception
    return ran


def said(ran: AppTest) -> str:
    drawn = [html.body for html in ran.get("html")]
    return " ".join([*drawn, *(one.value for one in ran.markdown)])


def test_each_visit_stands_with_its_state_and_what_it_lacks_and_no_name(
    house: House, admin: Actor
) -> None:
    lacking, whole, sent = (
        received(house, s) for s in ("number-15", "dash-fields", "case-pension-75-4")
    )
    assert admin
    tell(SYSTEM, house.kiosk, whole.visit_id, now_told(ma_lk="LK-1"))  # type: ignore[arg-type]
    write_alone(house.kiosk.written, DESK, HisTold(sent.visit_id, "his", ("ma_lk",), record=True))
    item = f"record:{sent.visit_id}"
    taken = Delivered("record", item, sent.visit_id, "portal", receipt="LT-77")
    write_alone(house.kiosk.written, DESK, taken)
    ran = run()
    assert "Chưa ký, chưa gửi: kiosk không gửi hồ sơ check-in" in said(ran)
    assert "KIOSK_SIGNER, KIOSK_PORTAL_URL" in said(ran)
    ran.button("records_show").click()
    text = said(run(ran))
    assert "1 thiếu · 1 chưa ký, chưa gửi · 1 đã gửi" in text
    assert "3 MA_BN (Mã người bệnh)" in text
    assert "một trong các trường 19, 21, 23" in text
    assert "mã giao dịch LT-77" in text
    assert all(visit.visit_id in text for visit in (lacking, whole, sent))
    assert "Mẫu" not in text.split("1 thiếu")[1]


def test_where_the_kiosk_sends_them_the_tab_says_so(
    house: House, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sends = replace(house, kiosk=replace(house.kiosk, sends_records=True))
    monkeypatch.setattr(houses, "_open", [sends])
    assert admin
    assert "Kiosk tự đưa ký và gửi từng hồ sơ" in said(run())
    gone = replace(house.settings, hospital=Hospital(signer="khong-co-chuong-trinh-nay"))
    monkeypatch.setattr(houses, "_open", [replace(sends, settings=gone)])
    assert "Không chạy được chương trình ký (KIOSK_SIGNER)" in said(run())


def test_the_days_file_leaves_once_for_a_password_and_is_logged(house: House, admin: Actor) -> None:
    visit = received(house, "number-15")
    tell(SYSTEM, house.kiosk, visit.visit_id, now_told())  # type: ignore[arg-type]
    received(house, "dash-fields")
    ran = run()
    secret = next(one for one in ran.text_input if "records" in str(one.key))
    secret.input(PASSWORD)
    ran.button("records_take").click()
    run(ran)
    (link,) = ran.get("link_button")
    assert "/kiosk/check-in.xml?ngay=" in link.proto.url
    made = record_file(house, admin, house.kiosk.today())
    records = check_ins(read(made))
    assert [one.stt for one in records] == ["1", "2"]
    assert (records[0].ma_bn, records[1].ma_bn) == ("BN0001", "")
    since = local_now().replace(year=2000)
    (event,) = house.kiosk.written.events((EventKind.EXPORTED,), since)
    what = Exported.of(event.codes)
    assert (what.what, what.form, what.rows) == ("records", "xml", 2)
    assert visit.person_ref in (what.persons or ())


def test_nobody_else_takes_it_and_a_wrong_ticket_gives_nothing(house: House, admin: Actor) -> None:
    demo = Actor("demo-quan-tri", frozenset({Role.ADMINISTRATOR}), "1")
    receptionist = Actor("mau.tiep", frozenset({Role.RECEPTIONIST}), "1")
    for actor in (demo, receptionist):
        with pytest.raises(Forbidden):
            record_file(house, actor, house.kiosk.today())
    assert admin
    assert not house.tickets.take("x", "y", asked_for(house.kiosk.today()))
