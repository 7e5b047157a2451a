"""Presented text reads whole or is refused whole, and nothing raises."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support import TODAY, each, payload, slugs
from verification.basics import damaged
from verification.basics.dates import PartialDate
from verification.basics.names import same
from verification.card.facts import Card
from verification.card.presented import Kind, Presented, choose, read, read_all
from verification.card.reasons import Reason

TAIL = "|01/06/2028|64c123b1612dd272-7102|$"
ADDRESS = (
    "313220c490c6b0e1bb9d6e67204de1baab752c205068c6b0e1bb9d6e67204de1baab752c205468c3a06e68207068"
    "e1bb912048e1bb93204368c3ad204d696e68"
)
S1 = (
    "DN4797900000011|4e677579e1bb856e205468e1bb8b204de1baab75|05/03/1994|2|"
    + ADDRESS
    + "|79 - 014|01/01/2026|-|28/12/2025|79217900000011|-|4"
    + TAIL
)
S2 = (
    "DT2040400000022|486fc3a06e67204769e1baa320c490e1bb8b6e68|4/9/1985|1|"
    "5468c3b46e2056c3ad2044e1bba52c2058c3a3204de1baab752c2043616f2042e1bab16e67|04 - 021|01/01/"
    "2026|31/12/2026|02/01/2026|04010400000022|-|5|01/01/2025|9d1371c17149d439-7102|$"
)
S3 = (
    "TE1010100000033|4cc3aa2042c3a9204de1baab75|15/11/2023|2|"
    "5068c6b0e1bb9d6e67204de1baab752c205468c3a06e68207068e1bb912048c3a0204ee1bb9969|01 - 101|"
    "15/11/2023|30/11/2029|20/12/2023|01050100000033|4cc3aa2056c4836e204de1baab75|4|-|"
    "9536b3216fdaeeb9-7102|$"
)
S4 = (
    "7900000044|5472e1baa76e2056c4836e205468e1bbad|30/07/1981|1|-|79 - 034|01/02/2026|-|20/01/2026|"
    "79027900000044|-|4|01/01/2015|45729fae923d5a4f-7102|4|"
    "5468c3a06e68207068e1bb912048e1bb93204368c3ad204d696e68|$"
)
S5 = (
    "8900000055|5068e1baa16d2056c3ad2044e1bba5|1950|1|-|89 - 012|01/12/2025|-|07/01/2026|"
    "89008900000055|-|6| 20/09/2021|712aabfe228f219e-1202|3|54e1bb896e6820416e204769616e67|#"
)
S6 = (
    "HS4254900000066|4e677579e1bb856e205468e1bb8b204de1baab75|12/10/2012|2|"
    "43747920544e48482056c3ad2044e1bba5|25 – 005|01/09/2026|31/08/2027|05/09/2026|25124900000066|"
    "yen th? m?u|4|15/11/2027|5cb0eb53f16947c-7102"
)
S7 = (
    "DN4797900000077|5472e1baa76e2056c4836e205468e1bbad|01/01/1990|1|79 - 014|01/01/2026|31/12/"
    "2026|28/12/2025|$"
)
S8 = (
    "DN4797900000011|4E677579E1BB856E205468E1BB8B204DE1BAAB75|05/03/1994|2|"
    + ADDRESS.upper()
    + "|79 - 014|01/01/2026|-|28/12/2025|79217900000011|-|4|01/06/2028|64C123B1612DD272-7102|$\r\n"
)
S9 = (
    "0100000101|5472e1baa76e2056c4836e205468e1bbad|12/03/1988|1|-|01 - C34|01/07/2025|-|31/07/2025|"
    "01050100000101|-|4| 01/10/2027|0a1b2c3d4e5f6071-1202|4|5068c6b0e1bb9d6e67204de1baab75|$\0"
)
S10 = (
    "HS4010100000112|5472e1baa76e2056c4836e205468e1bbad|07/09/2012|1|5068c6b0e1bb9d6e67204de1baab75|"
    "01 - 028|24/01/2026|-|24/01/2026|$"
)
BAD1 = (
    "DN4797900000088|4e677579e1bb85e|05/03/1994|2|-|79 - 014|01/01/2026|-|28/12/2025|7921790000"
    "0088|-|4|-|7f25ec84d8dbc742-7102|$"
)
BAD2 = "DN4797900000099|5472e1baa76e2056c4836e205468e1bbad|05/03/1994|1|-|79 - 014|01/01/2026"
NAME = "Nguyễn Thị Mẫu"
S1_CARD = Card(
    ma_the="DN4797900000011",
    ma_so_bhxh="7900000011",
    ho_ten=NAME,
    ngay_sinh=PartialDate(1994, 3, 5),
    gioi_tinh="2",
    dia_chi="12 Đường Mẫu, Phường Mẫu, Thành phố Hồ Chí Minh",
    ma_dkbd="79014",
    gt_the_tu=date(2026, 1, 1),
    ngay_du_5_nam=date(2028, 6, 1),
)
CITIZEN = "079194000011|023456789|Nguyễn Thị Mẫu|05031994|Nữ|12 Đường Mẫu, Phường Mẫu|10052021"
FULL_FORMS = (S1, S2, S3, S4, S5, S6, S8, S9)
REAL = (*FULL_FORMS, S7, S10, CITIZEN, f"{CITIZEN}|a|b|c|d")


def see(text: str | bytes, on: date = TODAY) -> Presented:
    """Read text or bytes on the day of the tests."""
    return read(text.encode() if isinstance(text, str) else text, on)


def card_of(text: str | bytes) -> Card:
    """Return the card of a text that must have one."""
    seen = see(text)
    assert seen.card is not None, seen.findings
    return seen.card


def refusal(text: str | bytes, on: date = TODAY) -> tuple[Reason, str]:
    """Return reason and case of a text that must be refused whole."""
    seen = see(text, on)
    assert seen.card is None
    return seen.findings[0].reason, seen.findings[0].params.get("case", "")


def hint(text: str) -> tuple[str, str]:
    """Return the first finding's sentence in both languages."""
    sentence = see(text).findings[0].sentence
    return sentence.vi, sentence.en


