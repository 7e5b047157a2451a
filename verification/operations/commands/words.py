"""The commands by name: where each lives, and how one is run."""

import sys
from collections.abc import Sequence
from importlib import import_module
from textwrap import shorten

import click

PROGRAM = "python -m verification"
WRONG_USAGE = 2
_LONGEST_MESSAGE = 500
# imported when called: `check` must not wait for the libraries of `read`
_COMMANDS = {
    "read": "verification.operations.commands.pictures.read",
    "check": "verification.operations.commands.answers.check",
    "check-in": "verification.operations.commands.answers.check_in",
    "undo": "verification.operations.commands.answers.undo",
    "lookup": "verification.operations.commands.answers.lookup",
    "entitlement": "verification.operations.commands.entitlement.entitlement",
    "import-cards": "verification.operations.commands.store.import_cards",
    "import-facilities": "verification.operations.commands.store.import_facilities",
    "import-offices": "verification.operations.commands.store.import_offices",
    "verify-log": "verification.operations.commands.store.verify_log",
    "accounts": "verification.operations.commands.accounts.accounts",
    "import-visits": "verification.operations.commands.misuse.import_visits",
    "replay": "verification.operations.commands.misuse.replay",
    "simulate": "verification.operations.commands.misuse.simulate",
    "evaluate": "verification.operations.commands.misuse.evaluate",
    "setup": "verification.operations.commands.machine.setup",
    "serve": "verification.operations.commands.machine.serve",
    "certificate": "verification.operations.commands.certificate.certificate",
}


class LazyGroup(click.Group):
    """A group that imports a command when it is called or listed."""

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
        module, _, function = _COMMANDS[cmd_name].rpartition(".")
        found = getattr(import_module(module), function)
        assert isinstance(found, click.Command)  # noqa: S101  # the table above is ours
        return found


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
