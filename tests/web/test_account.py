"""The page of one's own account."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from kb.accounts.models import Assignment, SignIn, User
from kb.accounts.queries import user_by_login
from kb.accounts.throttling import PAIR
from kb.activity.models import Activity
from kb.db import reading, transaction
from tests.world import PASSWORD, sign_in

NEW = "えきまえのねこが3びき"


@pytest.fixture
def akari(client: FlaskClient) -> FlaskClient:
    """Akari's browser."""
    return sign_in(client, "akari")


def change(client: FlaskClient, current: str = PASSWORD, new: str = NEW, again: str | None = None) -> tuple[int, str]:
    """Send the form for changing the password; status and text."""
    data = {"current_password": current, "new_password": new, "new_password_again": new if again is None else again}
    answer = client.post("/account/password", data=data)
    return answer.status_code, answer.text


def account(session: Session, login: str) -> User:
    """An account by its login."""
    user = user_by_login(session, login)
    assert user is not None
    return user


def number_elsewhere(engine: Engine, login: str) -> int:
    """The number of the latest sign-in of somebody."""
    with reading(engine) as session:
        found = session.exec(select(SignIn).where(SignIn.user_id == account(session, login).id)).all()
        return found[-1].id


def test_it_shows_who_one_is_in_which_posts_and_from_when(akari: FlaskClient, engine: Engine, now: datetime) -> None:
    with transaction(engine) as session:
        user = account(session, "akari")
        held = session.exec(select(Assignment).where(Assignment.user_id == user.id)).one()
        for since, until in ((now - timedelta(days=9), now), (now + timedelta(days=9), now + timedelta(days=99))):
            session.add(Assignment(user_id=user.id, post_id=held.post_id, role="approver", since=since, until=until))
    page = akari.get("/account").text
    assert "見本 あかり" in page
    assert "市民課 住民記録係" in page
    assert "令和5年4月1日" in page
    assert page.count("承認者") == 1  # what is over is not shown, what comes is
    assert "これから" in page


def test_it_shows_nobody_elses_sign_ins(akari: FlaskClient, app: Flask, engine: Engine) -> None:
    sign_in(app.test_client(), "bunta")
    edge = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537.36 Edg/130"}
    app.test_client().post("/session", data={"login": "akari", "password": PASSWORD}, headers=edge)
    page = akari.get("/account").text
    assert "Edge・Windows" in page
    assert page.count("この端末</td>") == 1
    others = re.findall(r'name="sign_in" value="(\d+)"', page)
    assert others == [str(number_elsewhere(engine, "akari"))]


def test_changing_the_password_keeps_this_browser_and_ends_the_others(akari: FlaskClient, app: Flask) -> None:
    elsewhere = sign_in(app.test_client(), "akari")
    status, _ = change(akari)
    assert status == 303
    assert "パスワードを変更しました" in akari.get("/account").text
    assert "見本 あかり" not in elsewhere.get("/").text
    assert elsewhere.post("/session", data={"login": "akari", "password": PASSWORD}).status_code == 422
    assert elsewhere.post("/session", data={"login": "akari", "password": NEW}).status_code == 303


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"current": "wrong"}, "今のパスワードが違います"),
        ({"current": ""}, "今のパスワードが違います"),
        ({"new": "short"}, "8文字以上"),
        ({"new": "akari-akari"}, "職員ID"),
        ({"new": "青葉市あかり1"}, "8文字以上"),
        ({"again": "ちがうもの"}, "上の新しいパスワードと違います"),
        ({"new": "sakura2026"}, "よく使われる"),
    ],
)
def test_a_refused_change_changes_nothing(
    akari: FlaskClient, app: Flask, engine: Engine, form: dict[str, str], said: str
) -> None:
    status, page = change(akari, **form)
    assert status == 422
    assert said in page
    assert NEW not in page
    assert app.test_client().post("/session", data={"login": "akari", "password": PASSWORD}).status_code == 303
    with reading(engine) as session:
        assert session.exec(select(Activity).where(Activity.kind == "password.changed")).all() == []


def test_the_same_password_is_no_change(akari: FlaskClient) -> None:
    change(akari)
    status, page = change(akari, current=NEW)
    assert status == 422
    assert "今のパスワードと同じ" in page


def test_whoever_sits_down_at_an_open_pc_cannot_guess_on(akari: FlaskClient, app: Flask) -> None:
    answers = [change(akari, current=f"guess {number}")[0] for number in range(PAIR.free + 1)]
    assert answers == [422] * PAIR.free + [429]
    assert change(akari)[0] == 429
    assert app.test_client().post("/session", data={"login": "akari", "password": PASSWORD}).status_code == 303


def test_one_other_browser_is_signed_out(akari: FlaskClient, app: Flask, engine: Engine) -> None:
    elsewhere, third = sign_in(app.test_client(), "akari"), sign_in(app.test_client(), "akari")
    number = number_elsewhere(engine, "akari")
    answer = akari.post("/account/sign-ins/delete", data={"sign_in": str(number)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert ["見本 あかり" in one.get("/").text for one in (akari, elsewhere, third)] == [True, True, False]
    assert akari.post("/account/sign-ins/delete", data={"sign_in": str(number)}).status_code == 303  # twice is harmless


def test_nobody_signs_somebody_else_out(akari: FlaskClient, app: Flask, engine: Engine) -> None:
    bunta = sign_in(app.test_client(), "bunta")
    akari.post("/account/sign-ins/delete", data={"sign_in": str(number_elsewhere(engine, "bunta"))})
    assert "見本 ぶんた" in bunta.get("/").text


@pytest.mark.parametrize("odd", ["", "0x1", "-1", "１", "9" * 400, "all ", "1 or 1=1", "\x00"])
def test_an_odd_number_is_refused(akari: FlaskClient, odd: str) -> None:
    assert akari.post("/account/sign-ins/delete", data={"sign_in": odd}).status_code == 422
    assert "見本 あかり" in akari.get("/").text


def test_a_number_beyond_every_row_ends_nothing(akari: FlaskClient) -> None:
    assert akari.post("/account/sign-ins/delete", data={"sign_in": "9" * 18}).status_code == 303
    assert "見本 あかり" in akari.get("/").text


def test_more_fields_than_asked_for_change_nothing_else(akari: FlaskClient, engine: Engine) -> None:
    data = {"current_password": PASSWORD, "new_password": NEW, "new_password_again": NEW}
    akari.post(
        "/account/password", data={**data, "name": "x", "municipality_code": "990027", "id": "1", "login": "root"}
    )
    with reading(engine) as session:
        user = account(session, "akari")
        assert (user.name, user.municipality_code) == ("見本 あかり", "990019")


def test_the_frame_leads_to_the_account_of_whoever_is_signed_in(akari: FlaskClient, app: Flask) -> None:
    link = '<a class="button button-plain" href="/account">アカウント</a>'
    assert link in akari.get("/").text
    assert link not in app.test_client().get("/").text
