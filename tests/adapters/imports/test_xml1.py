"""XML1: each form that hospitals keep gives the same rows; what is broken refuses its own."""

from __future__ import annotations

import base64
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import each
from verification.adapters.imports.several_cards import each_card
from verification.adapters.imports.tables import Row, digest_of_list, read_table
from verification.basics.errors import ImportFileError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FIRST = {
    "MA_LK": "LK-1",
    "MA_BN": "BN-1",
    "HO_TEN": "Nguyễn Thị Mẫu",
    "SO_CCCD": "079194000011",
    "NGAY_SINH": "199403050000",
    "GIOI_TINH": "2",
    "DIA_CHI": "12 Đường Mẫu",
    "MA_THE_BHYT": "DN4797900000011",
    "MA_DKBD": "79014",
    "GT_THE_TU": "20260101",
    "GT_THE_DEN": "20261231",
    "MA_DOITUONG_KCB": "1.1",
    "MA_LOAI_KCB": "01",
    "NGAY_VAO": "202611201015",
    "NGAY_RA": "202611201130",
    "MA_BENH_CHINH": "I10",
    "NAM_NAM_LIEN_TUC": "20280601",
    "MA_KHUVUC": "K1",
}
SECOND = FIRST | {"MA_THE_BHYT": "HT2797900000022", "HO_TEN": "Trần Văn Ví Dụ", "SO_CCCD": ""}
ROW = {
    "ma_the": "DN4797900000011",
    "so_cccd": "079194000011",
    "ho_ten": "Nguyễn Thị Mẫu",
    "ngay_sinh": "199403050000",
    "gioi_tinh": "2",
    "dia_chi": "12 Đường Mẫu",
    "ma_dkbd": "79014",
    "gt_the_tu": "20260101",
    "gt_the_den": "20261231",
    "ma_kv": "K1",
    "ngay_du_5_nam": "20280601",
    "ngay_vao": "202611201015",
}
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


def fields(values: Mapping[str, str]) -> str:
    return "".join(f"<{name}><![CDATA[{text}]]></{name}>\n" for name, text in values.items())


def summary(values: Mapping[str, str]) -> str:
    return f"<TONG_HOP>\n{fields(values)}</TONG_HOP>"


def packed(table: str, content: str | bytes) -> str:
    made = base64.encodebytes(content if isinstance(content, bytes) else content.encode()).decode()
    return f"<FILEHOSO><LOAIHOSO>{table}</LOAIHOSO><NOIDUNGFILE>{made}</NOIDUNGFILE></FILEHOSO>"


def batch(*records: str) -> str:
    held = "".join(f"<HOSO>{record}</HOSO>" for record in records)
    unit = "<THONGTINDONVI><MACSKCB>79014</MACSKCB></THONGTINDONVI>"
    info = f"<SOLUONGHOSO>{len(records)}</SOLUONGHOSO><DANHSACHHOSO>{held}</DANHSACHHOSO>"
    return f"{HEAD}<GIAMDINHHS>{unit}<THONGTINHOSO>{info}</THONGTINHOSO><CHUKYDONVI/></GIAMDINHHS>"


def record(values: Mapping[str, str]) -> str:
    """Return the files of one visit, those of other tables before and after its summary."""
    other = f"<XML7><MA_THE_BHYT>{SECOND['MA_THE_BHYT']}</MA_THE_BHYT><HO_TEN>X</HO_TEN></XML7>"
    return packed("XML2", other) + packed("XML1", HEAD + summary(values)) + packed("XML7", other)


def rows_of(path: Path) -> list[Row]:
    with read_table(path) as table:
        assert table.own_days
        return list(table.rows)


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


PLAIN = f"<FILEHOSO><LOAIHOSO>XML1</LOAIHOSO><NOIDUNGFILE>{summary(FIRST)}</NOIDUNGFILE></FILEHOSO>"
FORMS = {
    "one visit": HEAD + summary(FIRST),
    "no declaration": summary(FIRST),
    "a mark of order": b"\xef\xbb\xbf" + (HEAD + summary(FIRST)).encode(),
    "UTF-16": (HEAD.replace("utf-8", "utf-16") + summary(FIRST)).encode("utf-16"),
    "a batch": batch(record(FIRST)),
    "a batch as it is": batch(PLAIN),
    "lower case": HEAD
    + "<tong_hop>"
    + fields({k.lower(): v for k, v in FIRST.items()})
    + "</tong_hop>",
    "names of a space": HEAD + f'<b:TONG_HOP xmlns:b="urn:x">{fields(FIRST)}</b:TONG_HOP>',
    "fields in another order": HEAD + summary(dict(reversed(FIRST.items()))),
    "around it a list": f"{HEAD}<DSACH>{summary(FIRST)}</DSACH>",
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_each_form_gives_the_same_row(tmp_path: Path, text: str | bytes) -> None:
    (row,) = rows_of(written(tmp_path / "source.xml", text))
    assert (row.at, row.named, row.why) == (1, ROW, None)


def test_a_batch_gives_a_row_for_each_visit(tmp_path: Path) -> None:
    found = rows_of(written(tmp_path / "source.xml", batch(*map(record, [FIRST, SECOND, FIRST]))))
    assert [row.at for row in found] == [1, 2, 3]
    assert [row.named["ma_the"][-2:] for row in found] == ["11", "22", "11"]


def test_a_folder_and_a_zip_are_one_list(tmp_path: Path) -> None:
    folder = tmp_path / "visits"
    folder.mkdir()
    written(folder / "b.xml", batch(record(SECOND)))
    written(folder / "a.XML", summary(FIRST))
    written(folder / "readme.txt", "x")
    with zipfile.ZipFile(tmp_path / "visits.zip", "w", zipfile.ZIP_DEFLATED) as made:
        for file in ("a.XML", "b.xml", "readme.txt"):
            made.write(folder / file, file)
    of_folder = rows_of(folder)
    assert [row.named["ma_the"][-2:] for row in of_folder] == ["11", "22"]
    assert rows_of(tmp_path / "visits.zip") == of_folder
    before = digest_of_list(folder)
    written(folder / "b.xml", summary(SECOND))
    assert digest_of_list(folder) != before


def test_who_has_no_card_is_no_row(tmp_path: Path) -> None:
    assert rows_of(written(tmp_path / "source.xml", summary(FIRST | {"MA_THE_BHYT": ""}))) == []


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (packed("XML1", summary(FIRST)[:-12]), "không đọc được"),
        (
            packed("XML1", summary(FIRST)).replace("</NOIDUNGFILE>", "*</NOIDUNGFILE>"),
            "không đọc được",
        ),
        (packed("XML1", b"\xff\xfe\x00"), "không đọc được"),
        (packed("XML1", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "không đọc được"),
        (
            packed("XML1", summary(FIRST).replace("</TONG_HOP>", "<HO_TEN>A</HO_TEN></TONG_HOP>")),
            "hai lần",
        ),
    ],
)
def test_a_broken_record_is_refused_and_those_beside_it_are_read(
    tmp_path: Path, broken: str, why: str
) -> None:
    found = rows_of(written(tmp_path / "source.xml", batch(record(SECOND), broken, record(SECOND))))
    assert [bool(row.why) for row in found] == [False, True, False]
    assert why in str(found[1].why)


