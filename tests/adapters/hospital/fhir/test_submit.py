"""A CoverageEligibilityRequest is answered as the desk is, never more certainly."""

from __future__ import annotations

import csv
import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from fhir.resources.R4B.coverageeligibilityrequest import CoverageEligibilityRequest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fhir_support import a_request, ask, benefits, by_number, codes
from tests.support import FIXTURES, ROOT, TODAY
from verification.adapters.hospital.fhir import systems
from verification.reception import checkin
from verification.rights import command_line
from verification.rules.law.verdict import Outcome

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.kiosk import Kiosk

INFORCE = {Outcome.ELIGIBLE: True, Outcome.NOT_ELIGIBLE: False, Outcome.UNDETERMINED: None}
ALL = ["validation", "benefits", "discovery"]


def numbers() -> list[str]:
    with (FIXTURES / "cards.csv").open(encoding="utf-8") as file:
        return sorted({row["ma_the"] for row in csv.DictReader(file)})


def test_every_card_of_the_store_is_in_force_as_the_desk_says_it(kiosk: Kiosk) -> None:
    seen = set()
    for number in [*numbers(), "HC4797900000022"]:
        verdict = checkin.check(command_line("1"), kiosk, number.encode())
        resource = ask(kiosk, a_request(number, purpose=ALL)).resource
        assert resource["insurance"][0].get("inforce") is INFORCE[verdict.outcome], number
        assert resource["disposition"] == verdict.headline.sentence.vi
        told = {"complete": {"eligible", "not_eligible"}, "partial": {"undetermined", "eligible"}}
        assert verdict.outcome in told[resource["outcome"]]
        if verdict.outcome is not Outcome.ELIGIBLE:
            assert verdict.headline.reason in codes(resource)
            assert benefits(resource) == {}
        seen.add(verdict.outcome)
    assert seen == {*Outcome}


def test_the_rate_is_what_the_law_gives_with_its_condition(kiosk: Kiosk) -> None:
    resource = ask(kiosk, a_request(purpose=["benefits"])).resource
    assert benefits(resource) == {
        "muc_huong": "4/5",
        "copay-percent": 20,
        "muc_huong_the": "4/5",
        "ma_doituong_kcb": "1.1",
    }
    (insurance,) = resource["insurance"]
    assert insurance["benefitPeriod"] == {"start": "2026-01-01"}
    (item,) = insurance["item"]
    assert item["description"].startswith("80 % (100 % nếu")
    assert resource["outcome"] == "complete"


def test_several_possible_rates_are_the_least_and_the_most_and_the_question_between(
    kiosk: Kiosk,
) -> None:
    resource = ask(kiosk, a_request("DN4797900000044", purpose=["benefits"])).resource
    found = benefits(resource)
    assert found["muc_huong_thap"] != found["muc_huong_cao"]
    assert "muc_huong" not in found
    assert "copay-percent" not in found
    (item,) = resource["insurance"][0]["item"]
    assert item["description"].endswith("?")


def test_without_benefits_asked_for_no_rate_is_told(kiosk: Kiosk) -> None:
    assert benefits(ask(kiosk, a_request()).resource) == {}


def test_another_place_has_its_own_rate_and_an_unknown_one_none(kiosk: Kiosk) -> None:
    def at(code: str) -> dict[str, Any]:
        place = {"identifier": {"system": systems.FACILITY, "value": code}}
        return ask(kiosk, a_request(purpose=["benefits"], facility=place)).resource

    assert benefits(at("79001")) != benefits(at("79014"))
    unknown = at("99999")
    assert (unknown["outcome"], codes(unknown)) == ("partial", ["facility_unknown"])
    assert unknown["insurance"][0]["inforce"] is True
    assert "muc_huong" not in benefits(unknown)


def test_a_name_that_differs_takes_away_the_certainty_and_all_that_is_of_the_card(
    kiosk: Kiosk,
) -> None:
    person = {"name": [{"family": "Trần", "given": ["Văn", "Khác"]}], "birthDate": "1994-03-05"}
    answer = ask(kiosk, a_request(purpose=ALL, person=person))
    (insurance,) = answer.resource["insurance"]
    assert insurance == {"coverage": {"type": "Coverage", "display": "Yêu cầu đã gửi tới"}}
    assert codes(answer.resource)[0] == "name_differs"
    assert answer.resource["outcome"] == "partial"
    same = {"name": [{"text": "NGUYỄN THỊ MẪU"}], "birthDate": "1994", "gender": "female"}
    assert ask(kiosk, a_request(person=same)).resource["insurance"][0]["inforce"] is True
    beside = by_number(systems.CITIZEN_NUMBER, "079194000012")
    assert "citizen_differs" in codes(ask(kiosk, a_request(person=beside)).resource)


