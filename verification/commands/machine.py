"""`setup` and `serve`: the same on every system; the Makefile calls them."""

import os
import subprocess
import sys
from argparse import Namespace

from verification import ROOT, machine


def set_up(args: Namespace) -> int:
    """Install what is missing, then make the embedded store."""
    if not args.store:
        python = machine.set_up(ROOT, browser=args.browser, out=sys.stderr)
        words = [str(python), "-m", "verification", "setup", "--store"]
        return subprocess.call([*words, *(["--json"] if args.json else [])], cwd=ROOT)
    # from here on the packages are there
    from verification.commands import output
    from verification.settings import read_settings
    from verification.wiring import prepare_store

    made = prepare_store(read_settings(os.environ), ROOT / "fixtures")
    demo = " (dữ liệu mẫu / demo)" if made["demo"] else ""
    output.emit(args, made, f"Kho thẻ: {made['cards']} thẻ{demo}")
    return 0


def serve(args: Namespace) -> int:
    """Start the kiosk in this process's place, so that a signal to it reaches the server."""
    from verification.settings import read_settings
    from verification.wiring import only_server, open_log

    settings = read_settings(os.environ)
    with only_server(settings):  # what keeps it from starting is told here, in one sentence
        open_log(settings).close()  # the server itself prepares the store
    app = str(ROOT / "kiosk_app.py")
    words = [sys.executable, "-m", "streamlit", "run", app, "--server.port", str(args.port)]
    chosen = {
        "server.address": settings.address,
        "server.sslCertFile": settings.tls_cert,
        "server.sslKeyFile": settings.tls_key,
        # without a name of its own Streamlit asks an outside host for its public address
        "browser.serverAddress": next(iter(settings.hosts), None),
    }
    for name, value in chosen.items():
        words += [f"--{name}", str(value)] if value else []
    # a header names neither where a request comes from nor its scheme: there is no proxy in front
    os.environ["FORWARDED_ALLOW_IPS"] = ""
    os.environ["PYTHONIOENCODING"] = "utf-8:replace"  # a console of Windows may know no Vietnamese
    if os.name == "posix":
        os.chdir(ROOT)
        os.execv(sys.executable, words)  # noqa: S606  # fixed words, no shell
    return subprocess.call(words, cwd=ROOT)
