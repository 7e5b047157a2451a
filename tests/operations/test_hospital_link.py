"""The address of a visit in the hospital system."""

from __future__ import annotations

import pytest

from tests.support import each
from verification.basics.errors import RequestError
from verification.operations.hospital_link import checked_link, with_token


@each(
    "link",
    [
        "https://his.benhvien.example/tiep-don?phieu={token}",
        "https://his.benhvien.example:8443/a/{token}/b?x=1#y",
        "https://his.benhvien.example/#/tiep-don/{token}",
        "http://localhost:8080/?t={token}",
        "http://127.0.0.1/{token}",
        "http://[::1]/{token}",
        "http://10.1.2.3/{token}",
        "http://192.168.0.9:81/{token}",
        "http://his/{token}",
        "http://his.bv.local/{token}",
    ],
)
def test_a_visit_may_be_opened_over_https_or_inside_the_house(link: str) -> None:
    assert checked_link(link) == link
    assert with_token(link, "abc") == link.replace("{token}", "abc")


@each(
    ("link", "why"),
    [
        ("https://his.example/", "{token}"),
        ("https://his.example/{token}/{token}", "{token}"),
        ("https://{token}.his.example/", "{token}"),
        ("http://his.benhvien.example/{token}", "http://"),
        ("http://8.8.8.8/{token}", "http://"),
        ("http://localhost.evil.example/{token}", "http://"),
        ("his.example/{token}", "không phải địa chỉ web"),
        ("javascript:alert('{token}')", "không phải địa chỉ web"),
        ("ftp://his/{token}", "không phải địa chỉ web"),
        ("https://u:p@his.example/{token}", "không phải địa chỉ web"),
        ("https://his.example/{token}?the={ma_the}", "không phải địa chỉ web"),
        ("https://his.example/{token} x", "không phải địa chỉ web"),
        ("https://his.example:99999/{token}", "không phải địa chỉ web"),
        ("https://[/{token}", "không phải địa chỉ web"),
        ("https://bệnhviện.example/{token}", "không phải địa chỉ web"),
    ],
)
def test_any_other_address_is_refused_and_not_shown(link: str, why: str) -> None:
    with pytest.raises(RequestError) as wrong:
        checked_link(link)
    assert why in wrong.value.vi
    assert link not in wrong.value.vi
