"""Full-width and half-width writing have one key, and a match in the key is found in the original."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.japanese.width import fold, fold_with_map

ODD = st.text(st.sampled_from("aＡｱｶﾞﾞﾟ゛か\u3099が㈱㍿ﬁßİ\u0301\u0327\u0345é1①１　 \n濵𠮷가ᄀ\u1161\u11a8ﷺ"), max_size=12)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("ＡＰＰ", "app"),
        ("ｶﾞｲﾄﾞ", "ガイド"),
        ("第１号", "第1号"),
        ("㈱", "(株)"),
        ("マイナンバー", "マイナンバー"),
        ("", ""),
    ],
)
def test_one_key_for_each_width(written: str, key: str) -> None:
    assert fold(written) == key


@given(st.text(max_size=20) | ODD)
def test_the_key_with_its_way_back_is_the_same_key(text: str) -> None:
    assert fold_with_map(text).text == fold(text)


@given(st.text(max_size=20) | ODD)
def test_each_character_of_the_key_comes_from_a_part_of_the_original_in_order(text: str) -> None:
    folded = fold_with_map(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)
    assert list(folded.ends) == sorted(folded.ends)


@pytest.mark.parametrize(
    ("text", "found", "original"),
    [
        ("申請はＷｅｂで", "web", "Ｗｅｂ"),
        ("市民ｶﾞｲﾄﾞ配布", "ガイド", "ｶﾞｲﾄﾞ"),
        ("㈱青葉に委託", "株", "㈱"),
        ("か\u3099いど", "が", "か\u3099"),
    ],
)
def test_a_match_in_the_key_is_marked_in_the_original(text: str, found: str, original: str) -> None:
    folded = fold_with_map(text)
    at = folded.text.index(found)
    start, end = folded.span(at, at + len(found))
    assert text[start:end] == original


def test_names_stay_as_they_are_written_where_the_key_differs() -> None:
    name = "神\ufa19"
    assert fold(name) == "神神"
    folded = fold_with_map(name)
    assert name[slice(*folded.span(1, 2))] == "\ufa19"
