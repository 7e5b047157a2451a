"""Everything that is looked after, each in a function of its own that returns its lines."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509

from verification.adapters.scanning import decoder
from verification.adapters.store.sqlite.reserve import Reserved, keep, reserved
from verification.basics.dates import VIETNAM
from verification.basics.errors import KioskError
from verification.basics.texts import Text, Texts, read
from verification.card.portal import Portal
from verification.exchange.difficulties import State
from verification.exchange.moving import open_ones, to_send
from verification.kiosk import Kiosk
from verification.log.card_files import CardFile, Fit, fit_of, newest_note, noted_file
from verification.log.events import EventKind
from verification.log.findings import Kind
from verification.log.house_events import LogVerified
from verification.operations.backup.scheduled import Backups
from verification.operations.exchange_worker import Exchange
from verification.operations.guide_folder import guide_folder
from verification.operations.head_sink import Sink
from verification.operations.health.backups import backup_lines
from verification.operations.health.files import file_lines
from verification.operations.health.keeping import keeping_lines
from verification.operations.health.line import Line, Tone
from verification.operations.health.portal import portal_lines
from verification.operations.health.sending import sending_lines
from verification.operations.keeping import Keeping
from verification.operations.keys import key_place
from verification.operations.lists.watching import Watch
from verification.operations.settings import Settings
from verification.operations.version import commit, stands_on
from verification.reception.guide.languages import ShortGuide

_TEXTS = Texts("verification.operations.health")
_LIMITS: dict[str, dict[str, int]] = read("verification.operations.health", "limits.toml")
_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
_GIGA = 1_000_000_000
_MEGA = 1_000_000


@dataclass(frozen=True)
class House:
    """What is looked at.

    Args:
        settings: Of the installation.
        kiosk: The open kiosk.
        sink: How the sending of heads goes.
        watch: How the watching of the folder goes.
        since: When the server started.
        exchange: How the sending of what waits goes.
        portal: Asks the national portal, where it is set.
        backups: How the backing up goes.
        keeping: How the erasing of what was kept long enough goes, None where no server does it.
    """

    settings: Settings
    kiosk: Kiosk
    sink: Sink
    watch: Watch
    since: datetime
    exchange: Exchange = field(default_factory=Exchange)
    portal: Portal | None = None
    backups: Backups = field(default_factory=Backups)
    keeping: Keeping | None = None


def look(house: House) -> Sequence[Line]:
    """Look at everything; what cannot be looked at is a line too."""
    lines: list[Line] = []
    for check in _CHECKS:
        try:
            lines += check(house)
        except KioskError as error:
            told = Text(error.vi, error.en)
            lines.append(Line("failed", Tone.BAD, told, _TEXTS("failed_limit")))
        except OSError:  # a folder that went away takes no other line along
            lines.append(_line("failed", Tone.BAD, "system"))
    return lines


def _clock(house: House) -> Iterable[Line]:
    now, doubt = house.kiosk.clock(), house.kiosk.doubt()
    if doubt is None:
        yield _line("clock", Tone.OK, "ok", clock=_moment(now))
    else:
        told = {"clock": _moment(now), "newest": _moment(doubt.newest)}
        yield _line("clock", Tone.BAD, "wrong", **told)


def _cards(house: House) -> Iterable[Line]:
    status, found = house.kiosk.cards.status(), house.kiosk.cards.sources()
    amber = house.settings.record_days
    limits = {"amber": amber, "red": max(_LIMITS["cards"]["red"], amber)}
    if status.trouble:
        yield Line("cards", Tone.BAD, status.trouble, _TEXTS("cards_limit", **limits))
    elif status.demo or not found:
        state, tone = ("demo", Tone.OK) if status.demo else ("none", Tone.BAD)
        yield _line("cards", tone, state, **limits)
    for source in () if status.demo else found:
        if source.as_of is None:
            continue
        days = (house.kiosk.likely_day() - source.as_of).days
        told = _TEXTS(
            "cards_age",
            whose=_TEXTS(f"origin_{source.origin.value}"),
            date=f"{source.as_of:%d/%m/%Y}",
            days=days,
            cards=source.cards,
        )
        if source.refused:
            told = _joined(told, _TEXTS("cards_refused", count=source.refused))
        tone = _above(days, **limits)
        yield Line("source", tone, told, _TEXTS("cards_limit", **limits))


def _card_file(house: House) -> Iterable[Line]:
    noted, version = noted_file(newest_note(house.kiosk.written)), house.kiosk.cards.version()
    fit = fit_of(noted, CardFile(version.name, version.digest or "") if version else None)
    if fit is Fit.EMPTY:
        return
    reckoned = version is not None and version.digest is None and fit is Fit.OTHER
    bad = fit in {Fit.OTHER, Fit.UNKNOWN, Fit.GONE} and not reckoned
    state = "reckoned" if reckoned else fit.value
    yield _line("card_file", Tone.BAD if bad else Tone.OK, state)


def _verified(house: House) -> Iterable[Line]:
    limits = _LIMITS["verified"]
    found = house.kiosk.written.events((EventKind.LOG_VERIFIED,), _LONG_AGO)
    last = next((event for event in reversed(found) if event.is_readable), None)
    if last is None:
        yield _line("verified", Tone.WAIT, "never", **limits)
        return
    was = LogVerified.of(last.codes)
    tone = _above((house.kiosk.clock() - last.recorded_at).days, **limits)
    how = _TEXTS(f"how_{was.how}")
    told: dict[str, Any] = {"at": _moment(last.recorded_at), "how": how, "events": was.events}
    if was.findings:
        told |= {"findings": was.findings, "kinds": _kinds(was.kinds)}
    state = _TEXTS("verified_bad" if was.findings else "verified_good", **told)
    if was.unchecked:
        state = _joined(state, _TEXTS("verified_unchecked", count=len(was.unchecked)))
    tone = Tone.BAD if was.findings else tone
    yield Line("verified", tone, state, _TEXTS("verified_limit", **limits))


def _kinds(codes: Iterable[str]) -> Text:
    """Return what was found in words; a kind that this version does not know stays a code."""
    known = frozenset(Kind)
    told = [_TEXTS(f"found_{code}") if code in known else Text(code, code) for code in codes]
    return Text(", ".join(one.vi for one in told), ", ".join(one.en for one in told))


def _unread(house: House) -> Iterable[Line]:
    count = len(house.kiosk.written.noticed())
    yield _line("unread", Tone.BAD if count else Tone.OK, "some" if count else "none", count=count)


def _head(house: House) -> Iterable[Line]:
    limits, sink, now = _LIMITS["head"], house.sink, house.kiosk.clock()
    if house.settings.head_sink is None:
        said = "head" not in house.settings.unsaid
        yield _line("head", Tone.WAIT, "off" if said else "none", **limits)
    elif sink.failing_since:
        long = now - sink.failing_since >= timedelta(hours=limits["red"])
        told = {"since": _moment(sink.failing_since), "why": sink.why}
        yield _line("head", Tone.BAD if long else Tone.WAIT, "failing", **told, **limits)
    elif sink.sent_at:
        yield _line("head", Tone.OK, "sent", at=_moment(sink.sent_at), **limits)
    else:
        yield _line("head", Tone.OK, "waits", **limits)


def _files(house: House) -> Iterable[Line]:
    return file_lines(house.settings.head_file, house.kiosk.written)


def _key(house: House) -> Iterable[Line]:
    place = key_place(house.settings)
    if place.trouble:
        yield Line("key", Tone.BAD, place.trouble, _TEXTS("key_limit"))
    elif place.beside and not house.kiosk.cards.status().demo:
        yield _line("key", Tone.WAIT, "beside")
    else:
        yield _line("key", Tone.OK, "good", where=place.name)


def _desks(house: House) -> Iterable[Line]:
    seen = house.kiosk.written.newest_scans()
    for desk in sorted({*seen, *house.settings.desks}):
        at = seen.get(desk)
        state, told = ("scan", {"at": _moment(at)}) if at else ("none", {})
        yield _line("desk", Tone.INFO, state, desk=desk, **told)


def _certificate(house: House) -> Iterable[Line]:
    limits = _LIMITS["certificate"]
    if house.settings.tls_cert is None:
        yield _line("certificate", Tone.INFO, "none", **limits)
        return
    end = certificate_end(house.settings.tls_cert)
    if end is None:
        yield _line("certificate", Tone.BAD, "bad", **limits)
        return
    left = end - house.kiosk.clock()
    told = {"date": f"{end.astimezone(VIETNAM):%d/%m/%Y}", "days": left.days}
    state = "ends" if left > timedelta(0) else "over"
    yield _line("certificate", _below(left.days, **limits), state, **told, **limits)


def certificate_end(file: Path) -> datetime | None:
    """Return when the first certificate of a file ends, None where none can be read."""
    try:
        return x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return None


def _disk(house: House) -> Iterable[Line]:
    limits = _LIMITS["disk"]
    try:
        disk = shutil.disk_usage(house.settings.folder)
    except OSError:
        yield _line("disk", Tone.BAD, "bad", **_in_giga(limits))
        return
    told_sizes = {"free": f"{disk.free / _GIGA:.1f}", "total": f"{disk.total / _GIGA:.0f}"}
    told, tone = _TEXTS("disk_free", **told_sizes), _below(disk.free // _MEGA, **limits)
    if reserved(house.settings.db) is Reserved.USED:
        told, tone = _joined(told, _TEXTS("disk_used")), Tone.BAD
    yield Line("disk", tone, told, _limit("disk", **_in_giga(limits)))


def keep_reserve(settings: Settings) -> None:
    """Fill the reserve of a house's disk where there is room for it again; PostgreSQL has none."""
    size = _LIMITS["reserve"]["house" if settings.real else "trial"]
    if settings.postgres is None:
        keep(settings.db, size << 20)


