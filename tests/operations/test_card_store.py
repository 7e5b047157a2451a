"""The cards follow the settings: on PostgreSQL any server imports, and all answer by it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.list_support import FIRST, HEADING, LIFTS, Here, handed_in, imported
from tests.postgres_support import shared
from tests.support import ROOT
from verification.adapters.imports.importing import IMPORTABLE, How
from verification.adapters.store.postgres import card_sets
from verification.adapters.store.sqlite.card_folder import newest_file
from verification.card.facts import Status
from verification.log.card_files import newest_note, noted_file
from verification.operations.card_store import finish, importing, in_use
from verification.operations.lists.asked import Asked
from verification.operations.lists.lists import Lists
from verification.operations.settings import Settings, read_settings
from verification.operations.wiring import (
    checking_kiosk,
    finish_import,
    import_list,
    local_now,
    logging_kiosk,
    open_log,
    prepare_store,
    undo_import,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NUMBER, OTHER = "DN4797900000501", "DN4797900000502"
SECOND = f"{OTHER},Người Khác,1991-01-02,2,2026-01-01,2026-12-31,hieu_luc\n"


class Servers(NamedTuple):
    """Two servers of one house."""

    a: Settings
    b: Settings


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    """Return the settings of two servers on one database that is new."""
    url = shared().database()
    (tmp_path / "khoa").mkdir(mode=0o700)
    given = {"KIOSK_DB": url, "KIOSK_KEY_FILE": "khoa/kiosk.key", "KIOSK_FACILITY": "01C34"}
    yield Servers(
        *(
            read_settings({**given, "KIOSK_FOLDER": at, "KIOSK_HEAD_FILE": f"{at}/heads"}, tmp_path)
            for at in ("a", "b")
        )
    )
    shared().drop(url.rpartition("/")[2])


def taken(settings: Settings, *rows: str, **how: bool) -> int:
    """Import a list; return how many rows it added."""
    source = settings.folder.parent / "list.csv"
    source.write_text(HEADING + "".join(rows), encoding="utf-8")
    whose = Asked("cards").whose
    return import_list(settings, IMPORTABLE["cards"], source, How(**how), whose).added


def held(settings: Settings) -> list[tuple[str, Status]]:
    """Return which of the numbers a server knows, and their statuses."""
    with logging_kiosk(settings) as kiosk:
        found = [record for of in (NUMBER, OTHER) for record in kiosk.cards.by_card(of)]
        noted, version = noted_file(newest_note(kiosk.written)), kiosk.cards.version()
        assert bool(noted) == bool(version)
        if noted and version:
            assert (noted.name, noted.digest) == (version.name, version.digest)
    return [(str(record.number), record.trang_thai) for record in found]


def test_every_server_answers_by_what_any_of_them_imports_and_undoes(servers: Servers) -> None:
    a, b = servers
    assert taken(a, FIRST, preview=True) == 1
    assert held(b) == []
    assert taken(a, FIRST) == 1
    assert taken(b, SECOND) == 1
    both = [(NUMBER, Status.THU_HOI), (OTHER, Status.HIEU_LUC)]
    assert held(a) == held(b) == both
    with checking_kiosk(b) as kiosk:
        assert kiosk.cards.by_card(NUMBER)
    done = undo_import(a)
    assert (done.card_file, done.cards) == ("cards-3.db", 1)
    assert held(a) == held(b) == both[:1]


def test_a_list_is_compared_with_the_cards_of_all_servers_before_it_is_imported(
    servers: Servers,
) -> None:
    a, b = servers
    taken(b, SECOND)
    taken(a, FIRST)
    with Lists(b, local_now, Here) as lists:
        imported(lists, LIFTS)  # what b itself imported last is not what is in use
        assert in_use(b) == in_use(a) == "cards-3.db"
        given = handed_in(lists, FIRST)
        lists.preview(given.number, given.asked, "an.nt")
        lists.wait(60)
        taken(a, SECOND, LIFTS)
        with pytest.raises(Exception, match="xem trước"):
            lists.bring_in(given.number, "an.nt")
    assert held(b) == [(NUMBER, Status.HIEU_LUC), (OTHER, Status.HIEU_LUC)]


def test_a_server_starts_while_another_imports_and_finishes_what_that_has_left(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = servers
    taken(a, FIRST)
    monkeypatch.setattr(card_sets, "BUSY_SECONDS", 0.1)
    log = open_log(a)
    try:
        with importing(a, log):
            prepared = prepare_store(b, ROOT / "fixtures")
            assert (prepared["cards"], prepared["demo"]) == (1, False)
            finish_import(b)  # whoever imports has finished it
        with monkeypatch.context() as patch:
            patch.setattr(card_sets, "put_in_use", _broken)
            with pytest.raises(RuntimeError):
                taken(a, SECOND)
        assert in_use(b) == "cards-1.db"
        finish(b, log)
    finally:
        log.close()
    assert in_use(a) == "cards-2.db"
    assert newest_file(b.folder) == b.folder / "cards-2.db"


def _broken(*_: object) -> None:
    raise RuntimeError


def test_a_house_without_a_facility_shows_the_invented_cards_on_all_servers(
    servers: Servers,
) -> None:
    a, b = (replace(of, facility=None) for of in servers)
    for server in (a, b, a):
        assert prepare_store(server, ROOT / "fixtures")["demo"]
    with logging_kiosk(servers.b) as kiosk:  # a real house has none of them
        assert (kiosk.cards.status().cards, kiosk.cards.status().demo) == (0, False)
