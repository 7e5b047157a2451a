"""Who takes `kiosk.db` without its key finds nobody in it: no name, no number, no birth date."""

from __future__ import annotations

import base64
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from fixtures import old_store
from tests.log.sending_support import his_told
from tests.support import Clock
from verification.__main__ import main
from verification.adapters.store.sql.reading import read_content
from verification.adapters.store.sqlite import shape
from verification.adapters.store.sqlite.database import Statements
from verification.adapters.store.sqlite.log import SqliteLog
from verification.basics.errors import KioskError
from verification.basics.names import fold
from verification.exchange import difficulties
from verification.log.account import Place
from verification.log.visit import CancelReason
from verification.officers import access_log, signin, staff
from verification.officers.clock import note_clock
from verification.reception import corrections, lookup, no_card
from verification.reception.answer import Scan
from verification.reception.checkin import check_in, present, receive
from verification.review import case_file, cases
from verification.review.grounds import Grounds
from verification.rights import command_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from verification.kiosk import Kiosk

ROOT_ACTOR = command_line("1")
CLOCK = Clock(old_store.BEGUN.replace(hour=15))
PERSONAL = frozenset(
    {"ho_ten", "ma_the", "ma_so_bhxh", "so_cccd", "ngay_sinh", "dia_chi", "ghi_chu", "ma_bn"}
    | {"ma_lk", "ten_dich_vu", "ten_thuoc", "ly_do_vnt", "ma_benh_kt", "ngay_vao_noi_tru"}
)
PHONE = "0903 517 288"
TYPED = {
    "no card": "con bà Đặng Thị Hương Giang, sinh 04:15",
    "note": f"gọi lại cho ông Trương Vĩnh Khởi, {PHONE}",
    "why again": "cháu Phùng Bảo Châu khám thêm",
    "why undone": "nhầm với bà Vương Thị Ngọc Lựu",
    "difficulty": "máy của chị Lưu Khánh Vy không mở VssID",
    "address": "18/4 Nguyễn Thái Bình, Phường Bến Thành",
    "case": "đã hỏi ông Đoàn Quốc Thuận",
    "clock": "anh Mạc Đăng Khoa chỉnh giờ",
    "corrected": "Tạ Thị Bích Ngọc",
    "completed": "thẻ của cháu Hồ Minh Triết",
}
TOLD_BY_HIS = {
    "ma_bn": "BN-2026-117355",
    "ma_lk": "LK-79014-2026-004411",
    "ten_dich_vu": "Siêu âm thai ba tháng giữa",
    "ten_thuoc": "Levothyroxin 100 microgam",
    "ly_do_vnt": "Đau ngực trái lan lên vai, em gái là bà Cù Thị Huyền đưa vào",
    "ma_benh_kt": "B20.1;F20.0;Z21",
    "ngay_vao_noi_tru": "2026-11-24T13:47+07:00",
}
PASSWORDS = ("DN4797912348888", "079198007777", "Lương Thế Vinh 1988")


@dataclass(frozen=True)
class Stolen:
    """What a thief has, and what must not be in it.

    Args:
        files: The bytes of each file, by name.
        secrets: Names, numbers, dates, addresses, words.
    """

    files: Mapping[str, bytes]
    secrets: frozenset[str]


@pytest.fixture(scope="module")
def stolen(whole_day: Path, tmp_path_factory: pytest.TempPathFactory) -> Stolen:
    """Return the files of a house that were taken while the kiosk was running."""
    import shutil  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("stolen") / "house"
    shutil.copytree(whole_day, folder)
    with old_store.opened(folder, CLOCK) as kiosk:
        acts(kiosk)
        files = {
            path.name: path.read_bytes()
            for path in folder.glob("kiosk.db*")
            if not path.name.endswith(".key")
        }
        assert {"kiosk.db", "kiosk.db-wal", "kiosk.db-shm", "kiosk.db.head"} <= files.keys()
        secrets = frozenset(all_that_is_personal(kiosk, folder))
    return Stolen(files, secrets)


