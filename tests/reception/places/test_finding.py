"""Places and codes, found while they are being typed; never persons."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import DESK, FIXTURES
from verification.basics.texts import Text
from verification.card.memory import MemoryCards
from verification.reception.places import finding
from verification.reception.places.finding import find_places, is_of_a_person
from verification.reception.places.index import MOST_PLACES
from verification.reception.places.place import PlaceKind
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.card.facts import Facility
    from verification.card.ports import CardsStatus
    from verification.kiosk import Kiosk
    from verification.reception.places.index import Index


def codes(kiosk: Kiosk, text: str, *kinds: PlaceKind) -> list[str]:
    """Return the codes of what is found."""
    found = find_places(DESK, kiosk, text).places
    return [place.code for place in found if not kinds or place.kind in kinds]


def test_every_facility_and_office_is_found_by_its_code_and_by_its_name(kiosk: Kiosk) -> None:
    known = [*kiosk.cards.facilities(), *kiosk.cards.offices()]
    assert len(known) > 10
    for one in known:
        code = getattr(one, "ma_cskcb", None) or getattr(one, "ma_co_quan", "")
        assert code in codes(kiosk, code)
        assert code in codes(kiosk, one.ten)


@pytest.mark.parametrize(
    ("typed", "kind", "code"),
    [
        ("0102", PlaceKind.FACILITY, "01028"),
        (" 010 28", PlaceKind.FACILITY, "01028"),
        ("01c3", PlaceKind.FACILITY, "01C34"),
        ("đa khoa mẫu thủ", PlaceKind.FACILITY, "01028"),
        ("da khoa mau thu do", PlaceKind.FACILITY, "01028"),
        ("THU DO DA KHOA", PlaceKind.FACILITY, "01028"),
        ("bv da kh thu d", PlaceKind.FACILITY, "01028"),
        ("Ða khoa Thủ đô", PlaceKind.FACILITY, "01028"),
        (unicodedata.normalize("NFD", "đa khoa mẫu thủ đô"), PlaceKind.FACILITY, "01028"),
        ("bhxh ha noi", PlaceKind.OFFICE, "001"),
        ("00105", PlaceKind.OFFICE, "00105"),
        ("dn", PlaceKind.OBJECT, "DN"),
        ("te", PlaceKind.OBJECT, "TE"),
        ("ha noi", PlaceKind.PROVINCE, "01"),
        ("Hà N", PlaceKind.PROVINCE, "01"),
        ("79", PlaceKind.PROVINCE, "79"),
    ],
)
def test_a_place_is_found_by_what_is_typed_so_far(
    kiosk: Kiosk, typed: str, kind: PlaceKind, code: str
) -> None:
    assert code in codes(kiosk, typed, kind)


@pytest.mark.parametrize(
    "typed", ["", " ", "-", "zzz", "*", "%", "'; DROP x", "79014 xyz", "\ufffd"]
)
def test_what_names_no_place_finds_none(kiosk: Kiosk, typed: str) -> None:
    assert codes(kiosk, typed) == []


def test_no_person_is_found_and_nothing_is_logged(kiosk: Kiosk) -> None:
    before = kiosk.written.is_empty()
    for typed in (
        "Nguyễn Thị Mẫu",
        "mau thi nguyen",
        "DN4797900000011",
        "7900000011",
        "079194000011",
    ):
        assert codes(kiosk, typed) == []
    assert before
    assert kiosk.written.is_empty()


def test_few_come_of_many_and_the_rest_is_counted(kiosk: Kiosk) -> None:
    facility = kiosk.cards.facilities()[0]
    many = [replace(facility, ma_cskcb=f"79{at:03d}", ten=f"Zôm Mẫu {at}") for at in range(900)]
    there = replace(kiosk, cards=MemoryCards(known_facilities=many[::-1]))
    assert codes(there, "zom") == [f"79{at:03d}" for at in range(MOST_PLACES)]
    assert find_places(DESK, there, "zom").more == 900 - MOST_PLACES
    assert codes(there, "7989", PlaceKind.FACILITY) == [f"7989{at}" for at in range(10)]
    assert codes(there, "zôm 899") == ["79899"]


def test_what_lies_in_the_houses_own_province_comes_before_others_of_its_kind(
    kiosk: Kiosk,
) -> None:
    for own, first in (("79014", "79"), ("04021", "04")):
        there = replace(kiosk, facility=own)
        assert codes(there, "trạm y tế xã phường", PlaceKind.FACILITY) == []
        assert codes(there, "trạm y tế", PlaceKind.FACILITY)[0][:2] == first


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=st.text(max_size=60))
def test_any_text_finds_few_places(kiosk: Kiosk, text: str) -> None:
    found = find_places(DESK, kiosk, text)
    assert len(found.places) <= MOST_PLACES
    assert found.more >= 0
    assert len(set(map(id, found.places))) == len(found.places)


@pytest.mark.parametrize(
    "text",
    ["DN4797900000011", "dn 4 79 790 000 0011", "7900000011", "079.194.000.011", "Mẫu 05/03/1994"],
)
def test_a_number_or_birth_date_of_somebody_is_never_searched_for(kiosk: Kiosk, text: str) -> None:
    assert is_of_a_person(text)
    assert find_places(DESK, kiosk, text).places == ()


@pytest.mark.parametrize("text", ["", "07921", "79014", "1.11", "DN479", "Mẫu 1990"])
def test_a_code_is_nobodys_number(text: str) -> None:
    assert not is_of_a_person(text)


def test_every_role_finds_places_and_nobody_without_a_role_does(kiosk: Kiosk) -> None:
    for role in Role:
        assert find_places(Actor("an.nt", frozenset({role}), "1"), kiosk, "79").places


def test_the_index_is_made_once_a_card_file_and_anew_for_another(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Index] = []
    usual = finding.Index

    def counting(places: object) -> Index:
        made.append(usual(places))  # type: ignore[arg-type]
        return made[-1]

    monkeypatch.setattr(finding, "Index", counting)
    facility = kiosk.cards.facilities()[0]
    before = replace(kiosk, cards=MemoryCards(known_facilities=[facility]))
    after = replace(kiosk, cards=MemoryCards(known_facilities=[replace(facility, ten="Zôm Lạ")]))
    assert codes(before, "zôm lạ") == []
    assert codes(after, "zôm lạ") == [facility.ma_cskcb]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: codes(after, text), ["zôm lạ"] * 20))
    assert found == [[facility.ma_cskcb]] * 20
    assert codes(before, "zôm lạ") == []
    assert len(made) == 2


def test_a_file_that_could_not_be_read_while_it_was_indexed_is_asked_again(kiosk: Kiosk) -> None:
    class Failing(MemoryCards):
        """A store whose file is away while its lists are read, and noticed as such by that."""

        def facilities(self) -> Sequence[Facility]:
            times.append(1)
            return super().facilities() if len(times) > 1 else ()

        def status(self) -> CardsStatus:
            told = Text("hỏng", "damaged") if len(times) == 1 else None
            return replace(super().status(), trouble=told)

    times: list[int] = []
    known = kiosk.cards.facilities()
    there = replace(kiosk, cards=Failing(known_facilities=known))
    assert codes(there, known[0].ma_cskcb) == []
    assert codes(there, known[0].ma_cskcb) == [known[0].ma_cskcb]


def test_the_fixtures_files_are_what_is_found(kiosk: Kiosk) -> None:
    lines = (FIXTURES / "facilities.csv").read_text(encoding="utf-8").splitlines()
    assert len(kiosk.cards.facilities()) == len(lines) - 1
