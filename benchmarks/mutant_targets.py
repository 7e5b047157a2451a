"""The modules that `benchmarks.mutants` changes, each with the tests that notice first."""

_CARD = "tests/test_presented.py tests/test_number.py tests/test_input_method.py"
_ENTITLED = "tests/test_entitlement.py tests/test_entitlement_inputs.py"
_MISUSE = (
    "tests/misuse/test_rules.py tests/misuse/test_counts.py tests/misuse/test_visit_rows.py"
    " tests/misuse/test_flagging.py tests/misuse/test_replay.py"
)
_CASES = "tests/test_case.py tests/test_cases.py tests/test_case_file.py"
_OFFICERS = "tests/test_signin.py tests/test_officers.py tests/test_passwords.py"

TARGETS = {
    # rules/law
    "verification/law.py": f"tests/test_law.py {_ENTITLED}",
    "verification/verdict.py": "tests/test_verdict.py tests/test_checkin.py",
    "verification/copayment.py": f"{_ENTITLED} tests/test_rights.py",
    "verification/entitlement.py": f"{_ENTITLED} tests/test_rights.py",
    "verification/entitlement_inputs.py": f"{_ENTITLED} tests/test_rights.py",
    "verification/entitlement_rules.py": f"{_ENTITLED} tests/test_rights.py",
    # rules/misuse
    "verification/misuse/facts.py": _MISUSE,
    "verification/misuse/policy.py": _MISUSE,
    "verification/misuse/engine.py": _MISUSE,
    "verification/misuse/rules_desk.py": _MISUSE,
    "verification/misuse/rules_identity.py": _MISUSE,
    "verification/misuse/rules_visits.py": _MISUSE,
    "verification/misuse/visit_rows.py": _MISUSE,
    # log
    "verification/case.py": _CASES,
    "verification/accounts.py": f"{_OFFICERS} tests/store/test_accounts.py",
    "verification/chain.py": "tests/test_chain.py tests/test_tamper.py",
    "verification/sealing.py": "tests/test_sealing.py tests/store/test_log.py",
    "verification/sealed.py": "tests/test_sealed.py tests/test_case_file.py",
    "verification/visit.py": "tests/test_visit.py tests/test_visits.py tests/test_questions.py",
    # card
    "verification/number.py": _CARD,
    "verification/card.py": "tests/test_card.py tests/test_verdict.py",
    "verification/qr_card.py": _CARD,
    "verification/qr_citizen.py": _CARD,
    "verification/presented.py": _CARD,
    "verification/reasons.py": "tests/test_reasons.py tests/test_presented.py",
    "verification/hints.py": "tests/test_hints.py",
    # officers
    "verification/officers.py": _OFFICERS,
    "verification/signin.py": _OFFICERS,
    "verification/proof.py": _OFFICERS,
    "verification/passwords.py": _OFFICERS,
    "verification/attempts.py": _OFFICERS,
    "verification/access.py": "tests/test_access.py",
}

# Asked where a module's own tests let a change pass; a camera and a browser see nothing of it.
WIDER = (
    'tests -m "not browser" --ignore=tests/scanning --ignore=tests/browser'
    " --ignore=tests/test_machine.py --ignore=tests/test_fixtures_hard.py"
)
