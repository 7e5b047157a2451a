"""What `benchmarks.answers` asks: every command of `docs/commands.md` over every fixture."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks import hospital_plan
from benchmarks.asking import FACILITY, Lane
from verification.rules.law.visit_questions import QUESTIONS, AnswerKind

COMMANDS = (
    *("read", "check", "check-in", "entitlement", "undo", "lookup", "import-cards"),
    *("import-facilities", "import-offices", "import-undo", "import-visits", "replay"),
    *("simulate", "evaluate"),
    *(
        "verify-log",
        "migrate-store",
        "log",
        "rebuild",
        "accounts",
        "keys",
        "clock",
        "setup",
        "serve",
    ),
    *("access", "retention", "migrate-store"),
    *("certificate", "evidence", "report", "backup", "restore-drill", "restore", "person"),
    *("outbox", "close-day", "portal-check", "practice-portal", "demo-portal"),
    *hospital_plan.COMMANDS,
)
_YES_NO = [q.name for q in QUESTIONS if q.kind is AnswerKind.YES_NO]
_MARKS = [q.name for q in QUESTIONS if q.kind is AnswerKind.MARK and q.option]
_VALUES = [q.name for q in QUESTIONS if q.name not in {*_YES_NO, *_MARKS} and q.option]
_FOLDED = {"patient-1", "patient-2", "case-two-cards-a", "s1-new", "s4", "citizen-11", "number-15"}
_CARD_HEADINGS = (
    "ma_the,ma_so_bhxh,so_cccd,ho_ten,ngay_sinh,gioi_tinh,dia_chi,ma_dkbd,gt_the_tu,gt_the_den,"
    "ma_kv,ngay_du_5_nam,trang_thai"
)
_PLACE_HEADINGS = "ma_cskcb,ten,ma_tinh,cap,diem,hang_cu,loai_12,vi_do,kinh_do"
_PASSWORD = b"tram-xanh-82-la\n"
_FACTS = ("--ho-ten", "Lê Người Mẫu", "--so-cccd", "079194000099")


def _payloads(lane: Lane) -> Iterator[tuple[str, bytes]]:
    for path in sorted((lane.fixtures / "payloads").glob("*.txt")):
        yield path.stem, path.read_bytes()


def checks(lane: Lane) -> None:
    """Ask `check`, `entitlement`, `lookup` and `read`; nothing is logged."""
    lane.ask("check", "DN4797900000201", "--json")  # before there is a store
    lane.ask("setup", "--store", "--json")
    for slug, raw in _payloads(lane):
        answer = lane.ask("check", "-", "--json", stdin=raw)
        if any('"card": {' in line for line in answer["stdout"]):
            asked = ("--on", "2026-11-22", "--facility", FACILITY, "--json")
            lane.ask("entitlement", "-", *asked, stdin=raw)
        if slug in _FOLDED:
            lane.ask("check", "-", stdin=raw)
            lane.ask("check", "-", "--on", "01/01/2025", "--json", stdin=raw)
            lane.ask("check", "-", "--facility", "04021", "--json", stdin=raw)
            lane.ask("entitlement", "-", *asked[:-1], stdin=raw)
    _odd_checks(lane)
    _look_ups(lane)
    pictures = sorted((lane.fixtures / "qr").glob("*.png"))
    lane.ask("read", "--json", *pictures)
    lane.ask("read", *pictures[:3], lane.fixtures / "cards.csv", lane.folder / "none.png")
    lane.ask("read", "--json", lane.folder / "none.png", lane.fixtures, lane.fixtures / "cards.csv")


def _odd_checks(lane: Lane) -> None:
    for text in ("", "   ", "rác", "DN4797900000201", "dn4 7979 0000 0201", "x" * 5000, "\ud800"):
        lane.ask("check", "-", "--json", stdin=text.encode("utf-8", "surrogatepass"))
    lane.ask("check", "-", "--json", stdin=bytes(range(256)))
    lane.ask("check", "DN4797900000201", "--portal", "--json")
    lane.ask("check", "DN4797900000201", "--on", "31/02/2026")
    lane.ask("check", "DN4797900000201", "--facility", "9")
    lane.ask("check", "DN4797900000201", env={"KIOSK_FACILITY": "nowhere"})
    lane.ask("check", "DN4797900000201", "--json", env={"KIOSK_RECORD_DAYS": "0"})
    card = ("entitlement", "DN4797900000011", "--on", "2026-11-22", "--facility")
    lane.ask(*card, "99999", "--json")
    lane.ask(*card, FACILITY, "--admitted", "2026-12-01")
    lane.ask(*card, FACILITY, "--newborn", "--json")
    lane.ask(*card, FACILITY, "--first-visit-cost", "-5")
    lane.ask("entitlement", "rác", "--on", "hôm nay", "--facility", FACILITY)


def _look_ups(lane: Lane) -> None:
    for number in ("DN4797900000011", "7900000011", "079194000011", "0000000000", "rác", ""):
        lane.ask("lookup", "--number", number, "--json")
    mau = ("lookup", "--name", "nguyen thi MAU")
    for born in ("1994-03-05", "05/03/1994", "1994", "03/1994", "1995", "ngày nào"):
        lane.ask(*mau, "--dob", born, "--json")
    lane.ask(*mau, "--dob", "1994")
    lane.ask(*mau)
    lane.ask("lookup")


def law(lane: Lane) -> None:
    """Ask `entitlement` for every row of `entitlement_cases.csv`, from a store made of them."""
    with (lane.fixtures / "entitlement_cases.csv").open(encoding="utf-8", newline="") as lines:
        cases = list(csv.DictReader(lines))
    shapes = [tuple(c[k] for k in ("level", "points", "old_tier", "kind12")) for c in cases]
    codes = {shape: f"79Z{at:02d}" for at, shape in enumerate(dict.fromkeys(shapes))}
    places = [
        f"{code},Cơ sở Mẫu {code},79,{level},{points},{tier},{int(kind12 == 'y')},,"
        for (level, points, tier, kind12), code in codes.items()
    ]
    cards = [
        _card_row(at, case, codes[shape])
        for at, (case, shape) in enumerate(zip(cases, shapes, strict=True))
    ]
    places_file = lane.file("places.csv", "\n".join([_PLACE_HEADINGS, *places]))
    lane.ask("import-facilities", places_file, "--json")
    cards_file = lane.file("law-cards.csv", "\n".join([_CARD_HEADINGS, *cards]))
    lane.ask("import-cards", cards_file, "--json")
    for at, (case, shape) in enumerate(zip(cases, shapes, strict=True)):
        asked = ("--on", case["on"], "--facility", codes[shape], "--json")
        lane.ask("entitlement", _number(at, case) or "rác", *asked, *_said(case))


def _number(at: int, case: dict[str, str]) -> str:
    """Return a number of its own for each row: the letters and the province of the case's."""
    return case["ma_the"][:5] + f"{9_000_000_000 + at}" if case["ma_the"] else ""


