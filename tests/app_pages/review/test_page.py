"""The auditor's page: events become use cases, cases become plain texts."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app_pages.review.case_view import _KEYS
from app_pages.review.page import handle, view
from tests.case_support import AN, AUDITOR, BINH, CHI, RECEPTION, a_flag, arrive
from tests.support import ROOT, a_password, citizen_number
from verification.basics.texts import of_room
from verification.card.facts import Status
from verification.log.account import Place
from verification.log.case import CaseOutcome, CaseState
from verification.log.events import EventKind
from verification.officers import signin, staff
from verification.review import outsider
from verification.review.steps import _ACTS, _TURNS, FILTERS, Board
from verification.rights import Actor, Role, command_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app_pages.server.house import House
    from verification.log.case import Case
    from verification.log.events import Event


@pytest.fixture
def review(house: House) -> Desk:
    """Return two cases, the first one of `patient-1`, and two auditors."""
    arrive(house.kiosk, "patient-1", a_flag("M02", 35), a_flag("M08", 25))
    arrive(house.kiosk, "patient-2", a_flag("M04", 20), desk=False)
    return Desk(house)


class Desk:
    """Plays the browser of each auditor."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.boards: dict[str, Board] = {}
        self.count = 0

    def does(self, actor: Actor, act: str, **more: Any) -> Board:
        """Let an auditor do something on what is on their screen."""
        board = self.boards.get(actor.officer, Board())
        self.count += 1
        on = self.sees(actor)["case"] or {}
        event = {"session": actor.officer, "number": self.count, "act": act} | {
            "case": on.get("number"),
            "proposal": on.get("proposal"),
            "flags": on.get("flags"),
            "undo": self.sees(actor)["undo"],
        }
        self.boards[actor.officer] = handle(self.house, actor, board, event | more)
        return self.boards[actor.officer]

    def agrees(self, actor: Actor, act: str = "approve", **more: Any) -> Board:
        """Let an auditor open the form of an approval or a refusal, and send it."""
        self.does(actor, act, **more)
        return self.does(actor, "submit", fields={}, **more)

    def decides(self, actor: Actor, act: str, **fields: str) -> Board:
        """Let an auditor open the form of a decision, give a reason and send it."""
        self.does(actor, act)
        return self.does(actor, "submit", fields={"reason": "khac", "why": "thử"} | fields)

    def gives(self, actor: Actor, password: str | None = None) -> Board:
        """Let an auditor type the password into the form that asks for it."""
        typed = a_password(actor.officer) if password is None else password
        return self.does(actor, "submit", fields={"password": typed})

    def sees(self, actor: Actor) -> dict[str, Any]:
        """Return what stands on an auditor's screen."""
        return view(self.house, actor, self.boards.get(actor.officer, Board()))

    def case(self, number: str = "2026-0001") -> Case:
        """Return a case."""
        found = self.house.kiosk.written.cases.case(self.first(number))
        assert found is not None
        return found

    def first(self, number: str) -> str:
        """Return a number of the running year."""
        year = self.house.kiosk.today().year
        return number.replace("2026", str(year))


def test_the_next_case_is_taken_drawn_and_marked(review: Desk) -> None:
    review.does(AN, "next")
    seen = review.sees(AN)
    assert seen["case"]["number"] == review.first("2026-0001")
    assert seen["queue"]["rows"][0]["mark"] == "đang giữ"
    assert [part["points"] for part in seen["case"]["parts"]] == ["+35", "+25"]
    assert [button["key"] for button in seen["case"]["buttons"]] == list("XESMYPBI")
    assert review.sees(BINH)["queue"]["rows"][0]["mark"] == "an giữ"


def test_nothing_on_the_page_holds_a_whole_number_until_it_is_asked_for(review: Desk) -> None:
    review.does(AN, "next")
    assert "7900000201" not in json.dumps(review.sees(AN), ensure_ascii=False)
    review.does(AN, "show")
    assert (
        "DN 4 79 790 000 0201" in review.sees(AN)["case"]["title"] + review.sees(AN)["case"]["card"]
    )
    review.does(AN, "hide")
    assert "••• ••• 0201" in review.sees(AN)["case"]["card"]


