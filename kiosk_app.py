"""Start here: `streamlit run kiosk_app.py`, or `make run`.

Wires settings, store, decoder and pages into one application; no logic.
"""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from app_pages.api.routes import api_routes
from app_pages.api.server import Api, is_api
from app_pages.entry.gate import Gate
from app_pages.entry.headers import Guard
from app_pages.entry.login import form_paths
from app_pages.entry.proxied import Proxied
from app_pages.entry.starting import first_words
from app_pages.guest.guide_page import ADDRESS as GUIDE
from app_pages.guest.language_page import FOLDER as LANGUAGES
from app_pages.guest.routes import guest_paths
from app_pages.routes import routes
from app_pages.server import listening
from app_pages.server.connections import guarded_listening
from app_pages.server.ending import ending_within
from app_pages.server.garbage import looked_for_among_the_new
from app_pages.server.house import House, opened
from app_pages.server.limits import LIMITS
from app_pages.server.quiet import ask_nobody_outside, watch_no_settings
from app_pages.server.record_lines import Form
from app_pages.server.records import kept, living
from app_pages.shell.fonts import font_paths
from verification import ROOT
from verification.basics.errors import KioskError
from verification.officers import signin
from verification.operations.network_settings import lies_in
from verification.operations.settings import read_settings
from verification.operations.setup import speak_utf8
from verification.operations.wiring import prepare_store


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Hold the store open for the life of the server; say in one sentence why it cannot be."""
    speak_utf8()
    watch_no_settings()
    ask_nobody_outside()
    try:
        settings = read_settings(os.environ)
        listening.checked(settings)
        record = kept(settings.server_log, form=Form(settings.log_form))
        with ending_within(LIMITS.ending.whatever_runs), record:
            prepare_store(settings, ROOT / "fixtures")
            with living(settings), opened(settings) as house:
                _tell_first(house)
                async with guarded_listening(
                    told=partial(_say, first_words(house)),
                    admits=partial(listening.admits, settings),
                    shared=partial(lies_in, networks=settings.proxies),
                ):
                    with looked_for_among_the_new():
                        yield {"boot": house.boot}
                api.ends(house)
    except KioskError as error:
        sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
        os._exit(1)  # a raised SystemExit would come out as a traceback of the server's


def _tell_first(house: House) -> None:
    """Print the one-time link that makes the first administrator, or why there is none."""
    if refused := signin.first_refusal(house.kiosk):
        sys.stderr.write(f"{refused}\n")
        sys.stderr.flush()
    if code := signin.first_code(house.kiosk):
        link = f"{listening.url(house.settings)}/dang-nhap/moi?ma={code}"
        sys.stdout.write(f"Tạo quản trị viên đầu tiên / make the first administrator: {link}\n")
        sys.stdout.flush()


def _say(words: str) -> None:
    sys.stdout.write(words)
    sys.stdout.flush()


api = Api(api_routes())
app = st.App(
    ROOT / "app_pages" / "main.py",
    lifespan=lifespan,
    routes=routes(),
    middleware=[
        Middleware(Proxied),
        Middleware(Guard),
        Middleware(
            Gate,
            guests=guest_paths() | font_paths(),
            guests_folders=frozenset({GUIDE, LANGUAGES}),
            forms=form_paths(),
            ours=routes(),
            api=api,
            is_api=is_api,
        ),
    ],
)
