"""Saved searches and what was searched for last, as people meet them on the pages, without scripts."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import func, select

from kb.common_format.envelope import Audience
from kb.db import reading, transaction
from kb.publishing.indexing import drain
from kb.search.index import Sort
from kb.searches.actions import save_search
from kb.searches.models import RecentSearch
from kb.searches.rules import MOST_SAVED, question
from tests.conftest import NOW
from tests.web.conftest import lasting
from tests.web.moving_clock import MovingClock, app_by
from tests.world import AOBA, a_publication, person, sign_in

SAVED = "/desk/searches"
QUESTION = "?q=転入"
Publish = Callable[..., None]


@pytest.fixture
def clock() -> MovingClock:
    """The time at which people look."""
    return MovingClock(NOW)


@pytest.fixture
def app(engine: Engine, tmp_path: Path, clock: MovingClock) -> Flask:
    """The application by that clock."""
    return app_by(clock, tmp_path, idle_minutes=60 * 24 * 7)


@pytest.fixture
def publish(engine: Engine, app: Flask, clock: MovingClock) -> Publish:
    """Publish a manual an hour from now, so that it is found."""

    def one(slug: str, title: str, audience: Audience = Audience.PUBLIC) -> None:
        clock.pass_by(hours=1)
        with transaction(engine) as session:
            a_publication(session, clock.moment, slug, audience=audience, title=title)
        parts = app.extensions["kb"]
        drain(engine, parts.index, parts.settings.index_dir, clock.moment)

    return one


def as_(app: Flask, login: str) -> FlaskClient:
    """The browser of one of the cast."""
    return sign_in(app.test_client(), login)


def save(client: FlaskClient, name: str = "転入の動き", question: str = QUESTION) -> str:
    """Save a search by its form; its address."""
    answer = client.post(f"{SAVED}{question}", data={"name": name})
    assert answer.status_code == 303, answer.text
    found = re.search(rf'<a href="({SAVED}/\d+)">{name}</a>', client.get(SAVED).text)
    assert found
    return found[1]


def line(client: FlaskClient, page: str, name: str = "転入の動き") -> str:
    """The line of a saved search on a page, as text; "" when it is not there."""
    rows = re.findall(r"<li class=\"row.*?</li>", client.get(page).text, re.DOTALL)
    found = next((row for row in rows if name in row), "")
    return re.sub(r"<.*?>", "", found)


def test_from_the_results_to_a_name(app: Flask, publish: Publish) -> None:
    publish("tennyu", "転入届")
    eri = as_(app, "eri")
    question = f"?q=転入&town={AOBA}&exact=1&sort=newest&page=1&since=5&odd=x"
    results = eri.get(f"/search{question}").text
    address = re.search(r'<a class="button" href="(/desk/searches/new[^"]*)">条件を保存</a>', results)
    assert address
    form = eri.get(address[1].replace("&amp;", "&")).text
    assert 'value="転入・青葉市"' in form
    asked = [re.sub("<.*?>", "", one) for one in re.findall("<span>.*?</span>", form)]
    assert {"「転入」", "団体: 青葉市", "この語だけ"} <= set(asked)
    sent = re.search(r'<form action="(/desk/searches[^"]*)" method="post">', form)
    assert sent
    told = eri.post(sent[1].replace("&amp;", "&"), data={"name": " 転入の\u3000動き "}, follow_redirects=True).text
    assert "「転入の 動き」を保存しました。" in told
    assert "保存した条件:" in eri.get(f"/search?town={AOBA}&q= 転入&exact=1").text
    assert "条件を保存" in eri.get("/search?q=転入").text
    assert "条件を保存" not in eri.get("/search").text


def test_whoever_is_not_signed_in_is_shown_the_way_and_nothing_is_kept(app: Flask, engine: Engine) -> None:
    client = app.test_client()
    pages = [client.get("/search?q=転入") for _ in range(2)]
    assert pages[0].data == pages[1].data
    link = re.search(r'href="(/session/new\?next=[^"]*)">ログインして条件を保存', pages[0].text)
    assert link
    assert urlsplit(parse_qs(urlsplit(link[1]).query)["next"][0]).path == f"{SAVED}/new"
    assert client.get(f"{SAVED}/new?q=転入").status_code == 303
    with reading(engine) as session:
        assert session.exec(select(func.count()).select_from(RecentSearch)).one() == 0


def test_what_is_new_is_counted_marked_and_then_seen(app: Flask, publish: Publish, clock: MovingClock) -> None:
    publish("mae", "前からある転入届")
    eri = as_(app, "eri")
    address = save(eri)
    assert "新着" not in line(eri, SAVED)
    assert "新着はありません。" in eri.get("/desk").text
    opened = eri.get(address)
    assert parse_qs(urlsplit(opened.location).query) == {"q": ["転入"]}
    publish("ato", "後から来た転入届")
    clock.pass_by(minutes=5)
    assert "新着 1件" in line(eri, SAVED)
    assert "新着 1件" in line(eri, "/desk")
    eri.head(address)  # what looks at headers only has seen nothing
    assert "新着 1件" in line(eri, "/desk")
    results = eri.get(address, follow_redirects=True)
    assert parse_qs(results.request.query_string.decode())["sort"] == ["newest"]
    rows = re.findall(r'<li class="row.*?</li>', results.text, re.DOTALL)
    assert [("新着</span>" in row) for row in rows] == [True, False]
    assert "新着" not in line(eri, SAVED)
    assert "新着はありません。" in eri.get("/desk").text


def test_marks_go_along_with_leafing_and_are_for_people_who_are_signed_in(app: Flask, publish: Publish) -> None:
    publish("tennyu", "転入届")
    since = f"/search?q=転入&since={int(NOW.timestamp())}"
    eri = as_(app, "eri")
    assert "新着</span>" in eri.get(since).text
    assert f"since={int(NOW.timestamp())}" in eri.get(since).text
    assert "新着" not in app.test_client().get(since).text
    for odd in ("x", "-1", "99999999999", "１"):
        assert eri.get(f"/search?q=転入&since={odd}").status_code == 200


def test_the_same_search_takes_the_newer_name_and_says_so(app: Flask) -> None:
    eri = as_(app, "eri")
    save(eri, "転入")
    told = eri.post(f"{SAVED}?q=転入&sort=newest", data={"name": "転入の動き"}, follow_redirects=True).text
    assert "同じ条件を「転入」として保存していたので、名前を「転入の動き」に変えました。" in told
    assert told.count("saved-search-acts") == 1
    assert 'value="転入の動き"' in eri.get(f"{SAVED}/new?q=転入").text


def test_a_name_that_does_not_do_comes_back(app: Flask) -> None:
    eri = as_(app, "eri")
    long = "あ" * 61
    answer = eri.post(f"{SAVED}{QUESTION}", data={"name": long})
    assert answer.status_code == 422
    assert "名前は60文字までにしてください。いま61文字です。" in answer.text
    assert f'value="{long}"' in answer.text
    assert "?q=" in eri.get(f"{SAVED}{QUESTION}").location  # a reload leads back to the form
    address = save(eri)
    assert eri.post(address, data={"name": " "}).status_code == 422
    assert eri.post(address, data={"name": "x\x00"}).status_code == 400
    assert eri.post(SAVED, data={"name": "すべて"}).status_code == 422


def test_one_too_many_is_refused_with_the_way_out(app: Flask, engine: Engine) -> None:
    eri = as_(app, "eri")
    with transaction(engine) as session:
        for number in range(MOST_SAVED):
            asked = question(f"語{number}", {}, exact=False, sort=Sort.RELEVANCE)
            save_search(session, asked, "名", by=person(session, "eri", NOW), at=NOW)
    refused = eri.post(f"{SAVED}{QUESTION}", data={"name": "もう一つ"})
    assert refused.status_code == 409
    assert "50件まで" in refused.text
    assert 'value="もう一つ"' in refused.text


def test_it_is_renamed_and_deleted_after_a_question(app: Flask) -> None:
    eri = as_(app, "eri")
    address = save(eri)
    assert eri.post(address, data={"name": "転入届"}).location == SAVED
    assert line(eri, SAVED, "転入届")
    asked = eri.get(f"{address}/delete")
    assert "「転入届」を消しますか" in asked.text
    assert eri.post(f"{address}/delete").status_code == 422
    assert eri.post(f"{address}/delete", data={"sure": "1"}).location == SAVED
    assert "まだ保存した条件はありません。" in eri.get(SAVED).text


def test_for_everybody_else_it_is_not_there(app: Flask) -> None:
    address = save(as_(app, "eri"))
    for login in ("akari", "daigo", "chika"):
        other = as_(app, login)
        assert "転入の動き" not in other.get(SAVED).text + other.get("/desk").text
        for path in ("", "/edit", "/delete", "/feed"):
            there, nowhere = other.get(f"{address}{path}"), other.get(f"{SAVED}/999{path}")
            assert there.status_code == nowhere.status_code == 404
            assert lasting(there.text) == lasting(nowhere.text)
        for path, data in (("", {"name": "x"}), ("/delete", {"sure": "1"}), ("/feed", {}), ("/feed/delete", {})):
            assert other.post(f"{address}{path}", data=data).status_code == 404


def test_hostile_words_are_shown_as_words(app: Flask) -> None:
    eri = as_(app, "eri")
    hostile = '"><img src=x onerror=alert(1)>'
    eri.post(SAVED, query_string={"q": hostile, "town": hostile}, data={"name": hostile})
    eri.get("/search", query_string={"q": hostile})
    for page in (SAVED, "/desk", "/search", f"{SAVED}/1/edit", f"{SAVED}/1/delete"):
        text = eri.get(page).text
        assert "<img src=x" not in text, page
    assert "&lt;img" in eri.get(SAVED).text


class TestRecent:
    """最近さがした語."""

    def words(self, client: FlaskClient) -> list[str]:
        """The words below the search box."""
        return re.findall(r'<a class="chip" href="/search\?q=[^"]*">(.*?)</a>', client.get("/search").text)

    def test_they_stand_below_the_empty_search_box_for_the_person_alone(self, app: Flask, clock: MovingClock) -> None:
        eri = as_(app, "eri")
        assert "最近さがした語" not in eri.get("/search").text
        for text in ("国保", " 税\u3000 証明 ", "国保", f"国保&town={AOBA}"):
            eri.get(f"/search?q={text}")
            clock.pass_by(seconds=5)
        eri.head("/search?q=頭だけ")
        eri.get("/search?q=国保&page=2")
        assert self.words(eri) == ["税 証明", "国保"]
        for login in ("akari", "daigo"):
            assert self.words(as_(app, login)) == []
        assert "最近さがした語" not in app.test_client().get("/search").text

    def test_one_or_all_are_forgotten(self, app: Flask) -> None:
        eri = as_(app, "eri")
        for text in ("国保", "税", "転入"):
            eri.get(f"/search?q={text}")
        told = eri.post("/desk/recent-searches/delete", data={"text": "税"}, follow_redirects=True).text
        assert "「税」を最近さがした語から消しました。" in told
        assert set(self.words(eri)) == {"国保", "転入"}
        eri.post("/desk/recent-searches/delete", data={"all": "1"})
        assert self.words(eri) == []

    def test_results_do_not_wait_for_a_writer(self, app: Flask, engine: Engine) -> None:
        eri = as_(app, "eri")
        with transaction(engine) as writing:
            writing.exec(select(RecentSearch)).all()  # somebody writes, for long
            assert eri.get("/search?q=国保").status_code == 200
        assert self.words(eri) == []


def test_the_desk_tells_what_it_cannot_count(app: Flask, publish: Publish, clock: MovingClock) -> None:
    eri = as_(app, "eri")
    save(eri)
    publish("tennyu", "転入届")
    clock.pass_by(days=1)
    folder = app.extensions["kb"].settings.index_dir
    for file in sorted(folder.rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    assert "いまは新着を数えられません" in eri.get("/desk").text
    assert "いまは新着を数えられません" in eri.get(SAVED).text


def test_a_desk_shows_five_and_how_many_more(app: Flask, publish: Publish) -> None:
    eri = as_(app, "eri")
    for number in range(7):
        save(
            eri,
            f"動き{number}",
            f"?q=転入&area=B01&phase=受付&size=x{number}" if number > 5 else f"?q=転入 {'届 ' * number}",
        )
    publish("tennyu", "転入届の届")
    desk = eri.get("/desk").text
    assert len(re.findall(r"tag-new", desk)) == 5
    assert "ほか1件の新着と、すべての保存した条件" in desk
