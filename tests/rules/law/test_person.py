"""Is it this person? Name, birth, sex and citizen number, presented against the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.support import TODAY, a_card, a_record, each
from verification.basics.dates import PartialDate
from verification.card.facts import Card, Record, Status
from verification.card.memory import MemoryCards
from verification.card.presented import Kind, Presented, choose, read
from verification.card.reasons import Class, Reason
from verification.card.side_by_side import pairs_of
from verification.rules.law.tables import shipped
from verification.rules.law.verdict import Outcome, Rules, Verdict, judge

if TYPE_CHECKING:
    from verification.basics.marked import Pieces

RULES = Rules(shipped())
OWN = "079194000011"
OTHER = "001190123456"
NEAR = "079194000021"


def ask(reading: Presented, *records: Record) -> Verdict:
    """Judge against a store of these records."""
    return judge(reading, MemoryCards(list(records)), RULES, TODAY, TODAY)


def shown(beside: Card | None = None, **facts: object) -> Presented:
    """Return a card QR as read, with a citizen card beside it where there is one."""
    return Presented(Kind.BHYT_QR, "0" * 64, a_card(so_cccd=None, **facts), beside=beside)


def citizen_card(**facts: object) -> Card:
    """Return the citizen card of `a_card`'s holder, changed where the test says so."""
    card = a_card()
    whole = Card(None, None, OWN, card.ho_ten, card.ngay_sinh, card.gioi_tinh)
    return replace(whole, **facts)  # type: ignore[arg-type]  # names of fields


def codes(verdict: Verdict) -> list[str]:
    """Return the reasons' codes in their order."""
    return [finding.reason.value for finding in verdict.reasons]


def marks(pieces: Pieces) -> str:
    """Write what is marked in brackets."""
    return "".join(f"[{p.text}]" if p.differs else p.text for p in pieces)


# ---- damaged names


@each(
    "name",
    [
        "Nguy?n Th? M?u",
        "Nguy\ufffdn Th\ufffd M\ufffdu",
        "Nguy□n Th□ M□u",
        "N?U??N TH? M?U",
        "Nguyn Th Mu",
        "NULL",
        "null",
        "#N/A",
        "N/A",
        "#VALUE!",
        "none",
        "undefined",
        "-",
        "???",
        "\ufffd\ufffd\ufffd",
    ],
)
def test_a_damaged_name_is_not_another_person(name: str) -> None:
    verdict = ask(shown(ho_ten=name), a_record())
    assert verdict.outcome is Outcome.ELIGIBLE
    assert codes(verdict) == ["valid", "name_unreadable"]
    assert verdict.reasons[1].cls is Class.INFO
    by_store = ask(shown(), a_record(ho_ten=name))
    assert codes(by_store) == ["valid", "name_unreadable"]


@each(
    "name",
    [
        "Nguyá»…n Thá»‹ Máº«u",
        "NguyÔn ThÞ MÉu",
        "NGUYÔN THÞ MÉU",
        "Nguyeãn Thò Maãu",
        "NGUYEÃN THÒ MAÃU",
        "Nguye^~n Thi. Ma^~u",
        "Nguyß╗àn Thß╗ï Mß║½u",
        "Nguy&#7877;n Th&#7883; M&#7851;u",
        "Nguy=E1=BB=85n Th=E1=BB=8B M=E1=BA=ABu",
        r"Nguy\u1ec5n Th\u1ecb M\u1eabu",
        "4e677579e1bb856e205468e1bb8b204de1baab75",
    ],
)
def test_a_name_that_is_the_same_when_undone_is_named_as_damaged_alone(name: str) -> None:
    by_hand, by_store = ask(shown(ho_ten=name), a_record()), ask(shown(), a_record(ho_ten=name))
    for verdict, case in ((by_hand, "undone"), (by_store, "undone_store")):
        assert verdict.outcome is Outcome.ELIGIBLE
        assert codes(verdict) == ["valid", "name_unreadable"]
        assert verdict.reasons[1].params["case"] == case


@pytest.mark.parametrize(
    "name",
    [
        "nguyễn thị mẫu",
        "NGUYỄN  THỊ\u00a0MẪU",
        "Nguyễn. Thị-Mẫu",
        "Nguyễn\u200b Thị Mẫu",
        "Nguyê\u0303n Thi\u0323 Mâ\u0303u",
    ],
)
def test_another_spelling_of_a_name_is_no_difference(name: str) -> None:
    assert codes(ask(shown(ho_ten=name), a_record())) == ["valid"]


def test_a_damaged_name_that_is_undone_needs_nothing_else_to_agree() -> None:
    verdict = ask(shown(ho_ten="NguyÔn ThÞ MÉu"), a_record(gioi_tinh=None))
    assert codes(verdict) == ["valid", "name_unreadable"]


