"""`api-key`: the key goes to standard output once, and survives new keys of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from verification.officers.systems import key_of
from verification.operations.settings import read_settings
from verification.operations.wiring import logging_kiosk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.operations.commands.conftest import Ran


def is_taken(home: Path, text: str) -> bool:
    """Tell whether a key is taken by a process of its own."""
    settings = read_settings({"KIOSK_DB": str(home / "kiosk.db")})
    with logging_kiosk(settings) as kiosk:
        key = key_of(kiosk, text)
        return key is not None and key.lives(kiosk.clock())


def test_a_key_is_shown_once_and_listed_without_its_secret(
    run: Callable[..., Ran], home: Path
) -> None:
    made = run("api-key", "make", "his", "--right", "asks", "--right", "tells")
    (line,) = made.lines
    assert made.err == ""
    assert set(line) == {
        *("system", "key_id", "rights", "per_minute", "made_at", "ends", "in_use", "sound", "key")
    }
    assert (line["rights"], line["per_minute"], line["ends"]) == (["asks", "tells"], 1200, None)
    assert is_taken(home, line["key"])
    plain = run("api-key", "list", plain=True).out
    listed = run("api-key", "list").lines
    assert [set(line) - set(one) for one in listed] == [{"key"}]
    assert line["key"][-43:] not in plain + str(listed)
    assert plain == f"his | {line['key_id']} | asks, tells | 1200/phút (minute)\n"


def test_a_key_is_rotated_changed_and_ended(run: Callable[..., Ran], home: Path) -> None:
    first = run("api-key", "make", "his", "--right", "asks", plain=True).out.strip()
    second = run("api-key", "rotate", "his", "--overlap", "2", plain=True).out.strip()
    assert is_taken(home, first)
    assert is_taken(home, second)
    assert "until" in run("api-key", "list", plain=True).out
    changed = run("api-key", "change", "his", "--per-minute", "7").lines
    assert [one["per_minute"] for one in changed] == [7, 7]
    run("api-key", "end", first.split("_")[1])
    assert not is_taken(home, first)
    assert is_taken(home, second)
    run("api-key", "end", "his")
    assert not is_taken(home, second)
    assert run("api-key", "end", "his").status == 1
    assert "ended" in run("api-key", "list", plain=True).out


@pytest.mark.parametrize("master", [(), ("--master",)])
def test_a_key_is_taken_after_new_keys_of_the_house(
    run: Callable[..., Ran], home: Path, master: tuple[str, ...]
) -> None:
    made = run("api-key", "make", "his", "--right", "asks", plain=True).out.strip()
    rotated = run("keys", "rotate", *master)
    assert (rotated.status, rotated.lines[0]["unread"]) == (0, 0)
    assert is_taken(home, made)


def test_what_makes_no_key_is_said_in_one_sentence(run: Callable[..., Ran]) -> None:
    assert "right" in run("api-key", "make", "his").sentence
    assert run("api-key", "make").status == 1
    assert run("api-key", "make", "his", "--right", "review").status == 2
    assert run("api-key", "rotate", "his").status == 1
    assert run("api-key", "list").lines == []
