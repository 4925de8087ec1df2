"""Kept pages: an anonymous reader gets the page without the work, and never one that is no longer live."""

import gzip
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine

from kb.common_format.envelope import Audience
from kb.db import transaction
from kb.manuals.actions import save_revision
from kb.publishing.actions import publish, withdraw
from kb.web import kept_pages
from tests.world import AOBA, a_content, a_publication, an_app, person, sign_in

PATH = f"/towns/{AOBA}/manuals/tennyu"


class Clock:
    """A clock that a test moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(now):
    return Clock(now)


@pytest.fixture
def app(engine: Engine, tmp_path, clock: Clock) -> Flask:
    made = an_app(tmp_path, clock.now)
    parts = made.extensions["kb"]
    object.__setattr__(parts, "clock", clock)
    return made


@pytest.fixture
def rendered(monkeypatch):
    """How often a page was rendered and compressed."""
    seen: list[int] = []
    compress = gzip.compress
    monkeypatch.setattr(kept_pages.gzip, "compress", lambda *a, **k: seen.append(1) or compress(*a, **k))
    return seen


def test_the_short_way_says_what_the_long_way_says(engine, client, now, rendered):
    with transaction(engine) as session:
        a_publication(session, now)
    long, short = client.get(PATH), client.get(PATH)
    assert (long.status_code, short.status_code, len(rendered)) == (200, 200, 1)
    assert long.data == short.data
    assert _lasting(long.headers) == _lasting(short.headers)


def test_a_browser_gets_it_as_it_accepts_it(engine, client, now):
    with transaction(engine) as session:
        a_publication(session, now)
    plain = client.get(PATH).data
    for _ in range(2):  # the long way, then the short one
        packed = client.get(PATH, headers={"Accept-Encoding": "gzip, br"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("br;q=1.0, GZIP;q=0.5", True),
        ("*", True),
        ("", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0, *;q=1", False),
        ("br, identity", False),
        ("not-gzip-at-all", False),
    ],
)
def test_what_a_browser_refuses_it_does_not_get(accepted, packed):
    body, headers = kept_pages.encoded(gzip.compress(b"page"), accepted)
    assert (dict(headers).get("Content-Encoding") == "gzip") is packed
    assert (gzip.decompress(body) if packed else body) == b"page"


def test_a_withdrawn_manual_is_gone_with_the_next_request(engine, client, now, clock):
    with transaction(engine) as session:
        manual, _ = a_publication(session, now)
    assert [client.get(PATH).status_code for _ in range(2)] == [200, 200]
    with transaction(engine) as session:
        withdraw(session, manual, by=person(session, "bunta", now), at=now, reason="誤り")
    assert client.get(PATH).status_code == 404


def test_a_narrowed_manual_is_gone_with_the_next_request(engine, client, now):
    with transaction(engine) as session:
        manual, _ = a_publication(session, now)
    client.get(PATH)
    _publish_again(engine, manual, now, audience=Audience.MUNICIPALITY)
    assert client.get(PATH).status_code == 404


def test_a_new_edition_is_shown_with_the_next_request(engine, client, now):
    with transaction(engine) as session:
        manual, _ = a_publication(session, now)
    assert "第1版" in client.get(PATH).text
    _publish_again(engine, manual, now)
    assert "第2版" in client.get(PATH).text


def test_a_scheduled_edition_begins_without_a_commit(engine, client, now, clock):
    with transaction(engine) as session:
        manual, _ = a_publication(session, now)
    _publish_again(engine, manual, now, live_from=now + timedelta(minutes=10))
    assert "第1版" in client.get(PATH).text
    clock.now += timedelta(minutes=10)
    assert "第2版" in client.get(PATH).text


def test_the_words_for_how_long_ago_are_renewed(engine, client, now, clock, rendered):
    with transaction(engine) as session:
        a_publication(session, now)
    assert "今日" in client.get(PATH).text
    clock.now += timedelta(days=3)
    assert "3日前" in client.get(PATH).text
    assert len(rendered) == 2


def test_nothing_is_rendered_again_while_nothing_can_change(engine, client, now, clock, rendered):
    with transaction(engine) as session:
        a_publication(session, now)
    client.get(PATH)
    clock.now += timedelta(hours=14)  # the evening of the same day
    client.get(PATH)
    assert len(rendered) == 1


def test_a_page_is_only_a_minute_behind_commits_that_are_not_its_own(engine, client, now, clock, rendered):
    with transaction(engine) as session:
        a_publication(session, now)
    client.get(PATH)
    with transaction(engine) as session:
        a_publication(session, now, "tenshutsu")
    client.get(PATH)
    assert len(rendered) == 1
    clock.now += kept_pages.LAG
    client.get(PATH)
    assert len(rendered) == 2
    clock.now += kept_pages.LAG
    client.get(PATH)
    assert len(rendered) == 2, "nothing was committed since it was rendered"


def test_staff_never_get_the_anonymous_page(engine, client, now):
    with transaction(engine) as session:
        a_publication(session, now)
    client.get(PATH)
    assert "あかり" in sign_in(client, "akari").get(PATH).text


def test_a_foreign_host_is_refused_on_the_short_way_too(engine, client, now):
    with transaction(engine) as session:
        a_publication(session, now)
    client.get(PATH)
    assert client.get(PATH, headers={"Host": "evil.example"}).status_code == 400


def test_memory_is_bounded(engine, client, now, monkeypatch, rendered):
    with transaction(engine) as session:
        for slug in ("one", "two"):
            a_publication(session, now, slug)
    monkeypatch.setattr(kept_pages, "BUDGET", 1)  # nothing fits
    for _ in range(2):
        assert client.get(f"/towns/{AOBA}/manuals/one").status_code == 200
    assert len(rendered) == 2


def test_the_page_that_was_read_last_is_forgotten_last(engine, client, now, monkeypatch, rendered):
    one, two, three = (f"/towns/{AOBA}/manuals/{slug}" for slug in ("one", "two", "three"))
    with transaction(engine) as session:
        for slug in ("one", "two", "three"):
            a_publication(session, now, slug)
    client.get(one)
    client.get(two)
    packed = len(client.get(one, headers={"Accept-Encoding": "gzip"}).data)
    monkeypatch.setattr(kept_pages, "BUDGET", packed * 2 + packed // 2)  # two fit
    client.get(three)
    assert len(rendered) == 3
    client.get(one)
    assert len(rendered) == 3
    client.get(two)
    assert len(rendered) == 4


def _publish_again(engine, manual, now, **publication):
    with transaction(engine) as session:
        revision = save_revision(session, manual, a_content(), by=person(session, "akari", now), at=now)
        publish(session, manual, revision, by=person(session, "bunta", now), at=now, **publication)


def _lasting(headers):
    return sorted((name, value) for name, value in headers if name not in ("X-Request-Id", "Date"))
