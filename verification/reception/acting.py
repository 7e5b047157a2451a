"""What every act at the desk works with: who acts, on what screen, by which event."""

from verification.kiosk import Kiosk
from verification.reception.screen import Input, Screen
from verification.rights import Actor


class Acting:
    """One event at the desk.

    Args:
        actor: Who is at the desk.
        kiosk: The kiosk.
        screen: The screen before.
        given: The event.
    """

    def __init__(self, actor: Actor, kiosk: Kiosk, screen: Screen, given: Input) -> None:
        self._actor = actor
        self._kiosk = kiosk
        self._screen = screen
        self._given = given