def facts(card: Card) -> dict[str, object]:
    """Return what a card states."""
    return {f.name: v for f in fields(card) if (v := getattr(card, f.name)) is not None}


# ---- the worked examples


@pytest.mark.parametrize(
    ("text", "card"),
    [
        pytest.param(S1, S1_CARD, id="S1 old form, no expiry"),
        pytest.param(
            S2,
            Card(
                ma_the="DT2040400000022",
                ma_so_bhxh="0400000022",
                ho_ten="Hoàng Giả Định",
                ngay_sinh=PartialDate(1985, 9, 4),
                gioi_tinh="1",
                dia_chi="Thôn Ví Dụ, Xã Mẫu, Cao Bằng",
                ma_dkbd="04021",
                gt_the_tu=date(2026, 1, 1),
                gt_the_den=date(2026, 12, 31),
                ma_kv="K1",
                ngay_du_5_nam=date(2025, 1, 1),
            ),
            id="S2 unpadded birth, area K1",
        ),
        pytest.param(
            S3,
            Card(
                ma_the="TE1010100000033",
                ma_so_bhxh="0100000033",
                ho_ten="Lê Bé Mẫu",
                ngay_sinh=PartialDate(2023, 11, 15),
                gioi_tinh="2",
                dia_chi="Phường Mẫu, Thành phố Hà Nội",
                ma_dkbd="01101",
                gt_the_tu=date(2023, 11, 15),
                gt_the_den=date(2029, 11, 30),
            ),
            id="S3 child, parent in hex",
        ),
        pytest.param(
            S4,
            Card(
                ma_so_bhxh="7900000044",
                ho_ten="Trần Văn Thử",
                ngay_sinh=PartialDate(1981, 7, 30),
                gioi_tinh="1",
                ma_dkbd="79034",
                gt_the_tu=date(2026, 2, 1),
                ngay_du_5_nam=date(2015, 1, 1),
            ),
            id="S4 new form, ten digits",
        ),
        pytest.param(
            S5,
            Card(
                ma_so_bhxh="8900000055",
                ho_ten="Phạm Ví Dụ",
                ngay_sinh=PartialDate(1950),
                gioi_tinh="1",
                ma_dkbd="89012",
                gt_the_tu=date(2025, 12, 1),
                ma_kv="K2",
                ngay_du_5_nam=date(2021, 9, 20),
            ),
            id="S5 # terminator, year of birth, leading blank",
        ),
        pytest.param(
            S6,
            Card(
                ma_the="HS4254900000066",
                ma_so_bhxh="4900000066",
                ho_ten=NAME,
                ngay_sinh=PartialDate(2012, 10, 12),
                gioi_tinh="2",
                dia_chi="Cty TNHH Ví Dụ",
                ma_dkbd="25005",
                gt_the_tu=date(2026, 9, 1),
                gt_the_den=date(2027, 8, 31),
                ngay_du_5_nam=date(2027, 11, 15),
            ),
            id="S6 no terminator, en dash, plain parent",
        ),
        pytest.param(
            S7,
            Card(
                ma_the="DN4797900000077",
                ma_so_bhxh="7900000077",
                ho_ten="Trần Văn Thử",
                ngay_sinh=PartialDate(1990, 1, 1),
                gioi_tinh="1",
                ma_dkbd="79014",
                gt_the_tu=date(2026, 1, 1),
                gt_the_den=date(2026, 12, 31),
            ),
            id="S7 nine parts",
        ),
        pytest.param(S8, S1_CARD, id="S8 upper-cased, CR LF"),
        pytest.param(
            S9,
            Card(
                ma_so_bhxh="0100000101",
                ho_ten="Trần Văn Thử",
                ngay_sinh=PartialDate(1988, 3, 12),
                gioi_tinh="1",
                ma_dkbd="01C34",
                gt_the_tu=date(2025, 7, 1),
                ngay_du_5_nam=date(2027, 10, 1),
            ),
            id="S9 letters in the facility, NUL",
        ),
        pytest.param(
            S10,
            Card(
                ma_the="HS4010100000112",
                ma_so_bhxh="0100000112",
                ho_ten="Trần Văn Thử",
                ngay_sinh=PartialDate(2012, 9, 7),
                gioi_tinh="1",
                dia_chi="Phường Mẫu",
                ma_dkbd="01028",
                gt_the_tu=date(2026, 1, 24),
            ),
            id="S10 ten parts",
        ),
    ],
)
def test_a_worked_example_reads_to_the_last_field(text: str, card: Card) -> None:
    seen = see(text)
    assert (seen.kind, seen.card, seen.findings) == (Kind.BHYT_QR, card, ())
    assert seen.digest == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param(BAD1, (Reason.UNREADABLE, "name"), id="BAD1 odd hex in the name"),
        pytest.param(BAD2, (Reason.UNREADABLE, "cut"), id="BAD2 cut after field 6"),
    ],
)
def test_a_broken_example_is_refused_whole_with_its_reason(
    text: str, why: tuple[Reason, str]
) -> None:
    assert refusal(text) == why
    assert see(text).kind is Kind.UNREADABLE


