"""The check-in records that the outbox sends: builder, signer and portal put together."""

from functools import partial
from random import Random

from verification.adapters.hospital.signer import NotSigned, Signer, signed, signer_of
from verification.adapters.hospital.xml0.checking import check_records
from verification.adapters.hospital.xml0.writing import written
from verification.adapters.portal.records import PORTAL, RecordLine
from verification.exchange.again import shipped
from verification.exchange.outbox import Outbox
from verification.exchange.record.errand import RecordErrand
from verification.exchange.sending import Sent
from verification.kiosk import Kiosk
from verification.operations.settings import Settings


def records(kiosk: Kiosk, settings: Settings, line: RecordLine) -> Outbox[Sent] | None:
    """Return what sends check-in records, None where nobody signs them.

    Args:
        kiosk: The kiosk.
        settings: Of the installation.
        line: To the portal.
    """
    if settings.hospital.signer is None or not kiosk.sends_records:
        return None
    signer = signer_of(settings.hospital.signer, settings.hospital.ca)
    check = partial(check_records, law=kiosk.rules.law)
    submit = partial(submitted, signer, line, kiosk.facility or "")
    handler = RecordErrand(kiosk, written, check, submit)
    return Outbox(kiosk, handler, shipped(), Random())  # noqa: S311  # spreads tries, hides nothing


def submitted(signer: Signer, line: RecordLine, ma_cskcb: str, record: bytes) -> Sent:
    """Have a record signed and send it; return how that ended."""
    try:
        made = signed(record, signer)
    except NotSigned as error:
        return Sent(ok=False, to=PORTAL, cause=error.cause, detail=error.detail)
    return line.send(made, ma_cskcb)
