"""Signing in and out: who may, what survives, where it leads, and that forms come from our own pages."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, text

from kb.db import transaction
from kb.web import password_check
from kb.web.input import local_path
from kb.web.routes import sessions
from tests.web.addresses import routes
from tests.web.conftest import lasting
from tests.web.stage import disable
from tests.world import AOBA, PASSWORD, a_publication, sign_in_by_form

TRICKS = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\n//evil.example",
    " //evil.example",
    "/%0d%0aLocation: x\r\nX: y",
    "https://evil.example/",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "towns",
    "/towns\r\nSet-Cookie: a=b",
    "/towns\x00",
    "/\u2028/evil.example\\",
    "@evil.example",
    "/" + "a" * 2_000,
    "",
)
GOOD = (
    "/",
    "/towns",
    "/search?q=%E8%BB%A2%E5%85%A5&page=2",
    "/towns/990019#faq",
    "/%5Cevil.example",
    "/%2F%2Fevil.example",
)


@pytest.mark.parametrize("target", TRICKS)
def test_no_trick_leads_away(target: str) -> None:
    assert local_path(target) is None


@pytest.mark.parametrize("target", GOOD)
def test_a_path_of_ours_is_kept(target: str) -> None:
    assert local_path(target) == target


@pytest.mark.parametrize("target", TRICKS)
def test_signing_in_never_leads_away(client: FlaskClient, target: str) -> None:
    answer = client.post("/session", data={"login": "eri", "password": PASSWORD, "next": target})
    assert answer.status_code in (303, 400)
    assert answer.headers.get("Location", "/") == "/"
    assert "evil" not in client.get("/session/new", query_string={"next": target}).text


@pytest.mark.parametrize("target", GOOD)
def test_signing_in_leads_back(client: FlaskClient, target: str) -> None:
    form = client.get("/session/new", query_string={"next": target}).text
    assert f'name="next" value="{target.replace("&", "&amp;")}"' in form
    answer = client.post("/session", data={"login": "eri", "password": PASSWORD, "next": target})
    assert (answer.status_code, answer.headers["Location"]) == (303, target)


def sign_in_link(page: str) -> str:
    """Where 「ログイン」 at the top of a page leads."""
    found = re.search(r'<a class="button" href="([^"]+)">ログイン</a>', page)
    assert found
    return unescape(found[1])


@pytest.mark.parametrize(
    "address", ["/", "/towns/990019", "/search?q=%E8%BB%A2%E5%85%A5&page=1", "/search?q=%E3%81%AA%E3%81%84%22%26x"]
)
def test_the_link_leads_back_to_the_page_that_it_was_on(app: Flask, address: str) -> None:
    client = app.test_client()
    form = client.get(sign_in_link(client.get(address).text)).text
    carried = re.search(r'name="next" value="([^"]+)"', form)
    assert carried
    assert unescape(carried[1]) == address
    assert sign_in_link(form) == sign_in_link(client.get(address).text)


def test_a_refused_sign_in_keeps_where_it_was_to_lead(client: FlaskClient) -> None:
    page = client.post("/session", data={"login": "eri", "password": "wrong", "next": "/towns"}).text
    assert 'name="next" value="/towns"' in page
    assert sign_in_link(page) == "/session/new?next=/towns"


def test_an_odd_query_is_carried_escaped(client: FlaskClient) -> None:
    answer = client.get("/towns", environ_overrides={"QUERY_STRING": 'a=\xff"<\x01 '})
    assert sign_in_link(answer.text) == "/session/new?next=/towns?a%3D%25FF%2522%253C%2501%2520"


def test_nobody_is_led_back_to_an_error(client: FlaskClient) -> None:
    assert sign_in_link(client.get("/nowhere?x=1").text) == "/session/new"


def test_a_kept_page_forgets_what_the_first_reader_asked(client: FlaskClient, engine: Engine, now: Any) -> None:
    with transaction(engine) as session:
        a_publication(session, now)
    address = "/towns/990019/manuals/tennyu"
    for asked in (f"{address}?from=mail", address):
        assert sign_in_link(client.get(asked).text) == f"/session/new?next={address}"


@pytest.mark.parametrize(("target", "leads"), [("/towns", "/towns"), ("//evil.example", "/"), ("", "/")])
def test_whoever_is_signed_in_needs_no_form(client: FlaskClient, target: str, leads: str) -> None:
    sign_in_by_form(client, "eri")
    answer = client.get("/session/new", query_string={"next": target})
    assert (answer.status_code, answer.headers["Location"]) == (303, leads)


def test_the_address_of_a_refused_sign_in_opens_the_form(client: FlaskClient) -> None:
    answer = client.get("/session")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/session/new")


def test_nothing_from_before_survives_signing_in(client: FlaskClient) -> None:
    with client.session_transaction() as cookie:
        cookie.update({"planted": "x", "csrf_token": "known to somebody else", "_user_id": "1"})
    sign_in_by_form(client, "eri")
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie.get("csrf_token") != "known to somebody else"


def test_signing_out_leaves_nothing(client: FlaskClient) -> None:
    sign_in_by_form(client, "eri")
    assert "見本 えり" in client.get("/").text
    answer = client.post("/session/delete")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert client.get_cookie("monosashi") is None
    assert "見本 えり" not in client.get("/").text


def test_a_disabled_account_is_signed_out_at_once(client: FlaskClient, engine: Engine, now: Any) -> None:
    sign_in_by_form(client, "eri")
    disable(engine, "eri", now)
    page = client.get("/").text
    assert "見本 えり" not in page
    assert "ログイン" in page


def test_a_cookie_that_we_did_not_sign_is_nobody(client: FlaskClient, app: Flask) -> None:
    sign_in_by_form(client, "eri")
    cookie = client.get_cookie("monosashi")
    assert cookie is not None
    payload, _, rest = cookie.value.partition(".")
    for forged in (f"{payload}x.{rest}", payload, "", "a" * 4_000, f"{cookie.value}x"):
        other = app.test_client()
        other.set_cookie("monosashi", forged)
        answer = other.get("/")
        assert answer.status_code == 200
        assert "見本 えり" not in answer.text


@pytest.mark.parametrize("number", ["99999999999999999999", "-1", "0", "1 or 1=1", "", "１", "９", "9" * 400])
def test_an_odd_number_in_the_cookie_is_nobody(client: FlaskClient, number: Any) -> None:
    with client.session_transaction() as cookie:
        cookie["_user_id"] = number
    assert client.get("/").status_code == 200


def test_all_refusals_are_the_same(app: Flask, engine: Engine, now: Any) -> None:
    disable(engine, "eri", now)
    tries = [("akari", "wrong"), ("nobody", PASSWORD), ("eri", PASSWORD), ("akari", ""), ("akari", "長" * 300)]
    answers = [app.test_client().post("/session", data={"login": who, "password": what}) for who, what in tries]
    texts = {
        lasting(answer.text).replace(f'value="{who}"', "") for answer, (who, _) in zip(answers, tries, strict=True)
    }
    assert len(texts) == 1
    assert sessions.WRONG in texts.pop()
    assert {answer.status_code for answer in answers} == {422}


def test_what_was_typed_comes_back_but_never_the_password(client: FlaskClient) -> None:
    page = client.post("/session", data={"login": '"><b>a', "password": "himitsu-no-kotoba"}).text
    assert 'value="&#34;&gt;&lt;b&gt;a"' in page
    assert "himitsu-no-kotoba" not in page


def test_a_password_is_checked_while_others_may_write(
    client: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slow hash runs outside any write transaction: a second writer gets its turn at once."""
    verify: Callable[[str | None, str], bool] = password_check.verify_password
    written = []

    def while_somebody_writes(stored: str | None, password: str) -> bool:
        other = create_engine(engine.url, connect_args={"timeout": 0})
        with other.connect() as connection:
            connection.execute(text("UPDATE user SET name = '書いた人' WHERE login = 'genta'"))
            connection.commit()
        other.dispose()
        written.append(True)
        return verify(stored, password)

    monkeypatch.setattr(password_check, "verify_password", while_somebody_writes)
    sign_in_by_form(client, "eri")
    assert written == [True]


