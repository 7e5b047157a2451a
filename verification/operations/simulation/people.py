"""Invented people for the simulation: cards, documents, and how they present themselves."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from verification.basics.dates import VIETNAM

OWN = "79014"
OTHERS = ("79024", "79030", "79037", "79055", "79408", "79612", "74001", "74012", "75003", "80001")
NEAR = OTHERS[:6]
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi")
_MIDDLE = ("Văn", "Thị", "Hữu", "Ngọc", "Minh", "Thanh", "Đức", "Thu", "Quốc", "Kim")
_GIVEN = ("An", "Bình", "Châu", "Dung", "Giang", "Hà", "Hải", "Hùng", "Lan", "Linh", "Long", "Mai")
_ADULT_CODES = ("DN4", "HC4", "GD4", "GD4", "HN2", "CN3", "XK4", "BT2")
_DESKS = 6
_SUNDAY = 6


@dataclass
class Person:
    """One invented person and card."""

    at: int
    ma_the: str
    so_cccd: str
    ho_ten: str
    ngay_sinh: str
    gioi_tinh: str
    gt_the_tu: str
    gt_the_den: str
    shown: dict[str, str] = field(default_factory=dict)
    stored: dict[str, str] = field(default_factory=dict)
    trang_thai: str = "hieu_luc"
    in_store: bool = True
    home: str = OWN

    @property
    def ma_bn(self) -> str:
        """Return the own hospital's number of the person."""
        return f"BN{self.at:07d}"


@dataclass(frozen=True)
class Planned:
    """One invented visit."""

    at: datetime
    person: Person
    ma_cskcb: str
    group: str
    scheme: str = ""
    facts: dict[str, str] = field(default_factory=dict)


class World:
    """Repeatable chance, time and people.

    Args:
        seed: Of the chance.
        days: How many days there are.
    """

    def __init__(self, seed: int, days: int) -> None:
        self.random = Random(seed)
        self._seed = seed
        self.days = days
        self.start = date(2026, 3, 2)
        self.people: list[Person] = []

    def habit(self, name: str, low: float, high: float) -> int:
        """Return a number that is this world's own: the same all the time, another by seed."""
        return round(Random(f"{self._seed} {name}").uniform(low, high))

    def labelled(self, visit: Planned, scheme: str, **facts: str) -> Planned:
        """Return a visit as part of a scheme."""
        return replace(visit, group="", scheme=scheme, facts=visit.facts | facts)

    def chance(self, share: float) -> bool:
        """Tell whether something happens that does in this share of cases."""
        return self.random.random() < share

    def person(self, age: tuple[int, int] = (16, 88), sex: str | None = None) -> Person:
        """Return a new person."""
        rnd, at = self.random, len(self.people) + 1
        years = rnd.randint(*age)
        born = date(2026 - years, rnd.randint(1, 12), rnd.randint(1, 28))
        born = min(born, self.start - timedelta(days=40))
        gender = sex or rnd.choice("12")
        begin, end = self._validity()
        code = "TE1" if years < 6 else "HS4" if years < 18 else rnd.choice(_ADULT_CODES)  # noqa: PLR2004  # ages of the law
        place = rnd.choice(("79", "79", "79", "74", "80", "82"))
        century = (born.year // 100 - 19) * 2 + (gender == "2")
        citizen = f"0{place}{century}{born.year % 100:02d}{(at * 7919) % 1_000_000:06d}"
        name = f"{rnd.choice(_FAMILY)} {rnd.choice(_MIDDLE)} {rnd.choice(_GIVEN)} Mẫu"
        number = f"{code}{place}{place}{(at * 104_729) % 100_000_000:08d}"
        made = Person(
            at, number, citizen, name, born.isoformat(), gender, begin.isoformat(), end.isoformat()
        )
        made.in_store = not self.chance(0.01)  # a store is never whole
        if self.chance(0.005):  # mistakes of the card store
            day = f"{born.year - 1}-{born:%m-%d}"
            mistakes = ({"ngay_sinh": day}, {"gioi_tinh": "12"[gender == "1"]}, {"so_cccd": ""})
            made.stored = rnd.choices(mistakes, (70, 10, 20))[0]
        made.home = OWN if self.chance(0.75) else rnd.choice(NEAR)
        self.people.append(made)
        return made

    def _validity(self) -> tuple[date, date]:
        if self.chance(0.8):  # most are renewed for the calendar year
            return date(2026, 1, 1), date(2026, 12, 31)
        begin = date(2025, 1, 1) + timedelta(days=self.random.randrange(420))
        return begin, max(begin + timedelta(days=364), self.end + timedelta(days=10))

    @property
    def end(self) -> date:
        """Return the last day."""
        return self.start + timedelta(days=self.days - 1)

    def day(self, first: int = 0, last: int | None = None) -> int:
        """Return a day of the time, fewer on Sundays."""
        last = self.days - 1 if last is None else min(last, self.days - 1)
        found = self.random.randint(min(first, last), last)
        if (self.start + timedelta(days=found)).weekday() == _SUNDAY and self.chance(0.7):
            found = max(found - 1, 0)
        return found

    def time(self, day: int, hours: tuple[float, float] = (6.5, 16.5)) -> datetime:
        """Return a time of a day, most in the morning."""
        low, high = hours
        hour = self.random.triangular(low, high, low + (high - low) * 0.25)
        midnight = datetime.combine(self.start + timedelta(days=day), datetime.min.time(), VIETNAM)
        return midnight + timedelta(seconds=round(hour * 3600))

    def at_counter(self, person: Person, at: datetime, ma_cskcb: str) -> dict[str, str]:
        """Return how a person presents the card."""
        rnd = self.random
        how = rnd.choices(("vssid", "cccd", "vneid", "giay", "go"), (34, 30, 20, 12, 4))[0]
        document = how == "cccd" or self.chance(0.7)
        age = at.year - int(person.ngay_sinh[:4])
        document = document and age >= 14  # noqa: PLR2004  # younger have none
        how = "vssid" if how == "cccd" and not document else how
        compared = rnd.choices(("cccd", "vneid", "chua"), (55, 15, 30))[0]
        own = ma_cskcb == OWN
        desk = rnd.randint(1, _DESKS)
        return {
            "so_cccd": person.so_cccd if document else "",
            "quay": str(desk) if own else "",
            "nhan_vien": f"nv{desk + _DESKS * (at.day % 2):02d}" if own else "",
            "cach_trinh": how,
            "cach_doc": "go" if how == "go" else "quet",
            "ma_loai_kcb": "01",
            "ma_doituong_kcb": "1.1" if person.home == ma_cskcb else "1.11",
            "so_ngay_thuoc": "0",
            "ma_bn": person.ma_bn if own else "",
            "doi_chieu": ("cccd" if document else compared) if compared != "chua" else "chua",
        }
