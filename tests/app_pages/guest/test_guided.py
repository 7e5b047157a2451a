"""The guide in the patient's window: who shows it, what ends it, how it goes with its session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app_pages.server.limits import LIMITS
from tests.app_pages.guest.test_routes import (
    CARD,
    FOREIGN,
    HERE,
    NOTHING,
    OWN,
    jpeg,
    pass_frames,
    unread,
)
from tests.support import a_password, officer_account
from verification.log.account import Place
from verification.officers import signin
from verification.reception.guide.guide import GUIDES
from verification.rights import Role

if TYPE_CHECKING:
    from app_pages.server.window import Guest
    from tests.app_pages.guest.test_routes import Seconds, Site
    from verification.kiosk import Kiosk

ADULT = GUIDES["nguoi-lon"]


def test_a_step_is_shown_and_moved_and_ended_by_the_desk(window: Guest) -> None:
    assert window.guided() is None
    assert window.show_guide(ADULT.key, 2)
    assert window.sign() == "guide"
    window.show_guide(ADULT.key, 3)
    shown = window.guided()
    assert shown
    assert (shown.key, shown.step, shown.short) == (ADULT.key, 3, False)
    window.end_guide()
    assert (window.guided(), window.sign()) == (None, "idle")


def test_what_was_told_before_the_guide_is_not_told_again_after_it(
    window: Guest, seconds: Seconds
) -> None:
    window.note_answer(read_as_card=True)
    window.show_guide(ADULT.key)
    seconds.now += 1
    window.end_guide()
    assert window.sign() == "idle"


def test_an_answer_at_the_desk_ends_it(window: Guest) -> None:
    window.show_guide(ADULT.key)
    window.note_answer(read_as_card=False)
    assert (window.guided(), window.sign()) == (None, "desk")


@pytest.mark.parametrize(("reading", "sign"), [(CARD, "read"), (FOREIGN, "desk")])
def test_a_frame_with_a_code_ends_it_at_once(window: Guest, reading: object, sign: str) -> None:
    window.show_guide(ADULT.key)
    window.note_frame(jpeg(), NOTHING)
    assert window.sign() == "guide"  # nothing was presented
    window.note_frame(jpeg(), reading)  # type: ignore[arg-type]  # a reading of the test's
    assert (window.guided(), window.sign()) == (None, sign)


def test_the_same_code_shown_again_ends_it_too(window: Guest, seconds: Seconds) -> None:
    window.note_frame(jpeg(), CARD)
    seconds.now += 3
    window.show_guide(ADULT.key)
    window.note_frame(jpeg(), CARD)
    assert window.guided() is None


def test_a_code_that_lies_there_all_the_time_does_not_keep_the_guide_away(
    window: Guest, seconds: Seconds
) -> None:
    pass_frames(window, seconds, FOREIGN, lasting=1)
    window.show_guide(ADULT.key)
    pass_frames(window, seconds, FOREIGN, lasting=3)
    assert window.sign() == "guide"


def test_an_unread_code_that_the_patient_is_told_about_ends_it(
    window: Guest, seconds: Seconds
) -> None:
    window.show_guide(ADULT.key)
    pass_frames(window, seconds, unread("too_dark"), lasting=0.5)
    assert window.sign() == "guide"  # a frame or two may be anything
    pass_frames(window, seconds, unread("too_dark"), lasting=1)
    assert (window.guided(), window.sign()) == (None, "too_dark")


def test_a_step_that_nobody_moves_ends_by_itself(window: Guest, seconds: Seconds) -> None:
    window.show_guide(ADULT.key, 1)
    seconds.now += LIMITS.guide.seconds - 1
    window.show_guide(ADULT.key, 2)
    seconds.now += LIMITS.guide.seconds - 1
    assert window.sign() == "guide"
    seconds.now += 1
    assert (window.guided(), window.sign()) == (None, "idle")


def test_only_the_browser_that_the_window_follows_shows_and_ends_it(window: Guest) -> None:
    window.follow("beside")
    assert not window.show_guide(ADULT.key, browser="elsewhere")
    assert window.guided() is None
    assert window.show_guide(ADULT.key, browser="beside")
    window.end_guide("elsewhere")
    window.note_frame(jpeg(), CARD, "elsewhere")
    window.note_answer(read_as_card=True, browser="elsewhere")
    window.follow("beside")  # asked for another code
    assert window.sign() == "guide"
    window.follow("elsewhere")
    assert window.guided() is None


def test_a_step_that_was_just_replaced_is_not_ended_for_the_one_before(window: Guest) -> None:
    window.show_guide(ADULT.key, 1)
    before = window.guided()
    window.show_guide(ADULT.key, 2)
    window.end_guide(only=before)
    assert window.guided()


@pytest.fixture
def session(kiosk: Kiosk, quick_hashes: None) -> str:
    """Return the digest of a live session at the window's desk."""
    officer_account(kiosk, "lan.nt", Role.RECEPTIONIST)
    signed = signin.sign_in(kiosk, "lan.nt", a_password("lan.nt"), Place(OWN, HERE))
    return signin.digest_of(signed.token)