def test_a_proposal_is_the_second_persons_to_approve_and_the_makers_to_withdraw(
    review: Desk,
) -> None:
    review.does(AN, "next")
    review.decides(AN, "confirm")
    assert [b["act"] for b in review.sees(AN)["case"]["buttons"]] == ["reject", "pdf", "comment"]
    review.agrees(AN, "approve")
    assert review.case().is_open
    review.does(BINH, "filter", value="second")
    (row,) = review.sees(BINH)["queue"]["rows"]
    review.does(BINH, "select", value=row["number"])
    assert [b["key"] for b in review.sees(BINH)["case"]["buttons"]] == ["D", "T", "P", "I"]
    review.agrees(BINH, "approve")
    assert review.case().outcome is CaseOutcome.CONFIRMED
    assert "người thứ hai: binh" in review.sees(BINH)["case"]["banner"]["text"]


def test_a_proposal_that_changed_since_it_was_drawn_is_refused_in_words(review: Desk) -> None:
    review.does(AN, "next")
    review.decides(AN, "confirm")
    review.does(BINH, "select", value=review.first("2026-0001"))
    seen = review.sees(BINH)["case"]["proposal"]
    arrive(review.house.kiosk, "patient-1", a_flag("M10"))
    board = review.agrees(BINH, "approve", proposal=seen)
    assert board.bad
    assert "đã thay đổi" in board.toast


def test_an_approval_and_a_refusal_ask_once_more_and_say_what_about(review: Desk) -> None:
    review.does(AN, "next")
    review.decides(AN, "confirm", why="thẻ DN4797900000201, căn cước 0790 9400 0201")
    review.does(BINH, "select", value=review.first("2026-0001"))
    review.does(BINH, "approve")
    assert review.case().is_open
    menu = review.sees(BINH)["menu"]
    assert (menu["title"], menu["fields"], menu["save"]) == ("Duyệt đề nghị này?", [], "Duyệt")
    assert "an đề nghị xác nhận sai phạm" in menu["text"]
    drawn = json.dumps(review.sees(BINH), ensure_ascii=False)
    assert "DN479••••••0201" in drawn
    assert "••••••••0201" in menu["text"]
    assert not [one for one in ("7900000201", "079094000201", "0790 9400 0201") if one in drawn]
    review.does(BINH, "cancel")
    review.does(BINH, "reject")
    assert review.sees(BINH)["menu"]["title"] == "Không duyệt đề nghị này?"
    review.does(AN, "reject")
    assert review.sees(AN)["menu"]["save"] == "Rút đề nghị"
    review.does(BINH, "submit", fields={})
    assert review.case().proposal is None
    assert review.sees(AN)["menu"] is None  # what was asked about is gone


def test_no_form_of_an_approval_gets_round_the_password_of_a_report(review: Desk) -> None:
    review.does(AN, "next")
    review.decides(AN, "confirm")
    review.does(BINH, "select", value=review.first("2026-0001"))
    review.does(BINH, "approve")
    review.agrees(AN, "reject")
    review.does(AN, "report")
    assert review.does(BINH, "submit", fields={}).menu == "password"
    assert review.case().proposal is not None


def test_who_received_a_visit_sees_neither_evidence_nor_number_nor_print(review: Desk) -> None:
    arrive(review.house.kiosk, "patient-1", by=CHI)
    review.does(CHI, "select", value=review.first("2026-0001"))
    seen = review.sees(CHI)["case"]
    assert (seen["buttons"], seen["timeline"]) == ([], None)
    assert "đã tiếp đón" in seen["banner"]["text"]
    for act in ("pdf", "show"):
        board = review.does(CHI, act)
        assert board.bad
        assert (board.download, board.shown) == (None, None)


def test_a_holder_who_receives_the_patient_later_can_only_give_the_case_back(review: Desk) -> None:
    review.does(CHI, "next")
    arrive(review.house.kiosk, "patient-1", by=CHI)
    assert [b["act"] for b in review.sees(CHI)["case"]["buttons"]] == ["release"]
    review.does(CHI, "release")
    assert review.case().held_by is None


def test_another_outcome_of_a_confirmed_case_is_proposed(review: Desk) -> None:
    review.does(AN, "next")
    review.decides(AN, "confirm")
    review.does(BINH, "select", value=review.first("2026-0001"))
    review.agrees(BINH, "approve")
    review.does(AN, "reopen")
    review.does(AN, "submit", fields={"why": "xem lại"})
    review.does(AN, "take")
    assert "người thứ hai" in review.decides(AN, "false").toast
    assert "cảnh báo không đúng" in review.sees(BINH)["case"]["banner"]["text"]
    review.agrees(BINH, "approve")
    assert review.case().outcome is CaseOutcome.FALSE


