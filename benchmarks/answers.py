"""Records what every command of `docs/commands.md` answers, and compares two recordings.

    python -m benchmarks.answers record DIR [--of CHECKOUT] [--lane NAME]
    python -m benchmarks.answers compare DIR_A DIR_B

`record` asks the code of a checkout (this one unless `--of` names another) in stores of its own;
what is asked comes from the fixtures beside this script, so both sides are asked the same. Each
command runs once as from a shell, and then from a process that is loaded already (`forked.py`).
Paths of the temporary folder and of the checkout are written as `<folder>` and `<checkout>`.
`compare` says `equal` (exit 0) or shows the first differences (exit 3).

The commands read the real clock: both recordings must be of one day of Vietnam, so that verdicts
agree; `compare` refuses others. Nothing here depends on how fast the machine is.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.answer_plan import LANES
from benchmarks.asking import Lane

# What differs between two runs of the same code, and why. Everything else must be equal.
BLANKED_FIELDS = {
    "ms": "how long a picture took",
    "seconds": "how long an import took",
    "logged_at": "the time of the check-in",
    "thoi_diem": "the same, as a hospital system is told it",
    "recorded_at": "the time an event of the log was written",
    "happened_at": "the same, where no time was given",
    "hash": "of an event, covers the times and the random ids",
    "prev_hash": "the same",
    "content_digest": "salted by chance",
    "head": "a hash of the log's last event",
    "per_visit_ms": "how long a replayed visit took",
    "key": "of a system, made by chance",
    "key_id": "the same",
    "made_at": "the time a key was made",
    "ends": "the time until which a key is taken",
    "created": "the time of a FHIR answer",
}
BLANKED_TEXTS = {
    r"\b[0-9a-f]{64}\b": "<hash>",  # a head of the log on standard error
    r"(?<=seconds=)[0-9.]+": "<seconds>",  # an import in plain words
    r"(?<=lúc )\d\d:\d\d\b": "<time>",  # when somebody was here already today
    r"(?<=at )\d\d:\d\d\b": "<time>",
    r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b": "<uuid>",  # of a FHIR answer
    r"\bls-[0-9a-f]{24}\b": "<elsewhere>",  # a visit elsewhere, named by chance
}
PERSON = re.compile(r"\b[0-9a-f]{32}\b")  # ids made by chance: numbered as they first appear
ROOT = Path(__file__).resolve().parent.parent
_AT_A_TIME = 2
_SHOWN = 10
_DIFFERENT = 3
_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def record(to: Path, checkout: Path, lanes: Sequence[str]) -> int:
    """Ask everything, or some lanes anew, and write `answers.jsonl` and `about.json`."""
    to.mkdir(parents=True, exist_ok=True)
    about = {"day": _today(), "commit": _commit(checkout)}
    kept = _kept(to, about, lanes)
    with tempfile.TemporaryDirectory(prefix="answers-") as name:
        folder = Path(name)
        shutil.copytree(ROOT / "fixtures", folder / "fixtures")

        def ask(lane: str) -> list[dict[str, Any]]:
            with Lane(lane, folder, checkout) as asked:
                LANES[lane](asked)
                return [*asked.answers, *asked.left_behind()]

        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            kept |= dict(zip(lanes, pool.map(ask, lanes), strict=True))
    if about["day"] != _today():
        sys.stderr.write("midnight in Vietnam passed meanwhile: record again\n")
        return 1
    lines = [json.dumps(one, ensure_ascii=False) + "\n" for lane in LANES for one in kept[lane]]
    (to / "answers.jsonl").write_text("".join(lines), encoding="utf-8")
    (to / "about.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print(f"{len(lines)} lines in {to}")
    return 0


def _kept(to: Path, about: Mapping[str, str], lanes: Sequence[str]) -> dict[str, list[Any]]:
    """Return what stands in a recording of the lanes that are not asked anew."""
    if set(lanes) == set(LANES):
        return {}
    if _about(to) != about:
        raise SystemExit(f"{to} is of another day or commit: record all of it")
    with (to / "answers.jsonl").open(encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return {lane: [one for one in found if one["lane"] == lane] for lane in LANES}


def _about(folder: Path) -> dict[str, str]:
    about: dict[str, str] = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    return about


def _commit(checkout: Path) -> str:
    words = ["git", "rev-parse", "HEAD"]
    ran = subprocess.run(words, cwd=checkout, capture_output=True, text=True, check=False)
    return ran.stdout.strip()


def compare(first: Path, second: Path) -> int:
    """Say whether two recordings are equal but for what is blanked."""
    days = [_about(folder)["day"] for folder in (first, second)]
    if days[0] != days[1]:
        sys.stderr.write(f"recorded on {days[0]} and {days[1]}: not comparable\n")
        return 1
    a, b = _blanked(first), _blanked(second)
    names = [*dict.fromkeys([*a, *b])]
    differing = [name for name in names if a.get(name) != b.get(name)]
    for name in differing[:_SHOWN]:
        print(f"\n{name}")
        for path, left, right in _differences(a.get(name), b.get(name)):
            print(f"  {path or '.'}\n    - {left!r}\n    + {right!r}")
    if differing:
        print(f"\n{len(differing)} of {len(names)} differ")
        return _DIFFERENT
    print(f"equal: {len(names)} answers")
    return 0


def _today() -> str:
    return datetime.now(_VIETNAM).date().isoformat()


def _blanked(folder: Path) -> dict[str, Any]:
    """Return the answers by lane, place and words, without what differs between any two runs."""
    people: dict[str, str] = {}

    def text_of(text: str) -> str:
        for pattern, word in BLANKED_TEXTS.items():
            text = re.sub(pattern, word, text)
        return PERSON.sub(lambda m: people.setdefault(m[0], f"<person {len(people) + 1}>"), text)

    def blank(value: Any) -> Any:  # noqa: ANN401  # any JSON
        if isinstance(value, str):
            return text_of(value)
        if isinstance(value, list):
            return [blank(one) for one in value]
        if isinstance(value, dict):
            return {k: "<blank>" if k in BLANKED_FIELDS else blank(v) for k, v in value.items()}
        return value

    with (folder / "answers.jsonl").open(encoding="utf-8") as lines:
        answers = [json.loads(line) for line in lines]
    blanked = [blank(_parsed(answer)) for answer in answers]
    return {f"{one['lane']} {one['at']}: {one['what']}": one for one in blanked}


def _parsed(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer with its JSON lines as values, so that fields can be blanked."""
    lines = [
        json.loads(x) if x.startswith("{") and x.endswith("}") else x for x in answer["stdout"]
    ]
    return answer | {"stdout": lines}


def _differences(a: Any, b: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401
    if isinstance(a, dict) and isinstance(b, dict):
        for key in [*dict.fromkeys([*a, *b])]:
            yield from _differences(a.get(key), b.get(key), f"{path}.{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for at, (left, right) in enumerate(zip(a, b, strict=True)):
            yield from _differences(left, right, f"{path}[{at}]")
    elif a != b:
        yield path, a, b


def main() -> int:
    """Record or compare."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answers", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command")
    recording = commands.add_parser("record")
    recording.add_argument("to", type=Path, metavar="DIR")
    recording.add_argument("--of", type=Path, default=ROOT, metavar="CHECKOUT")
    recording.add_argument("--lane", action="append", choices=LANES, help="only this one, anew")
    comparing = commands.add_parser("compare")
    comparing.add_argument("first", type=Path, metavar="DIR_A")
    comparing.add_argument("second", type=Path, metavar="DIR_B")
    args = parser.parse_args()
    if args.command == "record":
        return record(args.to, args.of.resolve(), args.lane or [*LANES])
    return compare(args.first, args.second)


if __name__ == "__main__":
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.exit(main())
