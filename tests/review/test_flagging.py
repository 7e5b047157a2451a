"""Flags at check-in through the real store: kept, shown, asked, and never in the way."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app_pages.desk.answer_view import TEXTS, DrawnAnswer
from app_pages.review.visit_view import VisitView
from app_pages.shell.language import Words
from tests.case_support import AN
from tests.portal_desk_support import OVER_QR, RENEWED, expired_desk
from tests.support import DESK, payload
from verification.log.events import EventKind
from verification.log.visit import CancelReason
from verification.reception import checkin, desk, questions
from verification.reception import corrections as visits
from verification.reception.answer import Scan
from verification.reception.screen import Input, Screen
from verification.review import flagging
from verification.review.gathering import gather
from verification.review.one_visit import visit_file
from verification.review.steps import Board
from verification.rights import command_line
from verification.rules.law.verdict import Outcome
from verification.rules.misuse import engine
from verification.rules.misuse.facts import Level
from verification.rules.misuse.past_visit import past_visit
from verification.rules.misuse.policy import flag_to_ask

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.support import Clock
    from verification.adapters.store.sqlite.log import SqliteLog
    from verification.kiosk import Kiosk
    from verification.log.ports import LogTransaction
    from verification.reception.answer import Answer

PATIENT = "patient-1"
NUMBER = "DN4797900000201"
RELATIVE = "079079000202"  # of patient-2


def stay_elsewhere(kiosk: Kiosk, clock: Clock, **facts: str) -> None:
    """Put a stay at another facility into the history: it lasts over today."""
    row = {
        "thoi_diem": (clock.now.replace(tzinfo=None)).isoformat(),
        "ma_the": "7900000201",
        "ma_cskcb": "79024",
        "ma_benh": "J18",
        "ket_thuc": "2026-12-24",
    }
    visit = past_visit(row | facts)
    earlier = replace(visit, at=visit.at - 3 * 86_400)

    def work(log: LogTransaction) -> str:
        return log.history.put(earlier, log.person("7900000201", []))

    assert kiosk.written.write(work) == "added"


def checked_in(kiosk: Kiosk, **beside: str) -> Answer:
    """Check the patient in."""
    return checkin.check_in(DESK, kiosk, Scan((payload(PATIENT),), beside=beside), again=None)


def flagged(folder: Path) -> list[dict[str, Any]]:
    """Return kind, codes and person of the events about flags."""
    query = "SELECT kind, codes, person_ref FROM log WHERE kind LIKE 'flag%' ORDER BY rowid"
    with closing(sqlite3.connect(folder / "kiosk.db")) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query)]


def test_a_flag_is_kept_and_changes_nothing_else(
    kiosk: Kiosk, clock: Clock, store_folder: Path
) -> None:
    plain = checkin.check(DESK, kiosk, payload(PATIENT))
    stay_elsewhere(kiosk, clock)
    answer = checked_in(kiosk)
    assert answer.visit is not None
    assert (answer.verdict.outcome, answer.verdict.headline) == (plain.outcome, plain.headline)
    assert [(f.rule, f.level, f.state) for f in answer.flags] == [("M03", Level.URGENT, "hit")]
    (event,) = flagged(store_folder)
    assert event["kind"] == "flagged"
    assert event["person_ref"] == answer.visit.person_ref
    kept = kiosk.written.write(lambda log: log.event(answer.flagged or ""))
    assert kept is not None
    assert kept.codes["of"] == answer.event.event_id
    assert kept.codes["visit"] == answer.visit.visit_id
    assert (kept.codes["subject"], kept.codes["level"]) == ("card", "urgent")
    assert kept.codes["score"] == sum(f.score for f in answer.flags)
    assert kept.codes["flags"][0]["numbers"] == {"case": "open", "place": "79024", "days": 3}


def test_no_flag_event_names_anybody(kiosk: Kiosk, clock: Clock, store_folder: Path) -> None:
    stay_elsewhere(kiosk, clock)
    checked_in(kiosk, so_cccd="079194000999", ma_bn="BN1", ho_ten="Người Khác")
    text = str(flagged(store_folder))
    for secret in ("7900000201", "079194000999", "BN1", "Khác", "Mẫu"):
        assert secret not in text


def test_the_history_holds_marks_and_no_numbers(
    kiosk: Kiosk, clock: Clock, store_folder: Path
) -> None:
    stay_elsewhere(kiosk, clock)
    checked_in(kiosk, so_cccd="079194000999", ma_bn="BN-77")
    with closing(sqlite3.connect(store_folder / "kiosk.db")) as connection:
        rows = str(connection.execute("SELECT * FROM history").fetchall())
    for secret in ("7900000201", "079194000999", "BN-77", "Mẫu"):
        assert secret not in rows


def history(folder: Path) -> list[tuple[Any, ...]]:
    """Return the whole history."""
    with closing(sqlite3.connect(folder / "kiosk.db")) as connection:
        return sorted(connection.execute("SELECT * FROM history").fetchall(), key=str)


def test_rebuild_makes_the_history_again_and_keeps_what_came_from_elsewhere(
    kiosk: Kiosk, log: SqliteLog, clock: Clock, store_folder: Path
) -> None:
    stay_elsewhere(kiosk, clock)
    first = checked_in(kiosk, so_cccd="079194000999")
    clock.forward(hours=1)
    second = checkin.check_in(DESK, kiosk, Scan((payload(PATIENT),)), again="mắt")
    assert second.visit is not None
    checkin.receive(DESK, kiosk, first, again="răng")
    assert first.visit is not None
    visits.undo(DESK, kiosk, first.visit.visit_id, CancelReason.QUET_TRUNG)
    checkin.check_in(DESK, kiosk, Scan((payload("patient-2"),)))
    before = history(store_folder)
    log.rebuild()
    assert history(store_folder) == before
    assert len({row[0] for row in before}) == len(before) >= 5


def test_an_undone_visit_leaves_the_rules(kiosk: Kiosk, clock: Clock) -> None:
    for number in range(4):
        again = None if number == 0 else str(number)
        answer = checkin.check_in(DESK, kiosk, Scan((payload(PATIENT),)), again)
        if number and answer.visit:
            visits.undo(DESK, kiosk, answer.visit.visit_id, CancelReason.QUET_TRUNG)
        clock.forward(minutes=40)
    assert [f.numbers["count"] for f in answer.flags if f.rule == "M01"] == [2]


def test_erasing_the_content_erases_what_the_history_took_from_it(
    kiosk: Kiosk, log: SqliteLog, store_folder: Path
) -> None:
    beside = {"ma_doituong_kcb": "1.1", "ma_loai_kcb": "01", "ma_benh": "B20"}
    beside |= {"so_ngay_thuoc": "30", "ket_thuc": "chuyen_vien"}
    answer = checked_in(kiosk, so_cccd="079194000999", ma_bn="1", **beside)
    assert answer.visit is not None
    checkin.receive(DESK, kiosk, answer, again="răng")
    visits.erase(command_line("1"), kiosk, answer.visit.visit_id)
    columns = "shown, cccd, ma_bn, code, gt_the_tu, gt_the_den, sex, born, ma_doituong_kcb"
    columns += ", ma_loai_kcb, ma_benh, so_ngay_thuoc, end_day, outcome"
    with closing(sqlite3.connect(store_folder / "kiosk.db")) as connection:
        rows = connection.execute(f"SELECT {columns} FROM history").fetchall()
    assert len(rows) == 2
    assert not any(value for row in rows for value in row)
    before = history(store_folder)
    log.rebuild()
    assert history(store_folder) == before


def test_a_failing_engine_loses_no_visit_and_is_seen(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("079194000999")

    monkeypatch.setattr(flagging, "gather", broken)
    answer = checked_in(kiosk)
    assert answer.visit is not None
    assert answer.verdict.outcome is Outcome.ELIGIBLE
    assert {(f.rule, f.state, f.level) for f in answer.flags} == {("M00", "error", Level.NONE)}
    assert "079194000999" not in str(answer.flags)


def test_numbers_tried_at_a_desk_are_the_desks_flag(kiosk: Kiosk, store_folder: Path) -> None:
    for number in range(6):
        scan = Scan((f"DN479555555555{number}".encode(),), quet=False)
        answer = checkin.present(DESK, kiosk, scan)
    assert [(f.rule, f.level) for f in answer.flags] == [("M13", Level.REVIEW)]
    (event,) = flagged(store_folder)
    assert event["person_ref"] is None
    assert '"subject":"desk"' in event["codes"]


# ---- at the desk


def screen_of(kiosk: Kiosk, clock: Clock) -> Screen:
    """Return a desk's screen with a flagged patient."""
    stay_elsewhere(kiosk, clock)
    given = Input("s", 1, "scan", scan=Scan((payload(PATIENT),)))
    return desk.step(DESK, kiosk, Screen(), given)


