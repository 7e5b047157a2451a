"""What `benchmarks.answers` asks of the commands that stand beside a hospital system."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.asking import Lane

COMMANDS = ("fhir", "api-key", "hand-over", "record", "check-record", "province")


def hospital(lane: Lane, visits: list[str]) -> None:
    """Ask for lists, records, keys and FHIR answers of a store that has visits."""
    _handed_over(lane)
    _records(lane, visits)
    _keys(lane)
    _fhir(lane)


def _handed_over(lane: Lane) -> None:
    today = f"{datetime.now(ZoneInfo('Asia/Ho_Chi_Minh')):%Y-%m-%d}"
    out = lane.folder / "handed.jsonl"
    lane.ask("hand-over", "--on", today, "--json")
    lane.ask("hand-over", "--on", today)
    lane.ask("hand-over", "--on", today, "--out", out, "--json")
    lane.ask("hand-over", "--on", today, "--out", out)  # nothing is overwritten
    lane.ask("hand-over", "--on", "2026-01-01", "--json")  # nobody came
    lane.ask("hand-over", "--on", "hôm qua")
    lane.ask("hand-over", "--on", today, "--flags")  # to no province
    lane.ask("province", "months", lane.folder / "no-such.toml")


def _records(lane: Lane, visits: list[str]) -> None:
    out = lane.folder / "records.xml"
    lane.ask("record", *visits[:4], "--out", out, "--json")
    lane.ask("record", visits[0], "--out", out)  # nothing is overwritten
    lane.ask("record", visits[0], "--out", lane.folder / "one.xml")
    lane.ask("record", "1-99999", "--out", lane.folder / "none.xml")
    lane.ask("check-record", out, "--json")
    lane.ask("check-record", out)
    lane.ask("check-record", lane.fixtures / "cards.csv", "--json")
    lane.ask("check-record", lane.folder / "no-such.xml")


def _keys(lane: Lane) -> None:
    lane.ask("api-key", "list", "--json")
    lane.ask("api-key", "make", "duoc", "--right", "asks", "--per-minute", "30", "--json")
    lane.ask("api-key", "make", "duoc", "--right", "asks")  # there already
    lane.ask("api-key", "make", "his")  # no right
    lane.ask("api-key", "rotate", "duoc", "--overlap", "2", "--json")
    lane.ask("api-key", "change", "duoc", "--right", "asks", "--right", "reads", "--json")
    lane.ask("api-key", "end", "duoc", "--json")
    lane.ask("api-key", "end", "khong-co")
    lane.ask("api-key", "rotate")
    lane.ask("api-key", "list", "--json")


def _fhir(lane: Lane) -> None:
    for number in ("DN4797900000011", "DN4797900000999", "rác"):
        asked = json.dumps(_request(number)).encode()
        lane.ask("fhir", "-", "--json", stdin=asked)
    lane.ask("fhir", "-", "--json", stdin=b"{")
    lane.ask("fhir", lane.folder / "no-such.json")


def _request(number: str) -> dict[str, Any]:
    insurer = {"display": "Bảo hiểm xã hội Việt Nam"}
    coverage = {
        "resourceType": "Coverage",
        "id": "the",
        "status": "active",
        "subscriberId": number,
        "beneficiary": {"reference": "#bn"},
        "payor": [insurer],
    }
    return {
        "resourceType": "CoverageEligibilityRequest",
        "id": "yc-1",
        "status": "active",
        "purpose": ["validation", "benefits"],
        "patient": {"reference": "#bn"},
        "created": "2026-11-22T08:10:00+07:00",
        "insurer": insurer,
        "contained": [{"resourceType": "Patient", "id": "bn"}, coverage],
        "insurance": [{"coverage": {"reference": "#the"}}],
    }
