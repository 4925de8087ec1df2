"""A notice is said once, on the next page of the person whom it concerns, and never ends up in a page kept for others."""

from flask import Flask

from kb.web.access import Access, access
from kb.web.notices import LONGEST, NoticeKind, notify
from tests.world import sign_in

SAID = "所属「<b>市民課</b>」を作りました。"


def telling(app: Flask, text: str = SAID, kind: NoticeKind = NoticeKind.SUCCESS) -> Flask:
    """The application with an action that says something."""

    @app.post("/told")
    @access(Access.ANYONE, writes=False)
    def _create() -> str:
        notify(text, kind)
        return ""

    return app


def test_it_is_said_once_and_escaped(app: Flask) -> None:
    client = sign_in(telling(app).test_client(), "eri")
    client.post("/told")
    page = client.get("/towns").text
    assert "所属「&lt;b&gt;市民課&lt;/b&gt;」を作りました。" in page
    assert 'class="alert alert-success" role="status"' in page
    assert "市民課" not in client.get("/towns").text


def test_it_is_as_grave_as_it_was_said(app: Flask) -> None:
    client = sign_in(telling(app, kind=NoticeKind.WARNING).test_client(), "eri")
    client.post("/told")
    assert 'class="alert alert-warning" role="status"' in client.get("/towns").text


def test_what_is_too_long_for_a_cookie_is_cut(app: Flask) -> None:
    client = sign_in(telling(app, "長" * 5_000).test_client(), "eri")
    client.post("/told")
    assert client.get("/towns").text.count("長") == LONGEST


def test_a_page_for_everybody_says_nothing(app: Flask) -> None:
    client = telling(app).test_client()
    client.post("/told")
    assert "市民課" not in client.get("/towns").text
