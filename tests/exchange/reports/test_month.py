"""All figures of a month of invented visits are those of a recount, and nobody is named."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pypdfium2
import pytest

from fixtures.month import FACILITY, Wanted, filled
from verification.adapters.papers.report_papers import FORMS, printed
from verification.basics.dates import VIETNAM
from verification.basics.errors import Forbidden, RequestError
from verification.exchange.reports.counts.reporting import told_result
from verification.exchange.reports.counts.span import Span, month_of, week_of
from verification.exchange.reports.counts.tables import adoption_rows
from verification.exchange.reports.counts.visits import count_visits
from verification.exchange.reports.counts.words import TEXTS, guide_text
from verification.exchange.reports.making import making
from verification.exchange.reports.report import ReportKind, Share, Table
from verification.exchange.reports.taking import Asked, take_report
from verification.log.events import Event, EventKind
from verification.log.visit import CachTrinh
from verification.reception import corrections
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.reception.guide.guide import GUIDES
from verification.rights import Actor, Role, command_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from verification.kiosk import Kiosk

NEWEST = date(2026, 11, 30)
LONG_AGO = datetime(2020, 1, 1, tzinfo=VIETNAM)
OFFICER = command_line("1")
LOGGED = tuple(kind for kind in EventKind if kind is not EventKind.UNREADABLE)
MONTHS = (ReportKind.MONTH_BHXH, ReportKind.MONTH_SYT)


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kiosk]:
    """Return a kiosk with two months of visits, of which some were corrected, erased, late."""
    with filled(tmp_path_factory.mktemp("month"), Wanted(480)) as made:
        visits = made.written.visits_on(NEWEST - timedelta(days=4), None)
        corrections.correct_presentation(OFFICER, made, visits[0].visit_id, CachTrinh.VSSID)
        corrections.erase(OFFICER, made, visits[1].visit_id)
        late = datetime(2026, 11, 30, 10, tzinfo=VIETNAM)
        check_in(OFFICER, made, Scan((b"DN4797900000011",), happened_at=late))
        yield made


@pytest.fixture(scope="module")
def events(kiosk: Kiosk) -> Sequence[Event]:
    return kiosk.written.events(LOGGED, LONG_AGO)


class Recount:
    """The visits of all time by a naive fold over all events."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.visits: dict[str, dict[str, Any]] = {}
        for event in events:
            codes = event.codes
            if event.kind is EventKind.RECEIVED:
                self.visits[event.event_id] = {
                    "day": event.happened_at.astimezone(VIETNAM).date(),
                    "way": codes["cach_trinh"],
                    "answer": (codes["verdict"], codes["reason"]),
                    "who": event.person_ref,
                    "undone": None,
                    "portal": codes.get("portal", ""),
                }
            elif event.kind is EventKind.CORRECTED and "cach_trinh" in codes:
                self.visits[codes["visit"]]["way"] = codes["cach_trinh"]
            elif event.kind is EventKind.CANCELLED:
                self.visits[codes["visit"]]["undone"] = codes["why"]
            elif event.kind is EventKind.PORTAL_ANSWERED:
                for name in codes["visits"]:
                    self.visits[name]["portal"] = codes["outcome"]
            elif event.kind is EventKind.CONTENT_ERASED:
                visit = self.visits[codes["visit"]]
                visit["portal"] = "" if visit["portal"] == "waiting" else visit["portal"]

    def of(self, span: Span) -> list[dict[str, Any]]:
        """Return those of a time, undone ones too."""
        return [v for v in self.visits.values() if span.first <= v["day"] <= span.last]

    def standing(self, span: Span) -> list[dict[str, Any]]:
        """Return those that stand."""
        return [visit for visit in self.of(span) if not visit["undone"]]


def table(kiosk: Kiosk, kind: ReportKind, key: str, on: date = NEWEST) -> Table:
    """Return a table of a report."""
    report = making(kind)(OFFICER, kiosk, on, None)
    [found] = [one for one in report.tables if one.key == key]
    return found


def counts(of: Table, column: int = 1) -> dict[str, Any]:
    """Return a column of a table by the names of its rows."""
    return {getattr(row[0], "vi", row[0]): row[column] for row in of.rows}


@pytest.mark.parametrize("span", [month_of(NEWEST), month_of(date(2026, 10, 1)), week_of(NEWEST)])
def test_the_counts_of_visits_are_those_of_a_recount(
    kiosk: Kiosk, events: Sequence[Event], span: Span
) -> None:
    found, recount = count_visits(kiosk, span), Recount(events)
    standing = recount.standing(span)
    assert found.received == len(standing) > 0
    assert found.ways == Counter(v["way"] for v in standing)
    assert found.answers == Counter(v["answer"] for v in standing)
    assert found.undone == Counter(v["undone"] for v in recount.of(span) if v["undone"])
    assert found.portal == Counter(v["portal"] for v in standing)
    by_way = defaultdict(set)
    for visit in standing:
        by_way[visit["way"]].add(visit["who"])
    assert found.persons == len({v["who"] for v in standing})
    assert {w: n for w, n in found.persons_by_way.items() if n} == {
        w: len(who) for w, who in by_way.items()
    }
    assert found.with_app == len(by_way["vssid"] | by_way["vneid"])
    before = Span(date(2020, 1, 1), span.first - timedelta(days=1))
    had = {v["who"] for v in recount.standing(before) if v["way"] == "vssid"}
    assert found.first_vssid == len(by_way["vssid"] - had)
    assert found.erased == (1 if span.last >= NEWEST - timedelta(days=4) >= span.first else 0)


