"""「用語」 above the results: a search for a common term and nothing else is told what the term means."""

import pytest
from flask.testing import FlaskClient

MEANING = "用語</span><b>国民健康保険</b>"


@pytest.mark.parametrize("words", ["国民健康保険", "国保", " 国 保 "])
def test_by_every_word_for_it(client: FlaskClient, words: str) -> None:
    page = client.get("/search", query_string={"q": words}).text
    assert MEANING in page
    assert "国保" in page[page.index(MEANING) :][:200]


@pytest.mark.parametrize("words", ["国保 加入", "ないよ", "", '"><b>', "国保\x00x"])
def test_anything_else_is_no_term(client: FlaskClient, words: str) -> None:
    assert "用語</span>" not in client.get("/search", query_string={"q": words}).text
