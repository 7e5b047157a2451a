"""The modules that `benchmarks.mutants` changes, each with the tests that notice first."""

_CARD = "tests/card/test_presented.py tests/card/test_numbers.py tests/card/test_input_method.py"
_ENTITLED = (
    "tests/rules/law/test_visit_questions.py tests/rules/law/test_entitlement.py "
    "tests/rules/law/test_visit_inputs.py"
)
_MISUSE = (
    "tests/rules/misuse/test_rules.py tests/rules/misuse/test_counts.py "
    "tests/rules/misuse/test_past_visit.py tests/rules/misuse/test_unknown_hours.py "
    "tests/rules/misuse/test_newborns.py tests/rules/misuse/test_journeys.py "
    "tests/review/test_flagging.py tests/operations/simulation/test_replay.py"
)
_CASES = "tests/log/test_case.py tests/review/test_cases.py tests/review/test_file.py"
_OFFICERS = (
    "tests/officers/test_signin.py tests/officers/test_accounts.py tests/officers/test_passwords.py"
)
_VERDICT = (
    "tests/rules/law/test_verdict.py tests/rules/law/test_which_card.py "
    "tests/rules/law/test_against.py tests/reception/test_checkin.py"
)
_LOG = "tests/log/test_sealing.py tests/adapters/store/sqlite/test_log.py"
_VISITS = (
    "tests/log/test_visit.py tests/reception/test_corrections.py tests/reception/test_questions.py"
)

TARGETS = {
    # rules/law
    "verification/rules/law/tables.py": f"tests/rules/law/test_tables.py {_ENTITLED}",
    "verification/rules/law/verdict.py": _VERDICT,
    "verification/rules/law/which_card.py": _VERDICT,
    "verification/rules/law/against.py": _VERDICT,
    "verification/rules/law/copayment.py": f"{_ENTITLED} tests/test_rights.py",
    "verification/rules/law/entitlement.py": f"{_ENTITLED} tests/test_rights.py",
    "verification/rules/law/visit_inputs.py": f"{_ENTITLED} tests/test_rights.py",
    "verification/rules/law/visit_questions.py": f"{_ENTITLED} tests/reception/test_questions.py",
    "verification/rules/law/decision_table.py": f"{_ENTITLED} tests/test_rights.py",
    # rules/misuse
    "verification/rules/misuse/facts.py": _MISUSE,
    "verification/rules/misuse/policy.py": _MISUSE,
    "verification/rules/misuse/engine.py": _MISUSE,
    "verification/rules/misuse/rules_desk.py": _MISUSE,
    "verification/rules/misuse/rules_identity.py": _MISUSE,
    "verification/rules/misuse/rules_visits.py": _MISUSE,
    "verification/rules/misuse/rules_places.py": _MISUSE,
    "verification/rules/misuse/rules_drugs.py": "tests/rules/misuse/test_refills.py",
    "verification/rules/misuse/rules_officer.py": "tests/rules/misuse/test_evenings.py",
    "verification/rules/misuse/lives.py": _MISUSE,
    "verification/rules/misuse/places.py": "tests/rules/misuse/test_places.py",
    "verification/rules/misuse/moments.py": "tests/rules/misuse/test_moments.py",
    "verification/rules/misuse/past_visit.py": _MISUSE,
    # log
    "verification/log/case.py": _CASES,
    "verification/log/account.py": f"{_OFFICERS} tests/adapters/store/sqlite/test_accounts.py",
    "verification/log/chain.py": "tests/log/test_chain.py tests/log/test_tamper.py",
    "verification/log/sealing.py": _LOG,
    "verification/log/content.py": "tests/log/test_content.py tests/review/test_file.py",
    "verification/log/visit.py": _VISITS,
    "verification/log/events.py": "tests/log/test_events.py",
    "verification/log/visit_events.py": "tests/log/test_events.py",
    "verification/log/case_events.py": "tests/log/test_events.py",
    "verification/log/writing.py": "tests/log/test_events.py",
    "verification/log/projections.py": "tests/log/test_projections.py",
    # card
    "verification/card/numbers.py": _CARD,
    "verification/card/facts.py": "tests/card/test_facts.py tests/rules/law/test_verdict.py",
    "verification/card/qr_card.py": _CARD,
    "verification/card/qr_citizen.py": _CARD,
    "verification/card/presented.py": _CARD,
    "verification/card/reasons.py": "tests/card/test_reasons.py tests/card/test_presented.py",
    "verification/card/typing_hint.py": "tests/card/test_typing_hint.py",
    # officers
    "verification/officers/staff.py": _OFFICERS,
    "verification/officers/signin.py": _OFFICERS,
    "verification/officers/proof.py": _OFFICERS,
    "verification/officers/passwords.py": _OFFICERS,
    "verification/officers/attempts.py": _OFFICERS,
    "verification/officers/access_log.py": "tests/officers/test_access_log.py",
}

# Asked where a module's own tests let a change pass; a camera and a browser see nothing of it.
WIDER = (
    'tests -m "not browser" --ignore=tests/adapters/scanning --ignore=tests/browser'
    " --ignore=tests/operations/test_setup.py --ignore=tests/test_fixtures_hard.py"
)