# ---- variants


@pytest.mark.parametrize(
    "variant",
    [
        pytest.param(S1.removesuffix("|$"), id="no terminator"),
        pytest.param(S1.removesuffix("$"), id="empty terminator"),
        pytest.param(S1.removesuffix("$") + "#", id="# terminator"),
        pytest.param(S1 + "\r\n", id="CR LF"),
        pytest.param("\ufeff" + S1, id="BOM"),
        pytest.param(S1 + "\0rubbish|after", id="NUL and rubbish after it"),
        pytest.param("  " + S1 + "  ", id="blanks around"),
        pytest.param(S1.replace("79 - 014", "79 – 014"), id="en dash"),
        pytest.param(S1.replace("79 - 014", "79-014"), id="hyphen without blanks"),
        pytest.param(S1.replace("79 - 014", "79 014"), id="blank alone"),
        pytest.param(S1.replace("79 - 014", "79014"), id="nothing between"),
        pytest.param(S1.replace("05/03/1994", "5/3/1994"), id="unpadded birth"),
        pytest.param(S1.replace("05/03/1994", "05031994"), id="birth in eight digits"),
        pytest.param(S1.replace("|01/06/2028", "| 01/06/2028"), id="blank before five years"),
        pytest.param(S1.replace("DN4797900000011", "dn4797900000011"), id="small letters"),
        pytest.param(S1.replace("DN4797900000011", "DN 4 79 790 000 0011"), id="spaced number"),
        pytest.param(
            S1.replace("4e677579e1bb856e205468e1bb8b204de1baab75", NAME), id="name in plain letters"
        ),
    ],
)
def test_a_variant_of_a_payload_gives_the_same_card(variant: str) -> None:
    assert card_of(variant) == S1_CARD


@each("slug", [s for s in slugs() if s.startswith("same-")])
def test_each_fixture_variant_of_one_card_gives_the_same_card(slug: str) -> None:
    assert card_of(payload(slug)) == card_of(payload("same-old15"))


@pytest.mark.parametrize(
    ("birth", "read_as"), [("1950", "1950"), ("07/1955", "1955-07"), ("7/1955", "1955-07")]
)
def test_a_birth_date_keeps_the_precision_given(birth: str, read_as: str) -> None:
    born = card_of(S1.replace("05/03/1994", birth)).ngay_sinh
    assert born is not None
    assert born.iso == read_as


def test_fields_of_a_dash_are_unknown_and_no_expiry() -> None:
    dashed = card_of("|".join([*S1.split("|")[:4], *["-"] * 9, "0a1b2c3d4e5f6071-1202", "$"]))
    assert facts(dashed).keys() == {"ma_the", "ma_so_bhxh", "ho_ten", "ngay_sinh", "gioi_tinh"}


@pytest.mark.parametrize("parent", ["-", "", "yen th? m?u", "4cc3aa2042c3a9", "4cc3a", "ff00ff00"])
def test_a_parents_name_never_spoils_a_payload(parent: str) -> None:
    assert card_of(S1.replace("|-|4|01/06", f"|{parent}|4|01/06")) == S1_CARD


@pytest.mark.parametrize("sex", ["3", "", "Nam", "-"])
def test_an_unknown_sex_is_not_known(sex: str) -> None:
    assert card_of(S1.replace("|2|", f"|{sex}|", 1)).gioi_tinh is None


@pytest.mark.parametrize(
    ("mark", "area"), [("4", None), ("5", "K1"), ("6", "K2"), ("7", "K3"), ("-", None)]
)
def test_the_area_mark_gives_the_area(mark: str, area: str | None) -> None:
    assert card_of(S1.replace("|-|4|", f"|-|{mark}|")).ma_kv == area


def test_a_name_of_html_is_kept_as_text() -> None:
    evil = '<img src=x onerror="alert(1)">'
    hexed = evil.encode().hex()
    assert card_of(S1.replace("4e677579e1bb856e205468e1bb8b204de1baab75", hexed)).ho_ten == evil