def test_who_presented_and_was_not_received_is_counted_once_a_day(
    kiosk: Kiosk, events: Sequence[Event]
) -> None:
    span, here = month_of(NEWEST), Recount(events)
    visited = {(v["day"], v["who"]) for v in here.visits.values()}
    last: dict[tuple[date, str], str] = {}
    asides: dict[tuple[date, str], str] = {}
    keys: dict[str, tuple[date, str]] = {}
    looked = 0
    for event in events:
        day = event.happened_at.astimezone(VIETNAM).date()
        if event.kind is EventKind.PRESENTED and span.first <= day <= span.last:
            looked += bool(event.codes.get("lookup"))
            key = keys[event.event_id] = (day, event.person_ref or "")
            if not event.codes.get("lookup") and key not in visited:
                last[key] = event.codes["reasons"][0]
        elif event.kind is EventKind.PUT_ASIDE and event.codes["of"] in keys:
            asides[keys[event.codes["of"]]] = event.codes["why"]
    found = table(kiosk, ReportKind.MONTH_BHXH, "unreceived")
    total = next(row for row in found.rows if row[0] == TEXTS("row.total"))
    whys = Counter(asides.get(key, "") for key in last)
    left, mistaken = whys["benh_nhan_ve"], whys["quet_nham"]
    assert total[1:] == (len(last), left, mistaken, len(last) - left - mistaken)
    assert len(last) > 5
    assert counts(found)[TEXTS("row.looked").vi] == looked > 0
    by_reason = Counter(last.values())
    assert [row[1] for row in found.rows[:-3]] == [n for _, n in by_reason.most_common()]


def test_help_difficulties_flags_and_outages_are_those_of_a_recount(
    kiosk: Kiosk, events: Sequence[Event]
) -> None:
    span = month_of(NEWEST)
    within = [e for e in events if span.begin <= e.recorded_at < span.end]
    by_kind = defaultdict(list)
    for event in within:
        by_kind[event.kind].append(event)
    gone = {e.codes["helped"] for e in events if e.kind is EventKind.HELP_WITHDRAWN}
    given = [e for e in by_kind[EventKind.HELPED_TO_INSTALL] if e.event_id not in gone]
    ended = Counter(e.codes.get("ended", "done") for e in given)
    helped = counts(table(kiosk, ReportKind.MONTH_SYT, "help"))
    assert list(helped.values()) == [ended["done"], ended["begun"], ended["declined"], len(given)]
    told = counts(table(kiosk, ReportKind.MONTH_BHXH, "difficulties"))
    assert told["Cộng"] == len(by_kind[EventKind.DIFFICULTY])
    hits = Counter(
        flag["rule"]
        for event in by_kind[EventKind.FLAGGED]
        for flag in event.codes["flags"]
        if flag["state"] == "hit"
    )
    flags = table(kiosk, ReportKind.MONTH_BHXH, "flags")
    read = {name.split()[0]: n for name, n in counts(flags).items()}
    assert read == {**hits, "Cộng": hits.total()}
    cases = {
        e.codes["case"]
        for e in events
        if e.kind.value in {"case_opened", "case_joined"} and e in within
    }
    *_, total = flags.rows
    whole, still_open, *outcomes = total[2:]
    assert whole == len(cases) == still_open + sum(outcomes) > 0
    portal = counts(table(kiosk, ReportKind.MONTH_BHXH, "portal"))
    failed = by_kind[EventKind.PORTAL_FAILED]
    assert portal[TEXTS("row.failed").vi] == len(failed)
    hours = {f"{e.recorded_at.astimezone(VIETNAM):%d %H}" for e in failed}
    assert portal[TEXTS("row.failed_hours").vi] == len(hours)


def test_the_cards_to_inform_of_are_the_confirmed_cases_of_the_month_masked(
    kiosk: Kiosk, events: Sequence[Event]
) -> None:
    closed = {
        e.codes["case"]: e.codes["reason"]
        for e in events
        if e.kind is EventKind.CASE_CLOSED and e.codes["outcome"] == "confirmed"
    }
    wanted = {n for n, why in closed.items() if why in {"nguoi_khac_dung", "the_het_quyen"}}
    cards = table(kiosk, ReportKind.MONTH_BHXH, "cards")
    assert {row[0] for row in cards.rows} == wanted != set()
    assert all("•" in str(row[2]) for row in cards.rows if row[2])
    report = making(ReportKind.MONTH_SYT)(OFFICER, kiosk, NEWEST, None)
    assert "cards" not in {one.key for one in report.tables}
    assert sum(counts(table(kiosk, ReportKind.MONTH_SYT, "cards_counted")).values()) >= len(wanted)