def _in_giga(limits: dict[str, int]) -> dict[str, str]:
    return {name: f"{megabytes / 1000:g}" for name, megabytes in limits.items()}


def _accounts(house: House) -> Iterable[Line]:
    known, now = house.kiosk.written.accounts.accounts(), house.kiosk.clock()
    if unsound := sum(not account.sound for account in known):
        yield _line("accounts", Tone.BAD, "unsound", count=unsound)
    waiting = sum(bool(one.locked_until and one.locked_until > now) for one in known)
    if waiting:
        yield _line("accounts", Tone.WAIT, "waiting", count=waiting)
    if not (unsound or waiting):
        yield _line("accounts", Tone.OK, "good", count=len(known))


def _difficulties(house: House) -> Iterable[Line]:
    found, now = open_ones(house.kiosk.written), house.kiosk.clock()
    limits = _LIMITS["difficulties"]
    if not found:
        yield _line("difficulties", Tone.INFO, "none", **limits)
        return
    ages = {one.event_id: max(now - one.told_at, timedelta(0)).days for one in found}
    unsent = max((ages[one.event_id] for one in to_send(found)), default=0)
    new = sum(one.state is State.NEW for one in found)
    told = {"count": len(found), "new": new, "sent": len(found) - new}
    tone = Tone.WAIT if unsent > limits["amber"] else Tone.INFO
    yield _line("difficulties", tone, "open", **told, days=max(ages.values()), **limits)