def test_a_decomposed_name_is_composed() -> None:
    hexed = "Nguyễn Thị Mẫu".encode().hex()
    assert card_of(S1.replace("4e677579e1bb856e205468e1bb8b204de1baab75", hexed)).ho_ten == NAME


# ---- refused whole


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param(
            S1.replace("79217900000011", "79217900000012"),
            (Reason.CONTRADICTORY, "number"),
            id="field 9 names another person",
        ),
        pytest.param(
            S2.replace("31/12/2026", "31/12/2025"),
            (Reason.CONTRADICTORY, "validity"),
            id="validity ends before it starts",
        ),
        pytest.param(
            S1.replace("05/03/1994", "23/11/2026"),
            (Reason.CONTRADICTORY, "birth"),
            id="born after the visit",
        ),
        pytest.param(
            S7.replace("31/12/2026", "31/12/2025"),
            (Reason.CONTRADICTORY, "validity"),
            id="short form, validity",
        ),
        pytest.param(
            S1.replace("05/03/1994", "30/02/1994"), (Reason.UNREADABLE, "birth"), id="no such birth"
        ),
        pytest.param(
            S1.replace("01/01/2026", "2026"), (Reason.UNREADABLE, "from"), id="start not to the day"
        ),
        pytest.param(
            S2.replace("31/12/2026", "32/12/2026"), (Reason.UNREADABLE, "to"), id="no such end"
        ),
        pytest.param(
            S1.replace("28/12/2025", "yesterday"), (Reason.UNREADABLE, "issued"), id="issue date"
        ),
        pytest.param(
            S1.replace("01/06/2028", "01/13/2028"), (Reason.UNREADABLE, "five_years"), id="5 years"
        ),
        pytest.param(
            S1.replace("79 - 014", "7 - 014"), (Reason.UNREADABLE, "facility"), id="facility"
        ),
        pytest.param(
            S1.replace("64c123b1612dd272-7102", "64c123b1612"),
            (Reason.UNREADABLE, "garbled"),
            id="check string",
        ),
        pytest.param(
            S1.replace("4e677579e1bb856e205468e1bb8b204de1baab75", ""),
            (Reason.UNREADABLE, "name"),
            id="no name",
        ),
        pytest.param(S1.replace("|$", "|x|$"), (Reason.UNREADABLE, "cut"), id="sixteen parts"),
        pytest.param(
            S4.removesuffix("|$"), (Reason.UNREADABLE, "cut"), id="16 parts, the last bar is cut"
        ),
        pytest.param(
            S4.replace("6e68|$", "6e6|"), (Reason.UNREADABLE, "cut"), id="17 parts, place not whole"
        ),
        pytest.param(S7.replace("|$", "|"), (Reason.UNREADABLE, "cut"), id="9 parts, no end"),
        pytest.param(
            S7.replace("79 - 014", "7 - 014"), (Reason.UNREADABLE, "facility"), id="short, facility"
        ),
        pytest.param("", (Reason.UNREADABLE, "empty"), id="empty"),
        pytest.param(" \r\n\t", (Reason.UNREADABLE, "empty"), id="blank"),
        pytest.param(b"\xff\xfe\x00", (Reason.UNREADABLE, "garbled"), id="not UTF-8"),
        pytest.param(b"1" * 8_001, (Reason.UNREADABLE, "too_long"), id="more than a code holds"),
        pytest.param(
            "|".join(CITIZEN.split("|")[:6]), (Reason.UNREADABLE, "cut"), id="citizen card cut"
        ),
        pytest.param(
            CITIZEN.replace("05031994", "05032094"),
            (Reason.CONTRADICTORY, "birth"),
            id="citizen born in future",
        ),
        pytest.param(
            CITIZEN.replace("Nữ", "?"), (Reason.UNREADABLE, "garbled"), id="citizen's sex unknown"
        ),
        pytest.param(
            CITIZEN.replace(NAME, "12345"), (Reason.UNREADABLE, "name"), id="citizen's name"
        ),
    ],
)
def test_a_payload_that_does_not_read_whole_gives_no_card(
    text: str | bytes, why: tuple[Reason, str]
) -> None:
    assert refusal(text) == why


HEX = NAME.encode().hex()


@each(
    ("part", "name"),
    [
        ("c3c3c3c3", "\ufffd" * 4),
        ("00000000", "\ufffd"),
        ("01020304", "\ufffd" * 4),
        (HEX[:-4], "Nguyễn Thị M\ufffd"),  # cut in the middle of a letter
        (HEX + "0000", NAME),  # a C program's end
        ("4e677579d46e205468de204dc975", "NguyÔn ThÞ MÉu"),  # TCVN3, undone where it is compared
        (b"Nguy?n Th? M?u".hex(), "Nguy?n Th? M?u"),
        ("Nguyá»…n".encode().hex(), "Nguyá»…n"),
        ("Ä\x90á»\x97 Ä\x90á»©c".encode().hex(), "Đỗ Đức"),  # controls are kept nowhere
        (b"NULL".hex(), "NULL"),
        (b"#N/A".hex(), "#N/A"),
        ("Nguy?n Th? M?u", "Nguy?n Th? M?u"),
        ("Nguy\ufffdn Th\ufffd M\ufffdu", "Nguy\ufffdn Th\ufffd M\ufffdu"),
        ("NguyÔn V¨n B×nh", "NguyÔn V¨n B×nh"),
        ("Nguy&#7877;n", "Nguy&#7877;n"),
        ("???", "???"),
        ("#VALUE!", "#VALUE!"),
        ("-", "-"),
        ("H`Mai Êban", "H`Mai Êban"),
    ],
)
def test_a_damaged_name_is_kept_as_it_is_and_the_card_is_read(part: str, name: str) -> None:
    seen = see(S1.replace(HEX, part))
    assert seen.card == replace(S1_CARD, ho_ten=name)


