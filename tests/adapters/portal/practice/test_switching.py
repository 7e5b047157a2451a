"""An outage on a key press."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import wait_for
from verification.adapters.portal.practice.faults import Fault
from verification.adapters.portal.practice.switching import Switch

if TYPE_CHECKING:
    from verification.adapters.portal.practice.server import Practice


def test_a_name_or_a_number_toggles_and_nought_clears(practice: Practice) -> None:
    said: list[str] = []
    switch = Switch(practice, said.append)
    switch.line("Slow\r")
    switch.line("18")
    assert practice.faults.on == {Fault.SLOW, Fault.DIES}
    assert said[-1].startswith("Đang có sự cố: dies, slow\n")
    switch.line("500")  # a name, not a number of the list
    switch.line("slow")
    assert practice.faults.on == {Fault.DIES, Fault.HTTP_500}
    switch.line("0")
    assert practice.faults.on == frozenset()
    assert said[-1].startswith("Không có sự cố")


@pytest.mark.parametrize("word", ["nix", "20", "-1", "²"])
def test_what_is_none_is_said_and_changes_nothing(practice: Practice, word: str) -> None:
    said: list[str] = []
    Switch(practice, said.append).line(word)
    assert word in said[0]
    assert practice.faults.on == frozenset()


def test_an_empty_line_shows_the_list(practice: Practice) -> None:
    said: list[str] = []
    Switch(practice, said.append).line("\n")
    assert [line.split()[1] for line in said[: len(Fault)]] == [fault.value for fault in Fault]


def test_lines_are_taken_as_they_come_and_an_end_is_no_matter(practice: Practice) -> None:
    take, give = os.pipe()
    listening = Switch(practice, lambda _: None).listen(take)
    os.write(give, b"slow\nhan")
    wait_for(lambda: practice.faults.on == {Fault.SLOW})
    os.write(give, b"g\n")
    wait_for(lambda: practice.faults.on == {Fault.SLOW, Fault.HANG})
    os.close(give)
    listening.join()
    os.close(take)
