"""A newborn is seen often, on its mother's card or its own number; a lent number is still found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.misuse_support import POLICY, case, found, now, seen
from tests.support import each
from verification.rules.misuse import engine
from verification.rules.misuse.facts import Facts, Level, Occasion

BABY = {"code": "TE1", "born": 2026, "sex": "1"}
MOTHER = {"code": "DN4", "born": 1996, "sex": "2"}
CHECKS = ["Z00.1", "P59", "Z23.2", "R17", "P92.5", "Z76.2", "L22", "Z24.6", "R62.8", "P38", "H04.5"]


def baby(days: float = 0, **facts: Any) -> Occasion:
    """Return a baby's visit on its own number."""
    return seen(days=days, **(BABY | facts))


def reviewed(facts: Facts) -> list[str]:
    """Return the rules that call for an auditor."""
    flags = engine.run(facts, POLICY, engine.CARD_RULES)
    assert all(flag.state == "hit" for flag in flags)
    return [flag.rule for flag in flags if flag.level.rank >= Level.REVIEW.rank]


@each("code", [*CHECKS, ""])
def test_checks_weight_jaundice_and_vaccines_of_the_first_weeks_are_honest(code: str) -> None:
    days = (2, 3, 4, 5, 6, 9, 13, 20, 27)
    past = tuple(baby(d, ma_benh=c, ma_bn="b") for d, c in zip(days, CHECKS, strict=False))
    assert reviewed(Facts(baby(ma_benh=code, ma_bn="b"), past=past)) == []
    elsewhere = tuple(replace(v, ma_cskcb="79024") for v in past[::2]) + past[1::2]
    ordered = tuple(sorted(elsewhere, key=lambda v: -v.at))
    assert reviewed(Facts(baby(ma_benh=code, ma_bn="b"), past=ordered)) == []


@each("code", [*CHECKS, "J00", "B37.0"])
def test_a_baby_on_its_mothers_card_while_she_lies_in_bed_is_honest(code: str) -> None:
    birth = seen(
        days=3, ma_cskcb="79024", ma_benh="O80", ma_loai_kcb="03", end_day=now().day + 2, **MOTHER
    )
    first = seen(days=2, ma_benh="P07", ma_doituong_kcb="1.7", ma_bn="mB", **MOTHER)
    own = seen(days=40, ma_benh="Z34", ma_bn="m", **MOTHER)
    here = now(ma_benh=code, ma_bn="mB", **MOTHER)
    assert reviewed(Facts(here, past=(first, birth, own))) == []
    again = now(ma_benh="Z39", ma_bn="m", **MOTHER)
    assert reviewed(Facts(again, past=(replace(here, id="b"), first, birth, own))) == []


def test_a_father_who_shows_his_document_beside_either_card_is_no_second_person() -> None:
    with_mother = seen(days=1, person_ref="m", cccd="f", ma_doituong_kcb="1.7", **MOTHER)
    father = now(cccd="f", born=1990, person_ref="f")
    assert case("M09", father, shared=(with_mother,), compared={"document": "same"}) is None
    assert case("M09", father, shared=(with_mother,)) is None
    typed = now(code="TE1", born=None, cccd="f", typed=True, reason="not_in_store")
    assert case("M09", typed, shared=(seen(days=1, person_ref="f", cccd="f"),)) is None


def test_a_child_that_was_not_named_yet_has_a_name_later() -> None:
    said = {"reasons": ("name_differs",)}
    assert case("M08", baby(ma_benh="J00"), baby(9, ma_benh="P59"), **said) == "unnamed"
    assert case("M08", baby(ma_benh="P59"), **said) is None
    assert case("M08", baby(ma_benh="J00"), baby(90, ma_benh="J00"), **said) == "name"
    other = {"reasons": ("name_differs", "birth_differs"), "compared": {"born_apart": 20}}
    assert case("M08", now(born=2006), **other) == "several"


@each("code", ["M54", "I10", "E11.9", "K29.7", "R51", "K02", "S93.4", "N30", "O80"])
def test_a_grown_persons_disease_on_a_newborns_number_is_found(code: str) -> None:
    assert case("M12", baby(ma_benh=code, sex="2"), baby(9, ma_benh="Z38")) == "infant"
    typed = now(code="TE1", born=None, ma_benh=code, sex="2")
    assert case("M12", typed, baby(9, ma_benh="Z38")) == "infant"
    assert case("M12", seen(code="TE1", born=2022, ma_benh=code, sex="2")) is None
    assert case("M12", now(code="TE1", born=None, ma_benh=code, sex="2")) is None
    kept = found("M12", Facts(baby(ma_benh=code, sex="2")))
    assert kept
    assert kept.numbers == {"case": "infant"}  # a diagnosis in the log would outlive an erasure


def test_patient_numbers_that_take_turns_on_a_newborns_own_number_are_found() -> None:
    turns = [baby(3, ma_bn="a", ma_benh="J00"), baby(5, ma_bn="b", ma_benh="J00")]
    assert case("M09", baby(ma_bn="b", ma_benh="J00"), *turns) == "patients"
    assert case("M09", baby(ma_bn="b", ma_benh="J00"), turns[0]) == "patient"


def test_more_days_or_houses_than_one_baby_needs_are_found() -> None:
    daily = [baby(n, ma_benh="P59") for n in range(1, 20)]
    assert case("M04", baby(ma_benh="P59"), *daily) == "infant"
    assert case("M04", baby(ma_benh="P59"), *daily[:14]) is None
    houses = [baby(n, ma_benh="P59", ma_cskcb=f"7902{n}") for n in range(1, 5)]
    assert case("M04", baby(ma_benh="P59"), *houses) == "infant"
    course = [baby(n, ma_benh="G80", ma_loai_kcb="02") for n in range(1, 25)]
    assert case("M04", baby(ma_benh="G80", ma_loai_kcb="02"), *course) is None


def test_a_newborns_number_at_two_houses_a_day_again_and_again_is_found() -> None:
    days = [baby(n, ma_benh="P59", ma_cskcb=code) for n in (1, 4, 8) for code in ("79014", "79024")]
    assert case("M02", baby(ma_benh="P59"), *days) == "repeated"
    assert case("M02", baby(ma_benh="P59"), *days[:4]) is None


def test_the_code_of_a_newborn_months_after_the_birth_is_found() -> None:
    first = seen(days=75, ma_doituong_kcb="1.7", ma_benh="P59", **MOTHER)
    here = now(ma_doituong_kcb="1.7", ma_benh="P59", **MOTHER)
    assert case("M12", here, first) == "long_newborn"
    assert case("M12", here, replace(first, at=first.at + 20 * 86_400)) is None
    assert case("M12", here, replace(first, at=first.at - 300 * 86_400)) is None  # the next child


def test_an_older_child_or_a_grown_person_is_no_newborn() -> None:
    week = [(1, "K29"), (3, "M54"), (4, "R51"), (6, "L30")]
    child = [seen(days=d, ma_benh=b, code="TE1", born=2022) for d, b in week]
    assert case("M04", now(code="TE1", born=2022), *child) == "week"
    known = [baby(100, ma_benh="Z38"), *(baby(d, ma_benh=b) for d, b in week)]
    assert case("M04", baby(), *known) == "week"