def _card_row(at: int, case: dict[str, str], place: str) -> str:
    number = _number(at, case)
    registered = {"y": place, "n": "79999", "": ""}[case["registered"]]
    cells = [
        number,
        number[-10:],
        "",
        f"Người Mẫu {at}",
        case["ngay_sinh"] or "1990-01-01",
        "1",
        "",
    ]
    cells += [registered, case["gt_the_tu"], case["gt_the_den"], "", case["ngay_du_5_nam"]]
    return ",".join([*cells, case["trang_thai"]])


def _said(case: dict[str, str]) -> list[str]:
    words = [
        f"--{'' if case[key] == 'y' else 'no-'}{key.replace('_', '-')}"
        for key in _YES_NO
        if case[key]
    ]
    for key in _VALUES:
        words += [f"--{key.replace('_', '-')}", case[key]] if case[key] else []
    return words + [f"--{key.replace('_', '-')}" for key in _MARKS if case[key] == "y"]


def visits(lane: Lane) -> None:
    """Ask what writes: check-ins of every payload, undone ones, imports, the log, accounts."""
    lane.ask("verify-log")  # before there is one
    lane.ask("setup", "--store")
    # times of their own, five minutes apart: flags never depend on how fast the machine is
    begun = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).replace(hour=8, minute=0, second=0)
    for at, (_, raw) in enumerate(_payloads(lane)):
        time = (begun + timedelta(minutes=5 * at)).strftime("%Y-%m-%dT%H:%M")
        lane.ask("check-in", "-", "--desk", "2", "--at", time, "--json", stdin=raw)
    _single_visits(lane)
    _undone(lane)
    _imports(lane)
    _accounts(lane)
    hospital_plan.hospital(lane, _made(lane))
    _log(lane)


