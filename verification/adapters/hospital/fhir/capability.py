"""What the kiosk can do for FHIR systems, as they ask it."""

from typing import Any

from verification.adapters.hospital.fhir import systems
from verification.adapters.hospital.fhir.wording import Resource

FHIR_VERSION = "4.0.1"
SUBMIT = "http://hl7.org/fhir/OperationDefinition/CoverageEligibilityRequest-submit"
_SINCE = "2026-11-26"


def capability() -> Resource:
    """Return the `CapabilityStatement`."""
    operation = {"name": "submit", "definition": SUBMIT}
    resource: dict[str, Any] = {
        "type": "CoverageEligibilityRequest",
        "documentation": "purpose validation, benefits, discovery; one coverage a request.",
        "operation": [operation],
    }
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": _SINCE,
        "kind": "instance",
        "implementation": {"description": "Kiosk tiếp đón BHYT"},
        "fhirVersion": FHIR_VERSION,
        "format": [systems.MEDIA],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "Authorization: Bearer, the key of a system."},
                "resource": [resource],
            }
        ],
    }
