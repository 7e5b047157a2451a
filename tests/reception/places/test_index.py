"""The index alone: codes before words, whole words before their begins, the rest counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.basics.texts import Text
from verification.reception.places import index as module
from verification.reception.places.index import MOST_PLACES, Index
from verification.reception.places.place import Place, PlaceKind


def place(code: str, name: str, kind: PlaceKind = PlaceKind.FACILITY, **more: object) -> Place:
    return Place(kind, code, Text(name, name), **more)  # type: ignore[arg-type]


def codes(index: Index, text: str) -> list[str]:
    return [one.code for one in index.find(text).places]


def test_a_code_comes_before_its_longer_ones_these_before_words_whole_ones_first() -> None:
    index = Index(
        (
            place("90001", "Nhà 790"),
            place("790", "Sau"),
            place("79012", "Giữa"),
            place("90002", "Nhà 7901"),
        )
    )
    assert codes(index, "790") == ["790", "79012", "90001", "90002"]


def test_what_ended_comes_after_what_holds_and_is_told_as_ended() -> None:
    ended = Text("Chỉ đến 30/06/2025", "Until 30/06/2025")
    index = Index((place("02", "Cũ", PlaceKind.PROVINCE, off=ended), place("02111", "Mới")))
    found = index.find("0").places
    assert [one.code for one in found] == ["02111", "02"]
    assert found[1].off == ended


@pytest.mark.parametrize(
    "typed", ["Trạm Đông", "dong tram", "ĐÔNG TRẠM", "tr đ", "trajm ddoong", "Trạm  -  Ðông"]
)
def test_words_count_in_any_order_case_and_writing(typed: str) -> None:
    index = Index((place("79001", "Trạm y tế xã Đông"), place("79002", "Nhà khác")))
    assert codes(index, typed) == ["79001"]


def test_each_word_must_be_there() -> None:
    index = Index((place("79001", "Trạm Đông"), place("79002", "Trạm Tây")))
    assert codes(index, "trạm") == ["79001", "79002"]
    assert codes(index, "trạm tây") == ["79002"]
    assert codes(index, "trạm bắc") == []


def test_the_begin_of_a_card_says_its_three_codes() -> None:
    kinds = (PlaceKind.OBJECT, PlaceKind.BENEFIT, PlaceKind.PROVINCE)
    shown = zip(("DN", "4", "79"), kinds, strict=True)
    index = Index(place(code, "x", kind) for code, kind in shown)
    assert codes(index, "dn4") == ["DN", "4"]
    assert codes(index, "DN 4 79") == ["DN", "4", "79"]
    assert codes(index, "ZZ9") == []


def test_a_dot_is_a_part_of_a_code() -> None:
    index = Index((place("1.1", "a", PlaceKind.VISIT_OBJECT), place("11", "b", PlaceKind.PROVINCE)))
    assert codes(index, "1.1")[0] == "1.1"
    assert codes(index, "11") == ["11"]


def test_an_index_holds_so_many_lines_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 30)
    index = Index(place(f"79{at:03d}", "Nhà") for at in range(1000))
    found = index.find("nhà")
    assert len(found.places) + found.more == 30


@given(
    names=st.lists(st.text(max_size=20), max_size=40),
    text=st.text(max_size=300),
)
def test_any_text_over_any_names_gives_an_answer_within_the_bound(
    names: list[str], text: str
) -> None:
    index = Index(place(f"{at:05d}", name) for at, name in enumerate(names))
    found = index.find(text)
    assert len(found.places) <= MOST_PLACES
    assert len(found.places) + found.more <= len(names)
    assert len({one.code for one in found.places}) == len(found.places)


@given(names=st.lists(st.sampled_from(["Trạm Đông", "Nhà Tây", "Trại Bắc", "Tràm"]), max_size=200))
def test_sets_of_lines_find_what_looking_at_each_line_finds(names: list[str]) -> None:
    index = Index(place(f"{at:05d}", name) for at, name in enumerate(names))
    for start, fits in (("tra", "Tr"), ("tây", "Nhà"), ("b", "Trại")):
        found = index.find(start, most=500)
        wanted = {f"{at:05d}" for at, name in enumerate(names) if name.startswith(fits)}
        assert {one.code for one in found.places} == wanted
