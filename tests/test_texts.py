"""Each room says what stands in its `texts.toml`: nothing is missing, nothing lies there unused."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest
import streamlit as st

from tests.support import ROOT
from verification.adapters.scanning.reading import Hint
from verification.basics.texts import Text, Texts, UnfitText, UnknownText, of_room

if TYPE_CHECKING:
    from collections.abc import Iterator

    Parts = tuple[str | None, ...]
    """A text of the code: what is written out, None where it is put together as it runs."""

TOPS = (ROOT / "verification", ROOT / "app_pages")
MODULES = [path for top in TOPS for path in sorted(top.rglob("*.py"))]
ROOMS = [
    ".".join(path.parent.relative_to(ROOT).parts)
    for top in TOPS
    for path in sorted(top.rglob("texts.toml"))
]
KEYS = [(room, key) for room in ROOMS for key in of_room(room)]
SHARED = "verification.basics"
LOOK_UPS = {"_TEXTS", "TEXTS", "words", "_words", "word", "_say", "_tell"}
TABLES = ("", "page.", "paper.")  # that a look-up puts before the key by itself


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return all of a module, read once."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def texts_in(node: ast.AST) -> Iterator[Parts]:
    """Return the texts that an expression may be; none where it may be anything."""
    match node:
        case ast.Constant(value=str() | bool() | None as said):
            yield (str(said),)
        case ast.JoinedStr(values=parts):
            yield tuple(str(p.value) if isinstance(p, ast.Constant) else None for p in parts)
        case ast.IfExp(body=yes, orelse=no):
            yield from texts_in(yes)
            yield from texts_in(no)


@cache
def said_in_code() -> tuple[set[str], set[Parts]]:
    """Return the texts of code and law: those written out whole, and those put together."""
    said = [parts for path in MODULES for node in nodes(path) for parts in texts_in(node)]
    whole = frozenset(parts[0] for parts in said if len(parts) == 1 and parts[0])
    law = " ".join(p.read_text("utf-8") for p in (ROOT / "verification/rules/law").glob("*.csv"))
    return whole.union(re.findall(r"\w+", law)), frozenset(
        parts for parts in said if len(parts) > 1
    )


@cache
def words_of_scripts() -> set[str]:
    """Return every word of the desk's scripts."""
    scripts = (ROOT / "app_pages" / "desk" / "browser").glob("*.js")
    return set(re.findall(r"\w+", " ".join(p.read_text(encoding="utf-8") for p in scripts)))


def fits(parts: Parts, key: str, whole: set[str]) -> bool:
    """Tell whether a key may be this text, each gap filled with a text that is written out."""
    if not parts:
        return not key
    first, rest = parts[0], parts[1:]
    if first is not None:
        return key.startswith(first) and fits(rest, key[len(first) :], whole)
    ends = range(1, len(key) + 1)
    return any(key[:end] in whole and fits(rest, key[end:], whole) for end in ends)


def look_ups(path: Path) -> Iterator[str]:
    """Return every look-up of a key that can be read off in a module, as an expression."""
    for node in nodes(path):
        if isinstance(node, ast.Call) and called(node.func) in LOOK_UPS:
            at = 1 if isinstance(node.func, ast.Name) and node.func.id == "word" else 0
            for parts in (p for arg in node.args[at : at + 1] for p in texts_in(arg)):
                if any(parts):
                    yield "".join(".+" if part is None else re.escape(part) for part in parts)


def called(function: ast.expr) -> str:
    """Return the name by which something is called."""
    return str(getattr(function, "attr", getattr(function, "id", "")))


def rooms_of(module: Path) -> list[str]:
    """Return the rooms in which a module looks words up; all where it is handed them."""
    made = [
        str(arg.value)
        for node in nodes(module)
        if isinstance(node, ast.Call) and called(node.func) == "Texts"
        for arg in node.args
        if isinstance(arg, ast.Constant)
    ]
    return [*made, SHARED] if made else ROOMS


