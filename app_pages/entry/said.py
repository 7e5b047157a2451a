"""What an open page is told, read before Streamlit reads it.

Streamlit takes an event's text for JSON and lets through what its reader raises beside "no JSON": a
number of thousands of digits, nesting without end. The run of the page then ends in a traceback.
"""

import json

from streamlit.proto.BackMsg_pb2 import BackMsg


def readable(sent: bytes) -> bytes:
    """Return a message without those events that nobody can read.

    Args:
        sent: As it came; what is no message at all is left to Streamlit, which closes the socket.
    """
    message = BackMsg()
    try:
        message.ParseFromString(sent)
    except Exception:  # noqa: BLE001  # protobuf's own, which nothing else of the kiosk needs
        return sent
    widgets = message.rerun_script.widget_states.widgets
    kept = [
        widget
        for widget in widgets
        if _is_json(widget.json_trigger_value) and _is_json(widget.json_value)
    ]
    if len(kept) == len(widgets):
        return sent
    del widgets[:]
    widgets.extend(kept)
    return bytes(message.SerializeToString())


def _is_json(text: str) -> bool:
    """Tell whether a text is read without an error of another kind than "this is no JSON"."""
    try:
        json.loads(text)
    except json.JSONDecodeError:
        return True  # none is taken for a text, and a text is no event
    except (ValueError, RecursionError):
        return False
    return True
