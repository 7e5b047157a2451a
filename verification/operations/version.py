"""Which program runs: its commit, where it lies in a checkout, and what it stands on."""

import platform
from importlib import metadata
from pathlib import Path

from verification import ROOT
from verification.adapters.store.sqlite.database import SQLITE_VERSION

_SHORT = 10


def commit(root: Path = ROOT) -> str:
    """Return the commit of a checkout, shortened; empty where there is none, as in a copy."""
    git = root / ".git"
    try:
        if git.is_file():  # a second work tree: its own folder of git is named there
            git = (root / git.read_text(encoding="utf-8").partition(":")[2].strip()).resolve()
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        return (_of_ref(git, head.removeprefix("ref: ")) if " " in head else head)[:_SHORT]
    except (OSError, UnicodeDecodeError):
        return ""


def stands_on() -> dict[str, str]:
    """Return the versions of what the program stands on, by name."""
    return {
        "python": platform.python_version(),
        "streamlit": metadata.version("streamlit"),
        "sqlite": SQLITE_VERSION,
    }


def _of_ref(git: Path, ref: str) -> str:
    common = git / "commondir"
    shared = (git / common.read_text(encoding="utf-8").strip()) if common.exists() else git
    for folder in (git, shared):
        if (folder / ref).is_file():
            return (folder / ref).read_text(encoding="utf-8").strip()
    for line in (shared / "packed-refs").read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition(" ")
        if name == ref:
            return digest
    return ""