def acts(kiosk: Kiosk) -> None:
    """Do what a day may bring beside what `old_store` does, with words of persons in each."""
    born = no_card.present_without_card(ROOT_ACTOR, kiosk, "newborn", TYPED["no card"])
    born = receive(ROOT_ACTOR, kiosk, born)
    no_card.complete(ROOT_ACTOR, kiosk, born, "TE1797912340001", TYPED["completed"])
    first = check_in(ROOT_ACTOR, kiosk, Scan((b"GD4797912345678",), "tab:7"), again="một").visit
    assert first
    check_in(ROOT_ACTOR, kiosk, Scan((b"GD4797912345678",)), again=TYPED["why again"])
    corrections.note(ROOT_ACTOR, kiosk, first.visit_id, TYPED["note"])
    corrections.correct_field(ROOT_ACTOR, kiosk, first.visit_id, "dia_chi", TYPED["address"])
    corrections.correct_field(ROOT_ACTOR, kiosk, first.visit_id, "ho_ten", TYPED["corrected"])
    his_told(kiosk.written, first.visit_id, {"his": TOLD_BY_HIS | {"ma_benh": "O80"}}, record=True)
    corrections.undo(ROOT_ACTOR, kiosk, first.visit_id, CancelReason.KHAC, TYPED["why undone"])
    beside = {"so_cccd": "079194000011", "ma_bn": "BN-2026-004711"}
    payload = (old_store.HERE / "payloads" / "patient-1.txt").read_bytes()
    check_in(ROOT_ACTOR, kiosk, Scan((payload,), beside=beside), again="hai")
    for rubbish in (b"https://vi.du/?ten=Nguyen+Thi+Mau&so=0903517288", b'{"ho_ten":"A"}', b""):
        present(ROOT_ACTOR, kiosk, Scan((rubbish,)))
    gone = check_in(ROOT_ACTOR, kiosk, Scan((b"HC4797912349999",)), again="ba").visit
    assert gone
    corrections.note(ROOT_ACTOR, kiosk, gone.visit_id, "cụ Khổng Minh Tâm")
    corrections.erase(ROOT_ACTOR, kiosk, gone.visit_id)
    difficulties.report_difficulty(ROOT_ACTOR, kiosk, "vssid", TYPED["difficulty"])
    lookup.find(ROOT_ACTOR, kiosk, "Nguyễn Thị Mẫu, 1994")
    lookup.find(ROOT_ACTOR, kiosk, "7900000011")
    reviewed(kiosk)
    entered(kiosk)
    with pytest.raises(KioskError):
        note_clock(ROOT_ACTOR, kiosk, TYPED["clock"])
    note_clock(ROOT_ACTOR, kiosk, TYPED["clock"], CLOCK(), CLOCK.forward(minutes=1))


def reviewed(kiosk: Kiosk) -> None:
    number = kiosk.written.cases.queue()[-1].number
    auditor = replace(ROOT_ACTOR, officer="binh.tv")
    cases.take(auditor, kiosk, number)
    case_file.view_number(auditor, kiosk, number, "doi_chieu")
    case_file.print_inside(auditor, kiosk, number)
    why = Grounds("khac", TYPED["case"])
    cases.close(auditor, kiosk, number, old_store.CaseOutcome.FALSE, why)
    access_log.export_access(ROOT_ACTOR, kiosk, old_store.BEGUN, "csv")


def entered(kiosk: Kiosk) -> None:
    """Come in, and fail to with what a hurried officer types into the field of the name."""
    place = Place("1", "192.168.1.7")
    for typed in PASSWORDS:
        for name, password in ((typed, "x"), ("lan.nt", typed)):
            with pytest.raises(KioskError):
                signin.sign_in(kiosk, name, password, place)
    facts = {"ho_ten": "Thái Thị Mộng Tuyền", "so_cccd": "079190123456"}
    roles = frozenset({old_store.Role.RECEPTIONIST})
    staff.create(ROOT_ACTOR, kiosk, "tuyen.tt", roles, "song-hong-71-am", **facts)
    signin.sign_in(kiosk, "tuyen.tt", "song-hong-71-am", place)


def all_that_is_personal(kiosk: Kiosk, folder: Path) -> Iterator[str]:
    """Yield each name, number, date and word that any content, account or input holds."""
    yield from TOLD_BY_HIS.values()
    yield from (*TYPED.values(), *PASSWORDS, PHONE, "Khổng Minh Tâm", "HC4797912349999")
    yield from ("song-hong-71-am", "DN4797900000201", "Nguyen+Thi+Mau", "0903517288")
    for account in kiosk.written.accounts.accounts():
        yield from (account.ho_ten, account.so_cccd)
    with closing(sqlite3.connect(folder / "kiosk.db")) as connection:
        events = [row[0] for row in connection.execute("SELECT event_id FROM content")]
        log = kiosk.written
        assert isinstance(log, SqliteLog)
        for event_id in events:
            content = read_content(Statements(connection), log._opener, event_id)
            yield from personal(content)


def personal(content: Any) -> Iterator[str]:  # whatever JSON holds
    if isinstance(content, dict):
        for name, value in content.items():
            if name in PERSONAL and isinstance(value, str):
                yield value
            yield from personal(value)
    elif isinstance(content, list):
        for one in content:
            yield from personal(one)


