"""The least work with which passwords can be hashed: for tests of which it is not the subject."""

from __future__ import annotations

from argon2 import PasswordHasher

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
