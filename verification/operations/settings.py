"""Settings: read once from the environment, each named when it is wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from pathlib import Path

from verification import ROOT
from verification.adapters.portal.account import PortalAccount
from verification.adapters.store.postgres.address import Address
from verification.basics.errors import SettingsError
from verification.card import numbers
from verification.exchange.hospital import Hospital
from verification.kiosk import HOTLINE, Room, Slips
from verification.log.terms import Terms, usual_terms
from verification.operations.answers import with_answers
from verification.operations.backup_settings import OFF, Plan, read_backup
from verification.operations.database_settings import read_database, refuse_backup
from verification.operations.hospital_settings import read_hospital
from verification.operations.keeping_settings import read_keeping
from verification.operations.network_settings import Network, read_networks
from verification.operations.portal_settings import read_portal
from verification.operations.rooms import read_rooms

DEMO_FACILITY = "79014"
DEMO_DESK = "1"
BROWSER_CAMERA = "browser"
NO_CAMERA = "none"
_IN_KEYRING = "keyring:"
_TOO_MUCH = 1_000_000
_WHOLE = 100  # per cent
_LONGEST_CONTACT = 120
_FACILITY = re.compile(r"\d{2}[0-9A-Z]{3}", re.ASCII)
_CAMERA = re.compile(r"browser|none|\d{1,2}|.*[/\\.].*", re.ASCII)  # else a device, file, address
_PAPER = re.compile(r"80mm|a5|off")
_BACK = re.compile(r"on|off")
_HOTLINE = re.compile(r"off|\+?\d[\d .()-]{1,19}", re.ASCII)
_OF_THE_LAW = {
    "former_district_code": (
        "KIOSK_FORMER_DISTRICT_CODE",
        re.compile(r"3\.3|1\.13"),
        "3.3 | 1.13",
    ),
    "drug_pickup_code": ("KIOSK_DRUG_PICKUP_CODE", re.compile(r"10|7"), "10 | 7"),
}
_DESK = re.compile(r"(?!-$)[A-Za-z0-9._-]{1,20}", re.ASCII)  # `-` alone is nobody's
MOST_DESKS = 100
_LOG_FORM = re.compile(r"plain|json")


@dataclass(frozen=True)
class Settings:
    """What an installation decides; see `docs/settings.md`.

    Args:
        db: `KIOSK_DB`, the log's file; on PostgreSQL a name that no file has. Card files and what
            else this server keeps lie beside it, in either case.
        key_file: `KIOSK_KEY_FILE`, the file of the master key.
        key_ring: `KIOSK_KEY_FILE=keyring:SERVICE/NAME`, service and name of the master key in the
            system's keyring, or None.
        key_beside: `KIOSK_KEY_BESIDE`, True where a real house may begin with the key in the folder
            of its database.
        facility: `KIOSK_FACILITY`, code of this facility, or None.
        desk: `KIOSK_DESK`, name of the one desk, or of the usual one of several, or None.
        desks: `KIOSK_DESKS`, names of the desks that this server works for; `desk` alone where it
            is not set, none where neither is.
        camera: `KIOSK_CAMERA`: `browser`, `none`, or a camera of the server: a device number, a
            file or an address.
        decode_budget: `KIOSK_DECODE_BUDGET`, CPU ms a second for hard pictures of the camera.
        head_sink: `KIOSK_HEAD_SINK`, a file on another disk or a web address, or None.
        server_log: `KIOSK_SERVER_LOG`, where the server writes about itself.
        log_form: `KIOSK_LOG_FORMAT`, `plain` or `json`.
        record_days: `KIOSK_RECORD_DAYS`, age at which a copy of a card no longer counts.
        address: `KIOSK_ADDRESS`, where the server listens, or None for this machine alone.
        hosts: `KIOSK_HOSTS`, names by which other machines call it.
        tls_cert: `KIOSK_TLS_CERT`, certificate for https, or None.
        tls_key: `KIOSK_TLS_KEY`, its key, or None.
        plain_http: `KIOSK_ALLOW_PLAIN_HTTP_ON_NETWORK`, True where https is done without.
        new_house: `KIOSK_NEW_HOUSE`, True where a house begins with a key that was prepared.
        watchers: `KIOSK_WATCH_FROM`, networks whose machines may ask whether the kiosk is well.
        proxies: `KIOSK_TRUSTED_PROXY`, networks of the proxies that are believed.
        idle_seconds: `KIOSK_IDLE_SECONDS`, without a sign of a person a session locks.
        session_hours: `KIOSK_SESSION_HOURS`, after which a session ends whatever happens.
        law: Parameters of the law that are the house's to set: `KIOSK_FORMER_DISTRICT_CODE`,
            `KIOSK_DRUG_PICKUP_CODE`.
        import_folder: `KIOSK_IMPORT_FOLDER`, where other systems put lists, or None.
        remove_share: `KIOSK_REMOVE_SHARE`, of what is there that one list may remove.
        reject_share: `KIOSK_REJECT_SHARE`, of a list's rows of known numbers that may be refused.
        slips: `KIOSK_SLIP`, the paper; `KIOSK_SLIP_BACK`; `KIOSK_HOTLINE`; `KIOSK_ROOMS`, the file
            of rooms.
        guides: `KIOSK_GUIDES`, folder of short guides in further languages, or None for the usual
            one beside the database.
        contact: `KIOSK_CONTACT`, whom officers ask about a lost password, as they say it.
        data_contact: `KIOSK_DATA_CONTACT`, whom patients ask about their data, as they say it.
        portal: `KIOSK_PORTAL_URL` and the others of the national portal, or None.
        hospital: `KIOSK_HANDOVER_TO` and the others of the ways to the hospital system.
        unsaid: Which of `KIOSK_BACKUP` and `KIOSK_HEAD_SINK` are not set; `off` is an answer.
        backup: `KIOSK_BACKUP`, `KIOSK_BACKUP_AT`, `KIOSK_BACKUP_KEEP`, or None.
        keeping: `KIOSK_KEEP_VISITS`, `KIOSK_KEEP_PORTAL`, `KIOSK_KEEP_ACCESS`, in years.
        postgres: `KIOSK_DB` where it is the address of a PostgreSQL, else None.
        replica: `KIOSK_DB_REPLICA`, a copy of that for who only reads, or None.
        heads: `KIOSK_HEAD_FILE` on PostgreSQL, None for the usual file beside the database.
    """

    db: Path
    key_file: Path
    facility: str | None
    desk: str | None
    camera: str
    decode_budget: int
    head_sink: str | None
    server_log: Path
    record_days: int
    idle_seconds: int
    session_hours: int
    desks: tuple[str, ...] = ()
    address: str | None = None
    hosts: tuple[str, ...] = ()
    tls_cert: Path | None = None
    tls_key: Path | None = None
    plain_http: bool = False
    new_house: bool = False
    key_ring: tuple[str, str] | None = None
    key_beside: bool = False
    law: Mapping[str, str] = field(default_factory=dict)
    import_folder: Path | None = None
    remove_share: Fraction = Fraction(1, 5)
    reject_share: Fraction = Fraction(1, 5)
    slips: Slips = field(default_factory=Slips)
    guides: Path | None = None
    contact: str = ""
    data_contact: str = ""
    portal: PortalAccount | None = None
    hospital: Hospital = field(default_factory=Hospital)
    backup: Plan | None = None
    keeping: Terms = field(default_factory=usual_terms)
    watchers: tuple[Network, ...] = ()
    proxies: tuple[Network, ...] = ()
    unsaid: tuple[str, ...] = ()
    log_form: str = "plain"
    postgres: Address | None = None
    replica: Address | None = None
    heads: Path | None = None

    @property
    def folder(self) -> Path:
        """Return the folder of this server: card files, answers, the reserve of its disk."""
        return self.db.parent

    @property
    def store(self) -> str:
        """Return where the store lies, as it is told to people."""
        return self.postgres.name if self.postgres else str(self.db)

    @property
    def head_file(self) -> Path:
        """Return the file to which each new head of the log is written."""
        return self.heads or self.beside("head")

    def beside(self, ending: str) -> Path:
        """Return a file of this server that is called after the database."""
        return self.db.with_name(f"{self.db.name}.{ending}")

    @property
    def real(self) -> bool:
        """Tell whether this is a facility of its own, and no house for trying out."""
        return self.facility not in {None, DEMO_FACILITY}

    @property
    def first_desk(self) -> str | None:
        """Return the desk that what is not at a desk works for: commands, a server's camera."""
        return self.desk or next(iter(self.desks), None)