@pytest.mark.parametrize("name", ["12345", "05/03/1994", "79 - 034", "12 Mẫu"])
def test_a_number_or_a_date_in_the_place_of_the_name_is_none(name: str) -> None:
    assert refusal(CITIZEN.replace(NAME, name)) == (Reason.UNREADABLE, "name")
    assert refusal(S1.replace(HEX, name))[0] is Reason.UNREADABLE


@each("sign", "'`’‘´ʼ′‛＇")
def test_an_apostrophe_of_any_form_stands_in_a_citizen_cards_name(sign: str) -> None:
    for name in (f"H{sign}Hen Niê", f"H{sign} Hen Niê"):
        assert card_of(CITIZEN.replace(NAME, name)).ho_ten == name


def test_a_contradictory_payload_keeps_its_kind() -> None:
    assert see(payload("bad-contradictory")).kind is Kind.BHYT_QR
    assert see(CITIZEN.replace("05031994", "05032094")).kind is Kind.CCCD_QR


def test_a_birth_on_the_day_of_the_visit_is_possible() -> None:
    born_today = S1.replace("05/03/1994", "22/11/2026")
    assert see(born_today).card is not None
    assert refusal(born_today, date(2026, 11, 21)) == (Reason.CONTRADICTORY, "birth")


# ---- citizen cards


@pytest.mark.parametrize(
    "text",
    [CITIZEN, f"{CITIZEN}|||", f"{CITIZEN}|a|b|c|d|e", f"-{CITIZEN}", f"079 194 0{CITIZEN[7:]}"],
)
def test_a_citizen_card_reads_its_first_seven_parts(text: str) -> None:
    seen = see(text)
    assert seen.kind is Kind.CCCD_QR
    assert seen.card == Card(
        so_cccd="079194000011",
        ho_ten=NAME,
        ngay_sinh=PartialDate(1994, 3, 5),
        gioi_tinh="2",
        dia_chi="12 Đường Mẫu, Phường Mẫu",
    )


@pytest.mark.parametrize(("birth", "iso"), [("1958", "1958"), ("071955", "1955-07")])
def test_a_citizens_birth_may_be_known_to_the_year_or_month(birth: str, iso: str) -> None:
    born = card_of(CITIZEN.replace("05031994", birth)).ngay_sinh
    assert born is not None
    assert born.iso == iso


def test_the_sex_of_a_man_is_one_in_any_case() -> None:
    assert card_of(CITIZEN.replace("Nữ", "NAM")).gioi_tinh == "1"


# ---- numbers


@each(
    "typed",
    [
        "DN4797900000011",
        "dn4797900000011",
        "DN 4 79 790 000 0011",
        "  dn-4-79-790.000.0011\n",
        "DN.4.79.79.0000.0011",
        "DN\u00a04\u00a079\u2009790\u3000000 0011",
        "DN—4—79—7900000011",
        "ＤＮ４７９７９００００００１１",
        "D N 4 7 9 7 9 0 0 0 0 0 0 1 1",
    ],
)
def test_a_card_number_is_read_with_any_spacing_and_case(typed: str) -> None:
    seen = see(typed)
    assert (seen.kind, seen.findings) == (Kind.BHYT_NUMBER, ())
    assert facts(card_of(typed)) == {"ma_the": "DN4797900000011", "ma_so_bhxh": "7900000011"}


@pytest.mark.parametrize("typed", ["7900000011", "79 0000 0011", "790.000.0011", "790-000-0011 "])
def test_ten_digits_are_an_insurance_number(typed: str) -> None:
    assert see(typed).kind is Kind.BHXH_NUMBER
    assert facts(card_of(typed)) == {"ma_so_bhxh": "7900000011"}


@pytest.mark.parametrize("typed", ["079194000011", "079 194 000 011", "079194-000011\r\n"])
def test_twelve_digits_are_a_citizen_number(typed: str) -> None:
    assert see(typed).kind is Kind.CCCD_NUMBER
    assert facts(card_of(typed)) == {"so_cccd": "079194000011"}


@pytest.mark.parametrize("typed", ["DN479AA00300077", "HN2 01 AB 003 00077"])
def test_a_number_from_before_2017_is_legacy(typed: str) -> None:
    seen = see(typed)
    assert seen.kind is Kind.LEGACY_NUMBER
    assert [f.reason for f in seen.findings] == [Reason.LEGACY_NUMBER]


