"""The commands by name: where each lives, and how one is run."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from textwrap import shorten

import click

PROGRAM = "python -m verification"
WRONG_USAGE = 2
_LONGEST_MESSAGE = 500


@dataclass(frozen=True)
class _Place:
    """Where a command lives, and what the list of commands says of it.

    Args:
        function: Module of `commands/` and function.
        help: The first sentence of its help.
    """

    function: str
    help: str


# imported when called: `check` must not wait for the libraries of `read`, nor `--help` for any
_COMMANDS = {
    "read": _Place("pictures.read", "Read the QRs of pictures."),
    "check": _Place("answers.check", "Answer a presented text; no visit is made."),
    "check-in": _Place("answers.check_in", "Present a text and receive, whatever the verdict."),
    "undo": _Place("answers.undo", "Undo a visit."),
    "lookup": _Place("answers.lookup", "Find cards by number or by name; no visit is made."),
    "entitlement": _Place(
        "entitlement.entitlement", "Tell code and rate of a visit, by the law of its day."
    ),
    "fhir": _Place("fhir.fhir", "Answer a FHIR eligibility request; no visit is made."),
    "import-cards": _Place("store.import_cards", "Import cards into the store."),
    "import-facilities": _Place("store.import_facilities", "Import facilities into the store."),
    "import-offices": _Place(
        "store.import_offices", "Import social-insurance offices into the store."
    ),
    "import-undo": _Place("store.import_undo", "Go back to the cards before the last import."),
    "verify-log": _Place("proof.verify_log", "Verify all that the log proves."),
    "log": _Place("log.log", "Note that an older log was restored."),
    "rebuild": _Place("upkeep.rebuild", "Make visits, cases and history again from the log."),
    "backup": _Place("backup.backup", "Copy the store into a folder while desks work."),
    "restore-drill": _Place("backup.restore_drill", "Try a backup out in a new place."),
    "restore": _Place("backup.restore", "Put a backup into a new folder; nothing is overwritten."),
    "migrate-store": _Place(
        "migrating.migrate_store", "Copy a store from a SQLite file into PostgreSQL, or back."
    ),
    "retention": _Place("retention.retention", "Show or erase what is older than its term."),
    "person": _Place("person.person", "Export, correct or erase one person's data."),
    "accounts": _Place("accounts.accounts", "List, add and change officers' accounts."),
    "access": _Place("access.access", "Tell who saw whom between two moments."),
    "api-key": _Place("api_keys.api_key", "Make, change and end keys of hospital systems."),
    "keys": _Place("keys.keys", "Show where the master key lies; make new keys."),
    "clock": _Place("clock.clock", "Show what contradicts the clock; note a wrong time."),
    "import-visits": _Place(
        "misuse.import_visits", "Take visits of other facilities into the store."
    ),
    "replay": _Place("misuse.replay", "Run recorded visits, print each row's flags."),
    "simulate": _Place("misuse.simulate", "Write invented, labelled visits and their cards."),
    "evaluate": _Place("misuse.evaluate", "Replay a labelled folder, say how right the flags are."),
    "outbox": _Place("exchange.outbox", "List what waits to be sent; send it again."),
    "close-day": _Place(
        "exchange.close_day", "Ask the portal again about a day's unverified visits."
    ),
    "evidence": _Place(
        "exchange.evidence", "Write a sheet that says how the portal failed a visit."
    ),
    "report": _Place("report.report", "Write the report of a shift, a week or a month."),
    "hand-over": _Place("hand_over.hand_over", "List a day's visits as the HIS should have them."),
    "province": _Place(
        "province.province", "Receive what houses hand over to a province; its months."
    ),
    "record": _Place("records.record", "Write check-in records (XML0) of visits, unsigned."),
    "check-record": _Place("records.check_record", "Check a file of check-in records (XML0)."),
    "setup": _Place("machine.setup", "Install what is needed, make the store."),
    "serve": _Place("machine.serve", "Start the kiosk."),
    "practice-portal": _Place(
        "practice.practice_portal", "Play the national portal, with faults at will."
    ),
    "demo-portal": _Place(
        "demo.demo_portal", "Start the demo kiosk with the practice portal beside it."
    ),
    "portal-check": _Place(
        "portal.portal_check",
        "Look step by step at the way to the national portal.",
    ),
    "certificate": _Place(
        "certificate.certificate", "Make a certificate for https; nothing is overwritten."
    ),
}


class LazyGroup(click.Group):
    """A group that imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the names in the order of the table."""
        return list(_COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002  # click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """Return a command, imported now; none if there is none of that name."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, function = _COMMANDS[cmd_name].function.partition(".")
        found = getattr(import_module(f"verification.operations.commands.{module}"), function)
        assert isinstance(found, click.Command)  # noqa: S101  # the table above is ours
        return found

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002  # click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands from the table; click's own list imports each."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.help) for name, place in _COMMANDS.items()])


program = LazyGroup(
    help="The kiosk's functions from a command line.",
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def run(words: Sequence[str]) -> int:
    """Run one command.

    Args:
        words: Of the command line, the program's name left out.

    Returns:
        The command's status, 2 for wrong usage.
    """
    # not `program.main`: it ends the process by itself and answers for shell completion
    try:
        with program.make_context(PROGRAM, list(words)) as context:
            return int(program.invoke(context))
    except click.exceptions.Exit as done:  # the help was shown
        return done.exit_code
    except click.UsageError as wrong:
        usage = f"{wrong.ctx.get_usage()}\n" if wrong.ctx else ""
        message = shorten(wrong.format_message(), _LONGEST_MESSAGE)
        sys.stderr.write(f"{usage}Sai cách dùng / Wrong usage: {message}\n")
        return WRONG_USAGE
