"""Each line is green, amber or red at its limit, and says so in words."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.exchange_support import receive
from tests.support import DESK, MORNING
from verification.basics.errors import StoreError
from verification.basics.texts import Text
from verification.card.portal import Cause, PortalLight, PortalState
from verification.log.findings import Kind
from verification.log.help_events import Difficulty, DifficultyMoved
from verification.log.house_events import LogVerified
from verification.log.outbox import Errand, handover_item
from verification.log.portal_events import PortalFailed
from verification.log.sending_events import Delivered
from verification.log.visit_events import Cancelled
from verification.log.writing import write_alone
from verification.operations.exchange_worker import Exchange, Lane
from verification.operations.head_sink import Sink
from verification.operations.health import looked_at
from verification.operations.health.line import Line, Tone, worst, worst_first
from verification.operations.health.looked_at import House, certificate_end, look
from verification.operations.health.watching import Health, looking
from verification.operations.lists.watching import Left, Watch
from verification.operations.settings import read_settings, without_secrets
from verification.reception import checkin
from verification.reception.answer import Scan

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Clock
    from verification.kiosk import Kiosk


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"KIOSK_DB": str(tmp_path / "kiosk.db"), "KIOSK_DESK": "1"}


def house(kiosk: Kiosk, environ: dict[str, str], **of: object) -> House:
    settings = read_settings(environ)
    parts = {"sink": Sink(), "watch": Watch(None), "since": MORNING, **of}
    return House(settings, kiosk, **parts)  # type: ignore[arg-type]  # parts of a test


def one(lines: list[Line] | object, key: str) -> Line:
    found = [line for line in lines if line.key == key]  # type: ignore[attr-defined]
    assert len(found) == 1, key
    return found[0]


def certificate(folder: Path, end: datetime) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kiosk.mau")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=90))
        .not_valid_after(end)
        .sign(key, hashes.SHA256())
    )
    file = folder / "tls.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.mark.parametrize(
    ("days", "tone"),
    [(90, Tone.OK), (30, Tone.OK), (29, Tone.WAIT), (7, Tone.WAIT), (6, Tone.BAD), (-1, Tone.BAD)],
)
def test_a_certificate_is_amber_a_month_and_red_a_week_before_its_end(
    kiosk: Kiosk, clock: Clock, environ: dict[str, str], tmp_path: Path, days: int, tone: Tone
) -> None:
    file = certificate(tmp_path, clock.now + timedelta(days=days, hours=1))
    environ |= {"KIOSK_TLS_CERT": str(file), "KIOSK_TLS_KEY": str(file)}
    line = one(look(house(kiosk, environ)), "certificate")
    assert line.tone is tone
    assert "/20" in line.state.vi


def test_a_file_that_is_no_certificate_is_red_and_none_at_all_is_nothing(
    kiosk: Kiosk, environ: dict[str, str], tmp_path: Path
) -> None:
    assert one(look(house(kiosk, environ)), "certificate").tone is Tone.INFO
    file = tmp_path / "tls.pem"
    file.write_text("-----BEGIN CERTIFICATE-----\nx\n")
    assert certificate_end(file) is None
    environ |= {"KIOSK_TLS_CERT": str(file), "KIOSK_TLS_KEY": str(file)}
    assert one(look(house(kiosk, environ)), "certificate").tone is Tone.BAD
    assert certificate_end(tmp_path / "none.pem") is None


@pytest.mark.parametrize(
    ("free", "tone"),
    [(6_000, Tone.OK), (5_000, Tone.OK), (4_999, Tone.WAIT), (1_000, Tone.WAIT), (999, Tone.BAD)],
)
def test_a_disk_is_amber_below_five_and_red_below_one_gigabyte(
    kiosk: Kiosk,
    environ: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    free: int,
    tone: Tone,
) -> None:
    disk = SimpleNamespace(total=100 * 10**9, free=free * 10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: disk)
    assert one(look(house(kiosk, environ)), "disk").tone is tone


@pytest.mark.parametrize(
    ("days", "findings", "tone"),
    [
        (0, 0, Tone.OK),
        (7, 0, Tone.OK),
        (8, 0, Tone.WAIT),
        (35, 0, Tone.WAIT),
        (36, 0, Tone.BAD),
        (0, 2, Tone.BAD),
    ],
)
def test_a_log_that_was_not_verified_for_long_or_is_wrong_says_so(
    kiosk: Kiosk, clock: Clock, environ: dict[str, str], days: int, findings: int, tone: Tone
) -> None:
    assert one(look(house(kiosk, environ)), "verified").tone is Tone.WAIT  # never yet
    what = LogVerified("page", 12, findings, ("edited",) * findings)
    write_alone(kiosk.written, DESK, what)
    clock.now += timedelta(days=days)
    line = one(look(house(kiosk, environ)), "verified")
    assert line.tone is tone
    assert ("dòng bị sửa" in line.state.vi) is bool(findings)
    assert "edited" not in line.state.vi


def test_the_newest_verification_counts(
    kiosk: Kiosk, clock: Clock, environ: dict[str, str]
) -> None:
    write_alone(kiosk.written, DESK, LogVerified("command", 3, 1, ("cut",)))
    clock.now += timedelta(hours=1)
    write_alone(kiosk.written, DESK, LogVerified("page", 4, unchecked=("card_file",)))
    line = one(look(house(kiosk, environ)), "verified")
    assert line.tone is Tone.OK
    assert "1 phần chưa kiểm được" in line.state.vi


def test_every_kind_of_finding_has_words() -> None:
    for kind in Kind:
        assert kind.value not in looked_at._kinds([kind]).vi


def test_heads_that_leave_the_machine_are_told_by_when(
    kiosk: Kiosk, clock: Clock, environ: dict[str, str]
) -> None:
    for given, told in (("", "chưa đặt"), ("off", "KIOSK_HEAD_SINK=off")):
        environ["KIOSK_HEAD_SINK"] = given
        line = one(look(house(kiosk, environ)), "head")
        assert line.tone is Tone.WAIT  # they are sent nowhere
        assert told in line.state.vi
    environ["KIOSK_HEAD_SINK"] = "https://ai:bi-mat@may-khac.mau/heads?token=x"
    sink = Sink()
    assert one(look(house(kiosk, environ, sink=sink)), "head").tone is Tone.OK
    sink.went(None, clock.now)
    assert "08:12" in one(look(house(kiosk, environ, sink=sink)), "head").state.vi
    sink.went(OSError(), clock.now)
    assert one(look(house(kiosk, environ, sink=sink)), "head").tone is Tone.WAIT
    clock.now += timedelta(hours=24)
    assert one(look(house(kiosk, environ, sink=sink)), "head").tone is Tone.BAD


def test_desks_and_difficulties_are_told_and_alarm_nobody(
    kiosk: Kiosk, clock: Clock, environ: dict[str, str]
) -> None:
    checkin.check_in(DESK, kiosk, Scan((b"x",)))
    write_alone(kiosk.written, DESK, Difficulty("vssid"))
    lines = look(house(kiosk, environ))
    desk, told = one(lines, "desk"), one(lines, "difficulties")
    assert (desk.tone, told.tone) == (Tone.INFO, Tone.INFO)
    assert f"{DESK.desk}: quét lần cuối" in desk.state.vi
    assert told.state.vi == "1 đang mở (1 mới, 0 đã gửi), lâu nhất 0 ngày"


def test_open_difficulties_are_told_with_the_age_of_the_oldest_and_warn_where_none_was_sent(
    kiosk: Kiosk, clock: Clock, environ: dict[str, str]
) -> None:
    told = one(look(house(kiosk, environ)), "difficulties")
    assert (told.tone, told.state.vi) == (Tone.INFO, "không có vướng mắc nào đang mở")
    first = write_alone(kiosk.written, DESK, Difficulty("vssid"))
    write_alone(kiosk.written, DESK, Difficulty("kiosk"))  # the office is not asked about it
    clock.forward(days=31)
    other = write_alone(kiosk.written, DESK, Difficulty("cong"))
    write_alone(kiosk.written, DESK, DifficultyMoved(other.event_id, "answered"))
    assert one(look(house(kiosk, environ)), "difficulties").tone is Tone.INFO
    clock.forward(days=1)
    told = one(look(house(kiosk, environ)), "difficulties")
    assert told.tone is Tone.WAIT
    assert told.state.vi == "2 đang mở (2 mới, 0 đã gửi), lâu nhất 32 ngày"
    write_alone(kiosk.written, DESK, DifficultyMoved(first.event_id, "sent"))
    told = one(look(house(kiosk, environ)), "difficulties")
    assert told.tone is Tone.INFO
    assert "1 mới, 1 đã gửi" in told.state.vi


def test_a_desk_of_this_server_that_never_scanned_is_told_too(
    kiosk: Kiosk, environ: dict[str, str]
) -> None:
    checkin.check_in(DESK, kiosk, Scan((b"x",)))
    lines = look(house(kiosk, {**environ, "KIOSK_DESKS": "1,2,3"}))
    told = [line.state.vi for line in lines if line.key == "desk"]
    assert told[0].startswith("1: quét lần cuối")
    assert told[1:] == ["2: chưa quét lần nào", "3: chưa quét lần nào"]


def test_what_the_system_refuses_is_a_red_line_in_words(
    kiosk: Kiosk, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> object:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(shutil, "disk_usage", refuses)
    monkeypatch.setattr(looked_at, "_CHECKS", (*looked_at._CHECKS, refuses))
    lines = look(house(kiosk, environ))
    assert one(lines, "disk").state.vi == "không xem được ổ đĩa"
    assert one(lines, "failed").tone is Tone.BAD
    assert "denied" not in "".join(line.state.vi for line in lines)


def test_files_that_stay_in_the_watched_folder_are_amber(
    kiosk: Kiosk, environ: dict[str, str], tmp_path: Path
) -> None:
    watch = Watch(tmp_path)
    assert one(look(house(kiosk, environ, watch=watch)), "folder").tone is Tone.OK
    watch.left = (Left("the.csv", looked_at._TEXTS("folder_limit")),)
    assert one(look(house(kiosk, environ, watch=watch)), "folder").tone is Tone.WAIT


def test_what_cannot_be_looked_at_is_a_red_line_and_the_others_stand(
    kiosk: Kiosk, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: object) -> object:
        raise StoreError("kho hỏng", "damaged")

    checks = (*looked_at._CHECKS[:1], fails, *looked_at._CHECKS[1:])
    monkeypatch.setattr(looked_at, "_CHECKS", checks)
    lines = look(house(kiosk, environ))
    assert one(lines, "failed").state.vi == "kho hỏng"
    assert one(lines, "version").tone is Tone.INFO
    assert worst(lines) is Tone.BAD
    assert worst_first(lines)[0].tone is Tone.BAD


def test_the_desk_is_told_what_is_red_but_not_what_its_strip_says_already(
    kiosk: Kiosk, environ: dict[str, str]
) -> None:
    health = Health(house(kiosk, environ))
    assert not health.for_the_desk()  # nobody has looked yet
    red = [line for line in health.look() if line.tone is Tone.BAD]
    assert {line.key for line in health.for_the_desk()} == {r.key for r in red} - {"cards", "clock"}


def test_looking_goes_on_after_a_failure(
    kiosk: Kiosk, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with looking(house(kiosk, environ), every=3600) as health:
        monkeypatch.setattr(looked_at, "_CHECKS", ())
        assert not health.look()


def test_settings_in_force_hold_no_secret(environ: dict[str, str]) -> None:
    environ |= {
        "KIOSK_HEAD_SINK": "https://ai:bi-mat@may-khac.mau/duong/bi-mat?token=bi-mat",
        "KIOSK_CAMERA": "rtsp://ai:bi-mat@camera.mau:554/bi-mat",
    }
    told = without_secrets(read_settings(environ))
    assert told["head_sink"] == "https://may-khac.mau/…"
    assert told["camera"] == "rtsp://camera.mau:554/…"
    assert not [value for value in told.values() if "bi-mat" in value]
    assert told["tls_cert"] == "–"
    assert told["plain_http"] == "no"


@pytest.mark.parametrize(
    ("hours", "tone"), [(1, Tone.OK), (2, Tone.WAIT), (24, Tone.WAIT), (25, Tone.BAD)]
)
def test_what_waits_to_be_sent_is_amber_after_an_hour_and_red_after_a_day(
    kiosk: Kiosk, clock: Clock, environ: dict[str, str], hours: int, tone: Tone
) -> None:
    sending = Exchange((Lane(Errand.PORTAL),))
    assert one(look(house(kiosk, environ, exchange=sending)), "outbox").tone is Tone.OK
    visits = [receive(kiosk), receive(kiosk)]
    clock.forward(hours=hours)
    line = one(look(house(kiosk, environ, exchange=sending)), "sent_portal")
    assert line.tone is tone
    assert "2 câu hỏi" in line.state.vi
    (first, _) = visits
    failed = PortalFailed(first.presented, "off", 1, "outbox", (first.visit_id,), cause="x")
    write_alone(kiosk.written, DESK, failed)
    line = one(look(house(kiosk, environ, exchange=sending)), "sent_portal")
    assert line.tone is (Tone.WAIT if tone is Tone.OK else tone)  # nobody sends that one by itself
    assert "1 chờ người gửi lại" in line.state.vi


def test_what_waits_and_is_sent_nowhere_or_cannot_be_written_is_told(
    kiosk: Kiosk, environ: dict[str, str]
) -> None:
    receive(kiosk)
    line = one(look(house(kiosk, environ)), "sent_portal")
    assert (line.tone, "KIOSK_PORTAL_URL" in line.state.vi) == (Tone.WAIT, True)
    broken = Exchange((Lane(Errand.PORTAL, trouble=Text("Đĩa đầy", "The disk is full")),))
    line = one(look(house(kiosk, environ, exchange=broken)), "outbox")
    assert (line.tone, line.state.vi) == (Tone.BAD, "Đĩa đầy")


@pytest.mark.parametrize(
    ("light", "tone"),
    [
        (PortalLight.UNTRIED, Tone.INFO),
        (PortalLight.WELL, Tone.OK),
        (PortalLight.SLOW, Tone.WAIT),
        (PortalLight.DOWN, Tone.BAD),
        (PortalLight.REFUSES_US, Tone.BAD),
    ],
)
def test_the_portal_is_red_where_somebody_has_to_mend_it_and_neutral_untried(
    kiosk: Kiosk, environ: dict[str, str], light: PortalLight, tone: Tone
) -> None:
    state = PortalState(light, MORNING, Cause.DNS)
    portal = SimpleNamespace(state=lambda: state)
    found = look(house(kiosk, environ, portal=portal))
    line = one(found, "portal")
    assert line.tone is tone
    assert ("DNS" in line.state.vi) is (tone in {Tone.BAD, Tone.WAIT})
    assert one(look(house(kiosk, environ)), "portal").tone is Tone.INFO


def test_the_hospital_systems_line_says_when_it_took_something_and_what_waits_since_when(
    kiosk: Kiosk, clock: Clock, environ: dict[str, str]
) -> None:
    tells = replace(kiosk, hands_over=True)
    lane = Lane(Errand.HANDOVER)

    def line() -> Line:
        return one(look(house(tells, environ, exchange=Exchange((lane,)))), "sent_handover")

    assert (line().tone, "24 giờ" in line().state.vi) == (Tone.OK, True)
    visit = receive(tells, portal=None, handover=True)
    undone = Cancelled(visit.visit_id, "khac")
    write_alone(tells.written, DESK, undone)
    assert line().tone is Tone.OK
    assert line().state.vi.startswith("2 tin chờ hệ thống bệnh viện nhận")
    lane.held = "his_down"
    assert (line().tone, "Hệ thống bệnh viện báo lỗi" in line().state.vi) == (Tone.WAIT, True)
    lane.held = None
    item = handover_item(visit.visit_id, 1)
    write_alone(tells.written, DESK, Delivered("handover", item, visit.visit_id, to="webhook"))
    clock.forward(hours=25)
    assert line().tone is Tone.BAD
    assert line().state.vi.startswith("1 tin")
    lane.settled = clock.now
    assert f"nhận gần nhất {clock.now:%d/%m/%Y %H:%M}" in line().state.vi
    assert "nhận gần nhất" not in str(look(house(kiosk, environ)))  # where nobody is told
