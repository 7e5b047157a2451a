"""Puts a step of the guide before the patient, on the window of the desk."""

from app_pages.server.house import House
from verification.reception.guide.guide import Guide
from verification.rights import Actor


def draw(house: House, actor: Actor, guide: Guide, number: int) -> None:
    """Draw the buttons that show a step in the patient's window and take it away again.

    Args:
        house: The open kiosk.
        actor: Whose desk's window it is.
        guide: The branch.
        number: The step that is next, from 1.
    """
