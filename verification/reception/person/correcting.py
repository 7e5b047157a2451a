"""Correcting what the house wrote down of a person, in all their visits at once."""

from verification.basics.dates import PartialDate
from verification.basics.errors import RequestError
from verification.exchange.difficulties import written
from verification.kiosk import Kiosk
from verification.log.content import noted, visit_content
from verification.log.ports import LogTransaction
from verification.log.visit import Visit
from verification.log.visit_events import Corrected, Noted
from verification.log.writing import write
from verification.reception.corrections import ASKED_BY, ask_portal_again, corrected_value
from verification.reception.person.held import Found
from verification.rights import Actor, Right, needs

FIELDS = ("ho_ten", "ngay_sinh", "gioi_tinh", "dia_chi")
"""What may be corrected so; numbers are the card's, and another number is another card."""
_SEXES = {"1", "2"}


@needs(Right.CHANGE_HOUSE)
def correct(
    actor: Actor, kiosk: Kiosk, found: Found, field: str, value: str, why: str
) -> tuple[str, ...]:
    """Correct a fact in the records of a person's visits; the card lists are another's.

    Args:
        actor: Who does it.
        kiosk: The kiosk.
        found: The person, as found by a number.
        field: One of `FIELDS`.
        value: The right value.
        why: Who asked and by what it was proved, kept as content.

    Returns:
        The visits that were corrected; those that say so already and erased ones are not.

    Raises:
        RequestError: No such field or value, no reason, nobody, or several people.
    """
    text, reason, person = _value(field, value), _reason(why), found.one()
    visits = person.visits if person else ()
    held = [visit for visit in visits if visit_content(kiosk.written, visit).get("ban_ghi")]
    if not held:
        raise RequestError(
            "Không còn lượt nào của người này để sửa", "No visit of this person is left to correct"
        )

    def work(log: LogTransaction) -> tuple[str, ...]:
        wrong = [visit for visit in held if _says(log, visit, field) != text]
        for visit in wrong:
            content = {"ban_ghi": {field: text}, "cach_doc": {field: "go"}}
            made = Corrected(visit.visit_id, field=field)
            write(log, actor, made, person_ref=visit.person_ref, content=content)
            if field in ASKED_BY and visit.day == kiosk.today():
                ask_portal_again(log, actor, kiosk, visit)
        if wrong:
            newest = wrong[-1]
            note = Noted(newest.visit_id)
            write(log, actor, note, person_ref=newest.person_ref, content=noted(reason))
        return tuple(visit.visit_id for visit in wrong)

    return kiosk.written.write(work)


def _says(log: LogTransaction, visit: Visit, field: str) -> str | None:
    found = visit_content(log, log.visit(visit.visit_id) or visit).get("ban_ghi", {}).get(field)
    return str(found) if found else None


def _value(field: str, value: str) -> str:
    if field not in FIELDS:
        names = ", ".join(FIELDS)
        raise RequestError(f"Chỉ sửa được: {names}", f"Only these can be corrected: {names}")
    made = corrected_value(field, value)
    text = made.iso if isinstance(made, PartialDate) else made
    if not text or (field == "gioi_tinh" and text not in _SEXES):
        raise RequestError(
            f"{value!r} không phải giá trị của {field} (giới tính: 1 nam, 2 nữ)",
            f"{value!r} is no value of {field} (sex: 1 male, 2 female)",
        )
    return text


def _reason(why: str) -> str:
    if not (said := written(why)):
        raise RequestError("Hãy ghi lý do: ai yêu cầu, giấy tờ nào", "Write who asked, by what")
    return said