# a case for each folder: the modules are read in the test, not by everybody who collects it
@pytest.mark.parametrize(
    "folder",
    sorted({path.parent for path in MODULES}),
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_every_key_that_is_looked_up_stands_in_the_rooms_looked_in(folder: Path) -> None:
    for module in (path for path in MODULES if path.parent == folder):
        known = [name for room in rooms_of(module) for name in of_room(room)]
        named = [name.removeprefix(table) for name in known for table in TABLES]
        for key in sorted(set(look_ups(module))):
            assert any(re.fullmatch(key, name) for name in named), (module.name, key)


def test_look_ups_are_found() -> None:
    assert len({(path, key) for path in MODULES for key in look_ups(path)}) > 400


@cache
def drawn_by_streamlit() -> str:
    """Return Streamlit's own scripts, as the installed version has them."""
    folder = Path(st.__file__).parent / "static" / "static" / "js"
    return "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.js"))


def is_said(key: str) -> bool:
    whole, put_together = said_in_code()
    if key.startswith("browser."):
        name, words = key.removeprefix("browser."), words_of_scripts()
        return name in words or fits(("aim_", None), name, words | whole)
    if key.startswith("streamlit."):
        return key.removeprefix("streamlit.").rstrip("*") in drawn_by_streamlit()
    return key in whole or any(fits(parts, key, whole) for parts in put_together)


def test_every_key_is_said_somewhere() -> None:
    assert [(room, key) for room, key in KEYS if not is_said(key)] == []


def test_no_key_of_a_room_hides_one_that_rooms_share() -> None:
    assert {key for room, key in KEYS if room != SHARED} & set(of_room(SHARED)) == set()


def test_the_patients_window_has_words_for_each_hint_of_a_reader() -> None:
    signs = {*get_args(Hint), "idle", "unread", "read", "desk"}
    assert set(Texts("app_pages.guest").group("sign")) == signs


def test_a_key_that_no_room_has_is_named_with_the_rooms_looked_in() -> None:
    with pytest.raises(UnknownText, match=r"no_such_key: verification\.card, verification\.basics"):
        Texts("verification.card")("no_such_key")


def test_a_room_says_what_the_rooms_below_it_say_and_what_all_share() -> None:
    desk = Texts("app_pages.desk", "verification.reception")
    for room, key in (("app_pages.desk", "age"), ("verification.reception", "menu_undo")):
        assert desk(key) == of_room(room)[key]
    assert desk("go_ra") == of_room(SHARED)["go_ra"]


def test_a_text_fills_in_its_words_of_the_same_language() -> None:
    filled = Text("{n} {what}", "{what}: {n}").filled({"n": 3, "what": Text("thẻ", "cards")})
    assert filled == Text("3 thẻ", "cards: 3")


@pytest.mark.parametrize(
    "entry", [{"vi": "một"}, {"en": "one"}, {"vi": "một", "en": 1}, {"vi": ["một"], "en": "one"}]
)
def test_words_in_one_language_are_refused(entry: dict[str, object]) -> None:
    with pytest.raises(UnfitText):
        Text.of(entry)


@pytest.mark.parametrize(
    "text", [Text("", "one"), Text("một", " "), Text("{a}", "{b}"), Text("{a}", "one")]
)
def test_empty_words_and_placeholders_that_differ_are_refused(text: Text) -> None:
    with pytest.raises(UnfitText):
        text.checked()


def test_an_entry_of_a_menu_is_told_with_its_alt() -> None:
    texts = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    texts += [path for top in TOPS for path in top.rglob("*.toml")]
    bare = re.compile(r"\bF(?:9|10)(?:,| rồi| then| và| and) \d")  # a digit alone does nothing
    found = {p.name: bare.findall(p.read_text(encoding="utf-8")) for p in texts}
    assert {name: told for name, told in found.items() if told} == {}
