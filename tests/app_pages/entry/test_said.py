"""What an open page is told: an event that nobody can read does not reach the page."""

from __future__ import annotations

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from app_pages.entry.said import readable


def told(*texts: str) -> bytes:
    """Return a message that carries these events."""
    message = BackMsg()
    for at, text in enumerate(texts):
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.json_trigger_value = f"widget-{at}", text
    message.rerun_script.query_string = "lang=en"
    return message.SerializeToString()


def kept(sent: bytes) -> list[str]:
    """Return which events of a message are left."""
    message = BackMsg.FromString(readable(sent))
    assert message.rerun_script.query_string == "lang=en"
    return [state.id for state in message.rerun_script.widget_states.widgets]


@pytest.mark.parametrize(
    "text",
    [
        "9" * 5_000,
        '[{"event": "event", "value": -' + "9" * 5_000 + "}]",
        "[" * 20_000 + "]" * 20_000,
        '{"a":' * 20_000 + "1" + "}" * 20_000,
        '[{"event": ' + "[" * 20_000,
    ],
    ids=["digits", "digits inside", "lists", "objects", "never closed"],
)
def test_an_event_that_no_reader_of_json_takes_is_left_out_and_the_others_stay(text: str) -> None:
    assert kept(told('[{"event": "event"}]', text)) == ["widget-0"]
    holds = BackMsg.FromString(told('[{"event": "event"}]'))
    holds.rerun_script.widget_states.widgets.add(id="held", json_value=text)
    assert kept(holds.SerializeToString()) == ["widget-0"]


@pytest.mark.parametrize("text", ["", "{", "null", "NaN", '"\\ud800"', '[{"event": 7}]', "9" * 300])
def test_what_streamlit_can_read_comes_as_it_was_sent(text: str) -> None:
    sent = told(text)
    assert readable(sent) is sent


def test_what_is_no_message_is_left_to_who_closes_the_socket() -> None:
    assert [readable(sent) for sent in (b"O", b"\xff" * 30)] == [b"O", b"\xff" * 30]
