"""A `CoverageEligibilityRequest` that came, read: whom it is about, for what, where and when."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from verification.adapters.hospital.fhir import systems
from verification.adapters.hospital.fhir.form import wrong_places
from verification.adapters.hospital.fhir.wording import TEXTS, Issue, Resource, Unfit, first, unfit
from verification.basics.dates import parse_partial
from verification.card import numbers
from verification.card.facts import Card
from verification.card.numbers import NumberKind
from verification.reception.eligibility import Person

REQUEST = "CoverageEligibilityRequest"
PURPOSES = ("validation", "benefits", "discovery")
FIRST_DAY = date(1993, 1, 1)
"""The insurance began in the autumn before; the tables of the law know no earlier day."""

_BAD, _UNPROCESSABLE = 400, 422
_PURPOSE, _SERVICED = f"{REQUEST}.purpose", f"{REQUEST}.serviced[x]"
_LONGEST_STAY = timedelta(days=92)
_MOST_ISSUES = 20
_LONGEST_NAME = 255
_REQUIRED = ("status", "purpose", "patient", "created", "insurer")
_REFERRED = {
    "patient": {"Patient"},
    "coverage": {"Coverage"},
    "facility": {"Location"},
    "provider": {"Organization", "Practitioner", "PractitionerRole"},
}
_CONTAINED = frozenset().union(*_REFERRED.values())
_FACILITY = re.compile(r"\d{2}[0-9A-Z]{3}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SEX = {"male": "1", "female": "2"}
_KINDS = {
    systems.CARD_NUMBER: "ma_the",
    systems.INSURANCE_NUMBER: "ma_so_bhxh",
    systems.CITIZEN_NUMBER: "so_cccd",
}
_BY_SHAPE = {
    NumberKind.CARD15: "ma_the",
    NumberKind.LEGACY: "ma_the",
    NumberKind.BHXH10: "ma_so_bhxh",
    NumberKind.CCCD12: "so_cccd",
}


@dataclass(frozen=True)
class Asked:
    """What is asked.

    Args:
        purposes: For what, without repetition.
        person: About whom.
        days: Days on which the card must hold; none for today.
        facility: Where the visit is; None for this house.
        raw: The request as it came, for what the answer refers to.
        coverage: The reference to the coverage that counts, where there is one.
        patient: The patient's resource, where it came along.
    """

    purposes: tuple[str, ...]
    person: Person
    days: tuple[date, ...]
    facility: str | None
    raw: Mapping[str, Any]
    coverage: Mapping[str, Any] | None = None
    patient: Mapping[str, Any] = field(default_factory=dict)

    @property
    def serviced(self) -> Resource:
        """Return when the visit is, as it was written."""
        return {name: self.raw[name] for name in _WHEN if name in self.raw}


_WHEN = ("servicedDate", "servicedPeriod")


def read(raw: bytes, today: date) -> Asked:
    """Read what came: the request, or `Parameters` that hold it.

    Args:
        raw: The bytes.
        today: The present day; a visit is at most a year later.

    Raises:
        Unfit: It is none, or cannot be answered.
    """
    request = _unwrapped(_json(raw))
    _look_at(request)
    if any(name in request for name in ("implicitRules", "modifierExtension")):
        raise unfit(_UNPROCESSABLE, "not_understood", "extension", REQUEST)
    if request["status"] != "active":
        raise unfit(_UNPROCESSABLE, "status", "business-rule", f"{REQUEST}.status")
    purposes = _purposes(request)
    patient = _resolved(request, request["patient"], f"{REQUEST}.patient")
    reference, coverage = _coverage(request)
    days = _days(request, today)
    _same_person(request["patient"], coverage.get("beneficiary", {}))
    if _is_contrary(patient, max(days, default=today)):
        raise unfit(_UNPROCESSABLE, "contrary", "business-rule", f"{REQUEST}.patient")
    if coverage.get("status") == "entered-in-error":
        raise unfit(_UNPROCESSABLE, "contrary", "business-rule", f"{REQUEST}.insurance")
    return Asked(
        purposes=purposes,
        person=_person(patient, coverage),
        days=days,
        facility=_facility(request),
        raw=request,
        coverage=reference,
        patient=patient,
    )


def _json(raw: bytes) -> object:
    """Return sound JSON: no name twice, no number that is none, no half of a character.

    Raises:
        Unfit: It is not.
    """
    try:
        text = raw.decode("utf-8")
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise unfit(_BAD, "no_json", "structure") from error
    return found


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_number(_name: str) -> object:
    raise ValueError


def _unwrapped(found: object) -> Resource:
    """Return the request itself; `$submit` takes it in `Parameters` too.

    Raises:
        Unfit: There is none.
    """
    if isinstance(found, dict) and found.get("resourceType") == "Parameters":
        given = found.get("parameter")
        several = given if isinstance(given, list) else []
        held = [one["resource"] for one in several if isinstance(one, dict) and "resource" in one]
        found = held[0] if len(held) == 1 else None
    if not isinstance(found, dict) or found.get("resourceType") != REQUEST:
        raise unfit(_BAD, "no_request", "structure")
    return found


def _look_at(request: Resource) -> None:
    """Look at the form of a request.

    Raises:
        Unfit: An element is wrong, is none of FHIR's, or is missing.
    """
    missing = [name for name in _REQUIRED if request.get(name) in (None, "", [], {})]
    if missing:
        raise Unfit(_BAD, *(_issue("required", "required", (name,)) for name in missing))
    held = request.get("contained", [])
    known = isinstance(held, list) and all(map(_is_known, held))
    if places := wrong_places(request) if known else [("contained",)]:
        raise Unfit(_BAD, *(_issue("element", "structure", one) for one in places[:_MOST_ISSUES]))


def _is_known(held: object) -> bool:
    return isinstance(held, dict) and str(held.get("resourceType")) in _CONTAINED


def _issue(code: str, kind: str, place: Sequence[str | int]) -> Issue:
    """Return what is wrong with an element; a name that was sent is repeated only as a place."""
    where = REQUEST
    for part in place:
        where += f"[{part}]" if isinstance(part, int) else f".{part}" if _is_name(part) else ""
    return Issue(code, kind, TEXTS(f"issue.{code}"), where)


def _is_name(part: str) -> bool:
    """Tell whether a part of a place is a name of FHIR's kind, and no number of somebody."""
    return bool(re.fullmatch(r"_?[A-Za-z]{1,40}", part))


