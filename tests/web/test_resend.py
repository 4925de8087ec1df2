"""What was typed survives: an outdated token of the form, and a sign-in that has ended. Nothing happens by itself."""

import re
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from kb.web.access import Access, access
from tests.web.moving_clock import MovingClock, app_by
from tests.world import PASSWORD

AN_HOUR = "転入届を受け付ける。\r\n「本人確認」を行う。<b>&amp;</b> \"引用\" '引用' 𠮷\r\n" * 400
ELSEWHERE = {"Origin": "https://evil.example"}
Arrived = list[list[tuple[str, str]]]


class Forms(HTMLParser):
    """The forms of a page as a browser reads them: address and hidden fields of each."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str]]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form or a field of the last one."""
        values = dict(attrs)
        if tag == "form":
            self.found.append((values.get("action") or "", []))
        if tag == "input" and values.get("type") == "hidden":
            self.found[-1][1].append((values.get("name") or "", values.get("value") or ""))

    def to(self, action: str) -> list[tuple[str, str]]:
        """The hidden fields of the form that is sent there."""
        [fields] = [fields for address, fields in self.found if address == action]
        return fields


@pytest.fixture
def clock(now: datetime) -> MovingClock:
    """Stands still until it is moved."""
    return MovingClock(now)


@pytest.fixture
def arrived() -> Arrived:
    """What the form of notes has accepted."""
    return []


@pytest.fixture
def app(engine: Engine, tmp_path: Path, clock: MovingClock, arrived: Arrived) -> Flask:
    """The application in earnest, with a form for notes of signed-in people."""
    made = app_by(clock, tmp_path)
    made.config["WTF_CSRF_ENABLED"] = True

    @made.post("/notes/<code>")
    @access(Access.SIGNED_IN)
    def create(code: str) -> str:
        arrived.append([one for one in request.form.items(multi=True) if one[0] != "csrf_token"])
        return f"kept {code} {request.args.get('q', '')}"

    return made


def token(client: FlaskClient, address: str) -> str:
    """The token of a form on a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)
    assert found is not None
    return found[1]


def signed_in(client: FlaskClient) -> FlaskClient:
    """Akari's browser."""
    data = {"login": "akari", "password": PASSWORD, "csrf_token": token(client, "/session/new")}
    assert client.post("/session", data=data).status_code == 303
    return client


@pytest.fixture
def akari(client: FlaskClient) -> FlaskClient:
    """Akari's browser."""
    return signed_in(client)


def send(client: FlaskClient, fields: list[tuple[str, str]], **more: object) -> TestResponse:
    """Send the form of notes, with a query in its address."""
    return client.post("/notes/990019?q=%E8%BB%A2%E5%85%A5", data=MultiDict(fields), **more)  # type: ignore[arg-type]  # further arguments of the request


HERE = "/notes/990019?q=%E8%BB%A2%E5%85%A5"
TYPED = [("title", "転入届"), ("body", AN_HOUR), ("step", "一"), ("step", "二"), ("do", "save"), ("login", "eri")]


