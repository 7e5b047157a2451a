"""`python -m verification COMMAND`: the kiosk's functions from a command line.

Only the standard library is imported here, because `setup` runs before anything is installed.
"""

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from verification.errors import KioskError
from verification.machine import speak_utf8

ROOT = Path(__file__).resolve().parent.parent
Add = Callable[[str, str, str], argparse.ArgumentParser]
_CANCEL_REASONS = ("nham_nguoi", "quet_trung", "benh_nhan_ve", "khac")
_PRESENTED = ("vssid", "vneid", "cccd", "paper", "typed")
_ROLES = ("receptionist", "auditor", "administrator")
_THREE_VALUED = (
    *("emergency", "inpatient", "referral", "reappointment", "stay-change", "special"),
    *("copay-exempt", "newborn", "donor"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: Words of the command line, the program's name left out.

    Returns:
        0 answered, 1 it could not be done, 2 wrong usage, 3 a check found something wrong.
    """
    args = _parser().parse_args(argv)
    module, _, function = args.run.partition(":")
    try:
        command = getattr(importlib.import_module(f"verification.{module}"), function)
        return int(command(args))
    except KioskError as error:
        print(error, file=sys.stderr)
    except ModuleNotFoundError as error:
        print(
            f"Thiếu thư viện {error.name}; hãy chạy: make run / "
            f"Library {error.name} is missing; run: make run",
            file=sys.stderr,
        )
    except BrokenPipeError:
        sys.stderr.close()
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m verification", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: str, about: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=about, description=about)
        added.add_argument("--json", action="store_true", help="one JSON object a line")
        added.set_defaults(run=run)
        return added

    _add_answers(command)
    _add_entitlement(command)
    _add_store(command)
    _add_accounts(command)
    _add_misuse(command)
    _add_machine(command)
    return parser


def _per_cent(text: str) -> float:
    """Read `0.5` or `0.5%` as per cent; below 0.05 it is a share: 0.005 is 0.5 per cent too."""
    value = float(text.rstrip("% "))
    return value * 100 if value < 0.05 and "%" not in text else value  # noqa: PLR2004  # as said


def _add_answers(command: Add) -> None:
    read = command("read", "commands.answers:read", "read the QRs of pictures")
    read.add_argument("pictures", nargs="+", type=Path, metavar="PICTURE")
    check = command("check", "commands.answers:check", "answer a presented text, log nothing")
    check.add_argument("text", metavar="TEXT", help="QR text or number; - for standard input")
    check.add_argument("--on", metavar="DATE", help="visit date, ISO or dd/mm/yyyy")
    check.add_argument("--facility", metavar="CODE", help="5-character facility code")
    check.add_argument("--portal", action="store_true", help="ask the national portal too")
    check_in = command("check-in", "commands.answers:check_in", "present a text and receive")
    check_in.add_argument("text", metavar="TEXT", help="QR text or number; - for standard input")
    check_in.add_argument("--desk", metavar="D", help="desk; KIOSK_DESK or 1 if not given")
    check_in.add_argument("--at", metavar="TIME", help="time of the visit, if not now")
    check_in.add_argument("--presented", choices=_PRESENTED, help="how it was presented")
    check_in.add_argument("--again", metavar="TEXT", help="make a new visit: what for")
    undo = command("undo", "commands.answers:undo", "undo a visit")
    undo.add_argument("visit_id", metavar="VISIT_ID")
    undo.add_argument("--why", required=True, choices=_CANCEL_REASONS)
    undo.add_argument("--note", default="", metavar="TEXT")
    lookup = command("lookup", "commands.answers:lookup", "find cards; no visit is made")
    lookup.add_argument("--name", metavar="NAME")
    lookup.add_argument("--dob", metavar="DATE", help="birth date, or its year or month")
    lookup.add_argument("--number", metavar="NUMBER", help="15, 10 or 12 characters")


def _add_entitlement(command: Add) -> None:
    run = "commands.entitlement:entitlement"
    add = command("entitlement", run, "code and rate of a visit, by the law of its day")
    add.add_argument("text", metavar="TEXT", help="QR text or number; - for standard input")
    add.add_argument("--on", required=True, metavar="DATE", help="visit date")
    add.add_argument("--facility", required=True, metavar="CODE", help="5-character code")
    for name in _THREE_VALUED:  # neither given: not known
        add.add_argument(f"--{name}", action=argparse.BooleanOptionalAction)
    add.add_argument("--disease", choices=("I", "II", "none"), help="appendix of TT 01/2025")
    add.add_argument("--area", choices=("K1", "K2", "K3", "none"), help="instead of the card's")
    for name in ("first-visit-cost", "copay-before-july", "copay-since"):
        add.add_argument(f"--{name}", type=_dong, metavar="DONG")
    add.add_argument("--admitted", metavar="DATE", help="first day of an unfinished stay")
    add.add_argument("--drug-pickup", action="store_true", help="collects drugs only")


def _dong(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} không phải số đồng / is no amount of dong")
    return int(text)


def _add_store(command: Add) -> None:
    for kind in ("cards", "facilities", "offices"):
        add = command(f"import-{kind}", "commands.store:import_table", f"import {kind}")
        add.add_argument("file", type=Path, metavar="FILE", help="CSV (UTF-8) or XLSX")
        add.add_argument("--replace", action="store_true", help="remove what the file has not")
        add.set_defaults(kind=kind)
    verify = command("verify-log", "commands.store:verify_log", "verify the chain of the log")
    verify.add_argument("--copy", type=Path, metavar="FILE", help="a copy of the database")
    verify.add_argument("--head", action="append", default=[], metavar="DESK:COUNT:HASH")


def _add_misuse(command: Add) -> None:
    add = command("import-visits", "commands.misuse:import_visits", "import visits from elsewhere")
    add.add_argument("file", type=Path, metavar="FILE", help="CSV (UTF-8) or XLSX")
    replay = command("replay", "commands.misuse:replay", "run recorded visits, print their flags")
    replay.add_argument("visits", type=Path, metavar="VISITS.csv")
    replay.add_argument("--cards", type=Path, metavar="FILE", help="cards, else those beside")
    replay.add_argument("--facility", metavar="CODE", help="this facility")
    replay.add_argument("--rules", type=Path, metavar="FILE", help="compare with these rules")
    simulate = command("simulate", "commands.misuse:simulate", "write invented, labelled visits")
    simulate.add_argument("--visits", type=int, required=True, metavar="N")
    simulate.add_argument("--days", type=int, default=90, metavar="D")
    simulate.add_argument(
        "--prevalence", type=_per_cent, default=0.5, metavar="P", help="per cent, or a share < 0.05"
    )
    simulate.add_argument("--seed", type=int, default=1, metavar="S")
    simulate.add_argument("--out", type=Path, required=True, metavar="DIR")
    evaluate = command("evaluate", "commands.misuse:evaluate", "say how right the flags are")
    evaluate.add_argument("folder", type=Path, metavar="DIR", help="with labels.csv")
    evaluate.add_argument("--facility", metavar="CODE", help="this facility")


def _add_accounts(command: Add) -> None:
    add = command("accounts", "commands.accounts:accounts", "officers' accounts")
    add.add_argument("action", choices=("list", "add", "disable", "enable", "password", "facts"))
    add.add_argument("name", nargs="?", metavar="NAME", help="of the account")
    add.add_argument("source", nargs="?", choices=("-",), help="- reads the password from stdin")
    add.add_argument("--role", action="append", choices=_ROLES, help="may be given several times")
    add.add_argument("--ho-ten", default="", metavar="TEXT", help="the officer's name")
    add.add_argument("--so-cccd", default="", metavar="NUMBER", help="the officer's number")


def _add_machine(command: Add) -> None:
    setup = command("setup", "commands.machine:set_up", "install what is needed, make the store")
    setup.add_argument("--browser", action="store_true", help="Chromium for the tests too")
    setup.add_argument("--store", action="store_true", help="make the store only")
    serve = command("serve", "commands.machine:serve", "start the kiosk")
    serve.add_argument("--port", type=int, default=8501)
    made = command(
        "certificate", "commands.certificate:certificate", "make a certificate for https"
    )
    made.add_argument("--name", action="append", required=True, help="host name or IP address")
    made.add_argument("--out", type=Path, default=Path("data/tls"), metavar="DIR")


if __name__ == "__main__":
    speak_utf8()
    sys.exit(main())