def read_settings(environ: Mapping[str, str], root: Path = ROOT) -> Settings:
    """Read all settings.

    Args:
        environ: The environment.
        root: Folder that relative files start at, wherever the program was started: the checkout.

    Raises:
        SettingsError: One of them is wrong; the sentence says which.
    """
    where = read_database(environ, root)
    db = where.db
    environ = with_answers(environ, db)
    refuse_backup(environ, where)
    key_file, key_ring = _key(environ)
    desk = _matching(environ, "KIOSK_DESK", _DESK, "1")
    return Settings(
        db=db,
        key_file=root / key_file if key_file else db.with_name(f"{db.name}.key"),
        key_ring=key_ring,
        key_beside=_yes(environ, "KIOSK_KEY_BESIDE"),
        facility=_matching(environ, "KIOSK_FACILITY", _FACILITY, "79014"),
        desk=desk,
        desks=_desks(environ, desk),
        camera=_matching(environ, "KIOSK_CAMERA", _CAMERA, "browser | none | 0") or BROWSER_CAMERA,
        decode_budget=_count(environ, "KIOSK_DECODE_BUDGET", 200),
        head_sink=_sink(environ, root),
        server_log=root / (environ.get("KIOSK_SERVER_LOG") or db.with_suffix(".server.log")),
        record_days=_count(environ, "KIOSK_RECORD_DAYS", 30),
        address=environ.get("KIOSK_ADDRESS", "").strip() or None,
        hosts=tuple(environ.get("KIOSK_HOSTS", "").lower().replace(",", " ").split()),
        tls_cert=_file(environ, "KIOSK_TLS_CERT", "KIOSK_TLS_KEY", root),
        tls_key=_file(environ, "KIOSK_TLS_KEY", "KIOSK_TLS_CERT", root),
        plain_http=environ.get("KIOSK_ALLOW_PLAIN_HTTP_ON_NETWORK", "").strip() == "yes",
        new_house=environ.get("KIOSK_NEW_HOUSE", "").strip() == "yes",
        idle_seconds=_count(environ, "KIOSK_IDLE_SECONDS", 300),
        session_hours=_count(environ, "KIOSK_SESSION_HOURS", 12),
        law=_law(environ),
        import_folder=_folder(environ, "KIOSK_IMPORT_FOLDER", root),
        remove_share=_share(environ, "KIOSK_REMOVE_SHARE", 20),
        reject_share=_share(environ, "KIOSK_REJECT_SHARE", 20),
        slips=_slips(environ, root),
        guides=_folder(environ, "KIOSK_GUIDES", root),
        contact=_contact(environ, "KIOSK_CONTACT"),
        data_contact=_contact(environ, "KIOSK_DATA_CONTACT"),
        portal=read_portal(environ, root),
        hospital=read_hospital(environ, root),
        backup=read_backup(environ, root),
        unsaid=_unsaid(environ, where.asked),
        keeping=read_keeping(environ),
        watchers=read_networks(environ, "KIOSK_WATCH_FROM"),
        proxies=read_networks(environ, "KIOSK_TRUSTED_PROXY"),
        log_form=_matching(environ, "KIOSK_LOG_FORMAT", _LOG_FORM, "json") or "plain",
        postgres=where.postgres,
        replica=where.replica,
        heads=where.heads,
    )


