"""Two servers over one database, each with a log of its own: what each does counts for both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.case_support import AN, BINH, CHI, RECEPTION, WHY, arrive, employ, only_case
from tests.exchange_support import receive as waits
from tests.log.contract.engines import kiosk_on
from tests.postgres_support import database, shared
from tests.support import MASTER_KEY, a_password, make_demo_store, payload, quickly_hashed
from verification.adapters.store.postgres.address import read_address
from verification.adapters.store.postgres.log import PostgresLog
from verification.adapters.store.postgres.turns import turn
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.basics.errors import Forbidden, KioskError, SignInError
from verification.log.account import Place, SessionState
from verification.log.case import Proposed
from verification.log.outbox import Errand
from verification.officers import signin
from verification.officers.attempts import FREE
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.review import cases, four_eyes
from verification.rights import desk_officer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import Any

    from tests.support import Clock
    from verification.kiosk import Kiosk

HERE, THERE = Place("1", "10.0.0.1"), Place("2", "10.0.0.2")


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteCards]:
    """Return the invented cards, to read."""
    folder = tmp_path_factory.mktemp("cards")
    make_demo_store(folder)
    with closing(SqliteCards(folder)) as opened:
        yield opened


@pytest.fixture
def url() -> Iterator[str]:
    """Return the address of an empty database."""
    with database() as made:
        yield made


@contextmanager
def server(url: str, name: Path, cards: SqliteCards, clock: Clock) -> Iterator[Kiosk]:
    """Open the kiosk of one server."""
    address = read_address("KIOSK_DB", url)
    with closing(PostgresLog(address, MASTER_KEY, clock, name)) as log:
        yield kiosk_on(log, cards, clock)


@pytest.fixture
def both(
    url: str, tmp_path: Path, cards: SqliteCards, clock: Clock
) -> Iterator[tuple[Kiosk, Kiosk]]:
    """Return the kiosks of two servers."""
    with (
        server(url, tmp_path / "a.head", cards, clock) as one,
        server(url, tmp_path / "b.head", cards, clock) as other,
    ):
        yield one, other


def at_once(*works: Callable[[], Any]) -> Sequence[Any]:
    """Do all of it at the same time; return what came of each, an error of ours in its place."""

    def done(work: Callable[[], Any]) -> Any:
        try:
            return work()
        except KioskError as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(done, works))


def scan(text: str | bytes, scan_id: str | None = None) -> Scan:
    """Return a scan of a text."""
    return Scan((text if isinstance(text, bytes) else text.encode(),), scan_id)


def test_numbers_people_keys_and_resent_scans_are_one_whoever_is_asked(
    both: tuple[Kiosk, Kiosk],
) -> None:
    one, other = both

    def desk(kiosk: Kiosk, desk: str) -> list[Any]:
        actor = desk_officer(desk)
        # a new month's key, a person whom nobody knows, and twenty whom only this desk sees
        new = [check_in(actor, kiosk, scan("DN4790000077777"), again="khac")]
        return new + [check_in(actor, kiosk, scan(f"HT37900{desk}{at:07d}")) for at in range(20)]

    came = at_once(lambda: desk(one, "1"), lambda: desk(other, "2"))
    visits = [answer.visit for answers in came for answer in answers]
    numbers = sorted(visit.so_thu_tu for visit in visits)
    assert numbers == list(range(1, 43))
    first, second = (answers[0] for answers in came)
    assert first.event.person_ref == second.event.person_ref is not None
    for kiosk in both:
        assert all(kiosk.written.visit(visit.visit_id) for visit in visits)
        assert not kiosk.written.unreadable()

    resent = scan(payload("same-old15"), "tab:7")
    same = at_once(*(lambda k=k: check_in(desk_officer("1"), k, resent) for k in (*both, *both)))
    assert len({answer.event.event_id for answer in same}) == 1
    assert len({answer.visit.visit_id for answer in same}) == 1


def test_a_case_is_one_held_by_one_and_approved_by_another_on_any_server(
    both: tuple[Kiosk, Kiosk],
) -> None:
    one, other = both
    employ(one, AN, BINH, CHI, RECEPTION)
    at_once(lambda: arrive(one, "same-old15"), lambda: arrive(other, "same-old15"))
    case = only_case(one)
    assert only_case(other).number == case.number
    assert len(case.visits) == 2
    held = at_once(
        lambda: cases.take(AN, one, case.number), lambda: cases.take(BINH, other, case.number)
    )
    assert sum(isinstance(came, KioskError) for came in held) == 1, held
    holder, approver = (AN, BINH) if only_case(one).held_by == "an" else (BINH, AN)
    seen = four_eyes.propose(holder, one, case.number, Proposed.CONFIRMED, WHY).proposal
    assert seen
    with pytest.raises(Forbidden):
        four_eyes.approve(holder, other, case.number, seen)
    came = at_once(
        lambda: four_eyes.approve(approver, other, case.number, seen),
        lambda: four_eyes.approve(CHI, one, case.number, seen),
    )
    assert sum(isinstance(found, KioskError) for found in came) == 1, came


def test_sessions_and_wrong_passwords_count_on_every_server(
    both: tuple[Kiosk, Kiosk], clock: Clock
) -> None:
    one, other = both
    employ(one, AN)
    with quickly_hashed():
        signed = signin.sign_in(one, "an", a_password("an"), HERE)
        digest = signed.session.digest
        assert signin.standing(other, digest)[0] is SessionState.LIVE
        clock.forward(seconds=one.policy.idle.total_seconds() - 1)
        signin.touch(other, digest)
        clock.forward(seconds=one.policy.idle.total_seconds() - 1)
        assert signin.standing(one, digest)[0] is SessionState.LIVE
        clock.forward(seconds=2)
        assert {signin.standing(kiosk, digest)[0] for kiosk in both} == {SessionState.LOCKED}
        signin.unlock(other, digest, a_password("an"), HERE)
        assert signin.standing(one, digest)[0] is SessionState.LIVE
        signin.lock(one, digest)
        assert signin.standing(other, digest)[0] is SessionState.LOCKED
        signin.sign_out(other, digest)
        assert signin.standing(one, digest)[0] is SessionState.ENDED
        for at in range(FREE):
            with pytest.raises(SignInError):
                signin.sign_in(both[at % 2], "an", "sai", (HERE, THERE)[at % 2])
        for kiosk in both:
            with pytest.raises(SignInError, match="60"):
                signin.sign_in(kiosk, "an", a_password("an"), THERE)


def test_what_waits_is_taken_by_one_and_its_turn_ends_with_its_connection(
    both: tuple[Kiosk, Kiosk], url: str, clock: Clock
) -> None:
    asking = [replace(kiosk, asks_portal=True) for kiosk in both]
    for _ in range(6):
        waits(asking[0])
    now = clock.forward(seconds=60)

    def lease(kiosk: Kiosk) -> list[str]:
        until = clock.now.replace(hour=23)
        taken = kiosk.written.write(lambda log: log.exchanged.lease(Errand.PORTAL, now, until, 4))
        return [item.item_id for item in taken]

    taken = at_once(*(lambda k=k: lease(k) for k in asking))
    assert len([item for items in taken for item in items]) == 6
    assert len({item for items in taken for item in items}) == 6

    address = read_address("KIOSK_DB", url)
    with turn(address, "sending") as ours, turn(address, "keeping") as of_another_kind:
        assert ours
        assert of_another_kind
        with turn(address, "sending") as theirs:
            assert theirs is None
        assert ours()
        ended = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        shared().run(ended, url.rpartition("/")[2])
        assert not ours()
        with turn(address, "sending") as theirs:
            assert theirs
