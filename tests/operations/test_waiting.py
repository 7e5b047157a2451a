"""What stands in the place of the kiosk while its store cannot be opened."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from verification.basics.errors import StoreError
from verification.operations.settings import read_settings
from verification.operations.waiting import _POLICY, drawn


def test_the_page_says_why_in_both_languages_without_a_folder_and_may_run_its_script(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "kho"
    settings = read_settings({"KIOSK_DB": str(folder / "kiosk.db")})
    page = drawn(settings, StoreError(f"Không đọc được {folder}/kiosk.db", "<cannot> be read"))
    assert "Không đọc được kiosk.db" in page
    assert "&lt;cannot&gt; be read" in page
    assert "CHƯA MỞ ĐƯỢC KIOSK" in page
    assert "Nobody can be received here yet" in page
    script = page.split("<script>")[1].split("</script>")[0]
    assert b64encode(sha256(script.encode()).digest()).decode() in _POLICY
