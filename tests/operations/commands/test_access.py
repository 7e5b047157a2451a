"""`access`: who saw whom, by a number from standard input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support import as_typed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.operations.commands.conftest import Ran

    Run = Callable[..., Ran]
NUMBER = as_typed("patient-1")


def test_it_names_who_received_and_looked_and_shows_the_number_masked(run: Run) -> None:
    assert run("check-in", NUMBER).status == 0
    ran = run("access", "--since", "2020-01-01", "--person", "-", stdin=NUMBER.encode())
    assert ran.status == 0
    assert [line["kind"] for line in ran.lines] == ["received", "presented"]
    assert {line["officer"] for line in ran.lines} == {"dong-lenh"}
    assert NUMBER not in ran.out
    assert "•" in ran.lines[0]["numbers"][0]
    again = run("access", "--since", "2020-01-01", "--officer", "ai.do")
    assert again.answer == {"rows": 0}


def test_a_number_of_nobody_and_a_window_that_ends_first_are_one_sentence(run: Run) -> None:
    ran = run("access", "--since", "2020-01-01", "--person", "079194999999")
    assert ran.status == 1
    assert "Nhật ký không có người nào" in ran.sentence
    ran = run("access", "--since", "2020-01-02", "--until", "2020-01-01")
    assert ran.status == 1
    assert "trước" in ran.sentence
