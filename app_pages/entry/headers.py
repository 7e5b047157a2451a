"""What every answer of the server carries."""

import base64
import hashlib
import re
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app_pages.shell.kept import FOLDER

# What Streamlit does not allow to leave out is told in docs/quan-tri.md.
_PAGES = (
    "default-src 'none'; script-src 'self' blob: {inline}; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "font-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'self'"
)


def _inline_scripts() -> str:
    """Return the hashes of the scripts inside Streamlit's start page, as its version has them."""
    page = Path(st.__file__).parent / "static" / "index.html"
    scripts = re.findall(rb"<script>(.*?)</script>", page.read_bytes(), re.DOTALL)
    sums = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in scripts)
    return " ".join(f"'sha256-{found}'" for found in sums)


_HEADERS = {
    "content-security-policy": _PAGES.format(inline=_inline_scripts()),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(self), microphone=(), geolocation=()",
}
_HTTPS_ALONE = "max-age=31536000"  # RFC 6797; a year, renewed by each answer
# Streamlit's own script files, ours and the letters; nothing personal is in them
_ASSETS = ("/static/", FOLDER)


class Guard:
    """Adds the headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["scheme"] == "https":
                    headers["strict-transport-security"] = _HTTPS_ALONE
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith(_ASSETS):
                    headers["cache-control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_with_headers)
