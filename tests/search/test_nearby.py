"""Names near to a search without a hit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.nearby import nearest

PROCEDURES = [
    ("tennyu-todoke", "転入届 引っ越し"),
    ("tenshutsu-todoke", "転出届"),
    ("inkan-toroku", "印鑑登録"),
    ("juminhyo-no-utsushi", "住民票の写し 住民票"),
]


def test_a_name_that_is_written_alike_is_near() -> None:
    assert nearest("転居届", PROCEDURES)[:2] == ["tennyu-todoke", "tenshutsu-todoke"]
    assert nearest("印鑑の登録", PROCEDURES) == ["inkan-toroku"]


def test_a_name_that_sounds_alike_is_near() -> None:
    assert nearest("じゅうみんひょお", PROCEDURES)[0] == "juminhyo-no-utsushi"
    assert nearest("テンニュー届け", PROCEDURES)[0] == "tennyu-todoke"


def test_an_everyday_name_among_the_words_counts() -> None:
    assert nearest("引越し", PROCEDURES)[0] == "tennyu-todoke"


@pytest.mark.parametrize("sign", ["*", '"', "届*届", "〒"])
def test_a_sign_sounds_like_nothing(sign: str) -> None:
    assert "kigo" not in nearest(sign, [("kigo", "記号"), ("kiko", "機構")])
    assert nearest('"住民"票*', PROCEDURES)[0] == "juminhyo-no-utsushi"


def test_what_is_unlike_is_left_out_and_the_limit_holds() -> None:
    assert nearest("xyz", PROCEDURES) == []
    assert nearest("", PROCEDURES) == []
    assert len(nearest("届", [(f"p{i}", "届出") for i in range(20)], limit=3)) == 3


@given(st.text(max_size=30), st.lists(st.tuples(st.text(max_size=5), st.text(max_size=10)), max_size=4))
def test_any_text_is_answered_with_given_keys(text: str, candidates: list[tuple[str, str]]) -> None:
    found = nearest(text, candidates)
    assert set(found) <= {key for key, _ in candidates}
    assert len(found) == len(set(found))