def _purposes(request: Resource) -> tuple[str, ...]:
    given = request["purpose"]
    if "auth-requirements" in given:
        raise unfit(_UNPROCESSABLE, "auth_requirements", "not-supported", _PURPOSE)
    if not given or not set(given) <= {*PURPOSES}:
        raise unfit(_BAD, "purpose", "code-invalid", _PURPOSE)
    return tuple(dict.fromkeys(given))


def _coverage(request: Resource) -> tuple[Resource | None, Resource]:
    """Return the reference to the coverage that counts, and its resource where it came along."""
    given = request.get("insurance", [])
    focal = [one for one in given if one.get("focal")] if len(given) > 1 else given
    if len(given) > 1 and len(focal) != 1:
        raise unfit(_UNPROCESSABLE, "focal", "business-rule", f"{REQUEST}.insurance")
    if not focal:
        return None, {}
    reference = focal[0]["coverage"]
    place = f"{REQUEST}.insurance[{given.index(focal[0])}].coverage"
    return reference, _resolved(request, reference, place)


def _is_contrary(patient: Resource, last: date) -> bool:
    """Tell whether a patient's record says of itself that it does not count on a day.

    R4 forbids to pass these over: `active`, `link` and `deceased` change what a record means.
    """
    died = patient.get("deceasedDateTime")
    replaced = any(one.get("type") == "replaced-by" for one in patient.get("link", []))
    dead = patient.get("deceasedBoolean") is True or (died is not None and died[:10] < f"{last}")
    return patient.get("active") is False or replaced or dead


def _same_person(patient: Resource, beneficiary: Resource) -> None:
    """Refuse a coverage that came along and is another one's.

    Raises:
        Unfit: It is.
    """
    names = {str(one.get("reference", "")) for one in (patient, beneficiary)}
    if len(names) > 1 and all(name.startswith("#") for name in names):
        raise unfit(_UNPROCESSABLE, "two_persons", "business-rule", f"{REQUEST}.insurance")


def _resolved(request: Resource, reference: Resource, place: str) -> Resource:
    """Return what is referred to where it came along, else what its identifier says of it.

    Raises:
        Unfit: It should have come along and did not.
    """
    name = str(reference.get("reference", ""))
    beside = [reference["identifier"]] if "identifier" in reference else []
    if not name.startswith("#"):
        return {"identifier": beside}
    held = [one for one in request.get("contained", []) if f"#{one.get('id')}" == name]
    wanted = _REFERRED[place.rpartition(".")[2]]
    if len(held) != 1 or held[0]["resourceType"] not in wanted:
        raise unfit(_UNPROCESSABLE, "reference", "not-found", place)
    if "modifierExtension" in held[0]:
        raise unfit(_UNPROCESSABLE, "not_understood", "extension", place)
    found: Resource = held[0]
    return found | {"identifier": [*found.get("identifier", []), *beside]}