def test_the_month_before_stands_beside_it(kiosk: Kiosk) -> None:
    before = count_visits(kiosk, month_of(date(2026, 10, 1)))
    now = count_visits(kiosk, month_of(NEWEST))
    row = next(r for r in table(kiosk, ReportKind.MONTH_BHXH, "compared").rows)
    assert row[1:] == (now.received, before.received, now.received - before.received)


@pytest.mark.parametrize("kind", [ReportKind.WEEK, *MONTHS])
@pytest.mark.parametrize("form", list(FORMS))
def test_no_name_and_no_number_of_anybody_is_in_any_file(
    kiosk: Kiosk, tmp_path: Any, kind: ReportKind, form: str
) -> None:
    said = words_of(printed(making(kind)(OFFICER, kiosk, NEWEST, None), form), form)
    made = kiosk.written._path.parent / "made" / "cards.csv"  # type: ignore[attr-defined]
    with made.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 50
    for row in rows:
        for name in ("ma_the", "ma_so_bhxh", "so_cccd", "ho_ten"):
            assert not row[name] or row[name].lower() not in said, name
    assert "báo cáo" in said


def words_of(file: bytes, form: str) -> str:
    """Return all that stands in a file."""
    if form == "csv":
        return file.decode("utf-8-sig").lower()
    if form == "pdf":
        document = pypdfium2.PdfDocument(file)
        said = " ".join(page.get_textpage().get_text_range() for page in document)
        document.close()
        return " ".join(said.split()).lower()
    book = openpyxl.load_workbook(io.BytesIO(file))
    return " ".join(
        str(c) for s in book for row in s.iter_rows(values_only=True) for c in row
    ).lower()


def test_the_letters_own_numbers_come_out_as_it_says_them() -> None:
    whole, users, others = adoption_rows(94_288, 27_656)
    assert (whole[1], users[1], others[1]) == (94_288, 27_656, 66_632)
    assert (users[2], others[2]) == (Share(27_656, 94_288), Share(66_632, 94_288))
    said = told_result(94_288, 27_656).vi
    for part in ("94.288", "27.656", "66.632", "29,33 %", "70,67 %"):
        assert part in said
    assert "%" not in told_result(0, 0).vi


@pytest.mark.parametrize("day", range(1, 8))
def test_a_week_is_saturday_to_friday(day: int) -> None:
    found = week_of(date(2026, 11, day))
    assert (found.first.weekday(), found.last.weekday()) == (5, 4)
    assert found.first <= date(2026, 11, day) <= found.last
    assert (found.last - found.first).days == 6


def test_what_is_not_over_says_up_to_when_and_counts_no_day_to_come(kiosk: Kiosk) -> None:
    now = kiosk.clock()
    report = making(ReportKind.WEEK)(OFFICER, kiosk, now.date(), None)
    assert report.period.until == now
    assert report.period.last == date(2026, 12, 4)
    assert making(ReportKind.MONTH_BHXH)(OFFICER, kiosk, NEWEST, None).period.until is None


@pytest.mark.parametrize("kind", [ReportKind.WEEK, *MONTHS])
def test_a_day_to_come_one_desk_and_a_receptionist_are_refused(
    kiosk: Kiosk, kind: ReportKind
) -> None:
    with pytest.raises(RequestError, match="chưa đến"):
        making(kind)(OFFICER, kiosk, kiosk.today() + timedelta(days=1), None)
    with pytest.raises(RequestError, match="một quầy"):
        making(kind)(OFFICER, kiosk, NEWEST, "1")
    clerk = Actor("le-tan.1", frozenset({Role.RECEPTIONIST}), "1")
    with pytest.raises(Forbidden):
        take_report(clerk, kiosk, Asked(kind, NEWEST, "csv"), printed)


def test_what_leaves_is_logged_and_what_cannot_be_drawn_is_not(kiosk: Kiosk) -> None:
    since = kiosk.clock() - timedelta(minutes=1)
    taken = take_report(OFFICER, kiosk, Asked(ReportKind.WEEK, NEWEST, "csv"), printed)
    with pytest.raises(RequestError):
        take_report(OFFICER, kiosk, Asked(ReportKind.WEEK, NEWEST, "docx"), printed)
    [event] = kiosk.written.events([EventKind.EXPORTED], since)
    assert event.event_id == taken.event_id
    assert (event.codes["what"], event.codes["form"]) == ("report_week", "csv")
    assert taken.report.facility == FACILITY


def test_every_guide_of_the_house_has_a_name_in_the_report() -> None:
    assert all(guide_text(key) == guide.title for key, guide in GUIDES.items())
