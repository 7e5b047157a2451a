"""The reception page run by Streamlit's own test runner, and the texts that it hands on."""

from __future__ import annotations

import base64
import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from app_pages.desk.answer_view import TEXTS, DrawnAnswer
from app_pages.desk.page import ends_guide, event_input, handle, is_own
from app_pages.desk.view import screen_view
from app_pages.server.house import House, current, opened
from app_pages.shell.language import Words
from tests.browser.running import PATIENCE
from tests.support import (
    DESK,
    MORNING,
    ROOT,
    SCAN_KINDS,
    Clock,
    as_typed,
    open_kiosk,
    payload,
    slugs,
)
from verification.adapters.imports.importing import IMPORTABLE, FromWhom, import_file
from verification.adapters.scanning import decoder
from verification.adapters.store.sqlite.card_folder import newest_file
from verification.adapters.store.sqlite.reserve import release
from verification.basics.errors import StoreBusy
from verification.card.facts import Origin
from verification.log.events import EventKind
from verification.operations.settings import read_settings
from verification.operations.wiring import prepare_store
from verification.reception import lookup
from verification.reception.answer import Scan
from verification.reception.checkin import present
from verification.reception.screen import Screen
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def scan_event(slug: str, number: int = 1) -> dict[str, Any]:
    raw = base64.b64encode(payload(slug)).decode()
    return {
        "session": "s",
        "number": number,
        "kind": "scan",
        "source": "camera",
        "payloads": [raw],
    }


def key_event(key: str) -> dict[str, Any]:
    return {"session": "s", "number": 1, "kind": "key", "key": key}


def view_after(house: House, *slugs: str, lang: str = "vi") -> dict[str, Any]:
    screen = Screen(lang=lang)
    for at, slug in enumerate(slugs, 1):
        screen = handle(house, DESK, screen, scan_event(slug, at))
    recent = lookup.recent_visits(DESK, house.kiosk)
    return screen_view(house, screen, DESK, recent)


def test_the_page_runs_and_hands_the_idle_desk_to_its_component(
    house: House, enter: Callable[[House, Role], Actor]
) -> None:
    enter(house, Role.RECEPTIONIST)
    ran = AppTest.from_file(str(ROOT / "app_pages" / "main.py"), default_timeout=PATIENCE).run()
    assert not ran.exception
    assert house is current()


def test_the_page_of_a_kiosk_without_facility_says_what_to_set(
    tmp_path: Path, enter: Callable[[House, Role], Actor]
) -> None:
    settings = read_settings({"KIOSK_DB": str(tmp_path / "kiosk.db")})
    prepare_store(settings, tmp_path / "no fixtures")
    with opened(settings) as bare:
        enter(bare, Role.RECEPTIONIST)
        ran = AppTest.from_file(str(ROOT / "app_pages" / "main.py"), default_timeout=PATIENCE).run()
    assert not ran.exception


def test_a_second_server_on_one_database_is_refused_in_words(house: House) -> None:
    with pytest.raises(StoreBusy, match="máy chủ khác"), opened(house.settings):
        pass


def test_every_payload_scanned_while_a_question_is_open_is_one_scan_and_no_answer(
    house: House,
) -> None:
    everything = tuple(EventKind)
    for number, slug in enumerate(slugs(), 2):
        seen = len(house.kiosk.written.events(everything, LONG_AGO))
        asking = handle(house, DESK, Screen(), key_event("F9"))
        assert asking.menu
        scanned = scan_event(slug, number) | {"source": "scanner"}
        scanned["payloads"] = [base64.b64encode(as_typed(slug).encode()).decode()]
        after = handle(house, DESK, asking, scanned)
        added = [e.kind.value for e in house.kiosk.written.events(everything, LONG_AGO)[seen:]]
        assert added.count("presented") == 1, slug
        assert set(added) <= SCAN_KINDS, slug
        assert after.answer, slug


@pytest.mark.parametrize(
    ("slug", "tone", "word"),
    [
        ("patient-1", "ok", "ĐỦ ĐIỀU KIỆN HƯỞNG BHYT"),
        ("patient-2", "no", "THẺ KHÔNG CÒN GIÁ TRỊ"),
        ("patient-3", "wait", "CHƯA XÁC ĐỊNH ĐƯỢC"),
        ("foreign-1", "info", "KHÔNG PHẢI THẺ"),
    ],
)
def test_each_answer_has_its_tone_and_word(house: House, slug: str, tone: str, word: str) -> None:
    answer = view_after(house, slug)["answer"]
    assert (answer["tone"], answer["word"]) == (tone, word)


