"""A message in a folder is there whole or not at all, once, and never over another file."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import stat
from typing import TYPE_CHECKING

import pytest

from verification.adapters.hospital import folder as folders
from verification.adapters.hospital.folder import FolderCarrier, file_name
from verification.exchange.handover.message import Message
from verification.exchange.handover.signing import signed

if TYPE_CHECKING:
    from pathlib import Path

SECRET = b"x" * 24
MESSAGE = Message("handover:1-3:2", "1-3", 2, '{"ho_ten":"Đặng Mẫu"}'.encode())
HEADERS = signed(MESSAGE.item_id, 1_700_000_000, MESSAGE.body, [SECRET])


def test_the_file_holds_the_exact_body_and_its_signature_and_is_the_accounts_alone(
    tmp_path: Path,
) -> None:
    sent = FolderCarrier(tmp_path).carry(MESSAGE, HEADERS)
    assert (sent.ok, sent.to) == (True, "folder")
    [file] = tmp_path.iterdir()
    assert file.name == "1-3.0002.json" == file_name(MESSAGE)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    told = json.loads(file.read_text("utf-8"))
    words = f"{told['webhook-id']}.{told['webhook-timestamp']}.{told['body']}"
    mark = base64.b64encode(hmac.digest(SECRET, words.encode(), hashlib.sha256)).decode()
    assert told["webhook-signature"] == f"v1,{mark}"
    assert told["body"].encode() == MESSAGE.body


def test_what_was_written_before_a_crash_is_taken_and_stays_as_it_is(tmp_path: Path) -> None:
    carrier = FolderCarrier(tmp_path)
    carrier.carry(MESSAGE, HEADERS)
    before = (tmp_path / file_name(MESSAGE)).read_bytes()
    later = Message(MESSAGE.item_id, MESSAGE.visit, MESSAGE.nth, b'{"later":1}')
    assert carrier.carry(later, signed(MESSAGE.item_id, 2, later.body, [SECRET])).ok
    assert (tmp_path / file_name(MESSAGE)).read_bytes() == before


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "[" * 100_000, '{"webhook-id":"handover:1-3:1"}', "\xff"]
)
def test_another_file_of_that_name_is_not_written_over(tmp_path: Path, content: str) -> None:
    file = tmp_path / file_name(MESSAGE)
    file.write_text(content, "latin-1")
    sent = FolderCarrier(tmp_path).carry(MESSAGE, HEADERS)
    assert (sent.ok, sent.cause) == (False, "his_occupied")
    assert file.read_text("latin-1") == content


def test_a_message_of_the_same_name_about_another_event_is_not_taken_for_this_one(
    tmp_path: Path,
) -> None:
    def about(second: int) -> Message:
        body = {"event": {"id": "1-3", "at": f"2026-11-26T08:00:0{second}+07:00"}}
        return Message(MESSAGE.item_id, MESSAGE.visit, MESSAGE.nth, json.dumps(body).encode())

    carrier = FolderCarrier(tmp_path)
    assert carrier.carry(about(1), HEADERS).ok
    assert carrier.carry(about(1), HEADERS).ok
    sent = carrier.carry(about(2), HEADERS)  # after a backup of yesterday was put back
    assert (sent.ok, sent.cause) == (False, "his_occupied")


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes in folders")
def test_a_pipe_in_the_place_of_the_file_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / file_name(MESSAGE))
    assert FolderCarrier(tmp_path).carry(MESSAGE, HEADERS).cause == "his_occupied"


def test_a_folder_that_is_not_there_is_not_made_and_leaves_nothing_personal_behind(
    tmp_path: Path,
) -> None:
    sent = FolderCarrier(tmp_path / "share").carry(MESSAGE, HEADERS)
    assert (sent.ok, sent.cause, sent.detail) == (False, "his_folder", "FileNotFoundError")
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left")

    monkeypatch.setattr(os, "fsync", full)
    sent = FolderCarrier(tmp_path).carry(MESSAGE, HEADERS)
    assert (sent.ok, sent.cause, sent.detail) == (False, "his_folder", "OSError")
    assert not [file for file in tmp_path.iterdir() if not file.name.endswith(".part")]
    monkeypatch.undo()
    assert FolderCarrier(tmp_path).carry(MESSAGE, HEADERS).ok
    assert [file.name for file in tmp_path.iterdir()] == [file_name(MESSAGE)]


def test_a_file_system_without_second_names_does_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(folders.os, "link", without)
    assert FolderCarrier(tmp_path).carry(MESSAGE, HEADERS).ok
    assert [file.name for file in tmp_path.iterdir()] == [file_name(MESSAGE)]
    assert FolderCarrier(tmp_path).carry(MESSAGE, HEADERS).ok
