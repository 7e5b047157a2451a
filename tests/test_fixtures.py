"""The fixture tables cover what the kiosk must tell apart, and all else follows from them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
import zxingcpp

from fixtures.clip import timeline, write_clip
from fixtures.encode import FOREIGN, VARIANTS, build_payload
from fixtures.make import CLIP_SECONDS, CLIP_SLUGS, payloads, pictures, write_all
from fixtures.tables import HERE, Card, card_of, table
from tests.support import each

if TYPE_CHECKING:
    from pathlib import Path

    from cv2.typing import MatLike

CODES_BY_DIGIT = {
    "1": "CC TE",
    "2": "CK CB KC HN DT DK XD BT TS AK CT CN LH",
    "3": "HT TC PV TG DS HK",
    "4": (
        "DN HX CH NN TK HC XK TB NO XB XN TN CS MS HD TQ TV TA TY HG LS HS SV GB GD ND TH TD TU BA"
    ),
    "5": "QN CA CY",
}
TONED = "áàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
ALPHABET = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
CARD_COLUMNS = (
    "ma_the ma_so_bhxh so_cccd ho_ten ngay_sinh gioi_tinh dia_chi ma_dkbd "
    "gt_the_tu gt_the_den ma_kv ngay_du_5_nam trang_thai"
)
EXAMPLES = {
    "DN4797900000011": ("79014", "1994-03-05", ""),
    "DT2040400000022": ("04021", "1985-09-04", "2026-12-31"),
    "TE1010100000033": ("01101", "2023-11-15", "2029-11-30"),
    "DN4797900000044": ("79034", "1981-07-30", ""),
    "HT3898900000055": ("89012", "1950", ""),
    "HS4254900000066": ("25005", "2012-10-12", "2027-08-31"),
    "DN4797900000077": ("79014", "1990-01-01", "2026-12-31"),
    "DN4010100000101": ("01C34", "1988-03-12", ""),
    "HS4010100000112": ("01028", "2012-09-07", ""),
}

cards = table("cards")
facilities = table("facilities")
presentations = table("presentations")


def values(rows: tuple[Card, ...], column: str) -> set[str]:
    return {row[column] for row in rows}


def in_force(card: Card) -> bool:
    """Tell whether a card of good standing runs at least to the end of 2039."""
    later = not card["gt_the_den"] or card["gt_the_den"] >= "2039-12-31"
    return card["trang_thai"] == "hieu_luc" and later and card["gt_the_tu"] < "2040"


def card_end_by_age(born: date) -> date:
    """Return the end of a child's card by article 16 of the law on health insurance."""
    if (born.month, born.day) <= (9, 30):
        return date(born.year + 6, 9, 30)
    year, month = (born.year + 7, 1) if born.month == 12 else (born.year + 6, born.month + 1)
    return date.fromordinal(date(year, month, 1).toordinal() - 1)


def grey(picture: bytes) -> MatLike:
    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    return image


