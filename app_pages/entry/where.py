"""Which desk a session is opened at: chosen in the form, kept by the browser, never made up."""

from html import escape

from starlette.requests import HTTPConnection

from app_pages.server.desks import NO_DESK
from app_pages.server.house import House
from verification.officers import signin

_CHOICE = (
    '<label><span>Quầy<small lang="en">Desk</small></span>'
    '<select name="quay" required>{options}</select></label>'
)
_AT_NONE = "Không ở quầy (giám định, quản trị)"
_UNCHOSEN = '<option value="" selected disabled>Chọn quầy…</option>'


def desk_choice(house: House, asked: HTTPConnection, before: str) -> str:
    """Return the field in which a desk is chosen; nothing where there is only one.

    Args:
        house: The open kiosk.
        asked: The request; its browser may have been at a desk before.
        before: The desk that was chosen in the form a moment ago, empty where none was.
    """
    names = house.desks.names
    if len(names) < 2:  # noqa: PLR2004  # nothing to choose
        return ""
    words = {**{name: f"Quầy {name}" for name in names}, NO_DESK: _AT_NONE}
    kept = house.signer.desk(asked.cookies)[0]
    chosen = next((one for one in (before, kept, house.desks.usual) if one in words), None)
    options = [
        f'<option value="{escape(name)}"{" selected" if name == chosen else ""}>{said}</option>'
        for name, said in words.items()
    ]
    return _CHOICE.format(options="".join(options if chosen else [_UNCHOSEN, *options]))


def chosen_desk(house: House, asked: HTTPConnection, field: str | None) -> str:
    """Return the desk of a new session, empty where it has to be chosen.

    Args:
        house: The open kiosk.
        asked: The request.
        field: What the form says, empty where it says nothing; None for a form that asks for none.
    """
    names = house.desks.names
    if len(names) < 2 or field is None:  # noqa: PLR2004  # nothing to choose
        return names[0] if len(names) == 1 else NO_DESK
    if field:
        return field if field in {*names, NO_DESK} else ""
    kept = house.signer.desk(asked.cookies)[0]
    return kept if kept in names else house.desks.usual or ""


def remembered_desk(house: House, asked: HTTPConnection, desk: str) -> str:
    """Return the desk that a browser keeps after a sign-in; empty where what it has is to stay.

    An auditor or administrator who signs in at a desk's browser takes its desk from nobody.
    """
    kept = house.signer.desk(asked.cookies)[0]
    return "" if desk == NO_DESK and kept in house.desks.names else desk


def session_desk(house: House, digest: str) -> str:
    """Return the desk of a session that goes on or changes its officer."""
    desk = signin.desk_of(house.kiosk, digest)
    return NO_DESK if desk is None else desk
