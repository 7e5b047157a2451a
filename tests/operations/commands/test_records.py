"""`record` and `check-record`: what leaves as a file, and whether a file is one."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from tests.his_support import SYSTEM
from tests.record_support import told
from tests.support import DESK, ROOT, payload
from verification.adapters.hospital.signer import Command, signed, signer_of
from verification.exchange.his import tell
from verification.log.events import EventKind
from verification.operations.settings import read_settings
from verification.operations.wiring import local_now, logging_kiosk
from verification.reception.answer import Scan
from verification.reception.checkin import check_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.operations.commands.conftest import Ran

    Run = Callable[..., Ran]

FILES = ROOT / "tests/adapters/hospital/xml0"


@pytest.fixture
def visits(home: Path) -> list[str]:
    """Return three visits: one whole, one that lacks something, one of an emergency."""
    assert home
    found, at = [], f"{local_now():%Y-%m-%dT%H:%M}"
    with logging_kiosk(read_settings(os.environ)) as kiosk:
        for slug in ("number-15", "dash-fields", "case-child"):
            visit = check_in(DESK, kiosk, Scan((payload(slug),))).visit
            assert visit
            found.append(visit.visit_id)
        tell(SYSTEM, kiosk, found[0], told(ngay_yl=at))
        tell(SYSTEM, kiosk, found[2], told(ma_lk="LK3", ma_doituong_kcb="2", ngay_yl=at))
    return found


def test_visits_leave_as_one_private_file_and_that_is_logged(
    run: Run, home: Path, visits: list[str]
) -> None:
    out = home / "check-in.xml"
    done = run("record", *visits, "--out", str(out))
    first, second, third, total = done.lines
    assert done.status == 0
    assert (first["state"], first["stt"], first["missing"]) == ("chua_ky", 1, [])
    assert (second["state"], second["stt"]) == ("thieu", 2)
    assert second["missing"] == ["MA_LK", "MA_BN", "MA_DICH_VU", "NGAY_YL"]
    assert (third["state"], third["stt"]) == ("khong_can", None)
    assert total == {"file": str(out), "records": 2, "signed": False}
    assert os.name == "nt" or stat.S_IMODE(out.stat().st_mode) == 0o600
    assert out.read_bytes().endswith(b"<CHUKYDONVI></CHUKYDONVI></CHI_TIEU_TRANG_THAI_KCB>")
    with logging_kiosk(read_settings(os.environ)) as kiosk:
        since = local_now().replace(year=2000)
        (event,) = kiosk.written.events((EventKind.EXPORTED,), since)
    assert (event.codes["what"], event.codes["rows"]) == ("records", 2)
    again = run("record", *visits, "--out", str(out))
    assert (again.status, "không ghi đè" in again.sentence) == (1, True)


def test_what_cannot_be_written_leaves_no_file(run: Run, home: Path, visits: list[str]) -> None:
    out = home / "x.xml"
    for words in (["1-999"], [visits[2]]):
        ran = run("record", *words, "--out", str(out))
        assert ran.status == 1
        assert ran.sentence
        assert not out.exists()
    assert run("record", visits[0], "--out", str(home / "nowhere" / "x.xml")).status == 1
    assert run("record", "--out", str(out)).status == 2


def test_a_right_file_is_called_right_and_a_wrong_one_by_its_field(run: Run, home: Path) -> None:
    right = run("check-record", str(FILES / "right-drug-and-supply-signed.xml"))
    assert (right.status, right.answer) == (0, {"records": 2, "flaws": 0, "signed": True})
    wrong = run("check-record", str(FILES / "wrong-empty-patient-number.xml"))
    assert wrong.status == 3
    assert [(one.get("number"), one.get("field"), one.get("code")) for one in wrong.lines[:2]] == [
        (3, "MA_BN", "empty"),
        (25, "NGAY_YL", "empty"),
    ]
    plain = run("check-record", str(FILES / "wrong-document-type.xml"), plain=True)
    assert (plain.status, "DOCTYPE" in plain.out) == (3, True)
    assert run("check-record", str(home / "none.xml")).status == 1


@pytest.mark.skipif(os.name == "nt", reason="there is no sed")
def test_the_signer_of_the_docs_fills_the_element(home: Path) -> None:
    text = (ROOT / "docs/hospital-system.md").read_text(encoding="utf-8")
    (line,) = [one for one in text.splitlines() if one.startswith("KIOSK_SIGNER='")]
    setting = line.removeprefix("KIOSK_SIGNER='").partition("'")[0]
    assert home
    plain = (FILES / "right-one-service.xml").read_bytes()
    record = plain.replace(b"<CHUKYDONVI/>", b"<CHUKYDONVI></CHUKYDONVI>")
    signer = signer_of(setting)
    assert isinstance(signer, Command)
    assert b"<CHUKYDONVI>thu</CHUKYDONVI>" in signed(record, signer)
