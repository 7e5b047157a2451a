"""`setup` and `serve`: the same on every system; the Makefile calls them."""

import os
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

from verification import machine

ROOT = Path(__file__).resolve().parents[2]


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
    """Start the kiosk in this process's place."""
    words = ["-m", "streamlit", "run", str(ROOT / "kiosk_app.py"), "--server.port", str(args.port)]
    try:
        return subprocess.call([sys.executable, *words], cwd=ROOT)
    except KeyboardInterrupt:
        return 0