def test_each_part_is_dated_and_the_panels_leave_nothing_out(review: Desk) -> None:
    day = f"{review.house.kiosk.today():%d/%m/%Y}: "
    for _ in range(5):
        review.does(AN, "next")
        review.does(AN, "more")
        review.does(AN, "release")
    seen = review.sees(AN)["case"]
    assert all(part["text"].startswith(day) for part in seen["parts"])
    story = seen["panels"][-1]["lines"]
    assert len(story) == 11


def test_the_case_of_a_desk_names_officers_and_no_card(review: Desk) -> None:
    arrive(review.house.kiosk, "s2", a_flag("M13", 99), desk=True)
    review.does(AN, "next")
    seen = review.sees(AN)["case"]
    assert [panel["title"] for panel in seen["panels"]] == ["Ngoại lệ đã xét", "Diễn biến"]
    assert seen["rows"][0]["cells"][seen["heads"].index("Nhân viên")] == "le-tan"


def test_an_unknown_kind_of_list_is_refused(review: Desk) -> None:
    review.does(AN, "list", value="exe")
    assert review.gives(AN).bad


def test_every_status_of_a_card_has_words() -> None:
    assert {f"card.{status.value}" for status in Status} <= set(of_room("verification.review"))


@pytest.mark.parametrize(
    "fields", [{"due": ""}, {"due": "mai"}, {"due": "31/02/2030"}, {"diary": "2099-01-01"}]
)
def test_a_bad_date_is_answered_in_words(review: Desk, fields: dict[str, str]) -> None:
    review.does(AN, "next")
    review.does(AN, "more")
    told = {"due": "2030-01-02", "diary": "", "to": ""} | fields
    assert review.does(AN, "submit", fields=told).bad


def test_a_form_sent_without_a_form_saves_nothing_and_says_nothing(review: Desk) -> None:
    review.does(AN, "next")
    before = review.boards["an"].toast
    assert review.does(AN, "submit", fields={}).toast == before


@pytest.mark.parametrize(("act", "outcome"), [("valuable", "valuable"), ("false", "false")])
def test_a_reason_closes_as_valuable_or_false(review: Desk, act: str, outcome: str) -> None:
    review.does(AN, "next")
    review.does(AN, act)
    assert review.case().is_open
    asked = review.sees(AN)["menu"]["fields"][0]
    assert (asked["name"], asked["type"]) == ("reason", "choice")
    assert review.does(AN, "submit", fields={"why": "x"}).bad
    assert review.does(AN, "submit", fields={"reason": "khac", "why": " "}).bad
    first = asked["options"][0]
    review.does(AN, "submit", fields={"reason": first["value"], "why": ""})
    assert first["text"] in review.sees(AN)["case"]["banner"]["text"]
    assert review.case().outcome == outcome
    review.does(AN, "filter", value="closed")
    assert len(review.sees(AN)["queue"]["rows"]) == 1


def test_a_dismissal_is_undone_from_another_case_and_after_a_reload(review: Desk) -> None:
    review.does(AN, "next")
    review.decides(AN, "valuable")
    bar = review.sees(AN)["undo"]
    assert bar["case"] in bar["text"]
    assert 0 < bar["seconds"] <= 10
    assert review.sees(BINH)["undo"] is None
    review.does(BINH, "select", value=review.first("2026-0001"))
    assert [b["act"] for b in review.sees(BINH)["case"]["buttons"]] == ["comment"]
    assert "hoàn tác" in review.sees(BINH)["case"]["banner"]["text"]
    review.does(AN, "next")
    review.boards["an"] = Board(handled=review.boards["an"].handled)  # the page was loaded again
    assert review.sees(AN)["undo"]["case"] == review.first("2026-0001")
    board = review.does(AN, "undo")
    assert (board.bad, board.selected) == (False, review.first("2026-0001"))
    assert review.case().held_by == "an"
    assert review.sees(AN)["undo"] is None