def note_of(kiosk: Kiosk, screen: Screen) -> dict[str, Any]:
    """Return the note beside the answer."""
    assert screen.answer is not None
    drawn = DrawnAnswer(kiosk, screen.answer, screen, Words(TEXTS, "vi")).view()
    note = drawn["note"]
    assert isinstance(note, dict)
    return note


def test_the_desk_sees_one_quiet_question_and_answers_with_one_key(
    kiosk: Kiosk, clock: Clock, store_folder: Path
) -> None:
    screen = screen_of(kiosk, clock)
    note = note_of(kiosk, screen)
    assert note["text"].startswith("Chưa ra viện ở cơ sở 79024, nơi đã vào nội trú trước lượt này")
    assert note["choices"] == ["Có hẹn", "Cấp cứu", "Được chuyển đến", "Không rõ"]
    choice = Input("s", 2, "choice", menu_id=screen.answer_id or "", index=2)
    screen = desk.step(DESK, kiosk, screen, choice)
    assert screen.answer is not None
    assert screen.answer.flag_answer == "cap_cuu"
    flag, answered = flagged(store_folder)
    assert answered["kind"] == "flag_answered"
    assert '"answer":"cap_cuu"' in answered["codes"]
    assert f'"of":"{screen.answer.flagged}"' in answered["codes"]
    assert questions.flag_question(kiosk, screen.answer) is None
    assert flag["person_ref"] == answered["person_ref"]


