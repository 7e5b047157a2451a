"""What `docs/handover/` gives to an IT officer: the bookmark is the script, whole."""

from __future__ import annotations

import subprocess
import sys
from urllib.parse import unquote

from tests.support import ROOT

FOLDER = ROOT / "docs" / "handover"


def test_the_bookmark_that_ships_is_made_of_the_script_that_is_read() -> None:
    source = FOLDER / "bookmarklet.js"
    made = subprocess.run(
        [sys.executable, str(FOLDER / "make_bookmarklet.py"), str(source)],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    assert made == (FOLDER / "bookmarklet.txt").read_text(encoding="utf-8")
    head, _, script = made.strip().partition(":")
    assert (head, unquote(script)) == ("javascript", source.read_text(encoding="utf-8").strip())
    assert made.isascii()
    assert len(made.splitlines()) == 1


def test_the_script_for_desktop_forms_says_that_we_did_not_run_it() -> None:
    assert "NOT RUN BY US" in (FOLDER / "paste.ahk").read_text(encoding="utf-8")
