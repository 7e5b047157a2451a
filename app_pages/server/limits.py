"""Limits of what one address may send: how often and how much."""

from starlette.requests import ClientDisconnect, Request


class Budget:
    """A rate limit: a bucket that refills.

    Args:
        rate: Requests a second.
        burst: What is let through at once; one second's worth where not given.
    """

    def __init__(self, rate: float, burst: float | None = None) -> None:
        self._rate = rate
        self._most = burst or rate
        self._left: dict[str, tuple[float, float]] = {}

    def allows(self, who: str, now: float) -> bool:
        """Tell whether one more request of somebody fits."""
        if len(self._left) > 1_000:  # noqa: PLR2004  # more addresses than any house has desks
            self._left.clear()
        left, last = self._left.get(who, (self._most, now))
        left = min(self._most, left + (now - last) * self._rate)
        self._left[who] = (left - 1 if left >= 1 else left, now)  # a refused one costs nothing
        return left >= 1


async def body_within(request: Request, limit: int) -> bytes | None:
    """Return the body, or None as soon as it is too large."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)