def _decoders(_house: House) -> Iterable[Line]:
    good = decoder.has_pyzbar()
    yield _line("decoders", Tone.OK if good else Tone.WAIT, "good" if good else "no_zbar")


def _guides(house: House) -> Iterable[Line]:
    found = guide_folder(house.settings).read()
    for trouble in found.troubles:
        yield Line("guides", Tone.WAIT, trouble, _limit("guides"))
    checked = [guide for guide in found.guides.values() if guide.checked_by]
    if checked:
        yield _line("guides", Tone.OK, "good", names=_names(checked))
    if unchecked := [guide for guide in found.guides.values() if not guide.checked_by]:
        yield _line("guides", Tone.WAIT, "unchecked", names=_names(unchecked))


def _names(guides: Iterable[ShortGuide]) -> str:
    return ", ".join(f"{guide.name} ({guide.lang})" for guide in guides)


def _folder(house: House) -> Iterable[Line]:
    watch = house.watch
    if watch.folder is None:
        return
    if watch.trouble:
        yield Line("folder", Tone.WAIT, watch.trouble, _TEXTS("folder_limit"))
        return
    tone = Tone.WAIT if watch.left else Tone.OK
    at = _moment(watch.looked) if watch.looked else "–"
    yield _line("folder", tone, "looked", at=at, count=len(watch.left))


def _backup(house: House) -> Iterable[Line]:
    settings = house.settings
    if settings.postgres:
        limits = _LIMITS["backup"]
        yield _line("backup", Tone.INFO, "of_postgres", **limits)
        return
    now = house.kiosk.clock()
    said = "backup" not in settings.unsaid
    yield from backup_lines(settings.backup, house.backups, now, real=settings.real, said=said)


def _keeping(house: House) -> Iterable[Line]:
    return keeping_lines(house.keeping, house.kiosk.clock())


def _sending(house: House) -> Iterable[Line]:
    return sending_lines(house.kiosk, house.exchange)


def _portal(house: House) -> Iterable[Line]:
    return portal_lines(house.portal)


def _version(house: House) -> Iterable[Line]:
    told = {**stands_on(), "commit": commit() or "–", "since": _moment(house.since)}
    yield _line("version", Tone.INFO, "is", **told)


_CHECKS: Sequence[Callable[[House], Iterable[Line]]] = (
    _clock,
    _cards,
    _card_file,
    _verified,
    _unread,
    _head,
    _files,
    _backup,
    _keeping,
    _key,
    _disk,
    _accounts,
    _folder,
    _sending,
    _portal,
    _certificate,
    _decoders,
    _guides,
    _desks,
    _difficulties,
    _version,
)


def _line(key: str, tone: Tone, state: str, **told: object) -> Line:
    return Line(key, tone, _TEXTS(f"{key}_{state}", **told), _limit(key, **told))


def _limit(key: str, **told: object) -> Text:
    return _TEXTS(f"{key}_limit", **told)


def _joined(one: Text, other: Text) -> Text:
    return Text(one.vi + other.vi, one.en + other.en)


def _above(value: float, amber: int, red: int) -> Tone:
    return Tone.BAD if value > red else Tone.WAIT if value > amber else Tone.OK


def _below(value: float, amber: int, red: int) -> Tone:
    return Tone.BAD if value < red else Tone.WAIT if value < amber else Tone.OK


def _moment(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
