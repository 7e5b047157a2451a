"""What stands in the place of the kiosk while its store cannot be opened."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
import requests

from tests.browser.running import PATIENCE, free_port
from verification.basics.errors import StoreBusy, StoreError
from verification.operations import waiting
from verification.operations.settings import read_settings
from verification.operations.waiting import _POLICY, drawn, until_opened


def test_the_page_says_why_in_both_languages_without_a_folder_and_may_run_its_script(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "kho"
    settings = read_settings({"KIOSK_DB": str(folder / "kiosk.db")})
    page = drawn(settings, StoreError(f"Không đọc được {folder}/kiosk.db", "<cannot> be read"))
    assert "Không đọc được kiosk.db" in page
    assert "&lt;cannot&gt; be read" in page
    assert "CHƯA MỞ ĐƯỢC KIOSK" in page
    assert "Nobody can be received here yet" in page
    script = page.split("<script>")[1].split("</script>")[0]
    assert b64encode(sha256(script.encode()).digest()).decode() in _POLICY


class Shop:
    """A store that cannot be opened for these reasons, one try after the other, and then can."""

    def __init__(self, *whys: Exception) -> None:
        self.whys = [*whys]

    def opened(self) -> None:
        if self.whys:
            raise self.whys.pop(0)


def test_a_store_that_opens_needs_no_page_and_one_that_another_holds_ends_it(
    tmp_path: Path,
) -> None:
    settings = read_settings({"KIOSK_DB": str(tmp_path / "kiosk.db")})
    told: list[str] = []
    until_opened(settings, free_port(), Shop().opened, told.append)
    assert told == []
    with pytest.raises(StoreBusy):
        until_opened(settings, free_port(), Shop(StoreBusy("Bận", "Busy")).opened, told.append)
    assert told == []


def test_every_address_says_why_until_it_opens_and_each_new_reason_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "EVERY_SECONDS", 0.01)
    settings = read_settings({"KIOSK_DB": str(tmp_path / "kiosk.db")})
    told: list[str] = []
    port = free_port()
    seen: list[requests.Response] = []
    full, key = StoreError("Đĩa đầy", "The disk is full"), StoreError("Thiếu khóa", "No key")

    def asked() -> None:
        for path in ("/", "/kiosk/alive"):
            for way in ("GET", "HEAD", "POST"):
                address = f"http://127.0.0.1:{port}{path}"
                seen.append(requests.request(way, address, timeout=PATIENCE))

    tries = iter((full, full, key, key))

    def opened() -> None:
        if told and not seen:
            asked()
        if why := next(tries, None):
            raise why

    until_opened(settings, port, opened, told.append)
    assert told == [str(full), str(key)]
    assert [reply.status_code for reply in seen] == [503] * 6
    assert [reply.headers["retry-after"] for reply in seen] == ["5"] * 6
    assert ["Đĩa đầy" in reply.text for reply in seen] == [True, False, True] * 2
    with pytest.raises(requests.ConnectionError):  # the place is free for the kiosk
        requests.get(f"http://127.0.0.1:{port}/", timeout=PATIENCE)
