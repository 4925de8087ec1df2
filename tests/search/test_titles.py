"""Suggestions while typing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.titles import names_of, suggestions

NAMES = [
    ("転入届", ("てんにゅうとどけ",)),
    ("転出届", ("てんしゅつとどけ",)),
    ("市外転入届", ("しがいてんにゅうとどけ", "てんにゅうとどけ")),
    ("児童手当", ("じどうてあて",)),
    ("住民票の写し", ("じゅうみんひょうのうつし",)),
    ("マイナンバーカード", ("マイナンバーカード",)),
    ("LGWANの利用", ()),
]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("転入", ["転入届", "市外転入届"]),
        ("てんに", ["転入届", "市外転入届"]),
        ("てんn", ["転入届", "転出届", "市外転入届"]),
        ("tennyuu", ["転入届", "市外転入届"]),
        ("ten", ["転入届", "転出届", "市外転入届"]),
        ("j", ["児童手当", "住民票の写し"]),
        ("じ", ["児童手当", "住民票の写し"]),
        ("ju", ["住民票の写し"]),
        ("mainanba-", ["マイナンバーカード"]),
        ("lgw", ["LGWANの利用"]),
        ("空", []),
        ("", []),
    ],
)
def test_what_is_half_typed_leads_to_names(typed: str, expected: list[str]) -> None:
    assert names_of(NAMES).suggested(typed, 8) == expected
    assert suggestions(typed, NAMES, 8) == expected


def test_a_name_that_is_not_seen_is_not_there_and_neither_are_its_readings() -> None:
    names = names_of([("転入届", ("ないしょ",)), ("転入届", ("てんにゅうとどけ",))])
    seen = np.array([False, True])
    assert names.suggested("ないしょ", 8, seen) == []
    assert names.suggested("転入", 8, seen) == ["転入届"]
    assert names.places("転", 8) == [0, 1]


@given(
    st.lists(st.tuples(st.text("転入届の", max_size=4), st.tuples(st.text("てんにゅじよう", max_size=4))), max_size=8),
    st.text("てんにゅうじtensy転入届", max_size=4),
    st.integers(-1, 5),
)
def test_the_prepared_names_say_what_the_plain_search_says(
    names: list[tuple[str, tuple[str, ...]]], typed: str, limit: int
) -> None:
    assert names_of(names).suggested(typed, limit) == suggestions(typed, names, limit)
