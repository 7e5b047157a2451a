"""No secret, no real-looking number of a person, no address of a machine lies in the tree."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.never_kept import found
from tests.support import ROOT, each

if TYPE_CHECKING:
    from pathlib import Path

SKIPPED = {".git", ".venv", "data", "__pycache__", "build", ".hypothesis"}
OWN = "tests/test_never_kept.py", "tests/never_kept.toml", "tests/never_kept.py"
# Each is put together here, so that this file itself holds none.
PLANTED = {
    "private key": [
        f"-----BEGIN {kind}PRIVATE KEY" for kind in ("", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ")
    ],
    "token": [
        "AKIA" + "Q7ZT5W3N8K2M6R4P",
        "ghp_" + "a8Kd2LmQ9rTz" * 3,
        ".".join(("eyJhbGciOi" + "JIUzI1", "eyJzdWIiOi" + "IxMjM0", "c2lnbmF0dXJl")),
        "Authorization: Bearer " + "v9Xq2LrT7mWz4KpN8sYb3HdF",
        "kiosk_" + "Zk3Vt9Qm2XwL7bRn5JpY8cHd4FgS6aTe",
    ],
    "password": [
        f'{name} = "tuoi-{at}7-ngay"'
        for at, name in enumerate(("password", "PASSWD", "mat_khau", "api_key", "secret"))
    ],
    "credentials in an address": [
        f"{scheme}://quantri:" + "hoa8sen2@may-chu"
        for scheme in ("https", "http", "rtsp", "postgresql", "ftp")
    ],
    "e-mail": [
        f"nguyen.mau@{domain}"
        for domain in ("gm" + "ail.com", "bv.org.vn", "x.io", "y.net", "moh.gov.vn")
    ],
    "registry": [
        "https://py" + "pi.org/simple",
        "https://files.python" + "hosted.org/packages/a",
        "//registry.npm" + "js.org/left-pad",
        "https://nex" + "us.noi-bo.vn/repository/x",
        "https://cty.jf" + "rog.io/artifact" + "ory/api",
    ],
    "machine path": [
        "/ho" + "me/an/kiosk",
        "/Us" + "ers/an/kiosk",
        "C:\\Us" + "ers\\an",
        "/ro" + "ot/.cache",
        "see /wo" + "rk/main/kiosk",
    ],
    "phone": [f"gọi {head}{'8264715'}" for head in ("090", "098", "037", "+8477", "058")],
    "citizen number": [
        f"số {head}{'94286173'}" for head in ("0011", "0790", "0482", "0923", "0310")
    ],
    "card": [f"{head}479{'618352' + '790'}" for head in ("DN4", "GD4", "HT3", "TE1", "HN2")],
    "high entropy": [
        "Zm9y" + f"{at}Qx7Lr2Vt9Km4Wn8Bz3Hd6Fs1Yg5" + "JpXcTqRa" for at in range(5)
    ],
}  # fmt: skip


@cache
def files() -> list[Path]:
    """Return what git keeps, or where there is no git, all that lies here."""
    if shutil.which("git") and (ROOT / ".git").exists():
        words = ["git", "-C", str(ROOT), "ls-files", "-z"]
        told = subprocess.run(words, capture_output=True, check=True).stdout.decode()
        return [ROOT / name for name in told.split("\0") if name and (ROOT / name).is_file()]
    every = (path for path in ROOT.rglob("*") if not SKIPPED & set(path.parts))
    return [path for path in every if path.is_file()]


@cache
def kept() -> list[dict[str, str]]:
    """Return what may stay."""
    entries: list[dict[str, str]] = tomllib.loads((ROOT / OWN[1]).read_text(encoding="utf-8"))[
        "kept"
    ]
    return entries


def test_nothing_of_the_kind_lies_in_the_tree_but_what_is_listed_with_its_reason() -> None:
    told, used = [], set()
    for path in files():
        name = path.relative_to(ROOT).as_posix()
        allowed = {entry["text"] for entry in kept() if entry["path"] == name}
        text = "" if name in OWN else path.read_bytes().decode("utf-8", "replace")
        for finding in found(text) if "\0" not in text else ():
            known = {one for one in allowed if one in finding.text}
            used |= {(name, one) for one in known}
            told += [] if known else [f"{name}: {finding.kind}: {finding.text[:12]}…"]
    assert told == []
    assert used == {(entry["path"], entry["text"]) for entry in kept()}  # none is left over


def test_each_entry_of_the_list_has_a_reason() -> None:
    assert all(len(entry["why"]) >= 8 for entry in kept())


@each("kind", PLANTED)
def test_what_is_planted_is_found(kind: str) -> None:
    assert len(PLANTED[kind]) >= 5
    for text in PLANTED[kind]:
        assert kind in {finding.kind for finding in found(f"x = 1\n# {text}\n")}, text


@pytest.mark.parametrize("ending", [".pem", ".key", ".p12", ".pfx", ".env", ".jks", ".db"])
def test_no_file_of_keys_or_of_a_store_is_kept(ending: str) -> None:
    assert [path.name for path in files() if path.name.endswith(ending)] == []


@each(
    "text",
    [
        "079194000123",
        "DN4797900000011",
        "0900000001",
        "mau@vi.du",
        "https://may-khac.mau/heads",
        "a" * 64,
        "0123456789abcdef" * 4,
        "test_the_right_password_opens_a_session_of_the_officer_at_the_desk",
        'password = "{password}"',
    ],
)
def test_what_is_plainly_invented_or_no_secret_is_let_be(text: str) -> None:
    assert list(found(text)) == []