def lines(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Fields with the line ends that a browser sends, whatever the page had."""
    return sorted((name, re.sub(r"\r\n|\r|\n", "\r\n", value)) for name, value in fields)


def test_with_its_token_a_form_arrives_at_once(akari: FlaskClient, arrived: Arrived) -> None:
    assert send(akari, [*TYPED, ("csrf_token", token(akari, "/account"))]).text == "kept 990019 転入"
    assert [lines(one) for one in arrived] == [lines(TYPED)]


@pytest.mark.parametrize("old", [[], [("csrf_token", "")], [("csrf_token", "from an hour ago")]])
def test_an_outdated_token_keeps_what_was_typed(
    akari: FlaskClient, arrived: Arrived, old: list[tuple[str, str]]
) -> None:
    page = send(akari, [*TYPED, *old])
    assert page.status_code == 400
    assert arrived == []
    assert "画面を開いてから時間がたった" in page.text
    assert "もう一度送る</button>" in page.text
    assert "転入届を受け付ける。" in page.text.partition("<details")[2]
    again = Forms(page.text).to(HERE)
    assert send(akari, again).status_code == 200
    assert [lines(one) for one in arrived] == [lines(TYPED)]


def test_an_ended_sign_in_is_told_first_and_keeps_what_was_typed(
    akari: FlaskClient, clock: MovingClock, arrived: Arrived
) -> None:
    clock.pass_by(hours=2)
    page = send(akari, [*TYPED, ("csrf_token", "from before")])
    assert (page.status_code, page.headers["WWW-Authenticate"]) == (401, "Session")
    assert "ログインの有効時間が過ぎた" in page.text
    hidden = Forms(page.text).to("/session")
    wrong = akari.post("/session", data=MultiDict([*hidden, ("login", "akari"), ("password", "wrong")]))
    assert wrong.status_code == 422
    hidden = Forms(wrong.text).to("/session")
    welcome = akari.post("/session", data=MultiDict([*hidden, ("login", "akari"), ("password", PASSWORD)]))
    assert welcome.status_code == 200
    assert "見本 あかり" in welcome.text
    assert arrived == []
    again = Forms(welcome.text).to(HERE)
    assert send(akari, again).status_code == 200
    assert [lines(one) for one in arrived] == [lines(TYPED)]


def test_an_outdated_sign_in_form_keeps_it_too(client: FlaskClient, arrived: Arrived) -> None:
    hidden = Forms(send(client, TYPED).text).to("/session")
    stale = [(name, value) for name, value in hidden if name != "csrf_token"]
    page = client.post("/session", data=MultiDict([*stale, ("login", "akari"), ("password", PASSWORD)]))
    assert page.status_code == 400
    hidden = Forms(page.text).to("/session")
    welcome = client.post("/session", data=MultiDict([*hidden, ("login", "akari"), ("password", PASSWORD)]))
    assert lines(Forms(welcome.text).to(HERE)[1:]) == lines(TYPED)


def test_having_to_wait_at_the_door_keeps_it_too(client: FlaskClient) -> None:
    page = send(client, TYPED)
    for _ in range(9):
        hidden = Forms(page.text).to("/session")
        page = client.post("/session", data=MultiDict([*hidden, ("login", "akari"), ("password", "wrong")]))
    assert page.status_code == 429
    carried = [(name.removeprefix("carried:"), value) for name, value in Forms(page.text).to("/session")]
    assert set(lines(TYPED)) <= set(lines(carried))


def test_passwords_and_tokens_are_left_behind_and_it_is_said(akari: FlaskClient, client: FlaskClient) -> None:
    secret = [("password", "himitsu-1"), ("new_password_again", "himitsu-2"), ("x-csrf_token", "himitsu-3")]
    page = send(akari, [*TYPED, *secret]).text
    assert "himitsu" not in page
    assert "パスワードとファイルは、安全のため残していません" in page
    akari.delete_cookie("monosashi")
    page = send(akari, [*TYPED, *secret]).text
    assert "himitsu" not in page
    assert "パスワードとファイルは残していません" in page
    assert "パスワードとファイルは" not in send(akari, TYPED).text


def test_a_form_of_another_site_is_neither_executed_nor_carried(
    app: Flask, akari: FlaskClient, arrived: Arrived
) -> None:
    for client in (akari, app.test_client()):
        for headers in (ELSEWHERE, {"Origin": "null"}, {"Origin": "http://[::1"}, {"Sec-Fetch-Site": "cross-site"}):
            answer = send(client, TYPED, headers=headers)
            assert answer.status_code == 400
            assert "転入届を受け付ける" not in answer.text
            assert "もう一度送る" not in answer.text
    assert arrived == []


def test_a_sign_in_form_of_another_site_carries_nothing(client: FlaskClient, arrived: Arrived) -> None:
    planted = {"login": "akari", "carried-to": "/notes/990019", "carried:title": "planted"}
    page = client.post("/session", data=planted, headers=ELSEWHERE)
    assert page.status_code == 400
    assert "planted" not in page.text
    assert arrived == []


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "notes", "/a\r\nb"]
)
def test_it_is_sent_again_to_this_site_alone(client: FlaskClient, target: str) -> None:
    data = {"login": "akari", "password": PASSWORD, "carried-to": target, "carried:title": "x"}
    answer = client.post("/session", data={**data, "csrf_token": token(client, "/session/new")})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_form_of_our_own_public_address_is_carried(engine: Engine, tmp_path: Path, clock: MovingClock) -> None:
    app = app_by(clock, tmp_path, public_url="https://kb.city.example.jp/kb", trusted_proxies=1)
    app.config["WTF_CSRF_ENABLED"] = True
    headers = {"Origin": "https://kb.city.example.jp", "X-Forwarded-Proto": "https"}
    page = app.test_client().post("/kb/account/sign-ins/delete", data={"sign_in": "all"}, headers=headers)
    assert page.status_code == 401
    assert ("carried-to", "/kb/account/sign-ins/delete") in Forms(page.text).to("/kb/session")
    assert ("carried:sign_in", "all") in Forms(page.text).to("/kb/session")


@pytest.mark.parametrize("header", ["HX-Request", "X-Requested-With"])
def test_a_script_gets_a_sentence_and_what_was_typed_stays_where_it_is(
    app: Flask, akari: FlaskClient, arrived: Arrived, header: str
) -> None:
    stale = send(akari, TYPED, headers={header: "true"})
    assert (stale.status_code, "<html" in stale.text, 'role="alert"' in stale.text) == (400, False, True)
    assert send(akari, TYPED, headers={header: "true", "X-CSRFToken": stale.headers["X-CSRFToken"]}).status_code == 200
    assert len(arrived) == 1
    ended = send(app.test_client(), TYPED, headers={header: "true"})
    assert (ended.status_code, "<html" in ended.text) == (401, False)
    assert "ログイン" in ended.text
    assert app.test_client().get("/account", headers={header: "true"}).status_code == 401


def test_a_page_that_is_read_still_leads_to_the_sign_in(client: FlaskClient) -> None:
    answer = client.get("/account")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/session/new?next=/account")


def test_what_is_too_large_is_refused_as_such(akari: FlaskClient, app: Flask) -> None:
    for client in (akari, app.test_client()):
        assert send(client, [("body", "x" * 5 * 1024 * 1024)]).status_code == 413


def test_a_page_with_what_was_typed_is_kept_by_nobody(akari: FlaskClient) -> None:
    assert send(akari, TYPED).headers["Cache-Control"] == "private, no-store"
    assert send(akari.application.test_client(), TYPED).headers["Cache-Control"] == "private, no-store"


names = st.text(min_size=1, max_size=20).filter(lambda name: "password" not in name and not name.endswith("csrf_token"))


@given(st.lists(st.tuples(names, st.text(max_size=60)), max_size=6))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_typed_comes_back_as_it_was(app: Flask, fields: list[tuple[str, str]]) -> None:
    """NUL cannot stand in a page."""
    sent = [(name.replace("\0", "x"), value.replace("\0", "")) for name, value in fields]
    client = app.test_client()
    hidden = Forms(send(client, sent).text).to("/session")
    carried = [(name.removeprefix("carried:"), value) for name, value in hidden if name.startswith("carried:")]
    assert lines(carried) == lines(sent)
