"""Two people on one card on one day look like what they are; a citizen card beside is compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import DESK, payload
from verification.log.content import visit_content
from verification.reception import corrections
from verification.reception.answer import Answer, Scan
from verification.reception.checkin import check_in, present, receive, receive_presented
from verification.rights import command_line, desk_officer
from verification.rules.law.verdict import Outcome

if TYPE_CHECKING:
    from verification.kiosk import Kiosk

NAME, BIRTH, SEX = "Nguyễn Thị Mẫu", "05/03/1994", "2"
OWN, OTHER = "079194000011", "001190123456"


def qr(name: str = NAME, birth: str = BIRTH, sex: str = SEX) -> bytes:
    """Return the QR of one card, of whomever it names."""
    text = payload("same-old15").decode()
    return (
        text.replace(NAME.encode().hex(), name.encode().hex())
        .replace(BIRTH, birth)
        .replace(f"|{BIRTH}|{SEX}|", f"|{birth}|{sex}|")
        .replace(f"|{birth}|{SEX}|", f"|{birth}|{sex}|")
    ).encode()


def citizen(number: str = OWN, name: str = NAME) -> bytes:
    """Return a citizen card's QR."""
    return f"{number}||{name}|05031994|Nữ|12 Đường Mẫu|01012022".encode()


def codes(answer: Answer) -> list[str]:
    """Return the reasons of an answer."""
    return [finding.reason.value for finding in answer.verdict.reasons]


def came(kiosk: Kiosk, *raw: bytes, desk: str = "1", **beside: str) -> Answer:
    """Present and receive, whatever the verdict."""
    return check_in(desk_officer(desk), kiosk, Scan(raw, beside=beside))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((qr(),), (qr(),)),
        ((qr(),), (b"DN4797900000011",)),
        ((b"7900000011",), (qr(),)),
        ((qr(),), (citizen(),)),
        ((qr(),), (qr(), citizen())),
        ((qr(),), (qr("NGUYỄN THỊ MẪU"),)),
        ((qr(),), (qr("Nguyen Thi Mau"),)),
        ((qr("Nguy?n Th? M?u"),), (qr(),)),
        ((qr(),), (qr("NULL"),)),
        ((qr(birth="1994"),), (qr(),)),
    ],
)
def test_the_same_person_again_is_the_same_visit(
    kiosk: Kiosk, first: tuple[bytes, ...], second: tuple[bytes, ...]
) -> None:
    before, again = came(kiosk, *first), came(kiosk, *second)
    assert before.visit is not None
    assert again.visit == before.visit
    assert again.already == (before.visit,)
    assert again.others == ()
    assert "already_today" in codes(again)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((qr(),), (qr("Trần Thị Khác"),)),
        ((qr("Trần Thị Khác"),), (qr(),)),
        ((qr(),), (qr("Tráº§n Thá»‹ KhÃ¡c"),)),
        ((b"DN4797900000011",), (qr("Trần Thị Khác"),)),
        ((qr(),), (qr(birth="05/03/1949"),)),
        ((qr(birth="1960"),), (qr(),)),
        ((qr(),), (qr(sex="1"),)),
        ((qr(sex="1"),), (qr(),)),
        ((qr(), citizen()), (qr(), citizen(OTHER))),
        ((qr(), citizen(OTHER)), (qr(), citizen())),
        ((qr(),), (qr(), citizen(OTHER, "Nguyễn Thị Mậu"))),
        ((qr("Trần Thị Khác"),), (qr("Lê Thị Ba"),)),
    ],
)
def test_another_person_on_the_card_is_another_visit(
    kiosk: Kiosk, first: tuple[bytes, ...], second: tuple[bytes, ...]
) -> None:
    before, again = came(kiosk, *first), came(kiosk, *second)
    assert before.visit is not None
    assert again.visit is not None
    assert again.visit.visit_id != before.visit.visit_id
    assert again.already == ()
    assert again.others == (before.visit,)
    told = next(f for f in again.verdict.reasons if f.reason.value == "already_today")
    assert "người khai khác" in told.sentence.vi
    assert codes(again)[0] != "already_today"


def test_each_of_two_people_on_one_card_has_one_visit(kiosk: Kiosk) -> None:
    mine, theirs = came(kiosk, qr()), came(kiosk, qr("Trần Thị Khác"))
    assert came(kiosk, qr()).visit == mine.visit
    assert came(kiosk, qr("TRẦN THỊ KHÁC")).visit == theirs.visit


@pytest.mark.parametrize(
    ("slug", "headline"), [("patient-2", "expired"), ("case-other-name", "name_differs")]
)
def test_a_red_or_amber_card_keeps_its_headline_the_second_time(
    kiosk: Kiosk, slug: str, headline: str
) -> None:
    first, second = came(kiosk, payload(slug)), came(kiosk, payload(slug))
    assert codes(first)[0] == codes(second)[0] == headline
    assert codes(second)[-1] == "already_today"
    assert second.visit == first.visit


