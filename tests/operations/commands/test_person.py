"""`person`: exported, corrected and erased from the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pypdfium2

from tests.support import as_typed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.operations.commands.conftest import Ran

    Run = Callable[..., Ran]

PRIVATE = 0o600
NUMBER, NAME = "7900000201", "Đặng Thị Thẳng Mẫu"


def test_a_person_is_exported_corrected_and_erased(run: Run, home: Path) -> None:
    assert run("check-in", as_typed("patient-1")).status == 0
    for name in ("a.json", "a.pdf"):
        done, left = run("person", "export", NUMBER, "--out", str(home / name), "--json").lines
        assert (done["known"], done["visits"], left["left"]) == (1, 1, "notes")
        assert (home / name).stat().st_mode & 0o777 == PRIVATE
    held = json.loads((home / "a.json").read_text("utf-8"))
    assert held["person"]["ho_ten"] == NAME
    with pypdfium2.PdfDocument(home / "a.pdf") as paper:
        written = paper[0].get_textpage().get_text_range()
    assert f"họ tên: {NAME}" in written.replace("\r\n", " ")
    assert not {"ho_ten", "ban_ghi", "sha256", "2026-"} & {*written.replace(":", " ").split()}
    assert run("person", "export", NUMBER, "--out", str(home / "a.json")).status == 1  # is there
    words = ("--field", "ho_ten", "--value", "Mẫu Khác", "--why", "đơn 1")
    corrected, *_ = run("person", "correct", NUMBER, *words, "--json").lines
    assert corrected["corrected"] == ["1-2"]
    seen, *left = run("person", "erase", NUMBER, "--preview", "--json").lines
    assert seen["number"].endswith("0201")  # whom the number found
    assert (seen["preview"], seen["kept"], seen["event_ids"]) == (True, ["1-2"], [])
    assert [one["left"] for one in left] == ["kept", "card_lists", "backups", "hospital"]
    assert run("person", "erase", NUMBER, "--why", "đơn 2").status == 1
    asked = ("person", "erase", NUMBER, "--why", "đơn 2", "--visits-too", "--json")
    gone, *_ = run(*asked).lines
    assert gone["nothing_left"]
    assert run("verify-log").status == 0
    nobody = run("person", "erase", NUMBER)  # the list still has them
    assert nobody.status == 1
    assert "danh sách thẻ có 1 dòng" in nobody.err


def test_a_number_that_the_log_does_not_know_is_exit_1_as_with_access(run: Run, home: Path) -> None:
    nobody = "7900009999"
    asked = (
        ("export", "--out", str(home / "b.json")),
        ("correct", "--field", "ho_ten", "--value", "A", "--why", "b"),
        ("erase", "--preview"),
    )
    told = [run("person", what, nobody, *words) for what, *words in asked]
    told.append(run("access", "--since", "2026-11-01T00:00+07:00", "--person", nobody))
    assert [ran.status for ran in told] == [1] * 4
    assert all(nobody not in ran.err for ran in told)
    assert not (home / "b.json").exists()


def test_wrong_usage_is_told(run: Run, home: Path) -> None:
    assert run("person", "export", NUMBER).status == 2
    assert run("person", "export", NUMBER, "--out", str(home / "a.docx")).status == 2
    assert run("person", "correct", NUMBER, "--field", "ho_ten").status == 2
