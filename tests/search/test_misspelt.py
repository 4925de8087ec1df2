"""「もしかして」: what a misspelt word was meant to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.misspelt import Meant, Spellings, corrected, distance

NAMES = Spellings(
    [
        ("住民票", ("じゅうみんひょう",)),
        ("転入", ("てんにゅう",)),
        ("転出", ("てんしゅつ",)),
        ("印鑑登録", ("いんかんとうろく",)),
        ("介護保険", ()),
        ("Passport", ()),
        ("マイナンバーカード", ("マイナンバーカード",)),
        ("税", ("ぜい",)),
    ]
)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("じゅうみんひょお", "住民票"),
        ("じゆうみんひよう", "住民票"),
        ("じゅうみんしょう", "住民票"),
        ("jyuuminhyou", "住民票"),
        ("てんにゅ", "転入"),
        ("てんにゅー", "転入"),
        ("いんがんとうろく", "印鑑登録"),
        ("いんかんとろうく", "印鑑登録"),
        ("かいごほけ", "介護保険"),
        ("passprot", "Passport"),
        ("マイナンバカド", "マイナンバーカード"),
    ],
)
def test_a_slip_leads_to_the_name(typed: str, name: str) -> None:
    meant = NAMES.meant(typed)
    assert meant is not None
    assert meant.name == name


@pytest.mark.parametrize(
    "typed", ["", "ぜ", "税", "住民標", "転人", "そらとぶ", "マイナンバーカード", "passport", "123", "*"]
)
def test_kanji_names_and_unlike_words_are_left_alone(typed: str) -> None:
    assert NAMES.meant(typed) is None


def test_each_word_of_a_query_is_put_right_by_itself() -> None:
    assert corrected("じゅうみんひょお 交付", [NAMES]) == "住民票 交付"
    assert corrected("転入 passprot", [NAMES]) == "転入 Passport"
    assert corrected("転入 交付", [NAMES]) is None
    assert corrected("-じゅうみんひょお", [NAMES]) is None
    first = Spellings([("転入学", ("てんにゅう",))])
    assert corrected("てんにゅー", [first, NAMES]) == "転入学"


def test_of_equally_near_names_the_first_is_meant() -> None:
    assert Spellings([("公印", ("こういん",)), ("工員", ("こういん",))]).meant("こーいん") == Meant("公印", 0)


def test_swapped_neighbours_are_one_slip() -> None:
    assert distance("abcd", "abdc", 2) == 1
    assert distance("abc", "xyz", 2) == 3


LETTERS = st.text("abc", max_size=6)


@given(LETTERS, LETTERS)
def test_distance_is_a_distance(one: str, other: str) -> None:
    assert distance(one, other, 9) == distance(other, one, 9)
    assert (distance(one, other, 9) == 0) == (one == other)
    assert distance(one, other, 9) <= max(len(one), len(other))
    assert distance(one, other, 1) == min(distance(one, other, 9), 2)
