"""`python -m verification COMMAND`: the kiosk's functions from a command line.

Only the standard library is imported here, because `setup` runs before anything is installed.
"""

import errno
import io
import os
import subprocess
import sys
from collections.abc import Sequence

from verification import ROOT
from verification.basics.errors import KioskError
from verification.operations.setup import speak_utf8

_NO_PATH = {errno.ENAMETOOLONG, errno.ELOOP}
_BARE_OPTIONS = {"--json", "--postgres", "--tests"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: Words of the command line, the program's name left out.

    Returns:
        0 answered, 1 it could not be done, 2 wrong usage, 3 a check found something wrong.
    """
    words = sys.argv[1:] if argv is None else list(argv)
    for stream in (sys.stdout, sys.stderr):
        # a Windows or Latin-1 console would otherwise stop at the first Vietnamese letter
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        return _run(words)
    except KioskError as error:
        print(error, file=sys.stderr)
    except ModuleNotFoundError as error:
        print(
            f"Thiếu thư viện {error.name}; hãy chạy: make run / "
            f"Library {error.name} is missing; run: make run",
            file=sys.stderr,
        )
    except (EOFError, KeyboardInterrupt):
        print("Đã dừng giữa chừng / Stopped before it was done", file=sys.stderr)
    except BrokenPipeError:
        # what is still unwritten would complain at the end of the process
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        if error.errno not in _NO_PATH:
            raise
        print(
            f"Không dùng được đường dẫn này: {os.strerror(error.errno)} / "
            f"That path cannot be used: {os.strerror(error.errno)}",
            file=sys.stderr,
        )
    return 1


def _run(words: list[str]) -> int:
    # A bare machine has no click yet, or the system's old one: the set-up does not wait for it.
    if words[:1] == ["setup"] and _BARE_OPTIONS.issuperset(words[1:]):
        return _set_up(words[1:])
    from verification.operations.commands.program import run

    return run(words)


def _set_up(options: list[str]) -> int:
    """Install what is missing, then make the store with the Python that has the packages."""
    from verification.operations.setup import set_up

    asked = {"tests": "--tests" in options, "postgres": "--postgres" in options}
    python = set_up(ROOT, out=sys.stderr, **asked)
    store = [str(python), "-m", "verification", "setup", "--store"]
    return subprocess.call([*store, *(["--json"] if "--json" in options else [])], cwd=ROOT)


if __name__ == "__main__":
    speak_utf8()
    sys.exit(main())
