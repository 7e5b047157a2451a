"""What tests of the ways to and from a hospital system share."""

from __future__ import annotations

from verification.rights import SystemRole, system

SYSTEM = system("thu", frozenset(SystemRole))
