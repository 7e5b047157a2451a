"""How much one request may send."""

from starlette.requests import ClientDisconnect, Request


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
