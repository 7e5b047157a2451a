"""What a browser that is not ours may say over an open page: events and messages of any shape."""

import base64
import json
import random
from typing import Any

from streamlit.components.v2.bidi_component.constants import EVENT_DELIM
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX

DEEP = 20_000
FRONT, END = f"{STREAMLIT_INTERNAL_KEY_PREFIX}_", f"{EVENT_DELIM}events"
# Of each page that has one: what its component is called, the field of the act, the acts.
KINDS = (
    *("scan", "key", "choice", "today", "clear", "end_lookup", "hide_number", "portal"),
    *("copay", "lang", "lạ"),
)
ACTS = (
    *("next", "take", "release", "confirm", "valuable", "false", "approve", "reject", "show"),
    *("comment", "snooze", "reopen", "more", "outsider", "code", "submit", "pdf", "undo"),
    *("filter", "rule", "tab", "search", "list", "report", "trouble", "lạ"),
)
_FIELDS = ("session", "number", "payloads", "value", "index", "id", "answer", "key", "look")
_MORE = ("at", "sent", "source", "text_edited", "case", "proposal", "fields", "flags", "undo")
# As text: what json.dumps would not write is sent as well.
WRONG = (
    *("null", "true", "-1", "1.5", "1e400", "NaN", "Infinity", "-0", '""', "[]", "{}", "[[]]"),
    *('"\\ud800"', '"\\u0000"', '"' + "x" * 60_000 + '"', "9" * 300, "9" * 5_000),
    *("[" * 200 + "]" * 200, '{"a":' * 200 + "1" + "}" * 200, '["' + '","'.join("a" * 999) + '"]'),
    *('"DN4797900000011"', '[null, 1, {"b": []}]', '["!!not base64!!"]', '["QUJD", "/w=="]'),
    *('{"nonce": null, "what": 7}', '{"days": "1e9", "rule": [], "why": {}}', "9007199254740993"),
)
_WHOLE = (
    *("", "null", "[]", "7", '"x"', "{", "[null]", '[{"event": 7}]', '[{"event": "event"}]'),
    *('[{"event": "event", "value": null}]', '[{"event": "event", "value": [1]}]', "9" * 5_000),
    *("[" * DEEP + "]" * DEEP, '{"event":' * DEEP + "1" + "}" * DEEP, '"\\ud800"', "NaN"),
)


def event(chance: random.Random, number: int, mark: str) -> str:
    """Return an event as text: one that a page of ours could send, some of its fields bent."""
    scanned = base64.b64encode(b"DN4797900000011").decode()
    fields: dict[str, str] = {
        "session": json.dumps(f"rough-{number // 40}"),
        "number": str(number),
        "by": json.dumps(mark),
        "kind": json.dumps(chance.choice(KINDS)),
        "act": json.dumps(chance.choice(ACTS)),
        "payloads": json.dumps([scanned]),
        "key": json.dumps(chance.choice(("F1", "F2", "F3", "F4", "F6", "F8", "Enter", "Escape"))),
    }
    for _ in range(chance.randrange(1, 4)):
        name = chance.choice(_FIELDS + _MORE)
        if chance.random() < 0.2:
            fields.pop(name, None)
        else:
            fields[name] = chance.choice(WRONG)
    return "{" + ",".join(f'"{name}": {value}' for name, value in fields.items()) + "}"


def message(chance: random.Random, component: str | None, number: int, mark: str) -> bytes:
    """Return one message for the socket.

    Args:
        chance: What decides.
        component: The name under which the page has its component, None where it has none.
        number: Of the event.
        mark: Of the page, which says whose event it is.
    """
    asked = chance.random()
    if asked < 0.1:
        return chance.randbytes(chance.choice((0, 1, 20, 3_000)))
    if asked < 0.2:
        return _other(chance).SerializeToString()
    whole = f'[{{"event": "event", "value": {event(chance, number, mark)}}}]'
    said = chance.choice(_WHOLE) if asked < 0.35 else whole
    back = BackMsg()
    if component is None:
        back.rerun_script.query_string = said[:2_000]
    else:
        # a browser says each time what its component holds; without it no event is handled
        held = back.rerun_script.widget_states.widgets.add()
        held.id = component.removeprefix(FRONT).removesuffix(END)
        held.json_value = "{}" if chance.random() < 0.9 else chance.choice(_WHOLE)
        state = back.rerun_script.widget_states.widgets.add()
        state.id = component
        state.json_trigger_value = said
        if chance.random() < 0.1:
            state.string_value = said[:100]
    return back.SerializeToString()


def _other(chance: random.Random) -> BackMsg:
    """Return a message of another kind, or one about widgets that no page has."""
    odd: dict[str, Any] = chance.choice(
        (
            {"clear_cache": True},
            {"set_run_on_save": True},
            {"stop_script": True},
            {"load_git_info": True},
            {"debug_disconnect_websocket": True},
            {"debug_shutdown_runtime": True},
            {"rerun_script": {"page_script_hash": "khong-co"}},
            {"rerun_script": {"page_name": "../../etc", "query_string": "a=%00&lang=\u202e"}},
            {"rerun_script": {"fragment_id": "x" * 500}},
            {"rerun_script": {"widget_states": {"widgets": [{"id": "x" * 70_000}]}}},
            {"file_urls_request": {"file_names": ["../../kiosk.db"], "session_id": "x"}},
        )
    )
    return BackMsg(**odd)