@pytest.mark.parametrize(
    ("typed", "vi"),
    [
        ("DN6797900000011", "Ký tự thứ 3 phải là 1-5, đang là 6"),
        ("DN479O900000011", "Ký tự thứ 6 phải là chữ số, đang là O (có phải số 0?)"),
        ("DN4790I00000011", "Ký tự thứ 7 phải là chữ số, đang là I (có phải số 1?)"),
    ],
)
def test_a_legacy_number_that_looks_mistyped_also_gets_the_hint(typed: str, vi: str) -> None:
    seen = see(typed)
    assert seen.kind is Kind.LEGACY_NUMBER
    assert [f.reason for f in seen.findings] == [Reason.BAD_NUMBER, Reason.LEGACY_NUMBER]
    assert hint(typed)[0] == vi


@each(
    ("typed", "vi", "en"),
    [
        (
            "DN8797900000011",
            "Ký tự thứ 3 phải là 1-5, đang là 8",
            "Character 3 must be 1-5, it is 8",
        ),
        (
            "D14797900000011",
            "Ký tự thứ 2 phải là chữ cái, đang là 1",
            "Character 2 must be a letter, it is 1",
        ),
        (
            "DN47979000000X1",
            "Ký tự thứ 14 phải là chữ số, đang là X",
            "Character 14 must be a digit, it is X",
        ),
        (
            "DN47979000000O1",
            "Ký tự thứ 14 phải là chữ số, đang là O (có phải số 0?)",
            "Character 14 must be a digit, it is O (is it 0?)",
        ),
        (
            "DN479790000001",
            "Số gồm 15, 10 hoặc 12 ký tự, đang có 14",
            "A number has 15, 10 or 12 characters, this has 14",
        ),
        (
            "DN47979000000111",
            "Số gồm 15, 10 hoặc 12 ký tự, đang có 16",
            "A number has 15, 10 or 12 characters, this has 16",
        ),
        (
            "79000000111",
            "Số gồm 15, 10 hoặc 12 ký tự, đang có 11",
            "A number has 15, 10 or 12 characters, this has 11",
        ),
        (
            "790000001",
            "Số gồm 15, 10 hoặc 12 ký tự, đang có 9",
            "A number has 15, 10 or 12 characters, this has 9",
        ),
    ],
)
def test_a_wrong_number_is_told_exactly(typed: str, vi: str, en: str) -> None:
    assert see(typed).card is None
    assert hint(typed) == (vi, en)


@pytest.mark.parametrize("number", ["DN8797900000011", "790000001"])
def test_a_wrong_number_in_a_card_qr_is_refused_with_the_same_hint(number: str) -> None:
    seen = see(S1.replace("DN4797900000011", number))
    assert seen.card is None


def test_a_damaged_number_of_exactly_ten_characters_in_a_card_qr_is_named_a_wrong_number() -> None:
    seen = see(S1.replace("DN4797900000011", "DN47979000"))
    assert (seen.kind, seen.findings[0].reason) == (Kind.BHYT_NUMBER, Reason.BAD_NUMBER)


# ---- foreign


@each(
    ("text", "case"),
    [
        ("https://vssid.example.vn/the?x=1|2", "web"),
        ("HTTP://EXAMPLE.VN", "web"),
        ("www.example.vn", "web"),
        ("00020101021138540010A00000072701240006970436", "vietqr"),
        ("WIFI:S:Phong kham;T:WPA;P:12345678;;", "wifi"),
        ('{"ma_the": "DN4797900000011"}', "json"),
        ("[1, 2, 3]", "json"),
        ("[" * 7_000, "unknown"),
        ("{not json", "unknown"),
        ("Xin chào", "unknown"),
        ("BEGIN:VCARD\nFN:Mẫu\nEND:VCARD", "unknown"),
        ("||||||", "unknown"),
        ("🙂", "unknown"),
        ("٧٩٠٠٠٠٠٠١١", None),
    ],
)
def test_what_is_no_card_is_named_politely(text: str, case: str | None) -> None:
    if case is None:  # Arabic-Indic digits are read as digits or refused, never raised
        assert see(text).kind in {Kind.BHXH_NUMBER, Kind.FOREIGN}
        return
    assert refusal(text) == (Reason.NOT_A_CARD, case)
    assert see(text).kind is Kind.FOREIGN


@pytest.mark.parametrize(
    ("slug", "case"),
    [
        ("foreign-1", "web"),
        ("foreign-vietqr", "vietqr"),
        ("foreign-wifi", "wifi"),
        ("foreign-json", "json"),
        ("foreign-text", "unknown"),
    ],
)
def test_the_foreign_fixtures_are_named(slug: str, case: str) -> None:
    assert refusal(payload(slug)) == (Reason.NOT_A_CARD, case)


def test_a_number_with_something_after_many_blanks_is_no_number() -> None:
    assert see(b"7900000011" + b" " * 5_000 + b"https://example.vn").card is None


# ---- several codes in one picture


