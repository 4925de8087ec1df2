"""The page of results says how the query was read: what was left out, and what has only a part of the words."""

import re
from datetime import datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from kb.db import transaction
from kb.publishing.indexing import rebuild
from tests.world import a_publication, a_step


@pytest.fixture
def two(app: Flask, engine: Engine, now: datetime) -> None:
    """A manual that speaks of owner, vaccination and a dog's tag, and one that speaks of rabies and the tag."""
    texts = {"inu": "犬の鑑札と予防注射を確かめ、飼い主に渡す。", "fuda": "狂犬病の鑑札を渡す。"}
    with transaction(engine) as session:
        for slug, text in texts.items():
            a_publication(session, now, slug=slug, title="登録", steps=[a_step("step-one", action=text)])
    parts = app.extensions["kb"]
    rebuild(engine, parts.index, parts.settings.index_dir, now)


def said(client: FlaskClient, query: str) -> str:
    """The sentences above the results."""
    page = client.get("/search", query_string={"q": query}).text
    return " ".join(unescape(re.sub(r"<[^>]+>", "", line)) for line in re.findall(r'<p class="also.*?</p>', page))


@pytest.mark.usefixtures("two")
class TestSentences:
    def test_what_is_left_out_is_named(self, client: FlaskClient) -> None:
        assert "「予防注射」を除いて検索しました。" in said(client, "鑑札　－予防注射")

    def test_what_has_only_a_part_is_counted_and_can_be_left_out(self, client: FlaskClient) -> None:
        question = "飼い主に予防注射と狂犬病の鑑札を渡す"
        assert "すべて合うもの1件の後に1件" in said(client, question)
        page = client.get("/search", query_string={"q": question}).text
        (link,) = re.findall(r'<a href="([^"]+)">すべて合うものだけ</a>', page)
        assert "一部の語だけ" not in client.get(unescape(link)).text

    def test_nothing_that_has_all_is_said_first(self, client: FlaskClient) -> None:
        assert "すべての語が合う手順書はありません。" in said(client, "鑑札 存在しない予防")

    def test_work_of_a_near_name_stands_beside_what_has_only_a_part(self, client: FlaskClient) -> None:
        assert "近い業務:転入届(1団体)転出届" in said(
            client, "転出届け 存在しない予防"
        )  # the one that there is something of
        assert "近い業務" not in said(client, "鑑札")

    def test_a_plain_query_needs_no_words(self, client: FlaskClient) -> None:
        assert said(client, "飼い主") == ""

    def test_what_is_typed_is_no_markup(self, client: FlaskClient) -> None:
        assert (
            "<b>"
            not in client.get("/search", query_string={"q": "鑑札 -<b>x</b>"})
            .text.split("<main")[1]
            .split("を除いて")[0]
        )
