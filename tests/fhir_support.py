"""Requests as a hospital system writes them, and a look at whether an answer is sound FHIR."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fhir.resources.R4B.coverageeligibilityresponse import CoverageEligibilityResponse
from fhir.resources.R4B.operationoutcome import OperationOutcome

from verification.adapters.hospital.fhir import systems
from verification.adapters.hospital.fhir.submit import Submitted, submitted
from verification.rights import command_line

if TYPE_CHECKING:
    from verification.kiosk import Kiosk

MODELS = {
    "CoverageEligibilityResponse": CoverageEligibilityResponse,
    "OperationOutcome": OperationOutcome,
}
INSURER = {"display": "Bảo hiểm xã hội Việt Nam"}


def a_request(number: str | None = "DN4797900000011", **more: Any) -> dict[str, Any]:
    """Return a request about a card; `person` and `cover` are put into what comes along."""
    patient = {"resourceType": "Patient", "id": "bn", **more.pop("person", {})}
    coverage = {
        "resourceType": "Coverage",
        "id": "the",
        "status": "active",
        "subscriberId": number,
        "beneficiary": {"reference": "#bn"},
        "payor": [INSURER],
        **more.pop("cover", {}),
    }
    given = {
        "resourceType": "CoverageEligibilityRequest",
        "id": "yc-1",
        "status": "active",
        "purpose": ["validation"],
        "patient": {"reference": "#bn"},
        "created": "2026-11-22T08:10:00+07:00",
        "insurer": INSURER,
        "contained": [patient, coverage] if number else [patient],
    }
    held = {"insurance": [{"coverage": {"reference": "#the"}}]} if number else {}
    return {name: value for name, value in (given | held | more).items() if value is not None}


def by_number(system: str, value: str) -> dict[str, Any]:
    """Return the content of a patient's resource that holds one number."""
    return {"identifier": [{"system": system, "value": value}]}


def ask(kiosk: Kiosk, request: object) -> Submitted:
    """Submit a request, and see that what comes is sound."""
    raw = request if isinstance(request, bytes) else json.dumps(request).encode()
    answer = submitted(command_line("1"), kiosk, raw)
    look_at(answer)
    return answer


def look_at(answer: Submitted) -> None:
    """See that an answer is FHIR, and that all it refers to in itself is there and used."""
    resource = answer.resource
    MODELS[resource["resourceType"]].model_validate(resource)
    assert (answer.status == 200) == (resource["resourceType"] != "OperationOutcome")
    held = [one["id"] for one in resource.get("contained", [])]
    without = {name: value for name, value in resource.items() if name != "contained"}
    assert len(set(held)) == len(held)
    used = _references(resource)
    assert {name[1:] for name in used if name.startswith("#")} == {*held}
    assert {name[1:] for name in _references(without) if name.startswith("#")} <= {*held}
    assert "null" not in json.dumps(resource).split('"')
    if answer.status == 200:
        assert resource["purpose"]
        assert english(resource["_disposition"])
        for code in codes(resource):
            assert code


def _references(value: object) -> set[str]:
    if isinstance(value, list):
        return {name for one in value for name in _references(one)}
    if not isinstance(value, dict):
        return set()
    own = {value["reference"]} if isinstance(value.get("reference"), str) else set()
    return own | {name for one in value.values() for name in _references(one)}


def english(beside: dict[str, Any]) -> str:
    """Return the English of an element."""
    (translation,) = beside["extension"]
    assert translation["url"] == systems.TRANSLATION
    parts = {one["url"]: one for one in translation["extension"]}
    assert parts["lang"]["valueCode"] == "en"
    return str(parts["content"]["valueString"])


def codes(resource: dict[str, Any]) -> list[str]:
    """Return the codes of what an answer names as errors."""
    return [one["code"]["coding"][0]["code"] for one in resource.get("error", [])]


def benefits(resource: dict[str, Any]) -> dict[str, Any]:
    """Return what an answer says of the rate, by code."""
    found = {}
    for insurance in resource.get("insurance", []):
        for item in insurance.get("item", []):
            for one in item["benefit"]:
                value = next(v for name, v in one.items() if name.startswith("allowed"))
                found[one["type"]["coding"][0]["code"]] = value
    return found