def test_nothing_is_told_of_a_person_that_was_not_sent_but_the_card(kiosk: Kiosk) -> None:
    answer = ask(kiosk, a_request(purpose=ALL))
    text = json.dumps(answer.resource, ensure_ascii=False)
    for told in ("Nguyễn", "1994", "079194000011", "Đường Mẫu"):
        assert told not in text
    assert answer.shown
    assert answer.shown.so_cccd == "079194000011"  # whom the look is logged about


def test_what_differs_is_named_without_what_is_stored_or_was_sent(kiosk: Kiosk) -> None:
    stored = ("Nguyễn", "1994", "0011", "Đường Mẫu", "nữ")
    for sent, code in [
        ({"name": [{"text": "Trần Văn Khác"}]}, "name_differs"),
        ({"name": [{"text": "Nguyen Thi Mau"}]}, "name_differs_little"),
        ({"birthDate": "1901-02-03"}, "birth_differs"),
        ({"gender": "male"}, "sex_differs"),
    ]:
        resource = ask(kiosk, a_request(purpose=ALL, person=sent)).resource
        resource.pop("contained", None)
        text = json.dumps(resource, ensure_ascii=False)
        assert code in text
        for told in (*stored, "Trần", "Nguyen", "1901", "03/02"):
            assert told not in text, (code, told)
    beside = by_number(systems.CITIZEN_NUMBER, "079194000012")
    differs = ask(kiosk, a_request(person=beside)).resource["disposition"]
    assert differs == "Số CCCD gửi kèm không phải số đã biết của thẻ này"


def test_a_name_beside_a_reference_is_not_said_again(kiosk: Kiosk) -> None:
    named = {"reference": "Patient/BN-7", "display": "Nguyễn Thị Mẫu"}
    assert ask(kiosk, a_request(patient=named)).resource["patient"] == {"reference": "Patient/BN-7"}
    alone = ask(kiosk, a_request(patient={"display": "Nguyễn Thị Mẫu"})).resource["patient"]
    assert alone == {"display": "Yêu cầu đã gửi tới"}


def test_a_place_may_have_letters_in_its_code(kiosk: Kiosk) -> None:
    place = {"identifier": {"system": systems.FACILITY, "value": "01C54"}}
    assert ask(kiosk, a_request(facility=place)).status == 200


@pytest.mark.parametrize(
    ("system", "value"),
    [
        (systems.CITIZEN_NUMBER, "079194000011"),
        (systems.INSURANCE_NUMBER, "79 0000 0011"),
        (systems.CARD_NUMBER, "DN 4 79 790 000 0011"),
        ("", "079194000011"),
    ],
)
def test_a_patient_is_found_by_any_number_without_a_coverage(
    kiosk: Kiosk, system: str, value: str
) -> None:
    number = {"system": system, "value": value} if system else {"value": value}
    for patient in ({"reference": "#bn"}, {"identifier": number}):
        request = a_request(None, purpose=["discovery"], patient=patient)
        request["contained"][0]["identifier"] = [number]
        if "identifier" in patient:
            del request["contained"]
        resource = ask(kiosk, request).resource
        (own, *_) = [one for one in resource["contained"] if one["resourceType"] == "Coverage"]
        assert own["subscriberId"] == "DN4797900000011"
        assert own["network"] == "79014"


def test_of_other_periods_it_is_told_that_they_are_over_never_that_they_hold(kiosk: Kiosk) -> None:
    seen = 0
    for number in numbers():
        resource = ask(kiosk, a_request(number, purpose=["discovery"])).resource
        others = resource["insurance"][1:]
        seen += len(others)
        assert all(one.get("inforce") is not True for one in others)
    assert seen


def test_a_stay_holds_only_where_both_its_ends_do(kiosk: Kiosk) -> None:
    ends = "DN4797900000077"  # till the end of the year

    def told(first: str, last: str) -> object:
        period = {"start": first, "end": last}
        resource = ask(kiosk, a_request(ends, servicedPeriod=period)).resource
        assert resource["servicedPeriod"] == period
        return resource["insurance"][0].get("inforce", "open")

    assert told("2026-11-22", "2026-12-20") is True
    into_next_year = told("2026-11-22T08:00:00+07:00", "2027-01-05T08:00:00+07:00")
    assert into_next_year in (False, "open")


def test_a_wrong_clock_leaves_open_whether_a_card_holds(kiosk: Kiosk, clock: Clock) -> None:
    checkin.check_in(command_line("1"), kiosk, checkin.Scan((b"DN4797900000011",)))
    clock.jump(days=-3)
    resource = ask(kiosk, a_request(purpose=ALL)).resource
    assert "inforce" not in resource["insurance"][0]
    assert codes(resource) == ["clock_wrong"]


