"""The page behind a one-time link."""

import logging
import re
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import select

from kb.accounts.models import SignIn
from kb.accounts.queries import user_by_login
from kb.db import reading, transaction
from kb.staffing.invitations import cancel_invitations, issue_invitation
from kb.staffing.models import InvitationReason
from kb.web.routes import invitations
from tests.web.conftest import lasting
from tests.web.moving_clock import MovingClock, app_by
from tests.web.stage import disable
from tests.world import PASSWORD, sign_in

NEW = "えきまえのねこが3びき"


@pytest.fixture
def clock(now: datetime) -> MovingClock:
    """Stands still until it is moved."""
    return MovingClock(now)


@pytest.fixture
def app(engine: Engine, tmp_path: Path, clock: MovingClock) -> Flask:
    """The application by that clock."""
    return app_by(clock, tmp_path)


@pytest.fixture
def link(engine: Engine, now: datetime) -> str:
    """The address of a link for Eri."""
    return make_link(engine, now)


def make_link(engine: Engine, now: datetime) -> str:
    """The same, made now."""
    with transaction(engine) as session:
        eri = user_by_login(session, "eri")
        assert eri is not None
        return f"/invitations/{issue_invitation(session, eri, InvitationReason.RESET, at=now)}"


def chosen(password: str, again: str | None = None) -> dict[str, str]:
    """The filled-in form."""
    return {"new_password": password, "new_password_again": password if again is None else again}


def test_the_page_says_whose_account_it_is_and_asks_for_nothing_else(client: FlaskClient, link: str) -> None:
    page = client.get(link).text
    assert "青葉市の見本 えりさん" in page
    assert 'value="eri" autocomplete="username" readonly' in page
    assert re.findall(r'<input[^>]*type="password"[^>]*name="(\w+)" autocomplete="new-password"', page) == [
        "new_password",
        "new_password_again",
    ]
    assert "onpaste" not in page


def test_choosing_a_password_leads_to_signing_in_with_it(client: FlaskClient, app: Flask, link: str) -> None:
    answer = client.post(link, data=chosen(NEW))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/session/new?chosen=1")
    assert "パスワードを決めました" in client.get(answer.headers["Location"]).text
    assert client.post("/session", data={"login": "eri", "password": PASSWORD}).status_code == 422
    assert client.post("/session", data={"login": "eri", "password": NEW}).status_code == 303


def test_the_sign_ins_of_before_have_ended(client: FlaskClient, app: Flask, link: str, engine: Engine) -> None:
    elsewhere = sign_in(app.test_client(), "eri")
    client.post(link, data=chosen(NEW))
    assert "見本 えり" not in elsewhere.get("/").text
    with reading(engine) as session:
        assert all(one.ended_at for one in session.exec(select(SignIn)))


def test_no_link_that_cannot_be_used_says_why(app: Flask, engine: Engine, clock: MovingClock) -> None:
    used, late, cancelled, unable = (make_link(engine, clock()) for _ in range(4))  # each cancels the one before
    pages = [app.test_client().get(one) for one in (used, late, cancelled, "/invitations/never-made")]
    assert app.test_client().post(unable, data=chosen(NEW)).status_code == 303
    pages.append(app.test_client().get(unable))
    pages.append(app.test_client().post(unable, data=chosen(NEW)))
    with transaction(engine) as session:
        eri = user_by_login(session, "eri")
        assert eri is not None
        gone = f"/invitations/{issue_invitation(session, eri, InvitationReason.JOINING, at=clock())}"
        cancel_invitations(session, eri.id, at=clock())
    pages.append(app.test_client().get(gone))
    late = make_link(engine, clock())
    clock.pass_by(days=2)
    pages += [app.test_client().get(late), app.test_client().post(late, data=chosen(NEW))]
    off = make_link(engine, clock())
    disable(engine, "eri", clock())
    pages.append(app.test_client().get(off))
    assert {page.status_code for page in pages} == {404}
    assert len({lasting(page.text) for page in pages}) == 1
    assert "所属の管理者に新しいリンクを頼んでください" in pages[0].text
    assert "見本 えり" not in pages[0].text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (chosen("short"), "8文字以上"),
        (chosen("password1"), "よく使われる"),
        (chosen("eri-eri-eri"), "職員ID"),
        (chosen(NEW, "ちがうもの"), "上のパスワードと違います"),
        ({}, "8文字以上"),
        (chosen("長" * 201), "200文字以内"),
    ],
)
def test_a_bad_choice_changes_nothing_and_the_link_stays(
    client: FlaskClient, link: str, form: dict[str, str], said: str
) -> None:
    answer = client.post(link, data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'{form.get("new_password", "-")}"' not in answer.text
    assert client.post(link, data=chosen(NEW)).status_code == 303


def test_whoever_is_signed_in_here_is_signed_out(client: FlaskClient, link: str) -> None:
    sign_in(client, "akari")
    client.post(link, data=chosen(NEW))
    assert "見本 あかり" not in client.get("/").text


def test_an_outdated_form_comes_back_without_the_password(app: Flask, link: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().post(link, data={**chosen(NEW), "csrf_token": "old"})
    assert answer.status_code == 400
    assert NEW not in answer.text
    assert "もう一度入力してください" in answer.text
    assert 'name="new_password"' in answer.text


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_address_is_told_to_nobody(
    client: FlaskClient, link: str, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    logging.getLogger("kb").propagate = True
    try:
        with caplog.at_level(logging.DEBUG):
            logging.getLogger("kb").setLevel(logging.DEBUG)
            answer = client.open(link, method=method.upper())
            client.get(f"{link}/further")
    finally:
        logging.getLogger("kb").propagate = False
        logging.getLogger("kb").setLevel(logging.ERROR)
    lines = [str(vars(record)) for record in caplog.records]
    assert any("/invitations/…" in line for line in lines)
    assert not any(link.rpartition("/")[2] in line for line in lines)
    assert answer.headers.getlist("Referrer-Policy") == ["no-referrer"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text)


def test_another_page_keeps_the_usual_policy(client: FlaskClient) -> None:
    assert client.get("/").headers.getlist("Referrer-Policy") == ["same-origin"]


def test_two_who_use_a_link_at_once_do_not_both_get_through(
    app: Flask, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the link and its use somebody else uses it."""

    hash_password, faster = invitations.hash_password, []

    def slowly(password: str) -> str:
        if not faster:
            faster.append(True)
            assert app.test_client().post(link, data=chosen("the faster one was here")).status_code == 303
        return hash_password(password)

    monkeypatch.setattr(invitations, "hash_password", slowly)
    assert app.test_client().post(link, data=chosen(NEW)).status_code == 404
    assert app.test_client().post("/session", data={"login": "eri", "password": NEW}).status_code == 422
    good = {"login": "eri", "password": "the faster one was here"}
    assert app.test_client().post("/session", data=good).status_code == 303
