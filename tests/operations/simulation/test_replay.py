"""Replay: the check-in's own code on recorded rows; any row gets its line."""

from __future__ import annotations

import contextlib
import csv
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import ROOT
from verification.basics.errors import ImportFileError, RequestError
from verification.operations.simulation.evaluate import evaluate
from verification.operations.simulation.people import OWN
from verification.operations.simulation.replay import compare, replay
from verification.rules.misuse.facts import Level
from verification.rules.misuse.past_visit import COLUMNS, PastVisit, past_visit
from verification.rules.misuse.policy import load, shipped

if TYPE_CHECKING:
    from pathlib import Path

    from verification.operations.simulation.replay import Replayed

A_ROW = {
    "thoi_diem": "2026-06-17T09:00:00",
    "ma_the": "DN4797900000011",
    "ho_ten": "Nguyễn Thị Mẫu",
    "ngay_sinh": "1994-03-05",
    "gioi_tinh": "2",
    "gt_the_tu": "2026-01-01",
    "gt_the_den": "2026-12-31",
    "ma_cskcb": OWN,
    "quay": "1",
    "nhan_vien": "an",
    "cach_trinh": "vssid",
    "cach_doc": "quet",
}


def written(folder: Path, *rows: dict[str, str]) -> Path:
    """Write a visits file."""
    path = folder / "visits.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, restval="")
        out.writeheader()
        out.writerows(rows)
    return path


def run(folder: Path, *rows: dict[str, str], facility: str | None = OWN) -> list[Replayed]:
    """Replay rows without a card store."""
    return list(replay(written(folder, *rows), None, facility, shipped()))


def test_a_row_is_answered_as_at_the_desk(tmp_path: Path) -> None:
    (row,) = run(tmp_path, A_ROW)
    assert (row.verdict, row.reason) == ("undetermined", "not_in_store")
    cards = tmp_path / "cards.csv"
    names = ("ma_the", "ho_ten", "ngay_sinh", "gioi_tinh", "gt_the_tu", "gt_the_den")
    cards.write_text(
        ",".join(names) + "\n" + ",".join(A_ROW[name] for name in names) + "\n", encoding="utf-8"
    )
    (row,) = run(tmp_path, A_ROW)
    assert (row.verdict, row.reason, row.flags) == ("eligible", "valid", ())


def test_a_row_of_another_facility_is_history_and_visible_at_once(tmp_path: Path) -> None:
    stay = A_ROW | {"ma_cskcb": "79024", "ket_thuc": "2026-06-25", "thoi_diem": "2026-06-16T09:00"}
    elsewhere, here = run(tmp_path, stay, A_ROW)
    assert (elsewhere.verdict, elsewhere.level, elsewhere.flags) == (None, "none", ())
    (flag,) = (flag for flag in here.flags if flag.rule == "M03")
    assert flag.level is Level.URGENT
    assert flag.numbers["place"] == "79024"
    assert here.score == sum(f.score for f in here.flags)


def test_a_double_scan_is_one_visit_and_a_later_row_a_new_one(tmp_path: Path) -> None:
    times = ("09:00", "09:10", "09:50", "10:40")
    rows = [A_ROW | {"thoi_diem": f"2026-06-17T{t}", "ma_benh": "J06"} for t in times]
    levels = [row.level for row in run(tmp_path, *rows)]
    assert levels == ["none", "none", "info", "review"]


def test_a_flagged_row_says_why_in_both_languages(replayed: list[Replayed]) -> None:
    policy = shipped()
    flags = [flag for row in replayed for flag in row.flags]
    assert {flag.state for flag in flags} == {"hit"}
    for flag in flags:
        sentence = policy.sentence(flag.rule, flag.numbers)
        assert sentence.vi
        assert sentence.en
        assert "{" not in sentence.vi + sentence.en


def test_a_row_of_an_impossible_time_gets_its_line_wherever_it_stands(tmp_path: Path) -> None:
    for time in ("x", "0001-01-01T00:00", "9999-12-31T23:59"):
        odd = A_ROW | {"thoi_diem": time}
        rows = run(tmp_path, odd, A_ROW, odd)
        assert [row.reason for row in rows] == ["unreadable", "not_in_store", "unreadable"]


@pytest.mark.long
def test_two_replays_say_the_same(simulated: Path, replayed: list[Replayed]) -> None:
    def said(rows: list[Replayed]) -> list[Any]:
        return [(r.row, r.verdict, r.reason, r.level, r.score) for r in rows]

    assert said(list(replay(simulated / "visits.csv", None, OWN, shipped()))) == said(replayed)


