"""FHIR R4: what a hospital system asks as `CoverageEligibilityRequest`, answered as the desk is."""
