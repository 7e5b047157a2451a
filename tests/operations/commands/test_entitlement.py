"""`entitlement` from the command line, on the invented cards."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import FIXTURES
from verification.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

DN4, HT3, TE1, DT2 = "DN4797900000011", "HT3898900000055", "TE1010100000033", "DT2040400000022"
BY_STATION = "HX4797900000203"  # registered at 79021, a commune station
FIVE_YEARS = "DN4797900000201"  # since 2015, registered at 79014
SELF = ("--no-emergency", "--no-referral", "--no-reappointment", "--no-stay-change")
KEYS = {
    *("verdict", "ma_doituong_kcb", "rate", "rate_percent", "rate_low", "rate_high", "ask"),
    *("condition_vi", "condition_en", "basis", "confidence", "ladder", "alternatives"),
    *("card_end_by_age", "copay_remaining"),
}


@pytest.fixture(autouse=True)
def _store(store_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KIOSK_FACILITY", "KIOSK_DESK", "KIOSK_RECORD_DAYS", "KIOSK_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KIOSK_DB", str(store_folder / "kiosk.db"))


@pytest.fixture
def ask(capsysbinary: pytest.CaptureFixture[bytes]) -> Any:
    """Return a function that runs the command and returns its one answer."""

    def run(text: str, facility: str, *words: str, on: str = "2026-11-22") -> dict[str, Any]:
        line = ["entitlement", text, "--on", on, "--facility", facility, "--json", *words]
        assert main(line) == 0
        (found,) = capsysbinary.readouterr().out.decode().splitlines()
        answer: dict[str, Any] = json.loads(found)
        return answer

    return run


def by_code(code: str) -> str:
    """Return the first card of an object code among the invented ones."""
    lines = (FIXTURES / "cards.csv").read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith(code)).split(",")[0]


def test_every_key_of_the_contract_is_there(ask: Any) -> None:
    answer = ask(DN4, "79014")
    assert set(answer) >= KEYS
    assert answer["verdict"] == "eligible"
    assert {"id", "hit", "why_vi", "why_en"} == set(answer["ladder"][0])


@pytest.mark.parametrize(
    ("text", "facility", "words", "code", "percent"),
    [
        (DN4, "79014", (), "1.1", "80"),
        ("CN3", "79014", (), "1.1", "100"),
        (HT3, "79002", (*SELF, "--no-inpatient", "--disease", "none"), "1.18", "47.5"),
        (DN4, "79001", (*SELF, "--no-inpatient", "--disease", "none"), "3.1", "0"),
        (DN4, "79001", (*SELF, "--inpatient", "--disease", "none", "--no-special"), "3.1", "32"),
        (TE1, "79001", ("--no-emergency", "--referral"), "1.3", "100"),
        (DN4, "79001", ("--emergency",), "2", "80"),
        ("GD4", "79021", (), "1.2", "100"),
        ("QN5", "79001", ("--no-emergency", "--referral"), "1.3", "100"),
        (DN4, "79034", ("--emergency", "--no-inpatient"), "2", "80"),
        (DN4, "79001", ("--emergency", "--no-inpatient"), "2", "80"),
        (DT2, "79001", (*SELF, "--inpatient", "--disease", "none", "--area", "K2"), "3.6", "100"),
        ("DN4797900000044", "79028", (*SELF, "--no-inpatient", "--disease", "none"), "3.3", "80"),
        (DN4, "79023", SELF, "1.11", "80"),
    ],
)
def test_the_worked_examples(
    ask: Any, text: str, facility: str, words: tuple[str, ...], code: str, percent: str
) -> None:
    answer = ask(text if len(text) > 3 else by_code(text), facility, *words)
    assert (answer["ma_doituong_kcb"], answer["rate_percent"]) == (code, percent)
    assert answer["rate_low"] == answer["rate_high"] == answer["rate"]
    assert answer["ask"] == []


@pytest.mark.parametrize(
    ("text", "facility", "words", "code", "low", "high"),
    [
        # DN4 is registered at 79014 (basic), the pensioner at 89012 (basic)
        (DN4, "79032", ("--stay-change",), "1.4", "4/5", "4/5"),
        (HT3, "79033", ("--stay-change",), "1.4", "19/20", "19/20"),
        (DN4, "79023", ("--stay-change",), "1.11", "4/5", "4/5"),
        (DN4, "79002", ("--stay-change",), "1.18", "2/5", "2/5"),
        (DN4, "79001", ("--stay-change",), "3.1", "0/1", "0/1"),
        (BY_STATION, "79032", ("--stay-change",), None, "2/5", "4/5"),
        (BY_STATION, "79028", ("--stay-change",), None, "4/5", "4/5"),
        (BY_STATION, "79032", ("--stay-change", "--referral"), "1.3", "4/5", "4/5"),
        (DN4, "79001", ("--emergency", "--referral"), "1.3", "4/5", "4/5"),
        (DN4, "79001", ("--emergency", "--reappointment"), "1.5", "4/5", "4/5"),
        (DN4, "79001", ("--emergency", "--stay-change"), "2", "4/5", "4/5"),
        (DN4, "79014", ("--emergency",), "1.1", "4/5", "4/5"),
        (DN4, "79036", (), "3.3", "4/5", "4/5"),
        (DN4, "79027", ("--disease", "II"), "1.12", "4/5", "4/5"),
        (DN4, "79002", ("--inpatient", "--special"), "3.2", "4/5", "4/5"),
        (DN4, "79001", ("--inpatient", "--special"), "3.6", "4/5", "4/5"),
        (DN4, "25006", (), "1.2", "1/1", "1/1"),
    ],
)
def test_papers_place_and_level_decide_in_the_order_of_the_table(
    ask: Any,
    text: str,
    facility: str,
    words: tuple[str, ...],
    code: str | None,
    low: str,
    high: str,
) -> None:
    named = {word.removeprefix("--no-") for word in words} | {w.removeprefix("--") for w in words}
    rest = [w for w in (*SELF, "--no-inpatient") if w.removeprefix("--no-") not in named]
    rest += [] if "--disease" in words else ["--disease", "none"]
    answer = ask(text, facility, *rest, *words)
    assert answer["ma_doituong_kcb"] == code
    assert (answer["rate_low"], answer["rate_high"]) == (low, high)
    assert answer["rate"] == (low if low == high else None)


@pytest.mark.parametrize(
    ("name", "value", "facility", "words", "code", "rate"),
    [
        ("KIOSK_FORMER_DISTRICT_CODE", "1.13", "79036", (), "1.13", "4/5"),
        ("KIOSK_FORMER_DISTRICT_CODE", "3.3", "79036", (), "3.3", "4/5"),
        ("KIOSK_FORMER_DISTRICT_CODE", "1.13", "79003", (), "3.3", "4/5"),  # row 17, not 13
        ("KIOSK_DRUG_PICKUP_CODE", "7", "79033", ("--drug-pickup",), "7", None),
    ],
)
def test_a_house_sets_the_codes_that_are_its_own_to_set(  # noqa: PLR0917
    ask: Any, monkeypatch: pytest.MonkeyPatch, name: str, value: str, facility: str,
    words: tuple[str, ...], code: str, rate: str | None,
) -> None:  # fmt: skip
    monkeypatch.setenv(name, value)
    answer = ask(DN4, facility, *SELF, "--no-inpatient", "--disease", "none", *words)
    assert (answer["ma_doituong_kcb"], answer["rate"]) == (code, rate)


def test_a_doubted_paper_says_whom_to_ask(ask: Any) -> None:
    words = (*SELF[:3], "--stay-change", "--no-inpatient", "--disease", "none")
    answer = ask(BY_STATION, "79032", *words)
    assert any("hỏi cơ quan BHXH: 1.4 hay không" in note["vi"] for note in answer["notes"])
    assert answer["ask"] == []
    assert (answer["rate_percent"], answer["confidence"]) == (None, "C1")


@pytest.mark.parametrize(
    ("on", "code"),
    [("2025-06-18", None), ("2025-06-19", "1.11"), ("2025-10-16", "1.11"), ("2025-10-17", "1.11")],
)
def test_the_code_is_one_of_the_days_list_and_the_rate_that_of_the_law(
    ask: Any, on: str, code: str | None
) -> None:
    answer = ask(BY_STATION, "79023", *SELF, on=on)
    assert answer["ma_doituong_kcb"] == code


def test_a_range_comes_with_the_question_that_decides_it(ask: Any) -> None:
    known = ("--no-referral", "--no-reappointment", "--no-stay-change", "--disease", "none")
    answer = ask(DN4, "79001", "--inpatient", "--no-special", *known)
    assert (answer["rate"], answer["rate_percent"]) == (None, None)
    assert (answer["rate_low"], answer["rate_high"]) == ("8/25", "4/5")
    assert [question["input"] for question in answer["ask"]] == ["emergency"]
    assert answer["ask"][0]["vi"] == "Bệnh nhân có đang cấp cứu không?"


def test_a_question_carries_the_name_of_its_option(ask: Any) -> None:
    known = ("--no-emergency", "--no-referral", "--no-reappointment", "--disease", "none")
    answer = ask(DN4, "79033", "--no-inpatient", *known)
    assert [question["input"] for question in answer["ask"]] == ["stay-change"]


def test_the_last_day_of_june_and_the_first_of_july(ask: Any) -> None:
    words = (*SELF, "--no-inpatient", "--disease", "none")
    june = ask(DN4, "79034", *words, on="2026-06-30")
    july = ask(DN4, "79034", *words, on="2026-07-01")
    assert (june["rate"], july["rate"]) == ("0/1", "2/5")
    assert june["ma_doituong_kcb"] == july["ma_doituong_kcb"] == "1.14"
    assert june["ladder"] == july["ladder"]


def test_the_split_year_from_the_command_line(ask: Any) -> None:
    paid = ("--copay-before-july", "3510000", "--copay-since")
    short = ask(FIVE_YEARS, "79014", *paid, "11385000")
    past = ask(FIVE_YEARS, "79014", *paid, "11385001")
    assert short["copay_remaining"] == past["copay_remaining"] == 11_385_000
    assert (short["rate"], past["rate"]) == ("4/5", "1/1")


def test_a_cheap_visit_is_free_on_the_right_route(ask: Any) -> None:
    assert ask(DN4, "79014", "--first-visit-cost", "379499")["rate"] == "1/1"
    assert ask(DN4, "79014", "--first-visit-cost", "379500")["rate"] == "4/5"
    condition = ask(DN4, "79014")["condition_vi"]
    assert condition == "80 % (100 % nếu chi phí lượt khám < 379.500 đ)"


def test_a_card_that_is_not_valid_is_code_9_and_pays_nothing(ask: Any) -> None:
    answer = ask(DT2, "04021", on="2027-01-01")  # no copy is younger than this end
    assert (answer["verdict"], answer["ma_doituong_kcb"]) == ("undetermined", "9")
    assert (answer["rate"], answer["rate_percent"], answer["rate_low"]) == ("0/1", "0", "0/1")


def test_an_unfinished_stay_on_an_expired_card(ask: Any) -> None:
    last = ask(DT2, "04021", "--admitted", "2026-12-30", on="2027-01-15")
    assert (last["verdict"], last["reason"], last["rate"]) == ("eligible", "expired_in_stay", "1/1")
    late = ask(DT2, "04021", "--admitted", "2026-12-30", on="2027-01-16")
    assert (late["verdict"], late["ma_doituong_kcb"]) == ("undetermined", "9")


def test_a_childs_card_says_when_it_ends(ask: Any) -> None:
    assert ask(TE1, "01101")["card_end_by_age"] == "2029-11-30"
    assert ask(DN4, "79014")["card_end_by_age"] is None


def test_rubbish_gives_no_answer_that_looks_like_one(ask: Any) -> None:
    answer = ask("https://example.org", "79014")
    assert answer["verdict"] == "undetermined"
    empty = ("ma_doituong_kcb", "rate", "rate_percent", "rate_low", "rate_high", "basis")
    assert {answer[key] for key in empty} == {None}
    assert (answer["ladder"], answer["ask"]) == ([], [])


def test_staff_are_asked_where_no_rate_may_be_shown(ask: Any) -> None:
    answer = ask(DN4, "79029", *SELF, "--no-inpatient", "--disease", "none")
    assert {answer[key] for key in ("rate", "rate_low", "rate_high")} == {None}
    assert answer["ladder"][-1]["id"] == "22"
    pickup = ask(DN4, "79033", *SELF, "--drug-pickup")
    assert (pickup["ma_doituong_kcb"], pickup["rate"]) == ("10", None)


def test_it_says_that_it_is_expected_and_for_reference(ask: Any) -> None:
    answer = ask(DN4, "79014")
    notes = " ".join(note["vi"] for note in answer["notes"])
    assert "dự kiến" in notes
    assert "cơ quan BHXH quyết định" in notes
    assert answer["unchecked"] is True


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--on", "2026-11-22", "--facility", "99999"), 1),
        (("--on", "2026-11-22", "--facility", "x"), 1),
        (("--on", "2026-02-30", "--facility", "79014"), 1),
        (("--on", "2026-11-22", "--facility", "79014", "--admitted", "2026-11-23"), 1),
        (("--on", "2026-11-22", "--facility", "79014", "--admitted", "hôm qua"), 1),
        (("--on", "2026-11-22", "--facility", "79014", "--no-special", "--area", "K1"), 2),
        (("--on", "2026-11-22", "--facility", "79014", "--newborn", "--donor"), 2),
        (("--on", "2026-11-22", "--facility", "79014", "--drug-pickup", "--emergency"), 2),
    ],
)
def test_bad_input_gives_one_sentence_and_no_answer(
    capsysbinary: pytest.CaptureFixture[bytes], words: tuple[str, ...], status: int
) -> None:
    assert main(["entitlement", DN4, *words, "--json"]) == status
    told = capsysbinary.readouterr()
    assert told.out == b""
    assert len(told.err.decode().strip().splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("--first-visit-cost", "-1"),
        ("--copay-since", "1.000"),
        ("--copay-before-july", "nhiều"),
        ("--disease", "III"),
        ("--area", "K4"),
    ],
)
def test_a_value_that_is_none_is_wrong_usage(words: tuple[str, ...]) -> None:
    assert main(["entitlement", DN4, "--on", "2026-11-22", "--facility", "79014", *words]) == 2


@pytest.mark.parametrize("words", [("--on", "2026-11-22"), ("--facility", "79014")])
def test_date_and_facility_must_be_given(words: tuple[str, ...]) -> None:
    assert main(["entitlement", DN4, *words]) == 2


@pytest.mark.parametrize(
    ("facility", "words", "part"),
    [
        ("79014", (), "1.1 | 80 % (100 % nếu"),
        ("79001", ("--inpatient",), "- | 32 % - 80 % | "),
        ("79029", (*SELF, "--no-inpatient", "--disease", "none"), "chưa nêu được mức hưởng"),
    ],
)
def test_without_json_it_speaks_in_one_line(
    capsys: pytest.CaptureFixture[str], facility: str, words: tuple[str, ...], part: str
) -> None:
    assert main(["entitlement", DN4, "--on", "2026-11-22", "--facility", facility, *words]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert part in line
    assert "dự kiến" in line
