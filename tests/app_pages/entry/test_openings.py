"""Every route of the running app is decided: what a session opens, what nobody is told of."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from app_pages.entry.openings import PAGE_PATHS, STREAMLIT, Opening, Openings, is_hidden
from app_pages.routes import routes
from tests.support import ROOT

if TYPE_CHECKING:
    from starlette.types import Scope

WALK = """
import json, sys, kiosk_app
print(json.dumps([name for name in ("openpyxl", "pandas", "sqlite_utils") if name in sys.modules]))
found = kiosk_app.app._build_starlette_app().routes
print(json.dumps([[route.path, sorted(getattr(route, "methods", None) or [])] for route in found]))
"""
# Streamlit registers these only where a setting asks for them; shut all the same.
BY_SETTING = {"/_stcore/script-health-check", "/app/static/{path:path}"}
UPLOADS = (
    "/_stcore/upload_file",
    "/_stcore/upload_file/",
    "/_stcore/upload_file/session/file",
    "/_stcore/upload_file/session/file/more/../and/more",
    "/kiosk/_stcore/upload_file/a/b",
    "/giam-dinh/_stcore/upload_file/a/b",
    "//_stcore/upload_file/a/b",
    "/_stcore//upload_file//a/b",
    "/_stcore/%75pload_file/a/b",
    "/%5Fstcore/upload_file/a/b",
    "/%255fstcore/upload_file/a/b",
    "/_stcore%2Fupload_file%2Fa%2Fb",
    "/_STCORE/Upload_File/a/b",
    "/_\u017ftcore/upload_file/a/b",
    "/\\_stcore\\upload_file\\a\\b",
    "/ _stcore/upload_file/a/b",
    "/./_stcore/./upload_file/a/b",
    "/static/../_stcore/upload_file/a/b",
    "/_stcore;x=1/upload_file/a/b",
)
OTHERS = (
    "/_stcore/metrics",
    "/_stcore/metrics/",
    "/_stcore/script-health-check",
    "/_stcore/agent/interact",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/mcp",
    "/_stcore/bidi-components/x/index.js",
    "/_stcore/allowed-message-origins",
    "/_stcore",
    "/_stcore/",
    "/_stcore/health/",
    "/_stcore/Health",
    "/giam-dinh/_stcore/host-config",
)
NOT_FOR_A_SESSION = (
    "/media/0123456789abcdef.csv",
    "/component/kiosk/index.html",
    "/auth/login",
    "/auth/logout",
    "/oauth2callback",
    "/app/static/x",
    "/index.html",
    "/static/js/none.js",
    "/static/../index.html",
    "/static/",
    "/desk",
    "/giam-dinh/",
    "//giam-dinh",
    "/Giam-Dinh",
    "/kiosk/",
    "/kiosk/alive/",
    "/vendor/x.js",
    "/.streamlit/config.toml",
)


def asked(path: str, method: str = "GET", kind: str = "http") -> Scope:
    return {"type": kind, "path": unquote(path), "method": method, "root_path": "", "headers": []}


@pytest.fixture(scope="module")
def start() -> list[str]:
    """Return what a server that starts has imported in vain, and its routes."""
    done = subprocess.run(
        [sys.executable, "-c", WALK], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-2:]


@pytest.fixture(scope="module")
def registered(start: list[str]) -> dict[str, set[str]]:
    """Return the paths of all routes of the app itself, and the methods of each."""
    found: dict[str, set[str]] = {}
    for path, methods in json.loads(start[1]):
        found.setdefault(path, set()).update(methods)
    return found


@pytest.fixture(scope="module")
def openings() -> Openings:
    return Openings(routes())


def test_a_start_waits_for_no_library_that_is_slow_and_seldom_asked(start: list[str]) -> None:
    assert json.loads(start[0]) == []


def test_every_route_of_the_app_is_ours_or_decided(registered: dict[str, set[str]]) -> None:
    ours = {route.path for route in routes()}
    assert set(registered) - ours == set(STREAMLIT) - BY_SETTING
    assert not ours & set(STREAMLIT)


def test_a_closed_route_is_closed_by_every_method(
    registered: dict[str, set[str]], openings: Openings
) -> None:
    closed = {path for path, opening in STREAMLIT.items() if opening is Opening.CLOSED}
    for path in closed:
        for method in registered.get(path, set()) | {"GET", "POST", "PUT", "BREW"}:
            shown = path.replace("{", "").replace("}", "").replace(":path", "")
            assert asked(shown, method) not in openings
            assert asked(shown, kind="websocket") not in openings
            assert is_hidden(shown) or "_stcore" not in path


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", [*UPLOADS, *OTHERS])
def test_streamlits_own_paths_are_hidden_however_they_are_written(
    path: str, method: str, openings: Openings
) -> None:
    assert is_hidden(unquote(path))
    assert asked(path, method) not in openings


@pytest.mark.parametrize("path", NOT_FOR_A_SESSION)
def test_a_session_opens_nothing_that_is_not_on_the_list(path: str, openings: Openings) -> None:
    assert asked(path) not in openings


@pytest.mark.parametrize(
    "path", [*sorted(PAGE_PATHS), "/_stcore/health", "/_stcore/host-config", "/favicon.png"]
)
def test_what_a_page_needs_is_read_and_never_written(path: str, openings: Openings) -> None:
    assert not is_hidden(path)
    for method, open_ in (("GET", True), ("HEAD", True), ("POST", False), ("OPTIONS", False)):
        assert (asked(path, method) in openings) is open_


def test_the_script_files_of_the_start_page_are_served(openings: Openings) -> None:
    import streamlit as st  # noqa: PLC0415  # slow to import

    page = (ROOT / st.__path__[0] / "static" / "index.html").read_text(encoding="utf-8")
    named = [part.split('"')[0] for part in page.split('"./static/')[1:]]
    assert len(named) > 20
    for name in named:
        assert asked(f"/static/{name}") in openings


def test_our_own_routes_are_opened_by_their_own_method_alone(openings: Openings) -> None:
    for route in routes():
        path = route.path.replace("{form}", "csv")
        for method in ("GET", "POST", "PUT", "DELETE"):
            expected = any(
                method in (one.methods or ()) for one in routes() if one.path == route.path
            )
            assert (asked(path, method) in openings) is expected


def test_only_the_pages_stream_is_a_socket(openings: Openings) -> None:
    assert asked("/_stcore/stream", kind="websocket") in openings
    for path in ("/", "/_stcore/health", "/kiosk/alive", "/_stcore/stream/", "/x/_stcore/stream"):
        assert asked(path, kind="websocket") not in openings


def test_the_paths_of_the_pages_are_those_of_the_table() -> None:
    tree = ast.parse((ROOT / "app_pages" / "main.py").read_text(encoding="utf-8"))
    table = next(
        node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "PLACES"
    )
    assert isinstance(table, ast.Dict)
    names = [key.value for key in table.keys if isinstance(key, ast.Constant)]
    paths = {f"/{str(name).replace('_', '-')}" for name in names if name != "desk"}
    assert paths | {"/"} == PAGE_PATHS


def test_no_page_has_a_field_that_sends_a_file_to_streamlit() -> None:
    for file in (ROOT / "app_pages").rglob("*.py"):
        code = file.read_text(encoding="utf-8")
        for field in ("file_uploader", "camera_input", "audio_input", "download_button"):
            assert field not in code, file