def test_an_answer_that_is_not_offered_changes_nothing(kiosk: Kiosk, clock: Clock) -> None:
    screen = screen_of(kiosk, clock)
    choice = Input("s", 2, "choice", menu_id=screen.answer_id or "", index=9)
    assert desk.step(DESK, kiosk, screen, choice).answer == screen.answer


def test_an_info_flag_asks_the_desk_nothing(kiosk: Kiosk, clock: Clock) -> None:
    checked_in(kiosk)
    clock.forward(minutes=40)
    answer = checkin.check_in(DESK, kiosk, Scan((payload(PATIENT),)), "mắt")
    assert [f.level for f in answer.flags] == [Level.INFO]
    assert questions.flag_question(kiosk, answer) is None


def test_a_relative_received_before_without_a_document_may_show_the_own_one(
    kiosk: Kiosk, clock: Clock
) -> None:
    strange = {f.numbers["case"] for f in checked_in(kiosk, so_cccd=RELATIVE).flags}
    assert "other" in strange
    checkin.check_in(DESK, kiosk, Scan((payload("patient-2"),)))
    clock.forward(minutes=50)
    helped = Scan((payload(PATIENT),), beside={"so_cccd": RELATIVE})
    answer = checkin.check_in(DESK, kiosk, helped, "mắt")
    assert "carer" in {f.numbers["case"] for f in answer.flags}
    assert answer.event.codes["so_sanh"]["owner_minutes"] == 50


def test_a_snoozed_rule_asks_nothing(kiosk: Kiosk, clock: Clock) -> None:
    stay_elsewhere(kiosk, clock)
    answer = checked_in(kiosk)

    def again(log: LogTransaction) -> list[Any]:
        facts = gather(log, kiosk, answer.event, "card")
        assert facts is not None
        return engine.run(facts, kiosk.misuse, engine.CARD_RULES, frozenset({"M03"}))

    flags = kiosk.written.write(again)
    assert [f.state for f in flags] == ["snoozed"]
    assert flag_to_ask(kiosk.misuse, flags) is None


