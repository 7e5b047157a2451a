"""Guides in further languages: what a file may hold, and that a wrong one takes none along."""

from __future__ import annotations

import os
import tomllib
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT, each
from verification.basics.errors import RequestError
from verification.operations.guide_folder import (
    MOST_BYTES,
    MOST_FILES,
    MOST_LINES,
    GuideFolder,
    guide_folder,
    short_guide_of,
)
from verification.operations.settings import read_settings

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLE = ROOT / "docs" / "examples" / "huong-dan" / "zh.toml"
RIGHT = {
    "lang": '"km"',
    "name": '"ភាសាខ្មែរ"',
    "title": '"VssID"',
    "lines": '["một", "hai"]',
    "hotline": '"BHXH: {number}"',
    "checked_by": '"Khoa Ngoại ngữ"',
    "date": '"26/11/2026"',
}


def written(**changed: str | None) -> bytes:
    values = {key: value for key, value in {**RIGHT, **changed}.items() if value is not None}
    return "\n".join(f"{key} = {value}" for key, value in values.items()).encode()


def test_a_right_file_is_read_whole() -> None:
    guide = short_guide_of("km.toml", written())
    assert (guide.lang, guide.name, guide.direction) == ("km", "ភាសាខ្មែរ", "ltr")
    assert (guide.lines, guide.day) == (("một", "hai"), date(2026, 11, 26))
    assert guide.checked_by == "Khoa Ngoại ngữ"
    assert short_guide_of("km.toml", b"\xef\xbb\xbf" + written(date="2026-11-26")) == guide


def test_the_hotline_is_the_houses_and_its_line_goes_where_there_is_none() -> None:
    guide = short_guide_of("km.toml", written())
    assert (guide.called("1900 9068"), guide.called(None)) == ("BHXH: 1900 9068", "")
    own = short_guide_of("km.toml", written(hotline='"gọi {0} 115"'))
    assert own.called(None) == "gọi {0} 115"  # no template but the one word
    assert short_guide_of("km.toml", written(hotline=None)).called("1") == ""


def test_joiners_of_letters_may_be_there_and_markup_stays_text() -> None:
    lines = '["<b>\u200b & \u200d</b>"]'
    assert short_guide_of("km.toml", written(lines=lines)).lines == ("<b>\u200b & \u200d</b>",)


@each(
    ("changed", "why"),
    [
        ({"lang": '"lo"'}, "giống tên tệp"),
        ({"lang": "5"}, "giống tên tệp"),
        ({"direction": '"up"'}, "ltr hoặc rtl"),
        ({"direction": "[1]"}, "ltr hoặc rtl"),
        ({"name": '""'}, "“name”"),
        ({"name": None}, "“name”"),
        ({"title": '"' + "x" * 101 + '"'}, "“title”"),
        ({"title": '"a\\nb"'}, "“title”"),
        ({"checked_by": "true"}, "“checked_by”"),
        ({"hotline": '"a\u202eb"'}, "“hotline”"),
        ({"lines": "[]"}, "lines"),
        ({"lines": '["một", " "]'}, "lines"),
        ({"lines": '["một", 2]'}, "lines"),
        ({"lines": '"một"'}, "lines"),
        ({"lines": '["' + "x" * 181 + '"]'}, "lines"),
        ({"lines": "[" + '"một",' * (MOST_LINES + 1) + "]"}, "lines"),
        ({"date": '"31/02/2026"'}, "date"),
        ({"date": "2026-11-26T10:00:00"}, "date"),
        ({"date": None}, "date"),
        ({"script": '"alert(1)"'}, "“script”"),
        ({"name": '"'}, "TOML"),
    ],
)
def test_a_wrong_file_is_told_in_one_sentence_that_names_file_and_reason(
    changed: dict[str, str | None], why: str
) -> None:
    with pytest.raises(RequestError) as told:
        short_guide_of("km.toml", written(**changed))
    assert told.value.vi.startswith("km.toml")
    assert why in told.value.vi


@pytest.mark.parametrize("bad", [b"\xff\xfe", b"x" * (MOST_BYTES + 1), b"a = " + b"[" * 5_000])
def test_what_is_no_toml_or_too_large_is_told(bad: bytes) -> None:
    with pytest.raises(RequestError):
        short_guide_of("km.toml", bad)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_houses_own_languages_are_not_replaced(lang: str) -> None:
    with pytest.raises(RequestError, match="có sẵn"):
        short_guide_of(f"{lang}.toml", written(lang=f'"{lang}"'))


def test_a_wrong_file_is_left_out_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / "km.toml").write_bytes(written())
    (tmp_path / "lo.toml").write_bytes(b"lang = 5")
    (tmp_path / "hmn.toml").mkdir()
    (tmp_path / "notes.txt").write_text("không phải tệp ngôn ngữ")
    found = GuideFolder(tmp_path).read()
    assert list(found.guides) == ["km"]
    assert [trouble.vi.split()[0] for trouble in found.troubles] == ["hmn.toml", "lo.toml"]


@pytest.mark.skipif(os.name != "posix", reason="named pipes are of POSIX")
def test_a_pipe_in_the_folder_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "km.toml")
    assert len(GuideFolder(tmp_path).read().troubles) == 1


def test_a_file_that_changes_is_read_anew_and_no_other_time(tmp_path: Path) -> None:
    folder = GuideFolder(tmp_path / "huong-dan")
    assert "không có thư mục" in folder.read().troubles[0].vi
    assert GuideFolder(tmp_path / "huong-dan", asked_for=False).read().troubles == ()
    (tmp_path / "huong-dan").mkdir()
    assert (folder.read().guides, folder.read().troubles) == ({}, ())
    file = tmp_path / "huong-dan" / "km.toml"
    file.write_bytes(written())
    first = folder.read()
    assert folder.read() is first
    file.write_bytes(written(title='"Khác hẳn"'))
    assert folder.read().guides["km"].title == "Khác hẳn"
    file.unlink()
    assert folder.read().guides == {}


def test_more_files_than_fit_are_told(tmp_path: Path) -> None:
    for at in range(MOST_FILES + 2):
        code = f"a{chr(97 + at)}"
        (tmp_path / f"{code}.toml").write_bytes(written(lang=f'"{code}"'))
    found = GuideFolder(tmp_path).read()
    assert len(found.guides) == MOST_FILES
    assert "2 tệp cuối" in found.troubles[0].vi


def test_the_folder_is_the_settings_or_lies_beside_the_database(tmp_path: Path) -> None:
    usual = tmp_path / "huong-dan"
    usual.mkdir()
    (usual / "zh.toml").write_bytes(EXAMPLE.read_bytes())
    environ = {"KIOSK_DB": str(tmp_path / "kiosk.db")}
    assert list(guide_folder(read_settings(environ)).read().guides) == ["zh"]
    elsewhere = guide_folder(read_settings(environ | {"KIOSK_GUIDES": str(tmp_path / "ở đâu")}))
    assert len(elsewhere.read().troubles) == 1


def test_the_example_is_right_and_says_that_nobody_has_checked_it() -> None:
    guide = short_guide_of(EXAMPLE.name, EXAMPLE.read_bytes())
    assert guide.checked_by == ""
    assert "chưa được người bản ngữ kiểm tra" in EXAMPLE.read_text("utf-8")
    assert tomllib.loads(EXAMPLE.read_text("utf-8"))["lang"] == "zh"
