"""The command line itself: names, helps, wrong usage, rubbish, and a machine without packages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import click
import pytest

from tests.support import ROOT, each
from verification.operations.commands import answers
from verification.operations.commands.program import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.operations.commands.conftest import Ran

    Run = Callable[..., Ran]

CONTEXT = click.Context(program)
NAMES = program.list_commands(CONTEXT)
TABLE_ROW = re.compile(r"^\| `([a-z-]+)[ `]", re.MULTILINE)
STOPPED = "Đã dừng giữa chừng / Stopped before it was done"


def command(name: str) -> click.Command:
    """Return a command by name."""
    found = program.get_command(CONTEXT, name)
    assert found
    return found


def process(
    *words: str, before: tuple[str, ...] = ("-m", "verification"), **env: str
) -> subprocess.CompletedProcess[bytes]:
    """Run Python as a process of its own."""
    return subprocess.run(
        [sys.executable, *before, *words],
        cwd=ROOT,
        env=os.environ | env,
        capture_output=True,
        check=False,
    )


# ---- names and helps


def test_the_help_lists_each_command_of_the_docs_with_one_line(run: Run) -> None:
    documented = TABLE_ROW.findall((ROOT / "docs" / "commands.md").read_text(encoding="utf-8"))
    ran = run("--help", plain=True)
    assert (ran.status, ran.err) == (0, "")
    listed = dict(re.findall(r"^  ([a-z-]+) {2,}(\S.*)$", ran.out, re.MULTILINE))
    listed.pop("-h", None)
    assert sorted(listed) == sorted(documented) == sorted(NAMES)
    assert [name for name, about in listed.items() if about.endswith("...")] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_list_says_of_each_command_what_its_own_help_says(run: Run, name: str) -> None:
    own = command(name).get_short_help_str(limit=200)
    assert re.search(rf"^  {name} +{re.escape(own)}$", run("--help", plain=True).out, re.MULTILINE)


@pytest.mark.parametrize("words", [("--help",), ("no-such-command",), ("--no-such-option",)])
def test_the_list_and_wrong_usage_import_no_command(words: tuple[str, ...]) -> None:
    code = (
        "import sys; from verification.__main__ import main; main(sys.argv[1:]);"
        "found = [m for m in sys.modules if m.startswith('verification.operations.commands.')];"
        "print(found)"
    )
    done = process(*words, before=("-c", code))
    assert done.stdout.decode().splitlines()[-1] == "['verification.operations.commands.program']"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_each_command_explains_itself(run: Run, name: str, option: str) -> None:
    ran = run(name, option, plain=True)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: python -m verification {name} [OPTIONS]")
    assert "--json" in ran.out


@each("name", NAMES)
def test_each_command_takes_json_once(name: str) -> None:
    taken = [option for parameter in command(name).params for option in parameter.opts]
    assert taken.count("--json") == 1
    assert command(name).name == name


# ---- wrong usage


def wrong(ran: Ran) -> str:
    """Return the one line that says what is wrong; the usage stands before it."""
    assert (ran.status, ran.out) == (2, "")
    usage, line = ran.err.splitlines()
    assert usage.startswith("Usage: python -m verification")
    assert line.startswith("Sai cách dùng / Wrong usage: ")
    return line


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("word", ["--no-such-option", "-x"])
def test_an_unknown_option_of_each_command_is_wrong_usage(run: Run, name: str, word: str) -> None:
    assert word in wrong(run(name, word))


@pytest.mark.parametrize("name", [n for n in NAMES if any(p.required for p in command(n).params)])
def test_what_a_command_needs_and_does_not_get_is_named(run: Run, name: str) -> None:
    assert "Missing" in wrong(run(name))


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("no-such-command",), "no-such-command"),
        (("check", "a", "b\nc"), "b c"),
        (("undo", "1-2"), "nham_nguoi, quet_trung"),
        (("undo", "1-2", "--why", "\udcff"), "udcff"),
        (("serve", "--port", "x"), "'x'"),
        (("simulate", "--visits", "1", "--out", "x", "--prevalence", "nhiều"), "nhiều"),
        (("entitlement", "x", "--copay-since", "1.000"), "không phải số đồng / is no amount"),
        (("accounts", "add", "an.nt", "mat-khau"), "'-'"),
        (("setup", "--stroe"), "--stroe"),
        (("setup", "--store", "x"), "x"),
    ],
)
def test_wrong_usage_is_one_line_that_names_it(run: Run, words: tuple[str, ...], part: str) -> None:
    assert part in wrong(run(*words))


def test_no_command_at_all_is_wrong_usage(run: Run) -> None:
    assert "Missing command" in wrong(run(plain=True))


@pytest.mark.parametrize("words", [("check", "--" + "x" * 10_000_000), ("\udcff" * 5_000_000,)])
def test_megabytes_of_rubbish_do_not_fill_the_screen(run: Run, words: tuple[str, ...]) -> None:
    assert len(wrong(run(*words))) < 600


@pytest.mark.parametrize(
    "words",
    [
        ("check-in", "x", "--again"),
        ("check-in", "x", "--again", "--desk=2"),
        ("undo", "1-2", "--note", "--why", "khac"),
        ("lookup", "--name"),
        ("verify-log", "--head"),
    ],
)
def test_a_value_left_out_is_not_the_option_that_follows(run: Run, words: tuple[str, ...]) -> None:
    assert "requires an argument" in wrong(run(*words))


def test_an_empty_option_that_may_be_left_out_counts_as_left_out(run: Run) -> None:
    assert run("check", "7900000011", "--on", "").status == 0
    needed = run("entitlement", "7900000011", "--facility", "79014", "--on", "")
    assert (needed.status, "--on" in needed.sentence) == (1, True)


def test_wrong_usage_is_told_before_a_date_that_is_none(run: Run) -> None:
    assert "TEXT" in wrong(run("check", "--on", "hôm qua"))
    assert "pigeon" in wrong(run("check-in", "x", "--at", "noon", "--presented", "pigeon"))
    assert "--on" in run("entitlement", "x", "--on", "x", "--facility", "79014").sentence


# ---- how it ends


@pytest.mark.parametrize("stop", [KeyboardInterrupt, EOFError])
def test_who_stops_it_sees_one_sentence(
    run: Run, stop: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: Any, **__: Any) -> None:
        raise stop

    monkeypatch.setattr(answers.checkin, "check", stopped)
    ran = run("check", "7900000011")
    assert (ran.status, ran.out, ran.sentence) == (1, "", STOPPED)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_answers_and_messages_are_utf8_on_any_console(home: Path, encoding: str) -> None:
    done = process("check", "DN4797900000011", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Nguyễn Thị Mẫu" in done.stdout.decode()
    told = process("no-such-command", PYTHONIOENCODING=encoding)
    assert "Sai cách dùng" in told.stderr.decode()


@pytest.mark.parametrize("words", [("lookup", "--number", "DN4797900000011"), ("--help",)])
def test_a_reader_that_went_away_is_status_1_without_a_word(
    home: Path, words: tuple[str, ...]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "verification", *words],
            cwd=ROOT,
            stdout=gone,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, b"")


# ---- a machine without packages


BARE = """
import sys
from pathlib import Path
from verification import __main__
from verification.operations import setup
def set_up(root, *, out, **asked):
    out.write(f"{asked}\\n")
    return Path(sys.executable)