def _single_visits(lane: Lane) -> None:
    for at, how in enumerate(("vssid", "vneid", "cccd", "paper", "typed")):
        words = ("check-in", f"DN479790000020{at + 1}", "--desk", f"don-{at}", "--presented", how)
        lane.ask(*words, "--json")
    again = ("check-in", "DN4797900000011", "--desk", "don-6")
    lane.ask(*again, "--at", "2026-11-20T09:30", "--json")
    lane.ask(*again, "--at", "2026-11-20T10:00+07:00", "--json")
    lane.ask(*again, "--at", "2026-11-20T03:30Z", "--again", "khám mắt", "--json")
    lane.ask(*again, "--at", "2026-11-20T11:00")
    lane.ask(*again, "--at", "2099-01-01T10:00")
    lane.ask(*again, "--at", "hôm qua")
    lane.ask("check-in", "rác", "--desk", "don-7", "--json")
    lane.ask("check-in", "DN4797900000011", "--desk", "bàn 1")


def _made(lane: Lane) -> list[str]:
    """Return the visits that were made so far, the first first."""
    visits_made = [
        json.loads(line)["visit_id"]
        for answer in lane.answers
        if answer["what"].startswith("check-in") and "--json" in answer["what"]
        for line in answer["stdout"]
    ]
    return [visit for visit in visits_made if visit]


def _undone(lane: Lane) -> None:
    made = _made(lane)
    for visit, why in zip(made[1:4], ("nham_nguoi", "quet_trung", "benh_nhan_ve"), strict=True):
        lane.ask("undo", visit, "--why", why, "--json")
    lane.ask("undo", made[5], "--why", "khac", "--note", "bệnh nhân đổi ý")
    lane.ask("undo", made[1], "--why", "khac", "--json")  # twice
    lane.ask("undo", "1-99999", "--why", "khac")
    lane.ask("undo", "rác", "--why", "khac")


def _imports(lane: Lane) -> None:
    for name in ("facilities", "offices", "cards"):
        lane.ask(f"import-{name}", lane.fixtures / f"{name}.csv", "--json")
        lane.ask(f"import-{name}", lane.fixtures / f"{name}.csv", "--json")  # all the same
    lane.ask("import-cards", lane.fixtures / "unlisted.csv")
    _rejected(lane)
    lane.ask("import-cards", lane.fixtures / "cards.csv", "--replace", "--json")
    lane.ask("check-in", "DN4797900000901", "--desk", "don-8", "--json")
    _history(lane)


def _rejected(lane: Lane) -> None:
    good = "DN4797900000951,7900000951,,Người Mẫu Một,1990,1,,79014,01/01/2026,,,,hieu_luc"
    bad = (
        "XX9797900000952,7900000952,,Người Mẫu Hai,1990,1,,79014,2026-01-01,,,,hieu_luc",
        "DN4797900000953,7900000953,12,Người Mẫu Ba,1990,1,,79014,2026-01-01,,,,hieu_luc",
        "DN4797900000954,7900000954,,Người Mẫu Bốn,31/02/1990,1,,79014,2026-01-01,,,,hieu_luc",
        "DN4797900000955,7900000955,,Người Mẫu Năm,1990,3,,79014,2026-01-01,,,,hieu_luc",
        "DN4797900000956,7900000956,,Người Mẫu Sáu,1990,1,,79014,2026-05-01,2026-01-01,,,hieu_luc",
        "DN4797900000957,7900000957,,Người Mẫu Bảy,1990,1,,79014,2026-01-01,,,,con_moi",
        "DN4797900000951,7900000951,,Người Mẫu Lặp,1990,1,,79014,2026-01-01,,,,hieu_luc",
        "79,,,",
    )
    mixed = "\n".join([_CARD_HEADINGS, good, *bad])
    lane.ask("import-cards", lane.file("mixed.csv", mixed, "utf-8-sig"), "--json")
    semicolons = mixed.replace(",", ";")
    lane.ask("import-cards", lane.file("semicolons.csv", semicolons), "--json")
    lane.ask("import-cards", lane.file("headings.csv", "a,b,c\n1,2,3\n"), "--json")
    lane.ask("import-cards", lane.file("empty.csv", ""))
    lane.ask("import-cards", lane.file("latin.csv", mixed, "utf-16"))
    lane.ask("import-cards", lane.folder / "none.csv")
    lane.ask("import-cards", lane.fixtures / "qr" / "patient-1.png")
    places = f"{_PLACE_HEADINGS}\n7,Sai,79,,,,0,,\n79Z99,Đúng,79,co_ban,lt50,huyen,0,10.1,106.2\n"
    lane.ask("import-facilities", lane.file("few-places.csv", places), "--json")
    offices = "ma_co_quan,ten,ma_tinh,dia_chi\n,Sai,79,\n07901,BHXH Mẫu,79,Đường Mẫu\n"
    lane.ask("import-offices", lane.file("few-offices.csv", offices), "--json")