@pytest.mark.parametrize("name", ["Tráº§n VÄƒn KhÃ¡c", "TrÇn V¨n Kh¸c", "Traàn Vaên Khaùc"])
def test_a_name_that_is_another_when_undone_is_another(name: str) -> None:
    verdict = ask(shown(ho_ten=name), a_record())
    assert (verdict.outcome, codes(verdict)) == (Outcome.UNDETERMINED, ["name_differs"])


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        ({"ngay_sinh": None}, ["name_differs"]),
        ({"gioi_tinh": None}, ["name_differs"]),
        ({"ngay_sinh": PartialDate(1960)}, ["name_differs", "birth_differs"]),
        ({"gioi_tinh": "1"}, ["name_differs", "sex_differs"]),
    ],
)
def test_a_damaged_name_needs_all_else_to_agree(
    facts: dict[str, object], reasons: list[str]
) -> None:
    verdict = ask(shown(ho_ten="Nguy?n Th? M?u", **facts), a_record())
    assert codes(verdict) == reasons
    assert verdict.reasons[0].params["case"] == "unreadable"
    assert "Nguy?n Th? M?u" in verdict.reasons[0].sentence.vi


# ---- both values, side by side


@pytest.mark.parametrize(
    ("facts", "fact", "left", "right"),
    [
        ({"ho_ten": "Nguyễn Thị Mậu"}, "ho_ten", "Nguyễn Thị M[ậ]u", "Nguyễn Thị M[ẫ]u"),
        ({"ho_ten": "Nguyễn Thị Lan"}, "ho_ten", "Nguyễn Thị [Lan]", "Nguyễn Thị [Mẫu]"),
        ({"ho_ten": "Nguy?n Thị Mẫu"}, "ho_ten", "Nguy[?]n Thị Mẫu", "Nguy[ễ]n Thị Mẫu"),
        ({"ngay_sinh": PartialDate(1994, 3, 6)}, "ngay_sinh", "0[6]/03/1994", "0[5]/03/1994"),
        ({"ngay_sinh": PartialDate(1995)}, "ngay_sinh", "199[5]", "05/03/199[4]"),
        ({"gioi_tinh": "1"}, "gioi_tinh", "[1]", "[2]"),
    ],
)
def test_what_differs_is_kept_side_by_side(
    facts: dict[str, object], fact: str, left: str, right: str
) -> None:
    (found,) = pairs_of(ask(shown(**facts), a_record()).reasons)
    assert (found.fact, marks(found.shown), marks(found.kept)) == (fact, left, right)
    assert not found.on_citizen_card


def test_every_difference_of_a_person_says_both_values() -> None:
    other = {"ho_ten": "Trần Văn Ba", "ngay_sinh": PartialDate(1960), "gioi_tinh": "1"}
    verdict = ask(shown(**other), a_record())
    assert codes(verdict) == ["name_differs", "birth_differs", "sex_differs"]
    said = [finding.sentence.vi for finding in verdict.reasons]
    assert said == [
        "Họ tên xuất trình là Trần Văn Ba, dữ liệu thẻ ghi Nguyễn Thị Mẫu",
        "Ngày sinh xuất trình là 1960, dữ liệu thẻ ghi 05/03/1994",
        "Giới tính xuất trình là nam, dữ liệu thẻ ghi nữ",
    ]
    assert len(pairs_of(verdict.reasons)) == 3


# ---- a citizen card beside a BHYT card


@each(
    ("beside", "case"),
    [
        ({"so_cccd": OTHER}, ""),
        ({"so_cccd": NEAR}, "near"),
        ({"so_cccd": "079194000101"}, "near"),
        ({"so_cccd": OTHER, "ho_ten": "Nguyễn Thị Mậu"}, ""),
        ({"so_cccd": NEAR, "ho_ten": "Nguyen Thi Mau"}, "near"),
        ({"so_cccd": OTHER, "ho_ten": "Nguy?n Th? M?u"}, ""),
        ({"so_cccd": OTHER, "ho_ten": "Trần Văn Khác"}, ""),
        ({"so_cccd": OTHER, "ngay_sinh": PartialDate(1990, 1, 2)}, ""),
        ({"so_cccd": OTHER, "ho_ten": None, "ngay_sinh": None}, ""),
        ({"so_cccd": "79194000021", "ho_ten": None}, "near"),  # a sheet dropped the zero
        ({"so_cccd": "001 190 123 456", "ho_ten": None}, ""),
    ],
)
def test_another_citizen_number_is_told(beside: dict[str, object], case: str) -> None:
    verdict = ask(shown(citizen_card(**beside)), a_record())
    assert (verdict.outcome, codes(verdict)) == (Outcome.UNDETERMINED, ["citizen_differs"])
    assert verdict.headline.params["case"] == case
    (found,) = pairs_of(verdict.reasons)
    assert found.on_citizen_card
    assert any(piece.differs for piece in found.shown)
    assert OWN not in verdict.headline.sentence.vi
    assert any(step.key == "F2" for step in verdict.headline.next)


@pytest.mark.parametrize("number", [OWN, "79194000011", "079 194 000 011", "079.194.000.011"])
def test_the_own_citizen_number_is_no_difference(number: str) -> None:
    assert codes(ask(shown(Card(so_cccd=number)), a_record())) == ["valid"]
    assert codes(ask(shown(citizen_card()), a_record())) == ["valid"]


