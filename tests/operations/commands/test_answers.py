"""`read`, `check`, `check-in`, `undo`, `lookup`."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from fixtures.documents import letter
from fixtures.strangers import boxed
from tests.disk_support import small_disk, turned_read_only
from tests.support import FIXTURES, ROOT, payload
from verification.basics.dates import VIETNAM
from verification.operations.wiring import local_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.operations.commands.conftest import Ran

    Run = Callable[..., Ran]

CARD_KEYS = {
    *("ma_the", "ma_so_bhxh", "so_cccd", "ho_ten", "ngay_sinh", "gioi_tinh", "dia_chi"),
    *("ma_dkbd", "gt_the_tu", "gt_the_den", "muc_huong", "muc_huong_hieu_luc", "ma_kv"),
    "ngay_du_5_nam",
}
CHECK_KEYS = {
    *("verdict", "reason", "reasons", "kind", "source", "as_of", "rate_percent", "periods", "card"),
    "portal",
}
CHECK_IN_KEYS = ["visit_id", "event_id", "logged_at", "already_today", "so_thu_tu", "flags"]
REASON_KEYS = ["code", "class", "vi", "en", "next"]
VARIANTS = sorted(p.stem for p in (FIXTURES / "payloads").glob("same-*.txt"))
QR = FIXTURES / "qr"


def text_of(slug: str) -> str:
    """Return a fixture as a word of the command line."""
    return os.fsdecode(payload(slug))


# ---- check


def test_check_has_the_keys_of_the_contract(run: Run) -> None:
    ran = run("check", text_of("patient-1"))
    assert ran.status == 0
    assert ran.answer.keys() >= CHECK_KEYS
    assert ran.answer.keys() == {*CHECK_KEYS, "rate"}  # `rate` beside its percent, as elsewhere
    assert sorted(ran.answer["card"]) == sorted(CARD_KEYS)
    for reason in ran.answer["reasons"]:
        assert sorted(reason) == sorted(REASON_KEYS)
    assert ran.err == ""


def test_check_answers_a_qr_on_a_disk_that_may_not_be_written_but_shows_nobody_unlogged(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_disk(tmp_path / "disk", 16) as disk:
        shutil.copytree(home, disk, dirs_exist_ok=True)
        monkeypatch.setenv("KIOSK_DB", str(disk / "kiosk.db"))
        assert run("check-in", "DN4797900000201").status == 0
        with turned_read_only(disk):
            assert run("check", "-", stdin=payload("patient-1")).answer["card"]["ho_ten"]
            number = run("check", "DN4797900000201")
        assert (number.status, number.out) == (1, "")
        assert "The disk is read-only" in number.err


@pytest.mark.parametrize(
    ("slug", "verdict", "reason", "source", "percent"),
    [
        ("patient-1", "eligible", "valid", "store", "80"),
        ("patient-2", "not_eligible", "expired", "store", None),
        ("patient-3", "undetermined", "not_in_store", "qr", None),
        ("case-near-poor-3", "eligible", "valid", "store", "100"),
        ("case-withdrawn", "not_eligible", "withdrawn", "store", None),
        ("case-reduced", "not_eligible", "reduced", "store", None),
        ("case-deceased", "not_eligible", "holder_deceased", "store", None),
        ("case-not-yet", "not_eligible", "not_yet_valid", "store", None),
        ("case-replaced", "eligible", "card_replaced", "store", "95"),
        ("case-replaced-valid", "eligible", "card_replaced", "store", "80"),
        ("case-unknown-code", "eligible", "unknown_object_code", "store", "80"),
        ("case-unknown-issuer", "eligible", "unknown_province", "store", "80"),
        ("case-digit-mismatch", "eligible", "digit_mismatch", "store", "80"),
        ("case-other-name", "undetermined", "name_differs", "store", "80"),
        ("case-case-name", "eligible", "name_differs_little", "store", "80"),
        ("case-other-birth", "undetermined", "birth_differs", "store", "80"),
        ("case-other-sex", "undetermined", "sex_differs", "store", "80"),
        ("case-other-facility", "eligible", "facility_differs", "store", "80"),
        ("case-other-dates", "eligible", "validity_differs", "store", "80"),
        ("case-child-past-72", "undetermined", "child_past_72_months", "store", None),
        ("case-temporary", "eligible", "temporary_number", "store", "100"),
        ("case-two-cards-new", "eligible", "valid", "store", "100"),
        ("unlisted-expired", "not_eligible", "expired", "qr", None),
        ("number-15", "eligible", "valid", "store", "80"),
        ("number-10", "eligible", "valid", "store", "80"),
        ("number-12", "eligible", "valid", "store", "80"),
        ("citizen-7", "eligible", "valid", "store", "80"),
        ("citizen-unknown", "undetermined", "not_in_store", "qr", None),
    ],
)
def test_each_case_of_the_fixtures_gets_its_verdict(
    run: Run, slug: str, verdict: str, reason: str, source: str, percent: str | None
) -> None:
    answer = run("check", "-", "--on", "2026-11-22", stdin=payload(slug)).answer
    assert (answer["verdict"], answer["reason"]) == (verdict, reason)
    assert (answer["source"], answer["rate_percent"]) == (source, percent)
    assert answer["reasons"][0]["code"] == reason


def test_the_variants_of_one_card_give_one_answer(run: Run) -> None:
    assert len(VARIANTS) >= 10
    cards = [run("check", "-", stdin=payload(slug)).answer["card"] for slug in VARIANTS]
    assert cards == [cards[0]] * len(cards)


@pytest.mark.parametrize(
    ("raw", "kind", "reason"),
    [
        (b"", "unreadable", "unreadable"),
        (b"\xff\xfe\x00\x80", "unreadable", "unreadable"),
        (b"hello", "foreign", "not_a_card"),
        (b"https://example.vn", "foreign", "not_a_card"),
        (b"DN8797900000011", "bhyt_number", "bad_number"),
        (b"x" * 10_000_000, "unreadable", "unreadable"),
        (bytes(range(256)), "unreadable", "unreadable"),
    ],
)
def test_rubbish_on_standard_input_is_answered(
    run: Run, raw: bytes, kind: str, reason: str
) -> None:
    ran = run("check", "-", stdin=raw)
    assert (ran.status, ran.err) == (0, "")
    answer = ran.answer
    assert (answer["kind"], answer["reason"], answer["card"]) == (kind, reason, None)
    assert (answer["verdict"], answer["source"]) == ("undetermined", "none")


@pytest.mark.parametrize("text", ["", "\udcff\udc80", "🙂", "a" * 100_000, "{}", "%s %d {0}"])
def test_any_word_of_the_command_line_is_answered(run: Run, text: str) -> None:
    ran = run("check", text)
    assert (ran.status, ran.answer["card"]) == (0, None)


def test_check_logs_nothing(run: Run, home: Path) -> None:
    before = (home / "kiosk.db").read_bytes()
    run("check", text_of("patient-1"))
    assert (home / "kiosk.db").read_bytes() == before
    for name in ("kiosk.db", "kiosk.db.key"):  # a house that has not begun
        (home / name).unlink()
    run("check", text_of("patient-1"))
    assert not (home / "kiosk.db").exists()


@pytest.mark.parametrize("on", ["2025-06-30", "30/06/2025"])
def test_the_visit_date_can_be_given(run: Run, on: str) -> None:
    assert run("check", text_of("patient-2"), "--on", on).answer["verdict"] == "eligible"


def test_values_are_written_as_the_contract_says(run: Run) -> None:
    answer = run("check", "CN3797900000250").answer
    assert (answer["rate_percent"], answer["rate"]) == ("100", "1/1")
    assert (answer["card"]["muc_huong"], answer["card"]["muc_huong_hieu_luc"]) == ("3", "2")
    assert answer["card"]["gt_the_den"] is None
    assert answer["as_of"] == local_now().date().isoformat()
    year_only = run("check", "XB4252500000211").answer["card"]
    assert year_only["ngay_sinh"] == "1958"


def test_a_portal_that_is_not_set_up_is_told(run: Run) -> None:
    assert run("check", "7900000011").answer["portal"] is None
    portal = run("check", "7900000011", "--portal").answer["portal"]
    assert sorted(portal) == ["code", "ms", "note", "outcome"]


@pytest.mark.parametrize(
    "words",
    [
        ("check", "7900000011", "--on", "yesterday"),
        ("check", "7900000011", "--on", "2026"),
        ("check", "7900000011", "--facility", "7901"),
        ("check-in", "7900000011", "--desk", "a:b"),
        ("check-in", "7900000011", "--at", "noon"),
        ("check-in", "7900000011", "--at", "0001-01-01"),
        ("check-in", "7900000011", "--at", "9999-12-31T23:59:59-12:00"),
        ("undo", "1-1", "--why", "khac"),
        ("undo", "\udcff", "--why", "khac"),
        ("lookup",),
        ("lookup", "--name", "Mẫu", "--dob", "hôm qua"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_status_1(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert (ran.status, ran.out) == (1, "")
    assert " / " in ran.sentence


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("no-such-command",),
        ("check",),
        ("check", "a", "b"),
        ("check-in", "x", "--presented", "pigeon"),
        ("undo", "1-2"),
        ("undo", "1-2", "--why", "lazy"),
        ("read",),
        ("lookup", "--phone", "1"),
        ("serve", "--port", "x"),
    ],
)
def test_wrong_usage_is_status_2(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert (ran.status, ran.out) == (2, "")
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("name", ["FACILITY", "DESK", "CAMERA", "RECORD_DAYS"])
def test_a_wrong_setting_is_named(run: Run, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"KIOSK_{name}", "not valid!")
    ran = run("check", "7900000011")
    assert ran.status == 1
    assert f"KIOSK_{name}" in ran.sentence


def test_without_json_it_speaks_plain_words(run: Run) -> None:
    ran = run("check", text_of("patient-1"), plain=True)
    assert ran.status == 0
    assert "Đặng Thị Thẳng Mẫu" in ran.out
    assert "80 %" in ran.out


# ---- check-in


def test_check_in_has_the_keys_of_the_contract(run: Run) -> None:
    answer = run("check-in", text_of("patient-1")).answer
    assert answer.keys() == {*CHECK_KEYS, "rate", *CHECK_IN_KEYS}
    assert (answer["visit_id"], answer["event_id"]) == ("1-2", "1-1")
    assert (answer["already_today"], answer["flags"]) == ([], [])
    assert (answer["so_thu_tu"], bool(answer["logged_at"])) == (1, True)


@pytest.mark.parametrize("slug", ["patient-1", "patient-2", "patient-3"])
def test_check_in_receives_whatever_the_verdict(run: Run, slug: str) -> None:
    assert run("check-in", "-", stdin=payload(slug)).answer["visit_id"] == "1-2"


@pytest.mark.parametrize("raw", [b"", b"\xff", payload("foreign-1"), payload("bad-truncated")])
def test_rubbish_is_presented_only(run: Run, raw: bytes) -> None:
    ran = run("check-in", "-", stdin=raw)
    assert ran.status == 0
    assert (ran.answer["visit_id"], ran.answer["card"]) == (None, None)
    assert ran.answer["so_thu_tu"] is None
    assert run("verify-log").answer["events"] == 1


def test_a_second_check_in_of_the_day_gives_the_first_visit(run: Run) -> None:
    first = run("check-in", text_of("patient-1")).answer
    second = run("check-in", text_of("patient-1"), "--desk", "2").answer
    assert second["visit_id"] == first["visit_id"]
    assert second["already_today"] == [first["visit_id"]]
    assert "already_today" in [r["code"] for r in second["reasons"]]
    assert [line["events"] for line in run("verify-log").lines] == [2, 1]
    again = run("check-in", text_of("patient-1"), "--again", "khám mắt").answer
    assert again["visit_id"] not in {None, first["visit_id"]}
    assert [a["so_thu_tu"] for a in (first, second, again)] == [1, 1, 2]


def test_a_given_time_is_kept_beside_the_true_one(run: Run) -> None:
    answer = run("check-in", text_of("patient-1"), "--at", "2026-11-20T07:00").answer
    assert "backdated" in [r["code"] for r in answer["reasons"]]
    assert answer["logged_at"][:10] != "2026-11-20"
    told = next(r for r in answer["reasons"] if r["code"] == "backdated")
    assert "07:00 20/11/2026" in told["vi"]  # naive is local time
    with_zone = run("check-in", text_of("s2"), "--at", "2026-11-20T00:00+00:00").answer
    assert "07:00 20/11/2026" in str(with_zone["reasons"])
    day = run("check-in", text_of("s3"), "--at", "2026-11-20").answer
    told = next(r for r in day["reasons"] if r["code"] == "backdated")
    assert "20/11/2026" in told["vi"]
    assert "00:00" not in told["vi"]  # an hour that is not told is no midnight


@pytest.mark.parametrize("how", ["vssid", "vneid", "cccd", "paper", "typed"])
def test_every_way_of_presenting_is_taken(run: Run, how: str) -> None:
    assert run("check-in", text_of("patient-1"), "--presented", how).answer["visit_id"]


# ---- undo


@pytest.mark.parametrize("why", ["nham_nguoi", "quet_trung", "benh_nhan_ve", "khac"])
def test_a_visit_is_undone_once(run: Run, why: str) -> None:
    visit = run("check-in", text_of("patient-1")).answer["visit_id"]
    done = run("undo", visit, "--why", why, "--note", "ghi chú")
    assert (done.status, done.answer) == (0, {"event_id": "1-3"})
    twice = run("undo", visit, "--why", why)
    assert (twice.status, twice.out) == (1, "")
    assert visit in twice.sentence
    assert run("check-in", text_of("patient-1")).answer["already_today"] == []


# ---- lookup


def test_lookup_has_the_keys_of_the_contract(run: Run) -> None:
    answer = run("lookup", "--number", "DN4797900000262").answer
    assert sorted(answer) == sorted({*CARD_KEYS, "trang_thai", "periods"})
    assert answer["trang_thai"] == "thu_hoi"
    replaced = run("lookup", "--number", "DN4797900000266").answer
    assert replaced["trang_thai"] == "the_moi:HT3797900000266"


def test_lookup_by_name_needs_no_diacritics(run: Run) -> None:
    found = run("lookup", "--name", "nguyen thi mau", "--dob", "05/03/1994").lines
    assert "DN4797900000011" in {line["ma_the"] for line in found}
    assert run("lookup", "--name", "nguyen thi mau", "--dob", "1994").lines == found or found


@pytest.mark.parametrize(
    "number",
    [
        "DN4797900000011",
        "dn4797900000011",
        "DN 4 79 790 000 0011",
        "DN-4-79-790-000-0011",
        "dn.4.79.790.000.0011",
        " DN4 79\u00a0790 00000 11 ",
        "\uff24\uff2e4797900000011",  # full width
        "DN4797900000011\u200b",
        "7900000011",
        "790 000 0011",
        "790.000.0011",
        "079194000011",
        "079 194 000 011",
        "0791-9400-0011",
    ],
)
def test_a_number_is_found_in_any_form(run: Run, number: str) -> None:
    assert [line["ma_the"] for line in run("lookup", "--number", number).lines] == [
        "DN4797900000011"
    ]


@pytest.mark.parametrize(
    "slug", ["patient-1", "number-15", "citizen-7", "citizen-11", "citizen-year"]
)
def test_a_number_may_be_the_text_of_a_qr(run: Run, slug: str) -> None:
    text = text_of(slug)
    found = [line["ma_the"] for line in run("lookup", "--number", text).lines]
    assert found
    assert found == [line["ma_the"] for line in run("lookup", "--number", text.split("|")[0]).lines]


@pytest.mark.parametrize(
    "words",
    [
        ("--name", "Nguyễn Thị Mẫu"),
        ("--name", "mau nguyen"),
        ("--name", "THI MAU", "--dob", "1994"),
        ("--name", "Mẫu Thị", "--dob", "03/1994"),
        ("--name", "Mẫu Nguyễn", "--dob", "5/3/1994"),
        ("--name", "Mẫu Nguyễn", "--dob", "1994-03-05"),
    ],
)
def test_a_name_or_some_of_its_words_find_with_or_without_a_birth_date(
    run: Run, words: tuple[str, ...]
) -> None:
    assert "DN4797900000011" in {line["ma_the"] for line in run("lookup", *words).lines}


@pytest.mark.parametrize("name", ["Mẫu", "mau", "THỬ"])
def test_a_name_of_many_answers_twenty_and_says_that_there_are_more(run: Run, name: str) -> None:
    ran = run("lookup", "--name", name)
    assert (ran.status, len(ran.lines)) == (0, 20)
    assert "There are more" in ran.sentence
    assert name not in ran.err


def test_each_look_up_is_logged_without_what_was_searched_for(run: Run, home: Path) -> None:
    asked = [
        ("--name", "Mẫu Nguyễn"),
        ("--name", "Tuyệt Nhiên Không"),
        ("--name", "Mẫu", "--dob", "1994"),
        ("--number", "7900000011"),
        ("--number", "7911111111"),
    ]
    rows = [len(run("lookup", *words).lines) for words in asked]
    with closing(sqlite3.connect(home / "kiosk.db")) as db:
        looks = db.execute("SELECT codes, content_digest FROM log WHERE kind = 'viewed'").fetchall()
    assert [json.loads(codes)["rows"] for codes, _ in looks] == rows
    assert rows[1] == rows[4] == 0
    assert {digest for _, digest in looks} == {None}
    told = " ".join(codes for codes, _ in looks).casefold()
    assert not any(word in told for word in ("mẫu", "mau", "tuyệt", "nhiên", "790000", "791111"))


@pytest.mark.parametrize(
    "words",
    [
        ("--number", "0000000000"),
        ("--number", "rubbish"),
        ("--number", "\udcff"),
        ("--number", ""),
        ("--number", "079194"),
        ("--number", "DN4797900000011x"),
        ("--number", "https://example.com/DN4797900000011"),
        ("--name", "Không Có Ai", "--dob", "1990"),
        ("--name", "Không Có Ai"),
        ("--name", ""),
        ("--name", "???"),
        ("--name", "Nguyễn Thị Mẫu", "--dob", "1893"),
        ("--name", "\udcff", "--dob", "1990"),
    ],
)
def test_nobody_found_is_no_line_and_status_0(run: Run, words: tuple[str, ...]) -> None:
    ran = run("lookup", *words)
    assert (ran.status, ran.out, ran.err) == (0, "", "")


# ---- read


def test_read_answers_good_and_bad_files_one_line_each(run: Run, tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "empty.png").touch()
    blank = tmp_path / "blank.png"
    blank.write_bytes(payload_free_picture())
    files = [QR / "patient-1.png", tmp_path / "text.png", tmp_path / "empty.png", blank]
    files += [tmp_path / "missing.png", tmp_path, QR / "s4.png"]
    ran = run("read", *map(str, files))
    assert ran.status == 0
    assert [line["file"] for line in ran.lines] == [str(file) for file in files]
    good, text, empty, none, missing, folder, last = ran.lines
    assert good.keys() == last.keys() == none.keys() == {"file", "payloads", "step", "ms"}
    assert good["payloads"] == [text_of("patient-1")]
    assert none["payloads"] == []
    for bad in (text, empty, missing, folder):
        assert bad.keys() == {"file", "error"}
        assert bad["error"]


def test_read_says_what_to_send_instead_and_what_it_left(run: Run, tmp_path: Path) -> None:
    (tmp_path / "IMG_0001.jpg").write_bytes(boxed(b"heic", b"mif1"))
    (tmp_path / "letter.pdf").write_bytes(letter(payload("patient-1"), 35, 1))
    ran = run("read", str(tmp_path / "IMG_0001.jpg"), str(tmp_path / "letter.pdf"))
    phone, long = ran.lines
    assert (ran.status, phone.keys()) == (0, {"file", "error"})
    assert "hãy gửi ảnh chụp màn hình hoặc ảnh JPEG" in phone["error"]
    assert " / A phone's HEIC picture" in phone["error"]
    assert long["payloads"] == [text_of("patient-1")]
    assert "35 trang" in long["note"]
    assert "35 pages" in long["note"]


def test_a_file_whose_name_is_no_text_is_answered_too(run: Run) -> None:
    for plain in (False, True):
        ran = run("read", "/tmp/\udcff.png", plain=plain)
        assert ran.status == 1
        assert "udcff.png" in ran.out


def payload_free_picture() -> bytes:
    """Return a white picture."""
    import cv2  # noqa: PLC0415  # the one test that makes a picture
    import numpy as np  # noqa: PLC0415

    return bytes(cv2.imencode(".png", np.full((200, 200), 255, np.uint8))[1])


def test_read_fails_only_when_no_file_could_be_opened(run: Run, tmp_path: Path) -> None:
    ran = run("read", str(tmp_path / "a.png"), str(tmp_path / "b.png"))
    assert ran.status == 1
    assert [line.keys() for line in ran.lines] == [{"file", "error"}] * 2


# ---- as real processes


def process(home: Path, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command line as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "verification", *words],
        cwd=ROOT,
        env=os.environ | {"KIOSK_DB": str(home / "kiosk.db")},
        input=stdin,
        capture_output=True,
        check=False,
    )


def test_a_process_reads_exact_bytes_from_standard_input(home: Path) -> None:
    done = process(home, "check", "-", "--json", stdin=payload("same-nul") + b"\xff rubbish")
    assert (done.returncode, done.stderr) == (0, b"")
    done = process(home, "check", "-", "--json", stdin=payload("same-nul"))
    assert "Nguyễn Thị Mẫu".encode() in done.stdout


def test_a_process_tells_a_failure_in_one_sentence(home: Path) -> None:
    done = process(home, "undo", "1-1", "--why", "khac", "--json")
    assert done.returncode == 1
    assert done.stdout == b""
    assert len(done.stderr.splitlines()) == 1


def test_a_reader_that_goes_away_gives_no_traceback(home: Path) -> None:
    words = [sys.executable, "-m", "verification", "lookup", "--number", "7900000271", "--json"]
    environ = os.environ | {"KIOSK_DB": str(home / "kiosk.db")}
    with subprocess.Popen(
        words, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        told = running.stderr.read()
    assert b"Traceback" not in told


def test_the_clock_of_the_log_is_vietnams() -> None:
    assert local_now().tzinfo is VIETNAM