def test_comments_reasons_and_who_it_is_about_stand_on_the_case(review: Desk) -> None:
    review.does(AN, "next")
    review.does(BINH, "select", value=review.first("2026-0001"))
    review.does(BINH, "comment")
    review.does(BINH, "submit", fields={"comment": "đã gọi điện"})
    review.decides(AN, "valuable", reason="theo_doi", why="hai tháng tới")
    seen = review.sees(AN)["case"]
    story = seen["panels"][-1]["lines"]
    assert any("binh: ý kiến: “đã gọi điện”" in line for line in story)
    assert any("(Theo dõi các lượt sau): “hai tháng tới”" in line for line in story)
    assert "Theo dõi các lượt sau: “hai tháng tới”" in seen["banner"]["text"]
    assert re.search(r"^\w+ .*\. · thẻ DN", seen["card"])
    arrive(review.house.kiosk, "patient-1")
    review.does(AN, "select", value=review.first("2026-0003"))
    (before,) = review.sees(AN)["case"]["earlier"]["cases"]
    assert before["number"] == review.first("2026-0001")
    assert "Có dấu hiệu" in before["text"]


def test_a_case_is_handed_over_from_a_list(review: Desk) -> None:
    review.does(AN, "next")
    review.does(AN, "more")
    to = next(f for f in review.sees(AN)["menu"]["fields"] if f["name"] == "to")
    assert [o["value"] for o in to["options"]] == ["", "binh", "chi"]
    fields = {"due": "2030-01-02", "diary": "", "to": "binh"}
    review.does(AN, "submit", fields=fields)
    assert review.case().held_by == "binh"


def test_no_key_is_one_of_an_input_method_and_decisions_lie_apart() -> None:
    always = set("NJKLHQUF")
    assert "Z" not in {*_KEYS.values(), *always}
    assert len(set(_KEYS.values()) | always) == len(_KEYS) + len(always) - 1  # L takes
    beside = {"X": "ZSDC", "S": "AWEDXZ", "E": "WSDR", "D": "SERFCX", "T": "RFGY"}
    held = {_KEYS[act] for act in ("more", "snooze", "pdf", "report", "comment")} | always
    # F, the search, lies beside D and T: both open a form first
    second = {_KEYS[act] for act in ("pdf", "comment")} | always - {"F"}
    for act, others in (("confirm", held), ("false", held), ("valuable", held)):
        assert not set(beside[_KEYS[act]]) & others
    for act in ("approve", "reject"):
        assert not set(beside[_KEYS[act]]) & second


def test_forms_snooze_date_reopen_and_release(review: Desk) -> None:
    review.does(AN, "next")
    review.does(AN, "snooze")
    assert review.sees(AN)["menu"]["fields"][0]["options"][0]["value"] == "M02"
    review.does(AN, "submit", fields={"rule": "M02", "days": "30", "why": "có hẹn"})
    assert review.case().snoozes[0].rule == "M02"
    review.does(AN, "more")
    review.does(AN, "submit", fields={"due": "02/01/2030", "diary": "", "to": ""})
    assert str(review.case().due) == "2030-01-02"
    board = review.does(AN, "more")
    board = review.does(AN, "submit", fields={"due": "2030-01-02", "diary": "", "to": "khong-co"})
    assert board.bad
    review.does(AN, "release")
    assert review.case().state is CaseState.PENDING
    review.does(AN, "take")
    review.decides(AN, "false")
    review.does(AN, "reopen")
    review.does(AN, "submit", fields={"why": "xem lại"})
    assert review.case().state is CaseState.REOPENED


def test_a_print_is_internal_until_a_report_was_approved_and_each_is_given_once(
    review: Desk,
) -> None:
    review.does(AN, "next")
    given = review.does(AN, "pdf").download
    assert given is not None
    assert base64.b64decode(given["data"]).startswith(b"%PDF")
    review.does(AN, "report")
    review.does(BINH, "select", value=review.first("2026-0001"))
    review.does(BINH, "approve")
    assert "phát hành" not in review.sees(AN)["case"]["banner"]["text"]
    review.gives(BINH)
    assert "phát hành" in review.sees(AN)["case"]["banner"]["text"]
    assert review.does(AN, "pdf").menu == "password"
    assert "Đã phát hành" in review.gives(AN).toast
    assert "NỘI BỘ" in review.does(AN, "pdf").toast


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_is_handed_out_and_logged(review: Desk, kind: str) -> None:
    review.does(AN, "list", value=kind)
    assert exported(review) == []
    assert review.gives(AN).download
    (event,) = exported(review)
    assert event.codes["format"] == kind


