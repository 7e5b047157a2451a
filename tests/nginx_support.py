"""A real nginx on loopback, in a folder of its own, with a configuration that is shipped."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.browser.running import wait_for
from verification.operations.for_tests import find_nginx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_FRAME = """pid {folder}/pid; error_log {folder}/error.log; daemon off; {user}
events {{ worker_connections 256; }}
http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
fastcgi_temp_path {folder}/a; uwsgi_temp_path {folder}/b; scgi_temp_path {folder}/c;
include {folder}/kiosk.conf; }}
"""


@contextmanager
def run_nginx(folder: Path, configuration: str, answers: Callable[[], object]) -> Iterator[None]:
    """Run nginx.

    Args:
        folder: For its files.
        configuration: As it lies in `conf.d`.
        answers: Tells whether it does.
    """
    (folder / "kiosk.conf").write_text(configuration, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    frame = folder / "nginx.conf"
    frame.write_text(_FRAME.format(folder=folder, user=user), encoding="utf-8")
    running = subprocess.Popen([str(find_nginx()), "-p", str(folder), "-c", str(frame)])
    try:
        wait_for(lambda: answers() or running.poll() is not None)
        assert running.poll() is None, (folder / "error.log").read_text()
        yield
    finally:
        running.terminate()
        running.wait(60)
