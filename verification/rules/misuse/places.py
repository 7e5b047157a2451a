"""Where a facility stands, as far as its code, the day and its record tell: else unknown.

A code is two digits of a province and three digits or letters. Written otherwise (a lost zero,
blanks, lower case) it is mended where that is certain; any other text is no place, neither the
same as another nor apart from it.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from itertools import product
from math import asin, cos, pi, radians, sin, sqrt

_CODE = re.compile(r"[0-9]{2}[0-9A-Z]{3}")
_LOST_ZERO = re.compile(r"[1-9][0-9]{3}")  # 1005: a table that took 01005 for a number
_A_NUMBER = re.compile(r"([0-9]{4,5})\.0+")  # 79014.0: the same table, with its decimals
_BETWEEN = re.compile(r"[\s.\-\u2010-\u2015'’`\u200b-\u200f\u2060\ufeff\u00ad]+")
_EPOCH = date(1970, 1, 1)
_EARTH_KM = 6371.0
Point = tuple[float, float]


@dataclass(frozen=True)
class Site:
    """Where the facility store says that a facility stands; what it does not say is None.

    Args:
        ma_tinh: Its province.
        vi_do: Degrees north.
        kinh_do: Degrees east.
    """

    ma_tinh: str | None = None
    vi_do: float | None = None
    kinh_do: float | None = None


@lru_cache(maxsize=8192)
def house(code: str) -> str:
    """Return a facility code as it must be, or the text as it stands where it is none."""
    text = unicodedata.normalize("NFKC", code).strip().upper()
    if number := _A_NUMBER.fullmatch(text):
        text = number[1]
    text = _BETWEEN.sub("", text)
    text = f"0{text}" if _LOST_ZERO.fullmatch(text) else text
    return text if _CODE.fullmatch(text) else code.strip()


@lru_cache(maxsize=8192)
def is_house(code: str) -> bool:
    """Tell whether a text is a facility code, or one that can be mended."""
    return _CODE.fullmatch(house(code)) is not None


def same_house(a: str, b: str) -> bool:
    """Tell whether two codes are surely of one facility."""
    return a == b or house(a) == house(b)


def other_house(a: str, b: str) -> bool:
    """Tell whether two codes are surely of two facilities."""
    return is_house(a) and is_house(b) and house(a) != house(b)


@dataclass(frozen=True)
class Apart:
    """How far two facilities lie apart, kilometres as the crow flies.

    Args:
        least: Surely no less.
        usual: What is to be expected, from the middle of one province to that of the other.
    """

    least: float
    usual: float


@dataclass(frozen=True)
class _Place:
    """A place of which the province, the point, or both are known.

    Args:
        province: The province on the day.
        middle: Where to expect it: the middle of the province that its code was given for.
        point: Where its record says that it stands.
    """

    province: str | None
    middle: Point | None
    point: Point | None


@dataclass(frozen=True, eq=False)  # one object; distances are remembered by it
class Places:
    """Provinces and how far apart they lie, from data.

    Args:
        anywhere: Prefixes of codes that say nothing of a place.
        begin: First day of the present provinces.
        present: Present province by old code.
        land: Middle and reach in kilometres by old code.
        doubt_km: How far a point may lie outside the province that it is said to lie in.
        box: South, north, west and east of the country.
    """

    anywhere: frozenset[str]
    begin: date
    present: Mapping[str, str]
    land: Mapping[str, tuple[Point, float]]
    doubt_km: float
    box: tuple[float, float, float, float]

    def province(self, ma_tinh: str, day: int) -> str | None:
        """Return the province that a two-digit code means on a day, None for one that is none."""
        if ma_tinh in self.anywhere or ma_tinh not in self.land:
            return None
        merged = _EPOCH + timedelta(days=day) >= self.begin
        return self.present.get(ma_tinh, ma_tinh) if merged else ma_tinh

    def apart_km(
        self, a: str, b: str, day: int, sites: Mapping[str, Site] | None = None
    ) -> Apart | None:
        """Return how far two facilities lie apart, None where that is not known.

        Args:
            a: Code of one.
            b: Code of the other.
            day: The day, counted from 1970.
            sites: Records of the facility store by code.
        """
        known = sites or {}
        one, two = self._place(a, day, known), self._place(b, day, known)
        if one is None or two is None:
            return None
        if house(a) == house(b) or (one.province and one.province == two.province):
            return Apart(0.0, 0.0)
        least = self._least(one, two, day)
        here, there = one.point or one.middle, two.point or two.middle
        if least is None or here is None or there is None:
            return None
        return Apart(least, max(least, _km(here, there)))

    def _place(self, code: str, day: int, sites: Mapping[str, Site]) -> _Place | None:
        if not is_house(code):
            return None
        site = sites.get(house(code), Site())
        digits, recorded = house(code)[:2], _two_digits(site.ma_tinh)
        of_code, of_site = self.province(digits, day), self.province(recorded, day)
        if of_code and of_site and of_code != of_site:
            return None  # the record contradicts the code
        province, point = of_code or of_site, self._point(site)
        if point and province and self._to(point, province, day) > self.doubt_km:
            return None
        middle = self.land.get(digits if of_code else recorded)
        return _Place(province, middle[0] if middle else None, point) if province or point else None

    def _point(self, site: Site) -> Point | None:
        if site.vi_do is None or site.kinh_do is None:
            return None
        south, north, west, east = self.box
        inside = south <= site.vi_do <= north and west <= site.kinh_do <= east
        return (site.vi_do, site.kinh_do) if inside else None

    def _least(self, one: _Place, two: _Place, day: int) -> float | None:
        if one.point and two.point:
            return _km(one.point, two.point)
        for here, there in ((one, two), (two, one)):
            if here.point and there.province:
                return self._to(here.point, there.province, day)
        if one.province is None or two.province is None:
            return None
        return _between(self, one.province, two.province, _EPOCH + timedelta(days=day))

    def _to(self, point: Point, province: str, day: int) -> float:
        parts = self.parts(province, _EPOCH + timedelta(days=day))
        return min(max(_km(point, mid) - reach, 0.0) for mid, reach in parts)

    def parts(self, province: str, day: date) -> list[tuple[Point, float]]:
        """Return middle and reach of what a province consists of on a day."""
        if day < self.begin:
            return [self.land[province]]
        return [self.land[old] for old in self.land if self.present.get(old, old) == province]


@lru_cache(maxsize=8192)
def _between(places: Places, one: str, two: str, day: date) -> float:
    pairs = product(places.parts(one, day), places.parts(two, day))
    return min(max(_km(a, b) - near - far, 0.0) for (a, near), (b, far) in pairs)


def _two_digits(ma_tinh: str | None) -> str:
    text = house(ma_tinh or "")
    return text.zfill(2) if text.isdigit() else text


def _km(a: Point, b: Point) -> float:
    (north, east), (north_2, east_2) = [(radians(x), radians(y)) for x, y in (a, b)]
    half = sin((north_2 - north) / 2) ** 2
    half += cos(north) * cos(north_2) * sin((east_2 - east) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))


@lru_cache(maxsize=1)
def places() -> Places:
    """Return the places shipped in `places.toml`."""
    source = resources.files("verification.rules.misuse").joinpath("places.toml").read_bytes()
    data = tomllib.loads(source.decode())
    land, merged = data["land"], data["merged"]
    return Places(
        frozenset(data["code"]["anywhere"]),
        merged["begin"],
        {old: new for new, olds in merged["into"].items() for old in olds},
        {
            code: ((lat, lon), land["stretch"] * sqrt(area / pi))
            for code, (lat, lon, area) in land["province"].items()
        },
        land["doubt_km"],
        (land["south"], land["north"], land["west"], land["east"]),
    )