def codes_in(picture: bytes) -> list[bytes]:
    return [found.bytes for found in zxingcpp.read_barcodes(grey(picture))]


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Split the usual clip into its JPEG files."""
    path = tmp_path_factory.mktemp("clip") / "desk.mjpeg"
    write_clip(path, CLIP_SLUGS, seconds=CLIP_SECONDS)
    inner = path.read_bytes()[2:-2].split(b"\xff\xd9\xff\xd8")
    return [b"\xff\xd8" + frame + b"\xff\xd9" for frame in inner]


def test_the_card_table_has_the_columns_of_an_import_file() -> None:
    assert list(cards[0]) == CARD_COLUMNS.split()
    assert len(cards) >= 70


@pytest.mark.parametrize("digit", CODES_BY_DIGIT)
def test_every_object_code_appears_with_its_own_digit(digit: str) -> None:
    printed = {card["ma_the"][:3] for card in cards}
    assert printed >= {code + digit for code in CODES_BY_DIGIT[digit].split()}


def test_codes_moved_to_digit_two_also_appear_as_printed_before() -> None:
    assert {"CN3", "LH4"} <= {card["ma_the"][:3] for card in cards}


def test_every_status_appears_and_every_new_number_is_present() -> None:
    statuses = values(cards, "trang_thai")
    renewed = {status.partition(":")[2] for status in statuses if ":" in status}
    assert {status.partition(":")[0] for status in statuses} == {
        "hieu_luc", "thu_hoi", "bao_giam", "tu_vong", "the_moi",
    }  # fmt: skip
    assert renewed
    assert renewed <= values(cards, "ma_the")


def test_the_dates_are_open_past_present_and_future() -> None:
    assert any(not card["gt_the_den"] for card in cards)
    assert any("" < card["gt_the_den"] <= "2025-12-31" for card in cards)
    assert any(card["gt_the_tu"] >= "2040" for card in cards)
    assert {len(card["ngay_sinh"]) for card in cards} == {4, 7, 10}


def test_five_year_dates_are_passed_and_not_passed_and_absent() -> None:
    dates = values(cards, "ngay_du_5_nam")
    assert "" in dates
    assert any("" < day < "2026" for day in dates)
    assert any(day > "2040" for day in dates)


def test_a_card_is_ended_for_years_or_runs_for_years_or_is_a_known_exception() -> None:
    for card in cards:
        exempt = card["ma_the"] in EXAMPLES or card["ma_the"].startswith("TE")
        ended = "" < card["gt_the_den"] <= "2025-12-31"
        lasting = not card["gt_the_den"] or card["gt_the_den"] >= "2039-12-31"
        assert exempt or ended or lasting, card


def test_every_area_and_both_kinds_of_facility_code_appear() -> None:
    assert values(cards, "ma_kv") == {"", "K1", "K2", "K3"}
    assert {"79014", "79000", "01C34"} <= values(cards, "ma_dkbd")
    assert {code[:2] for code in values(cards, "ma_dkbd")} >= {"97", "98"}


def test_childrens_cards_end_by_the_rule_of_72_months_except_the_open_one() -> None:
    children = [card for card in cards if card["ma_the"].startswith("TE")]
    for child in children:
        end = card_end_by_age(date.fromisoformat(child["ngay_sinh"]))
        assert child["gt_the_den"] in ("", str(end))
    assert sum(not child["gt_the_den"] for child in children) == 1
    assert {"2025-09-30", "2032-10-31"} <= {child["gt_the_den"] for child in children}


def test_one_person_holds_two_valid_cards_of_different_codes() -> None:
    people = Counter((card["ma_so_bhxh"], card["so_cccd"]) for card in cards if in_force(card))
    (pair,) = [
        {card["ma_the"][:2] for card in cards if card["ma_so_bhxh"] == number and in_force(card)}
        for (number, _), count in people.items()
        if count > 1
        and not any(c["ma_so_bhxh"] == number and ":" in c["trang_thai"] for c in cards)
    ]
    assert len(pair) == 2


def test_names_use_every_vietnamese_letter_and_are_composed() -> None:
    names = " ".join(card["ho_ten"] for card in cards)
    assert set(ALPHABET + TONED) <= set(names.lower())
    assert unicodedata.is_normalized("NFC", names)


def test_card_numbers_are_unique_and_end_in_the_persons_number() -> None:
    everyone = (*cards, *table("unlisted"))
    assert max(Counter(card["ma_the"] for card in everyone).values()) == 1
    assert all(re.fullmatch(r"[A-Z]{2}[1-5]\d{12}", card["ma_the"]) for card in everyone)
    assert all(card["ma_the"][5:] == card["ma_so_bhxh"] for card in everyone)


def test_numbers_of_persons_are_plainly_invented() -> None:
    assert all(card["ma_so_bhxh"][2:7] == "00000" for card in (*cards, *table("unlisted")))


def test_citizen_numbers_belong_to_one_person_and_fit_sex_and_birth_year() -> None:
    owners: dict[str, str] = {}
    for card in cards:
        number, born = card["so_cccd"], card["ngay_sinh"]
        if not number:
            continue
        century = (int(born[:2]) - 19) * 2 + int(card["gioi_tinh"]) - 1
        assert re.fullmatch(rf"0\d\d{century}{born[2:4]}\d{{6}}", number), card
        assert owners.setdefault(number, card["ma_so_bhxh"]) == card["ma_so_bhxh"]


@each("ma_the", EXAMPLES)
def test_the_worked_examples_keep_their_dates_and_places(ma_the: str) -> None:
    card = card_of(ma_the)
    assert card in cards
    assert (card["ma_dkbd"], card["ngay_sinh"], card["gt_the_den"]) == EXAMPLES[ma_the]


def test_the_facilities_cover_every_level_score_former_tier_and_kind() -> None:
    assert len(facilities) >= 24
    assert len(values(facilities, "ma_cskcb")) == len(facilities)
    assert values(facilities, "cap") == {"ban_dau", "co_ban", "chuyen_sau"}
    assert values(facilities, "diem") == {"", "lt50", "50_70", "ge70", "tam"}
    assert values(facilities, "hang_cu") == {"", "xa", "huyen", "tinh", "tw"}
    assert values(facilities, "loai_12") == {"0", "1"}


def test_the_kiosk_stands_at_a_hospital_of_fifty_points_that_was_no_district_one() -> None:
    """There the rate of somebody registered elsewhere depends on how they came: the desk asks."""
    (here,) = [row for row in facilities if row["ma_cskcb"] == "79014"]
    found = (here["ten"], here["cap"], here["diem"], here["hang_cu"])
    assert found == ("BV Đa khoa Mẫu", "co_ban", "50_70", "")


def test_every_place_on_a_card_is_a_facility_or_temporary() -> None:
    assert values(cards, "ma_dkbd") - values(facilities, "ma_cskcb") == {"79000"}


def test_the_offices_come_with_three_and_with_five_digits() -> None:
    codes = values(table("offices"), "ma_co_quan")
    assert len(codes) == 8
    assert {"079", "07921"} <= codes


def test_every_variant_is_held_up_and_every_slug_is_its_own() -> None:
    assert values(presentations, "variant") == VARIANTS
    assert len(values(presentations, "slug")) == len(presentations)


def test_ten_texts_of_one_card_differ_and_carry_the_same_fields() -> None:
    same = [text.decode() for slug, text in payloads().items() if slug.startswith("same-")]
    fields = [text.strip("\ufeff\0\r\n").lower().split("|") for text in same]
    assert len(set(same)) >= 10
    assert {len(parts) for parts in fields} == {14, 15}
    assert len({(parts[0], parts[3], parts[9], parts[13]) for parts in fields}) == 1
    assert all(len(parts[4]) > 1 and len(parts[12]) >= 8 for parts in fields)


def test_the_first_three_patients_are_valid_expired_and_unknown() -> None:
    one, two, three = (
        next(row["ma_the"] for row in presentations if row["slug"] == f"patient-{number}")
        for number in (1, 2, 3)
    )
    assert in_force(card_of(one))
    assert card_of(one)["ma_dkbd"] == "79014"
    assert card_of(two)["gt_the_den"] <= "2025-12-31"
    assert three not in values(cards, "ma_the")


@each(
    ("variant", "parts", "end"),
    [
        ("old15", 15, "$"),
        ("old_no_terminator", 14, "-7102"),
        ("new17", 17, "$"),
        ("short9", 9, "$"),
        ("short10", 10, "$"),
        ("truncated", 7, "2026"),
        ("cccd7", 7, "2024"),
        ("cccd11", 11, "|"),
    ],
)
def test_each_form_has_its_number_of_parts(variant: str, parts: int, end: str) -> None:
    text = build_payload(card_of("DN4797900000011"), variant).decode()
    assert len(text.split("|")) == parts
    assert text.endswith(end)


def test_the_first_example_is_written_as_in_the_worked_text() -> None:
    text = build_payload(card_of("DN4797900000011"), "old15").decode()
    assert re.fullmatch(
        r"DN4797900000011\|4e677579e1bb856e205468e1bb8b204de1baab75\|05/03/1994\|2\|[0-9a-f]+"
        r"\|79 - 014\|01/01/2026\|-\|28/12/2025\|79217900000011\|-\|4\|01/06/2028"
        r"\|[0-9a-f]{16}-7102\|\$",
        text,
    )


def test_a_foreign_code_needs_no_card() -> None:
    assert all(build_payload({}, variant) for variant in FOREIGN)


def test_an_unknown_variant_is_an_error() -> None:
    with pytest.raises(KeyError):
        build_payload(card_of("DN4797900000011"), "no such form")


def test_committed_payloads_are_what_the_tables_give() -> None:
    committed = {path.stem: path.read_bytes() for path in (HERE / "payloads").glob("*.txt")}
    assert committed == payloads()


def test_committed_pictures_show_what_the_tables_give() -> None:
    # Pixels, not bytes: another build of zlib may pack the same picture otherwise.
    committed = {path.stem: path.read_bytes() for path in (HERE / "qr").glob("*.png")}
    made = pictures()
    assert committed.keys() == made.keys()
    assert all(np.array_equal(grey(committed[slug]), grey(made[slug])) for slug in made)


@pytest.mark.long
def test_making_again_gives_the_same_bytes_and_drops_stale_files(tmp_path: Path) -> None:
    write_all(tmp_path)
    first = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    (tmp_path / "qr" / "gone.png").write_bytes(b"stale")
    write_all(tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == first


@each("slug", sorted(values(presentations, "slug")))
def test_each_picture_reads_as_exactly_its_payload(slug: str) -> None:
    assert codes_in((HERE / "qr" / f"{slug}.png").read_bytes()) == [
        (HERE / "payloads" / f"{slug}.txt").read_bytes()
    ]


def test_what_is_committed_stays_small() -> None:
    kept = [path for path in HERE.rglob("*") if path.suffix in {".csv", ".txt", ".png"}]
    assert sum(path.stat().st_size for path in kept) < 1_500_000


@pytest.mark.long
def test_the_clip_shows_each_phone_resting_with_a_readable_code(frames: list[bytes]) -> None:
    shots = timeline(CLIP_SLUGS, seconds=CLIP_SECONDS)
    resting = [(shot.slug, frame) for shot, frame in zip(shots, frames, strict=True)
               if shot.phase == "rest"]  # fmt: skip
    assert list(dict.fromkeys(slug for slug, _ in resting)) == list(CLIP_SLUGS)
    for slug, frame in resting[::6]:
        assert codes_in(frame) == [payloads()[slug]]


def test_the_bare_desk_never_changes_and_holds_no_code(frames: list[bytes]) -> None:
    shots = timeline(CLIP_SLUGS, seconds=CLIP_SECONDS)
    bare = {frame for shot, frame in zip(shots, frames, strict=True) if shot.phase == "empty"}
    assert len(bare) == 1
    assert codes_in(bare.pop()) == []


def test_the_clip_is_ten_seconds_and_begins_and_ends_with_the_bare_desk(
    frames: list[bytes],
) -> None:
    assert len(frames) == 300
    assert frames[0] == frames[-1]
    assert grey(frames[0]).shape == (720, 1280)


def test_a_resting_phone_is_not_a_still_picture(frames: list[bytes]) -> None:
    shots = timeline(CLIP_SLUGS, seconds=CLIP_SECONDS)
    start = next(index for index, shot in enumerate(shots) if shot.phase == "rest")
    assert frames[start] != frames[start + 1]


def test_phones_that_do_not_fit_into_the_time_are_refused() -> None:
    with pytest.raises(ValueError, match="4 phones do not fit into 8 seconds"):
        timeline(CLIP_SLUGS, seconds=8)