def exported(review: Desk) -> Sequence[Event]:
    """Return what was taken out."""
    kiosk = review.house.kiosk
    kinds = [EventKind.EXPORTED, EventKind.CASE_REPORTED]
    return kiosk.written.events(kinds, kiosk.clock().replace(year=2020))


# ---- what leaves the house asks for the password


@pytest.mark.parametrize("typed", ["khong-phai", "", "2957", "x" * 900])
def test_no_other_word_than_the_password_takes_anything_out(review: Desk, typed: str) -> None:
    staff.set_pin(AN, review.house.kiosk, a_password("an"), "2957")
    review.does(AN, "list", value="csv")
    for _ in range(2):
        board = review.gives(AN, typed)
        assert (board.bad, board.download, board.menu) == (True, None, "password")
        assert "không đúng" in board.toast
    assert exported(review) == []
    kiosk = review.house.kiosk
    failed = kiosk.written.events([EventKind.SIGN_IN_FAILED], kiosk.clock().replace(year=2020))
    assert [event.codes["account"] for event in failed] == ["an", "an"]
    for _ in range(3):
        review.gives(AN, typed)
    assert "quá nhiều lần" in review.gives(AN).toast
    assert exported(review) == []


def test_the_password_is_kept_nowhere(review: Desk) -> None:
    review.does(AN, "list", value="csv")
    (field,) = review.sees(AN)["menu"]["fields"]
    assert field["type"] == "password"
    board = review.gives(AN)
    assert (board.menu, board.asked) == (None, None)
    kiosk = review.house.kiosk
    everything = kiosk.written.events(list(EventKind), kiosk.clock().replace(year=2020))
    said = [e.codes for e in everything], [kiosk.written.content(e.event_id) for e in everything]
    for kept in (board, review.sees(AN) | {"download": None}, said):
        assert a_password("an") not in repr(kept)


def test_a_password_asked_for_one_thing_takes_out_no_other(review: Desk) -> None:
    review.does(AN, "list", value="csv")
    review.does(AN, "select", value=review.first("2026-0001"))
    assert review.gives(AN).download is None
    review.does(AN, "list", value="csv")
    review.does(AN, "cancel")
    assert review.gives(AN).download is None
    assert exported(review) == []


def test_an_account_of_the_demo_has_no_password_to_ask_for(review: Desk) -> None:
    signin.try_out(review.house.kiosk, Role.AUDITOR, Place("1", "127.0.0.1"))
    demo = Actor("demo-giam-dinh", frozenset({Role.AUDITOR}), "1")
    assert review.does(demo, "list", value="csv").download
    assert exported(review)[0].officer == "demo-giam-dinh"


# ---- two people, and one from outside


def test_another_account_of_the_maker_sees_why_it_cannot_approve(review: Desk) -> None:
    kiosk = review.house.kiosk
    alias = Actor("an.hai", AUDITOR, "giam-dinh")
    facts = {"ho_ten": "Mẫu An", "so_cccd": citizen_number("an")}
    staff.create(command_line("1"), kiosk, "an.hai", AUDITOR, a_password("an.hai"), **facts)
    review.does(AN, "next")
    review.decides(AN, "confirm")
    review.does(alias, "select", value=review.first("2026-0001"))
    seen = review.sees(alias)
    assert [b["act"] for b in seen["case"]["buttons"]] == ["reject", "pdf", "comment"]
    assert seen["case"]["buttons"][0]["text"] == "Rút đề nghị…"
    assert "chờ duyệt 0" in seen["strip"]["counts"]
    assert review.agrees(alias).bad
    assert review.case().is_open