def without_secrets(settings: Settings) -> dict[str, str]:
    """Return what an installation decides, as text by field; nothing that lets anybody in.

    Keys and certificates are named by their place; a web address by its host alone, since its name,
    path and question may each be a secret.
    """
    return {one.name: _told(getattr(settings, one.name)) for one in fields(settings)}


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={one}" for name, one in value.items()) or "–"
    if isinstance(value, Address):
        return value.name
    if isinstance(value, tuple):
        return " ".join(map(str, value)) or "–"
    if isinstance(value, str) and "://" in value:
        scheme, _, rest = value.partition("://")
        host = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
        return f"{scheme}://{host}/…"
    return "–" if value is None else str(value)


def checked_desk(desk: str) -> str:
    """Return a desk's name if it can stand in the log.

    Raises:
        SettingsError: It cannot.
    """
    if not is_desk(desk):
        raise _wrong("KIOSK_DESK", "1")
    return desk


def is_desk(name: str) -> bool:
    """Tell whether a desk may be called so."""
    return _DESK.fullmatch(name) is not None


def _desks(environ: Mapping[str, str], desk: str | None) -> tuple[str, ...]:
    """Return the desks of this server; two that only capitals tell apart would be taken for one."""
    names = tuple(environ.get("KIOSK_DESKS", "").replace(",", " ").split())
    if not names:
        return (desk,) if desk else ()
    apart = len({name.lower() for name in names}) == len(names) <= MOST_DESKS
    if not apart or not all(_DESK.fullmatch(name) for name in names):
        raise _wrong("KIOSK_DESKS", "1,2,3")
    if desk and desk not in names:
        raise SettingsError(
            f"KIOSK_DESK là quầy {desk}, không có trong KIOSK_DESKS",
            f"KIOSK_DESK is the desk {desk}, which is not among KIOSK_DESKS",
        )
    return names


