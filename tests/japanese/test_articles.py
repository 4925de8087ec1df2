"""Articles of laws in a text: one name however they are written, and nothing else taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.japanese.articles import articles, value

DIGITS = "〇一二三四五六七八九"


def in_kanji(number: int) -> str:
    """A number below 10,000 as laws write it."""
    found = ""
    for sign, worth in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, number = divmod(number, worth)
        if digit:
            found += ("" if digit == 1 and sign else DIGITS[digit]) + sign
    return found or "〇"


def names(text: str) -> list[str]:
    return [article.name for article in articles(text)]


@given(st.integers(0, 9999))
def test_a_number_in_kanji_says_the_same_as_in_digits(number: int) -> None:
    assert (
        value(in_kanji(number))
        == value(str(number))
        == value("".join(DIGITS[int(sign)] for sign in str(number)))
        == number
    )


@given(st.integers(1, 999), st.integers(2, 40) | st.none())
def test_every_way_to_write_an_article_is_one(number: int, branch: int | None) -> None:
    name = f"{number}条" + (f"の{branch}" if branch else "")
    kanji = f"第{in_kanji(number)}条" + (f"の{in_kanji(branch)}" if branch else "")
    assert names(name) == names(f"第{name}") == names(kanji) == names(f"住民基本台帳法{kanji}による") == [name]


def test_paragraph_and_item_belong_to_the_article() -> None:
    (article,) = articles("法第22条の2第1項第3号の届")
    assert (article.name, article.whole) == ("22条の2", "22条の2第1項第3号")
    assert (article.start, article.end) == (1, 13)
    assert [one.whole for one in articles("第二十二条第一項及び22条1項")] == ["22条第1項", "22条第1項"]


@pytest.mark.parametrize("text", ["住基法二十二条", "同三条", "道路法三条", "二十二条"])
def test_a_bare_number_in_kanji_is_an_article_where_nothing_else_is_meant(text: str) -> None:
    assert len(names(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "三条市の窓口",
        "二条城",
        "十条駅前",
        "三条",
        "一つの条件",
        "二十人",
        "二十二条件",
        "第三条例",
        "条",
        "1.5条",
        "第二の手順",
    ],
)
def test_ordinary_numbers_stay_what_they_are(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize("text", ["第5条の三つの書類", "第5条の2人", "第5条の三日以内", "第5条の規定"])
def test_what_is_counted_after_an_article_is_no_branch_of_it(text: str) -> None:
    assert names(text) == ["5条"]


@given(st.text(max_size=40) | st.text(st.sampled_from("第〇一十百千条項号の2市法"), max_size=30))
def test_articles_of_any_text_lie_in_it_one_after_the_other(text: str) -> None:
    end = 0
    for article in articles(text):
        assert end <= article.start < article.end <= len(text)
        assert article.whole.startswith(article.name)
        end = article.end