def test_one_from_outside_is_named_gets_a_code_and_approves_on_the_makers_page(
    review: Desk,
) -> None:
    kiosk = review.house.kiosk
    for name in ("binh", "chi"):
        staff.change_roles(command_line("1"), kiosk, name, frozenset({Role.ADMINISTRATOR}))
    review.does(AN, "next")
    review.decides(AN, "confirm")
    assert [b["key"] for b in review.sees(AN)["case"]["buttons"]] == ["T", "V", "P", "I"]
    review.does(AN, "outsider")
    assert [f["name"] for f in review.sees(AN)["menu"]["fields"]] == [
        "ho_ten",
        "co_quan",
        "so_cccd",
    ]
    guest = {"ho_ten": "Trần Mẫu", "co_quan": "BHXH quận Mẫu", "so_cccd": "079 194 002 001"}
    review.does(AN, "submit", fields=guest)
    assert "Trần Mẫu (BHXH quận Mẫu)" in review.sees(AN)["case"]["banner"]["text"]
    manager = Actor("binh", frozenset({Role.ADMINISTRATOR}), "giam-dinh")
    code = outsider.issue_code(manager, kiosk, review.case().number)
    assert [b["key"] for b in review.sees(AN)["case"]["buttons"]] == ["T", "V", "C", "P", "I"]
    review.does(AN, "code")
    assert review.does(AN, "submit", fields={"code": "x", "so_cccd": "1"}).bad
    review.does(AN, "submit", fields={"code": code, "so_cccd": guest["so_cccd"]})
    assert review.case().outcome is CaseOutcome.CONFIRMED
    assert "người thứ hai: Trần Mẫu (BHXH" in review.sees(AN)["case"]["banner"]["text"]


def test_where_nobody_can_approve_the_page_says_so_and_the_case_is_counted(review: Desk) -> None:
    root, kiosk = command_line("1"), review.house.kiosk
    staff.change_roles(root, kiosk, "an", AUDITOR | {Role.ADMINISTRATOR})
    for name in ("binh", "chi"):
        staff.disable(root, kiosk, name)
    review.does(AN, "next")
    review.decides(AN, "confirm")
    assert "Không ai duyệt được" in review.sees(AN)["case"]["banner"]["text"]
    review.does(AN, "tab", value="stats")
    assert review.sees(AN)["stats"]["waiting"].startswith("Chờ người thứ hai: 1 hồ sơ, 1 do bạn")


def test_an_event_sent_twice_is_done_once(review: Desk) -> None:
    event = {"session": "s", "number": 1, "act": "next"}
    board = handle(review.house, AN, Board(), event)
    assert handle(review.house, AN, board, event) is board


def test_figures_count_flags_and_outcomes(review: Desk) -> None:
    review.does(AN, "next")
    review.decides(AN, "valuable")
    review.does(AN, "tab", value="stats")
    stats = review.sees(AN)["stats"]
    every, *rules = stats["days"]["rows"]
    assert sum(every["counts"]) == sum(sum(rule["counts"]) for rule in rules) == 3
    assert stats["days"]["title"].endswith("3 cờ ở 2 lượt")
    assert stats["outcomes"]["rows"][0]["share"] == "1 của 1"
    assert stats["samples"]["rows"] == []


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_draws_in_both_languages(review: Desk, name: str) -> None:
    review.does(AN, "next")
    for lang in ("vi", "en"):
        drawn = view(review.house, AN, Board(lang, filter=name, selected=review.case().number))
        assert json.dumps(drawn)


@given(
    st.dictionaries(
        st.sampled_from(["session", "number", "act", "case", "proposal", "value", "fields"]),
        st.none() | st.integers() | st.text(max_size=9) | st.lists(st.integers(), max_size=2),
    )
)
def test_no_event_of_any_shape_raises_or_changes_a_case(
    house: House, event: dict[str, Any]
) -> None:
    for act in ("approve", "submit", "list", event.get("act")):
        handle(house, AN, Board(menu="snooze"), {**event, "act": act})
    assert house.kiosk.written.cases.queue() == []


def test_a_receptionist_is_refused(review: Desk) -> None:
    board = handle(review.house, RECEPTION, Board(), {"session": "s", "number": 1, "act": "next"})
    assert "không có quyền" in board.toast


def test_every_button_of_a_case_has_an_act_and_no_act_is_named_twice() -> None:
    assert set(_KEYS) <= {*_ACTS, *_TURNS}
    assert not set(_ACTS) & set(_TURNS)


def test_an_act_that_is_no_act_of_the_page_changes_nothing_but_the_count(review: Desk) -> None:
    for act in ("act", "_say", "__init__", "take_next", ""):
        board = review.does(AN, act)
        assert (board.toast, board.selected, board.menu) == ("", None, None)
    assert review.case().held_by is None


def test_no_page_reads_cases_or_accounts_but_through_a_use_case() -> None:
    sources = [*(ROOT / "app_pages").rglob("*.py"), *(ROOT / "verification").rglob("steps.py")]
    direct = re.compile(r"written\.(cases|accounts)")
    assert [path.name for path in sources if direct.search(path.read_text("utf-8"))] == []
