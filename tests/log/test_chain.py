"""A broken chain is always found, and the break is named where it can be told."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.log.chain import (
    START,
    Head,
    Problem,
    canonical,
    content_digest,
    parse_head,
    row_hash,
    verify,
)

Chain = list[dict[str, Any]]
LENGTH = 7
PLACES = pytest.mark.parametrize("at", [1, 4, LENGTH], ids=["first", "middle", "last"])


def linked(rows: Chain) -> Chain:
    """Return rows with places, links and hashes made anew: what a forger of the whole writes."""
    made: Chain = []
    for row in rows:
        previous = made[-1]["hash"] if made else START
        bare = {**row, "seq": len(made) + 1, "prev_hash": previous}
        bare.pop("hash", None)
        made.append({**bare, "hash": row_hash(bare)})
    return made


def a_chain(length: int = LENGTH) -> Chain:
    """Return a sound chain of one desk."""
    return linked([event(f"presented {at}") for at in range(length)])


def event(codes: str) -> dict[str, Any]:
    """Return a row that is not linked yet."""
    return {
        "desk": "1",
        "recorded_at": "2026-11-22T01:12:00.000+00:00",
        "happened_at": "2026-11-22T01:12:00.000+00:00",
        "kind": "presented",
        "codes": codes,
        "person_ref": None,
        "content_digest": None,
    }


def kinds(rows: Chain, *heads: Head) -> list[str]:
    """Return the kinds of problem found."""
    return [problem.kind for problem in verify(rows, heads)]


def head_of(rows: Chain) -> Head:
    """Return the head of a chain."""
    return Head("1", len(rows), rows[-1]["hash"])


# ---- sound


@given(st.lists(st.text(max_size=20), max_size=30))
def test_an_untouched_chain_is_sound(codes: list[str]) -> None:
    rows = linked([event(text) for text in codes])
    assert verify(rows) == []
    heads = [head_of(rows[:end]) for end in range(1, len(rows) + 1)]
    assert verify(rows, heads) == []


def test_an_empty_chain_and_an_older_head_are_sound() -> None:
    rows = a_chain()
    assert verify([]) == []
    assert verify(rows, [head_of(rows[:3]), Head("1", 0, START)]) == []


# ---- edited


@PLACES
@pytest.mark.parametrize("column", ["codes", "kind", "recorded_at", "happened_at"])
def test_an_edited_row_is_edited(at: int, column: str) -> None:
    rows = a_chain()
    rows[at - 1][column] = "changed"
    assert verify(rows) == [Problem(at, "edited")]


@PLACES
@pytest.mark.parametrize("column", ["person_ref", "content_digest"])
def test_an_empty_column_that_is_filled_is_edited(at: int, column: str) -> None:
    rows = a_chain()
    rows[at - 1][column] = "f" * 32
    assert verify(rows) == [Problem(at, "edited")]


@pytest.mark.parametrize("at", [1, 4])
def test_an_edited_row_with_its_hash_made_anew_is_found(at: int) -> None:
    rows = a_chain()
    rows[at - 1]["codes"] = "changed"
    rows[at - 1]["hash"] = row_hash(rows[at - 1])
    found = verify(rows)
    assert "edited" in {problem.kind for problem in found}
    assert {problem.seq for problem in found} <= {at, at + 1}


def test_the_last_row_edited_with_its_hash_made_anew_is_rewritten_to_a_head() -> None:
    rows = a_chain()
    head = head_of(rows)
    rows[-1]["codes"] = "changed"
    rows[-1]["hash"] = row_hash(rows[-1])
    assert verify(rows, [head]) == [Problem(LENGTH, "rewritten")]


# ---- deleted and cut


@pytest.mark.parametrize("at", [1, 4, LENGTH - 1])
def test_a_deleted_row_is_deleted(at: int) -> None:
    rows = a_chain()
    del rows[at - 1]
    assert verify(rows) == [Problem(at, "deleted")]


def test_two_deleted_rows_are_each_named() -> None:
    rows = a_chain()
    del rows[2:4]
    assert verify(rows) == [Problem(3, "deleted"), Problem(4, "deleted")]


@pytest.mark.parametrize("at", [1, 4, LENGTH - 1])
def test_a_deleted_row_is_found_though_the_rest_is_renumbered(at: int) -> None:
    rows = a_chain()
    del rows[at - 1]
    for place, row in enumerate(rows, 1):
        row["seq"] = place
    assert "deleted" in kinds(rows)


@pytest.mark.parametrize("at", [1, 4, LENGTH - 1])
def test_a_deleted_row_is_found_though_the_rest_has_new_own_hashes(at: int) -> None:
    rows = a_chain()
    del rows[at - 1]
    for place, row in enumerate(rows, 1):
        row["seq"] = place
        row["hash"] = row_hash(row)
    assert kinds(rows)


@pytest.mark.parametrize("left", [0, 1, LENGTH - 1])
def test_a_cut_end_is_cut_to_a_head(left: int) -> None:
    rows = a_chain()
    assert verify(rows[:left]) == []
    assert verify(rows[:left], [head_of(rows)]) == [Problem(left + 1, "cut")]


# ---- inserted


@pytest.mark.parametrize("at", [1, 4, LENGTH])
@pytest.mark.parametrize("own_hash", [True, False], ids=["own hash", "false hash"])
def test_an_inserted_row_that_shifts_the_rest_is_found(at: int, own_hash: bool) -> None:
    rows = a_chain()
    forged = {**event("forged"), "seq": at, "prev_hash": rows[at - 2]["hash"] if at > 1 else START}
    forged["hash"] = row_hash(forged) if own_hash else "0" * 64
    rows.insert(at - 1, forged)
    for place, row in enumerate(rows, 1):
        row["seq"] = place
    found = kinds(rows)
    assert {"inserted", "edited"} & set(found)
    if own_hash and at < LENGTH:  # before the last, forged and true row claim one place alike
        assert "inserted" in found


def test_a_copied_row_is_found() -> None:
    rows = a_chain()
    rows.append({**rows[3], "seq": LENGTH + 1})
    assert kinds(rows)


def test_an_appended_row_that_links_to_nothing_is_found() -> None:
    rows = a_chain()
    stray = {**event("stray"), "seq": LENGTH + 1, "prev_hash": "f" * 64}
    rows.append({**stray, "hash": row_hash(stray)})
    assert kinds(rows)


def test_two_rows_of_one_place_are_found() -> None:
    rows = a_chain()
    rows.insert(3, dict(rows[3]))
    assert kinds(rows)


# ---- swapped and rewritten


@pytest.mark.parametrize(("one", "other"), [(1, 2), (3, 5), (LENGTH - 1, LENGTH), (1, LENGTH)])
def test_two_rows_that_changed_places_are_swapped(one: int, other: int) -> None:
    rows = a_chain()
    rows[one - 1]["seq"], rows[other - 1]["seq"] = other, one
    rows.sort(key=lambda row: int(row["seq"]))
    assert verify(rows) == [Problem(one, "swapped"), Problem(other, "swapped")]


@pytest.mark.parametrize("at", [1, 4])
def test_two_rows_swapped_with_new_own_hashes_are_found(at: int) -> None:
    rows = a_chain()
    first, second = rows[at - 1], rows[at]
    first["seq"], second["seq"] = second["seq"], first["seq"]
    for row in (first, second):
        row["hash"] = row_hash(row)
    rows.sort(key=lambda row: int(row["seq"]))
    assert kinds(rows)


@PLACES
def test_a_chain_written_anew_is_told_only_by_a_head(at: int) -> None:
    rows = a_chain()
    head = head_of(rows)
    rows[at - 1]["codes"] = "changed"
    anew = linked(rows)
    assert verify(anew) == []
    assert verify(anew, [head]) == [Problem(LENGTH, "rewritten")]


def test_a_longer_chain_written_anew_is_rewritten_at_the_heads_place() -> None:
    rows = a_chain()
    head = head_of(rows)
    anew = linked([event("other"), *rows, event("more")])
    assert verify(anew, [head]) == [Problem(LENGTH, "rewritten")]


def test_a_row_of_another_desk_is_found() -> None:
    rows = a_chain()
    rows[2]["desk"] = "2"
    assert verify(rows) == [Problem(3, "edited")]


@given(st.integers(2, 9), st.data())
def test_no_tampering_at_all_goes_unseen(length: int, data: st.DataObject) -> None:
    rows, sound = a_chain(length), a_chain(length)
    for _ in range(data.draw(st.integers(1, 3))):
        if not rows:
            break
        at = data.draw(st.integers(0, len(rows) - 1))
        match data.draw(st.sampled_from(["edit", "delete", "copy", "swap", "renumber", "rehash"])):
            case "edit":
                rows[at]["codes"] += "!"
            case "delete":
                del rows[at]
            case "copy":
                rows.insert(at, dict(rows[data.draw(st.integers(0, len(rows) - 1))]))
            case "swap":
                rows.insert(0, rows.pop(at))
            case "renumber":
                for place, row in enumerate(rows, 1):
                    row["seq"] = place
            case "rehash":
                rows[at]["hash"] = row_hash(rows[at])
    rows.sort(key=lambda row: int(row["seq"]))
    found = verify(rows, [head_of(sound)])
    assert (found == []) is (rows == sound)


# ---- its parts


def test_canonical_bytes_have_one_form() -> None:
    apart = unicodedata.normalize("NFD", "Mẫu")
    assert canonical({"b": 1, "a": apart}) == '{"a":"Mẫu","b":1}'.encode()
    assert canonical({"a": "\ud800"}) == b'{"a":"?"}'


def test_null_columns_do_not_count_in_the_hash() -> None:
    row = a_chain(1)[0]
    without = {name: value for name, value in row.items() if value is not None}
    assert row_hash(row) == row_hash(without) == row["hash"]


def test_a_digest_depends_on_its_salt() -> None:
    assert content_digest(b"a" * 32, b"x") != content_digest(b"b" * 32, b"x")


def test_a_head_survives_writing_and_reading() -> None:
    head = head_of(a_chain())
    assert parse_head(f" {head}\n") == head


def test_the_head_of_a_desk_that_wrote_nothing_is_read() -> None:
    assert parse_head(f"1:0:{START}") == Head("1", 0, START)


@pytest.mark.parametrize(
    "line",
    ["", "1:2", "1:x:" + "0" * 64, "1:-1:" + "0" * 64, "1:2:abc", ":::"],
)
def test_a_torn_head_is_refused(line: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the class is the contract
        parse_head(line)