def test_a_foreign_code_beside_a_card_does_not_matter() -> None:
    chosen = choose([see("https://example.vn"), see(S1)])
    assert chosen is not None
    assert chosen.card == S1_CARD


def test_two_cards_in_view_are_refused() -> None:
    both, turned = choose([see(S1), see(S2)]), choose([see(S2), see(S1)])
    assert both is not None
    assert turned is not None
    assert both.card is None
    assert [f.reason for f in both.findings] == [Reason.TWO_CARDS]
    assert both.digest == turned.digest


@pytest.mark.parametrize("three", [(S1, S2, CITIZEN), (S1, CITIZEN, CITIZEN.replace("11|", "12|"))])
def test_three_cards_in_view_are_refused(three: tuple[str, ...]) -> None:
    chosen = choose([see(text) for text in three])
    assert chosen is not None
    assert [f.reason for f in chosen.findings] == [Reason.TWO_CARDS]


@pytest.mark.parametrize(
    "other", ["An Văn Khác", "Vũ Văn Khác", "Nguyễn Thị Mậu", "Nguy?n Th? M?u"]
)
def test_a_citizen_card_is_put_beside_and_not_merged_where_its_name_is_another(other: str) -> None:
    chosen = choose([see(S1), see(CITIZEN.replace(NAME, other))])
    assert chosen is not None
    assert chosen.card is not None
    assert chosen.beside is not None
    assert chosen.beside.ho_ten == other
    merged = other == "Nguyễn Thị Mậu"  # by its letters the same, and born on the same day
    assert (chosen.card.so_cccd is not None) is merged


def test_a_card_beside_the_citizen_card_of_the_same_person_is_read_with_its_number() -> None:
    for pair in ([S1, CITIZEN], [CITIZEN, S1]):
        chosen = choose([see(text) for text in pair])
        assert chosen is not None
        assert chosen.kind is Kind.BHYT_QR
        assert chosen.card is not None
        assert chosen.card.so_cccd == "079194000011"


def test_one_card_on_plastic_and_on_a_phone_is_one_card() -> None:
    chosen = choose([see(S1), see(S8)])
    assert chosen is not None
    assert chosen.card == S1_CARD


def test_the_old_and_the_new_form_of_one_citizen_card_are_one_card() -> None:
    chosen = choose([see(CITIZEN), see(f"{CITIZEN}|a|b|c|d")])
    assert chosen is not None
    assert chosen.card is not None


def test_the_same_code_twice_is_one_card() -> None:
    chosen = choose([see(S1), see(S1)])
    assert chosen is not None
    assert chosen.card == S1_CARD


def test_a_cut_card_counts_before_a_foreign_code() -> None:
    chosen = choose([see("https://example.vn"), see(BAD2)])
    assert chosen is not None
    assert chosen.kind is Kind.UNREADABLE


def test_of_no_text_nothing_is_chosen() -> None:
    assert choose([]) is None


def test_all_that_was_shown_at_once_is_chosen_from_and_each_kind_is_known() -> None:
    texts = ("https://example.vn", CITIZEN, S1)
    shown = read_all([text.encode() for text in texts], TODAY)
    assert shown.counts == choose([see(text) for text in texts])
    assert shown.kinds == {Kind.FOREIGN, Kind.CCCD_QR, Kind.BHYT_QR}
    assert read_all([], TODAY).counts == see("")


# ---- properties


def assert_sane(seen: Presented) -> None:
    """Assert what holds of every answer."""
    assert (seen.card is not None) or seen.findings
    if seen.kind in {Kind.FOREIGN, Kind.UNREADABLE}:
        assert seen.card is None
    for finding in seen.findings:
        assert finding.sentence.vi
        assert finding.sentence.en


@given(st.binary(max_size=600))
@example(b"\x00")
@example(b"|")
@example(b"$|#")
@example(b"7900000011|")
@example(b"-079194000011|x")
@example(b"079-194-000-011|x")
def test_arbitrary_bytes_never_raise(raw: bytes) -> None:
    assert_sane(see(raw))


@given(st.text(max_size=300))
def test_arbitrary_text_never_raises(text: str) -> None:
    assert_sane(see(text.encode("utf-8", "surrogatepass")))


@given(st.sampled_from(REAL), st.data())
def test_a_mutated_payload_never_raises(text: str, data: st.DataObject) -> None:
    raw = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        match data.draw(st.sampled_from(["change", "drop", "insert", "double"])):
            case "change":
                raw[at] = data.draw(st.integers(0, 255))
            case "drop":
                del raw[at]
            case "insert":
                raw.insert(at, data.draw(st.sampled_from(b"|$#- \0\n0aZ\xff")))
            case "double":
                raw[at:at] = raw[at : at + 20]
    assert_sane(see(bytes(raw)))


@given(
    st.sampled_from(FULL_FORMS),
    st.integers(0, 16),
    st.text(max_size=12) | st.sampled_from(["-", "9999", "12/9999", "31/12/9999", "01/01/0001"]),
)
def test_any_value_in_any_field_never_raises(text: str, at: int, value: str) -> None:
    parts = text.split("|")
    parts[at % len(parts)] = value
    assert_sane(see("|".join(parts).encode("utf-8", "surrogatepass")))