def checked_facility(code: str) -> str:
    """Return a facility code that somebody gave, as cards print it (`01 - C34`) or whole.

    Raises:
        SettingsError: It is none.
    """
    compact = numbers.compact(code)
    if not _FACILITY.fullmatch(compact):
        raise SettingsError(
            f"Mã cơ sở {code!r} không hợp lệ, ví dụ đúng: 79014",
            f"The facility code {code!r} is not valid, a right one: 79014",
        )
    return compact


def _wrong(name: str, example: str) -> SettingsError:
    return SettingsError(
        f"Thiết lập {name} không hợp lệ, ví dụ đúng: {example}",
        f"Setting {name} is not valid, a right one: {example}",
    )


def _key(environ: Mapping[str, str]) -> tuple[str, tuple[str, str] | None]:
    """Return the file of the key as it was given, and the entry of a keyring instead."""
    given = environ.get("KIOSK_KEY_FILE", "").strip()
    if not given.startswith(_IN_KEYRING):
        return given, None
    service, _, name = given.removeprefix(_IN_KEYRING).partition("/")
    if not (service.strip() and name.strip()):
        raise _wrong("KIOSK_KEY_FILE", f"{_IN_KEYRING}kiosk/master")
    return "", (service.strip(), name.strip())


def _contact(environ: Mapping[str, str], name: str) -> str:
    return " ".join(environ.get(name, "").split())[:_LONGEST_CONTACT]


def _yes(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "").strip()
    if value not in {"", "yes", "no"}:
        raise _wrong(name, "yes")
    return value == "yes"


def _law(environ: Mapping[str, str]) -> Mapping[str, str]:
    given = {
        parameter: _matching(environ, name, form, example)
        for parameter, (name, form, example) in _OF_THE_LAW.items()
    }
    return {parameter: value for parameter, value in given.items() if value}


def _matching(
    environ: Mapping[str, str], name: str, form: re.Pattern[str], example: str
) -> str | None:
    value = environ.get(name, "").strip()
    value = value.upper() if form is _FACILITY else value
    if value and not form.fullmatch(value):
        raise _wrong(name, example)
    return value or None


def _slips(environ: Mapping[str, str], root: Path) -> Slips:
    paper = _matching(environ, "KIOSK_SLIP", _PAPER, "80mm | a5 | off")
    hotline = _matching(environ, "KIOSK_HOTLINE", _HOTLINE, f"{HOTLINE} | off") or HOTLINE
    given = environ.get("KIOSK_ROOMS", "").strip()
    rooms: tuple[Room, ...] = read_rooms(root / given) if given else ()
    back = _matching(environ, "KIOSK_SLIP_BACK", _BACK, "on | off") != "off"
    return Slips(paper or "80mm", None if hotline == "off" else hotline, rooms, back)


def _folder(environ: Mapping[str, str], name: str, root: Path) -> Path | None:
    """Return a folder, whether it is there now or not: it may be another machine's."""
    given = environ.get(name, "").strip()
    return root / given if given else None


def _sink(environ: Mapping[str, str], root: Path) -> str | None:
    given = environ.get("KIOSK_HEAD_SINK", "").strip()
    given = "" if given.lower() == OFF else given
    return str(root / given) if given and "://" not in given else given or None


def _unsaid(environ: Mapping[str, str], asked: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(key for key, name in asked.items() if not environ.get(name, "").strip())


def _file(environ: Mapping[str, str], name: str, partner: str, root: Path) -> Path | None:
    given, other = (environ.get(n, "").strip() for n in (name, partner))
    if bool(given) != bool(other) or (given and not (root / given).is_file()):
        raise _wrong(name if given or other else partner, f"data/tls/{name[10:].lower()}.pem")
    return (root / given).resolve() if given else None


def _count(environ: Mapping[str, str], name: str, usual: int) -> int:
    value = environ.get(name, "").strip() or str(usual)
    if not (value.isascii() and value.isdigit() and 0 < int(value) < _TOO_MUCH):
        raise _wrong(name, str(usual))
    return int(value)


def _share(environ: Mapping[str, str], name: str, usual: int) -> Fraction:
    """Return a share that is written in per cent, with or without its sign."""
    given = environ.get(name, "").strip() or str(usual)
    value = given.removesuffix("%").strip()
    digits = value.isascii() and value.isdigit() and len(value) <= len(str(_WHOLE))
    if not (digits and int(value) <= _WHOLE):
        raise _wrong(name, str(usual))
    return Fraction(int(value), _WHOLE)
