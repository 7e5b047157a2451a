"""Damaged names: undone where that is sure, else not taken for another person."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import each
from verification.basics.damaged import is_damaged, is_nothing, readings
from verification.basics.names import Likeness, compare, is_readable, name_key

NAME = "Nguyễn Thị Mẫu"
NAMES = (
    NAME,
    "Đặng Đình Định",
    "Huỳnh Tấn Phước",
    "Lê Quý Đôn",
    "Trần Thị Hương",
    "Võ Hoàng Sẵn",
    "Đỗ Ngọc Ước",
    "Phạm Thị Thuỷ",
    "Hà Ánh Nhật",
    "Bùi Vũ Trọng",
    "Ngô Thị Ỷ",
    "Lý Ất",
)


def misread(name: str, written: str, read: str) -> str:
    """Return a name written in one encoding and read in another; NUL where nothing stands."""
    return name.encode(written).decode(read, "replace")


@each("name", NAMES)
@each("reader", ["latin-1", "mac_roman", "cp437", "cp850"])
def test_utf8_read_as_one_byte_letters_is_the_same_person(name: str, reader: str) -> None:
    assert compare(misread(name, "utf-8", reader), name) is Likeness.SAME


def windows(name: str, code_page: str = "cp1252") -> str:
    """Return UTF-8 as Windows reads it: what its code page has no letter for is lost."""
    return name.encode().decode(code_page, "ignore")


@each("name", NAMES)
@each("code_page", ["cp1252", "cp1258"])
def test_utf8_of_which_windows_dropped_bytes_is_the_same_person(name: str, code_page: str) -> None:
    shown = " ".join(windows(name, code_page).split())  # a no-break blank becomes one
    assert compare(shown, name) in {Likeness.SAME, Likeness.UNREADABLE}
    assert compare(shown, "Trương Công Khải") is not Likeness.SAME


@each("name", NAMES)
def test_text_that_was_damaged_twice_is_undone_twice(name: str) -> None:
    once = misread(name, "utf-8", "latin-1")
    assert compare(misread(once, "utf-8", "latin-1"), name) is Likeness.SAME


@each(
    ("shown", "name"),
    [
        # TCVN3 (ABC) read as Latin
        ("NguyÔn ThÞ MÉu", NAME),
        ("NGUYÔN THÞ MÉU", NAME),
        ("NguyÔn V¨n B×nh", "Nguyễn Văn Bình"),
        ("TrÇn ThÞ H­¬ng", "Trần Thị Hương"),
        ("§ç §øc", "Đỗ Đức"),
        ("Lª Quý §«n", "Lê Quý Đôn"),
        ("Huúnh TÊn Ph­íc", "Huỳnh Tấn Phước"),
        ("Ph¹m ThÞ Thuû", "Phạm Thị Thuỷ"),
        ("Vâ Hoµng S½n", "Võ Hoàng Sẵn"),
        ("Bïi Vò Träng", "Bùi Vũ Trọng"),
        # VNI read as Latin
        ("Nguyeãn Thò Maãu", NAME),
        ("NGUYEÃN THÒ MAÃU", NAME),
        ("Nguyeãn Vaên Bình", "Nguyễn Văn Bình"),
        ("Leâ Quyù Ñoân", "Lê Quý Đôn"),
        ("Ñaëng Ñình Ñònh", "Đặng Đình Định"),
        ("Huyønh Taán Phöôùc", "Huỳnh Tấn Phước"),
        ("Traàn Thò Höông", "Trần Thị Hương"),
        ("Voõ Thò Saùu", "Võ Thị Sáu"),
        ("Phaïm Thò Thuûy", "Phạm Thị Thủy"),
        ("Ñoã Ngoïc Öôùc", "Đỗ Ngọc Ước"),
        # the bytes of Windows' own code page
        ("Nguy\xea\xden Thi\xf2 M\xe2\xdeu", NAME),
        # escapes
        ("Nguy&#7877;n Th&#7883; M&#7851;u", NAME),
        ("Nguy&#x1ec5;n Th&#x1ECB; M&#x1eab;u", NAME),
        ("Nguy#7877;n Th#7883; M#7851;u", NAME),
        (r"Nguy\u1ec5n Th\u1ecb M\u1eabu", NAME),
        ("Nguy%E1%BB%85n%20Th%E1%BB%8B%20M%E1%BA%ABu", NAME),
        ("Nguy=E1=BB=85n Th=E1=BB=8B M=E1=BA=ABu", NAME),
        ("Nguy%u1EC5n Th%u1ECB M%u1EABu", NAME),
        (r"Nguy\xe1\xbb\x85n Th\xe1\xbb\x8b M\xe1\xba\xabu", NAME),
        ("Nguy+HsU-n Th+Hss M+Hqs-u", NAME),
        ("H&#39;Hen Ni&ecirc;", "H'Hen Niê"),
        (NAME.encode().hex(), NAME),
        ("=?UTF-8?Q?Nguy=E1=BB=85n_Th=E1=BB=8B_M=E1=BA=ABu?=", NAME),
        ("Nguy%E1%BB%85n+Th%E1%BB%8B+M%E1%BA%ABu", NAME),
        (str(NAME.encode()), NAME),
        ("Nguy&amp;#7877;n Th&amp;#7883; M&amp;#7851;u", NAME),
        # keys of an input method that was off
        ("Nguyeenx Thij Maaux", NAME),
        ("Nguye64n Thi5 Ma64u", NAME),
        ("DDawngj DDinhf Ddinhj", "Đặng Đình Định"),
        ("Traanf Thij Huwowng", "Trần Thị Hương"),
        ("Huyfnh Taans Phuwowcs", "Huỳnh Tấn Phước"),
        ("D9a85ng D9i2nh D9i5nh", "Đặng Đình Định"),
        ("Tra62n Thi5 Hu7o7ng", "Trần Thị Hương"),
        # mojibake that a program wrote in capitals, or with its blanks tidied
        ("NGUYÁ»…N THÁ»‹ MÁº«U", NAME),
        ("H'Hen NiÃª", "H'Hen Niê"),
    ],
)
def test_damage_that_can_be_undone_is_undone(shown: str, name: str) -> None:
    assert compare(shown, name) is compare(name, shown) is Likeness.SAME
    assert compare(shown, "Trương Công Khải") is Likeness.OTHER
    assert is_readable(shown)
    assert name_key(shown) == name_key(name)


@each("name", NAMES)
def test_bytes_that_are_lost_are_not_another_person(name: str) -> None:
    for reader in ("latin-1", "cp1252"):
        read = name.encode().decode(reader, "ignore")
        for kept in (
            "".join(c for c in read if c.isprintable() and c != "\u00a0"),  # as a scanner types
            " ".join(read.split()),  # as a sheet is read: some of the bytes are blanks
        ):
            assert compare(kept, name) in {Likeness.SAME, Likeness.UNREADABLE}


@each(
    "shown",
    [
        "Nguy?n Th? M?u",
        "NGUY?N TH? M?U",
        "Nguy\ufffdn Th\ufffd M\ufffdu",
        "Nguy\ufffd\ufffd\ufffdn Th\ufffd\ufffd\ufffd M\ufffd\ufffd\ufffdu",
        "Nguy□n Th□ M□u",
        "Nguy▯n Th▯ M▯u",
        "Nguy???n Th??? M???u",
        "Nguy¿n Th¿ M¿u",
        "Nguy*n Th* M*u",
        "Nguyễn Th? Mẫu",
        "Nguy^~en Thi. Ma^~u",
        "Nguyê~n Thi. Mâ~u",
        "Nguy峄卬 Th峄� M岷玼",
        "Nguyб»…n Thб»‹ Mбє«u",
        "Nguyแป…n Thแป� Mแบซu",
        "NguyФn ThЮ MЙu",
        "N\x00g\x00u\x00y\x00Å\x1en\x00",
        "Nguyn Th Mu",
        "Nguy\x00n Th\x01 M\x02u",
        "Nguy\ue001n Th\ue002 M\ue003u",
        "Nguyễn Thị M\ufffd",
        "N***** T** M**",
    ],
)
def test_letters_that_are_lost_are_not_another_person(shown: str) -> None:
    assert compare(shown, NAME) is compare(NAME, shown) is Likeness.UNREADABLE


@each(
    "shown",
    [
        *("Tr?n V?n Kh?c", "Tr\ufffdn V\ufffdn Kh\ufffdc", "L□ Qu□ Đ□n"),
        # one or two letters are left, and they are not hers
        *("?? ??c ??t", "\ufffd\ufffd \ufffd\ufffdc \ufffd\ufffdt", "V? ?", "□ K□", "?? ?L ??"),
        *("Ä\ufffdá»— Ä\ufffdá»©c Ä\ufffdáº¡t", "Nguyễn Thị.", "Nguyễn T.", "Nguyễn Thị M. L."),
    ],
)
def test_letters_that_are_left_may_say_that_it_is_another(shown: str) -> None:
    assert compare(shown, NAME) is Likeness.OTHER


@each(
    "shown",
    [
        *("NULL", "null", "(null)", "<NULL>", "N/A", "#N/A", "NA", "#VALUE!", "#REF!", "#NAME?"),
        *("none", "None", "undefined", "undefined undefined", "NaN", "nil", "#DIV/0!", "\\N"),
        *("-", "--", ".", "???", "??? ???", "\ufffd\ufffd", "□□□", "12", ""),
        *("x", "test", "TRUE", "[object Object]", "{{ho_ten}}", "${hoTen}", "#SPILL!", "KXĐ"),
        *("Họ và tên", "<string>"),
        *("Chưa đặt tên", "không rõ", "Đang cập nhật", "XXX XXX", "N.A.", "#CALC!", "(trống)"),
    ],
)
def test_what_programs_write_for_nothing_is_nobody(shown: str) -> None:
    assert is_nothing(shown)
    assert not is_readable(shown)
    assert compare(shown, NAME) is compare(NAME, shown) is Likeness.UNREADABLE
    assert compare(shown, shown) is Likeness.UNREADABLE


@each(
    ("shown", "name"),
    [
        ("DDa(.ng Thi. Tha(?ng Ma^~u", "Đặng Thị Thẳng Mẫu"),
        ("DDA(.NG THI. THA(?NG MA^~U", "Đặng Thị Thẳng Mẫu"),
        ("Nguye^~n Hu+~u DDu+'c", "Nguyễn Hữu Đức"),
        ("Hu*`ng Thu*o*ng", "Hừng Thương"),
        ("Huy`nh Ngo.c Ye^'n", "Huỳnh Ngọc Yến"),
        ("ddo^~ thi. la`nh", "Đỗ Thị Lành"),
        (r"Nguy\u1ec5n H\u1eefu \u0110\u1ee9c", "Nguyễn Hữu Đức"),
        (r"Hu\u{1ef3}nh Ng\u{1ecd}c", "Huỳnh Ngọc"),
        ("<U+0110><U+1ED7> <U+0110><U+1EE9>c", "Đỗ Đức"),
        ("xJDhurduZyBUaOG7iyBUaOG6s25nIE3huqt1", "Đặng Thị Thẳng Mẫu"),
        ("=?UTF-8?B?Tmd1eeG7hW4gSOG7r3UgxJDhu6lj?=", "Nguyễn Hữu Đức"),
        ("Pháşˇm Thá»‹ Lá»‡ Thá»§y", "Phạm Thị Lệ Thủy"),
        ("NgÃŽ Báº£o Ngá»\x8dc", "Ngô Bảo Ngọc"),
        ("NgĂ´ BáşŁo Ngáť\x8dc", "Ngô Bảo Ngọc"),
    ],
)
def test_signs_for_marks_and_escapes_before_a_letter_of_hex_are_undone(
    shown: str, name: str
) -> None:
    assert compare(shown, name) is Likeness.SAME
    assert compare(shown, "Lê Văn Khác") is Likeness.OTHER


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("yù nhi nieâ", "Ý Nhi Niê"),
        ("YÙ NHI NIEÂ", "Ý Nhi Niê"),
        ("Roâ Krik Vieát", "Rô Krik Viết"),
        ("§inh Kr¨ng Niª", "Đinh Krăng Niê"),
        ("Ksor §øc", "Ksor Đức"),
    ],
)
def test_a_name_of_no_vietnamese_syllables_is_undone_if_it_is_the_very_name(
    shown: str, name: str
) -> None:
    assert compare(shown, name) is compare(name, shown) is Likeness.SAME
    assert compare(shown, "Lê Văn Khác") is Likeness.OTHER


@each(
    ("shown", "likeness"),
    [
        *(("*** Mẫu", Likeness.UNREADABLE), ("Nguyễn ***", Likeness.UNREADABLE)),
        *(("N*** M***", Likeness.UNREADABLE), ("••• Thị •••", Likeness.UNREADABLE)),
        *(("*** Lan", Likeness.OTHER), ("Trần ***", Likeness.OTHER), ("N*** L***", Likeness.OTHER)),
        ("N** Mẫu", Likeness.OTHER),  # a short mask tells how many letters there were
    ],
)
def test_a_mask_stands_for_any_letters_and_what_it_leaves_still_tells(
    shown: str, likeness: Likeness
) -> None:
    assert compare(shown, NAME) is likeness


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("Nguyá»\ufffdn Thá»‹ Máº«u", "Nguyễn Thị Mẫu"),
        ("Ä\ufffdáº·ng Thá»‹ Tháº³ng", "Đặng Thị Thẳng"),
        ("Nguyá»…n Há»¯u Ä\ufffdá»©c", "Nguyễn Hữu Đức"),
        ("Huá»³nh Ngá»\ufffdc Yáº¿n", "Huỳnh Ngọc Yến"),
        ("Ã„ï¿½Ã¡ÂºÂ·ng ThÃ¡Â»â€¹", "Đặng Thị"),
    ],
)
def test_a_byte_that_became_a_sign_is_filled_in_for_look_up_too(shown: str, name: str) -> None:
    assert compare(shown, name) is compare(name, shown) is Likeness.SAME
    assert name_key(shown) == name_key(name)


@pytest.mark.parametrize("name", ["Kim Adda", "Y' Ban", "Ta+Ba", "Anna Abb.", "Ó~ Ba"])
def test_signs_in_other_texts_are_no_marks(name: str) -> None:
    assert "đ" not in "".join(readings(name)).lower()


@each("name", [*NAMES, "H'Hen Niê", "K`Brơi", "Müller", "Na", "Nguyễn (Tèo)"])
def test_a_whole_name_is_not_damaged(name: str) -> None:
    assert not any(map(is_damaged, name.split()))
    assert not is_nothing(name)
    assert is_readable(unicodedata.normalize("NFD", name))


@given(st.text(max_size=60))
def test_any_text_can_be_undone(text: str) -> None:
    for read in readings(text):
        assert not is_nothing(read)


@pytest.mark.parametrize(
    "text", ["á»" * 2_000, "Ãä" * 140, "&#7877;" * 40, "%E1" * 90, "+HsU-" * 60]
)
def test_a_text_made_to_be_hard_costs_little(text: str) -> None:
    begun = time.perf_counter()
    compare(text, NAME)
    assert time.perf_counter() - begun < 1