@pytest.mark.parametrize("text", REAL, ids=lambda text: text[:15])
def test_a_payload_cut_anywhere_gives_its_whole_facts_or_no_card(text: str) -> None:
    raw, whole = text.encode(), card_of(text)
    for end in range(raw.index(b"|") + 1, len(raw)):
        seen = see(raw[:end])
        assert seen.card in {None, whole}, raw[:end]


@each("text", FULL_FORMS)
def test_a_full_payload_cut_before_its_check_string_is_whole_gives_no_card(text: str) -> None:
    raw = text.encode()
    check_string = text.split("|")[13].rstrip("\r\n\0").encode()
    for end in range(raw.index(b"|") + 1, raw.index(check_string) + len(check_string)):
        assert see(raw[:end]).card is None, raw[:end]


@pytest.mark.parametrize("text", [S7, S10])
def test_a_short_payload_cut_anywhere_gives_no_card(text: str) -> None:
    raw = text.encode()
    for end in range(raw.index(b"|") + 1, len(raw)):
        assert see(raw[:end]).card is None, raw[:end]


@each("text", FULL_FORMS)
def test_a_full_payload_that_loses_a_middle_part_gives_no_other_facts(text: str) -> None:
    parts, whole = text.split("|"), card_of(text)
    for at in range(1, len(parts)):
        seen = see("|".join(parts[:at] + parts[at + 1 :]))
        assert seen.card in {None, whole}, at


MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"1" * MEGABYTE, id="digits"),
        pytest.param(b"|" * MEGABYTE, id="bars"),
        pytest.param(b"\0" * MEGABYTE, id="NULs"),
        pytest.param(b" " * MEGABYTE, id="blanks"),
        pytest.param(b"[" * MEGABYTE, id="brackets"),
        pytest.param(b"[" + b"1" * (MEGABYTE - 2) + b"]", id="a long JSON number"),
        pytest.param("ệ".encode() * 300_000, id="Vietnamese"),
        pytest.param("\u0323\u0302".encode() * 240_000, id="combining marks"),
        pytest.param("ﷺ".encode() * 330_000, id="letters that NFKC makes long"),
        pytest.param(S1.encode() + b"|" + b"a" * (MEGABYTE - 400), id="a card with a tail"),
        pytest.param(b"DN4797900000011|" + b"ab" * 490_000, id="a name of 1 MB"),
        pytest.param(json.dumps(["x"] * 190_000).encode(), id="JSON"),
        pytest.param(b"http://" + b"a" * (MEGABYTE - 7), id="a web address"),
        pytest.param(bytes(range(256)) * 3_900, id="all bytes"),
    ],
)
def test_a_megabyte_of_anything_is_answered_without_a_card(raw: bytes) -> None:
    seen = see(raw)
    assert seen.card is None
    assert_sane(seen)


@pytest.mark.parametrize("count", [7_089, 8_000])
def test_as_much_as_a_code_holds_is_looked_at(count: int) -> None:
    assert see("1" * count).kind is Kind.FOREIGN


@pytest.mark.parametrize("place", [1, 2, 4, 5])
@pytest.mark.parametrize("damage", ["áº ", "Ăº ", "Ã ", "&#x41;", "\u0301", "?a"])
def test_a_field_of_nothing_but_damage_is_not_guessed_at(
    damage: str, place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []
    monkeypatch.setattr(damaged, "from_old_tables", lambda text: iter(tried.append(text) or ()))
    parts = CITIZEN.split("|")
    parts[place] = (damage * 3_900)[: 3_900 - len(CITIZEN)]
    seen = see("|".join(parts))
    assert_sane(seen)
    assert max(map(len, tried), default=0) <= 300  # more letters than any name has


@each(
    "sex",
    ["Nữ", "nữ", "NỮ", "Nu", "Ná»¯", "N÷", "Nöõ", "N?", "N\ufffd", "N&#7919;", "N\u01b0\u0303"],
)
def test_the_damaged_sex_of_a_citizen_card_is_female(sex: str) -> None:
    assert card_of(CITIZEN.replace("|Nữ|", f"|{sex}|")).gioi_tinh == "2"
    assert card_of(CITIZEN.replace("|Nữ|", "|NAM|")).gioi_tinh == "1"


@each("sex", ["?", "", "X", "N", "Na", "Khác", "2", "Name", "NULL", "N/A", "None"])
def test_any_other_word_for_the_sex_is_garbled(sex: str) -> None:
    assert refusal(CITIZEN.replace("|Nữ|", f"|{sex}|")) == (Reason.UNREADABLE, "garbled")


@pytest.mark.parametrize("encoding", ["latin-1", "cp1258"])
def test_a_citizen_card_read_in_another_encoding_is_the_same_person(encoding: str) -> None:
    text = "|".join(part.encode().decode(encoding, "ignore") for part in CITIZEN.split("|"))
    card = card_of(text)
    assert same(card.ho_ten or "", NAME)
    assert card.gioi_tinh == "2"