def _person(patient: Resource, coverage: Resource) -> Person:
    """Return whom it is about, by the surest number.

    Raises:
        Unfit: There is no number, or there are two.
    """
    found: dict[str, set[str]] = {"ma_the": set(), "ma_so_bhxh": set(), "so_cccd": set()}
    for kind, value in (*_numbers(patient), *_numbers(coverage), *_of_subscriber(coverage)):
        found[kind].add(value)
    whole = [one for one in found["ma_the"] if numbers.kind_of(one) is NumberKind.CARD15]
    found["ma_so_bhxh"].update(one[-10:] for one in whole)
    if any(len(values) > 1 for values in found.values()):
        raise unfit(_UNPROCESSABLE, "two_numbers", "business-rule", f"{REQUEST}.patient")
    known = {kind: min(values) for kind, values in found.items() if values}
    number = known.get("ma_the") or known.get("ma_so_bhxh") or known.get("so_cccd")
    if number is None:
        raise unfit(_UNPROCESSABLE, "no_number", "required", f"{REQUEST}.insurance")
    stated = Card(
        ma_so_bhxh=known.get("ma_so_bhxh"),
        so_cccd=known.get("so_cccd"),
        ho_ten=_name(patient),
        ngay_sinh=parse_partial(patient["birthDate"]) if "birthDate" in patient else None,
        gioi_tinh=_SEX.get(str(patient.get("gender"))),
    )
    return Person(number, stated)


def _numbers(resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield the numbers under names that are ours, and those without a name that look like one."""
    for one in resource.get("identifier", []):
        value, system = numbers.compact(str(one.get("value", ""))), one.get("system")
        kind = _KINDS.get(str(system)) if system else _by_shape(value)
        if kind and value and one.get("use") != "old":
            yield kind, value


def _of_subscriber(coverage: Resource) -> Iterator[tuple[str, str]]:
    value = numbers.compact(str(coverage.get("subscriberId", "")))
    if value:  # one that is none is a card number with a fault, which the answer names
        yield _by_shape(value) or "ma_the", value


def _by_shape(value: str) -> str | None:
    kind = numbers.kind_of(value)
    return _BY_SHAPE[kind] if kind else None


def _name(patient: Resource) -> str | None:
    """Return the name as it is written in Vietnam: family, then given names."""
    given = [one for one in patient.get("name", []) if one.get("use") != "old"]
    official = [one for one in given if one.get("use") == "official"]
    name = first(official or given) or {}
    parts = [name.get("family") or "", *(part or "" for part in name.get("given", []))]
    text = " ".join(str(name.get("text") or " ".join(parts)).split())
    return unicodedata.normalize("NFC", text)[:_LONGEST_NAME] or None


def _days(request: Resource, today: date) -> tuple[date, ...]:
    """Return the day of the visit, or first and last of a stay.

    Raises:
        Unfit: They are no days of a visit.
    """
    period = request.get("servicedPeriod", {})
    given = [request.get("servicedDate"), period.get("start"), period.get("end")]
    days = [_day(text) for text in given if text is not None]
    if period and "start" not in period:
        raise unfit(_UNPROCESSABLE, "serviced", "value", _SERVICED)
    last = today + timedelta(days=366)
    known = [day for day in days if day and FIRST_DAY <= day <= last]
    long = len(known) > 1 and not timedelta() <= known[1] - known[0] <= _LONGEST_STAY
    if len(known) != len(days) or long:
        raise unfit(_UNPROCESSABLE, "serviced", "value", _SERVICED)
    return tuple(dict.fromkeys(known))


def _day(text: object) -> date | None:
    """Return a day; of a time, the day that is written."""
    found = _DAY.match(str(text))
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def _facility(request: Resource) -> str | None:
    """Return the code of the place, None where none is named.

    Raises:
        Unfit: It is no code.
    """
    for name in ("facility", "provider"):
        reference = request.get(name, {})
        held = _resolved(request, reference, f"{REQUEST}.{name}") if reference else {}
        for one in held.get("identifier", []):
            if one.get("system") == systems.FACILITY:
                return _checked(str(one.get("value", "")), f"{REQUEST}.{name}")
    return None


def _checked(code: str, place: str) -> str:
    if not _FACILITY.fullmatch(code):
        raise unfit(_UNPROCESSABLE, "facility", "value", place)
    return code
