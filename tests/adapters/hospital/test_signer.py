"""Whoever signs gives the same record back with a signature, or nothing is sent."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.adapters.hospital.test_xml0_reading import PLAIN
from tests.portal_support import LittlePortal, Says, certified, little_portal
from tests.record_support import SIGNS, signer
from verification.adapters.hospital.signer import (
    Address,
    Command,
    NotSigned,
    is_there,
    signed,
    signer_of,
)
from verification.basics.errors import SettingsError
from verification.operations.settings import read_settings, without_secrets

CHANGED = "signer_changed"
TWICE = b"<DSACH_TRANG_THAI_KCB><TRANG_THAI_KCB/></DSACH_TRANG_THAI_KCB><CHUKYDONVI>"
DSIG = b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><V>bWF1</V></Signature>'


def cause(record: bytes, setting: str, seconds: float | None = None) -> str:
    made = signer_of(setting)
    assert isinstance(made, Command)
    if seconds is not None:
        made = Command(made.argv, seconds)
    with pytest.raises(NotSigned) as caught:
        signed(record, made)
    assert "Mẫu" not in str(caught.value.detail)
    return caught.value.cause


def test_a_command_gets_the_record_and_gives_it_back_signed(tmp_path: Path) -> None:
    made = signed(PLAIN, signer_of(signer(tmp_path)))
    assert b"<CHUKYDONVI>bWF1</CHUKYDONVI>" in made


def test_blanks_and_an_id_are_no_change_and_a_signature_may_be_elements(tmp_path: Path) -> None:
    spaced = (
        "data.replace(b'<DSACH_TRANG_THAI_KCB>', b'\\n <DSACH_TRANG_THAI_KCB Id=\"x\">\\n ')"
        f".replace(b'<CHUKYDONVI></CHUKYDONVI>', b'''<CHUKYDONVI>{DSIG.decode()}</CHUKYDONVI>''')"
    )
    assert DSIG in signed(PLAIN, signer_of(signer(tmp_path, spaced)))


@pytest.mark.parametrize(
    ("makes", "before", "expected"),
    [
        ("data", "", "signer_unsigned"),
        (f"{SIGNS}.replace(b'LK1', b'LK2')", "", "signer_changed"),
        (f"{SIGNS}.replace(b'<STT>', b'<STT a=\"1\">')", "", "signer_changed"),
        (f"{SIGNS}.replace(b'<TRANG_THAI_KCB>', b'<TRANG_THAI_KCB><X/>')", "", "signer_changed"),
        ("b'<CHUKYDONVI>x</CHUKYDONVI>'", "", "signer_changed"),
        (
            f"{SIGNS}.replace(b'</DSACH_TRANG_THAI_KCB>', b'</DSACH_TRANG_THAI_KCB><X/>')",
            "",
            CHANGED,
        ),
        (f"{SIGNS}.replace(b'<CHUKYDONVI>', {TWICE!r})", "", CHANGED),
        ("b''", "", "signer_unreadable"),
        ("b'<!DOCTYPE a><a/>'", "", "signer_unreadable"),
        ("b'Access denied'", "", "signer_unreadable"),
        ("data", "sys.exit(3)", "signer_failed"),
        ("data * 9000", "", "signer_unreadable"),
    ],
)
def test_what_is_not_the_same_record_signed_is_refused(
    tmp_path: Path, makes: str, before: str, expected: str
) -> None:
    assert cause(PLAIN, signer(tmp_path, makes, before)) == expected


def test_a_signer_that_reads_nothing_of_a_large_record_breaks_nothing(tmp_path: Path) -> None:
    program = tmp_path / "stumm.py"
    program.write_text("raise SystemExit(0)\n", encoding="utf-8")
    setting = signer(tmp_path).replace("ky.py", "stumm.py")
    assert cause(PLAIN + b" " * 1_000_000, setting) == "signer_unreadable"


@pytest.mark.skipif(os.name == "nt", reason="there groups of processes are not ended so")
def test_a_late_signer_is_ended_with_all_that_it_began(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    began = (
        "import subprocess\n"
        "p = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(note)!r}, 'w').write(str(p.pid))\ntime.sleep(60)"
    )
    assert cause(PLAIN, signer(tmp_path, "data", began), seconds=2.0) == "signer_timeout"
    child = int(note.read_text())
    until = time.monotonic() + 20
    while _runs(child):
        assert time.monotonic() < until


@pytest.mark.skipif(os.name == "nt", reason="there are no sessions of processes")
def test_a_signer_whose_helper_holds_the_output_open_keeps_nobody_waiting(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    began = (
        "import subprocess\n"
        "p = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(60)'],"
        " start_new_session=True)\n"
        f"open({str(note)!r}, 'w').write(str(p.pid))"
    )
    assert cause(PLAIN, signer(tmp_path, SIGNS, began), seconds=2.0) == "signer_timeout"
    os.kill(int(note.read_text()), signal.SIGKILL)


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_an_address_that_drips_for_ever_is_left_when_the_time_is_over(head: bytes) -> None:
    enough = threading.Event()

    def drip(line: socket.socket) -> None:
        with line, suppress(OSError):
            line.sendall(head)
            while not enough.wait(0.05):
                line.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        serving = threading.Thread(target=lambda: drip(server.accept()[0]))
        serving.start()
        with pytest.raises(NotSigned) as caught:
            Address(f"http://127.0.0.1:{port}/", seconds=0.4)(PLAIN)
        enough.set()
        serving.join()
    assert caught.value.cause == "signer_timeout"


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split()[2] != "Z"
    except OSError:
        return False


def test_a_signer_gets_no_setting_of_the_kiosk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_PORTAL_PASSWORD", "bi-mat")
    seen = "(sys.exit(9) if any('KIOSK_' in k for k in os.environ) else b'')"
    assert cause(PLAIN, signer(tmp_path, seen)) == "signer_unreadable"


@pytest.mark.parametrize(
    "setting",
    [
        "''",
        "'mở ngoặc",
        "http://ky.benhvien.example/ky",
        "ftp://ky.benhvien.example/ky",
        "https:///ky",
        "https://ky.benhvien.example/a b",
    ],
)
def test_a_wrong_setting_is_named_and_never_shown(setting: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({"KIOSK_DB": str(tmp_path / "kiosk.db"), "KIOSK_SIGNER": setting})
    assert "KIOSK_SIGNER" in caught.value.vi
    assert "KIOSK_SIGNER" in caught.value.en
    assert "benhvien" not in f"{caught.value}"
    assert "ngoặc" not in f"{caught.value}"


def test_a_program_that_is_not_there_keeps_no_kiosk_from_starting(tmp_path: Path) -> None:
    missing = "khong-co-chuong-trinh-nay --x"
    assert read_settings({"KIOSK_DB": str(tmp_path / "kiosk.db"), "KIOSK_SIGNER": missing})
    assert not is_there(signer_of(missing))
    assert is_there(signer_of(signer(tmp_path)))
    assert is_there(signer_of("https://ky.benhvien.example/ky"))
    assert cause(PLAIN, missing) == "signer_connection"


def test_a_right_setting_is_no_text_in_lists_of_settings(tmp_path: Path) -> None:
    url = "https://ky.benhvien.example/ky?khoa=bi-mat"
    settings = read_settings({"KIOSK_DB": str(tmp_path / "kiosk.db"), "KIOSK_SIGNER": url})
    assert "bi-mat" not in f"{settings} {without_secrets(settings)}"


def by_address(portal: LittlePortal, ca: Path, seconds: float = 20.0) -> Address:
    return Address(f"{portal.url}/ky", ca, seconds)


def test_an_address_gets_the_record_and_gives_it_back_signed(tmp_path: Path) -> None:
    good = PLAIN.replace(b"<CHUKYDONVI></CHUKYDONVI>", b"<CHUKYDONVI>x</CHUKYDONVI>")
    answers = {
        "/ky": [
            Says(good),
            Says(PLAIN),
            Says(b"", 500),
            Says(b"", 302, {"Location": "https://other.example/"}),
            Says(b"x" * 5_000_000),
        ]
    }
    with little_portal(answers, certified(tmp_path)) as portal:
        ours = by_address(portal, tmp_path / "ca.pem")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tests.portal_support.parse_qs", lambda _: {})
            assert signed(PLAIN, ours) == good
            found = []
            for _ in range(4):
                with pytest.raises(NotSigned) as caught:
                    signed(PLAIN, ours)
                found.append((caught.value.cause, caught.value.detail))
            with pytest.raises(NotSigned) as stranger:
                signed(PLAIN, Address(f"{portal.url}/ky"))
    assert found == [
        ("signer_unsigned", None),
        ("signer_failed", "HTTP 500"),
        ("signer_failed", "HTTP 302"),
        ("signer_unreadable", "size"),
    ]
    assert stranger.value.cause == "signer_connection"
    with pytest.raises(NotSigned) as gone:
        signed(PLAIN, ours)
    assert gone.value.cause == "signer_connection"
