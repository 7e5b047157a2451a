"""`setup` and `serve`: the same on every system; the Makefile calls them."""

import os
import subprocess
import sys
from functools import partial

import click

from verification import ROOT
from verification.operations.commands import options, output
from verification.operations.settings import Settings, read_settings
from verification.operations.unsaid import ask, unsaid
from verification.operations.waiting import until_opened
from verification.operations.wiring import only_server, open_log, prepare_store


# What `setup` does before its packages are there stands in `__main__`: click is one of them.
@options.command
@click.option("--tests", is_flag=True, expose_value=False, help="what the tests need, too")
@click.option("--postgres", is_flag=True, expose_value=False, help="a store on PostgreSQL, too")
@click.option("--store", is_flag=True, expose_value=False, help="make the store only")
def setup(*, emit: output.Emit) -> int:
    """Install what is needed, make the store."""
    _ask()
    settings = read_settings(os.environ)
    made = prepare_store(settings, ROOT / "fixtures")
    for text in unsaid(settings):
        click.echo(f"{text.vi} / {text.en}", err=True)
    demo = " (dữ liệu mẫu / demo)" if made["demo"] else ""
    emit(made, f"Dữ liệu thẻ: {made['cards']} thẻ{demo}")
    return 0


@options.command
@click.option("--port", type=int, default=8501)
@click.option("--wait", is_flag=True, help="show why the store cannot be opened, and try again")
def serve(*, port: int, wait: bool, emit: output.Emit) -> int:  # noqa: ARG001  # its answers are the pages
    """Start the kiosk."""
    _ask()
    settings = read_settings(os.environ)
    with only_server(settings):  # what keeps it from starting is told here, in one sentence
        if wait:
            until_opened(settings, port, partial(_opens, settings), _say)
        else:
            _opens(settings)
    app = str(ROOT / "kiosk_app.py")
    words = [sys.executable, "-m", "streamlit", "run", app, "--server.port", str(port)]
    chosen = {
        "server.address": settings.address,
        "server.sslCertFile": settings.tls_cert,
        "server.sslKeyFile": settings.tls_key,
        # without a name of its own Streamlit asks an outside host for its public address
        "browser.serverAddress": next(iter(settings.hosts), None),
    }
    for name, value in chosen.items():
        words += [f"--{name}", str(value)] if value else []
    for host in settings.hosts:  # their WebSockets; it compares names alone, the gate all of it
        words += ["--server.corsAllowedOrigins", f"https://{host}"]
    # a header names neither where a request comes from nor its scheme: there is no proxy in front
    os.environ["FORWARDED_ALLOW_IPS"] = ""
    os.environ["PYTHONIOENCODING"] = "utf-8:replace"  # a console of Windows may know no Vietnamese
    if os.name == "posix":
        # The threads of all pages share two heaps of glibc, where each core had eight: those kept
        # what had been freed in them, and a server grew while its objects did not.
        os.environ.setdefault("MALLOC_ARENA_MAX", "2")
        os.chdir(ROOT)
        # in this process's place, so that a signal to it reaches the server
        os.execv(sys.executable, words)  # noqa: S606  # fixed words, no shell
    return subprocess.call(words, cwd=ROOT)


def _ask() -> None:
    """Ask what a real house has not said, at a terminal alone: else nobody would answer."""
    if sys.stdin and sys.stdin.isatty() and sys.stderr.isatty():
        hears = partial(
            click.prompt, "", default="", show_default=False, prompt_suffix="> ", err=True
        )
        ask(os.environ, hears, _say)


def _opens(settings: Settings) -> None:
    open_log(settings).close()  # the server itself prepares the store


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
