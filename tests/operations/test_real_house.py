"""A real house has no invented cards, and nobody tries out there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import FIXTURES, Clock, officer_account, payload
from verification.__main__ import main
from verification.basics.errors import SignInError
from verification.log.account import Place
from verification.officers import signin
from verification.operations.settings import read_settings
from verification.operations.wiring import (
    checking_kiosk,
    local_now,
    logging_kiosk,
    open_log,
    prepare_store,
)
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.rights import Actor, Role, command_line
from verification.rules.law.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from verification.operations.settings import Settings

HERE = Place("1", "127.0.0.1")
REAL = "01234"
SCAN = Scan((payload("patient-1"),))

pytestmark = pytest.mark.usefixtures("quick_hashes")


def settings_of(folder: Path, **environ: str) -> Settings:
    return read_settings({"KIOSK_DB": str(folder / "kiosk.db")} | environ)


def prepared(settings: Settings) -> Mapping[str, object]:
    made = dict(prepare_store(settings, FIXTURES))
    made.pop("db")
    return made


def test_a_new_house_of_a_facility_gets_no_invented_cards(tmp_path: Path) -> None:
    real = settings_of(tmp_path, KIOSK_FACILITY=REAL, KIOSK_KEY_BESIDE="yes")
    assert prepared(real) == {"cards": 0, "demo": False}
    assert not list(tmp_path.glob("cards-*.db"))


@pytest.mark.parametrize("facility", ["", "79014"])
def test_a_house_for_trying_out_gets_them_anew_at_each_start(tmp_path: Path, facility: str) -> None:
    settings = settings_of(tmp_path, KIOSK_FACILITY=facility, KIOSK_KEY_BESIDE="yes")
    for _ in range(2):
        made = prepared(settings)
        assert made["demo"] is True
    with logging_kiosk(settings) as kiosk:
        signin.try_out(kiosk, Role.RECEPTIONIST, HERE)
        check_in(command_line("1"), kiosk, SCAN)
    before = sorted(tmp_path.glob("cards-*.db"))
    assert prepared(settings) == made
    assert sorted(tmp_path.glob("cards-*.db")) != before


def test_a_house_with_accounts_gets_none_be_it_empty_or_not(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "empty")
    with logging_kiosk(settings) as kiosk:
        officer_account(kiosk, "chi.lt", Role.ADMINISTRATOR)
    assert prepared(settings) == {"cards": 0, "demo": False}
    settings = settings_of(tmp_path / "tried")
    prepared(settings)
    with logging_kiosk(settings) as kiosk:
        officer_account(kiosk, "chi.lt", Role.ADMINISTRATOR)
    before = sorted((tmp_path / "tried").glob("cards-*.db"))
    prepared(settings)
    assert sorted((tmp_path / "tried").glob("cards-*.db")) == before


def test_a_house_whose_officers_received_somebody_gets_none(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    prepared(settings)
    clerk = Actor("an.nt", frozenset({Role.RECEPTIONIST}), "1")
    with logging_kiosk(settings) as kiosk:
        assert check_in(clerk, kiosk, SCAN).visit
    before = sorted(tmp_path.glob("cards-*.db"))
    prepared(settings)
    assert sorted(tmp_path.glob("cards-*.db")) == before


def test_a_log_without_cards_gets_none(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    with logging_kiosk(settings) as kiosk:
        check_in(Actor("an.nt", frozenset({Role.RECEPTIONIST}), "1"), kiosk, SCAN)
    assert prepared(settings) == {"cards": 0, "demo": False}


def test_a_house_for_trying_out_that_becomes_a_real_one_forgets_the_invented_people(
    tmp_path: Path,
) -> None:
    trying, real = (
        settings_of(tmp_path),
        settings_of(tmp_path, KIOSK_FACILITY=REAL, KIOSK_KEY_BESIDE="yes"),
    )
    prepared(trying)
    with logging_kiosk(trying) as kiosk:
        assert check_in(command_line("1"), kiosk, SCAN).verdict.outcome is Outcome.ELIGIBLE
        digest = signin.try_out(kiosk, Role.RECEPTIONIST, HERE).session.digest
    assert prepared(real) == {"cards": 0, "demo": False}
    with logging_kiosk(real) as kiosk:
        status = kiosk.cards.status()
        assert (status.cards, status.as_of, status.demo, status.trouble) == (0, None, False, None)
        assert kiosk.cards.facility("79014") is None
        again = check_in(command_line("1"), kiosk, SCAN, again="khám lại")
        assert again.verdict.outcome is not Outcome.ELIGIBLE
        assert signin.standing(kiosk, digest)[0] == "ended"
        with pytest.raises(SignInError, match="Vào thử"):
            signin.try_out(kiosk, Role.RECEPTIONIST, HERE)
    with checking_kiosk(real) as kiosk:
        assert not kiosk.cards.by_card("DN4797900000011")
    with checking_kiosk(trying, facility=REAL) as kiosk:  # one question for another facility
        assert kiosk.cards.by_card("DN4797900000011")


def test_the_first_real_list_of_such_a_house_is_used_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(settings_of(tmp_path))
    real = settings_of(tmp_path, KIOSK_FACILITY=REAL, KIOSK_KEY_BESIDE="yes")
    with logging_kiosk(real) as kiosk:
        assert not kiosk.cards.by_card("DN4797900000011")
        monkeypatch.setenv("KIOSK_DB", str(tmp_path / "kiosk.db"))
        assert main(["import-cards", str(FIXTURES / "cards.csv")]) == 0
        assert kiosk.cards.by_card("DN4797900000011")
        assert kiosk.cards.status().as_of


def test_a_file_of_invented_people_put_into_a_real_house_says_nothing(tmp_path: Path) -> None:
    prepared(settings_of(tmp_path / "tried"))
    real = settings_of(tmp_path / "real", KIOSK_FACILITY=REAL, KIOSK_KEY_BESIDE="yes")
    open_log(real).close()
    with logging_kiosk(real, Clock(local_now())) as kiosk:
        for file in (tmp_path / "tried").glob("cards-*.db"):
            (tmp_path / "real" / file.name).write_bytes(file.read_bytes())
        assert not kiosk.cards.by_card("DN4797900000011")
        assert not kiosk.cards.status().demo
