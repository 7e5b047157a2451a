"""Which backups stay, whatever there is: the newest always, and nothing of another house goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from verification.basics.dates import VIETNAM
from verification.operations.backup.making import UNFINISHED
from verification.operations.backup.manifest import MANIFEST, Manifest
from verification.operations.backup.rotating import Backup, backups_in, kept, rotate
from verification.operations.backup_settings import Keep

NOW_FOLDER = Path("backups")
NOW = datetime(2026, 11, 26, 9, tzinfo=VIETNAM)
LIST = Manifest(NOW, "kiosk.db", "79014", "", "ab", "ours", (), {}, sound=True, files={})


def put(target: Path, at: datetime, *, house: str = "ours", sound: bool = True) -> Path:
    """Lay a backup into a folder that holds its list alone."""
    folder = target / f"kiosk-{at:%Y%m%d-%H%M%S}"
    folder.mkdir()
    told = replace(LIST, made_at=at, house=house, sound=sound)
    (folder / MANIFEST).write_text(told.text())
    return folder


def test_the_newest_of_days_weeks_and_months_stay(tmp_path: Path) -> None:
    for days in range(400):
        put(tmp_path, NOW - timedelta(days=days))
    rotate(tmp_path, "ours", Keep(7, 4, 12), NOW)
    ages = [(NOW - one.manifest.made_at).days for one in backups_in(tmp_path, "ours")]
    assert ages[:7] == list(range(7))
    assert 18 <= len(ages) <= 23
    assert 300 < ages[-1] < 370


def test_of_a_day_with_several_the_newest_stays(tmp_path: Path) -> None:
    early, late = put(tmp_path, NOW), put(tmp_path, NOW + timedelta(hours=3))
    assert rotate(tmp_path, "ours", Keep(1, 0, 0), NOW) == [early]
    assert late.exists()


def test_nothing_goes_while_the_newest_is_damaged(tmp_path: Path) -> None:
    for days in range(1, 40):
        put(tmp_path, NOW - timedelta(days=days))
    put(tmp_path, NOW, sound=False)
    assert rotate(tmp_path, "ours", Keep(1, 1, 1), NOW) == []


def test_a_damaged_one_takes_no_sound_ones_place() -> None:
    found = [
        Backup(
            NOW_FOLDER / str(days),
            replace(LIST, made_at=NOW - timedelta(days=days), sound=days != 1),
        )
        for days in range(5)
    ]
    stay = {folder.name for folder in kept(found, Keep(2, 0, 0))}
    assert stay == {"0", "1", "2"}


def test_what_is_another_houses_or_no_backup_stays(tmp_path: Path) -> None:
    other = put(tmp_path, NOW - timedelta(days=300), house="other")
    for days in range(9):
        put(tmp_path, NOW - timedelta(days=days))
    (tmp_path / "kiosk-20200101-000000").mkdir()
    (tmp_path / "ảnh").mkdir()
    rotate(tmp_path, "ours", Keep(1, 0, 0), NOW)
    assert other.exists()
    assert (tmp_path / "kiosk-20200101-000000").exists()
    assert (tmp_path / "ảnh").exists()


def test_what_was_broken_off_goes_after_a_day(tmp_path: Path) -> None:
    left = tmp_path / f"{UNFINISHED}kiosk-20261120-020000"
    left.mkdir()
    assert rotate(tmp_path, "ours", Keep(), datetime.now(VIETNAM)) == []
    assert rotate(tmp_path, "ours", Keep(), datetime.now(VIETNAM) + timedelta(days=2)) == [left]


@given(
    st.lists(st.tuples(st.integers(0, 900), st.booleans()), min_size=1, max_size=60, unique=True),
    st.builds(Keep, st.integers(1, 9), st.integers(0, 9), st.integers(0, 14)),
)
def test_the_newest_sound_one_always_stays(found: list[tuple[int, bool]], keep: Keep) -> None:
    backups = [
        Backup(NOW_FOLDER / str(at), replace(LIST, made_at=NOW - timedelta(hours=age), sound=good))
        for at, (age, good) in enumerate(sorted(found))
    ]
    stay = kept(backups, keep)
    sound = [one.folder for one in backups if one.manifest.sound]
    assert sound[:1] == [folder for folder in sound[:1] if folder in stay]
    assert (
        len([folder for folder in sound if folder in stay]) <= keep.days + keep.weeks + keep.months
    )
