"""What the house can do is named in the docs; what the docs name is there."""

from __future__ import annotations

import re
from functools import cache

import click
import pytest

from app_pages.entry.openings import PAGE_PATHS
from app_pages.help.manual import DOCS, PARTS
from app_pages.help.manual_page import slug
from tests.browser.pictures import MADE_FROM, PRINTED
from tests.support import ROOT, each
from verification.card.reasons import Reason
from verification.exchange.reports.report import ReportKind
from verification.operations.commands.program import program
from verification.rights import Role, SystemRole
from verification.rules.misuse.policy import shipped

SETTING = re.compile(r"\bKIOSK_[A-Z_]+\b")


def doc(name: str) -> str:
    """Return the text of a page of the docs."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def commands() -> dict[str, click.Command]:
    """Return every command by name."""
    context = click.Context(program)
    found = {name: program.get_command(context, name) for name in program.list_commands(context)}
    return {name: command for name, command in found.items() if command}


def options() -> list[tuple[str, str]]:
    """Return command and option of every option."""
    return [
        (name, option)
        for name, command in commands().items()
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--")
    ]


def settings() -> list[str]:
    """Return every setting that the program reads."""
    sources = [*(ROOT / "verification").rglob("*.py"), *(ROOT / "app_pages").rglob("*.py")]
    sources += ROOT.glob("kiosk_app.py")
    found = {name for p in sources for name in SETTING.findall(p.read_text(encoding="utf-8"))}
    return sorted(found)


@each("name", sorted(commands()))
def test_every_command_is_documented(name: str) -> None:
    assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", doc("commands.md"))


@each(("name", "option"), options())
def test_every_option_is_documented(name: str, option: str) -> None:
    assert option in doc("commands.md"), name


@each("name", settings())
def test_every_setting_is_documented(name: str) -> None:
    assert name in doc("settings.md")


@each("reason", Reason)
def test_every_reason_is_documented(reason: Reason) -> None:
    assert f"`{reason.value}`" in doc("reasons.md")


@cache
def pages() -> dict[str, str]:
    """Return the text of every page of the docs, and of the README, by its path."""
    paths = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
    return {p.relative_to(ROOT).as_posix(): p.read_text(encoding="utf-8") for p in paths}


def pictures_of(text: str) -> list[str]:
    """Return the pictures that a page shows."""
    return re.findall(r"!\[[^]]*\]\(([^)]+\.png)\)", text)


@cache
def is_made(picture: str) -> bool:
    """Tell whether a test of the browser takes the screenshot that a picture is made from."""
    if picture in PRINTED:
        made = (ROOT / "fixtures/month.py").read_text(encoding="utf-8")
        return f'"{picture.rpartition("-")[0]}-{{at + 1}}.png"' in made
    shot = MADE_FROM[picture]
    tests = [p.read_text(encoding="utf-8") for p in (ROOT / "tests/browser").glob("test_*.py")]
    whole = re.compile(rf"\b{re.escape(shot)}\.png")
    if any(whole.search(text) for text in tests):
        return True
    put_together = re.findall(r'f"([^"]*\{[^"]*)\.png"', "\n".join(tests))
    forms = (re.sub(r"\\\{.*?\\\}", ".*", re.escape(form)) for form in put_together)
    return any(re.fullmatch(form, shot) for form in forms)


def written(value: object) -> str:
    """Return a threshold as the table has it, its parts one after the other."""
    match value:
        case dict():
            return " ".join(f"{name} {written(one)}" for name, one in value.items())
        case list() | tuple():
            return " ".join(map(written, value))
    return str(value)


@each("rule", sorted(shipped().rules))
def test_every_misuse_rule_is_named_with_its_version_thresholds_and_cases(rule: str) -> None:
    data, text = shipped().rules[rule], doc("misuse.md")
    row = re.search(rf"^\| {rule} \| {data.version} \| (.*) \| (.*) \|$", text, re.MULTILINE)
    assert row is not None
    told = dict(re.findall(r"`(\w+)` ([^,]+)", row[1]))
    assert told == {name: written(value) for name, value in data.limits.items()}
    assert re.findall(r"`(\w+)`", row[2]) == list(data.cases)
    assert len(re.findall(rf"^\| {rule} \|", text, re.MULTILINE)) == 2


def test_every_page_is_named_where_its_part_of_the_manual_is() -> None:
    for path in PAGE_PATHS - {"/"}:
        part = PARTS[path.removeprefix("/")]
        assert f"`{path}`" in pages()[f"docs/{part.vi}"].split("\n## ")[0] + doc("quan-tri.md")
    assert "`/khach`" in doc("khach.md")


def test_every_role_is_told_to_the_administrator() -> None:
    assert {str(role) for role in Role} <= set(re.findall(r"\w+", doc("quan-tri.md")))
    assert {str(role) for role in SystemRole} <= set(re.findall(r"\w+", doc("commands.md")))


@pytest.mark.parametrize("kind", ReportKind)
def test_every_kind_of_report_is_told_where_it_is_taken(kind: ReportKind) -> None:
    for name in ("tro-giup.md", "en/help.md"):
        assert f"`{kind}`" in doc(name), name


@each("path", [path for path in pages() if path != "README.md"])
def test_every_page_of_the_docs_is_in_the_index(path: str) -> None:
    index = set(re.findall(r"\]\(([^)#]+\.md)", doc("README.md")))
    assert path == "docs/README.md" or path.removeprefix("docs/") in index
    assert "docs/README.md" in pages()["README.md"]


@each("path", pages())
def test_every_picture_of_the_docs_is_there_and_made_by_a_test(path: str) -> None:
    folder = (ROOT / path).parent
    for picture in pictures_of(pages()[path]):
        assert (folder / picture).is_file(), picture
        name = picture.rpartition("/")[2].removesuffix(".png")
        assert name in MADE_FROM.keys() | PRINTED, picture
        assert is_made(name), picture


def test_no_picture_lies_in_the_docs_unused() -> None:
    shown = {one.rpartition("/")[2] for text in pages().values() for one in pictures_of(text)}
    assert {path.name for path in DOCS.glob("*.png")} <= shown


@each("path", pages())
def test_no_link_of_the_docs_is_dead(path: str) -> None:
    for link in re.findall(r"(?<!!)\[[^]\n]*\]\(([^)\s]+)\)", pages()[path]):
        if "://" in link:
            continue
        file, _, place = link.partition("#")
        there = (ROOT / path).parent / file if file else ROOT / path
        assert there.resolve().is_relative_to(ROOT), link
        assert there.exists(), link
        if place:
            heads = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            assert place in {slug(head) for head in heads}, link


def test_the_first_page_of_the_repository_is_short() -> None:
    assert len(pages()["README.md"].splitlines()) <= 120