def test_what_is_no_number_is_an_error_that_names_the_fault(kiosk: Kiosk) -> None:
    answer = ask(kiosk, a_request("DN47979O0000011", purpose=ALL))
    assert (answer.status, answer.resource["outcome"]) == (200, "error")
    assert codes(answer.resource) == ["bad_number"]
    assert "insurance" not in answer.resource
    assert answer.shown is None


def test_a_request_may_come_in_parameters(kiosk: Kiosk) -> None:
    held = {"resourceType": "Parameters", "parameter": [{"name": "resource"}]}
    held["parameter"][0]["resource"] = a_request()  # type: ignore[index]
    assert ask(kiosk, held).resource["insurance"][0]["inforce"] is True


def test_what_a_system_knows_by_its_own_names_comes_back_by_them(kiosk: Kiosk) -> None:
    org = {"reference": "Organization/bhxh-79"}
    resource = ask(
        kiosk, a_request(patient={"reference": "Patient/BN-7"}, insurer=org, id="yc-7")
    ).resource
    assert resource["patient"] == {"reference": "Patient/BN-7"}
    assert resource["insurer"] == org
    assert resource["request"] == {"reference": "CoverageEligibilityRequest/yc-7"}


BAD: dict[str, tuple[object, int, str, str]] = {
    "no JSON": (b"{", 400, "no_json", ""),
    "a name twice": (b'{"resourceType": "x", "resourceType": "y"}', 400, "no_json", ""),
    "no number": (b'{"a": NaN}', 400, "no_json", ""),
    "half a character": (b'{"a": "\\ud800"}', 400, "no_json", ""),
    "another encoding": ('{"a": "ộ"}'.encode("utf-16"), 400, "no_json", ""),
    "a mark of order": (b"\xef\xbb\xbf{}", 400, "no_json", ""),
    "too deep": (b"[" * 100_000, 400, "no_json", ""),
    "a list": ([], 400, "no_request", ""),
    "another resource": ({"resourceType": "Patient"}, 400, "no_request", ""),
    "empty parameters": ({"resourceType": "Parameters"}, 400, "no_request", ""),
    "odd parameters": ({"resourceType": "Parameters", "parameter": 3}, 400, "no_request", ""),
    "misspelt": (a_request(serviceDate="2026-11-22"), 400, "element", ".serviceDate"),
    "misspelt inside": (a_request(person={"birthdate": "1994"}), 400, "element", "[0].birthdate"),
    "no day": (a_request(servicedDate="2026-02-30"), 400, "element", ".servicedDate"),
    "two times": (
        a_request(servicedDate="2026-11-22", servicedPeriod={"start": "2026-11-22"}),
        *(400, "element", ""),
    ),
    "null": (a_request(person={"name": None}), 400, "element", "[0].name"),
    "a number as a time": (a_request(created=0), 400, "element", ".created"),
    "a number as a birthday": (
        a_request(person={"birthDate": 86400}),
        400,
        "element",
        ".birthDate",
    ),
    "a word for yes": (
        a_request(insurance=[{"coverage": {"reference": "#the"}, "focal": "true"}]),
        *(400, "element", "[0].focal"),
    ),
    "a word as a number": (
        a_request(person={"multipleBirthInteger": "2"}),
        *(400, "element", ".multipleBirthInteger"),
    ),
    "a type that is a list": (a_request(contained=[{"resourceType": []}]), 400, "element", ""),
    "a resource of no type": (a_request(contained=[{"resourceType": "Xx"}]), 400, "element", ""),
    "nothing at all": ({"resourceType": "CoverageEligibilityRequest"}, 400, "required", ".status"),
    "no insurer": (a_request(insurer=None), 400, "required", ".insurer"),
    "cancelled": (a_request(status="cancelled"), 422, "status", ".status"),
    "another purpose": (a_request(purpose=["best-price"]), 400, "purpose", ".purpose"),
    "requirements": (
        a_request(purpose=["validation", "auth-requirements"]),
        *(422, "auth_requirements", ".purpose"),
    ),
    "rules of its own": (a_request(implicitRules="urn:x"), 422, "not_understood", ""),
    "a modifier": (
        a_request(person={"modifierExtension": [{"url": "urn:x", "valueBoolean": True}]}),
        *(422, "not_understood", ".patient"),
    ),
    "nobody": (a_request(patient={"reference": "#ai"}), 422, "reference", ".patient"),
    "the coverage as patient": (
        a_request(patient={"reference": "#the"}),
        *(422, "reference", ".patient"),
    ),
    "a patient who had died": (
        a_request(person={"deceasedDateTime": "2026-11-20"}),
        *(422, "contrary", ".patient"),
    ),
    "a patient's record that was replaced": (
        a_request(person={"link": [{"other": {"reference": "Patient/2"}, "type": "replaced-by"}]}),
        *(422, "contrary", ".patient"),
    ),
    "a record that is not used": (
        a_request(person={"active": False}),
        *(422, "contrary", ".patient"),
    ),
    "a coverage entered in error": (
        a_request(cover={"status": "entered-in-error"}),
        *(422, "contrary", ".insurance"),
    ),
    "the coverage of somebody else": (
        a_request(cover={"beneficiary": {"reference": "#me"}}),
        *(422, "two_persons", ".insurance"),
    ),
    "no number at all": (a_request(None), 422, "no_number", ".insurance"),
    "of another system": (
        a_request(None, person=by_number("urn:his:ma-bn", "079194000011")),
        *(422, "no_number", ".insurance"),
    ),
    "two people": (
        a_request(person=by_number(systems.INSURANCE_NUMBER, "7900000044")),
        *(422, "two_numbers", ".patient"),
    ),
    "two coverages": (
        a_request(insurance=[{"coverage": {"reference": "#the"}}] * 2),
        *(422, "focal", ".insurance"),
    ),
    "a month": (a_request(servicedDate="2026-11"), 422, "serviced", "serviced[x]"),
    "before there was a law": (a_request(servicedDate="1991-01-01"), 422, "serviced", ""),
    "far off": (
        a_request(servicedDate=(TODAY + timedelta(days=400)).isoformat()),
        *(422, "serviced", ""),
    ),
    "without a begin": (a_request(servicedPeriod={"end": "2026-11-22"}), 422, "serviced", ""),
    "backwards": (
        a_request(servicedPeriod={"start": "2026-11-22", "end": "2026-11-01"}),
        *(422, "serviced", ""),
    ),
    "no code of a place": (
        a_request(facility={"identifier": {"system": systems.FACILITY, "value": "1028"}}),
        *(422, "facility", ".facility"),
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_answered_is_named_by_element_and_code(kiosk: Kiosk, name: str) -> None:
    request, status, code, where = BAD[name]
    answer = ask(kiosk, request)
    assert (answer.status, answer.result, answer.shown) == (status, code, None)
    issue = answer.resource["issue"][0]
    assert issue["details"]["coding"][0] == {"system": systems.ISSUE, "code": code}
    assert " ".join(issue.get("expression", [])).endswith(where)
    assert "079194000011" not in json.dumps(answer.resource)


def test_all_kinds_of_values_are_taken_as_they_are(kiosk: Kiosk) -> None:
    person = {
        "active": True,
        "multipleBirthInteger": 2,
        "deceasedDateTime": f"{TODAY}T00:00:00.5Z",
        "name": [{"text": "Nguyễn Thị Mẫu", "period": {"start": "2020"}, "given": ["Mẫu", "Thị"]}],
        "birthDate": "1994-03",
        "_birthDate": {"extension": [{"url": "urn:x", "valueDecimal": 1.5}]},
        "photo": [{"data": "AAAA", "size": 3}],
    }
    place = {
        "resourceType": "Location",
        "id": "o",
        "position": {"longitude": 106, "latitude": 10.5},
    }
    given = a_request(person=person, facility={"reference": "#o"})
    given["contained"].append(place)
    assert ask(kiosk, given).resource["insurance"][0]["inforce"] is True


def test_the_example_of_the_document_is_answered(kiosk: Kiosk) -> None:
    text = (ROOT / "docs" / "hospital-system.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(\{.resourceType.*?)```", text, re.DOTALL)
    resource = ask(kiosk, json.loads(example)).resource
    assert resource["insurance"][0]["inforce"] is True
    assert benefits(resource)["muc_huong"] == "4/5"


def test_the_requests_of_these_tests_are_fhir_themselves() -> None:
    CoverageEligibilityRequest.model_validate(a_request(purpose=ALL))


@st.composite
def bent(draw: st.DrawFn) -> object:
    """Return a request of which some members are something else, or are gone."""
    person = {"name": [{"text": "Nguyễn Thị Mẫu"}], "birthDate": "1994-03-05"}
    whole = a_request(purpose=ALL, servicedDate="2026-11-22", person=person)
    request: Any = json.loads(json.dumps(whole))  # nothing in it is another test's
    for _ in range(draw(st.integers(1, 3))):
        place = request
        while True:
            names = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not names:
                break
            name = draw(st.sampled_from(names))
            if isinstance(place[name], dict | list) and draw(st.booleans()):
                place = place[name]
                continue
            place[name] = draw(ODD)
            break
    return request


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.sampled_from(["#", "#bn", "#the", "active", "2026", "DN4797900000011", "0" * 400]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["reference", "identifier", "value", "x"]), inner, max_size=2
        )
    ),
    max_leaves=4,
)


@given(request_=bent())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_comes_an_answer_that_is_fhir_goes_out(kiosk: Kiosk, request_: object) -> None:
    assert ask(kiosk, request_).status in {200, 400, 422}
