"""What other programs of the hospital ask and tell, in one open house."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from starlette.requests import Request

from app_pages.api.described import described_pages
from app_pages.api.description import description, validator
from app_pages.api.routes import api_routes
from app_pages.server.house import _open
from tests.api_support import System, Told, key_for
from tests.support import DESK, payload
from verification.exchange.his_fields import NAMES, read_told
from verification.exchange.memory_portal import MemoryPortal
from verification.log.events import EventKind
from verification.log.visit import CancelReason
from verification.reception import checkin, corrections
from verification.reception.answer import Scan
from verification.rights import Actor, Role, SystemRole, command_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from app_pages.server.house import House
    from verification.card.portal import Portal, PortalAnswer, Question
    from verification.log.visit import Visit

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
LIST, ONE = "/api/visits", "/api/visits/{visit_id}"
ADMISSION = {
    "ma_bn": "BN0001",
    "ma_lk": "LK-2026-0001",
    "ma_dich_vu": "02.1897",
    "ten_dich_vu": "Khám Nội",
    "ngay_yl": "2026-11-22T08:20",
}


@pytest.fixture
def system(house: House) -> System:
    return System(house, key_for(house.kiosk))


def received(house: House, slug: str = "number-15", again: str | None = None) -> Visit:
    """Return a visit."""
    visit = checkin.check_in(DESK, house.kiosk, Scan((payload(slug),)), again).visit
    assert visit
    return visit


def as_described(method: str, path: str, told: Told) -> Told:
    """Return an answer once it is one that the description promises."""
    answers = description()["paths"][path][method]["responses"]
    answer = answers[str(told.status)]
    if "$ref" in answer:
        answer = description()["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    ((media, content),) = answer["content"].items()
    assert told.headers["content-type"].partition(";")[0] == media
    if media.endswith("json"):
        schema = content["schema"] | {"components": description()["components"]}
        Draft202012Validator(schema).validate(told.json)
    return told


def errors(told: Told) -> list[tuple[str, str]]:
    """Return the fields that a problem names, each with its code."""
    return [(one["field"], one["reason"]) for one in told.json["errors"]]


def test_a_program_gets_the_answer_of_the_desk(house: House, system: System) -> None:
    text = payload("number-15").decode()
    told = as_described("post", "/api/check", system.post("/api/check", {"text": text}))
    assert told.status == 200
    shown = checkin.check(DESK, house.kiosk, text.encode())
    assert told.json["verdict"] == shown.outcome.value
    assert told.json["card"]["ho_ten"] == (shown.card and shown.card.ho_ten)
    assert told.json["portal"] is None
    assert not house.kiosk.written.events([EventKind.PRESENTED, EventKind.RECEIVED], LONG_AGO)


def test_a_look_at_a_person_is_written_down_with_whom_it_showed(
    house: House, system: System
) -> None:
    visit = received(house)
    system.post("/api/check", {"text": payload("number-15").decode()})
    (look,) = house.kiosk.written.events([EventKind.VIEWED], LONG_AGO)
    assert (look.officer, look.person_ref) == ("his:thu", visit.person_ref)


def test_rubbish_shows_nobody_and_a_portal_that_is_not_set_is_off(system: System) -> None:
    asked = {"text": "https://example.com", "on": "2026-11-20", "facility": "79001", "portal": True}
    told = as_described("post", "/api/check", system.post("/api/check", asked))
    assert (told.status, told.json["card"], told.json["portal"]["outcome"]) == (200, None, "off")


class Slow(MemoryPortal):
    """A portal that answers only when it is let, each question once somebody waits for it."""

    def __init__(self, clock: Callable[[], datetime], waiters: int) -> None:
        super().__init__({}, clock)
        self.come = threading.Barrier(waiters + 1, timeout=60)
        self.let = threading.Event()

    def ask(
        self, question: Question, *, urgent: bool, history: bool = True
    ) -> Future[PortalAnswer]:
        self.come.wait()
        self.let.wait(60)
        return super().ask(question, urgent=urgent, history=history)


@contextmanager
def asking(house: House, portal: Portal) -> Iterator[None]:
    """Let a house ask a portal."""
    joined = replace(house, portal=portal)
    _open.append(joined)
    yield
    _open.remove(joined)


def test_the_portal_is_asked_only_where_it_is_said(house: House, system: System) -> None:
    portal = MemoryPortal({}, house.kiosk.clock)
    text = payload("number-15").decode()
    with asking(house, portal):
        assert system.post("/api/check", {"text": text}).json["portal"] is None
        assert portal.asked == []
        told = as_described(
            "post", "/api/check", system.post("/api/check", {"text": text, "portal": True})
        )
    assert (told.json["portal"]["code"], len(portal.asked)) == ("050", 1)
    assert not house.kiosk.written.events([EventKind.PORTAL_ANSWERED], LONG_AGO)


def test_few_wait_for_the_portal_at_once_and_others_are_answered(
    house: House, system: System
) -> None:
    text, portal = payload("number-15").decode(), Slow(house.kiosk.clock, 4)
    with asking(house, portal), ThreadPoolExecutor(4) as waiting:
        four = [
            waiting.submit(system.post, "/api/check", {"text": text, "portal": True})
            for _ in range(4)
        ]
        portal.come.wait()
        fifth = as_described(
            "post", "/api/check", system.post("/api/check", {"text": text, "portal": True})
        )
        assert (fifth.status, fifth.reason, fifth.headers["retry-after"]) == (429, "busy", "3")
        assert system.post("/api/check", {"text": text}).status == 200
        portal.let.set()
        assert [one.result().status for one in four] == [200] * 4
        portal.come.reset()


def test_the_hospital_tells_what_became_of_a_visit_once(house: House, system: System) -> None:
    visit = received(house)
    path = f"/api/visits/{visit.visit_id}"
    first = as_described("post", ONE, system.post(path, ADMISSION))
    assert first.status == 200, first.body
    assert system.post(path, ADMISSION).json == first.json
    fetched = as_described("get", ONE, system.get(path))
    assert fetched.json["his"]["ma_bn"] == "BN0001"
    assert fetched.json["visit"]["visit_id"] == visit.visit_id
    (look,) = house.kiosk.written.events([EventKind.VIEWED], LONG_AGO)
    assert look.codes["of"] == visit.presented


def test_what_does_not_fit_the_visit_is_a_conflict_that_names_it(
    house: House, system: System
) -> None:
    visit, other = received(house), received(house, again="tái khám")
    path = f"/api/visits/{visit.visit_id}"
    told = as_described("post", ONE, system.post(path, {"ma_loai_kcb": "99"}))
    assert (told.status, told.reason) == (409, "contradictory")
    assert errors(told) == [("ma_loai_kcb", "not_in_list")]
    assert system.post(path, ADMISSION).status == 200
    told = as_described("post", ONE, system.post(f"/api/visits/{other.visit_id}", ADMISSION))
    assert (told.status, told.reason) == (409, "ma_lk_taken")
    corrections.undo(DESK, house.kiosk, other.visit_id, CancelReason.QUET_TRUNG)
    told = as_described("post", ONE, system.post(f"/api/visits/{other.visit_id}", {"ma_bn": "B"}))
    assert (told.status, told.reason) == (409, "visit_cancelled")
    assert as_described("post", ONE, system.post("/api/visits/1-999", {"ma_bn": "B"})).status == 404
    corrections.erase(command_line("1"), house.kiosk, visit.visit_id)
    told = as_described("post", ONE, system.post(path, {"ma_bn": "B"}))
    assert (told.status, told.reason) == (410, "content_erased")
    assert as_described("get", ONE, system.get(path)).status == 410


def test_the_token_of_a_link_is_taken_once(house: House, system: System) -> None:
    visit = received(house)
    token = {"token": house.handover_tokens.give(visit.visit_id)}
    told = as_described("post", "/api/handover", system.post("/api/handover", token))
    assert told.json["visit"]["visit_id"] == visit.visit_id
    again = as_described("post", "/api/handover", system.post("/api/handover", token))
    assert (again.status, again.reason) == (404, "no_token")
    look, _ = house.kiosk.written.events([EventKind.VIEWED], LONG_AGO)
    assert look.codes["of"] == visit.presented


def test_a_days_visits_come_page_by_page_undone_ones_too(house: House, system: System) -> None:
    visits = [received(house, again=str(n) if n else None) for n in range(5)]
    corrections.undo(DESK, house.kiosk, visits[1].visit_id, CancelReason.NHAM_NGUOI)
    day, found, after = house.kiosk.today().isoformat(), [], ""
    for _ in range(3):
        told = as_described("get", LIST, system.get(f"{LIST}?on={day}&limit=2{after}"))
        assert told.json["count"] == 5
        found += told.json["visits"]
        after = f"&after={told.json['next']}"
    assert [one["visit_id"] for one in found] == [visit.visit_id for visit in visits]
    assert (told.json["next"], found[1]["huy"]) == (None, "nham_nguoi")
    assert found[0]["thoi_diem"].startswith(found[0]["ngay"])  # local, as messages tell it
    one = system.get(f"/api/visits/{visits[0].visit_id}").json["visit"]
    assert {name: one[name] for name in ("thoi_diem", "ngay")} == {
        name: found[0][name] for name in ("thoi_diem", "ngay")
    }
    assert "Mẫu" not in json.dumps(found, ensure_ascii=False)


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("", [("on", "missing")]),
        ("?on=22/11/2026", [("on", "wrong_form")]),
        ("?on=2026-02-30", [("on", "wrong_form")]),
        ("?on=2026-11-22&limit=0", [("limit", "out_of_range")]),
        ("?on=2026-11-22&limit=%D9%A2", [("limit", "wrong_type")]),
        ("?on=2026-11-22&desk=1", [("desk", "unknown_field")]),
        ("?on=2026-11-22&on=2026-11-23", [("on", "duplicate")]),
    ],
)
def test_a_query_that_is_none_is_named(
    system: System, query: str, wrong: list[tuple[str, str]]
) -> None:
    told = as_described("get", LIST, system.get(f"{LIST}{query}"))
    assert (told.status, told.reason, errors(told)) == (422, "bad_query", wrong)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "bad_json"),
        (b"{", "bad_json"),
        (b'{"text":"x"} {}', "bad_json"),
        (b'\xef\xbb\xbf{"text":"x"}', "bad_utf8"),
        (b'{"text":"\xff"}', "bad_utf8"),
        ('{"text":"x"}'.encode("utf-16"), "bad_utf8"),
        (b"[]", "not_an_object"),
        (b'"text"', "not_an_object"),
        (b"null", "not_an_object"),
        (b'{"text":"x","text":"y"}', "duplicate_key"),
        (b'{"text":"x","\\u0074ext":"y"}', "duplicate_key"),
        (b'{"text":NaN}', "bad_number"),
        (b'{"text":-Infinity}', "bad_number"),
        (b'{"text":1e999}', "bad_number"),
        (b'{"text":' + b"9" * 5000 + b"}", "bad_number"),
        (b'{"text":' + b"[" * 17 + b"]" * 17 + b"}", "too_deep"),
        (b"[" * 100_000, "too_deep"),
        (b'{"text":"\\ud800"}', "bad_text"),
        (b'{"\\udc00":1}', "bad_text"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_strict_json_is_said_with_its_reason(
    system: System, body: bytes, reason: str
) -> None:
    told = as_described("post", "/api/check", system.ask("POST", "/api/check", body))
    assert (told.status, told.reason) == (400, reason)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, [("text", "missing")]),
        ({"text": ""}, [("text", "empty")]),
        ({"text": "x" * 8001}, [("text", "too_long")]),
        ({"text": 7}, [("text", "wrong_type")]),
        ({"text": "x", "ho_ten": "Mẫu"}, [("ho_ten", "unknown_field")]),
        ({"text": "x", "<b>": 1}, [("?", "unknown_field")]),
        ({"text": "x", "DN4797900000011": 1}, [("?", "unknown_field")]),
        ({"text": "x", "on": "22/11/2026"}, [("on", "wrong_form")]),
        ({"text": "x", "portal": "yes"}, [("portal", "wrong_type")]),
        ({"text": None, "facility": "x"}, [("facility", "wrong_form"), ("text", "wrong_type")]),
    ],
)
def test_a_field_that_is_wrong_is_named_and_nothing_of_it_is_told_back(
    system: System, values: dict[str, Any], wrong: list[tuple[str, str]]
) -> None:
    told = as_described("post", "/api/check", system.post("/api/check", values))
    assert (told.status, told.reason, sorted(errors(told))) == (422, "bad_fields", wrong)
    assert "Mẫu" not in told.body.decode()


def test_each_address_wants_its_own_right(house: House) -> None:
    asks = System(house, key_for(house.kiosk, "hoi", SystemRole.ASKS))
    tells = System(house, key_for(house.kiosk, "bao", SystemRole.TELLS))
    assert asks.post("/api/visits/1-1", ADMISSION).reason == "no_right"
    assert asks.get("/api/visits?on=2026-11-22").reason == "no_right"
    assert tells.post("/api/check", {"text": "x"}).reason == "no_right"
    assert tells.get("/api/visits/1-1").reason == "no_right"


def test_routes_and_description_agree() -> None:
    served = {
        (route.path, method.lower())
        for route in api_routes()
        for method in (route.methods or set()) - {"HEAD"}
    }
    told = {(path, method) for path, held in description()["paths"].items() for method in held}
    assert served == told


def test_what_the_description_says_of_fields_is_what_is_read() -> None:
    schemas = description()["components"]["schemas"]
    assert tuple(schemas["Told"]["properties"]) == NAMES == tuple(schemas["Known"]["properties"])
    plain = schemas["Told"]["properties"]["ma_bn"]["pattern"]
    for name, schema in schemas["Told"]["properties"].items():
        if schema.get("pattern") == plain:
            most = schema["maxLength"]
            assert not isinstance(read_told({name: "x" * most}), tuple), name
            assert isinstance(read_told({name: "x" * (most + 1)}), tuple), name


@given(st.data())
def test_what_the_description_allows_is_read_field_by_field(data: st.DataObject) -> None:
    told = description()["components"]["schemas"]["Told"]["properties"]
    name = data.draw(st.sampled_from([*told]))
    forms = [form for form in (told[name], *told[name].get("anyOf", ())) if "pattern" in form]
    for form in forms:
        text = data.draw(st.from_regex(re.compile(form["pattern"])))
        if validator("Told").is_valid({name: text}):
            assert not isinstance(read_told({name: text}), tuple), (name, text)


def test_the_description_is_served_and_readable_without_a_script(system: System) -> None:
    told = as_described("get", "/api/openapi.json", system.get("/api/openapi.json"))
    assert told.json == description()
    page = as_described("get", "/api/docs", system.get("/api/docs")).body.decode()
    assert "<script" not in page
    assert all(path in page for path in description()["paths"])
    assert all(f"id='{name}'" in page for name in description()["components"]["schemas"])


@pytest.mark.parametrize(("role", "status"), [(Role.ADMINISTRATOR, 200), (Role.AUDITOR, 403)])
@pytest.mark.usefixtures("house")
def test_an_administrator_reads_the_description_without_a_key(role: Role, status: int) -> None:
    (route,) = described_pages()
    scope = {"type": "http", "method": "GET", "path": "/kiosk/api", "headers": []}
    actor = Actor("mau", frozenset({role}), "1")
    assert asyncio.run(route.endpoint(Request(scope | {"actor": actor}))).status_code == status


def test_every_reference_and_example_of_the_description_is_sound() -> None:
    components = description()["components"]
    for name, schema in components["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert name in json.dumps([description()["paths"], components]), name
    for held in description()["paths"].values():
        for operation in held.values():
            for sent in operation.get("requestBody", {}).get("content", {}).values():
                schema: Mapping[str, Any] = sent["schema"] | {"components": components}
                for example in sent["examples"].values():
                    Draft202012Validator(schema).validate(example["value"])
