"""How many wrong keys are listened to, and how much is written down of what showed nobody."""

import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True)
class ApiLimits:
    """The figures of `limits.toml`, which says what each is."""

    body_bytes: int
    wrong_a_minute: int
    wrong_waits: float
    wrong_waiting: int
    noted_a_minute: int
    noted_in_all_a_minute: int
    alike_every: float


API_LIMITS = ApiLimits(
    **tomllib.loads(resources.files(__package__).joinpath("limits.toml").read_text("utf-8"))
)
