"""Commands, settings and reasons are named in the docs."""

from __future__ import annotations

import re

import click
import pytest

from tests.support import ROOT
from verification.card.reasons import Reason
from verification.operations.commands.program import program

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


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_is_documented(name: str) -> None:
    assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", doc("commands.md"))


@pytest.mark.parametrize(("name", "option"), options())
def test_every_option_is_documented(name: str, option: str) -> None:
    assert option in doc("commands.md"), name


@pytest.mark.parametrize("name", settings())
def test_every_setting_is_documented(name: str) -> None:
    assert name in doc("settings.md")


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_documented(reason: Reason) -> None:
    assert f"`{reason.value}`" in doc("reasons.md")
