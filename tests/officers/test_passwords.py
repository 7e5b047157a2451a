"""Which passwords and PINs may be taken, and how they are kept."""

from __future__ import annotations

import unicodedata

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import each
from verification.basics.errors import RequestError
from verification.officers import passwords
from verification.officers.passwords import check_password, check_pin, hashed, matches, renewed

GOOD = "quay may xanh 82"


@each(
    ("password", "said"),
    [
        ("", "8 to 200"),
        ("abc-xyz", "8 to 200"),
        ("x" * 201, "8 to 200"),
        ("an.nt-la-toi", "account's name"),
        ("Toi la AN.NT", "account's name"),
        ("aaaaaaaa", "run"),
        ("abababab", "run"),
        ("abcabcabc", "run"),
        ("12345678", "run"),
        ("98765432", "run"),
        ("67890123", "run"),
        ("abcdefgh", "run"),
        ("hgfedcba", "run"),
        ("password", "too common"),
        ("Passw0rd!", "too common"),
        ("matkhau2026", "too common"),
        ("Mật khẩu 1", "too common"),
        ("M@tkhau123", "too common"),
        ("Benhvien@2026", "too common"),
        ("BỆNH VIỆN 2026", "too common"),
        ("benhviendakhoa1", "too common"),
        ("Hospital2026!", "too common"),
        ("qwerty123456", "too common"),
        ("1q2w3e4r", "too common"),
        ("nguyenvana1", "too common"),
        ("Quan@123", "too common"),
        ("Tuấn@1990", "too common"),
        ("123456aA@", "run"),
        ("aaaaaaab", "run"),
        ("01011990", "date"),
        ("1990-01-01", "date"),
        ("0912345678", "run"),
        ("0912480357", "phone"),
        ("+84 912 345 678", "phone"),
    ],
)
def test_what_is_guessed_first_is_refused_in_both_languages(password: str, said: str) -> None:
    with pytest.raises(RequestError, match=said) as told:
        check_password("an.nt", password)
    assert told.value.vi != told.value.en
    assert len(password) < 9 or password not in str(told.value)


@pytest.mark.parametrize("password", [GOOD, "Trời hôm nay đẹp", "h7-Kq2#vLp", "長い合言葉を使う人"])
def test_others_are_taken(password: str) -> None:
    check_password("an.nt", password)


@pytest.mark.parametrize("pin", ["2957", "80215", "197382"])
def test_a_pin_of_four_to_six_digits_is_taken(pin: str) -> None:
    check_pin(pin)


@each(
    "pin",
    [
        "",
        "123",
        "1234567",
        "12a4",
        "٢٥٨٠",
        "0000",
        "1234",
        "4321",
        "7890",
        "9012",
        "1212",
        "123123",
        "2580",
        "0852",
        "1357",
        "1990",
        "2026",
        "1122",
        "010190",
    ],
)
def test_others_are_no_pin_or_too_plain(pin: str) -> None:
    with pytest.raises(RequestError):
        check_pin(pin)


@pytest.mark.usefixtures("quick_hashes")
@settings(max_examples=60)
@given(st.text(max_size=60), st.text(max_size=60))
def test_the_same_text_opens_and_no_other(secret: str, other: str) -> None:
    kept = hashed(secret)
    assert matches(kept, secret)
    one, two = (unicodedata.normalize("NFC", text) for text in (secret, other))
    assert matches(kept, other) == (one == two)


@pytest.mark.usefixtures("quick_hashes")
def test_half_a_character_is_a_secret_like_any_other() -> None:
    kept = hashed("\ud800")
    assert matches(kept, "\ud800")
    assert not matches(kept, "\ud801")


@pytest.mark.usefixtures("quick_hashes")
def test_letters_typed_with_their_marks_apart_are_the_same() -> None:
    word = "mây trắng bay 8"
    assert matches(hashed(word), unicodedata.normalize("NFD", word))


@pytest.mark.usefixtures("quick_hashes")
def test_a_longer_text_does_not_open_what_its_beginning_would() -> None:
    longest = "a" * 200
    assert matches(hashed(longest), longest)
    assert not matches(hashed(longest), longest + "a")


@pytest.mark.parametrize("kept", [None, passwords.UNUSABLE, "", "rubbish"])
def test_where_nothing_usable_is_kept_nothing_opens(kept: str | None) -> None:
    for secret in ("", "!", "rubbish", "x" * 100_000):
        assert not matches(kept, secret)


def test_nobodys_hash_costs_what_a_real_one_costs() -> None:
    assert not passwords.HASHER.check_needs_rehash(passwords.NOBODYS)


def test_a_hash_is_made_anew_when_the_parameters_change(monkeypatch: pytest.MonkeyPatch) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    new = renewed(old, GOOD)
    assert new != old
    assert new.startswith("$argon2id$v=19$m=65536,")
    assert matches(new, GOOD)
    assert renewed(new, GOOD) == new


def test_two_hashes_of_one_password_differ() -> None:
    assert hashed(GOOD) != hashed(GOOD)


def test_the_list_is_of_some_hundreds_in_the_form_it_is_asked_in() -> None:
    listed = passwords._common()
    assert len(listed) > 400
    assert {"MATKHAU", "BENHVIEN", "HOSPITAL", "PASSWORD"} <= listed
    assert all(word.isascii() and word.isalnum() for word in listed)
