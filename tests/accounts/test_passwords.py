"""Passwords: kept as Argon2id, and telling nothing to who guesses."""

import pytest
from argon2 import PasswordHasher, extract_parameters

from kb.accounts import passwords
from kb.accounts.passwords import LONGEST, hash_password, verify_password

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def test_a_password_is_kept_as_argon2id_of_recommended_strength():
    stored = hash_password("合い言葉")
    assert stored.startswith("$argon2id$")
    assert "合い言葉" not in stored
    assert extract_parameters(stored).memory_cost >= 19 * 1024  # KiB; OWASP's least for Argon2id
    assert verify_password(stored, "合い言葉")


def test_the_same_password_is_never_stored_alike():
    assert CHEAP.hash("x") != CHEAP.hash("x")


@pytest.mark.parametrize("wrong", ["", "monosash", "Monosashi", "monosashi ", "monosashi\0"])
def test_another_password_does_not_fit(wrong):
    assert not verify_password(CHEAP.hash("monosashi"), wrong)


def test_nothing_fits_where_nobody_is():
    assert not verify_password(None, "monosashi")


def test_who_is_not_there_costs_as_much_as_who_is():
    """Nothing is timed here: the decoy has the costs of a real hash."""
    decoy, real = extract_parameters(passwords._decoy), extract_parameters(hash_password("x"))
    for cost in ("type", "version", "time_cost", "memory_cost", "parallelism", "hash_len"):
        assert getattr(decoy, cost) == getattr(real, cost), cost


@pytest.mark.parametrize("stored", ["-", "", "$argon2id$broken", "plain text"])
def test_nothing_fits_what_is_no_hash(stored):
    assert not verify_password(stored, stored)


def test_an_endless_password_is_refused_before_it_costs_anything():
    long = "a" * LONGEST
    assert verify_password(CHEAP.hash(long), long)
    assert not verify_password(CHEAP.hash(long + "a"), long + "a")
