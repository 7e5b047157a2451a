"""Streamlit's own threads that a kiosk has no use for."""

from streamlit.watcher.polling_path_watcher import PollingPathWatcher


def watch_no_settings() -> None:
    """End the watch over Streamlit's configuration: settings are read once, at the start.

    Two threads look at its files five times a second, whatever `fileWatcherType` says; each look
    that was begun is the last. A change of the address would be taken over in a running server.
    """
    PollingPathWatcher._schedule = _not_again  # type: ignore[method-assign]  # noqa: SLF001


def _not_again(_watch: PollingPathWatcher) -> None:
    pass
