"""A sign-in lasts while somebody is there, in the browser where it began, and no longer than its account."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlmodel import select

from kb.accounts.models import SignIn
from kb.activity.models import Activity
from kb.db import Changes, reading, transaction
from kb.web import sign_in as sign_in_module
from tests.web.moving_clock import MovingClock, app_by
from tests.web.stage import disable
from tests.world import sign_in_by_form

NAME = "見本 あかり"


@pytest.fixture
def clock(now: datetime) -> MovingClock:
    """Stands still until it is moved."""
    return MovingClock(now)


@pytest.fixture
def app(engine: Engine, tmp_path: Path, clock: MovingClock) -> Flask:
    """The application by that clock."""
    return app_by(clock, tmp_path, idle_minutes=60)


def is_in(client: FlaskClient) -> bool:
    """Whether this browser is Akari's, as a page says; read to the end, as a browser does."""
    with client.get("/towns") as page:
        return NAME in page.text


def cookie_of(client: FlaskClient) -> str:
    """The signed cookie that a thief would copy."""
    cookie = client.get_cookie("monosashi")
    assert cookie is not None
    return cookie.value


def rows(engine: Engine) -> list[SignIn]:
    """Every sign-in, in order."""
    with reading(engine) as session:
        return list(session.exec(select(SignIn).order_by(SignIn.id)))  # type: ignore[arg-type]  # a column of the table


def test_whoever_works_stays_in(app: Flask, clock: MovingClock) -> None:
    client = sign_in_by_form(app.test_client(), "akari")
    for _ in range(10):
        clock.pass_by(minutes=50)
        assert is_in(client)


def test_whoever_goes_away_is_signed_out(app: Flask, clock: MovingClock) -> None:
    client = sign_in_by_form(app.test_client(), "akari")
    clock.pass_by(minutes=60)
    assert not is_in(client)
    clock.pass_by(minutes=-60)  # even if a clock is put back, the test says what the time says
    assert is_in(client)


@pytest.mark.parametrize("minutes", [1, 5, 600])
def test_the_idle_time_is_a_setting(engine: Engine, tmp_path: Path, clock: MovingClock, minutes: int) -> None:
    client = sign_in_by_form(app_by(clock, tmp_path, idle_minutes=minutes).test_client(), "akari")
    clock.pass_by(minutes=minutes, seconds=-1)
    assert is_in(client)
    clock.pass_by(minutes=minutes)
    assert not is_in(client)


def test_reading_writes_at_most_every_few_minutes(app: Flask, engine: Engine, clock: MovingClock) -> None:
    client = sign_in_by_form(app.test_client(), "akari")
    changes = Changes(engine)
    seen = [changes.counter()]
    for _ in range(20):
        clock.pass_by(minutes=1)
        assert is_in(client)
        seen.append(changes.counter())
    assert len(set(seen)) - 1 == 4


def test_a_note_that_cannot_be_written_fails_no_page(
    app: Flask, clock: MovingClock, monkeypatch: pytest.MonkeyPatch, engine: Engine
) -> None:
    client = sign_in_by_form(app.test_client(), "akari")
    clock.pass_by(minutes=10)
    broken = []

    def no_transaction(_engine: Engine) -> None:
        broken.append(True)
        raise sign_in_module.SQLAlchemyError("the disk is full")

    monkeypatch.setattr(sign_in_module, "transaction", no_transaction)
    assert is_in(client)
    assert broken == [True]
    assert rows(engine)[0].seen_at == rows(engine)[0].began_at


def test_a_cookie_from_before_signing_out_is_nobodys(app: Flask, engine: Engine) -> None:
    client = sign_in_by_form(app.test_client(), "akari")
    stolen = cookie_of(client)
    thief = app.test_client()
    thief.set_cookie("monosashi", stolen)
    assert is_in(thief)
    client.post("/session/delete")
    assert not is_in(thief)
    assert rows(engine)[0].ended_at is not None


def test_a_cookie_of_another_secret_is_nobodys(app: Flask, clock: MovingClock, tmp_path: Path) -> None:
    stolen = cookie_of(sign_in_by_form(app.test_client(), "akari"))
    other = app_by(clock, tmp_path, secret_key="another secret, long enough to be taken").test_client()
    other.set_cookie("monosashi", stolen)
    assert not is_in(other)


def test_signing_in_again_ends_what_was_before_in_this_browser(app: Flask, engine: Engine) -> None:
    client = sign_in_by_form(app.test_client(), "akari")
    before = cookie_of(client)
    sign_in_by_form(client, "eri")
    thief = app.test_client()
    thief.set_cookie("monosashi", before)
    assert not is_in(thief)
    assert [row.ended_at is None for row in rows(engine)] == [False, True]


def test_the_database_signs_nobody_in(app: Flask, engine: Engine) -> None:
    client = sign_in_by_form(app.test_client(), "akari")
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    with engine.connect() as connection:
        kept = str(connection.execute(text("SELECT * FROM sign_in")).all())
    assert token not in kept
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["_user_id"] = rows(engine)[0].token_hash
    assert not is_in(thief)


def test_everywhere_is_every_browser(app: Flask) -> None:
    browsers = [sign_in_by_form(app.test_client(), "akari") for _ in range(3)]
    other = sign_in_by_form(app.test_client(), "bunta")
    answer = browsers[0].post("/account/sign-ins/delete", data={"sign_in": "all"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/session/new")
    assert not any(is_in(client) for client in browsers)
    assert "見本 ぶんた" in other.get("/").text


def test_a_disabled_account_is_out_of_every_browser_at_once(app: Flask, engine: Engine, clock: MovingClock) -> None:
    browsers = [sign_in_by_form(app.test_client(), "akari") for _ in range(2)]
    disable(engine, "akari", clock())
    assert not any(is_in(client) for client in browsers)


def test_what_happened_stands_in_the_activity_of_the_town(app: Flask, engine: Engine) -> None:
    edge = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537.36 Edg/130"}
    client = app.test_client()
    client.post("/session", data={"login": "akari", "password": "wrong"}, headers=edge)
    client.post("/session", data={"login": "my-password-in-the-wrong-field", "password": "wrong"}, headers=edge)
    sign_in_by_form(client, "akari").post("/session/delete")
    with reading(engine) as session:
        told = list(session.exec(select(Activity).order_by(Activity.id)))  # type: ignore[arg-type]  # a column
    assert [(one.kind, one.municipality_code, one.refused, one.object_name) for one in told] == [
        ("sign_in.refused", "990019", True, NAME),
        ("sign_in.refused", None, True, ""),
        ("sign_in.begun", "990019", False, ""),
        ("sign_in.ended", "990019", False, ""),
    ]
    assert told[0].user_id is None
    assert told[0].detail == "Edge・Windows"
    assert "my-password" not in str([one.model_dump() for one in told])


def test_an_account_without_a_password_lets_nobody_in(app: Flask, engine: Engine) -> None:
    with transaction(engine) as session:
        session.execute(text("UPDATE user SET password_hash = '' WHERE login = 'akari'"))
    for password in ("", " ", "monosashi-mihon"):
        answer = app.test_client().post("/session", data={"login": "akari", "password": password})
        assert answer.status_code == 422
