"""A run in which tests hang and workers break comes to its end, and names each such test."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests import guard
from tests.support import ROOT

FILES = {
    "test_unwatched": """
        import faulthandler, os, time

        def test_before(): pass

        def test_hangs_without_a_limit():
            faulthandler.cancel_dump_traceback_later()
            if not os.fork():
                time.sleep(1000)
            time.sleep(1000)

        def test_after_a(): pass
        def test_after_b(): pass
        """,
    "test_held": """
        import os, signal, time

        def test_breaks_while_a_child_holds_its_pipe():
            if not os.fork():
                time.sleep(1000)
            os.kill(os.getpid(), signal.SIGKILL)

        def test_after_c(): pass
        """,
    "test_behind": """
        import pytest, time

        @pytest.fixture
        def hanging():
            yield
            time.sleep(1000)

        def test_fails_and_hangs_behind(hanging):
            assert False
        """,
    "test_again": """
        import pytest, time
        tries = []

        @pytest.mark.flaky(reruns=1)
        def test_fails_and_hangs_when_tried_again():
            tries.append(1)
            if len(tries) > 1:
                time.sleep(1000)
            assert False
        """,
    "test_well": """
        import pytest

        @pytest.mark.parametrize("n", range(20))
        def test_is_well(n): pass
        """,
}
ENDED = {
    "test_hangs_without_a_limit",
    "test_breaks_while_a_child_holds_its_pipe",
    "test_fails_and_hangs_behind",
    "test_fails_and_hangs_when_tried_again",
}
WELL = 4 + 20


@pytest.mark.long
@pytest.mark.skipif(not guard.PROCESSES.exists(), reason="nothing is guarded here")
def test_a_run_ends_whatever_hangs_and_says_of_each_test_that_it_did(tmp_path: Path) -> None:
    for name, code in FILES.items():
        (tmp_path / f"{name}.py").write_text(re.sub(r"^ {8}", "", code, flags=re.MULTILINE))
    plugins = [word for name in ("guard", "hanging", "sharing") for word in ("-p", f"tests.{name}")]
    run = ["-n", "2", "--no-loadscope-reorder", "-o", "faulthandler_timeout=3", "-p"]
    where = ["-c", "pyproject.toml", "--rootdir", str(tmp_path), str(tmp_path)]
    with tempfile.TemporaryDirectory() as temporary:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *plugins, *run, "no:cacheprovider", *where],
            cwd=ROOT,
            env={k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
            | {"TMPDIR": temporary},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert guard.marked(temporary) == []
        assert list(Path(temporary).iterdir()) == []
    told = done.stdout + done.stderr
    assert done.returncode == 1, told
    assert set(re.findall(r"crashed while running '\S+::(\w+)'", told)) == ENDED, told
    assert all(f"{name} (" in done.stderr for name in ENDED if "breaks" not in name), told
    assert 'test_unwatched.py", line 10 in test_hangs_without_a_limit' in done.stderr, told
    assert re.search(rf"failed, {WELL} passed", done.stdout.splitlines()[-1]), told
