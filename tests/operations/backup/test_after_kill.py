"""After a kill one could go back: tried out on another path, then done."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.browser.running import Server
from tests.support import payload

if TYPE_CHECKING:
    from pathlib import Path


def test_after_a_kill_a_backup_is_tried_out_elsewhere_and_gone_back_to(tmp_path: Path) -> None:
    server = Server(tmp_path, KIOSK_CAMERA="none").start()
    told = [server.command("check-in", payload(f"patient-{n}").decode(), "--json") for n in (1, 2)]
    visits = {json.loads(one.stdout)["visit_id"] for one in told}
    server.kill()
    disk, place = tmp_path / "disk", tmp_path / "elsewhere"
    disk.mkdir()
    place.mkdir()
    made = json.loads(server.command("backup", str(disk), "--json").stdout)
    drilled = server.command("restore-drill", made["folder"], "--in", str(place))
    assert drilled.returncode == 0, drilled.stderr
    assert drilled.stdout.decode().startswith("QUAY LẠI ĐƯỢC")
    assert not [*place.iterdir()]
    back = tmp_path / "back"
    key = str(server.db.with_name("kiosk.db.key"))
    assert (
        server.command("restore", made["folder"], "--to", str(back), "--key", key).returncode == 0
    )
    server.db = back / "kiosk.db"
    server.environ["KIOSK_DB"] = str(server.db)
    assert server.command("verify-log").returncode == 0
    assert {one for (one,) in server.asked("SELECT visit_id FROM visit")} == visits