def test_a_field_that_stands_twice_names_both_cards(tmp_path: Path) -> None:
    twice = summary(FIRST).replace(
        "</TONG_HOP>", f"<MA_THE_BHYT>{SECOND['MA_THE_BHYT']}</MA_THE_BHYT></TONG_HOP>"
    )
    (row,) = rows_of(written(tmp_path / "source.xml", twice))
    assert row.cells
    assert {FIRST["MA_THE_BHYT"], SECOND["MA_THE_BHYT"]} <= {*row.cells}


@pytest.mark.parametrize(
    "text",
    [
        batch(record(FIRST))[:-30],
        batch(record(FIRST))[:400],
        '<!DOCTYPE a [<!ENTITY b "c">]>' + summary(FIRST),
        "<html><body>",
        "<html><body/></html>",
        "",
        "<a>" * 100 + "</a>" * 100,
        f"<TONG_HOP><HO_TEN>{'x' * 1_100_000}</HO_TEN></TONG_HOP>",
    ],
    ids=["cut at the end", "cut", "entities", "html", "other", "empty", "deep", "long"],
)
def test_a_file_that_is_no_whole_xml_is_one_sentence(tmp_path: Path, text: str) -> None:
    path = written(tmp_path / "source.xml", text)
    with pytest.raises(ImportFileError, match=r"source\.xml"):
        rows_of(path)


def test_other_tables_may_be_as_long_as_they_are(tmp_path: Path) -> None:
    long = packed("XML3", "x" * 3_000_000)
    (row,) = rows_of(written(tmp_path / "source.xml", batch(long + record(FIRST) + long)))
    assert row.named == ROW


JOINED = {"ma_the": "A;B", "ma_dkbd": "1;2", "gt_the_tu": "3;4", "gt_the_den": "5;6", "ho_ten": "X"}


@pytest.mark.parametrize("cell", [";", ";;", " ; ", " ;;; "])
def test_a_row_of_signs_alone_is_a_row_that_names_nobody(cell: str) -> None:
    row = Row(2, {"ma_the": cell, "ho_ten": "Người Mẫu", "gt_the_den": "2026-12-31;2027-12-31"})
    assert [*each_card([row])] == [row]


@each(
    ("more", "told"),
    [
        ({}, [("A", "1", "3", "5"), ("B", "2", "4", "6")]),
        ({"gt_the_den": ""}, [("A", "1", "3", ""), ("B", "2", "4", "")]),
        ({"gt_the_den": ";6"}, [("A", "1", "3", ""), ("B", "2", "4", "6")]),
        ({"gt_the_den": "5;"}, None),
        ({"ma_dkbd": "1"}, None),
        ({"ma_the": "A;B;C"}, None),
        (
            {"ma_the": "A;", "ma_dkbd": "1", "gt_the_tu": "3", "gt_the_den": "5"},
            [("A", "1", "3", "5")],
        ),
        (
            {"ma_the": ";", "ma_dkbd": "", "gt_the_tu": "", "gt_the_den": ""},
            [(";", "", "", "")],
        ),
    ],
)
def test_several_cards_of_a_visit_are_a_row_each(
    more: dict[str, str], told: list[tuple[str, ...]] | None
) -> None:
    found = list(each_card([Row(7, JOINED | more)]))
    if told is None:
        (row,) = found
        assert row.why
        assert row.cells == tuple((JOINED | more).values())
    else:
        names = ("ma_the", "ma_dkbd", "gt_the_tu", "gt_the_den")
        assert [tuple(row.named[name] for name in names) for row in found] == told
        assert all(row.at == 7 and row.named["ho_ten"] == "X" for row in found)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_tags_of_any_kind_are_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("xml") / "source.xml"
    path.write_text(f"<{text}", encoding="utf-8")
    with pytest.raises(ImportFileError):
        rows_of(path)