def _history(lane: Lane) -> None:
    rows = (
        "thoi_diem,ma_the,so_cccd,ho_ten,ngay_sinh,ma_cskcb,ma_benh",
        "2026-11-20T08:00,DN4797900000011,079194000011,Nguyễn Thị Mẫu,1994-03-05,01028,I10",
        "2026-11-19 09:30,DN4797900000201,,Người Mẫu,1990,04021,E11",
        "2026-11-18T08:00,DN4797900000201,,Người Mẫu,1990,79014,E11",
        "2099-11-18T08:00,DN4797900000201,,Người Mẫu,1990,04021,E11",
        "hôm qua,DN4797900000201,,Người Mẫu,1990,04021,E11",
        "2026-11-18T08:00,rác,,Người Mẫu,1990,04021,E11",
    )
    path = lane.file("elsewhere.csv", "\n".join(rows))
    lane.ask("import-visits", path, "--json")
    lane.ask("import-visits", path, "--json")  # changes nothing
    lane.ask("import-visits", path)
    lane.ask("import-visits", lane.fixtures / "cards.csv")
    lane.ask("check-in", "DN4797900000011", "--desk", "don-9", "--at", "2026-11-21T09:30", "--json")


def _accounts(lane: Lane) -> None:
    def accounts(*words: str, stdin: bytes = b"") -> None:
        lane.ask("accounts", *words, stdin=stdin)

    accounts("list", "--json")
    accounts("add", "chi.lt", "-", "--role", "administrator", "--json", stdin=_PASSWORD)
    auditor = ("add", "an.nt", "-", "--role", "auditor", "--role", "receptionist")
    accounts(*auditor, stdin=_PASSWORD)  # without the facts
    accounts(*auditor, *_FACTS, "--json", stdin=_PASSWORD)
    accounts(*auditor, *_FACTS, stdin=_PASSWORD)  # there already
    accounts("add", "ba.nt", "-", "--role", "auditor", *_FACTS, stdin=b"12345678\n")
    accounts("add", "x", "-", "--role", "auditor", *_FACTS, stdin=_PASSWORD)
    accounts("facts", "an.nt", "--ho-ten", "Ngô Người Mẫu", "--json")
    accounts("facts", "an.nt", "--so-cccd", "12")
    accounts("disable", "an.nt", "--json")
    accounts("disable", "chi.lt")  # the last one
    accounts("enable", "an.nt")
    accounts("password", "an.nt", "-", "--json", stdin=b"mua-roi-nghe-6\n")
    accounts("password", "nobody", "-", stdin=b"mua-roi-nghe-6\n")
    accounts("disable")
    accounts("list")
    accounts("list", "--json")


