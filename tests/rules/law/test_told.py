"""The whole table of the portal's codes, as `judge` takes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.portal_desk_support import NEW, QR, an_answer, of_qr, stored
from tests.support import TODAY, each
from verification.basics.dates import PartialDate
from verification.card import presented
from verification.card.facts import Card, Origin, Record, Status
from verification.card.memory import MemoryCards
from verification.card.portal import Cause, PortalAnswer, PortalOutcome
from verification.card.portal_codes import portal_codes
from verification.exchange.observed import Observed
from verification.rules.law import tables as law
from verification.rules.law.verdict import Rules, Source, Verdict, judge

RULES = Rules(law.shipped())
DAY = timedelta(days=1)


def verdict(
    *answers: PortalAnswer,
    records: tuple[Record, ...] = (),
    on: date = TODAY,
    today: date = TODAY,
    raw: bytes = QR,
) -> Verdict:
    """Return the verdict over the QR with what the portal said."""
    cards = Observed(MemoryCards(records), lambda _: answers)
    return judge(presented.read(raw, on), cards, RULES, on, today, answers)


def told(found: Verdict) -> tuple[str, str, list[str]]:
    """Return outcome, source and reasons in short."""
    return found.outcome, found.source, [f.reason.value for f in found.reasons]


# code: with facts and a store that knows the card
OF_A_KNOWN_CARD = {
    "000": ("eligible", "valid"),
    "001": ("eligible", "managed_elsewhere"),
    "002": ("eligible", "managed_elsewhere"),
    "003": ("undetermined", "card_replaced"),
    "004": ("eligible", "card_replaced"),
    "010": ("not_eligible", "expired"),
    "050": ("undetermined", "not_in_store"),
    "051": ("undetermined", "bad_number"),
    "052": ("undetermined", "bad_number"),
    "053": ("undetermined", "bad_number"),
    "060": ("undetermined", "name_differs"),
    "061": ("undetermined", "name_differs"),
    "070": ("undetermined", "birth_differs"),
    "090": ("eligible", "facility_differs"),
    "110": ("not_eligible", "withdrawn"),
    "120": ("not_eligible", "reduced"),
    "121": ("not_eligible", "reduced"),
    "122": ("not_eligible", "reduced"),
    "123": ("not_eligible", "reduced"),
    "124": ("not_eligible", "reduced"),
    "130": ("eligible", "temporary_number"),
    **dict.fromkeys(("054", "055", "100", "101", "205", "401", "500"), ("eligible", "valid")),
}


@each(("code", "wanted"), OF_A_KNOWN_CARD.items())
def test_a_code_without_facts_over_a_card_of_the_store(code: str, wanted: tuple[str, str]) -> None:
    found = verdict(an_answer(code), records=(stored(),))
    assert (found.outcome, found.headline.reason) == wanted
    assert all(finding.sentence.vi and finding.sentence.en for finding in found.reasons)


def test_every_code_is_judged_here() -> None:
    assert OF_A_KNOWN_CARD.keys() == portal_codes().keys()


@each("code", portal_codes())
def test_a_code_with_facts_of_a_card_that_the_store_lacks(code: str) -> None:
    answer = an_answer(code, card=of_qr(gt_the_den=date(2026, 12, 31)))
    found = verdict(answer)
    settled = {"000", "001", "002", "004", "090", "130"}
    assert (found.outcome == "eligible") == (code in settled)
    assert (found.outcome == "not_eligible") == (code in {"110", "120", "121", "122", "123", "124"})
    if code in settled - {"090"}:
        assert (found.source, found.as_of) == (Source.PORTAL, TODAY)
        assert found.card is not None
        assert found.card.gt_the_den == date(2026, 12, 31)


@pytest.mark.parametrize("code", [c for c, said in portal_codes().items() if said.cause])
def test_a_technical_code_is_never_worse_than_no_portal(code: str) -> None:
    for records in ((), (stored(),), (stored(Status.THU_HOI),)):
        before, after = verdict(records=records), verdict(an_answer(code), records=records)
        assert (after.outcome, after.headline) == (before.outcome, before.headline)
        assert "portal_silent" in told(after)[2]
        assert (after.rate, after.card) == (before.rate, before.card)


@each("cause", Cause)
def test_no_answer_is_never_worse_than_no_portal(cause: Cause) -> None:
    answer = PortalAnswer(PortalOutcome.SILENT, an_answer("000").at, cause=cause)
    assert told(verdict(answer, records=(stored(),)))[2] == ["valid", "portal_silent"]
    assert told(verdict(answer))[2] == ["not_in_store", "portal_silent"]


def test_a_code_of_no_table_shows_itself_and_is_never_green() -> None:
    answer = an_answer("777", card=of_qr(), note="Liên hệ  7900000011 ngay")
    found = verdict(answer, records=(stored(),))
    assert told(found) == ("undetermined", "store", ["portal_refused"])
    assert found.headline.sentence.vi == "Cổng BHXH trả lời mã 777: Liên hệ ••••••0011 ngay"
    assert "777" in verdict(an_answer("777"), records=(stored(),)).headline.sentence.vi


def test_a_note_of_an_unknown_code_locks_the_card() -> None:
    answer = an_answer("777", note="Thẻ đang bị tạm khóa")
    assert told(verdict(answer, records=(stored(),))) == ("not_eligible", "portal", ["locked"])
    assert told(verdict(answer)) == ("not_eligible", "portal", ["locked"])


# ---- dates


def test_the_portal_settles_a_renewal_that_the_store_does_not_know() -> None:
    ended = stored(gt_the_den=TODAY - DAY)
    assert verdict(records=(ended,)).headline.reason == "renewal_unknown"
    renewed = of_qr(gt_the_tu=TODAY, gt_the_den=date(2027, 12, 31))
    found = verdict(an_answer("000", card=renewed), records=(ended,))
    assert (found.outcome, found.source) == ("eligible", "portal")
    over = of_qr(gt_the_den=TODAY - DAY)
    found = verdict(an_answer("010", card=over), records=(ended,))
    assert (found.outcome, found.headline.reason) == ("not_eligible", "expired")


def test_expired_with_dates_that_run_is_neither_green_nor_red() -> None:
    found = verdict(an_answer("010", card=of_qr(gt_the_den=TODAY)), records=(stored(),))
    assert (found.outcome, found.headline.reason) == ("undetermined", "renewal_unknown")


def test_a_card_that_the_portal_calls_expired_is_not_green_the_day_after() -> None:
    found = verdict(an_answer("010"), records=(stored(),), on=TODAY + DAY, today=TODAY + DAY)
    assert (found.outcome, found.headline.reason) == ("undetermined", "renewal_unknown")


def test_of_another_day_an_answer_says_only_what_its_periods_say() -> None:
    for code in ("060", "050", "777", "051", "054"):
        found = verdict(an_answer(code), records=(stored(),), on=TODAY - DAY)
        assert told(found)[2] == ["valid"], code
    over = of_qr(gt_the_den=TODAY - 2 * DAY)
    found = verdict(an_answer("000", card=over), on=TODAY - DAY)
    assert (found.source, found.headline.reason) == ("portal", "expired")


def test_an_answer_that_is_too_old_is_an_old_copy() -> None:
    later = TODAY + timedelta(days=31)
    found = verdict(an_answer("000", card=of_qr()), on=later, today=later)
    assert (found.outcome, found.headline.reason) == ("undetermined", "record_too_old")


def test_a_later_list_of_the_insurer_counts_over_the_answer() -> None:
    later = TODAY + DAY
    listed = replace(stored(gt_the_den=TODAY), origin=Origin.BHXH, as_of=later + DAY)
    answer = an_answer("000", card=of_qr(gt_the_den=date(2027, 1, 1)))
    found = verdict(answer, records=(listed,), on=later, today=later + DAY)
    assert (found.source, found.headline.reason) == ("store", "expired")
    early = replace(listed, as_of=TODAY - DAY)
    found = verdict(answer, records=(early,), on=later, today=later)
    assert (found.outcome, found.source) == ("eligible", "portal")


def test_a_conflict_shows_both_values() -> None:
    answer = an_answer("000", card=of_qr(ma_dkbd="79034", gt_the_den=date(2026, 12, 31)))
    found = verdict(answer, records=(stored(gt_the_den=date(2027, 12, 31)),), raw=b"7900000011")
    by = {f.reason.value: f.sentence.vi for f in found.reasons}
    assert "79034" in by["facility_differs"]
    assert "79014" in by["facility_differs"]
    assert "31/12/2026" in by["validity_differs"]
    assert "31/12/2027" in by["validity_differs"]
    found = verdict(an_answer("060", card=of_qr(ho_ten="Trần Văn Thử")), records=(stored(),))
    assert "Trần Văn Thử" in found.headline.sentence.vi


def test_what_only_the_store_knows_stays() -> None:
    answer = an_answer("000", card=of_qr(gt_the_den=date(2026, 12, 31)))
    found = verdict(answer, records=(stored(so_cccd="079194000011"),))
    assert found.card is not None
    assert found.card.so_cccd == "079194000011"


# ---- another card


def new_card(**facts: object) -> Card:
    """Return the card that replaces that of the QR."""
    whole = Card(ma_the=NEW, ma_dkbd="79014", gt_the_tu=TODAY, gt_the_den=date(2027, 12, 31))
    return replace(whole, **facts)  # type: ignore[arg-type]  # names of fields, checked by replace


@pytest.mark.parametrize("records", [(), (stored(),)])
@pytest.mark.parametrize("code", ["003", "004"])
def test_the_new_card_is_used_if_it_runs_today(code: str, records: tuple[Record, ...]) -> None:
    found = verdict(an_answer(code, new=new_card()), records=records)
    assert (found.outcome, found.headline.reason) == ("eligible", "card_replaced")
    assert found.card is not None
    assert (found.card.ma_the, found.source) == (NEW, "portal")


def test_an_old_card_that_is_over_waits_for_the_new_one() -> None:
    later = new_card(gt_the_tu=TODAY + DAY)
    found = verdict(an_answer("003", card=of_qr(), new=later), records=(stored(),))
    assert (found.outcome, found.headline.reason) == ("not_eligible", "not_yet_valid")
    found = verdict(an_answer("004", card=of_qr(), new=later), records=(stored(),))
    assert (found.outcome, found.headline.reason) == ("eligible", "card_replaced")
    assert found.card is not None
    assert found.card.ma_the == of_qr().ma_the


def test_of_two_cards_that_hold_the_better_right_counts() -> None:
    better = new_card(ma_the="CK2797900000011")
    found = verdict(an_answer("004", card=of_qr(), new=better))
    assert found.rate == 1
    worse = an_answer("004", card=of_qr(ma_the="CK2797900000011"), new=new_card())
    worse = replace(worse, asked=replace(worse.asked, so_the="CK2797900000011"))  # type: ignore[type-var]
    old = QR.replace(b"DN4", b"CK2")
    assert verdict(worse, raw=old).rate == 1
    assert (
        verdict(replace(worse, code="003"), raw=old).rate
        == law.shipped().benefit(new_card(), TODAY).rate
    )  # type: ignore[union-attr]  # it has one


def test_a_renewal_keeps_its_number() -> None:
    renewed = new_card(ma_the=of_qr().ma_the, gt_the_tu=TODAY)
    over = of_qr(gt_the_den=TODAY - DAY)
    found = verdict(an_answer("003", card=over, new=renewed), records=(stored(),))
    assert found.outcome == "eligible"
    assert "card_replaced" in told(found)[2]
    assert found.card is not None
    assert found.card.gt_the_tu == TODAY


@pytest.mark.parametrize("code", ["121", "122", "123"])
def test_who_moved_is_reduced_only_if_nothing_runs_today(code: str) -> None:
    runs = an_answer("000", card=new_card())
    for records in ((), (stored(),)):
        found = verdict(an_answer(code, then=runs), records=records)
        assert (found.outcome, found.headline.reason) == ("eligible", "card_replaced")
        ended = an_answer("010", card=new_card(gt_the_tu=None, gt_the_den=TODAY - DAY))
        found = verdict(an_answer(code, then=ended), records=records)
        assert (found.outcome, found.headline.reason) == ("not_eligible", "reduced")


def test_a_new_card_that_nobody_could_look_up_is_not_known_to_run() -> None:
    silent = PortalAnswer(PortalOutcome.SILENT, an_answer("000").at, cause=Cause.TIMEOUT)
    answer = an_answer("003", new=Card(ma_the=NEW), then=silent)
    found = verdict(answer, records=(stored(),))
    assert found.outcome == "undetermined"
    assert "••••••0099" in " ".join(f.sentence.vi for f in found.reasons)


# ---- whom it is about


def test_a_name_that_was_wrong_is_nothing_against_another_name() -> None:
    other = an_answer("060")
    other = replace(other, asked=replace(other.asked, ho_ten="Trần Văn Thử"))  # type: ignore[type-var]
    assert told(verdict(other, records=(stored(),)))[2] == ["valid"]
    born = an_answer("070")
    assert told(verdict(born, records=(stored(),)))[2] == ["birth_differs"]


def test_another_number_of_the_person_is_not_meant() -> None:
    other = an_answer("777")
    other = replace(other, asked=replace(other.asked, so_the=NEW))  # type: ignore[type-var]
    assert told(verdict(other, records=(stored(),)))[2] == ["valid"]


def test_what_bars_the_bhxh_number_bars_the_one_card_of_the_person() -> None:
    answer = an_answer("110")
    answer = replace(answer, asked=replace(answer.asked, so_the="7900000011"))  # type: ignore[type-var]
    assert told(verdict(answer, records=(stored(),)))[2] == ["withdrawn"]


def test_the_newest_answer_lifts_what_an_earlier_one_barred() -> None:
    earlier, later = an_answer("110"), an_answer("000", card=of_qr())
    later = replace(later, at=later.at + timedelta(minutes=5))
    assert told(verdict(later, earlier, records=(stored(),)))[0] == "eligible"
    assert told(verdict(earlier, records=(stored(),)))[0] == "not_eligible"


BARE = b"7900000011"


@pytest.mark.parametrize("code", ["003", "004", "121", "122", "123"])
def test_who_shows_the_number_of_the_person_is_told_of_the_new_card_too(code: str) -> None:
    runs = an_answer("000", card=new_card(ma_the="CK2797900000011", ma_so_bhxh="7900000011"))
    answer = an_answer(code, card=of_qr(), new=new_card(ma_the="CK2797900000011"), then=runs)
    found = verdict(answer, records=(stored(),), raw=BARE)
    assert found.outcome == "eligible"
    assert "reduced" not in told(found)[2]
    assert "card_replaced" in told(found)[2]
    assert found.card is not None
    assert found.card.ma_the == "CK2797900000011"


def test_a_replaced_card_is_over_in_the_period_too_that_only_the_store_knows() -> None:
    before = of_qr(gt_the_tu=date(2020, 1, 1), gt_the_den=TODAY - 30 * DAY)
    own = replace(stored(), card=of_qr(gt_the_tu=date(2025, 1, 1), gt_the_den=TODAY + 90 * DAY))
    found = verdict(an_answer("003", card=before, new=new_card()), records=(own,))
    assert (found.outcome, found.headline.reason) == ("eligible", "card_replaced")
    assert found.card is not None
    assert found.card.ma_the == NEW
    later = new_card(ma_the=of_qr().ma_the, gt_the_tu=TODAY + DAY)
    found = verdict(an_answer("003", card=before, new=later), records=(own,))
    assert found.outcome == "not_eligible"


def test_an_expired_card_is_over_in_the_period_too_that_only_the_store_knows() -> None:
    before = of_qr(gt_the_tu=date(2020, 1, 1), gt_the_den=TODAY - 30 * DAY)
    own = replace(stored(), card=of_qr(gt_the_tu=date(2025, 1, 1), gt_the_den=TODAY + 90 * DAY))
    found = verdict(an_answer("010", card=before), records=(own,))
    assert (found.outcome, found.headline.reason) == ("not_eligible", "expired")
    later = TODAY + DAY
    found = verdict(an_answer("010", card=before), records=(own,), on=later, today=later)
    assert (found.outcome, found.headline.reason) == ("undetermined", "renewal_unknown")


def test_a_good_card_whose_dates_the_answer_lost_is_neither_green_nor_red() -> None:
    over = replace(
        stored(gt_the_tu=date(2024, 1, 1), gt_the_den=TODAY - 90 * DAY), origin=Origin.BHXH
    )
    assert verdict(records=(over,)).outcome == "not_eligible"
    found = verdict(an_answer("000"), records=(over,))
    assert (found.outcome, found.headline.reason) == ("undetermined", "renewal_unknown")
    assert verdict(an_answer("000"), records=(stored(),)).outcome == "eligible"


@pytest.mark.parametrize(
    ("fact", "value", "reason"),
    [
        ("ho_ten", "Trần Văn Khác", "name_differs"),
        ("ngay_sinh", PartialDate(1984, 3, 5), "birth_differs"),
        ("gioi_tinh", "1", "sex_differs"),
    ],
)
def test_of_a_bare_number_the_portals_person_takes_nobodys_place_unseen(
    fact: str, value: object, reason: str
) -> None:
    other = an_answer("000", card=of_qr(**{fact: value}))
    for raw in (BARE, str(of_qr().ma_the).encode()):
        found = verdict(other, records=(stored(gt_the_den=date(2026, 12, 31)),), raw=raw)
        assert (found.outcome, found.headline.reason) == ("undetermined", reason)
        said = found.headline.sentence.vi  # both values are shown
        assert "Dữ liệu thẻ ghi" in said
        assert "Cổng BHXH ghi" in said
        same = verdict(an_answer("000", card=of_qr()), records=(stored(),), raw=raw)
        assert same.outcome == "eligible"


@each(
    ("code", "note", "wanted"),
    [
        ("060", None, ("undetermined", "name_differs")),
        ("070", None, ("undetermined", "birth_differs")),
        ("050", None, ("undetermined", "not_in_store")),
        ("051", None, ("undetermined", "bad_number")),
        ("010", None, ("undetermined", "renewal_unknown")),
        ("777", "chưa rõ", ("undetermined", "portal_refused")),
        ("777", "Thẻ tạm khóa", ("not_eligible", "locked")),
        ("110", None, ("not_eligible", "withdrawn")),
        ("500", None, ("eligible", "card_replaced")),
    ],
)
def test_what_speaks_against_the_new_card_never_leaves_it_green(
    code: str, note: str | None, wanted: tuple[str, str]
) -> None:
    then = an_answer(code, card=None if code == "050" else new_card(), note=note)
    answer = an_answer("003", card=of_qr(), new=new_card(), then=then)
    for records in ((), (stored(),)):
        found = verdict(answer, records=records)
        assert (found.outcome, found.headline.reason) == wanted


@pytest.mark.parametrize("code", ["121", "122", "123"])
def test_silence_over_the_card_of_who_moved_is_neither_green_nor_red(code: str) -> None:
    silent = PortalAnswer(PortalOutcome.SILENT, an_answer("000").at, cause=Cause.TIMEOUT)
    for then in (silent, an_answer("777", note="?"), an_answer("500")):
        found = verdict(an_answer(code, then=then), records=(stored(),))
        assert (found.outcome, found.headline.reason) == ("undetermined", "card_replaced")
    later = TODAY + DAY
    answer = an_answer(code, then=silent)
    assert verdict(answer, records=(stored(),), on=later, today=later).outcome != "eligible"
