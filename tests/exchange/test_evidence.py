"""That the portal failed: each attempt, what came of it in the end, and who took it out."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from tests.exchange_support import receive, waiting_kiosk
from tests.support import DESK, Clock
from verification.adapters.papers.outage_pdf import outage_pdf
from verification.basics.errors import Forbidden, RequestError
from verification.exchange.evidence import evidence_of, has_failed
from verification.log.events import EventKind
from verification.log.portal_events import PortalAnswered, PortalFailed
from verification.log.visit_events import Viewed
from verification.log.writing import write_alone
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from verification.kiosk import Kiosk
    from verification.log.visit import Visit


@pytest.fixture
def house(clock: Clock) -> Kiosk:
    return waiting_kiosk(clock)


def failed(kiosk: Kiosk, visit: Visit, by: str = "outbox", cause: str = "timeout") -> None:
    told = PortalFailed(visit.presented, "silent", 3000, by, (visit.visit_id,), cause=cause)
    write_alone(kiosk.written, DESK, told)


def answered(kiosk: Kiosk, visit: Visit, code: str = "000") -> None:
    told = PortalAnswered(visit.presented, "answered", 420, "outbox", (visit.visit_id,), code)
    write_alone(kiosk.written, DESK, told)


def words(kiosk: Kiosk, visit: Visit, account: str = "79…_BV", lang: str = "vi") -> tuple[str, int]:
    """Return what stands on the sheet, and how many pages it has."""
    found = evidence_of(DESK, kiosk, visit.visit_id)
    paper = pypdfium2.PdfDocument(io.BytesIO(outage_pdf(found, DESK, kiosk, account, lang)))
    text = "\n".join(page.get_textpage().get_text_bounded() for page in paper)
    return text.replace("\r\n", "\n"), len(paper)


def test_each_attempt_is_told_with_time_cause_and_hash(house: Kiosk, clock: Clock) -> None:
    visit = receive(house)
    failed(house, visit, "desk", "dns")
    clock.forward(minutes=2)
    failed(house, visit)
    found = evidence_of(DESK, house, visit.visit_id)
    assert [(one.by, one.failed) for one in found.attempts] == [("desk", True), ("outbox", True)]
    assert found.attempts[1].at - found.attempts[0].at == timedelta(minutes=2)
    assert found.settled is None
    hashes = {one.hash for one in found.attempts} | {found.received}
    assert len(hashes) == 3
    assert all(len(one) == 64 for one in hashes)
    text, pages = words(house, visit)
    assert pages == 1
    assert "79…_BV" in text
    assert "DNS" in text
    assert found.attempts[0].hash[:16] in text
    assert found.received[:30] in text.replace("\n", "")
    assert "Chưa có trả lời của Cổng" in text


def test_what_was_settled_later_is_told_too(house: Kiosk, clock: Clock) -> None:
    visit = receive(house)
    failed(house, visit)
    clock.forward(hours=1)
    answered(house, visit, "110")
    text, _ = words(house, visit)
    assert "Cổng đã trả lời lúc" in text
    assert "110" in text
    assert "answered at" in words(house, visit, lang="en")[0]


def test_a_hundred_attempts_stay_on_one_page_and_the_sheet_says_that_there_are_more(
    house: Kiosk,
) -> None:
    visit = receive(house)
    for _ in range(100):
        failed(house, visit)
    text, pages = words(house, visit)
    assert pages == 1
    assert "76" in text


def test_where_nothing_failed_there_is_no_sheet_and_no_look(house: Kiosk, clock: Clock) -> None:
    visit = receive(house)
    answered(house, visit)
    assert not has_failed(house, visit)
    for name in (visit.visit_id, "1-99", "", "x"):
        with pytest.raises(RequestError):
            evidence_of(DESK, house, name)
    assert not house.written.events([EventKind.VIEWED], clock() - timedelta(days=1))


def test_a_look_is_logged_and_needs_the_right_to_receive(house: Kiosk, clock: Clock) -> None:
    visit = receive(house)
    failed(house, visit)
    auditor = Actor("an", frozenset({Role.AUDITOR}), "1")
    with pytest.raises(Forbidden):
        evidence_of(auditor, house, visit.visit_id)
    evidence_of(DESK, house, visit.visit_id)
    [look] = house.written.events([EventKind.VIEWED], clock() - timedelta(days=1))
    told = Viewed.of(look.codes)
    assert (told.what, told.presented, look.person_ref) == (
        "evidence",
        visit.presented,
        visit.person_ref,
    )