setup.set_up = set_up
__main__.subprocess.call = lambda words, cwd: print(words[1:]) or 0
sys.exit(__main__.main(sys.argv[1:]))
"""


@pytest.mark.parametrize("options", [(), ("--json",), ("--tests",), ("--postgres", "--json")])
def test_a_bare_machine_is_set_up_with_the_standard_library_alone(options: tuple[str, ...]) -> None:
    done = process("setup", *options, before=("-S", "-c", BARE))
    store = ["-m", "verification", "setup", "--store", *(["--json"] if "--json" in options else [])]
    assert done.stdout.decode().strip() == str(store)
    asked = {name: f"--{name}" in options for name in ("tests", "postgres")}
    assert done.stderr.decode().strip() == str(asked)
    assert done.returncode == 0


@pytest.mark.parametrize("words", [("check", "x"), ("setup", "--store"), ("setup", "-h"), ()])
def test_without_packages_one_sentence_says_what_to_run(words: tuple[str, ...]) -> None:
    done = process(*words, before=("-S", "-m", "verification"))
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().splitlines() == [
        "Thiếu thư viện click; hãy chạy: make run / Library click is missing; run: make run"
    ]


@pytest.mark.parametrize("words", [("check", "7900000011"), ("verify-log", "--head", "1:2")])
def test_a_command_waits_for_no_library_of_another(home: Path, words: tuple[str, ...]) -> None:
    code = (
        "import sys; from verification.__main__ import main; main(sys.argv[1:]);"
        "late = {'cv2', 'streamlit', 'verification.operations.commands.certificate',"
        " 'numpy', 'openpyxl', 'pandas', 'psycopg', 'psycopg_pool', 'sqlite_utils'};"
        "print(late & {*sys.modules})"
    )
    done = process(*words, before=("-c", code))
    assert done.stdout.decode().splitlines()[-1] == "set()"
