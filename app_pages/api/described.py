"""The description of these addresses, for programs and as a page to read, without any script."""

import json
import time
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app_pages.api.bodies import query_of
from app_pages.api.description import description, written
from app_pages.api.guarded import api_route
from app_pages.server.guarded import FRAMES, refused
from verification.basics.limiter import Limiter
from verification.rights import Right

_JSON = "/api/openapi.json"
_PAGE = "/api/docs"
_reading = Limiter(time.monotonic, FRAMES)
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:1rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #bbb;padding:.3rem .5rem;"
    "text-align:left;vertical-align:top}code,pre{background:#f2f2f2}pre{padding:.5rem;"
    "overflow:auto}h2{margin-top:2.5rem;border-top:2px solid #333;padding-top:.5rem}"
)


async def _description(request: Request, _body: bytes) -> Response:
    query_of(request, _JSON)
    return Response(written(), media_type="application/json")


async def _page(request: Request, _body: bytes) -> Response:
    query_of(request, _PAGE)
    return HTMLResponse(page())


async def _for_people(request: Request) -> Response:
    """Show the page to an administrator, who has a session and no key."""
    if no := await refused(request, Right.MANAGE, _reading, token=False):
        return no
    return HTMLResponse(page())


def page() -> str:
    """Return the description as a page."""
    about = description()
    info = about["info"]
    parts = [
        "<!doctype html><html lang='vi'><meta charset='utf-8'>",
        f"<title>{escape(info['title'])}</title>",
        f"<style>{_STYLE}</style><h1>{escape(info['title'])}</h1>",
        f"<p>{escape(info['summary'])}</p><p>{escape(info['description'])}</p>",
    ]
    for path, methods in about["paths"].items():
        for method, operation in methods.items():
            parts += _operation(f"{method.upper()} {path}", operation)
    parts.append("<h2>Schemas</h2>")
    for name, schema in about["components"]["schemas"].items():
        parts += _schema(name, schema)
    return "".join(parts)


def _operation(title: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f"<h2><code>{escape(title)}</code></h2><p><b>{escape(operation['summary'])}</b></p>"
    yield f"<p>{escape(operation['description'])}</p>"
    if parameters := operation.get("parameters"):
        yield "<h3>Tham số / parameters</h3><table>"
        for one in parameters:
            needed = "bắt buộc / required" if one["required"] else ""
            yield _row(f"{one['name']} ({one['in']})", needed, one["description"])
        yield "</table>"
    if "requestBody" in operation:
        (content,) = operation["requestBody"]["content"].values()
        yield f"<h3>Gửi / body: {_link(content['schema'])}</h3>"
        for example in content["examples"].values():
            yield f"<pre>{escape(_written_out(example['value']))}</pre>"
    yield "<h3>Trả lời / answers</h3><table>"
    for status, answer in operation["responses"].items():
        yield from _answer(status, answer)
    yield "</table>"


def _answer(status: str, answer: Mapping[str, Any]) -> Iterator[str]:
    if "$ref" in answer:
        answer = description()["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    (content,) = answer["content"].values()
    yield (
        f"<tr><td>{escape(status)}</td><td>{escape(answer['description'])}</td>"
        f"<td>{_link(content['schema'])}</td></tr>"
    )


def _schema(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f"<h3 id='{escape(name)}'>{escape(name)}</h3>"
    yield f"<p>{escape(schema.get('description', ''))}</p><table>"
    for field, of in schema.get("properties", {}).items():
        needed = "bắt buộc / required" if field in schema.get("required", ()) else ""
        yield (
            f"<tr><td><code>{escape(field)}</code></td><td>{needed}</td>"
            f"<td>{_form(of)}</td><td>{escape(of.get('description', ''))}</td></tr>"
        )
    yield "</table>"


def _row(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def _form(schema: Mapping[str, Any]) -> str:
    """Return what a value is like, in one line."""
    if "$ref" in schema:
        return _link(schema)
    if "items" in schema:
        return f"[{_form(schema['items'])}]"
    if "anyOf" in schema:
        return " | ".join(_form(one) for one in schema["anyOf"])
    if "enum" in schema:
        return escape(" | ".join(f'"{one}"' for one in schema["enum"]))
    kind = schema.get("type", "")
    said = " | ".join(kind) if isinstance(kind, list) else kind
    said += f" ≤ {schema['maxLength']}" if "maxLength" in schema else ""
    said += f" {schema['minimum']}–{schema['maximum']}" if "maximum" in schema else ""
    return escape(said) + "".join(
        f" <code>{escape(str(e))}</code>" for e in schema.get("examples", ())
    )


def _link(schema: Mapping[str, Any]) -> str:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return f"<a href='#{escape(name)}'>{escape(name)}</a>" if name else _form(schema)


def _written_out(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def described_pages() -> list[Route]:
    """Return the route of the page for people."""
    return [Route("/kiosk/api", _for_people)]


def described_routes() -> list[Route]:
    """Return the routes."""
    return [
        api_route(_JSON, _description, None, ("GET",)),
        api_route(_PAGE, _page, None, ("GET",)),
    ]
