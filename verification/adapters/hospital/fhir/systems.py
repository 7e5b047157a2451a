"""The names by which numbers and codes are known in what goes to and comes from FHIR systems.

Nobody has registered names for these numbers: they are the kiosk's own, and never change.
"""

CARD_NUMBER = "urn:kiosk:fhir:so-the-bhyt"
INSURANCE_NUMBER = "urn:kiosk:fhir:so-bhxh"
CITIZEN_NUMBER = "urn:kiosk:fhir:so-cccd"
FACILITY = "urn:kiosk:fhir:ma-cskcb"
INSURER = "urn:kiosk:fhir:co-quan-bhxh"
REASON = "urn:kiosk:fhir:ly-do"
RATE = "urn:kiosk:fhir:muc-huong"
ISSUE = "urn:kiosk:fhir:loi"
ALSO = "urn:kiosk:fhir:luu-y"
"""The extension of a reason that decides nothing."""

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
BENEFIT_TYPE = "http://terminology.hl7.org/CodeSystem/benefit-type"
BENEFIT_UNIT = "http://terminology.hl7.org/CodeSystem/benefit-unit"
BENEFIT_CATEGORY = "http://terminology.hl7.org/CodeSystem/ex-benefitcategory"

MEDIA = "application/fhir+json"
MEDIAS = (MEDIA, "application/json")
