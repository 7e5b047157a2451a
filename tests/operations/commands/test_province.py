"""`province receive` and `province months` as they are started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
import requests

from tests.postgres_support import database
from tests.support import DESK, ROOT, payload
from verification.adapters.store.postgres.province.months import after
from verification.basics.dates import VIETNAM
from verification.exchange.province.told import read as read_told
from verification.operations.province import running
from verification.operations.settings import read_settings
from verification.operations.wiring import logging_kiosk
from verification.reception.answer import Scan
from verification.reception.checkin import check_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.operations.commands.conftest import Ran

    Run = Callable[..., Ran]

SECRET = "khoa-ky-cua-co-so-79014-rieng"


def message_elsewhere(day: str) -> bytes:
    """Return what another house told of the same person early on that day."""
    at = f"{day}T00:00:00"
    return json.dumps(
        {
            "version": 1,
            "id": "handover:7-1:1",
            "nth": 1,
            "event": {"id": "7-1", "kind": "received", "at": f"{at}+07:00"},
            "facility": "79001",
            "visit": {"visit_id": "7-1", "ngay": day, "thoi_diem": at, "cancelled": None},
            "check": {"verdict": "eligible", "reasons": ["valid"], "ma_doituong_kcb": "1.1"},
            "patient": {"ma_the": "DN4797900000201", "ma_so_bhxh": None, "so_cccd": None},
        }
    ).encode()


@pytest.fixture
def given(tmp_path: Path) -> Iterator[Path]:
    """Yield the settings of a province of two shards."""
    file = tmp_path / "province.toml"
    with ExitStack() as opened:
        shards = [opened.enter_context(database()) for _ in range(2)]
        file.touch(mode=0o600)
        file.write_text(
            f'key_file = "province.key"\nshards = {json.dumps(shards)}\n'
            f'[houses]\n79014 = "{SECRET}"\n'
        )
        yield file


def test_it_receives_until_it_is_told_to_end_and_its_months_are_there(
    given: Path, run: Run
) -> None:
    words = [sys.executable, "-m", "verification", "province", "receive", str(given), "--port=0"]
    with subprocess.Popen(
        [*words, "--json"], cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout
        told = json.loads(process.stdout.readline())
        assert told["houses"] == 1
        assert requests.post(f"{told['url']}/79014/messages", timeout=20).status_code == 401
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert SECRET not in process.stdout.read()
    month = datetime.now(VIETNAM).date().replace(day=1)
    ahead = [month]
    for _ in range(3):
        ahead.append(after(ahead[-1]))
    names = [f"{one:%Y-%m}" for one in ahead]
    ran = run("province", "months", str(given))
    assert ran.lines == [{"shard": 1, "months": names}, {"shard": 2, "months": names}]
    for wrong in (names[0], "2026-13", "hôm qua"):
        assert run("province", "months", str(given), "--detach", wrong).status == 1
    assert run("province", "months", str(given), "--detach", "2025-01").lines == ran.lines


def test_what_it_is_started_with_is_looked_at_first(given: Path, run: Run) -> None:
    def refused() -> str:
        ran = run("province", "months", str(given))
        assert ran.status == 1
        assert SECRET not in ran.err
        return ran.sentence

    text = given.read_text()
    for wrong in (
        text.replace("79014 =", '"79/14" ='),
        text.replace(SECRET, "ngan"),
        text.replace("[houses]", "[nha]"),
        text.replace("postgresql", "mysql"),
        'key_file = "province.key"\nshards = []\n[houses]\n',
        text.replace(text.split('", "')[0].split('"')[-1], text.split('", "')[1].split('"')[0]),
        "\0",
    ):
        given.write_text(wrong)
        assert refused()
    given.write_text(text)
    given.chmod(0o640)
    assert "chmod 600" in refused()
    given.unlink()
    assert refused()


def test_a_house_asks_for_the_flags_of_its_day(
    given: Path, run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert home
    with running.receiving(given, 0) as receiver:
        monkeypatch.setenv("KIOSK_HANDOVER_TO", f"{receiver.url}/79014/messages")
        monkeypatch.setenv("KIOSK_HANDOVER_SECRET", SECRET)
        monkeypatch.setenv("KIOSK_FACILITY", "79014")
        with logging_kiosk(read_settings(os.environ)) as kiosk:
            names = []
            for slug in ("patient-1", "s2"):
                visit = check_in(DESK, kiosk, Scan((payload(slug),))).visit
                assert visit
                names.append(visit.visit_id)
            day = kiosk.today().isoformat()
        asked = ("hand-over", "--on", day, "--flags")
        assert run(*asked).lines == [{"visit_id": name, "flags": None} for name in names]
        assert run("outbox", "--retry", "all").lines == []
        assert run(*asked).lines == [{"visit_id": name, "flags": []} for name in names]
        assert f"{names[0]} | –" in run(*asked, plain=True).out
        elsewhere = receiver.answering.province
        told = read_told("79001", message_elsewhere(day), receiver.answering.settings.key)
        assert elsewhere.take(told)
        (first, second) = run(*asked).lines
        assert first["flags"] == [{"rule": "M02", "version": 2, "level": "info", "count": 2}]
        assert second["flags"] == []
        monkeypatch.setenv("KIOSK_HANDOVER_SECRET", SECRET[::-1])
        assert "HTTP 401" in run(*asked).sentence
    assert "ConnectionError" in run(*asked).sentence
    monkeypatch.delenv("KIOSK_HANDOVER_TO")
    assert "KIOSK_HANDOVER_TO" in run(*asked).sentence
    assert run(*asked, "--out", "x.jsonl").status == 2