@pytest.fixture
def guarded(app: Flask) -> FlaskClient:
    """A browser of the application as it runs in earnest: forms need their token."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app.test_client()


def token(client: FlaskClient) -> str:
    """The token of the form on the sign-in page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/session/new").text)
    assert found is not None
    return found.group(1)


AN_ARGUMENT = {None: "x", "code": AOBA, "slug": "tennyu", "number": "1", "workarea": "B01", "path": "x"}
"""Something for each kind of argument of a route."""


def changing(app: Flask) -> list[tuple[str, str]]:
    """(method, address) of every route that changes something."""
    return [(one.method, one.rule) for one in routes(app) if one.method not in ("GET", "TRACE")]


@pytest.mark.parametrize("login", [None, "daigo"], ids=["nobody", "an administrator"])
def test_every_change_needs_its_token(app: Flask, guarded: FlaskClient, login: str | None) -> None:
    """Whoever is not signed in is asked to sign in first, or finds nothing there."""
    assert ("POST", "/session") in changing(app)
    strange = token(app.test_client())
    own = token(guarded)
    if login is not None:
        guarded.post("/session", data={"login": login, "password": PASSWORD, "csrf_token": own})
    for method, rule in changing(app):
        address = re.sub(r"<(?:(\w+):)?\w+>", lambda found: AN_ARGUMENT[found[1]], rule)
        for data in ({}, {"csrf_token": "forged"}, {"csrf_token": ""}, {"csrf_token": strange}):
            answer = guarded.open(address, method=method, data=data)
            assert answer.status_code in ((400, 401, 404) if login is None else (400, 404)), (method, address, data)
            said = {400: "画面を開いてから時間がたった", 401: "ログインの有効時間が過ぎた", 404: ""}
            assert said[answer.status_code] in answer.text


def test_the_right_token_lets_a_change_pass(app: Flask, guarded: FlaskClient) -> None:
    answer = guarded.post("/session", data={"login": "eri", "password": PASSWORD, "csrf_token": token(guarded)})
    assert answer.status_code == 303
    page = guarded.get("/").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    assert guarded.post("/session/delete", headers={"X-CSRFToken": found.group(1)}).status_code == 303


def test_a_stale_sign_in_form_comes_back_with_what_was_typed(guarded: FlaskClient) -> None:
    page = guarded.post("/session", data={"login": "eri", "password": PASSWORD, "next": "/towns", "csrf_token": "old"})
    assert page.status_code == 400
    assert 'name="login" value="eri"' in page.text
    assert 'name="next" value="/towns"' in page.text
    assert PASSWORD not in page.text.partition("見本の職員")[0]


def test_a_change_in_a_forged_cross_site_form_is_refused_without_a_cookie_too(guarded: FlaskClient) -> None:
    answer = guarded.post(
        "/session", data={"login": "eri", "password": PASSWORD}, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 400
    assert "見本 えり" not in guarded.get("/").text