def test_without_a_facility_it_is_that_of_the_first_row(tmp_path: Path) -> None:
    rows = run(tmp_path, A_ROW | {"ma_cskcb": "79024"}, A_ROW, facility=None)
    assert [row.verdict is None for row in rows] == [False, True]


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                name: st.text(max_size=20) | st.sampled_from(sorted(A_ROW.values()))
                for name in COLUMNS
            },
        ),
        max_size=12,
    )
)
@settings(max_examples=6)
def test_whatever_stands_in_a_row_it_gets_one_line(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    bad = [
        {k: v.replace("\0", "").replace("\r", "").replace("\n", "") for k, v in row.items()}
        for row in rows
    ]
    found = run(folder, A_ROW, *bad, A_ROW)
    kept = [row for row in (A_ROW, *bad, A_ROW) if any(v.strip() for v in row.values())]
    assert [row.row for row in found] == list(range(1, len(kept) + 1))


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=20)))
def test_a_row_is_a_visit_or_refused(row: dict[str, str]) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(past_visit(row), PastVisit)


def test_a_torn_row_gets_its_line_and_shifts_no_other(tmp_path: Path) -> None:
    path = written(tmp_path, *[A_ROW] * 4)
    heading, *lines = path.read_text(encoding="utf-8").splitlines()
    name = A_ROW["ho_ten"]
    for torn in (
        f"{lines[0]},",
        lines[0].partition(",")[0],
        lines[0].replace(name, f'"{name}'),
        lines[0].replace(name, f"{name}, bà"),
        heading,
    ):
        for facility in (OWN, None):
            path.write_text("\n".join([heading, torn, lines[0], torn, lines[1], ""]), "utf-8")
            rows = list(replay(path, None, facility, shipped()))
            assert [row.row for row in rows] == [1, 2, 3, 4]
            assert [row.reason for row in rows][::2] == ["unreadable", "unreadable"]
            assert [row.verdict for row in rows][1::2] == ["undetermined", "undetermined"]


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    path.write_text("thoi_diem,ho_ten\n2026-06-17T09:00,An\n", encoding="utf-8")
    with pytest.raises(ImportFileError, match="ma_the"):
        list(replay(path, None, OWN, shipped()))


# ---- the shade, and evaluation


@pytest.mark.long
def test_changed_thresholds_are_compared_rule_by_rule(
    simulated: Path, replayed: list[Replayed], tmp_path: Path
) -> None:
    source = (ROOT / "verification" / "rules" / "misuse" / "misuse.toml").read_text(
        encoding="utf-8"
    )
    changed = tmp_path / "rules.toml"
    changed.write_text(source.replace("week = 5", "week = 2"), encoding="utf-8")
    shade = replay(simulated / "visits.csv", None, OWN, load(changed))
    lines = {line.rule: line for line in compare(replayed, shade)}
    assert lines["M04"].only_live == 0
    assert lines["M04"].only_shade == lines["M04"].shade - lines["M04"].live > 0
    assert lines["M10"].live == lines["M10"].shade > 0


@pytest.mark.long
def test_a_changed_level_and_a_mistyped_threshold_show_in_the_comparison(
    simulated: Path, replayed: list[Replayed], tmp_path: Path
) -> None:
    source = (ROOT / "verification" / "rules" / "misuse" / "misuse.toml").read_text(
        encoding="utf-8"
    )
    changed = tmp_path / "rules.toml"
    quieter = source.replace('level = "urgent"\nscore = 90', 'level = "info"\nscore = 90')
    changed.write_text(quieter.replace("week = 5,", "wek = 5,"), encoding="utf-8")
    shade = replay(simulated / "visits.csv", None, OWN, load(changed))
    lines = {line.rule: line for line in compare(replayed, shade)}
    assert (lines["M10"].only_live, lines["M10"].only_shade) == (0, 0)
    assert lines["M10"].live_urgent == lines["M10"].live > lines["M10"].shade_urgent == 0
    assert lines["M04"].shade_error > lines["M04"].live_error == 0


