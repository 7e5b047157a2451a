"""The public guide: every branch by its address, nothing of the house but its name."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette

from app_pages.guest import guide_page
from app_pages.guest.guide_html import Reader, branch_html, index_html
from app_pages.guest.guide_page import guide_routes
from app_pages.guest.routes import guest_paths
from verification.basics.errors import StoreBusy
from verification.reception.guide.guide import GUIDES

if TYPE_CHECKING:
    from starlette.types import Message

    from app_pages.server.house import House

READER = Reader(facility="Bệnh viện <Mẫu>", hotline="1900 9068")


class Page(NamedTuple):
    status_code: int
    headers: dict[str, str]
    text: str


class Visitor:
    """Asks the routes as anybody does."""

    def __init__(self) -> None:
        self._app = Starlette(routes=guide_routes())

    def get(self, address: str, **params: str) -> Page:
        path, _, query = address.partition("?")
        sent: list[Message] = []
        scope: dict[str, Any] = {
            "type": "http",
            "method": "GET",
            "path": path,
            "headers": [],
            "query_string": (query or urlencode(params)).encode(),
        }

        async def receive() -> Message:
            return {"type": "http.request"}

        async def send(message: Message) -> None:
            sent.append(message)

        asyncio.run(self._app(scope, receive, send))
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        body = b"".join(message.get("body", b"") for message in sent[1:])
        return Page(sent[0]["status"], headers, body.decode())


@pytest.fixture
def visitor(house: House) -> Visitor:
    assert house.kiosk.facility
    return Visitor()


def seen(html: str) -> str:
    """Return the text of a page without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def test_who_is_not_signed_in_may_open_every_branch() -> None:
    assert {"/huong-dan", *(f"/huong-dan/{key}" for key in GUIDES)} < guest_paths()


def test_a_branch_shows_each_step_what_is_seen_what_else_and_who_says_so(
    visitor: Visitor,
) -> None:
    for key, guide in GUIDES.items():
        answer = visitor.get(f"/huong-dan/{key}")
        text = seen(answer.text)
        said = [t for s in guide.steps for t in (s.do, s.sees, s.missing, s.now) if t]
        assert [one for one in said if one.vi not in text or one.en not in text] == []
        cited = [source for step in guide.steps for source in (*step.sources, *step.now_sources)]
        assert all(source.cited.vi in text for source in cited)
        assert all(source.document.vi in text for source in guide.sources)
        assert "<script" not in answer.text
        assert answer.headers["content-security-policy"].startswith("default-src 'self'")
        assert answer.headers["cache-control"] == "no-store"


def test_the_first_page_leads_to_every_branch_and_says_the_guide_in_short(
    visitor: Visitor,
) -> None:
    page = visitor.get("/huong-dan").text
    links = re.findall(r'href="(/huong-dan/[a-z0-9-]+)"', page)
    assert links == [f"/huong-dan/{key}" for key in GUIDES]
    assert "10 số cuối thẻ BHYT" in seen(page)
    assert all(visitor.get(link).status_code == 200 for link in links)


def test_every_link_of_a_page_leads_to_something_that_is_there(visitor: Visitor) -> None:
    known = guest_paths()
    for key in ("", *(f"/{key}" for key in GUIDES)):
        for lang in ("", "?nn=en"):
            page = visitor.get(f"/huong-dan{key}{lang}").text
            for link in re.findall(r'(?:href|src)="(/[^"?#]*)', page):
                assert link in known, (key, link)


def test_a_step_that_names_a_branch_links_to_it() -> None:
    assert 'phần <a href="/huong-dan/quen-mat-khau">“Quên mật khẩu”</a>' in branch_html(
        GUIDES["nguoi-lon"], READER
    )


def test_common_knowledge_is_marked_and_letters_are_not() -> None:
    forgotten = branch_html(GUIDES["quen-mat-khau"], READER)
    assert '<span class="unsure">Hiểu biết chung, chưa đối chiếu</span>' in forgotten
    assert '<span class="said">Hướng dẫn ở Đắk Lắk (2021)</span>' in forgotten


def test_the_codes_stand_below_the_branch_of_offices_alone() -> None:
    with_codes = seen(branch_html(GUIDES["co-quan"], READER))
    assert "BHXH huyện Hóc Môn" in with_codes
    assert "Hết từ sau 30/06/2025" in with_codes
    assert "<table" not in branch_html(GUIDES["otp"], READER)


def test_in_english_the_english_stands_first_and_links_stay_english() -> None:
    page = branch_html(GUIDES["otp"], replace(READER, lang="en"))
    assert '<html lang="en">' in page
    step = GUIDES["otp"].steps[0]
    assert f'{step.do.en}<small lang="vi">{step.do.vi}</small>' in unescape(page)
    assert "/huong-dan/quen-mat-khau?nn=en" in page


def test_a_long_branch_prints_the_one_language_and_a_short_one_both() -> None:
    assert 'class="alone"' in branch_html(GUIDES["nguoi-lon"], READER)
    assert 'class="alone"' not in branch_html(GUIDES["otp"], READER)


def test_only_who_asks_to_print_gets_the_script(visitor: Visitor) -> None:
    assert visitor.get("/huong-dan/otp?in=1").text.count("<script") == 1
    assert "print()" in visitor.get("/huong-dan/huong-dan.js").text
    assert "@page" in visitor.get("/huong-dan/huong-dan.css").text


def test_the_houses_name_is_text_and_its_hotline_can_be_called() -> None:
    page = index_html(READER)
    assert "Bệnh viện &lt;Mẫu&gt;" in page
    assert 'href="tel:19009068"' in page
    assert "hỏi quầy tiếp đón" in index_html(replace(READER, hotline=None))


def test_the_guide_is_there_while_the_store_is_not(
    visitor: Visitor, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        def facility(self, _code: str) -> None:
            raise StoreBusy("đang bận", "busy")

    broken = replace(house, kiosk=replace(house.kiosk, cards=Broken()))  # type: ignore[arg-type]
    monkeypatch.setattr(guide_page, "current", lambda: broken)
    assert visitor.get("/huong-dan/otp").status_code == 200
    assert visitor.get("/huong-dan").status_code == 200


def test_what_an_address_asks_for_never_comes_back(visitor: Visitor) -> None:
    page = visitor.get("/huong-dan/otp", nn="<b>1", ma="079194001001")
    assert "<b>1" not in page.text
    assert "079194001001" not in page.text


def test_an_address_that_no_branch_has_leads_to_those_that_are(visitor: Visitor) -> None:
    page = visitor.get("/huong-dan/khong-co", ma="079194001001")
    assert page.status_code == 404
    assert "/huong-dan/otp" in page.text
    assert "079194001001" not in page.text
