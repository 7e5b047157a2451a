"""One lane of `benchmarks.answers`: commands asked one after the other in a store of their own."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, Self

FACILITY = "79014"
_FORKED = Path(__file__).resolve().with_name("forked.py")
_LONGEST = 120
_Ran = tuple[int, bytes, bytes]


class Lane:
    """A store, and what was answered on it.

    Args:
        name: Of the lane.
        folder: Temporary folder of the recording; the fixtures lie in it.
        checkout: Whose code is asked.
    """

    def __init__(self, name: str, folder: Path, checkout: Path) -> None:
        self.name = name
        self.fixtures = folder / "fixtures"
        self.folder = folder / name
        self._all = folder
        self.answers: list[dict[str, Any]] = []
        self._checkout = checkout
        (self.folder / "store").mkdir(parents=True)
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(checkout),
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "COLUMNS": "80",
            "KIOSK_DB": str(self.folder / "store" / "kiosk.db"),
            "KIOSK_FACILITY": FACILITY,
            "KIOSK_DESK": "1",
        }
        self._seen: set[str] = set()
        self._forked: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._forked:
            self._forked.communicate()

    def ask(
        self, *words: object, stdin: bytes = b"", env: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Run a command and keep what it answered.

        The first time as from a shell, later from a process that is loaded already.
        """
        said = [str(word) for word in words]
        given = self.env | (env or {})
        command = said[0] if said else ""
        run = self._quickly if command in self._seen else self._as_from_a_shell
        self._seen.add(command)
        status, out, err = run(said, stdin, given)
        told = [self._without_place(line) for line in _lines(err)]
        kept = self._line(" ".join(said), _lines(out)) | {"status": status, "stderr": told}
        self.answers.append(kept)
        return kept

    def file(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        """Write a file to import."""
        path = self.folder / name
        path.write_text(text, encoding=encoding)
        return path

    def left_behind(self) -> list[dict[str, Any]]:
        """Return the files of the store, refused rows, and the events of the log."""
        store = self.folder / "store"
        found = sorted(path for path in store.rglob("*") if path.is_file())
        names = [f"{path.relative_to(store)} {path.stat().st_mode & 0o777:o}" for path in found]
        kept = [self._line("files", names)]
        kept += [
            self._line(path.name, path.read_text("utf-8").splitlines())
            for path in found
            if path.suffix == ".csv"
        ]
        kept += [
            self._line(f"log {event['desk']}-{event['seq']}", [json.dumps(event)])
            for event in _events(store / "kiosk.db")
        ]
        return kept

    def _as_from_a_shell(self, words: list[str], stdin: bytes, env: dict[str, str]) -> _Ran:
        ran = subprocess.run(
            [sys.executable, "-m", "verification", *words],
            cwd=self._checkout,
            env=env,
            input=stdin,
            capture_output=True,
            timeout=_LONGEST,
            check=False,
        )
        return ran.returncode, ran.stdout, ran.stderr

    def _quickly(self, words: list[str], stdin: bytes, env: dict[str, str]) -> _Ran:
        streams = [self.folder / name for name in ("stdin", "stdout", "stderr")]
        streams[0].write_bytes(stdin)
        job = {"words": words, "env": env, "streams": [str(stream) for stream in streams]}
        process = self._loaded()
        if process.stdin is None or process.stdout is None:
            raise RuntimeError(words)  # both are pipes
        process.stdin.write(f"{json.dumps(job)}\n")
        process.stdin.flush()
        return int(process.stdout.readline()), streams[1].read_bytes(), streams[2].read_bytes()

    def _loaded(self) -> subprocess.Popen[str]:
        if self._forked is None:
            self._forked = subprocess.Popen(
                [sys.executable, "-P", str(_FORKED)],
                cwd=self._checkout,
                env=self.env | {"KIOSK_DB": str(self.folder / "warm" / "kiosk.db")},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        return self._forked

    def _line(self, what: str, lines: Sequence[str]) -> dict[str, Any]:
        said = [self._without_place(line) for line in lines]
        what = self._without_place(what)
        return {"lane": self.name, "at": len(self.answers), "what": what, "stdout": said}

    def _without_place(self, text: str) -> str:
        return text.replace(str(self._all), "<folder>").replace(str(self._checkout), "<checkout>")


def _lines(raw: bytes) -> list[str]:
    return raw.decode("utf-8", "backslashreplace").splitlines()


def _events(log: Path) -> list[dict[str, Any]]:
    if not log.exists():
        return []
    with closing(sqlite3.connect(log)) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute("SELECT * FROM log ORDER BY desk, rowid").fetchall()
    return [dict(row) | {"codes": json.loads(row["codes"])} for row in rows]
