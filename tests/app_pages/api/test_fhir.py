"""FHIR below `/api/fhir/`, in one open house."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.coverageeligibilityresponse import CoverageEligibilityResponse
from jsonschema import Draft202012Validator

from app_pages.api.description import description
from app_pages.api.fhir import METADATA, SUBMIT
from tests.api_support import System, Told, key_for
from tests.fhir_support import a_request
from verification.log.events import EventKind
from verification.rights import SystemRole

if TYPE_CHECKING:
    from app_pages.server.house import House

MEDIA = "application/fhir+json"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def system(house: House) -> System:
    return System(house, key_for(house.kiosk))


def submit(system: System, request: object) -> Told:
    body = json.dumps(request).encode()
    told = system.ask("POST", SUBMIT, body, **{"content-type": MEDIA})
    answers = description()["paths"][SUBMIT]["post"]["responses"]
    if told.headers["content-type"] == MEDIA:
        schema = answers[str(told.status)]["content"][MEDIA]["schema"]
        whole = schema | {"components": description()["components"]}
        Draft202012Validator(whole).validate(told.json)
    return told


def test_a_request_is_answered_and_whom_it_shows_is_written_down(
    house: House, system: System
) -> None:
    told = submit(system, a_request(purpose=["validation", "benefits"]))
    assert (told.status, told.headers["content-type"]) == (200, MEDIA)
    CoverageEligibilityResponse.model_validate(told.json)
    assert told.json["insurance"][0]["inforce"] is True
    (look,) = house.kiosk.written.events([EventKind.VIEWED], LONG_AGO)
    assert look.officer == "his:thu"
    assert look.person_ref


def test_what_cannot_be_answered_is_an_operation_outcome_of_its_status(
    house: House, system: System
) -> None:
    assert submit(system, {"resourceType": "Patient"}).status == 400
    told = submit(system, a_request(purpose=["auth-requirements"]))
    assert (told.status, told.headers["content-type"]) == (422, MEDIA)
    assert told.json["issue"][0]["code"] == "not-supported"
    assert not [
        one for one in house.kiosk.written.events([EventKind.VIEWED], LONG_AGO) if one.person_ref
    ]


def test_what_the_gate_refuses_is_a_problem_as_elsewhere(house: House, system: System) -> None:
    told = system.ask("POST", SUBMIT, b"{}", **{"content-type": "text/plain"})
    assert (told.status, told.reason) == (415, "no_json")
    other = System(house, key_for(house.kiosk, "khac", SystemRole.TELLS))
    assert other.ask("POST", SUBMIT, b"{}", **{"content-type": MEDIA}).status == 403


def test_the_capability_statement_says_what_is_served(system: System) -> None:
    told = system.get(METADATA)
    CapabilityStatement.model_validate(told.json)
    (resource,) = told.json["rest"][0]["resource"]
    served = f"/api/fhir/{resource['type']}/${resource['operation'][0]['name']}"
    assert served == SUBMIT
    assert told.headers["content-type"] == MEDIA
