"""What the portal costs a desk: no portal, one that is well, slow, hanging, dead."""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from app_pages.server.asking import Asking
from benchmarks.figures import machine, milliseconds, percentile
from benchmarks.store import numbers, write_cards
from verification.adapters.imports.importing import IMPORTABLE, import_file
from verification.adapters.portal.practice.faults import Fault
from verification.adapters.portal.practice.server import Practice
from verification.card.portal import Portal
from verification.kiosk import Kiosk
from verification.log.events import EventKind
from verification.operations.portal import portal_worker
from verification.operations.settings import read_settings
from verification.operations.wiring import local_now, logging_kiosk, open_log
from verification.reception import checkin
from verification.reception.answer import Answer, Scan
from verification.rights import desk_officer

SCANS = 60
_CASES: dict[str, frozenset[Fault]] = {
    "well": frozenset(),
    "slow": frozenset({Fault.SLOW}),
    "hanging": frozenset({Fault.HANG}),
    "dead": frozenset({Fault.DIES}),
}
_DEMO = Path(__file__).resolve().parents[1] / "fixtures"


def measure(scans: int = SCANS) -> Iterator[str]:
    """Yield the lines of the report."""
    yield machine()
    yield "| portal | scans | local answer p50 ms | p95 | portal p50 ms | p95 | how they ended |"
    yield "|---|---|---|---|---|---|---|"
    with Practice(_DEMO, clock=local_now) as practice, tempfile.TemporaryDirectory() as folder:
        settings = read_settings(
            {
                "KIOSK_DB": f"{folder}/kiosk.db",
                "KIOSK_FACILITY": "79014",
                "KIOSK_PORTAL_URL": practice.url,
                "KIOSK_PORTAL_USER": "79014_BV",
                "KIOSK_PORTAL_PASSWORD": "luyen-tap",
                "KIOSK_PORTAL_OFFICER": "Người Tra Cứu Mẫu|079194000299",
                "KIOSK_PORTAL_RATE": "6000",
            }
        )
        source = Path(folder) / "cards.csv"
        write_cards(source, scans * (len(_CASES) + 1))
        open_log(settings).close()
        import_file(settings.db.parent, IMPORTABLE["cards"], source, local_now())
        chosen = iter(numbers(scans * (len(_CASES) + 1)))
        with logging_kiosk(settings) as kiosk:
            yield _of(kiosk, None, "none", [next(chosen) for _ in range(scans)])
            for name, faults in _CASES.items():
                practice.set(faults)
                if Fault.DIES in faults:
                    practice.die()
                with portal_worker(settings, local_now) as worker:
                    yield _of(kiosk, worker, name, [next(chosen) for _ in range(scans)])


def _of(kiosk: Kiosk, portal: Portal | None, name: str, chosen: list[str]) -> str:
    """Scan one after the other, and wait for the portal's end behind each."""
    asking, actor = Asking(kiosk, portal), desk_officer("1")
    ends: list[float] = []
    answers: list[Answer] = []

    def scan(at: int) -> None:
        answers.append(checkin.check_in(actor, kiosk, Scan((chosen[at].encode(),))))
        asking.ask(answers[-1])

    local: list[float] = []
    for at in range(len(chosen)):
        local += milliseconds(lambda _, at=at: scan(at), 1)  # type: ignore[misc]  # one scan
        begun = time.perf_counter()
        while asking.is_asking(answers[-1].presented):
            time.sleep(0.001)
        ends.append((time.perf_counter() - begun) * 1000)
    told = Counter(_ended(kiosk, answer) for answer in answers)
    how = ", ".join(f"{count} {word}" for word, count in told.most_common())
    times = [*(percentile(local, part) for part in (50, 95))]
    times += [percentile(ends, part) for part in (50, 95)]
    return f"| {name} | {len(chosen)} | " + " | ".join(f"{t:.1f}" for t in times) + f" | {how} |"


def _ended(kiosk: Kiosk, answer: Answer) -> str:
    about = kiosk.written.exchanged.about(answer.presented)
    if not about:
        return "not asked"
    last = about[-1]
    if last.kind is EventKind.PORTAL_FAILED:
        return str(last.codes.get("cause") or last.codes["outcome"])
    return str(last.codes.get("code") or last.codes["outcome"])
