"""The key of what fingers type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.japanese.typing_key import half_typed, typing_key, worn_key


@pytest.mark.parametrize(
    ("word", "typed"),
    [
        ("てんにゅう", ["テンニュー", "ﾃﾝﾆｭｳ", "tennyuu", "tennnyuu", "TENNYUU", "ｔｅｎｎｙｕｕ"]),
        ("じゅうみんひょう", ["juuminhyou", "jyuuminhyou", "zyuuminnhyou"]),
        ("しちょうそん", ["shichouson", "sityouson"]),
        ("しゅっしょう", ["shusshou", "syussyou"]),
        ("つづき", ["tsuzuki", "tuduki"]),
        ("しんぶん", ["shimbun", "sinbunn"]),
        ("ファイル", ["fairu", "huairu"]),
    ],
)
def test_ways_to_type_a_word_are_one(word: str, typed: list[str]) -> None:
    assert {typing_key(one) for one in typed} == {typing_key(word)}


@pytest.mark.parametrize("typed", ["転入", "てんにゅう届", "12", "", "税 tax!"])
def test_kanji_and_signs_are_typed_in_no_known_way(typed: str) -> None:
    assert typing_key(typed) == ""
    assert half_typed(typed) == ()


@pytest.mark.parametrize("typed", ["t", "て", "てn", "てん", "てんn", "てんに", "てんにゅ", "ten", "tenn", "tennyu"])
def test_a_word_may_follow_from_every_half_of_it(typed: str) -> None:
    assert typing_key("てんにゅうとどけ").startswith(half_typed(typed))


@pytest.mark.parametrize(
    ("typed", "word"),
    [("し", "しゃ"), ("j", "じどう"), ("じ", "じゅう"), ("sh", "し"), ("ch", "ちほう"), ("f", "ふくし")],
)
def test_a_syllable_may_be_half_typed(typed: str, word: str) -> None:
    assert typing_key(word).startswith(half_typed(typed))
    assert not typing_key("かいご").startswith(half_typed(typed))


def test_the_length_of_vowels_wears_off() -> None:
    assert len({worn_key(word) for word in ("じゅうみんひょう", "じゅうみんひょお", "じゆみんひょ", "jyuminhyo")}) == 1
    assert worn_key("てんにゅう") != worn_key("てんしゅつ")


@given(st.text(max_size=30))
def test_any_text_has_keys_of_small_letters_or_none(text: str) -> None:
    for key in (typing_key(text), worn_key(text), *half_typed(text)):
        assert key == "" or (key.isascii() and key.isalpha() and key.islower())
