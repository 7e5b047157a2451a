"""A citizen number that cannot be read makes nobody a second person, and stops nobody else."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.case_support import WHY, arrive, now, only_case
from tests.log.contract.engines import loosen
from tests.support import officer_account
from verification.adapters.store.sqlite.database import connect
from verification.basics.errors import Forbidden
from verification.log.case import CaseOutcome, Proposed
from verification.review import cases, four_eyes, waiting
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from pathlib import Path

    from verification.kiosk import Kiosk
    from verification.log.case import Case

AN, BINH, CHI = (Actor(f"{n}.gd", frozenset({Role.AUDITOR}), "g") for n in ("an", "binh", "chi"))
OF_THE_ACCOUNT = "UPDATE account SET sealed = x'00' WHERE name = 'binh.gd'"
OF_ITS_EVENT = (
    "UPDATE content SET sealed = x'00' WHERE event_id IN (SELECT desk || '-' || seq FROM log"
    " WHERE kind = 'account_changed' AND codes LIKE '%\"binh.gd\"%')"
)


@pytest.fixture
def proposed(kiosk: Kiosk, store_folder: Path, request: pytest.FixtureRequest) -> Case:
    """Return a case with a proposal, once a number of `binh.gd` cannot be read any more."""
    for who in (AN, BINH, CHI):
        officer_account(kiosk, who.officer, Role.AUDITOR)
    arrive(kiosk, "patient-1")
    number = only_case(kiosk).number
    cases.take(AN, kiosk, number)
    with closing(connect(store_folder / "kiosk.db")) as connection:
        assert connection.execute(request.param).rowcount == 1
    return four_eyes.propose(AN, kiosk, number, Proposed.CONFIRMED, WHY)


@pytest.mark.usefixtures("quick_hashes")
@pytest.mark.parametrize("proposed", [OF_THE_ACCOUNT, OF_ITS_EVENT], indirect=True)
def test_whose_number_cannot_be_read_is_nobodys_second_person(kiosk: Kiosk, proposed: Case) -> None:
    assert proposed.proposal
    with pytest.raises(Forbidden, match="không có số căn cước đọc được"):
        four_eyes.approve(BINH, kiosk, proposed.number, proposed.proposal)
    stands = waiting.standing(AN, kiosk, proposed)
    assert stands
    assert "chi.gd" in stands.inside
    assert "binh.gd" not in stands.inside
    four_eyes.approve(CHI, kiosk, proposed.number, proposed.proposal)
    assert now(kiosk, proposed.number).outcome is CaseOutcome.CONFIRMED


@pytest.mark.usefixtures("quick_hashes")
@pytest.mark.parametrize("codes", ["{", "[]", "{}", "\x00"])
def test_where_a_change_of_an_account_cannot_be_read_nobody_counts_as_second_person(
    kiosk: Kiosk, store_folder: Path, codes: str
) -> None:
    for name in ("an.gd", "chi.gd", "dung.gd"):
        officer_account(kiosk, name, Role.AUDITOR)
    arrive(kiosk, "patient-1")
    number = only_case(kiosk).number
    cases.take(AN, kiosk, number)
    with closing(connect(store_folder / "kiosk.db")) as connection:
        loosen(connection)
        which = "kind = 'account_changed' AND codes LIKE '%\"dung.gd\"%'"
        changed = connection.execute(f"UPDATE log SET codes = ? WHERE {which}", (codes,))
        assert changed.rowcount == 1
    proposed = four_eyes.propose(AN, kiosk, number, Proposed.CONFIRMED, WHY)
    assert proposed.proposal
    with pytest.raises(Forbidden, match="không đọc được"):
        four_eyes.approve(CHI, kiosk, number, proposed.proposal)
    assert now(kiosk, number).outcome is None