def test_the_desk_receives_somebody_else_on_the_card_by_the_key(kiosk: Kiosk) -> None:
    green = present(DESK, kiosk, Scan((qr(),)))
    amber = present(DESK, kiosk, Scan((qr("Trần Thị Khác"),)))
    assert (green.verdict.outcome, amber.verdict.outcome) == (
        Outcome.ELIGIBLE,
        Outcome.UNDETERMINED,
    )
    assert (amber.visit, amber.already, amber.others) == (None, (), (green.visit,))
    received = receive(DESK, kiosk, amber)
    assert received.visit is not None
    assert received.visit != green.visit
    assert receive_presented(DESK, kiosk, amber.event.event_id) == received.visit


def test_a_resent_scan_says_the_same_of_others(kiosk: Kiosk) -> None:
    came(kiosk, qr())
    first = check_in(DESK, kiosk, Scan((qr("Trần Thị Khác"),), "s-7"))
    again = check_in(DESK, kiosk, Scan((qr("Trần Thị Khác"),), "s-7"))
    assert (again.visit, again.others, codes(again)) == (first.visit, first.others, codes(first))


def test_of_an_erased_visit_nothing_says_that_it_was_somebody_else(kiosk: Kiosk) -> None:
    first = came(kiosk, qr("Trần Thị Khác"))
    assert first.visit is not None
    corrections.erase(command_line("1"), kiosk, first.visit.visit_id)
    assert came(kiosk, qr()).visit is not None
    assert came(kiosk, qr()).others == ()


def test_a_parent_who_brings_the_child_twice_is_one_visit(kiosk: Kiosk) -> None:
    parent = citizen(OTHER, "Lê Thị Mẹ")
    first = came(kiosk, payload("s3"))
    again = came(kiosk, payload("s3"), parent)
    assert codes(again)[0] in {"citizen_differs", "valid"}
    assert again.visit == first.visit


# ---- what is kept


def test_a_citizen_card_beside_is_kept_with_the_presentation(kiosk: Kiosk) -> None:
    answer = came(kiosk, qr(), citizen(OTHER, "Nguyễn Thị Mậu"))
    assert codes(answer) == ["citizen_differs"]
    content = kiosk.written.content(answer.event.event_id) or {}
    assert content["can_cuoc"]["ho_ten"] == "Nguyễn Thị Mậu"
    assert content["can_cuoc"]["so_cccd"] == content["kem"]["so_cccd"] == OTHER
    assert content["ban_ghi"]["so_cccd"] == OWN
    assert answer.event.codes["so_sanh"]["document"] == "other"


def test_name_birth_and_sex_are_kept_as_presented(kiosk: Kiosk) -> None:
    answer = came(kiosk, qr("Trần Thị Khác", "05/03/1949", "1"))
    assert answer.visit is not None
    content = visit_content(kiosk.written, answer.visit)
    assert content["trinh_ra"] == {
        "ho_ten": "Trần Thị Khác",
        "ngay_sinh": "1949-03-05",
        "gioi_tinh": "1",
    }
    occasion = kiosk.written.history.occasion(answer.event.event_id)
    assert occasion is not None
    assert (occasion.born, occasion.sex) == (1994, "2")


def test_a_birth_year_alone_is_no_difference(kiosk: Kiosk) -> None:
    answer = came(kiosk, qr(birth="1994"))
    assert codes(answer) == ["valid"]
    assert "trinh_ra" not in (kiosk.written.content(answer.event.event_id) or {})


# ---- the document of a visits file


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (OTHER, "citizen_differs"),
        ("079194000021", "citizen_differs"),
        (OWN, "valid"),
        ("79194000011", "valid"),
        ("", "valid"),
    ],
)
def test_a_document_that_is_known_beside_is_compared(kiosk: Kiosk, number: str, code: str) -> None:
    assert codes(came(kiosk, qr(), so_cccd=number))[0] == code
    assert codes(came(kiosk, b"DN4797900000011", so_cccd=number))[0] == code


def test_the_citizen_card_itself_is_not_beside_itself(kiosk: Kiosk) -> None:
    assert codes(came(kiosk, citizen(), so_cccd=OTHER)) == ["valid"]


def test_a_number_typed_and_a_citizen_card_scanned_after_it_are_two_presentations(
    kiosk: Kiosk,
) -> None:
    typed = came(kiosk, b"DN4797900000011")
    scanned = came(kiosk, citizen(OTHER))
    assert codes(scanned) == ["not_in_store"]
    assert scanned.visit != typed.visit
    assert scanned.others == ()


def test_no_damaged_name_raises_a_flag(kiosk: Kiosk) -> None:
    for name in (
        "Nguy?n Th? M?u",
        "NULL",
        "Nguyá»…n Thá»‹ Máº«u",
        "NguyÔn ThÞ MÉu",
        "nguyen thi mau",
    ):
        answer = came(kiosk, qr(name))
        assert "M08" not in [flag.rule for flag in answer.flags], name
    unread = came(kiosk, qr("Nguy?n Th? M?u", sex="1"))
    assert codes(unread)[0] == "name_differs"
    (flag,) = [flag for flag in unread.flags if flag.rule == "M08"]
    assert (flag.level.value, flag.numbers["what"]) == ("info", "sex_differs")
    other = came(kiosk, qr("Trần Văn Khác"))
    assert "M08" in [flag.rule for flag in other.flags]
