"""A browser is known to the accounts that signed in on it, and to no other."""

from __future__ import annotations

import pytest
from starlette.responses import Response

from app_pages.server.signer import Signer


@pytest.fixture
def signer() -> Signer:
    return Signer(bytes(32))


def after(signer: Signer, cookies: dict[str, str], account: str) -> dict[str, str]:
    """Return a browser's cookies after an account signed in on it."""
    answer = Response()
    signer.know(answer, cookies, account)
    name, _, value = answer.headers["set-cookie"].partition(";")[0].partition("=")
    return cookies | {name: value}


def test_a_browser_is_known_to_each_account_that_signed_in_on_it(signer: Signer) -> None:
    cookies = after(signer, after(signer, {}, "an.nt"), "binh.tt")
    assert signer.known(cookies, "an.nt") == signer.known(cookies, "binh.tt") != ""
    assert signer.known(cookies, "chi.qt") == signer.known({}, "an.nt") == ""


def test_nobody_makes_up_a_known_browser(signer: Signer) -> None:
    (name, value), *_ = after(signer, {}, "an.nt").items()
    browser, mark = value.split(".")
    foreign = after(Signer(bytes(31) + b"x"), {}, "an.nt")[name]
    for made_up in (foreign, f"x.{mark}", browser, f"{browser}.", f".{mark}", f"{browser}.ă", ""):
        assert signer.known({name: made_up}, "an.nt") == ""


def test_a_desk_of_many_officers_remembers_the_newest(signer: Signer) -> None:
    cookies: dict[str, str] = {}
    for number in range(40):
        cookies = after(signer, cookies, f"officer-{number}")
    assert signer.known(cookies, "officer-39")
    assert not signer.known(cookies, "officer-0")
    assert len(*cookies.values()) < 700