def test_the_kinds_of_event_are_those_of_the_contract() -> None:
    assert (EventKind.FLAGGED.value, EventKind.FLAG_ANSWERED.value) == ("flagged", "flag_answered")


def test_desk_and_officer_of_another_house_are_not_ours(kiosk: Kiosk, clock: Clock) -> None:
    for day in range(1, 4):
        typed = {"quay": DESK.desk, "nhan_vien": DESK.officer, "cach_doc": "go", "ket_thuc": ""}
        stay_elsewhere(kiosk, clock, **typed)
        clock.forward(days=day)
    typed_here = Scan((NUMBER.encode(),), quet=False)
    answer = checkin.check_in(DESK, kiosk, typed_here, again=None)
    assert answer.visit is not None
    facts = kiosk.written.write(lambda log: gather(log, kiosk, answer.event, "card"))
    assert facts is not None
    assert {(v.desk, v.officer, v.typed) for v in facts.past} == {("", "", False)}
    assert not [f for f in answer.flags if f.rule in {"M13", "M14", "M16"}]


def test_a_case_that_cannot_be_opened_loses_no_visit_and_is_seen(
    kiosk: Kiosk, clock: Clock, store_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OverflowError("7900000201")

    stay_elsewhere(kiosk, clock)
    monkeypatch.setattr(flagging, "due_day", broken)
    answer = checked_in(kiosk)
    assert answer.visit is not None
    assert [(f.rule, f.state) for f in answer.flags] == [("M00", "error")]
    assert answer.flags[0].numbers == {"error": "OverflowError", "lost": "M03"}
    (event,) = flagged(store_folder)
    assert '"rule":"M00"' in event["codes"]
    assert kiosk.written.visit(answer.visit.visit_id) == answer.visit


def test_where_an_hour_is_not_known_the_owner_may_have_been_here_just_now(
    kiosk: Kiosk, clock: Clock
) -> None:
    checkin.check_in(DESK, kiosk, Scan((payload("patient-2"),), day_only=True))
    clock.forward(hours=5)
    helped = Scan((payload(PATIENT),), beside={"so_cccd": RELATIVE})
    answer = checkin.check_in(DESK, kiosk, helped)
    assert answer.event.codes["so_sanh"]["owner_minutes"] == 0
    assert "carer" in {f.numbers["case"] for f in answer.flags}


def test_of_a_day_without_an_hour_visits_of_the_whole_day_are_seen(
    kiosk: Kiosk, clock: Clock
) -> None:
    midnight = clock.now.replace(hour=0, minute=0)
    row = {"ma_the": "7900000201", "ma_benh": "J06"}
    for place, hour in (("79024", "09:30"), ("79030", "15:00")):
        visit = past_visit(row | {"ma_cskcb": place, "thoi_diem": f"{clock.now:%Y-%m-%d} {hour}"})
        kiosk.written.write(
            lambda log, visit=visit: log.history.put(visit, log.person("7900000201", []))  # type: ignore[misc]  # bound at once
        )
    scan = Scan((payload(PATIENT),), happened_at=midnight, day_only=True)
    flags = checkin.check_in(DESK, kiosk, scan).flags
    assert {f.rule: f.numbers["case"] for f in flags}["M02"] == "many"


def test_an_auditor_reads_of_a_visit_that_its_flag_was_refuted() -> None:
    desk = expired_desk()
    answer = checkin.receive(DESK, desk.kiosk, desk.present(OVER_QR))
    desk.ask(answer, RENEWED)
    assert answer.visit is not None
    found = visit_file(AN, desk.kiosk, answer.visit.visit_id)
    assert [(p.rule, p.state) for p in found.file.case.parts if p.rule == "M07"] == [
        ("M07", "refuted")
    ]
    assert found.file.case.level == "none"
    assert EventKind.PORTAL_ANSWERED in [event.kind for event in found.story]
    view = VisitView(AN, desk.kiosk, Board("vi", "visits"))
    drawn = str(view.opened_visit(answer.visit.visit_id))
    assert "Cổng BHXH trả lời 000 (Thông tin thẻ chính xác)" in drawn
    assert "cờ M07 không còn đúng" in drawn
    assert "(không còn đúng: Cổng BHXH hoặc HIS cho biết khác)" in drawn
