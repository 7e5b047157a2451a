"""What Streamlit does on its own that a kiosk has no use for."""

from streamlit import net_util
from streamlit.watcher.polling_path_watcher import PollingPathWatcher


def watch_no_settings() -> None:
    """End the watch over Streamlit's configuration: settings are read once, at the start.

    Two threads look at its files five times a second, whatever `fileWatcherType` says; each look
    that was begun is the last. A change of the address would be taken over in a running server.
    """
    PollingPathWatcher._schedule = _not_again  # type: ignore[method-assign]  # noqa: SLF001


def ask_nobody_outside() -> None:
    """Let Streamlit look for no public address: it asks a host on the internet.

    It would at a WebSocket of any name but the first; the gate has compared it by then, and
    `serve` gives Streamlit all names of the house.
    """
    net_util.get_external_ip = _none


def _none() -> None:
    return None


def _not_again(self: PollingPathWatcher) -> None:
    pass
