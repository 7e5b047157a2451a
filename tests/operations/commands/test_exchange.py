"""`outbox` and `close-day`, with and without a portal that answers."""

from __future__ import annotations

import contextlib
import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from tests.portal_support import CARD, LOOK_UP, PASSWORD, Asked, LittlePortal, Says, little_portal
from tests.support import DESK, payload
from verification.basics.dates import VIETNAM
from verification.log.portal_events import PortalFailed
from verification.log.writing import write_alone
from verification.operations.settings import read_settings
from verification.operations.wiring import local_now, logging_kiosk
from verification.reception.answer import Scan
from verification.reception.checkin import check_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.operations.commands.conftest import Ran

    Run = Callable[..., Ran]

KEYS = ("item_id", "errand", "visit_id", "desk", "since", "due", "attempts", "last_error", "state")


def echo(asked: Asked) -> Says:
    return Says(CARD | {name: asked.words[name] for name in ("maThe", "hoTen", "ngaySinh")})


@pytest.fixture
def portal(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LittlePortal]:
    """Return a portal that the settings name."""
    assert home
    with little_portal({LOOK_UP: echo}) as found:
        monkeypatch.setenv("KIOSK_PORTAL_URL", found.url)
        monkeypatch.setenv("KIOSK_PORTAL_USER", "79014_BV")
        monkeypatch.setenv("KIOSK_PORTAL_PASSWORD", PASSWORD)
        monkeypatch.setenv("KIOSK_PORTAL_OFFICER", "Người Mẫu|079194000099")
        yield found


def received(*slugs: str, dead: bool = False) -> list[str]:
    """Receive people a minute ago, about whom nobody was asked."""
    before, visits = timedelta(minutes=1), []
    with logging_kiosk(read_settings(os.environ), lambda: local_now() - before) as kiosk:
        for slug in slugs:
            visit = check_in(DESK, kiosk, Scan((payload(slug),))).visit
            assert visit
            visits.append(visit.visit_id)
            if dead:
                of = (visit.presented, "refused_us", 5, "outbox", (visit.visit_id,))
                write_alone(kiosk.written, DESK, PortalFailed(*of, cause="account"))
    return visits


@pytest.mark.usefixtures("portal")
def test_what_waits_is_listed_masked_and_by_day(run: Run) -> None:
    assert (run("outbox").status, run("outbox").lines) == (0, [])
    (visit,) = received("patient-1")
    (dead,) = received("s2", dead=True)
    ran = run("outbox")
    assert [line["visit_id"] for line in ran.lines] == [dead, visit]
    first, second = ran.lines
    assert tuple(first) == KEYS
    assert (first["state"], first["due"], first["last_error"]) == ("dead", None, "account")
    assert (second["state"], second["attempts"], second["desk"]) == ("waiting", 0, "1")
    assert second["item_id"] == f"portal:{visit}"
    yesterday = (local_now().astimezone(VIETNAM) - timedelta(days=1)).date()
    assert run("outbox", "--on", yesterday.isoformat()).lines == []
    plain = run("outbox", plain=True).out
    assert "Sai tài khoản hoặc mật khẩu" in plain


def test_a_dead_one_is_sent_again_here_where_no_server_runs(run: Run, portal: LittlePortal) -> None:
    first, second = received("patient-1", "s2", dead=True)
    ran = run("outbox", "--retry", first)
    assert ran.status == 0
    assert [line["visit_id"] for line in ran.lines] == [second]
    assert portal.paths().count("KQNhanLichSuKCB2024") == 1
    assert run("outbox", "--retry", "all").lines == []
    assert run("outbox", "--retry", "1-999").status == 1
    assert run("verify-log").answer["ok"] is True


def test_nothing_is_sent_again_where_no_portal_is_set(
    run: Run, portal: LittlePortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    received("patient-1", dead=True)
    monkeypatch.delenv("KIOSK_PORTAL_URL")
    monkeypatch.delenv("KIOSK_PORTAL_USER")
    monkeypatch.delenv("KIOSK_PORTAL_PASSWORD")
    for words in (("outbox", "--retry", "all"), ("close-day",)):
        ran = run(*words)
        assert ran.status == 1
        assert "KIOSK_PORTAL_URL" in ran.sentence
    assert len(run("outbox").lines) == 1
    assert not portal.asked


def test_a_day_is_asked_about_again_and_what_stays_unverified_is_listed(
    run: Run, portal: LittlePortal
) -> None:
    received("patient-1", "s2")
    portal.script[LOOK_UP] = lambda asked: (
        echo(asked) if len(portal.asked) < 3 else Says("<html>", 502)
    )
    *lines, total = run("close-day").lines
    assert [line["portal"] for line in lines] == ["waiting"]
    assert lines[0]["last_error"] == "portal_error"
    assert (total["asked"], total["unverified"], total["still_asked"]) == (2, 1, 0)
    portal.script[LOOK_UP] = echo
    (total,) = run("close-day", "--on", total["day"]).lines
    assert (total["asked"], total["unverified"]) == (1, 0)


@pytest.mark.usefixtures("portal")
def test_where_a_server_sends_the_command_waits_as_long_as_it_was_told(
    run: Run, home: Path
) -> None:
    received("patient-1")
    with FileLock(home / "kiosk.db.sending"):  # as a server holds it
        *_, total = run("close-day", "--wait", "0").lines
    assert (total["unverified"], total["still_asked"]) == (1, 1)
    with contextlib.suppress(FileNotFoundError):
        (home / "kiosk.db.sending").unlink()


@pytest.mark.usefixtures("portal")
@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("close-day", "--on", "mai"), 1),
        (("close-day", "--on", "2099-01-01"), 1),
        (("close-day", "--wait", "x"), 2),
        (("close-day", "--wait", "-1"), 2),
        (("outbox", "--retry"), 2),
        (("outbox", "--on", "x"), 1),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, words: tuple[str, ...], status: int) -> None:
    assert run(*words).status == status


def test_evidence_is_one_new_private_file(run: Run, home: Path) -> None:
    [visit] = received("patient-1", dead=True)
    out = home / "cong.pdf"
    done = run("evidence", visit, "--out", str(out)).answer
    assert (done["attempts"], done["settled"]) == (1, False)
    assert out.read_bytes().startswith(b"%PDF")
    assert out.stat().st_mode & 0o777 == 0o600
    before = out.read_bytes()
    again = run("evidence", visit, "--out", str(out))
    assert (again.status, out.read_bytes()) == (1, before)
    for name, place in (("1-999", "khac.pdf"), (visit, "khong/co/cong.pdf")):
        assert run("evidence", name, "--out", str(home / place)).status == 1
        assert not (home / place).exists()
    assert run("evidence", visit).status == 2
