"""Both languages in one element, codes with their words, and answers that say what was wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from verification.adapters.hospital.fhir import systems
from verification.basics.texts import Text, Texts

TEXTS = Texts("verification.adapters.hospital.fhir")
Resource = dict[str, Any]


@dataclass(frozen=True)
class Issue:
    """One thing that is wrong with what was asked.

    Args:
        code: The kiosk's code of it.
        kind: FHIR's, an `IssueType`.
        text: What is wrong; nothing that was sent is in it.
        where: The element, as FHIRPath.
    """

    code: str
    kind: str
    text: Text
    where: str = ""


class Unfit(Exception):  # named by what happened
    """What was asked cannot be answered.

    Args:
        status: HTTP's.
        issues: Why.
    """

    def __init__(self, status: int, *issues: Issue) -> None:
        super().__init__(status)
        self.status = status
        self.issues = issues

    @property
    def outcome(self) -> Resource:
        """Return it as a FHIR system reads it."""
        return {"resourceType": "OperationOutcome", "issue": [_told(one) for one in self.issues]}


def unfit(status: int, code: str, kind: str, where: str = "", **params: object) -> Unfit:
    """Return a refusal in the words of the room's `issue` table."""
    return Unfit(status, Issue(code, kind, TEXTS(f"issue.{code}", **params), where))


def said(name: str, text: Text) -> Resource:
    """Return an element of a string: Vietnamese, with its English translation."""
    parts = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": text.en}]
    return {
        name: text.vi,
        f"_{name}": {"extension": [{"url": systems.TRANSLATION, "extension": parts}]},
    }


def concept(system: str, code: str, text: Text | None = None, display: str = "") -> Resource:
    """Return a code with its words."""
    coding = {"system": system, "code": code} | ({"display": display} if display else {})
    return {"coding": [coding]} | (said("text", text) if text else {})


def identifier(system: str, value: str) -> Resource:
    """Return a number under its name."""
    return {"system": system, "value": value}


def plain_numbers(resource: Mapping[str, Any]) -> list[Resource]:
    """Return the identifiers that came, without what they themselves refer to."""
    return [n for one in resource.get("identifier", []) if (n := _only(one, "system", "value"))]


def plain_reference(reference: Mapping[str, Any]) -> Resource:
    """Return a reference that came, without what stands around it."""
    number = _only(reference.get("identifier", {}), "system", "value")
    kept = _only(reference, "reference", "type", "display")
    return kept | ({"identifier": number} if number else {})


def _only(values: Mapping[str, Any], *names: str) -> Resource:
    return {name: values[name] for name in names if name in values}


def without_empty(values: Mapping[str, Any]) -> Resource:
    """Return what says something: FHIR knows no empty element."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def first(values: Sequence[Any]) -> Any:  # noqa: ANN401  # JSON
    """Return the first, None of none."""
    return values[0] if values else None


def _told(issue: Issue) -> Resource:
    return without_empty(
        {
            "severity": "error",
            "code": issue.kind,
            "details": concept(systems.ISSUE, issue.code, issue.text),
            "expression": [issue.where] if issue.where else [],
        }
    )