def test_numbers_are_masked_everywhere_and_the_demo_is_named(house: House) -> None:
    view = view_after(house, "patient-1")
    assert view["answer"]["number"] == "DN 4 79 ••• ••• 0201"
    assert "0000" not in json.dumps(view, ensure_ascii=False)
    assert view["strip"]["demo"]


def test_the_same_card_again_says_when_and_where_it_was_received(house: House) -> None:
    answer = view_after(house, "patient-1", "patient-1")["answer"]
    assert "Đã tiếp nhận" in answer["sentence"]
    assert "quầy 1" in answer["sentence"]
    assert {"key": "F2", "text": "Lượt mới"} in answer["keys"]


def test_no_text_of_the_english_page_is_vietnamese_but_names(house: House) -> None:
    view = view_after(house, "patient-2", lang="en")
    assert view["answer"]["word"] == "CARD HAS EXPIRED"
    assert "Expired" in view["answer"]["sentence"]
    assert view["recent"] == []


def test_a_missing_second_decoder_is_a_line_on_the_strip(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoder, "_pyzbar", None)
    chips = [chip["text"] for chip in view_after(house, "patient-1")["strip"]["chips"]]
    assert any("libzbar0" in chip for chip in chips)


def test_a_disk_is_told_before_it_is_full_and_louder_once_its_reserve_is_used(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def chips() -> list[tuple[str, str]]:
        return [(c["tone"], c["text"]) for c in view_after(house, "patient-1")["strip"]["chips"]]

    house.health.look()
    assert not any("Ổ đĩa" in text for _, text in chips())
    usage = SimpleNamespace(total=10**12, free=4_999 * 10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    house.health.look()
    assert ("warn", "Ổ đĩa sắp đầy: báo người quản trị") in chips()
    usage.free = 0
    release(house.settings.db)
    assert chips()[0] == ("bad", "Ổ đĩa đầy: đã dùng phần dự trữ, gọi quản trị")  # at once
    [line] = [line for line in house.health.look() if line.key == "disk"]
    assert "phần dự trữ" in line.state.vi
    usage.free = 10**10
    house.health.look()
    assert not any("Ổ đĩa" in text for _, text in chips())


def test_a_damaged_card_store_is_a_line_on_the_strip_and_the_desk_goes_on(house: House) -> None:
    file = newest_file(house.settings.db.parent)
    assert file
    file.write_bytes(b"rubbish" * 500)
    view = view_after(house, "patient-1")
    assert view["answer"]["tone"] == "wait"
    chips = [chip["text"] for chip in view["strip"]["chips"] if chip["tone"] == "bad"]
    assert len(chips) == 1
    assert "nhập lại danh sách thẻ" in chips[0]


LISTED = "ma_the,ho_ten,ngay_sinh,gioi_tinh,gt_the_tu,gt_the_den,trang_thai"


@pytest.mark.parametrize(
    ("periods", "tone", "value", "note"),
    [
        (("2026-01-01,2026-12-31",), "ok", "01/01/2026 – 31/12/2026", "còn 39 ngày"),
        (
            ("2026-01-01,2026-12-31", "2027-01-01,2027-12-31"),
            "ok",
            "01/01/2026 – 31/12/2026",
            "kỳ sau từ 01/01/2027",
        ),
        (("2025-01-01,2025-12-31", "2026-01-01,"), "ok", "01/01/2026 – …", "dữ liệu thẻ có 2 kỳ"),
        (("2026-01-01,2026-06-30",), "wait", "01/01/2026 – 30/06/2026", "chưa rõ đã gia hạn"),
    ],
)
def test_validity_says_which_period_counts_and_that_there_are_others(
    tmp_path: Path, periods: tuple[str, ...], tone: str, value: str, note: str
) -> None:
    number = "DN4797900000501"
    rows = [f"{number},Người Mẫu,1990,1,{period},hieu_luc" for period in periods]
    source = tmp_path / "list.csv"
    source.write_text("\n".join([LISTED, *rows, ""]), encoding="utf-8")
    with open_kiosk(tmp_path / "store", Clock()) as (kiosk, _):
        import_file(tmp_path / "store", IMPORTABLE["cards"], source, MORNING)
        answer = present(DESK, kiosk, Scan((number.encode(),)))
        view = DrawnAnswer(kiosk, answer, Screen(), Words(TEXTS, "vi")).view()
    fact = view["facts"][0]
    assert view["tone"] == tone
    assert fact["value"] == value
    assert note in fact["note"]
    assert fact["tone"] != "no"


def test_the_view_is_plain_json(house: House) -> None:
    view = view_after(house, "patient-1", "bad-html-name")
    assert json.loads(json.dumps(view)) == view


def test_an_event_made_in_another_session_is_not_this_officers(house: House) -> None:
    made = scan_event("patient-1") | {"by": house.signer.mark("desk", "an")}
    assert is_own(house, "an", made)
    assert not is_own(house, "binh", made)
    for forged in ("", None, "\ud800", house.signer.mark("session", "an")):
        assert not is_own(house, "an", made | {"by": forged})
    assert not is_own(house, "an", scan_event("patient-1"))


@given(
    st.dictionaries(
        st.sampled_from(
            ["session", "number", "kind", "key", "id", "index", "value", "payloads", "answer"]
        ),
        st.one_of(
            st.none(),
            st.integers(),
            st.text(max_size=20),
            st.sampled_from(["scan", "key", "choice", "F2"]),
            st.lists(st.text(max_size=20), max_size=3),
        ),
    )
)
def test_no_event_of_any_shape_raises(house: House, event: dict[str, Any]) -> None:
    event_input(house, event)


DAY_ONE = "ma_the,ho_ten,ngay_sinh,gioi_tinh,ma_dkbd,gt_the_tu,gt_the_den"


def drawn(folder: Path, lang: str = "vi", *lists: tuple[FromWhom, str]) -> dict[str, Any]:
    """Return the answer to a person whom only these lists of the house know."""
    number = "DN4797900000501"
    for at, (whose, dates) in enumerate(lists):
        source = folder / f"list{at}.csv"
        row = f"{number},Nguyễn Thị Mẫu,05/03/1994,2,79014,{dates}"
        source.write_text(f"{DAY_ONE}\n{row}\n", encoding="utf-8")
        import_file(folder / "store", IMPORTABLE["cards"], source, MORNING, whose=whose)
    with open_kiosk(folder / "store", Clock()) as (kiosk, _):
        answer = present(DESK, kiosk, Scan((number.encode(),)))
        return dict(DrawnAnswer(kiosk, answer, Screen(lang=lang), Words(TEXTS, lang)).view())


OLD, OLDER = MORNING.date() - timedelta(days=67), MORNING.date() - timedelta(days=200)


@pytest.mark.parametrize(
    ("dates", "headline"),
    [
        ("2026-01-01,2026-12-31", "quá 30 ngày"),
        ("2025-01-01,2025-12-31", "gia hạn"),
        (",", "quá 30 ngày"),
    ],
)
def test_who_is_known_by_an_old_list_alone_is_shown_and_received_by_one_key(
    tmp_path: Path, dates: str, headline: str
) -> None:
    view = drawn(tmp_path, "vi", (FromWhom(Origin.HOSPITAL, OLD), dates))
    assert view["tone"] == "wait"
    assert view["name"] == "NGUYỄN THỊ MẪU"
    assert "05/03/1994" in view["about"]
    assert any("79014" in fact["value"] + fact["note"] for fact in view["facts"])
    assert "F2" in {key["key"] for key in view["keys"]}
    assert headline in view["sentence"]
    assert view["source"] == "Nguồn: danh sách của cơ sở 16/09/2026 (67 ngày)"


def test_the_age_of_each_list_that_knows_somebody_is_shown(tmp_path: Path) -> None:
    view = drawn(
        tmp_path,
        "en",
        (FromWhom(Origin.COMPANY, OLDER), "2026-01-01,"),
        (FromWhom(Origin.BHXH, OLD), "2026-01-01,2026-12-31"),
        (FromWhom(Origin.HOSPITAL, OLD), "2025-01-01,2025-12-31"),
    )
    assert view["source"] == (
        "Source: insurer's list 16/09/2026 (67 days), the facility's list 16/09/2026 (67 days)"
    )


def test_a_scan_and_another_persons_answer_end_the_guide_and_a_timer_does_not(house: House) -> None:
    idle = Screen()
    shown = handle(house, DESK, idle, scan_event("patient-1", 1))
    portal = replace(shown, answer=replace(shown.answer, revision=1)) if shown.answer else idle
    assert ends_guide("scan", idle, idle)  # what was read is no card
    assert ends_guide("scan", shown, shown)
    assert ends_guide("choice", idle, shown)  # found by name
    assert ends_guide("key", shown, idle)  # taken off by hand
    assert not ends_guide("clear", shown, idle)
    assert not ends_guide("portal", shown, portal)
    assert not ends_guide("key", shown, replace(shown, number_shown=True))
