"""One set of questions: desk, command line and what-if page are drawn from it, each in full."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from tests.support import TODAY, a_card, each
from verification.basics.texts import of_room
from verification.card.facts import Card, Facility
from verification.operations.commands.entitlement import entitlement
from verification.reception import rate_menus
from verification.rules.law.tables import shipped
from verification.rules.law.visit_inputs import Inputs, Said, inputs_for
from verification.rules.law.visit_questions import (
    CONDITION,
    PAPERS,
    QUESTIONS,
    ROUTE,
    AnswerKind,
    VisitQuestion,
    asked_in_order,
    question,
)

LAW = shipped()
HERE = Facility("79014", "BV Đa khoa Mẫu", "79", "co_ban", "50_70", "huyen")
NAMES = [q.name for q in QUESTIONS]
ENDED = a_card(gt_the_den=date(2026, 11, 20), ma_dkbd=None, ngay_du_5_nam=date(2020, 1, 1))
TRIED: dict[AnswerKind, tuple[Any, ...]] = {
    AnswerKind.DONG: (0, 99_000_000),
    AnswerKind.DAY: (date(2026, 11, 10),),
}


def test_each_question_stands_in_the_table_once_and_is_kept_by_a_field() -> None:
    assert sorted(NAMES) == sorted(field.name for field in fields(Said))


@each("asked", QUESTIONS)
def test_an_answer_changes_those_inputs_that_its_question_names_and_no_others(
    asked: VisitQuestion,
) -> None:
    changed: set[str] = set()
    old_slip = Said(referral_signed=date(2026, 10, 1))
    befores = (Said(), Said(copay_before_july=0), old_slip)
    for card, before in ((None, Said()), *((ENDED, before) for before in befores)):
        known = replace(before, **{asked.name: getattr(Said(), asked.name)})
        plain = _gathered(card, known)
        for value in asked.choices or TRIED[asked.kind]:
            said = _gathered(card, replace(known, **{asked.name: value}))
            changed |= {f.name for f in fields(Inputs) if _of(said, f) != _of(plain, f)}
    assert changed == asked.answers


def _gathered(card: Card | None, said: Said) -> Inputs:
    return inputs_for(card, HERE, TODAY, said, law=LAW)


def _of(inputs: Inputs, field: Any) -> object:
    return getattr(inputs, field.name)


def test_the_command_offers_every_question_but_those_that_say_that_a_paper_is_missing() -> None:
    own = {"text", "on", "facility", "emit"}  # beside what a visit is asked
    offered = {parameter.name for parameter in entitlement.params} - own
    without = {"child", "referral_undated", "reappointment_undated"}
    assert offered == set(NAMES) - without == {q.name for q in QUESTIONS if q.option}


def test_the_desks_menu_offers_every_question_that_has_words_for_it() -> None:
    items = [item for item in rate_menus.rate(None).items if item.value not in PAPERS]
    offered = {item.value for item in items if item.act == "said" or item.opens}
    assert offered == {q.name for q in QUESTIONS if q.menu}
    # each sum and each day has a field of its own
    assert {q.name for q in QUESTIONS if q.menu and not q.choices} == {
        item.value for item in items if item.opens and item.opens.field
    }


def test_the_rules_ask_what_has_words_and_a_key_of_the_desk_answers_each() -> None:
    words = {key[4:] for key in of_room("verification.rules.law") if key.startswith("ask.")}
    assert set(asked_in_order()) == words
    alone = words - ROUTE.covers - CONDITION.covers
    assert {question(name).kind for name in alone} <= {AnswerKind.YES_NO}


@pytest.mark.parametrize("keys", [ROUTE, CONDITION], ids=["route", "condition"])
def test_the_keys_that_answer_several_questions_give_answers_that_these_have(keys: Any) -> None:
    assert keys.covers <= set(asked_in_order())
    for said in keys.keys.values():
        assert all(value in question(name).choices for name, value in said.items())
    for name in keys.covers:  # each answer can be given by some key
        given = {said[name] for said in keys.keys.values() if name in said}
        assert given == set(question(name).choices)


def test_a_key_says_nothing_anew_that_is_answered_already() -> None:
    left = CONDITION.keys_beside("special")
    assert left == {name: {"disease": name} for name in ("none", "I", "II")}


def test_what_the_what_if_page_asks_has_words_for_each_answer() -> None:
    words = of_room("verification.rules.law")
    for asked in (q for q in QUESTIONS if q.what_if):
        assert f"input.{asked.name}" in words
        assert all(f"value.{value}" in words for value in (None, *asked.choices))
