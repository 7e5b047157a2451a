"""Content and events that cannot be read: each says why, and what stands beside it is whole."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import MASTER_KEY, MORNING, payload
from verification.adapters.store.postgres.log import PostgresLog
from verification.adapters.store.sqlite.log import SqliteLog
from verification.log import chain
from verification.log.case import Case
from verification.log.content import card_of, visit_content
from verification.log.events import EventKind
from verification.log.officer_events import SignedOut
from verification.log.sealing import Sealer
from verification.log.unreadable import Cause, KeptContent, Noticed, Unreadable, opened
from verification.log.writing import Stranger, write_alone
from verification.officers import access_log
from verification.reception import checkin, lookup, no_card
from verification.reception import corrections as visits
from verification.reception.answer import Scan
from verification.rights import command_line, desk_officer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.log.contract.engines import Engine
    from verification.kiosk import Kiosk

DESK = desk_officer("1")
ONE, OTHER = "1-1", "1-3"


@pytest.fixture
def received(kiosk: Kiosk) -> Kiosk:
    """Return a kiosk that has received two people: `1-1`, `1-2` and `1-3`, `1-4`."""
    for slug in ("patient-1", "s2"):
        checkin.check_in(DESK, kiosk, Scan((payload(slug),)))
    return kiosk


def causes(engine: Engine, event_id: str = ONE) -> list[Cause]:
    """Return why the content of an event cannot be read."""
    content = engine.log.content(event_id)
    assert content is not None
    assert content == {}
    assert {one.row for one in content.unreadable} == {event_id}
    return [one.cause for one in content.unreadable]


def sealed_anew(engine: Engine, text: bytes) -> KeptContent:
    """Seal other bytes for the event, as only who has the key can."""
    kept = engine.kept(ONE)
    keys: dict[str, bytes] = {}
    sealer = Sealer(MASTER_KEY, keys.get, keys.__setitem__)
    return replace(kept, sealed=sealer.seal(kept.key_id, ONE, text))


TAMPERED: dict[str, tuple[Callable[[KeptContent], KeptContent | None], Cause]] = {
    "deleted": (lambda _: None, Cause.DELETED),
    "a bit of it": (
        lambda k: replace(k, sealed=k.sealed[:-1] + bytes([k.sealed[-1] ^ 1])),
        Cause.CHANGED,
    ),
    "cut": (lambda k: replace(k, sealed=k.sealed[:20]), Cause.CHANGED),
    "empty": (lambda k: replace(k, sealed=b""), Cause.CHANGED),
    "another salt": (lambda k: replace(k, salt=bytes(32)), Cause.CHANGED),
    "salt null": (lambda k: replace(k, salt=None), Cause.BYTES),
    "salt short": (lambda k: replace(k, salt=b"x"), Cause.BYTES),
    "salt text": (lambda k: replace(k, salt="x" * 32), Cause.BYTES),
    "sealed null": (lambda k: replace(k, sealed=None), Cause.BYTES),
    "sealed text": (lambda k: replace(k, sealed="văn bản"), Cause.BYTES),
    "sealed number": (lambda k: replace(k, sealed=7), Cause.BYTES),
    "key null": (lambda k: replace(k, key_id=None), Cause.BYTES),
    "key unknown": (lambda k: replace(k, key_id="1999-01"), Cause.KEY),
    "key of the index": (lambda k: replace(k, key_id="index-1"), Cause.CHANGED),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_one_content_that_cannot_be_read_says_why_and_the_others_are_whole(
    received: Kiosk, engine: Engine, name: str
) -> None:
    tampered, cause = TAMPERED[name]
    if engine.typed and name in {"salt text", "sealed text", "sealed number"}:
        cause = Cause.CHANGED  # these are bytes there, but others
    before = engine.log.content(OTHER)
    engine.tamper(ONE, tampered(engine.kept(ONE)))
    assert causes(engine) == [cause]
    assert received.written.write(lambda log: log.content(ONE) == {})
    assert engine.log.content(OTHER) == before
    (one, whole) = [content for _, content in lookup.recent_visits(DESK, received)][::-1]
    assert one.unreadable == (Unreadable(ONE, cause),)
    assert "ban_ghi" not in one
    assert not whole.unreadable
    assert engine.log.noticed() == engine.log.unreadable() == (Unreadable(ONE, cause),)


def test_content_of_another_event_does_not_open_as_this_ones(
    received: Kiosk, engine: Engine
) -> None:
    engine.tamper(ONE, engine.kept(OTHER))
    assert causes(engine) == [Cause.CHANGED]


def test_content_without_its_key_is_named_and_no_key_is_made_for_it(
    received: Kiosk, engine: Engine
) -> None:
    engine.drop_key(engine.kept(ONE).key_id)
    fresh = engine.log.write(lambda log: log.content(ONE))
    assert fresh is not None
    engine.tamper(OTHER, replace(engine.kept(OTHER), key_id="1999-01"))
    for _ in range(2):
        engine.log.write(lambda log: log.content(OTHER))
        assert causes(engine, OTHER) == [Cause.KEY]


@pytest.mark.parametrize(
    "text",
    [
        b"[1]",
        b'"x"',
        b"7",
        b"null",
        b"{",
        b"\xff\xfe",
        b"",
        b'{"ban_ghi": "x"}',
        b'{"ban_ghi": {"ho_ten": 7}}',
        b'{"ban_ghi": {"ngay_sinh": "ngay nao do"}}',
        b'{"ban_ghi": {"gt_the_den": "2026-13-45"}}',
        b'{"kem": [1]}',
        b'{"sha256": null}',
        b"[" * 5_000,
    ],
    ids=lambda text: text[:12].decode("latin-1"),
)
def test_bytes_that_no_version_wrote_are_no_content(text: bytes) -> None:
    keys: dict[str, bytes] = {}
    sealer = Sealer(MASTER_KEY, keys.get, keys.__setitem__)
    salt = bytes(32)
    kept = KeptContent(salt, "2026-11", sealer.seal("2026-11", ONE, text))
    found = opened(sealer, ONE, chain.content_digest(salt, text), kept, lambda: False)
    assert found is not None
    assert [one.cause for one in found.unreadable] == [Cause.BYTES]


def test_what_was_erased_is_erased_and_what_was_never_there_is_none(
    received: Kiosk, engine: Engine
) -> None:
    visits.erase(command_line("1"), received, "1-2")
    assert engine.log.content(ONE) is None
    event = write_alone(engine.log, Stranger("1"), SignedOut())
    assert engine.log.content(event.event_id) is None
    assert engine.log.unreadable() == ()


def test_a_row_that_can_be_read_again_counts_no_more(received: Kiosk, engine: Engine) -> None:
    kept = engine.kept(ONE)
    engine.tamper(ONE, None)
    assert causes(engine) == [Cause.DELETED]
    engine.tamper(ONE, kept)
    assert engine.log.content(ONE)
    assert engine.log.noticed() == ()


ROWS: dict[str, dict[str, Any]] = {
    "no json": {"codes": "{"},
    "no object": {"codes": "[]"},
    "a field less": {"codes": "{}"},
    "another type": {"codes": json.dumps({"what": 7, "why": ["x"]})},
    "a kind of tomorrow": {"kind": "drawn_blood"},
    "no kind": {"kind": ""},
    "no time": {"recorded_at": "2026-13-45T99:00"},
    "a time of no zone": {"recorded_at": "2026-11-22T08:00:00"},
    "nothing happened": {"happened_at": "hôm qua"},
    "person of another type": {"person_ref": b"\x00"},
}


@pytest.mark.parametrize("name", ROWS)
def test_one_event_that_cannot_be_read_is_one_line_of_the_access_log(
    received: Kiosk, engine: Engine, clock: Any, name: str
) -> None:
    event = received.written.write(lambda log: log.event(ONE))
    assert event
    looks = [lookup.viewed(DESK, received, event, "number") for _ in range(3)]
    engine.rewrite(looks[1].event_id, ROWS[name])
    found = received.written.write(lambda log: log.event(looks[1].event_id))
    assert found is not None
    if engine.typed and name == "person of another type":  # it is text there, whatever is put
        assert isinstance(found.person_ref, str)
        return
    assert (found.event_id, found.is_readable, found.codes) == (looks[1].event_id, False, {})
    told = access_log.access(command_line("1"), received, MORNING)
    kinds = [row.kind for row in told if row.kind in {EventKind.VIEWED, EventKind.UNREADABLE}]
    assert kinds.count(EventKind.VIEWED) == 2
    assert len(kinds) <= 3  # of another kind it is not among those that are asked for
    assert [one.row for one in engine.log.unreadable()] == [looks[1].event_id]
    assert received.doubt() is None
    answer = checkin.check_in(DESK, received, Scan((payload("s4"),)))
    assert answer.visit


def test_a_presentation_that_cannot_be_read_receives_nobody_twice(
    received: Kiosk, engine: Engine
) -> None:
    engine.rewrite("1-2", {"codes": "hỏng"})
    again = checkin.check_in(DESK, received, Scan((payload("patient-1"),)))
    assert again.verdict.outcome == "eligible"
    assert engine.log.recent("1", 9)


def test_a_card_added_to_a_visit_whose_content_cannot_be_read_is_asked_about(
    received: Kiosk, engine: Engine
) -> None:
    answer = no_card.present_without_card(DESK, received, "lost", "Người Mẫu")
    answer = checkin.receive(DESK, received, answer)
    engine.tamper(answer.event.event_id, None)
    with pytest.raises(no_card.AnotherPerson) as asked:
        no_card.complete(DESK, received, answer, "DN4797900000011")
    assert "không đọc được" in asked.value.vi


def test_the_case_of_an_unreadable_presentation_says_so_and_shows_no_other_card(
    received: Kiosk, engine: Engine
) -> None:
    engine.tamper(ONE, None)
    case = Case("2026-0001", "somebody", MORNING, presented=(ONE,))
    card = card_of(engine.log, case)
    assert (dict(card), card.unreadable) == ({}, (Unreadable(ONE, Cause.DELETED),))
    visit = engine.log.visit("1-2")
    assert visit
    assert visit_content(engine.log, replace(visit, unreadable=True)).unreadable == (
        Unreadable("1-2", Cause.BYTES),
    )


def test_what_is_noticed_is_bounded() -> None:
    noticed = Noticed()
    for at in range(Noticed.MOST + 50):
        noticed.note(f"1-{at}", Cause.CHANGED)
    assert len(noticed.all()) == Noticed.MOST


def test_the_desk_goes_on_where_the_key_of_the_month_is_damaged(
    received: Kiosk, engine: Engine
) -> None:
    key_id = engine.kept(ONE).key_id
    engine.drop_key(key_id)
    engine.damage_key(key_id)
    if isinstance(
        engine.log, SqliteLog | PostgresLog
    ):  # as after a restart: it keeps opened keys in memory
        engine.log._sealer.forget(key_id)
    answer = checkin.check_in(DESK, received, Scan((payload("s4"),)))
    assert engine.kept(answer.event.event_id).key_id == f"{key_id}.2"
    content = engine.log.content(answer.event.event_id)
    assert content is not None
    assert content["ban_ghi"]


@pytest.mark.parametrize("hash_", [None, "", "x", b"\x00", 7])
def test_a_desk_goes_on_behind_a_row_whose_hash_is_damaged(
    received: Kiosk, engine: Engine, hash_: object
) -> None:
    last = engine.chains()["1"][-1]
    engine.rewrite(f"1-{last['seq']}", {"hash": hash_})
    event = write_alone(engine.log, Stranger("1"), SignedOut())
    assert event.seq == last["seq"] + 1
    assert engine.chains()["1"][-1]["prev_hash"] == last["hash"]
