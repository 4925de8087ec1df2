"""Katakana into hiragana, and spellings that sound the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.japanese.kana import is_kana, sound_key, to_hiragana

HIRAGANA = st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x3096), max_size=12)


@given(HIRAGANA)
def test_katakana_become_the_hiragana_of_the_same_sound(text: str) -> None:
    names = [unicodedata.name(char) for char in text]
    katakana = "".join(unicodedata.lookup(name.replace("HIRAGANA", "KATAKANA")) for name in names)
    assert to_hiragana(katakana) == text


def test_everything_else_stays() -> None:
    assert to_hiragana("転入トドケー A1") == "転入とどけー A1"


@pytest.mark.parametrize("text", ["てんにゅう", "テンニュウ", "サーバー", "ゔぁ"])
def test_kana(text: str) -> None:
    assert is_kana(text)


@pytest.mark.parametrize("text", ["", "転入", "てん にゅう", "abc", "て1", "・"])
def test_not_kana(text: str) -> None:
    assert not is_kana(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("てんにゅう", "テンニュウ"),
        ("てんにゅう", "テンニュー"),
        ("とうきょう", "トーキョー"),
        ("おおさか", "オーサカ"),
        ("ぜいむ", "ゼーム"),
        ("おねえさん", "オネーサン"),
        ("つづき", "ツズキ"),
        ("ﾃﾝﾆｭｳ", "てんにゅう"),
    ],
)
def test_same_sound_same_key(one: str, other: str) -> None:
    assert sound_key(one) == sound_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("てんにゅう", "てんしゅつ"), ("びよういん", "びょういん"), ("ぜい", "せい")]
)
def test_other_sound_other_key(one: str, other: str) -> None:
    assert sound_key(one) != sound_key(other)


@given(st.text(max_size=12))
def test_any_text_has_a_key_and_the_key_is_its_own_key(text: str) -> None:
    key = sound_key(text)
    assert sound_key(key) == key


@given(HIRAGANA, HIRAGANA)
def test_what_begins_a_word_begins_its_key(start: str, rest: str) -> None:
    assert sound_key(start + rest).startswith(sound_key(start))