def written(secret: str) -> Iterator[bytes]:
    """Yield the ways in which it could stand in a file."""
    day = secret.split("-")
    dates = ["/".join(day[::-1]), "".join(day), "".join(day[::-1])] if secret[:4].isdigit() else []
    texts = {secret, secret.upper(), secret.lower(), fold(secret), fold(secret).lower(), *dates}
    texts |= {secret.replace(" ", ""), secret.replace("-", ""), json.dumps(secret).strip('"')}
    for text in texts:
        raw = text.encode()
        yield from (raw, raw.hex().encode(), raw.hex().upper().encode(), text.encode("utf-16-le"))
        yield text.encode("utf-16-be")
        yield from (base64.b64encode(b"x" * shift + raw)[4:-4] for shift in range(3))


def long_enough(secrets: Iterable[str]) -> Iterator[str]:
    """Leave out what is found anywhere by chance: a bare year, initials."""
    return (secret for secret in secrets if len(secret) > 5)


def test_the_house_has_what_a_thief_looks_for(stolen: Stolen) -> None:
    """A test that looks for nothing finds nothing."""
    assert len(stolen.secrets) > 120
    for secret in ("DN4797900000011", "079194000011", "1994-03-05", TYPED["address"]):
        assert secret in stolen.secrets
    kinds = ("presented", "corrected", "noted", "viewed", "difficulty", "completed", "case_closed")
    for kind in (*kinds, "his_told", "sign_in_failed", "exported", "content_erased", "clock_noted"):
        assert any(kind.encode() in raw for raw in stolen.files.values()), kind


def test_no_file_of_a_stolen_store_shows_a_name_or_a_number(stolen: Stolen) -> None:
    found = {
        (name, secret)
        for secret in long_enough(stolen.secrets)
        for way in set(written(secret))
        if len(way) > 5
        for name, raw in stolen.files.items()
        if way in raw
    }
    assert found == set()


def test_words_of_a_name_do_not_show_either(stolen: Stolen) -> None:
    """Two words of a name together name somebody too."""
    pairs = {
        f"{one} {two}"
        for secret in stolen.secrets
        if not any(char.isdigit() for char in secret)
        for one, two in zip(secret.split(), secret.split()[1:], strict=False)
    }
    whole = b"".join(stolen.files.values())
    own = "".join(part.sql for part in shape.as_made())  # words of the store's views
    pairs = {pair for pair in pairs if pair not in own}
    assert len(pairs) > 40
    assert [pair for pair in pairs if len(pair) > 5 and pair.encode() in whole] == []


def test_the_key_and_nothing_less_opens_it(
    house: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every command that opens a stolen file says one sentence, and makes no key for it."""
    commands = [
        ["check-in", "DN4797900000011"],
        ["undo", "1-1", "--why", "khac"],
        ["accounts", "list"],
        ["clock", "show"],
        ["keys", "show"],
        ["keys", "rotate"],
        ["keys", "rotate", "--master"],
        ["import-visits", str(house / "none.csv")],
        ["serve"],
        ["setup", "--store"],
    ]
    key = house / "kiosk.db.key"
    other = bytes(32).hex()
    before = (house / "kiosk.db").read_bytes()
    for foreign in (True, False):
        key.unlink(missing_ok=True)
        if foreign:
            key.write_text(other)
            key.chmod(0o600)
        for words in commands:
            monkeypatch.setattr("os.execv", lambda *_: pytest.fail("the server started"))
            if words[0] == "setup":
                from verification.operations.commands.program import run  # noqa: PLC0415

                with pytest.raises(KioskError) as told:
                    run(words)
                said = f"{told.value}\n"
            else:
                capfd.readouterr()
                assert main(words) == 1, words
                out, said = capfd.readouterr()
                assert out == "", words
            assert len(said.splitlines()) == 1, (words, said)
            assert "hóa" in said, (words, said)
        assert key.exists() is foreign
    assert (house / "kiosk.db").read_bytes() == before


def test_what_was_erased_is_in_no_free_page_and_not_in_the_wal(house: Path) -> None:
    """Its sealed bytes would open with the key, wherever they lie."""
    with old_store.opened(house, CLOCK) as kiosk:
        visit = check_in(ROOT_ACTOR, kiosk, Scan((b"GD4797912345678",)), again="một").visit
        assert visit
        corrections.note(ROOT_ACTOR, kiosk, visit.visit_id, "xin xóa dữ liệu")
        with closing(sqlite3.connect(house / "kiosk.db")) as connection:
            query = "SELECT sealed, salt FROM content WHERE event_id IN (?, ?)"
            rows = connection.execute(query, (visit.visit_id, visit.presented)).fetchall()
        parts = [part for row in rows for part in row]
        assert all(part in everything(house) for part in parts)
        corrections.erase(ROOT_ACTOR, kiosk, visit.visit_id)
        assert not any(part in everything(house) for part in parts)


def everything(house: Path) -> bytes:
    return b"".join(path.read_bytes() for path in house.glob("kiosk.db*"))
