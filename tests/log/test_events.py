"""Each kind of event has a class, and what it writes is what the log always held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import ROOT, each
from verification.log import case_events as case
from verification.log import help_events as helping
from verification.log import house_events as house
from verification.log import officer_events as officer
from verification.log import portal_events as portal
from verification.log import sample_events as drawn
from verification.log import sending_events as sending
from verification.log import visit_events as visit
from verification.log.events import Event, EventKind, Happening, NewEvent
from verification.log.forgetting_events import Forgotten
from verification.log.happenings import HAPPENINGS
from verification.log.visit import CachTrinh
from verification.log.writing import Stranger, write
from verification.rights import desk_officer
from verification.rules.misuse.facts import Flag, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

AT = datetime(2026, 11, 22, 1, tzinfo=UTC)
FLAG = {
    "rule": "M02",
    "version": 3,
    "level": "review",
    "score": 0,
    "state": "hit",
    "numbers": {"case": "open", "days": 3},
    "visits": ["1-2", "1-4"],
}
KEPT = visit.KeptFlag("M02", "review", 0, "hit", 3, {"case": "open", "days": 3}, ("1-2", "1-4"))

STORED: list[tuple[Happening, dict[str, Any]]] = [
    (
        visit.Presented(
            shown="bhyt_qr",
            verdict="eligible",
            reasons=("valid", "already_today"),
            cach_trinh="vssid",
            source="store",
            cach_doc="quet",
            scan="tab:1",
            lookup=True,
            compared={"stored": 1},
            ma_cskcb="79014",
            already="1-2",
        ),
        {
            "kind": "bhyt_qr",
            "verdict": "eligible",
            "reasons": ["valid", "already_today"],
            "cach_trinh": "vssid",
            "source": "store",
            "cach_doc": "quet",
            "scan": "tab:1",
            "lookup": 1,
            "so_sanh": {"stored": 1},
            "ma_cskcb": "79014",
            "already": "1-2",
        },
    ),
    (
        visit.Presented("no_card", "undetermined", ("no_card",), "go", no_card="newborn"),
        {
            "kind": "no_card",
            "case": "newborn",
            "verdict": "undetermined",
            "reasons": ["no_card"],
            "cach_trinh": "go",
        },
    ),
    (
        visit.Received("1-1", "eligible", "valid", "vssid"),
        {
            "of": "1-1",
            "verdict": "eligible",
            "reason": "valid",
            "cach_trinh": "vssid",
            "scan": "receive:1-1",
        },
    ),
    (
        visit.Received("1-1", "eligible", "valid", "vssid", "4/5", "1.1", again=True),
        {
            "of": "1-1",
            "verdict": "eligible",
            "reason": "valid",
            "cach_trinh": "vssid",
            "rate": "4/5",
            "ma_doituong_kcb": "1.1",
            "again": 1,
            "scan": "again:1-1",
        },
    ),
    (visit.Corrected("1-2", cach_trinh="giay"), {"visit": "1-2", "cach_trinh": "giay"}),
    (visit.Corrected("1-2", nguoi_trinh="cha_me"), {"visit": "1-2", "nguoi_trinh": "cha_me"}),
    (visit.Corrected("1-2", field="ho_ten"), {"visit": "1-2", "field": "ho_ten"}),
    (visit.IdChecked("1-2", "cccd"), {"visit": "1-2", "doi_chieu": "cccd"}),
    (visit.Noted("1-2"), {"visit": "1-2"}),
    (visit.Cancelled("1-2", "khac"), {"visit": "1-2", "why": "khac"}),
    (visit.PutAside("1-1", "quet_nham"), {"of": "1-1", "why": "quet_nham"}),
    (
        Forgotten(("1-2", "1-1"), "asked", "person"),
        {"erased": ["1-2", "1-1"], "why": "asked", "what": "person"},
    ),
    (visit.ContentErased("1-2", ("1-2", "1-1")), {"visit": "1-2", "erased": ["1-2", "1-1"]}),
    (
        visit.Completed("1-2", "eligible", "valid", rate="4/5"),
        {"visit": "1-2", "verdict": "eligible", "reason": "valid", "rate": "4/5"},
    ),
    (
        visit.SaidOfVisit("1-1", "1-2", {"emergency": 1, "inpatient": 0}, "1/1", "9"),
        {
            "of": "1-1",
            "visit": "1-2",
            "told": {"emergency": 1, "inpatient": 0},
            "rate": "1/1",
            "ma_doituong_kcb": "9",
        },
    ),
    (
        visit.SaidOfVisit("1-1", rate="4/5", reappointment="2026-11-20"),
        {"of": "1-1", "rate": "4/5", "reappointment": "2026-11-20"},
    ),
    (visit.SaidOfVisit("1-1", answers={}), {"of": "1-1", "told": {}}),
    (visit.SaidOfVisit("1-1", rate="4/5"), {"of": "1-1", "rate": "4/5"}),
    (
        visit.Viewed("number", "quay", presented="1-1"),
        {"what": "number", "why": "quay", "of": "1-1"},
    ),
    (
        visit.Viewed("search", "quay", rows=0, persons=()),
        {"what": "search", "why": "quay", "rows": 0, "persons": []},
    ),
    (
        visit.Viewed("so_the", "giam-dinh", case="2026-0001"),
        {"what": "so_the", "why": "giam-dinh", "case": "2026-0001"},
    ),
    (helping.Difficulty("vssid"), {"category": "vssid"}),
    (
        helping.Difficulty("ma_qr", "1-1", "eligible", "valid", "giam_dinh"),
        {
            "category": "ma_qr",
            "presented": "1-1",
            "verdict": "eligible",
            "reason": "valid",
            "page": "giam_dinh",
        },
    ),
    (helping.DifficultyMoved("1-3", "sent"), {"difficulty": "1-3", "state": "sent"}),
    (
        helping.HelpedToInstall("adult", ("open", "otp"), "begun"),
        {"guide": "adult", "steps": ["open", "otp"], "ended": "begun"},
    ),
    (helping.HelpWithdrawn("1-3"), {"helped": "1-3"}),
    (
        helping.ShiftClosed("2026-11-22T07:00:00", ("1:3:ab",), {"received": 2}),
        {"since": "2026-11-22T07:00:00", "heads": ["1:3:ab"], "counts": {"received": 2}},
    ),
    (helping.HelpedToInstall(), {}),
    (
        visit.Flagged("1-1", "card", "review", 0, (KEPT,), "1-2"),
        {
            "of": "1-1",
            "subject": "card",
            "level": "review",
            "score": 0,
            "flags": [FLAG],
            "visit": "1-2",
        },
    ),
    (
        visit.FlagAnswered("1-3", "explained", "M02", "1-2"),
        {"of": "1-3", "answer": "explained", "rule": "M02", "visit": "1-2"},
    ),
    (visit.FlagAnswered(None, "explained"), {"of": None, "answer": "explained"}),
    (visit.Exported("access", form="csv", rows=0), {"what": "access", "form": "csv", "rows": 0}),
    (
        visit.Exported("case_list", format="xlsx", count=2),
        {"what": "case_list", "format": "xlsx", "count": 2},
    ),
    (visit.Exported("case", case="2026-0001"), {"what": "case", "case": "2026-0001"}),
    (
        case.CaseOpened(
            case="2026-0001",
            presented="1-1",
            flags=(KEPT,),
            visit="1-2",
            about="p",
            due=date(2026, 11, 30),
        ),
        {
            "case": "2026-0001",
            "of": "1-1",
            "flags": [FLAG],
            "received_by": [],
            "visit": "1-2",
            "about": "p",
            "due": "2026-11-30",
        },
    ),
    (
        case.CaseJoined(case="2026-0001", presented="1-1", flags=(KEPT,), received_by=("an",)),
        {"case": "2026-0001", "of": "1-1", "flags": [FLAG], "received_by": ["an"]},
    ),
    (case.CaseTaken("2026-0001"), {"case": "2026-0001"}),
    (case.CaseReleased("2026-0001"), {"case": "2026-0001"}),
    (case.CaseHandedOver("2026-0001", "an"), {"case": "2026-0001", "to": "an"}),
    (
        case.CaseDated("2026-0001", date(2026, 12, 1), date(2026, 11, 28)),
        {"case": "2026-0001", "due": "2026-12-01", "diary": "2026-11-28"},
    ),
    (
        case.CaseDated("2026-0001", date(2026, 12, 1)),
        {"case": "2026-0001", "due": "2026-12-01"},
    ),
    (case.CaseProposed("2026-0001", "report"), {"case": "2026-0001", "what": "report"}),
    (
        case.CaseApproved("2026-0001", "g-3", "report", "binh"),
        {"case": "2026-0001", "of": "g-3", "what": "report", "maker": "binh"},
    ),
    (
        case.CaseRejected("2026-0001", "g-3", "false", "binh"),
        {"case": "2026-0001", "of": "g-3", "what": "false", "maker": "binh"},
    ),
    (case.CaseClosed("2026-0001", "false"), {"case": "2026-0001", "outcome": "false"}),
    (
        case.CaseClosed("2026-0001", "confirmed", "binh"),
        {"case": "2026-0001", "outcome": "confirmed", "maker": "binh"},
    ),
    (
        case.CaseClosed("2026-0001", "false", reason="nham_so"),
        {"case": "2026-0001", "outcome": "false", "reason": "nham_so"},
    ),
    (case.CaseReopened("2026-0001"), {"case": "2026-0001"}),
    (case.CaseCommented("2026-0001"), {"case": "2026-0001"}),
    (
        case.CaseUndone("2026-0001", "g-4", "false", closed=True),
        {"case": "2026-0001", "of": "g-4", "what": "false", "closed": 1},
    ),
    (
        case.CaseSnoozed("2026-0001", "M02", date(2026, 12, 1)),
        {"case": "2026-0001", "rule": "M02", "until": "2026-12-01"},
    ),
    (case.CaseReported("2026-0001", "g-3"), {"case": "2026-0001", "of": "g-3"}),
    (case.CaseOutsiderNamed("2026-0001", "g-3"), {"case": "2026-0001", "of": "g-3"}),
    (case.CaseCodeIssued("2026-0001", "g-4"), {"case": "2026-0001", "of": "g-4"}),
    (case.CaseCodeFailed("2026-0001", "g-4"), {"case": "2026-0001", "of": "g-4"}),
    (
        case.CaseApproved("2026-0001", "g-3", "false", "an", "g-4"),
        {"case": "2026-0001", "of": "g-3", "what": "false", "maker": "an", "outsider": "g-4"},
    ),
    (
        case.CaseClosed("2026-0001", "false", "an", "g-4"),
        {"case": "2026-0001", "outcome": "false", "maker": "an", "outsider": "g-4"},
    ),
    (officer.SignedIn("password", "127.0.0.1"), {"how": "password", "address": "127.0.0.1"}),
    (officer.SignInFailed("pin", ""), {"how": "pin", "address": ""}),
    (officer.SignInFailed("pin", "", "an"), {"how": "pin", "address": "", "account": "an"}),
    (
        officer.OfficerChanged("pin", "127.0.0.1", "binh"),
        {"how": "pin", "address": "127.0.0.1", "before": "binh"},
    ),
    (officer.Unlocked("demo", ""), {"how": "demo", "address": ""}),
    (officer.Locked("idle"), {"why": "idle"}),
    (officer.SignedOut(), {}),
    (
        officer.AccountChanged("an", "roles", roles=("auditor", "receptionist")),
        {"account": "an", "what": "roles", "roles": ["auditor", "receptionist"]},
    ),
    (
        officer.AccountChanged("an", "facts", fields=("ho_ten",)),
        {"account": "an", "what": "facts", "fields": ["ho_ten"]},
    ),
    (
        officer.ClockNoted(AT, AT + timedelta(days=1)),
        {"first": "2026-11-22T01:00:00+00:00", "last": "2026-11-23T01:00:00+00:00"},
    ),
    (
        house.CardsImported("import", "cards-2.db", "ab", "cards", "cd", {"read": 3}),
        {
            "why": "import",
            "card_file": "cards-2.db",
            "digest": "ab",
            "table": "cards",
            "source": "cd",
            "counts": {"read": 3},
        },
    ),
    (house.KeysRotated(("data", "index"), 1), {"what": ["data", "index"], "unread": 1}),
    (house.Rebuilt(3, 1), {"visits": 3, "cases": 1}),
    (house.LogVerified("page", 12), {"how": "page", "events": 12}),
    (
        house.LogVerified("command", 12, 1, ("cut",), ("card_file",)),
        {
            "how": "command",
            "events": 12,
            "findings": 1,
            "kinds": ["cut"],
            "unchecked": ["card_file"],
        },
    ),
    (
        house.LogNoted(("1:2:ab",), ("1:3:cd",)),
        {"heads": ["1:2:ab"], "over": ["1:3:cd"]},
    ),
    (
        house.Rebuilt(3, 1, 2, "kiosk.db.damaged-20261122-011200"),
        {"visits": 3, "cases": 1, "unread": 2, "kept": "kiosk.db.damaged-20261122-011200"},
    ),
    (
        drawn.SampleDrawn("2026-10", 0, ()),
        {"month": "2026-10", "greens": 0, "visits": []},
    ),
    (
        drawn.SampleJudged("1-2", "2026-10", "not_in_order", "khac"),
        {"visit": "1-2", "month": "2026-10", "outcome": "not_in_order", "why": "khac"},
    ),
    (house.AccountsBound(4), {"count": 4}),
    (house.RightRefused("cases.take", "review"), {"use_case": "cases.take", "right": "review"}),
    (house.ScreenPaired("127.0.0.1"), {"address": "127.0.0.1"}),
    (house.PairingEnded(1, "desk"), {"screens": 1, "why": "desk"}),
    (
        portal.PortalAnswered(
            "1-1",
            "answered",
            812,
            "desk",
            ("1-2",),
            "003",
            then="000",
            verdict="eligible",
            reasons=("card_replaced",),
        ),
        {
            "presented": "1-1",
            "outcome": "answered",
            "ms": 812,
            "by": "desk",
            "visits": ["1-2"],
            "code": "003",
            "then": "000",
            "verdict": "eligible",
            "reasons": ["card_replaced"],
        },
    ),
    (
        portal.PortalFailed(
            "1-1",
            "silent",
            3000,
            "outbox",
            ("1-2",),
            cause="timeout",
            again_at="2026-11-26T08:00:00+00:00",
        ),
        {
            "presented": "1-1",
            "outcome": "silent",
            "ms": 3000,
            "by": "outbox",
            "visits": ["1-2"],
            "cause": "timeout",
            "again_at": "2026-11-26T08:00:00+00:00",
        },
    ),
    (portal.PortalAskedAgain("1-2", "closing"), {"visit": "1-2", "why": "closing"}),
    (
        portal.PortalKept("1-2", "1-5", "giay_to"),
        {"visit": "1-2", "answered": "1-5", "why": "giay_to"},
    ),
    (
        sending.HisTold("1-2", "his", ("ma_bn", "ma_lk"), record=True),
        {"visit": "1-2", "system": "his", "fields": ["ma_bn", "ma_lk"], "record": 1},
    ),
    (
        sending.Delivered("record", "record:1-2", "1-2", "portal", "GD-1", 40),
        {
            "errand": "record",
            "item": "record:1-2",
            "visit": "1-2",
            "to": "portal",
            "receipt": "GD-1",
            "ms": 40,
        },
    ),
    (
        sending.NotDelivered("handover", "handover:1-2:1", "1-2", "status", "500"),
        {
            "errand": "handover",
            "item": "handover:1-2:1",
            "visit": "1-2",
            "cause": "status",
            "detail": "500",
        },
    ),
    (
        sending.SentAgain("handover", "handover:1-2:1", "1-2", "person"),
        {"errand": "handover", "item": "handover:1-2:1", "visit": "1-2", "why": "person"},
    ),
    (
        sending.ApiKeyChanged("his", "made", "k1", ("check",), 60),
        {"system": "his", "act": "made", "key_id": "k1", "rights": ["check"], "per_minute": 60},
    ),
]

NAMES = [type(what).__name__ for what, _ in STORED]


def classes(of: type[Happening] = Happening) -> Iterator[type[Happening]]:
    """Return every class of an event."""
    for made in of.__subclasses__():
        if "kind" in vars(made):
            yield made
        yield from classes(made)


def test_every_kind_has_one_class_and_each_is_tried_here() -> None:
    written = set(EventKind) - {EventKind.UNREADABLE}
    assert sorted(made.kind for made in classes()) == sorted(written)
    assert {made.kind: made for made in classes()} == HAPPENINGS
    assert {type(what) for what, _ in STORED} == set(classes())


@each(("what", "stored"), STORED)
def test_an_event_writes_the_words_of_the_log_and_reads_them_again(
    what: Happening, stored: dict[str, Any]
) -> None:
    assert what.codes() == stored
    assert type(what).of(stored) == what
    for value in what.codes().values():  # plain strings, integers, lists: no bool, no enum
        assert type(value) in {str, int, list, dict, type(None)}


@each(("what", "stored"), STORED)
def test_keys_of_other_versions_and_the_officer_do_not_break_reading(
    what: Happening, stored: dict[str, Any]
) -> None:
    assert type(what).of(stored | {"officer": "an", "of_a_later_version": [1]}) == what


def test_enumerations_are_written_as_their_plain_words() -> None:
    written = visit.Corrected("1-2", cach_trinh=CachTrinh.GIAY).codes()["cach_trinh"]
    assert (written, type(written)) == ("giay", str)
    found = Flag("M02", 3, Level.REVIEW, 0, "hit", {"case": "open", "days": 3}, ("1-2", "1-4"))
    level = visit.KeptFlag(**vars(found)).codes()
    assert (level, type(level["level"])) == (FLAG, str)


def test_what_older_logs_lack_is_read_as_its_default() -> None:
    assert visit.Presented.of({"officer": "an"}) == visit.Presented()
    bare = {"rule": "M02", "level": "review", "score": 3, "state": "hit"}
    flag = visit.KeptFlag.of(bare)
    assert (flag.version, flag.numbers, flag.visits) == ("", {}, ())
    joined = case.CaseJoined.of({"case": "2026-0001", "of": "1-1", "flags": [bare]})
    assert (joined.received_by, joined.visit) == ((), None)


def test_what_an_event_cannot_be_without_is_asked_for() -> None:
    with pytest.raises(KeyError, match="outcome"):
        case.CaseClosed.of({"case": "2026-0001"})


@each(
    ("what", "said"),
    [
        (case.CaseTaken("n"), ""),
        (case.CaseHandedOver("n", "an"), "an"),
        (case.CaseDated("n", date(2026, 12, 1)), "2026-12-01"),
        (case.CaseDated("n"), ""),
        (case.CaseProposed("n", "report"), "report"),
        (case.CaseApproved("n", "g-3", "report", "an"), "report"),
        (case.CaseRejected("n", "g-3", "false", "an"), "false"),
        (case.CaseClosed("n", "false"), "false"),
        (case.CaseSnoozed("n", "M02", date(2026, 12, 1)), "M02"),
        (case.CaseReported("n", "g-3"), ""),
        (
            case.CaseJoined(
                case="n",
                presented="1-1",
                flags=(KEPT, visit.KeptFlag("M03", "none", 0, "error"), KEPT),
            ),
            "M02 M02",
        ),
    ],
)
def test_the_story_of_a_case_says_of_each_event_what_matters(
    what: case.CaseEvent, said: str
) -> None:
    assert what.said == said


def test_only_the_one_writer_makes_events_for_the_log() -> None:
    sources = [
        path for room in ("verification", "app_pages") for path in (ROOT / room).rglob("*.py")
    ]
    assert sources
    made = [p.relative_to(ROOT).as_posix() for p in sources if "NewEvent(" in p.read_text("utf-8")]
    assert made == ["verification/log/writing.py"]


@dataclass
class Appending:
    """Keeps what it is given to append."""

    given: NewEvent | None = None

    def append(self, event: NewEvent) -> Event:
        """Keep an event and log it as the first of its desk."""
        self.given = event
        return Event(event.desk, 1, AT, event.kind, AT, event.codes, event.person_ref)


def test_what_is_written_carries_officer_and_desk_of_whoever_did_it() -> None:
    log, actor = Appending(), desk_officer("2")
    content = {"ghi_chu": "đi cùng con"}
    event = write(
        log,  # type: ignore[arg-type]  # of a piece of work, only what is used
        actor,
        visit.Cancelled("1-2", "khac"),
        person_ref="p",
        content=content,
        happened_at=AT,
    )
    codes = {"visit": "1-2", "why": "khac", "officer": "quay-thu"}
    assert log.given == NewEvent("2", EventKind.CANCELLED, AT, codes, "p", content)
    assert event.officer == "quay-thu"
    # what follows an event is done by its officer at its desk
    write(log, event, visit.Noted("1-2"))  # type: ignore[arg-type]  # as above
    noted = NewEvent("2", EventKind.NOTED, None, {"visit": "1-2", "officer": "quay-thu"})
    assert log.given == noted


def test_of_somebody_unknown_no_officer_is_written() -> None:
    log = Appending()
    event = write(log, Stranger("1"), officer.SignInFailed("password", ""))  # type: ignore[arg-type]  # as above
    assert event.codes == {"how": "password", "address": ""}
    assert event.officer == ""
