"""What a watching program is told: every name documented, nobody's data in a label, cheap."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from anyio import run
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as plain_text
from starlette.requests import HTTPConnection

from app_pages.desk import page
from app_pages.server import gauges
from app_pages.server.probes import probed
from tests.support import ROOT
from verification.basics.errors import StoreError
from verification.log.visit import CancelReason
from verification.reception.answer import scan_of
from verification.reception.checkin import check_in, present
from verification.reception.corrections import undo
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus_client import Metric

    from app_pages.server.house import House

DESK = Actor("mau.letan", frozenset({Role.RECEPTIONIST}), "1")


def scraped(accept: str = "", client: str = "127.0.0.1") -> tuple[str, str]:
    """Return content type and body of an answer to a program that scrapes."""
    headers = [(b"accept", accept.encode())]
    scope = {"type": "http", "path": "/metrics", "headers": headers, "client": (client, 5000)}
    asked = HTTPConnection(scope | {"scheme": "http", "server": ("x", 1), "query_string": b""})
    found = run(probed, asked)
    return found.headers.get("content-type", ""), bytes(found.body).decode()


def families(text: str) -> Mapping[str, Metric]:
    return {family.name: family for family in plain_text(text)}


def value(text: str, name: str, **labels: str) -> float | None:
    """Return one sample."""
    found = [sample for family in plain_text(text) for sample in family.samples]
    return next((one.value for one in found if (one.name, one.labels) == (name, labels)), None)


def received(house: House) -> str:
    """Receive, undo, look somebody up, and show rubbish; return what is told then."""
    day = house.kiosk.today()
    good = (ROOT / "fixtures" / "cards.csv").read_text(encoding="utf-8").splitlines()[1]
    number = good.split(",")[0]
    answer = check_in(DESK, house.kiosk, scan_of((number.encode(),), day, quet=True))
    assert answer.visit
    undo(DESK, house.kiosk, answer.visit.visit_id, CancelReason.QUET_TRUNG)
    present(DESK, house.kiosk, scan_of((number.encode(),), day, quet=True), lookup=True)
    present(DESK, house.kiosk, scan_of((b"\xff\xfe 0790 rubbish",), day, quet=True))
    house.health.look()
    return scraped()[1]


def test_what_was_done_is_counted_once_it_is_written(house: House) -> None:
    before = scraped()[1]
    assert value(before, "kiosk_checkins_undone_total") == 0
    text = received(house)
    told = families(text)
    assert sum(one.value for one in told["kiosk_checkins"].samples) == 1
    assert sum(one.value for one in told["kiosk_looks"].samples) == 1
    assert sum(one.value for one in told["kiosk_presentations"].samples) == 2
    assert value(text, "kiosk_checkins_undone_total") == 1
    assert value(text, "kiosk_events_written_total", kind="cancelled") == 1
    assert value(text, "kiosk_store_waiting") == 0
    assert value(text, "kiosk_store_commit_failures_total") == 0
    commits = value(text, "kiosk_store_commit_seconds_count")
    assert commits == value(text, "kiosk_store_write_seconds_count")
    assert commits
    assert value(text, "kiosk_card_lookup_seconds_count")
    heads = house.kiosk.written.places.heads()
    assert value(text, "kiosk_log_events") == sum(head.count for head in heads)
    assert value(text, "kiosk_portal_state", state="off") == 1
    assert value(text, "kiosk_outbox_items", errand="portal") == 0
    assert value(text, "kiosk_scrape_failures") == 0


def test_what_was_undone_in_the_store_is_not_counted(house: House) -> None:
    def fails(log: object) -> None:
        page.write_alone(_Inside(log), DESK, page.PairingEnded(0, "desk"))  # type: ignore[arg-type]  # of one piece of work
        raise StoreError("hỏng", "broken")

    with pytest.raises(StoreError):
        house.kiosk.written.write(fails)
    assert value(scraped()[1], "kiosk_events_written_total", kind="pairing_ended") is None


class _Inside:
    """A log whose piece of work has begun."""

    def __init__(self, log: object) -> None:
        self._log = log

    def write(self, work: object) -> object:
        return work(self._log)  # type: ignore[operator]  # it is one


def test_no_label_holds_a_number_or_a_name_and_each_metric_is_in_the_book(house: House) -> None:
    text = received(house)
    book = (ROOT / "docs" / "watch.md").read_text(encoding="utf-8")
    for family in plain_text(text):
        kind = "_total" if family.type == "counter" else ""
        assert f"`{family.name}{kind}`" in book, family.name
        assert re.fullmatch(r"kiosk_[a-z_]+", family.name)
        for sample in family.samples:
            for label, said in sample.labels.items():
                assert re.fullmatch(r"[a-z_]*|[0-9.]+|\+Inf|[0-9a-f]{10}", said), (label, said)
                assert not re.search(r"\d{8}", said) or label == "commit"
    named = set(re.findall(r"`(kiosk_[a-z_]+)`", book))
    told = {f.name + ("_total" if f.type == "counter" else "") for f in plain_text(text)}
    assert {name for name in named if not name.startswith(_NOT_SET)} <= told | {"kiosk_build_info"}


_NOT_SET = ("kiosk_last_", "kiosk_backup_", "kiosk_head_")  # there with their settings alone


def test_both_forms_are_spoken_and_a_version_that_is_none_is_no_fault(house: House) -> None:
    kind, text = scraped("application/openmetrics-text; version=1.0.0, text/plain;q=0.5")
    assert kind.startswith("application/openmetrics-text; version=1.0.0")
    assert {family.name for family in open_metrics(text)} >= {"kiosk_checkins", "kiosk_build"}
    for accept in ("", "*/*", "text/plain; version=0.0.4", "text/plain; version=x"):
        assert scraped(accept)[0].startswith("text/plain; version=0.0.4")
    assert scraped("text/plain; version=1.0.0")[0].startswith(CONTENT_TYPE_LATEST)
    assert scraped(client="10.9.9.9") == ("", "")


def test_what_cannot_be_read_is_left_out_and_the_rest_is_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_path: object) -> None:
        raise OSError("away")

    monkeypatch.setattr(gauges.shutil, "disk_usage", gone)
    text = scraped()[1]
    assert value(text, "kiosk_scrape_failures") == 1
    assert value(text, "kiosk_disk_free_bytes") is None
    assert value(text, "kiosk_desks") == 1
