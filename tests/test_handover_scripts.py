"""What `docs/handover/` gives to an IT officer: the bookmark is the script, whole."""

from __future__ import annotations

import re
import subprocess
import sys
from urllib.parse import unquote

from tests.support import ROOT, each
from verification.exchange.handover.facts import NAMES
from verification.exchange.hospital import DEFAULT_TEMPLATE

FOLDER = ROOT / "docs" / "handover"
GUIDE = (ROOT / "docs" / "hospital-system.md").read_text(encoding="utf-8")


@each("name", NAMES)
def test_each_field_of_a_template_is_documented(name: str) -> None:
    section = GUIDE.partition("## 2. By clipboard")[2].partition("## 3.")[0]
    assert re.search(rf"[` ]{name}[` ]", section)


def test_the_usual_line_stands_in_the_list_of_settings() -> None:
    written = DEFAULT_TEMPLATE.replace("\t", r"\t")
    assert f"`{written}`" in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


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
