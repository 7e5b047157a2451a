"""Messages are signed as Standard Webhooks says, by each secret of the house."""

from __future__ import annotations

import base64

import pytest

from verification.exchange.handover.signing import is_signed, secrets_of, signed, wire_id

EXAMPLE = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # of the standard, with what it signs
SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_standards_own_example_has_the_standards_own_signature() -> None:
    name, body = "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}'
    assert signed(name, 1614265330, body, secrets_of(EXAMPLE)) == {
        "webhook-id": name,
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNED,
    }


def test_two_secrets_make_two_signatures_so_that_a_receiver_may_change_its_own() -> None:
    other = "x" * 24
    both = signed("a", 1, b"{}", secrets_of(f"{EXAMPLE}, {other}"))["webhook-signature"].split()
    one, two = (
        signed("a", 1, b"{}", secrets_of(text))["webhook-signature"] for text in (EXAMPLE, other)
    )
    assert both == [one, two]


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "x" * 23, "whsec_", "whsec_!!!", f"{EXAMPLE} short"),
        f"whsec_{base64.b64encode(b'x' * 23).decode()}",
    ],
)
def test_what_is_no_secret_or_too_short_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        secrets_of(text)


def test_a_desk_with_a_full_stop_keeps_the_name_of_its_message_one_word() -> None:
    assert wire_id("handover:a.b-1:2") == "handover:a%2Eb-1:2"
    assert wire_id("handover:1-1:2") == "handover:1-1:2"


def test_a_receiver_of_ours_takes_what_is_signed_now_and_nothing_else() -> None:
    secret, other, body = b"k" * 24, b"o" * 24, '{"ho_ten":"Mẫu"}'.encode()
    headers = signed("handover:q.1-3:2", 1_000, body, [other, secret])
    assert is_signed(headers, body, [secret], 1_000)
    assert is_signed(headers, body, [b"x" * 24, other], 1_300)
    assert is_signed(headers, body, [secret], 700)
    for changed in (
        {"webhook-id": "handover:q%2E1-3:3"},
        {"webhook-id": ""},
        {"webhook-timestamp": "1001"},
        {"webhook-timestamp": "١٠٠٠"},
        {"webhook-timestamp": "-1000"},
        {"webhook-timestamp": "9" * 5_000},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v2" + headers["webhook-signature"][2:50]},
        {"webhook-signature": "v1,é\udc80"},
    ):
        assert not is_signed(headers | changed, body, [secret], 1_000)
    assert not is_signed(headers, body + b" ", [secret], 1_000)
    assert not is_signed(headers, body, [b"x" * 24], 1_000)
    assert not is_signed(headers, body, [], 1_000)
    assert not is_signed(headers, body, [secret], 1_301)
    assert not is_signed(headers, body, [secret], 699)
    assert not is_signed({}, body, [secret], 1_000)
