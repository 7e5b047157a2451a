"""What scans and keys do where somebody is looked for: a name, a look, an unknown number."""

from contextlib import suppress
from dataclasses import replace

from verification.basics.errors import RequestError
from verification.basics.texts import Texts
from verification.kiosk import Kiosk
from verification.log.visit import CachTrinh
from verification.reception import looking, lookup, menus, today_list, typed, unknown
from verification.reception.answer import Scan
from verification.reception.screen import Input, Screen, Toast
from verification.reception.today_list import AsideReason
from verification.rights import Actor

_TEXTS = Texts("verification.reception")


class Finding:
    """One event that finds or looks at somebody.

    Args:
        actor: Who is at the desk.
        kiosk: The kiosk.
        given: The event.
    """

    def __init__(self, actor: Actor, kiosk: Kiosk, given: Input) -> None:
        self._actor = actor
        self._kiosk = kiosk
        self._given = given
        self._scan_id = f"{given.session}:{given.number}"

    def scanned(self, screen: Screen) -> Screen:
        """Return the screen after a scan, or after a name that was written into the box."""
        scan = self._given.scan
        if scan is None:
            return screen
        if name := typed.name_in(scan, self._kiosk.likely_day()):
            return replace(self.found(screen, name), answer=None, number_shown=False)
        return self._present(screen, scan, look=screen.lookup or self._given.look)

    def found(self, screen: Screen, written: str) -> Screen:
        """Return the screen with whom the store knows by what was written."""
        known = lookup.find(self._actor, self._kiosk, written, menus.MOST)
        if not (known.records or known.more):
            return replace(screen, menu=menus.not_found(written))
        return replace(screen, menu=menus.found(known, self._kiosk.cards.facility))

    def look_at(self, screen: Screen, number: str) -> Screen:
        """Show whom a search found; nobody is received by being found."""
        after = self._present(screen, _by_hand(number), look=True)
        near = screen.menu is not None and screen.menu.id in {unknown.MENU, unknown.SURE}
        waits = near and screen.answer is not None and not screen.answer.looked
        return _instead_of(after, screen.presented) if waits else after

    def shown_anew(self, screen: Screen) -> Screen:
        """Present whom a look showed; without a toast the key that receives goes on."""
        seen = screen.answer
        after = looking.shown_anew(self._actor, self._kiosk, screen, self._scan_id)
        after = _instead_of(after, screen.instead_of)
        now = after.answer
        if now and now.visit and not now.already:
            self.wrong_settled(after)
            return self._tell(after, "toast_received", "ok")
        if seen and now and not looking.judged_alike(seen, now):
            return self._tell(after, "toast_judged_anew", "wait")
        return after

    def wrong_settled(self, screen: Screen) -> None:
        """Wait no more for whom a wrong number seemed to name: the patient meant is received."""
        if screen.instead_of is None:
            return
        with suppress(RequestError):  # put aside by hand, or received all the same
            today_list.put_aside(self._actor, self._kiosk, screen.instead_of, AsideReason.QUET_NHAM)

    def named(self, screen: Screen) -> Screen | None:
        """Receive whom nobody knows by the name that was written, or ask for it once.

        Returns:
            None where the key was pressed again: then the patient is received without a name.
        """
        menu, written = screen.menu, self._given.text.strip()
        open_ = menu is not None and menu.id in {unknown.MENU, unknown.SURE}
        if open_ and written:
            return self.received_as(screen, written)
        return None if menu and menu.id == unknown.SURE else unknown.asked_again(screen)

    def received_as(self, screen: Screen, written: str) -> Screen:
        """Receive with the name and birth that were written; a number is the next patient's."""
        if not written:
            raise RequestError(*vars(_TEXTS("unknown_write")).values())
        if typed.is_number(written):
            return self._present(replace(screen, menu=None), _by_hand(written), look=False)
        if screen.answer is None:
            return screen
        answer = unknown.received_as(self._actor, self._kiosk, screen.answer, written)
        return replace(self._tell(screen, "toast_received", "ok"), answer=answer, menu=None)

    def _present(self, screen: Screen, scan: Scan, *, look: bool) -> Screen:
        named = replace(scan, scan_id=self._scan_id)
        shown = looking.shown(self._actor, self._kiosk, screen, named, look=look)
        return unknown.asked(self._actor, self._kiosk, shown, named)

    def _tell(self, screen: Screen, key: str, tone: str) -> Screen:
        return replace(screen, toast=Toast(self._scan_id, _TEXTS(key), tone))


def _instead_of(screen: Screen, wrong: str | None) -> Screen:
    made = screen.made_of
    return replace(screen, made_of=replace(made, instead_of=wrong)) if made else screen


def _by_hand(number: str) -> Scan:
    return Scan((number.encode("utf-8", "replace"),), cach_trinh=CachTrinh.GO, quet=False)
