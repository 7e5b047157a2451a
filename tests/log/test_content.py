"""What is sealed of a presentation says where each fact came from."""

from __future__ import annotations

from tests.support import TODAY
from verification.card.facts import Card
from verification.card.presented import Kind
from verification.log.content import content_of
from verification.rules.law.verdict import Verdict

STORED = Card(ma_the="DN4797900000011", gioi_tinh="2", ma_dkbd="79014")


def answered(card: Card | None, shown: Card | None) -> Verdict:
    """Return an answer with these facts."""
    return Verdict(Kind.BHYT_QR, "0" * 64, TODAY, (), card=card, shown=shown)


def test_of_a_text_without_a_card_only_its_hash_is_sealed() -> None:
    assert content_of(answered(None, None), quet=True) == {"sha256": "0" * 64}
    beside = content_of(answered(None, None), quet=True, beside={"so": "1"})
    assert beside == {"kem": {"so": "1"}, "sha256": "0" * 64}


def test_each_fact_says_whether_it_was_scanned_typed_or_only_in_the_store() -> None:
    shown = Card(ma_the=STORED.ma_the)
    scanned = content_of(answered(STORED, shown), quet=True)
    assert scanned["cach_doc"] == {"ma_the": "quet", "gioi_tinh": "kho", "ma_dkbd": "kho"}
    assert content_of(answered(STORED, shown), quet=False)["cach_doc"]["ma_the"] == "go"


def test_what_was_presented_otherwise_is_sealed_beside_the_record_and_only_that() -> None:
    other = Card(ma_the=STORED.ma_the, ma_dkbd="79024")
    sealed = content_of(answered(STORED, other), quet=True)
    assert sealed["trinh_ra"] == {"ma_dkbd": "79024"}
    assert sealed["ban_ghi"]["ma_dkbd"] == "79014"
    assert "trinh_ra" not in content_of(answered(STORED, STORED), quet=True)
