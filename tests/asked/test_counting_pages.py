"""Searches are counted on every way that an answer takes: rendered, kept, and in front of Flask."""

import pytest
from sqlmodel import select

from kb.asked.models import AskedWord
from kb.db import reading, transaction
from kb.publishing.indexing import drain
from kb.web.asked_counts import EVERY
from tests.web.moving_clock import MovingClock, app_by
from tests.world import AOBA, a_publication, sign_in

MANUAL = f"/towns/{AOBA}/manuals/tennyu"


@pytest.fixture
def clock(now):
    return MovingClock(now)


@pytest.fixture
def app(engine, tmp_path, clock):
    with transaction(engine) as session:
        a_publication(session, clock())
    app = app_by(clock, tmp_path)
    parts = app.extensions["kb"]
    drain(engine, parts.index, parts.settings.index_dir, clock())
    return app


@pytest.fixture
def kept(app, engine, clock):
    """What the database holds after the process has written: text to (asked, missed, opened)."""

    def look():
        app.extensions["kb"].asked.write(engine, clock())
        with reading(engine) as session:
            return {row.text: (row.asked, row.missed, row.opened) for row in session.exec(select(AskedWord))}

    return look


def test_asked_again_in_front_of_flask_is_counted_alike(app, client, kept, monkeypatch):
    client.get("/search?q=転入")
    monkeypatch.setattr(app, "full_dispatch_request", lambda: pytest.fail("Flask was asked"))
    for _ in range(3):
        assert client.get("/search?q=転入").status_code == 200
    assert kept() == {"転入": (4, 0, 0)}


def test_what_is_not_found_is_missed_on_both_ways(client, kept):
    for _ in range(2):
        assert "見つかりませんでした" in client.get("/search?q=空飛ぶ税").text
    assert kept() == {"空飛ぶ税": (2, 2, 0)}


def test_staff_are_counted_as_everybody(client, kept):
    sign_in(client, "eri")
    client.get("/search?q=転入")
    client.get("/search?q=空飛ぶ税")
    assert kept() == {"転入": (1, 0, 0), "空飛ぶ税": (1, 1, 0)}


@pytest.mark.parametrize("login", [None, "eri"])
def test_looking_at_the_same_again_is_no_new_question(client, kept, login):
    if login:
        sign_in(client, login)
    for more in ("&sort=newest", "&exact=1", "&area=B01", "&page=1", f"&town={AOBA}"):
        client.get(f"/search?q=転入{more}")
    for empty in ("/search", "/search?q=", "/search?q=%20"):
        client.get(empty)
    client.head("/search?q=転入")
    assert kept() == {}


def test_opening_a_result_is_a_click_on_both_ways(app, client, kept, monkeypatch):
    client.get("/search?q=転入")
    came = {"Referer": "http://localhost/search?q=%E8%BB%A2%E5%85%A5"}
    client.get(MANUAL, headers=came)
    client.head(MANUAL, headers=came)
    client.get(MANUAL, headers={"Referer": f"http://localhost{MANUAL}"})
    monkeypatch.setattr(app, "full_dispatch_request", lambda: pytest.fail("Flask was asked"))
    client.get(MANUAL, headers=came)
    assert kept() == {"転入": (1, 0, 2)}


def test_staff_click_too(client, kept):
    sign_in(client, "eri")
    client.get(MANUAL, headers={"Referer": "http://localhost/search?q=%E8%BB%A2%E5%85%A5"})
    assert kept() == {"転入": (0, 0, 1)}


def test_answers_let_browsers_say_where_a_click_came_from(client):
    assert client.get("/search?q=転入").headers["Referrer-Policy"] == "same-origin"


def test_sums_are_written_when_they_are_due(app, engine, client, clock):
    counts = app.extensions["kb"].asked
    counts.write_when_due(engine, clock())
    client.get("/search?q=転入")
    counts.write_when_due(engine, clock() + EVERY / 2)
    with reading(engine) as session:
        assert session.exec(select(AskedWord)).all() == []
    counts.write_when_due(engine, clock() + EVERY)
    with reading(engine) as session:
        assert [row.asked for row in session.exec(select(AskedWord))] == [1]


def test_what_cannot_be_written_now_is_kept(app, engine, client, clock, kept, monkeypatch):
    from kb.web import asked_counts

    monkeypatch.setattr(asked_counts, "PATIENCE", asked_counts.PATIENCE * 0)
    client.get("/search?q=転入")
    with transaction(engine) as session:
        session.connection()  # somebody else writes
        app.extensions["kb"].asked.write(engine, clock())
    assert kept() == {"転入": (1, 0, 0)}