def _log(lane: Lane) -> None:
    store = lane.folder / "store"
    lane.ask("verify-log", "--json")
    lane.ask("verify-log")
    copy = lane.folder / "copy.db"
    copy.write_bytes((store / "kiosk.db").read_bytes())
    lane.ask("verify-log", "--copy", copy, "--json")
    head = (store / "kiosk.db.head").read_text(encoding="utf-8").splitlines()[-1]
    lane.ask("verify-log", "--copy", copy, "--head", head, "--json")  # without its file of heads
    lane.ask("verify-log", "--head", f"1:2:{'0' * 64}", "--json")
    lane.ask("verify-log", "--copy", copy, "--head", f"kho:2:{'0' * 64}")
    lane.ask("verify-log", "--head", "rác")
    lane.ask("verify-log", "--copy", lane.fixtures / "cards.csv")
    lane.ask("migrate-store", copy, "postgresql://kiosk:mat-khau@127.0.0.1/kiosk")  # a password
    lane.ask("migrate-store", copy, lane.folder / "other.db")
    (store / "kiosk.db.key").rename(store / "key.away")
    lane.ask("check-in", "DN4797900000011")
    (store / "key.away").rename(store / "kiosk.db.key")


def the_rest(lane: Lane) -> None:
    """Ask the misuse commands, certificates, help, and every command wrongly."""
    lane.ask("setup", "--store", "--json")
    out = lane.folder / "simulated"
    simulate = ("simulate", "--visits", "400", "--days", "30", "--seed", "7", "--prevalence", "5%")
    lane.ask(*simulate, "--out", out, "--json")
    lane.ask("replay", out / "visits.csv", "--json")
    lane.ask("replay", out / "visits.csv", "--facility", "04021")
    lane.ask("replay", lane.fixtures / "cards.csv", "--json")
    lane.ask("evaluate", out, "--json")
    lane.ask("evaluate", out)
    lane.ask("evaluate", lane.fixtures)
    lane.ask("import-visits", out / "visits.csv", "--json", env={"KIOSK_FACILITY": "04021"})
    lane.ask("simulate", "--visits", "50", "--seed", "3", "--out", lane.folder / "few")
    tls = ("certificate", "--name", "kiosk.benhvien.lan", "--out", lane.folder / "tls")
    lane.ask(*tls, "--name", "127.0.0.1", "--json")
    lane.ask(*tls)  # nothing is overwritten
    lane.ask("certificate", "--name", "", "--out", lane.folder / "tls-2")
    lane.ask("check-in", "DN4797900000011", "--at", "2026-11-20T09:30", "--json")
    noted = lane.folder / "store" / "kiosk.db.head"
    head = noted.read_text(encoding="utf-8").splitlines()[-1]
    lane.ask("verify-log", "--head", head, "--json")
    lane.ask("log", "note", "--why", "thử", "--json")
    lane.ask("person", "erase", "DN4797900000011", "--preview", "--json")
    lane.ask("rebuild", "--json")
    lane.ask("retention", "--json")
    lane.ask("retention", "--run", "--json")
    lane.ask("access", "--since", "2026-01-01", "--person", "-", stdin=b"DN4797900000011")
    lane.ask("access", "--since", "2026-01-02", "--until", "2026-01-01")
    lane.ask("backup", lane.folder / "none", "--json")
    lane.ask("restore-drill", lane.folder / "none")
    lane.ask("restore", lane.folder / "none", "--to", lane.folder / "new")
    for asked in (("outbox",), ("outbox", "--retry", "all"), ("close-day",), ("portal-check",)):
        lane.ask(*asked, "--json")  # without a portal
    lane.ask("check", "DN4797900000011", "--portal", "--json")
    lane.ask("keys", "show", "--json")
    lane.ask("keys", "rotate", "--json")
    lane.ask("verify-log", "--json")
    lane.ask("serve", env={"KIOSK_DESK": "bàn 1"})
    lane.ask("setup", "--store", env={"KIOSK_DB": str(lane.fixtures / "cards.csv")})
    lane.ask("--help")
    lane.ask()
    lane.ask("nonsense")
    for command in COMMANDS:
        lane.ask(command, "--help")
        lane.ask(command, "--nonsense")
        lane.ask(command, "--json", "--port", "x")
    lane.ask("undo", "1-1", "--why", "vui")
    lane.ask("check-in", "x", "--presented", "fax")
    lane.ask("simulate", "--visits", "x", "--out", lane.folder / "x")
    lane.ask("entitlement", "x", "--on", "2026-01-01", "--facility", "x", "--disease", "V")


# the longest first: two run at a time
LANES: dict[str, Callable[[Lane], None]] = {
    "visits": visits,
    "checks": checks,
    "the-rest": the_rest,
    "law": law,
}
