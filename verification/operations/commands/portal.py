"""`portal-check`: the way to the national portal, step by step."""

import os

from verification.adapters.portal.checking import CheckState
from verification.adapters.portal.wording import line_text, step_text
from verification.basics.errors import RequestError
from verification.operations.commands import options, output
from verification.operations.portal import portal_worker
from verification.operations.settings import read_settings
from verification.operations.wiring import local_now

_FOUND_WRONG = 3
_SIGNS = {CheckState.OK: "✓", CheckState.FAILED: "✕", CheckState.NOT_TRIED: "·"}


@options.command
def portal_check(*, emit: output.Emit) -> int:
    """Look step by step at the way to the national portal."""
    with portal_worker(read_settings(os.environ), local_now) as worker:
        if worker is None:
            raise RequestError(
                "Chưa đặt Cổng BHXH: KIOSK_PORTAL_URL, KIOSK_PORTAL_USER, KIOSK_PORTAL_PASSWORD",
                "The portal is not set: KIOSK_PORTAL_URL, KIOSK_PORTAL_USER, KIOSK_PORTAL_PASSWORD",
            )
        lines = worker.checks.now()
    for line in lines:
        said, step = line_text(line), step_text(line)
        answer = {
            "step": line.step.value,
            "state": line.state.value,
            "cause": line.cause.value if line.cause else None,
            "detail": line.detail,
            "vi": said.vi,
            "en": said.en,
        }
        emit(answer, f"{_SIGNS[line.state]} {step.vi}: {said.vi}")
    return _FOUND_WRONG if any(line.state is CheckState.FAILED for line in lines) else 0
