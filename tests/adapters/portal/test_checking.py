"""The way to the portal, step by step: which one fails, and that the others are not tried."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import wait_for
from tests.portal_support import (
    LOOK_UP,
    OTHER,
    PASSWORD,
    TAKE,
    Says,
    certified,
    little_portal,
    little_proxy,
)
from tests.support import MORNING, each
from verification.adapters.portal.account import PortalAccount
from verification.adapters.portal.checking import CheckState, CheckStep
from verification.adapters.portal.wording import cause_text, line_text
from verification.adapters.portal.worker import PortalWorker
from verification.card.portal import Cause, PortalLight

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from verification.adapters.portal.checking import CheckLine

OK, FAILED, NOT_TRIED = CheckState.OK, CheckState.FAILED, CheckState.NOT_TRIED
REFUSED = Says({"maKetQua": "401"})


def checked(account: PortalAccount) -> tuple[Sequence[CheckLine], PortalLight]:
    worker = PortalWorker(account, lambda: MORNING, time.monotonic)
    try:
        return worker.checks.now(), worker.state().light
    finally:
        worker.stop()


def states(lines: Sequence[CheckLine]) -> list[CheckState]:
    assert [line.step for line in lines] == [*CheckStep]
    return [line.state for line in lines]


def test_all_is_well_over_https_and_nobodys_card_is_looked_up(tmp_path: Path) -> None:
    with little_portal({LOOK_UP: Says({"maKetQua": "050"})}, certified(tmp_path)) as portal:
        lines, light = checked(portal.account(ca=tmp_path / "ca.pem"))
    assert states(lines) == [OK] * 5
    assert light is PortalLight.WELL
    assert portal.asked[-1].words["maThe"] == "0000000000"


def test_a_certificate_of_an_unknown_authority_or_another_name_is_the_third_step(
    tmp_path: Path,
) -> None:
    with little_portal(tls=certified(tmp_path, "portal.example")) as portal:
        unknown, light = checked(portal.account())
        other, _ = checked(portal.account(ca=tmp_path / "ca.pem"))
    assert states(unknown) == states(other) == [OK, OK, FAILED, NOT_TRIED, NOT_TRIED]
    assert [(one[2].cause, one[2].detail) for one in (unknown, other)] == [
        (Cause.TLS, "authority"),
        (Cause.TLS, "name"),
    ]
    assert light is PortalLight.DOWN
    assert "KIOSK_PORTAL_CA" in line_text(unknown[2]).vi


def test_an_unknown_host_is_the_first_step_and_a_closed_port_the_second() -> None:
    unknown = PortalAccount("http://portal.invalid", "u_BV", PASSWORD, OTHER)
    assert states(checked(unknown)[0]) == [FAILED, *[NOT_TRIED] * 4]
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        lines, _ = checked(PortalAccount(url, "u_BV", PASSWORD, OTHER))
    assert states(lines) == [OK, FAILED, *[NOT_TRIED] * 3]
    assert "Error" not in line_text(lines[1]).vi


def test_through_a_proxy_the_certificate_is_known_from_the_log_in(tmp_path: Path) -> None:
    nobodys = {LOOK_UP: Says({"maKetQua": "050"})}
    with little_portal(nobodys, certified(tmp_path)) as portal, little_proxy() as (url, asked):
        lines, _ = checked(portal.account(ca=tmp_path / "ca.pem", proxy=url))
        unknown, _ = checked(portal.account(proxy=url))
    assert states(lines) == [OK] * 5
    assert (states(unknown), unknown[2].cause) == ([OK, OK, FAILED, *[NOT_TRIED] * 2], Cause.TLS)
    assert asked
    assert set(asked) == {portal.url.removeprefix("https://")}


def test_a_proxy_that_is_not_there_is_the_second_step_and_named() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{held.getsockname()[1]}"
        account = PortalAccount("https://portal.invalid", "u_BV", PASSWORD, OTHER, proxy=proxy)
        lines, _ = checked(account)
    assert states(lines) == [OK, FAILED, *[NOT_TRIED] * 3]
    assert lines[1].detail == "KIOSK_PORTAL_PROXY"


@pytest.mark.parametrize(
    ("script", "expected", "cause"),
    [
        ({TAKE: REFUSED}, [OK, OK, NOT_TRIED, FAILED, NOT_TRIED], Cause.ACCOUNT),
        ({TAKE: Says("<html>")}, [OK, OK, NOT_TRIED, FAILED, NOT_TRIED], Cause.NOT_READABLE),
        ({LOOK_UP: REFUSED}, [OK, OK, NOT_TRIED, OK, FAILED], Cause.RIGHT),
        ({LOOK_UP: Says({"maKetQua": "054"})}, [OK, OK, NOT_TRIED, OK, FAILED], Cause.OFFICER),
        ({LOOK_UP: Says("", 500)}, [OK, OK, NOT_TRIED, OK, FAILED], Cause.PORTAL_ERROR),
        ({LOOK_UP: Says({"maKetQua": "205"})}, [OK, OK, NOT_TRIED, OK, OK], None),
    ],
)
def test_a_wrong_password_is_the_fourth_step_and_a_missing_right_the_fifth(
    script: dict[str, Says], expected: list[CheckState], cause: Cause | None
) -> None:
    with little_portal({**script}) as portal:
        lines, light = checked(portal.account())
    assert states(lines) == expected
    assert next((line.cause for line in lines if line.state is FAILED), None) is cause
    ours = cause in {Cause.ACCOUNT, Cause.RIGHT, Cause.OFFICER}
    bad = PortalLight.REFUSES_US if ours else PortalLight.DOWN
    assert light is (bad if cause else PortalLight.WELL)


def test_without_an_officer_the_rights_are_not_tried_and_the_line_says_so() -> None:
    with little_portal() as portal:
        lines, light = checked(portal.account(officer=None))
    assert (lines[4].state, lines[4].cause) == (NOT_TRIED, Cause.NO_OFFICER)
    assert "KIOSK_PORTAL_OFFICER" in line_text(lines[4]).vi
    assert light is PortalLight.WELL


def test_a_check_goes_on_beside_and_once_at_a_time() -> None:
    with little_portal() as portal:
        worker = PortalWorker(portal.account(), lambda: MORNING, time.monotonic)
        worker.checks.begin()
        worker.checks.begin()
        wait_for(lambda: worker.checks.at is not None and not worker.checks.running)
        worker.stop()
    assert portal.paths() == ["take", "KQNhanLichSuKCB2024"]


@each("cause", Cause)
def test_every_cause_has_words_and_no_word_of_python_is_among_them(cause: Cause) -> None:
    for detail in (None, "ConnectionRefusedError", "authority", "HTTP 502"):
        said = cause_text(cause, detail)
        assert said.vi
        assert "Error" not in said.vi
