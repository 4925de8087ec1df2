"""Passwords: kept as Argon2id, and telling nothing to who guesses."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.accounts import passwords
from kb.accounts.passwords import (
    LONGEST,
    SHORTEST,
    TOO_CLOSE,
    TOO_COMMON,
    TOO_LONG,
    TOO_SHORT,
    hash_password,
    password_problems,
    verify_password,
)

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


CONTEXT = ("akari", "見本 あかり", "青葉市", "aoba-city")


@pytest.mark.parametrize(
    "common",
    [
        "password",
        "Password1!",
        "P@ssw0rd",
        "qwertyuiop",
        "sakura2026",
        "123hirakegoma",
        "1qaz2wsx",
        "87654321",
        "abcabcabc",
        "aaaaaaaaaaaaaaaa",
        "asdfghjkl;",
        "20260401",
        "ｐａｓｓｗｏｒｄ",
        "shiyakusho!!",
        "password-password",
    ],
)
def test_what_everybody_tries_first_is_refused(common):
    assert password_problems(common, context=()) == [TOO_COMMON]


@pytest.mark.parametrize(
    "close",
    [
        "akari-akari",
        "Akari.2026",
        "aoba-city!1",
        "monosashi2026",
        "青葉市ものさし#1",
        "見本あかり見本あかり",
        "AOBACITY",
    ],
)
def test_what_anybody_here_would_try_is_refused(close):
    assert password_problems(close, context=CONTEXT) == [TOO_CLOSE]


@pytest.mark.parametrize(
    "good",
    [
        "correct horse battery",
        "えきまえのねこが3びき",
        "青葉市の春はとてもさむい",
        "tr7Kd9wq",
        "akari likes rainy mondays",
        "39582716049182736450",
        " leading and trailing ",
    ],
)
def test_length_is_enough_whatever_the_signs(good):
    assert password_problems(good, context=CONTEXT) == []


def test_a_short_one_and_an_endless_one_are_refused_with_what_to_do():
    assert password_problems("x7!pQ2z", context=()) == [TOO_SHORT]
    assert "15文字以上" in TOO_SHORT
    assert password_problems("", context=()) == [TOO_SHORT]
    assert password_problems("とても長い" * 100, context=()) == [TOO_LONG]


@given(st.text(min_size=0, max_size=300), st.lists(st.text(max_size=30), max_size=3))
@settings(max_examples=150)
def test_whatever_is_accepted_can_be_hashed_and_is_long_enough(password, context):
    if not password_problems(password, context=context):
        assert SHORTEST <= len(password) <= LONGEST
        assert len(set(password.casefold())) > 1


@given(st.text(alphabet=st.characters(categories=["Ll", "Lo"]), min_size=15, max_size=64), st.sampled_from(CONTEXT))
@settings(max_examples=100)
def test_a_word_of_the_context_beside_a_long_one_harms_nothing(password, word):
    if not password_problems(password, context=()):
        assert password_problems(f"{password} {word}", context=(word,)) == []


def test_a_list_of_common_ones_has_no_line_that_can_never_match():
    lines = passwords._COMMON.read_text(encoding="utf-8").splitlines()
    words = [line for line in lines if not line.startswith("#")]
    assert len(words) == len(set(words)) > 400
    assert words == [passwords._fold(word) for word in words]
    assert [word for word in words if not password_problems(f"{word * SHORTEST}!", context=())] == []
