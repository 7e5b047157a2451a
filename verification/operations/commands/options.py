"""What the commands take in: words of the command line with their types."""

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import click

from verification.basics.dates import VIETNAM, parse_day, parse_partial
from verification.basics.errors import RequestError
from verification.card.presented import MAX_BYTES
from verification.operations.commands import output
from verification.operations.settings import is_desk

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., object])
_SHOWN = 40  # letters of a wrong word that are said again
_NOT_GIVEN = f"{__name__}.not_given"  # what a context keeps for the end of its words


class Command(click.Command):
    """A command of the line; a value left out is wrong usage, never the option that follows."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words; click alone would take `--json` for the text of `--again --json`."""
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]
        names = {name for option in options for name in (*option.opts, *option.secondary_opts)}
        valued = {name for option in options if not option.is_flag for name in option.opts}
        for word, following in pairwise(args):
            if word in valued and following.partition("=")[0] in names:
                raise click.BadOptionUsage(word, f"Option {word!r} requires an argument.", ctx)
        rest = super().parse_args(ctx, args)
        if _NOT_GIVEN in ctx.meta:
            raise ctx.meta[_NOT_GIVEN]
        return rest


class Given(click.ParamType[T | None]):
    """A date or a time. One that is none cannot be answered (1), unless the usage is wrong (2).

    Args:
        name: What it is in English; in capitals it stands in the help.
        vi: What it is in Vietnamese.
        read: Reads the text, ValueError if it is none.
    """

    def __init__(self, name: str, vi: str, read: Callable[[str], T]) -> None:
        self.name = name
        self._vi = vi
        self._read = read

    def convert(
        self,
        value: str,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> T | None:
        """Read what was given; an empty option that may be left out counts as left out."""
        assert param  # noqa: S101  # nothing here prompts
        assert ctx  # noqa: S101  # nothing here prompts
        if not value and not param.required:
            return None
        try:
            return self._read(value)
        except (ValueError, OverflowError):  # the calendar's first and last day have no UTC
            option, vi = param.opts[0], f"{value[:_SHOWN]!r} không phải {self._vi}"
            wrong = RequestError(f"{option}: {vi}", f"{option}: no {self.name}")
            ctx.meta.setdefault(_NOT_GIVEN, wrong)
            return None


class _Path(click.ParamType[Path]):
    """A file or a folder; an empty word would be the folder that the command runs in."""

    name = "path"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Refuse what names nothing."""
        if not str(value).strip():
            self.fail("để trống / is empty", param, ctx)
        return Path(value)


PATH = _Path()


class _Store(click.ParamType[str]):
    """A database's file, or the address of a PostgreSQL; neither is an empty word."""

    name = "store"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what names nothing."""
        if not str(value).strip():
            self.fail("để trống / is empty", param, ctx)
        return str(value)


STORE = _Store()


def _moment(text: str) -> datetime:
    """Read an ISO time; a naive one is local time in Vietnam."""
    found = datetime.fromisoformat(text)
    given = found if found.tzinfo else found.replace(tzinfo=VIETNAM)
    return given.astimezone(UTC).astimezone(VIETNAM)


def _desk(name: str) -> str:
    if not is_desk(name):
        raise ValueError(name)
    return name


DESK: Given[str] = Given("desk", "tên quầy", _desk)
DAY: Given[date] = Given("date", "ngày", parse_day)
PARTIAL_DAY = Given("date", "ngày", parse_partial)
MOMENT: Given[datetime] = Given("time", "thời điểm", _moment)


def dong(text: str) -> int:
    """Read an amount of dong."""
    if not (text.isascii() and text.isdigit()):
        raise click.BadParameter(f"{text!r} không phải số đồng / is no amount of dong")
    return int(text)


def given_bytes(text: str) -> bytes:
    """Return the exact bytes of `TEXT`; `-` reads standard input, as much as is looked at."""
    if text == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)  # one more says that it is too long
    return text.encode("utf-8", "surrogateescape")


def given_number(text: str) -> str:
    """Return a person's number; `-` asks for it: it stands in no history and in no `ps` then."""
    if text == "-" and sys.stdin.isatty():
        asked = "Số thẻ, mã số BHXH hoặc CCCD / number"
        return str(click.prompt(asked, hide_input=True, err=True)).strip()
    return given_bytes(text).decode("utf-8", "replace").strip()


def _emitting(_ctx: click.Context, _param: click.Parameter, wanted: object) -> output.Emit:
    return output.emit_json if wanted else output.emit_plain


_takes_json = click.option(
    "--json", "emit", is_flag=True, callback=_emitting, help="one JSON object a line"
)
takes_text = click.argument("text", help="QR text or number; - for standard input")
takes_table = click.argument("file", type=PATH, help="CSV (UTF-8) or XLSX")


def takes(*options: Callable[[F], F]) -> Callable[[F], F]:
    """Give a function several options at once, in this order."""

    def taking(handler: F) -> F:
        for option in reversed(options):
            handler = option(handler)
        return handler

    return taking


def command(handler: Callable[..., int]) -> Command:
    """Make a function a command under its own name; every one takes `--json`.

    Args:
        handler: Returns the exit status; gets `emit` to print its answers with.
    """
    return click.command(cls=Command)(_takes_json(handler))
