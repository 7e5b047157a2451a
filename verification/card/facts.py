"""What is known of a card, under the portal's official field names."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from verification.basics.dates import PartialDate


class Status(StrEnum):
    """`trang_thai` of a card in the store."""

    HIEU_LUC = "hieu_luc"
    THU_HOI = "thu_hoi"
    BAO_GIAM = "bao_giam"
    TAM_KHOA = "tam_khoa"
    TU_VONG = "tu_vong"
    THE_MOI = "the_moi"


class Origin(StrEnum):
    """Who made the copy that a row of the store came with, in the order in which they are told.

    Only the insurer is believed against the others, whatever the day: the national portal's own
    answer, and its list. Of the others the newest counts, whoever made it.
    """

    PORTAL = "portal"  # an answer of the national portal, never a list
    BHXH = "bhxh"
    XML1 = "xml1"
    HOSPITAL = "hospital"
    COMPANY = "company"

    @property
    def trusted(self) -> bool:
        """Tell whether what it says is believed against any other: only the insurer's own word."""
        return self in {Origin.PORTAL, Origin.BHXH}


LISTS: tuple[Origin, ...] = tuple(origin for origin in Origin if origin is not Origin.PORTAL)
"""Who makes lists that are imported."""


@dataclass(frozen=True)
class Card:
    """Facts of one card; None is "not known".

    Args:
        ma_the: The 15-character number.
        ma_so_bhxh: The 10-digit social-insurance number, one per person.
        so_cccd: The 12-digit citizen number.
        ho_ten: Full name, NFC.
        ngay_sinh: Birth date at the precision given.
        gioi_tinh: `1` nam, `2` nữ.
        dia_chi: Address, or the employer on company cards.
        ma_dkbd: Five-character code of the facility of initial registration.
        gt_the_tu: First day of validity.
        gt_the_den: Last day of validity; None where none is given.
        ma_kv: `K1`, `K2`, `K3` or None.
        ngay_du_5_nam: The day on which five years in a row are full.
    """

    ma_the: str | None = None
    ma_so_bhxh: str | None = None
    so_cccd: str | None = None
    ho_ten: str | None = None
    ngay_sinh: PartialDate | None = None
    gioi_tinh: str | None = None
    dia_chi: str | None = None
    ma_dkbd: str | None = None
    gt_the_tu: date | None = None
    gt_the_den: date | None = None
    ma_kv: str | None = None
    ngay_du_5_nam: date | None = None

    @property
    def ma_doi_tuong(self) -> str | None:
        """Return the object code, characters 1 and 2 of `ma_the`."""
        return self.ma_the[:2] if self.ma_the else None

    @property
    def muc_huong(self) -> str | None:
        """Return the benefit digit as printed, character 3 of `ma_the`."""
        return self.ma_the[2] if self.ma_the else None

    def holds_on(self, day: date) -> bool:
        """Tell whether a day lies in its validity, both ends included."""
        begun = self.gt_the_tu is None or self.gt_the_tu <= day
        return begun and (self.gt_the_den is None or day <= self.gt_the_den)

    def filled_from(self, other: "Card") -> "Card":
        """Return it with what it lacks taken from another source.

        Validity is one fact of two dates: it is never mixed from two sources.
        """
        pair = {"gt_the_tu", "gt_the_den"} if self.gt_the_tu or self.gt_the_den else set()
        lacking = {
            name: value
            for name, value in vars(other).items()
            if value is not None and getattr(self, name) is None and name not in pair
        }
        return replace(self, **lacking) if lacking else self


@dataclass(frozen=True)
class Record:
    """One period of one card number, with what the store says of it.

    Args:
        card: The facts; its validity is the period.
        trang_thai: Its status: of this period, or of the whole number.
        the_moi: The number that replaces it, where `trang_thai` is `the_moi`.
        as_of: The day of the copy that it came with.
        origin: Who made that copy.
        copy: Counts the imports; of two copies of one day the later one is the newer.
        others: The other periods of the number, once it is known which one counts.
    """

    card: Card
    trang_thai: Status
    the_moi: str | None
    as_of: date
    origin: Origin = Origin.HOSPITAL
    copy: int = 0
    others: tuple["Record", ...] = ()

    @property
    def number(self) -> str | None:
        """Return the number that the store knows it by."""
        return self.card.ma_the or self.card.ma_so_bhxh

    @property
    def heard(self) -> tuple[date, int]:
        """Return when it was heard of: what is greater is newer."""
        return self.as_of, self.copy

    @property
    def known(self) -> tuple["Record", ...]:
        """Return all that the store has of its number, this period first."""
        return (self, *self.others)


@dataclass(frozen=True)
class Refusal:
    """A row that an import refused, of a number that could be read.

    Args:
        number: The card, BHXH or citizen number that it was of.
        as_of: The day of the copy.
        origin: Who made it.
        copy: Counts the imports.
    """

    number: str
    as_of: date
    origin: Origin = Origin.HOSPITAL
    copy: int = 0

    def stands_against(self, records: tuple[Record, ...]) -> bool:
        """Tell whether no row of the number is newer and as trusted: what is known is too old."""
        return not any(
            record.origin.trusted >= self.origin.trusted and record.heard > (self.as_of, self.copy)
            for record in records
        )


@dataclass(frozen=True)
class Facility:
    """One facility of the store; fields as in the import file."""

    ma_cskcb: str
    ten: str
    ma_tinh: str
    cap: str | None = None
    diem: str | None = None
    hang_cu: str | None = None
    loai_12: bool = False
    vi_do: float | None = None
    kinh_do: float | None = None


@dataclass(frozen=True)
class Office:
    """One social-insurance office."""

    ma_co_quan: str
    ten: str
    ma_tinh: str
    dia_chi: str | None = None
