"""The address by which a visit is opened in the hospital system: a token in it, nothing else."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import anyio
import pytest

from app_pages.desk.handover_routes import _open
from app_pages.server.house import House, opened
from tests.app_pages.entry.test_where import request
from tests.support import DESK, payload
from verification.operations.settings import read_settings
from verification.reception.answer import Scan
from verification.reception.checkin import check_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINK = "https://his.benhvien.example/tiep-don?phieu={token}"


@pytest.fixture
def linked(prepared: Path, tmp_path: Path) -> Iterator[House]:
    """Return a house that opens visits in its hospital system."""
    for file in prepared.iterdir():
        shutil.copy(file, tmp_path)
    settings = {"KIOSK_DB": str(tmp_path / "kiosk.db"), "KIOSK_HANDOVER_LINK": LINK}
    with opened(read_settings(settings)) as found:
        yield found


def ask(visit_id: str) -> tuple[int, dict[str, str]]:
    asked = request({})
    asked.scope["actor"] = DESK
    answer = anyio.run(_open, asked, visit_id.encode())
    return answer.status_code, json.loads(bytes(answer.body))


def test_each_time_a_new_token_and_nothing_of_the_patient(linked: House) -> None:
    answer = check_in(DESK, linked.kiosk, Scan((payload("patient-1"),)))
    assert answer.visit is not None
    status, told = ask(answer.visit.visit_id)
    again = ask(answer.visit.visit_id)[1]
    start, _, token = told["address"].partition("phieu=")
    assert (status, start) == (200, LINK.partition("{token}")[0].removesuffix("phieu="))
    assert told != again
    assert answer.visit.visit_id not in told["address"]
    assert linked.handover_tokens.redeem(token) == answer.visit.visit_id
    assert linked.handover_tokens.redeem(token) is None


def test_a_visit_that_is_none_has_no_address(linked: House) -> None:
    assert ask("1-99999")[0] == 404
    assert ask("x" * 300)[0] == 404


def test_a_house_without_an_address_opens_nothing(house: House) -> None:
    answer = check_in(DESK, house.kiosk, Scan((payload("patient-1"),)))
    assert answer.visit is not None
    assert ask(answer.visit.visit_id)[0] == 404
