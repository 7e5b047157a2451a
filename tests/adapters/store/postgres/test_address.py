"""The address of a PostgreSQL: no password, no way over the network that nobody checked."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from verification.adapters.store.postgres.address import Address, is_address, read_address
from verification.basics.errors import SettingsError

SECRET = "Kho@Thẻ/2026"
LETTERS = st.text(st.characters(min_codepoint=33, max_codepoint=0x1EF9), min_size=1, max_size=12)


def refused(url: str) -> SettingsError:
    with pytest.raises(SettingsError) as told:
        read_address("KIOSK_DB", url)
    assert "KIOSK_DB" in told.value.vi
    assert "KIOSK_DB" in told.value.en
    return told.value


def read_or_told(url: str) -> tuple[Address | None, str]:
    """Return the address, or the sentence that says why it is none."""
    try:
        return read_address("KIOSK_DB", url), ""
    except SettingsError as told:
        return None, str(told)


def test_an_address_is_told_from_a_file_by_how_it_begins() -> None:
    assert is_address("postgresql://kiosk@db/kiosk")
    assert is_address("POSTGRES://kiosk@db/kiosk")
    assert not any(map(is_address, ("data/kiosk.db", "postgresql", "postgresql:/db", "")))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.0.1", "localhost", "[::1]"])
def test_on_this_machine_nothing_more_is_needed(host: str) -> None:
    address = read_address("KIOSK_DB", f"postgres://kiosk@{host}:5433/kho")
    assert address.url == f"postgresql://kiosk@{host}:5433/kho"
    assert address.name == f"{host}:5433/kho"
    assert dict(address.parameters)["sslmode"] == "prefer"


def test_another_machines_certificate_is_checked_whatever_is_left_out() -> None:
    address = read_address("KIOSK_DB", "postgresql://kiosk@db.benhvien.example/kho")
    assert (address.name, address.url.count("?")) == ("db.benhvien.example/kho", 0)
    assert dict(address.parameters)["sslmode"] == "verify-full"
    with_ca = f"{address.url}?sslmode=verify-ca&sslrootcert=/etc/kiosk/ca.pem&connect_timeout=9"
    told = dict(read_address("KIOSK_DB", with_ca).parameters)
    assert told["sslmode"] == "verify-ca"
    assert told["sslrootcert"] == "/etc/kiosk/ca.pem"
    assert told["connect_timeout"] == "9"


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "", "VERIFY-FULL"])
def test_a_way_to_another_machine_that_nobody_checks_is_refused(mode: str) -> None:
    for host in ("db.benhvien.example", "10.0.0.5", "[fd00::5]", "localhost.evil.example"):
        assert "TLS" in refused(f"postgresql://kiosk@{host}/kho?sslmode={mode}").vi


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://kiosk:{SECRET[:3]}@db/kho",
        f"postgresql://kiosk:{quote(SECRET, safe='')}@db/kho",
        "postgresql://kiosk:@db/kho",
        f"postgresql://kiosk@db/kho?password={quote(SECRET)}",
        f"postgresql://kiosk@db/kho?sslmode=verify-full&password={quote(SECRET)}",
        f"postgresql://kiosk@db/kho?%70assword={quote(SECRET)}",
        "postgresql://kiosk@db/kho?passfile=/home/kiosk/.pgpass",
    ],
)
def test_a_password_in_the_address_is_refused_with_the_place_where_it_belongs(url: str) -> None:
    told = refused(url)
    assert "PGPASSFILE" in told.vi
    assert "PGPASSFILE" in told.en


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://db/kho",
        "postgresql://kiosk@/kho",
        "postgresql://kiosk@db",
        "postgresql://kiosk@db/",
        "postgresql://kiosk@db/kho/khac",
        "postgresql://kiosk@db:cong/kho",
        "postgresql://kiosk@db:99999/kho",
        "postgresql://kiosk@db/kho#x",
        "postgresql://kiosk@db/kho?sslmode",
        "postgresql://kiosk@db/kho?host=khac",
        "postgresql://kiosk@db/kho?hostaddr=10.0.0.9",
        "postgresql://kiosk@db/kho?service=khac",
        "postgresql://kiosk@db/kho?options=-csearch_path%3Dx",
        "postgresql://kiosk@[::1/kho",
        "postgresql://kiosk@db1,db2/kho",
        "postgresql://kiosk@db/kho?sslmode=verify-full&sslmode=disable",
        "mysql://kiosk@db/kho",
        "postgresql:/kiosk@db/kho",
    ],
)
def test_what_is_no_whole_address_or_leads_elsewhere_is_refused(url: str) -> None:
    refused(url)


@given(secret=LETTERS, user=LETTERS, place=st.sampled_from(["user", "raw", "query", "name", "db"]))
@example(secret="/", user="a", place="raw")
@example(secret="@", user="a", place="raw")
@example(secret="#", user="a", place="raw")
@example(secret="?", user="a", place="raw")
@example(secret="[", user="a", place="raw")
def test_no_sentence_repeats_what_may_be_a_password(secret: str, user: str, place: str) -> None:
    secret = f"{secret}9Zq"
    url = {
        "user": f"postgresql://{quote(user, safe='')}:{quote(secret, safe='')}@db/kho",
        "raw": f"postgresql://{user}:{secret}@db/kho",
        "query": f"postgresql://k@db/kho?password={quote(secret, safe='')}",
        "name": f"postgresql://k@db/kho?{quote(secret, safe='')}=1",
        "db": f"postgresql://k@db/{secret}/x",
    }[place]
    address, told = read_or_told(url)
    assert secret not in told
    assert quote(secret, safe="") not in told
    if address:  # a mark of addresses made something else of it
        assert place == "raw"
        assert f":{secret}@" not in address.url