@pytest.mark.parametrize("number", ["", " ", "-", "N/A", "NULL", "không có"])
def test_no_number_beside_says_nothing(number: str) -> None:
    assert codes(ask(shown(Card(so_cccd=number)), a_record())) == ["valid"]


@pytest.mark.parametrize(
    ("number", "case"),
    [
        (OWN, ""),
        (OTHER, ""),
        ("012345678", "old"),
        ("123 456 789", "old"),
        ("B1234567", "form"),
        ("7.9194E+10", "form"),
    ],
)
def test_what_cannot_be_compared_is_said_and_stays_green(number: str, case: str) -> None:
    verdict = ask(shown(Card(so_cccd=number)), a_record(so_cccd=None))
    assert (verdict.outcome, codes(verdict)) == (Outcome.ELIGIBLE, ["valid", "citizen_unknown"])
    assert verdict.reasons[1].params["case"] == case
    if case:
        assert codes(ask(shown(Card(so_cccd=number)), a_record())) == ["valid", "citizen_unknown"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"ho_ten": "Trần Văn Khác"}, "name_differs"),
        ({"ho_ten": "Nguyễn Thị Mậu"}, "name_differs_little"),
        ({"ngay_sinh": PartialDate(1949, 3, 5)}, "birth_differs"),
        ({"gioi_tinh": "1"}, "sex_differs"),
        ({"ho_ten": "Nguy?n Th? M?u"}, "name_unreadable"),
    ],
)
def test_a_citizen_card_with_the_right_number_is_compared_as_any_document(
    facts: dict[str, object], code: str
) -> None:
    verdict = ask(shown(citizen_card(**facts)), a_record())
    assert code in codes(verdict)
    assert "citizen_differs" not in codes(verdict)
    told = next(f for f in verdict.reasons if f.reason.value == code)
    assert code == "name_unreadable" or "CCCD" in told.sentence.vi


def test_what_both_cards_say_is_told_once() -> None:
    both = {"ho_ten": "Trần Văn Khác"}
    assert codes(ask(shown(citizen_card(**both), **both), a_record())) == ["name_differs"]


CHILD = {
    "ma_the": "TE1797900000022",
    "ho_ten": "Lê Bé Mẫu",
    "ngay_sinh": PartialDate(2023, 11, 15),
    "gt_the_tu": date(2023, 11, 15),
    "gt_the_den": date(2029, 11, 30),
}


@pytest.mark.parametrize(
    "beside",
    [
        citizen_card(so_cccd=OTHER, ho_ten="Lê Văn Cha", gioi_tinh="1"),
        Card(so_cccd=OTHER),
        citizen_card(so_cccd=OTHER, ngay_sinh=PartialDate(1955)),
    ],
)
def test_a_parents_citizen_card_beside_a_childs_card_is_explained(beside: Card) -> None:
    verdict = ask(shown(beside, **CHILD), a_record(so_cccd="079223000022", **CHILD))
    assert codes(verdict) == ["citizen_differs"]
    assert "cha mẹ" in verdict.headline.sentence.vi
    unknown = ask(shown(beside, **CHILD), a_record(so_cccd=None, **CHILD))
    assert codes(unknown) == ["valid", "citizen_unknown"]
    assert "cha mẹ" in unknown.reasons[1].sentence.vi


def test_what_blocks_stays_the_headline() -> None:
    dead = ask(shown(citizen_card(so_cccd=OTHER)), a_record(Status.TU_VONG))
    assert codes(dead) == ["holder_deceased", "citizen_differs"]


def test_two_people_that_the_store_does_not_know_are_two_cards() -> None:
    for facts in ({"ho_ten": "Trần Văn Khác"}, {"ngay_sinh": PartialDate(1960)}):
        verdict = ask(shown(citizen_card(**facts)))
        assert codes(verdict) == ["two_cards"]
        assert verdict.card is None
    assert codes(ask(shown(citizen_card()))) == ["not_in_store"]
    parent = citizen_card(so_cccd=OTHER, ho_ten="Lê Văn Cha")
    assert codes(ask(shown(parent, **CHILD))) == ["not_in_store"]


@pytest.mark.parametrize("typed", ["DN4797900000011", "7900000011"])
def test_a_number_beside_a_citizen_card_is_read_as_a_card_is(typed: str) -> None:
    citizen = f"{OTHER}||Nguyễn Thị Mẫu|05031994|Nữ|12 Đường Mẫu|01012022"
    chosen = choose([read(text.encode(), TODAY) for text in (citizen, typed)])
    assert chosen is not None
    assert codes(ask(chosen, a_record())) == ["citizen_differs"]


def test_no_reason_of_a_person_changes_whose_card_it_is() -> None:
    verdict = ask(shown(citizen_card(so_cccd=OTHER)), a_record())
    assert verdict.card is not None
    assert verdict.card.so_cccd == OWN
    assert verdict.beside is not None
    assert verdict.headline.reason is Reason.CITIZEN_DIFFERS