@pytest.mark.parametrize(
    "change",
    [
        ("begin = 2026-01-01", 'begin = "2026"'),
        ("begin = 2026-01-01", "begin = 2026-01-01T00:00:00"),
        ("version = 1", 'version = "1"'),
        ('ma_benh = ["Z50"', 'ma_benh = "Z50" #'),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(tmp_path: Path, change: tuple[str, str]) -> None:
    source = (ROOT / "verification" / "rules" / "misuse" / "misuse.toml").read_text(
        encoding="utf-8"
    )
    path = tmp_path / "rules.toml"
    path.write_text(source.replace(*change, 1), encoding="utf-8")
    with pytest.raises(RequestError):
        load(path)


@pytest.mark.parametrize("content", ["", "[rule", "[rule.M01]\nversion = 1\n"])
def test_a_file_that_holds_no_rules_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RequestError):
        load(path)


def test_evaluation_names_precision_recall_and_false_flags(simulated: Path) -> None:
    report = evaluate(simulated, OWN, shipped())
    assert report["precision_20"] >= 0.8
    assert set(report["recall"]) >= {"dead", "expired", "altered", "inpatient_overlap"}
    assert report["recall"]["dead"] == 1.0
    assert report["false_per_1000"] < 20
    found, all_dead = report["counts"]["found"]["dead"]
    assert found == all_dead > 0
    assert sum(all_ for _, all_ in report["counts"]["false"].values()) < report["visits"]
    assert report["baselines"]["random"]["precision_20"] < report["precision_20"]


# ---- places and hours as files write them


ELSEWHERE = A_ROW | {"ma_cskcb": "01005", "quay": "", "nhan_vien": ""}


def rules_of(row: Replayed, level: Level = Level.INFO) -> set[str]:
    """Return the rules that flag a row at a level or above it."""
    return {flag.rule for flag in row.flags if flag.level.rank >= level.rank}


@pytest.mark.parametrize("code", ["1005", " 01005", "01 005", "01-005", "1005.0", "'01005"])
def test_a_facility_is_its_own_however_a_file_writes_its_code(tmp_path: Path, code: str) -> None:
    rows = [A_ROW | {"ma_cskcb": c, "thoi_diem": f"2026-06-17T{h}"} for c, h in (
        ("01005", "09:00"), (code, "09:40"), ("01005", "10:20"),
    )]  # fmt: skip
    for facility in ("01005", code):
        found = run(tmp_path, *rows, facility=facility)
        assert all(row.verdict for row in found)
        assert not any({"M02", "M03", "M17"} & rules_of(row) for row in found)
        assert not any(row.unknown for row in found)


@pytest.mark.parametrize("code", ["0100500000123", "BV Mẫu", "12C", "97045", "98013"])
def test_what_names_no_place_makes_no_way_and_says_that_it_is_not_known(
    tmp_path: Path, code: str
) -> None:
    there = ELSEWHERE | {"ma_cskcb": code, "thoi_diem": "2026-06-17T08:30"}
    first, here = run(tmp_path, there, A_ROW)
    assert rules_of(here, Level.REVIEW) == set()
    assert first.unknown == (() if code[:2] in {"97", "98"} else ("place",))


def test_a_facilities_file_beside_the_visits_says_where_an_army_hospital_stands(
    tmp_path: Path,
) -> None:
    army = ELSEWHERE | {"ma_cskcb": "97045", "thoi_diem": "2026-06-17T08:00"}
    for where, flagged in (("01,,", True), ("79,,", False), (",21.03,105.85", True), (",,", False)):
        (tmp_path / "facilities.csv").write_text(
            f"ma_cskcb,ten,ma_tinh,vi_do,kinh_do\n97045,BV Quân y Mẫu,{where}\n", encoding="utf-8"
        )
        _, here = run(tmp_path, army, A_ROW)
        assert ("M17" in rules_of(here)) is flagged, where


@pytest.mark.parametrize(
    "day", ["2026-06-17", "17/06/2026", "20260617", "2026-06-17 00:00", "2026-06-16T17:00:00Z"]
)
def test_a_day_alone_is_no_midnight_here_or_elsewhere(tmp_path: Path, day: str) -> None:
    there, here = run(tmp_path, ELSEWHERE | {"thoi_diem": day}, A_ROW)
    assert there.unknown == ("hour",)
    assert rules_of(here) == {"M02"}
    there, here = run(
        tmp_path, ELSEWHERE | {"thoi_diem": "2026-06-17T08:30"}, A_ROW | {"thoi_diem": day}
    )
    assert here.unknown == ("hour",)
    assert rules_of(here) == {"M02"}
    assert "clock_wrong" not in str(here.reason)


def test_rows_of_a_day_without_hours_are_visits_of_their_own_and_not_again_today(
    tmp_path: Path,
) -> None:
    same = A_ROW | {"thoi_diem": "2026-06-17", "ma_benh": "J06"}
    other = same | {"so_cccd": "079194000099"}
    found = run(tmp_path, same | {"so_cccd": "079194000011"}, other, other, same)
    assert not any("M01" in rules_of(row) for row in found)
    assert "M09" in rules_of(found[1])


def test_typed_rows_without_hours_are_neither_fast_nor_late(tmp_path: Path) -> None:
    typed = {"cach_trinh": "go", "cach_doc": "go", "thoi_diem": "2026-06-17"}
    cards = [f"DN47979000000{n:02}" for n in range(30, 40)]
    rows = [A_ROW | typed | {"ma_the": c, "ma_doituong_kcb": "1.1"} for c in cards]
    (tmp_path / "cards.csv").write_text(
        "ma_the,ho_ten\n" + "".join(f"{c},Mẫu\n" for c in cards), encoding="utf-8"
    )
    assert not any(rules_of(row, Level.REVIEW) for row in run(tmp_path, *rows))


def refusal(row: dict[str, str]) -> str:
    """Return why a row is refused, empty for one that is read."""
    try:
        past_visit(row)
    except ValueError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "column", ["ngay_sinh", "gt_the_tu", "gt_the_den", "ket_thuc", "thoi_diem"]
)
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "01/01/0001", "31/12/9999", "0000"])
def test_a_day_at_the_ends_of_the_calendar_is_read_or_refused_in_a_sentence(
    tmp_path: Path, column: str, day: str
) -> None:
    row = A_ROW | {column: day}
    assert refusal(row) == "" or refusal(row).startswith(f"{column} ")
    for place in (OWN, "01005"):
        rows = run(tmp_path, row | {"ma_cskcb": place}, A_ROW)
        assert [r.row for r in rows] == [1, 2]
        assert {flag.state for r in rows for flag in r.flags} <= {"hit"}
