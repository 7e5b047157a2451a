"""Files written by hand from the official table, right and wrong, are told apart field by field."""

from __future__ import annotations

from pathlib import Path

import pytest

from verification.adapters.hospital.xml0.checking import check_file
from verification.adapters.hospital.xml0.reading import check_ins, read
from verification.adapters.hospital.xml0.writing import written
from verification.rules.law.tables import shipped

FILES = Path(__file__).parent / "xml0"
RIGHT = sorted(path.stem for path in FILES.glob("right-*.xml"))
WRONG = {
    "wrong-nothing-ordered": {(19, "no_item")},
    "wrong-empty-patient-number": {(3, "empty"), (25, "empty")},
    "wrong-order-of-fields": {(18, "order")},
    "wrong-left-out-fields-of-the-form-before": {
        (n, "no_tag") for n in (14, 15, 16, 21, 22, 23, 24, 26)
    },
    "wrong-dates": {(6, "form"), (11, "no_date"), (14, "before_visit"), (15, "no_reason")},
    "wrong-codes-of-other-years": {(12, "not_in_list"), (17, "not_in_list")},
    "wrong-cards-not-aligned": {(9, "not_aligned")},
    "wrong-ten-digits-and-eleven": {(5, "form"), (8, "form")},
    "wrong-numbering": {(1, "twice"), (2, "stt")},
    "wrong-document-type": {(None, "document_type")},
    "wrong-no-signature-element": {(None, "structure")},
}


def content(name: str) -> bytes:
    return (FILES / f"{name}.xml").read_bytes()


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_file_written_by_hand_has_no_flaw(name: str) -> None:
    checked = check_file(content(name), shipped())
    assert not checked.flaws
    assert checked.records == (2 if name == "right-drug-and-supply-signed" else 1)
    assert checked.signed is name.endswith("signed")


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_refused_with_number_and_name_of_the_field(name: str) -> None:
    flaws = check_file(content(name), shipped()).flaws
    found = {(int(f.words.vi.split()[0]) if f.name else None, f.code) for f in flaws}
    assert found == WRONG[name]
    assert all(f.words.vi.split()[:2] == f.words.en.split()[:2] for f in flaws if f.name)


def test_all_files_are_looked_at_and_there_are_more_than_twelve() -> None:
    assert {path.stem for path in FILES.glob("*.xml")} == {*RIGHT, *WRONG}
    assert len(RIGHT) + len(WRONG) > 12


def test_no_sentence_repeats_a_value() -> None:
    told = " ".join(
        f.words.vi for name in WRONG for f in check_file(content(name), shipped()).flaws
    )
    assert not any(value in told for value in ("Mẫu", "7900000011", "07919400001", "05/03/1994"))


@pytest.mark.parametrize("name", RIGHT)
def test_what_a_hand_wrote_and_what_the_program_writes_of_it_say_the_same(name: str) -> None:
    by_hand = read(content(name))
    assert read(written(check_ins(by_hand))).content == by_hand.content
