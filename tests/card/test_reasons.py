"""One enum, one catalogue, one order."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import each
from verification.card.reasons import (
    Class,
    Finding,
    Reason,
    in_headline_order,
    reason_texts,
)

if TYPE_CHECKING:
    from verification.basics.texts import Text

# contracts.md, "Reasons, in headline order"
CONTRACT = [
    ("unknown", "unreadable contradictory bad_number not_a_card two_cards"),
    ("blocking", "holder_deceased withdrawn reduced locked"),
    ("unknown", "clock_wrong"),
    ("blocking", "expired not_yet_valid"),
    (
        "unknown",
        (
            "name_differs birth_differs sex_differs citizen_differs renewal_unknown refused_row "
            "legacy_number not_in_store record_too_old "
            "portal_silent portal_refused"
        ),
    ),
    (
        "warning",
        (
            "expired_in_stay unknown_object_code unknown_province digit_mismatch facility_differs "
            "validity_differs managed_elsewhere card_replaced child_past_72_months "
            "temporary_number "
            "name_differs_little"
        ),
    ),
    (
        "info",
        ("valid digit_remapped ends_soon backdated name_unreadable citizen_unknown already_today"),
    ),
]
ADDED = {"no_card"}  # "add freely; do not rename"
IN_ORDER = [(code, cls) for cls, codes in CONTRACT for code in codes.split()]


def sentences() -> list[tuple[str, str, Text]]:
    """Return every sentence of the catalogue."""
    return [
        (code, case, text)
        for code, entry in reason_texts().items()
        for case, text in entry.cases.items()
    ]


def holes(text: str) -> set[str]:
    """Return the placeholders of a sentence."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_headline_order_is_the_contracts() -> None:
    free = {"expired_in_stay", *ADDED}  # a warning that stands in for `expired`; what we added
    listed = [reason.value for reason in Reason if reason.value not in free]
    assert listed == [code for code, _ in IN_ORDER if code not in free]


def test_enum_and_catalogue_agree() -> None:
    assert set(reason_texts()) == {reason.value for reason in Reason}
    assert {r.value for r in Reason} == {code for code, _ in IN_ORDER} | ADDED


@each(("code", "cls"), IN_ORDER)
def test_every_reason_has_its_class(code: str, cls: str) -> None:
    assert Finding(Reason(code)).cls is Class(cls)


@each(("code", "case", "text"), sentences())
def test_every_sentence_stands_in_both_languages_and_can_be_filled(
    code: str, case: str, text: Text
) -> None:
    assert text.vi.strip()
    assert text.en.strip()
    assert text.vi != text.en
    assert holes(text.vi) == holes(text.en)
    params = {name: f"<{name}>" for name in holes(text.vi)} | ({"case": case} if case else {})
    filled = Finding(Reason(code), params).sentence
    for hole in holes(text.vi):
        assert f"<{hole}>" in filled.vi
        assert f"<{hole}>" in filled.en


@each(("code", "cls"), IN_ORDER)
def test_what_blocks_or_is_unknown_says_what_to_do_next(code: str, cls: str) -> None:
    steps = Finding(Reason(code)).next
    if cls in {"blocking", "unknown"}:
        assert steps
    assert all(step.text.vi and step.text.en for step in steps)
    assert all(step.key is None or re.fullmatch(r"F[2-9]", step.key) for step in steps)


def test_a_value_is_never_read_as_a_template() -> None:
    evil = "{position.__class__} {0}"
    shown = Finding(Reason.NAME_DIFFERS, {"store": evil}).sentence
    assert evil in shown.vi


@given(st.lists(st.sampled_from(Reason), min_size=1, unique=True))
def test_the_first_of_the_order_is_the_headline(reasons: list[Reason]) -> None:
    findings = in_headline_order([Finding(reason) for reason in reasons])
    order = list(Reason)
    assert findings[0].reason is min(reasons, key=order.index)
    assert {f.reason for f in findings} == set(reasons)


# "contracts.md": the cases that are unknown although the reason usually warns
APART = [
    ("child_past_72_months", "no_end"),
    ("child_past_72_months", "year_only"),
    ("child_past_72_months", "no_birth"),
    ("validity_differs", "later"),
    ("card_replaced", "unnamed"),
]
# of the class of their reason, with steps of their own
OWN_STEPS = [("not_in_store", "portal"), ("portal_silent", "us")]
# the portal's silence beside a record that may be used: the record counts
BESIDE = [("portal_silent", "beside"), ("portal_silent", "beside_us")]


def test_only_these_cases_have_a_class_or_steps_of_their_own() -> None:
    found = [(code, case) for code, entry in reason_texts().items() for case in entry.apart]
    assert sorted(found) == sorted([*APART, *OWN_STEPS, *BESIDE])


@pytest.mark.parametrize(("code", "case"), OWN_STEPS)
def test_a_case_with_steps_of_its_own_weighs_as_its_reason(code: str, case: str) -> None:
    own, usual = Finding(Reason(code), {"case": case}), Finding(Reason(code))
    assert own.cls is usual.cls
    assert own.next not in {usual.next, ()}


@pytest.mark.parametrize(("code", "case"), BESIDE)
def test_silence_beside_a_good_record_stands_behind_it(code: str, case: str) -> None:
    own = Finding(Reason(code), {"case": case, "code": "054"})
    assert own.cls is Class.INFO
    assert in_headline_order([own, Finding(Reason.VALID)])[0].reason is Reason.VALID
    assert in_headline_order([own, Finding(Reason.NAME_DIFFERS_LITTLE)])[1] is own


@pytest.mark.parametrize(("code", "case"), APART)
def test_a_case_with_a_class_of_its_own_stands_among_its_like(code: str, case: str) -> None:
    own, usual = Finding(Reason(code), {"case": case}), Finding(Reason(code))
    assert (own.cls, usual.cls) == (Class.UNKNOWN, Class.WARNING)
    assert own.next
    for before in (Reason.EXPIRED, Reason.SEX_DIFFERS, Reason.RENEWAL_UNKNOWN):
        assert in_headline_order([own, Finding(before)])[0].reason is before
    for behind in (Reason.NOT_IN_STORE, Reason.RECORD_TOO_OLD, Reason.UNKNOWN_PROVINCE):
        assert in_headline_order([Finding(behind), own])[0] is own
    assert in_headline_order([usual, Finding(Reason.RECORD_TOO_OLD)])[0] is not usual