def test_the_state_has_the_step_in_both_languages_and_no_picture(site: Site, session: str) -> None:
    site.pair()
    site.state()
    site.window.note_frame(jpeg(), NOTHING)
    site.window.show_guide(ADULT.key, 2, session=session)
    state = site.state()
    assert (state["sign"], state["picture_number"]) == ("guide", None)
    guide, step = state["guide"], ADULT.steps[1]
    assert guide["title"] == {"vi": ADULT.title.vi, "en": ADULT.title.en}
    assert guide["count"] == {
        "vi": f"Bước 2/{len(ADULT.steps)}",
        "en": f"Step 2 of {len(ADULT.steps)}",
    }
    assert guide["do"] == {"vi": step.do.vi, "en": step.do.en}
    told = {part["kind"]: part["text"]["vi"] for part in guide["parts"]}
    assert told == {"sees": step.sees.vi, "missing": step.missing.vi}


def test_a_step_that_a_later_law_overtook_says_what_holds_today(site: Site, session: str) -> None:
    site.pair()
    number, step = next((n, one) for n, one in enumerate(ADULT.steps, 1) if one.now)
    site.window.show_guide(ADULT.key, number, session=session)
    now = site.state()["guide"]["parts"][-1]
    assert step.now
    assert (now["kind"], now["text"]["vi"]) == ("now", step.now.vi)


def test_a_short_guide_in_another_language_is_shown_with_who_checked_it(
    site: Site, session: str
) -> None:
    site.pair()
    site.window.show_guide("zh", short=True, session=session)
    guide = site.state()["guide"]
    assert (guide["lang"], guide["direction"], guide["count"]["vi"]) == ("zh", "ltr", "中文")
    assert "1900 9068" in guide["lines"][-1]
    assert "chưa được người bản ngữ kiểm tra" in guide["foot"][0]["vi"]


@pytest.mark.parametrize(
    ("key", "step", "short"),
    [("nguoi-lon", 99, False), ("nguoi-lon", 0, False), ("khác", 1, False), ("xx", 1, True)],
)
def test_a_step_that_is_not_there_is_ended_and_the_window_invites(
    site: Site, session: str, key: str, step: int, short: bool
) -> None:
    site.pair()
    site.window.show_guide(key, step, short=short, session=session)
    assert site.state()["sign"] == "idle"
    assert site.window.guided() is None


def test_it_goes_with_the_desks_session(site: Site, kiosk: Kiosk, session: str) -> None:
    site.pair()
    for ends in (signin.lock, signin.sign_out):
        signin.unlock(kiosk, session, a_password("lan.nt"), Place(OWN, HERE))
        site.window.show_guide(ADULT.key, session=session)
        assert site.state()["sign"] == "guide"
        ends(kiosk, session)
        assert site.state()["sign"] == "idle"
        assert site.window.guided() is None


def test_nobody_who_is_not_paired_sees_it(site: Site, session: str) -> None:
    site.window.show_guide(ADULT.key, session=session)
    assert site.ask("/khach/state").status == 403
