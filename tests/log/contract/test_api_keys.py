"""The contract of the `ApiKeys` port, and what is done with keys over each engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import MORNING
from verification.basics.errors import RequestError, StoreError
from verification.log.api_keys import ApiKey, changed
from verification.log.sending_events import ApiKeyChanged
from verification.log.writing import Stranger, write
from verification.officers import systems
from verification.rights import SystemRole, command_line

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.kiosk import Kiosk
    from verification.log.ports import Log, LogTransaction

ROOT = command_line("1")
ASKS, TELLS = frozenset({SystemRole.ASKS}), frozenset({SystemRole.TELLS})
KEY = ApiKey("abcdefghij", "his", "d" * 64, ASKS, 60, MORNING, MORNING + timedelta(hours=1))


def put(port: Log, key: ApiKey) -> None:
    """Keep a key as its event says it."""

    def work(log: LogTransaction) -> None:
        write(log, Stranger("1"), changed(key, "made"))
        log.api_keys.put_key(key)

    port.write(work)


def test_a_key_comes_back_as_it_was_put(port: Log) -> None:
    assert port.api_keys.key(KEY.key_id) is None
    put(port, KEY)
    assert port.api_keys.key(KEY.key_id) == KEY
    assert port.write(lambda log: log.api_keys.key(KEY.key_id)) == KEY
    put(port, replace(KEY, ends=None, rights=TELLS))
    assert port.api_keys.key(KEY.key_id) == replace(KEY, ends=None, rights=TELLS)


def test_keys_come_by_system_and_age(port: Log) -> None:
    later = replace(KEY, key_id="aaaaaaaaaa", made_at=MORNING + timedelta(seconds=1))
    other = replace(KEY, key_id="zzzzzzzzzz", system="duoc")
    for key in (later, KEY, other):
        put(port, key)
    assert list(port.api_keys.known()) == [other, KEY, later]


def test_what_is_not_sound_is_not_kept_and_nothing_is_written_outside(port: Log) -> None:
    with pytest.raises(ValueError, match="not sound"):
        port.write(lambda log: log.api_keys.put_key(replace(KEY, sound=False)))
    with pytest.raises(StoreError):
        port.api_keys.put_key(KEY)
    assert not port.api_keys.known()


def test_a_key_is_made_once_shown_once_and_known_again(kiosk: Kiosk) -> None:
    made = systems.make_key(ROOT, kiosk, " HIS ", ASKS, 90)
    known = systems.key_of(kiosk, made.text)
    assert known == made.key == kiosk.written.api_keys.key(made.key.key_id)
    assert (made.key.system, made.key.per_minute, made.key.rights) == ("his", 90, ASKS)
    assert len(made.text) == len("kiosk_") + 10 + 1 + 43
    assert made.text not in f"{kiosk.written.api_keys.known()}"
    assert [key.digest for key in systems.list_keys(ROOT, kiosk)] == [""]
    with pytest.raises(RequestError, match="rotate"):
        systems.make_key(ROOT, kiosk, "his", ASKS)
    for wrong in ("", "x", made.text[:-1], f"{made.text}x", made.text.upper(), f"{made.text}\n"):
        assert systems.key_of(kiosk, wrong) is None
    other = systems.make_key(ROOT, kiosk, "duoc", TELLS)
    swapped = made.text.replace(made.key.key_id, other.key.key_id)
    assert systems.key_of(kiosk, swapped) is None


def test_while_keys_change_both_are_taken_for_a_day(kiosk: Kiosk, clock: Clock) -> None:
    first = systems.make_key(ROOT, kiosk, "his", ASKS)
    second = systems.rotate_key(ROOT, kiosk, "his")

    def live() -> list[bool]:
        found = [systems.key_of(kiosk, made.text) for made in (first, second)]
        return [key is not None and key.lives(kiosk.clock()) for key in found]

    assert live() == [True, True]
    clock.forward(hours=23, minutes=59)
    assert live() == [True, True]
    clock.forward(minutes=1)
    assert live() == [False, True]
    third = systems.rotate_key(ROOT, kiosk, "his", timedelta())
    assert live() == [False, False]
    clock.jump(hours=-30)
    assert live()[1] is False  # ended at once, whatever the clock says later
    assert third.key.rights == ASKS


def test_an_ended_key_stays_ended_and_its_system_may_get_another(kiosk: Kiosk) -> None:
    made = systems.make_key(ROOT, kiosk, "his", ASKS)
    spare = systems.rotate_key(ROOT, kiosk, "his")
    assert systems.end_key(ROOT, kiosk, made.key.key_id) == 1
    assert systems.end_key(ROOT, kiosk, "his") == 1
    for key in (made, spare):
        known = systems.key_of(kiosk, key.text)
        assert known is not None
        assert not known.lives(kiosk.clock())
    with pytest.raises(RequestError, match="no such system"):
        systems.end_key(ROOT, kiosk, "his")
    with pytest.raises(RequestError, match="no such system"):
        systems.rotate_key(ROOT, kiosk, "his")
    assert systems.make_key(ROOT, kiosk, "his", TELLS).key.lives(kiosk.clock())


def test_rights_and_pace_are_changed_without_another_key(kiosk: Kiosk) -> None:
    made = systems.make_key(ROOT, kiosk, "his", ASKS, 90)
    systems.change_key(ROOT, kiosk, "his", TELLS)
    systems.change_key(ROOT, kiosk, "his", per_minute=5)
    known = systems.key_of(kiosk, made.text)
    assert known
    assert (known.rights, known.per_minute) == (TELLS, 5)


@pytest.mark.parametrize("name", ["", "x", "a b", "khóa", "x" * 33, "-x", "his:a"])
def test_a_name_that_is_none_is_refused(kiosk: Kiosk, name: str) -> None:
    with pytest.raises(RequestError, match="name of a system"):
        systems.make_key(ROOT, kiosk, name, ASKS)


def test_what_makes_no_key_is_refused(kiosk: Kiosk) -> None:
    for rights, pace in ((frozenset(), 1), (ASKS, 0), (ASKS, 6_001)):
        with pytest.raises(RequestError):
            systems.make_key(ROOT, kiosk, "his", rights, pace)
    systems.make_key(ROOT, kiosk, "his", ASKS)
    for hours in (-1, 24 * 32):
        with pytest.raises(RequestError, match="31 days"):
            systems.rotate_key(ROOT, kiosk, "his", timedelta(hours=hours))
    with pytest.raises(RequestError, match="Give rights"):
        systems.change_key(ROOT, kiosk, "his")
    assert len(kiosk.written.api_keys.known()) == 1


def test_the_log_says_what_became_of_a_key_and_never_the_key(kiosk: Kiosk) -> None:
    made = systems.make_key(ROOT, kiosk, "his", ASKS)
    systems.rotate_key(ROOT, kiosk, "his")
    systems.end_key(ROOT, kiosk, "his")
    told = kiosk.written.events([ApiKeyChanged.kind], MORNING - timedelta(days=1))
    acts = [event.codes["act"] for event in told]
    assert acts == ["made", "changed", "rotated", "ended", "ended"]
    secret = made.text[-43:]
    assert all(secret not in str(e.codes) and made.key.digest not in str(e.codes) for e in told)
