"""Guessing passwords is slowed down at the door; the owner gets in at their own PC all the same."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from kb.accounts.throttling import LOGIN, PAIR, SOURCE
from kb.web import password_check
from tests.web.conftest import lasting
from tests.web.moving_clock import MovingClock, app_by
from tests.world import PASSWORD, sign_in_by_form

STRANGER, OFFICE = "203.0.113.9", "192.0.2.1"


@pytest.fixture
def clock(now: datetime) -> MovingClock:
    """Stands still until it is moved."""
    return MovingClock(now)


@pytest.fixture
def app(engine: Engine, tmp_path: Path, clock: MovingClock) -> Flask:
    """The application by that clock."""
    return app_by(clock, tmp_path)


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were looked at."""
    seen: list[str] = []
    verify = password_check.verify_password

    def note(stored: str | None, password: str) -> bool:
        seen.append(password)
        return verify(stored, password)

    monkeypatch.setattr(password_check, "verify_password", note)
    return seen


def enter(client: FlaskClient, login: str, password: str = PASSWORD, address: str = STRANGER) -> TestResponse:
    """Send the sign-in form from an address."""
    data = {"login": login, "password": password}
    return client.post("/session", data=data, environ_overrides={"REMOTE_ADDR": address})


def hammer(app: Flask, login: str, times: int, address: str = STRANGER) -> TestResponse:
    """Guess so often without keeping a cookie; the last answer."""
    return [enter(app.test_client(), login, f"guess {number}", address) for number in range(times)][-1]


def test_after_some_guesses_nothing_is_looked_at_any_more(app: Flask, looked_at: list[str]) -> None:
    answer = hammer(app, "akari", PAIR.free + 5)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == 30
    assert "待ってから" in answer.text
    assert len(looked_at) == PAIR.free
    assert enter(app.test_client(), "akari").status_code == 429  # the right password does not help the guesser
    assert PASSWORD not in looked_at


def test_an_unknown_name_is_answered_alike(app: Flask) -> None:
    known, unknown = (hammer(app, login, PAIR.free + 1) for login in ("akari", "nobody"))
    assert (known.status_code, known.headers["Retry-After"]) == (unknown.status_code, unknown.headers["Retry-After"])
    assert lasting(known.text).replace("akari", "nobody") == lasting(unknown.text).replace("akari", "nobody")


def test_the_owner_gets_in_at_the_own_pc(app: Flask) -> None:
    own = sign_in_by_form(app.test_client(), "akari")
    own.post("/session/delete")
    for number in range(LOGIN.free + 5):
        hammer(app, "akari", 1, f"203.0.113.{number}")
    assert enter(app.test_client(), "akari", address=OFFICE).status_code == 429
    assert enter(own, "akari", address=OFFICE).status_code == 303


def test_even_behind_the_address_of_the_guesser(app: Flask) -> None:
    own = sign_in_by_form(app.test_client(), "akari")
    for number in range(SOURCE.free + 1):
        hammer(app, f"name{number}", 1)
    assert enter(app.test_client(), "bunta").status_code == 429
    assert enter(own, "akari").status_code == 303


def test_another_account_is_not_affected(app: Flask) -> None:
    hammer(app, "akari", PAIR.free + 1)
    assert enter(app.test_client(), "bunta").status_code == 303
    assert enter(app.test_client(), "akari", address=OFFICE).status_code == 303


def test_who_waits_gets_in(app: Flask, clock: MovingClock) -> None:
    hammer(app, "akari", PAIR.free + 1)
    clock.pass_by(seconds=30)
    client = app.test_client()
    assert enter(client, "akari").status_code == 303
    client.post("/session/delete")
    assert enter(client, "akari", "wrong").status_code == 422  # the mistakes from before are forgotten


def test_a_browser_knows_accounts_by_hashes_and_for_signing_in_alone(app: Flask) -> None:
    client = app.test_client()
    set_cookies = enter(client, "akari").headers.getlist("Set-Cookie")
    [known] = [one for one in set_cookies if one.startswith("monosashi_known=")]
    assert {"HttpOnly", "SameSite=Lax", "Path=/session"} <= {part.strip() for part in known.split(";")}
    assert "akari" not in known
    assert not any("monosashi_known" in one for one in client.get("/").headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("forged", ["", "x", "e30.e30", "W10.AAAA", "a" * 4_000])
def test_a_forged_mark_of_a_browser_is_no_way_around(app: Flask, forged: str) -> None:
    hammer(app, "akari", PAIR.free + 1)
    client = app.test_client()
    client.set_cookie("monosashi_known", forged, path="/session")
    assert enter(client, "akari").status_code == 429


def test_the_mark_of_one_account_is_none_of_another(app: Flask) -> None:
    hammer(app, "akari", PAIR.free + 1)
    client = app.test_client()
    assert enter(client, "bunta").status_code == 303
    assert enter(client, "akari").status_code == 429


def test_a_shared_pc_knows_all_who_sign_in_there(app: Flask) -> None:
    counter = app.test_client()
    for login in ("akari", "bunta", "eri"):
        sign_in_by_form(counter, login).post("/session/delete")
    for login in ("akari", "bunta", "eri"):
        hammer(app, login, PAIR.free + 1, OFFICE)
        assert enter(counter, login, address=OFFICE).status_code == 303


@pytest.mark.parametrize(("login", "password"), [("", ""), ("akari", ""), ("", "x")])
def test_an_empty_form_counts_as_nothing(app: Flask, looked_at: list[str], login: str, password: str) -> None:
    for _ in range(PAIR.free + 2):
        assert enter(app.test_client(), login, password).status_code == 422
    assert looked_at == []


def test_the_tables_name_nobody(app: Flask, engine: Engine) -> None:
    hammer(app, "somebody-typed-this", 3)
    with engine.connect() as connection:
        kept = str(connection.execute(text("SELECT * FROM sign_in_failure")).all())
    assert re.search(r"[0-9a-f]{64}", kept)
    assert "somebody" not in kept
    assert STRANGER not in kept


def test_a_proxy_tells_who_asks_only_when_it_is_trusted(engine: Engine, tmp_path: Path, clock: MovingClock) -> None:
    def guess(app: Flask, number: int) -> int:
        said = {"X-Forwarded-For": f"198.51.100.{number}"}
        answer = app.test_client().post("/session", data={"login": "akari", "password": "wrong"}, headers=said)
        return answer.status_code

    trusting = app_by(clock, tmp_path, trusted_proxies=1)
    assert [guess(trusting, number) for number in range(PAIR.free + 1)][-1] == 422
    clock.pass_by(hours=2)
    wary = app_by(clock, tmp_path)
    assert [guess(wary, number) for number in range(PAIR.free + 1)][-1] == 429
