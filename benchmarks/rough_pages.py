"""An open page to which anything is said, read as a browser reads it."""

import json
from contextlib import suppress
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.rough_events import END, FRONT
from tests.app_pages.knocking import CLOSE, Caller, RawSocket

_BINARY = 2
_COMPONENTS = ("-desk", "-case", "-upload", "-finder")


class OpenPage:
    """A page of a session, run once.

    Args:
        officer: Whose session it is.
    """

    def __init__(self, officer: Caller) -> None:
        self.component: str | None = None
        self.mark = ""
        self.handled = 0  # events that the page has acknowledged
        self._ack: object = None
        self._socket = RawSocket(officer)

    def __enter__(self) -> Self:
        """Run it once."""
        back = BackMsg()
        back.rerun_script.SetInParent()
        self.says(back.SerializeToString())
        return self

    def __exit__(self, *_: object) -> None:
        """Leave it."""
        self._socket.__exit__(None, None, None)

    def says(self, sent: bytes) -> str:
        """Say something, then have the page run: what came of it.

        Args:
            sent: The message.

        Returns:
            `run` where the page ran to its end, `closed` where the server closed the socket,
            `silent` where nothing came, else what the page shows of its insides.
        """
        shown = ""
        try:
            self._socket.send(sent)
            if not _runs(sent):
                self._socket.send(_RERUN)
            while True:
                kind, body = self._socket.receive()
                if kind == CLOSE:
                    return "closed"
                coming = ForwardMsg.FromString(body) if kind == _BINARY else ForwardMsg()
                shown = shown or self._seen(coming)
                if coming.WhichOneof("type") == "script_finished" and self._over(coming):
                    return shown or "run"
        except TimeoutError:
            return "silent"
        except (OSError, ValueError):
            return "closed"

    def _over(self, coming: ForwardMsg) -> bool:
        return coming.script_finished == ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY

    def _seen(self, coming: ForwardMsg) -> str:
        """Note what the page has; return what it shows of an error."""
        element = coming.delta.new_element
        match element.WhichOneof("type"):
            case "exception":
                return f"shows {element.exception.type}: {element.exception.message[:200]}"
            case "bidi_component" if element.bidi_component.id.endswith(_COMPONENTS):
                self.component = f"{FRONT}{element.bidi_component.id}{END}"
                with suppress(ValueError):
                    view = json.loads(element.bidi_component.json)
                    self.mark, ack = str(view.get("mark", "")), view.get("ack")
                    self.handled += ack not in (self._ack, None)
                    self._ack = ack
        return ""


_RERUN = BackMsg(rerun_script={}).SerializeToString()


def _runs(sent: bytes) -> bool:
    try:
        return BackMsg.FromString(sent).WhichOneof("type") == "rerun_script"
    except Exception:  # noqa: BLE001  # protobuf's own: no message at all
        return False
