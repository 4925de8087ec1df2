"""Feeds of saved searches: whoever has the address reads what everybody may read, and nothing else."""

import re
from datetime import datetime, timedelta
from typing import Any

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import select

from kb.accounts.models import Participation
from kb.common_format.envelope import Audience
from kb.db import transaction
from kb.publishing.actions import withdraw
from kb.publishing.indexing import drain
from tests.web.conftest import lasting
from tests.web.stage import disable
from tests.world import WAKAMATSU, a_publication, person, sign_in

DAY = timedelta(days=1)
TITLES = {
    Audience.PUBLIC: "だれでも読める転入届",
    Audience.MEMBERS: "参加団体の転入届",
    Audience.MUNICIPALITY: "庁内の転入届",
}


@pytest.fixture(autouse=True)
def _published(engine: Engine, app: Flask, now: datetime) -> None:
    """若松町 has a manual for each audience, and a public one about something else."""
    writers = ("chika", "fumio")
    with transaction(engine) as session:
        for number, (audience, title) in enumerate(TITLES.items(), 1):
            a_publication(session, now - number * DAY, f"tennyu-{number}", audience, writers, title=title)
        a_publication(session, now - 9 * DAY, "furui", writers=writers, title="前からの転入届")
        a_publication(session, now, "inkan", writers=writers, title="印鑑登録", procedure="inkan-toroku")
    parts = app.extensions["kb"]
    drain(engine, parts.index, parts.settings.index_dir, now)


@pytest.fixture
def chika(app: Flask) -> FlaskClient:
    """The browser of somebody of 若松町, who has saved a search."""
    client = sign_in(app.test_client(), "chika")
    assert client.post("/desk/searches?q=転入届&sort=relevance", data={"name": "転入届の動き"}).status_code == 303
    return client


def start(client: FlaskClient) -> str:
    """Begin the feed, or give it another address; the local path that the page tells."""
    page = client.post("/desk/searches/1/feed", follow_redirects=True).text
    found = re.search(r'value="http://localhost(/feeds/searches/[^"]+)" readonly', page)
    assert found, page
    return found[1]


def read(client: FlaskClient, address: str) -> Any:
    """The feed as a subscriber's program understands it."""
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    return feedparser.parse(answer.data)


def test_it_holds_public_editions_newest_first_whoever_asks(app: Flask, chika: FlaskClient) -> None:
    page = chika.get("/desk/searches/1/edit").text
    assert "だれでも読める一般公開の版だけ" in page
    address = start(chika)
    answers = {client.get(address).data for client in (app.test_client(), chika, sign_in(app.test_client(), "eri"))}
    assert len(answers) == 1
    feed = read(app.test_client(), address)
    assert feed.feed.title == "転入届の動き|ものさし"
    assert [entry.title for entry in feed.entries] == ["だれでも読める転入届(第1版)", "前からの転入届(第1版)"]
    own = next(link.href for link in feed.feed.links if link.rel == "self")
    assert own == f"http://localhost{address}"
    seen = app.test_client().get(feed.feed.link.removeprefix("http://localhost"))
    assert "だれでも読める" in re.sub("</?mark>", "", seen.text)


def test_it_is_not_sent_again_until_it_changes(app: Flask, chika: FlaskClient, engine: Engine, now: datetime) -> None:
    address, client = start(chika), app.test_client()
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    chika.post("/desk/searches/1", data={"name": "別の名前"})
    renamed = client.get(address, headers={"If-None-Match": tag})
    assert renamed.status_code == 200
    with transaction(engine) as session:
        manual, _ = a_publication(session, now, "atarashii", title="新しい転入届")
    drain(engine, app.extensions["kb"].index, app.extensions["kb"].settings.index_dir, now)
    changed = client.get(address, headers={"If-None-Match": renamed.headers["ETag"]})
    assert "新しい転入届" in changed.text
    with transaction(engine) as session:
        withdraw(session, manual, by=person(session, "bunta", now), at=now, reason="作り直すため")
    assert "新しい転入届" not in client.get(address).text  # gone before the index knows


@pytest.mark.parametrize("end", ["moved", "stopped", "deleted", "disabled", "left"])
def test_an_address_that_ended_is_one_that_never_was(
    app: Flask, chika: FlaskClient, engine: Engine, now: datetime, end: str
) -> None:
    address, client = start(chika), app.test_client()
    if end == "moved":
        assert client.get(start(chika)).status_code == 200
    elif end == "stopped":
        assert "配信を始める" in chika.post("/desk/searches/1/feed/delete", follow_redirects=True).text
    elif end == "deleted":
        chika.post("/desk/searches/1/delete", data={"sure": "1"})
    elif end == "disabled":
        disable(engine, "chika", now)
    else:
        with transaction(engine) as session:
            for record in session.exec(select(Participation).where(Participation.municipality_code == WAKAMATSU)):
                record.until = now
        assert "配信を始める" not in chika.get("/desk/searches/1/edit").text
    gone, never = client.get(address), client.get("/feeds/searches/never")
    assert gone.status_code == never.status_code == 404
    assert lasting(gone.text) == lasting(never.text)


def test_odd_addresses_are_none(app: Flask, chika: FlaskClient) -> None:
    client = app.test_client()
    for token in ("None", "x" * 500, "%00", "'", "あ"):
        assert client.get(f"/feeds/searches/{token}").status_code == 404


def test_the_address_stays_out_of_the_log(app: Flask, chika: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = start(chika)
    said: list[dict[str, Any]] = []
    monkeypatch.setattr("kb.web.logs._log.info", lambda _text, extra: said.append(extra["fields"]))
    app.test_client().get(address)
    assert [one["path"] for one in said] == ["/feeds/searches/…"]
