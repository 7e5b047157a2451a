"""What tests of the ways to and from a hospital system share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from verification import rights
from verification.rights import Actor, Right, Role

if TYPE_CHECKING:
    import pytest

SYSTEM = Actor("his:thu", frozenset({Role.RECEPTIONIST}), "1")


def may_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system of the tests do what a system may."""
    more = {Right.CHECK, Right.TELL_VISIT, Right.READ_VISITS}
    held = cast("dict[Role, Any]", rights.RIGHTS)
    monkeypatch.setitem(held, Role.RECEPTIONIST, held[Role.RECEPTIONIST] | more)
