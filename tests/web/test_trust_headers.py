"""Every answer carries the headers that make browsers careful; what may be kept, and by whom, is said each time."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.web.security import HEADERS
from tests.web.addresses import pages
from tests.web.conftest import Seen
from tests.web.stage import Kind, Stage, Thing
from tests.world import AOBA, sign_in

MANUAL = f"/towns/{AOBA}/manuals/{Thing.PUBLIC.value}"
ANSWERS = {
    "page": ("GET", "/", 200),
    "manual": ("GET", MANUAL, 200),
    "error": ("GET", "/nowhere", 404),
    "wrong method": ("DELETE", "/", 405),
    "static": ("GET", "/static/css/base.css", 200),
    "missing static": ("GET", "/static/nothing.css", 404),
    "download": ("GET", f"{MANUAL}/files/md", 200),
    "schema": ("GET", "/schemas/manual-v1.json", 200),
    "redirect": ("GET", "/favicon.ico", 301),
    "refused sign-in": ("POST", "/session", 422),
    "sign-out": ("POST", "/session/delete", 303),
    "health": ("GET", "/healthz", 200),
    "head": ("HEAD", MANUAL, 200),
    "options": ("OPTIONS", MANUAL, 200),
}


def answer(client: FlaskClient, kind: str) -> TestResponse:
    """One of `ANSWERS`, closed."""
    method, address, status = ANSWERS[kind]
    with client.open(address, method=method) as found:
        assert found.status_code == status
        return found


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_kind_of_answer_carries_the_headers(stage: Stage, kind: str) -> None:
    found = answer(stage.app.test_client(), kind)
    assert {name: found.headers.get(name) for name in HEADERS} == HEADERS
    assert re.fullmatch(r"[0-9a-f]{32}", found.headers["X-Request-Id"])
    assert "Server" not in found.headers
    assert "X-Powered-By" not in found.headers


def test_the_policy_lets_nothing_run_that_is_not_a_file_of_ours() -> None:
    policy = dict(part.strip().split(" ", 1) for part in HEADERS["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "img-src", "connect-src", "form-action")} == {"'self'"}
    assert {policy[name] for name in ("base-uri", "frame-ancestors")} == {"'none'"}
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


def test_no_page_needs_what_the_policy_forbids(seen_by_reader: list[Seen]) -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.I)
    shown = [one for one in seen_by_reader if one.mimetype == "text/html"]
    assert [(one.address, inline.findall(one.text)) for one in shown if inline.search(one.text)] == []


def test_anonymous_pages_set_no_cookie(stage: Stage) -> None:
    """But the sign-in page, whose form needs one."""
    with_cookie = set()
    for endpoint, address in pages(stage.app):
        with stage.app.test_client().get(address) as found:
            if "Set-Cookie" in found.headers:
                with_cookie.add(endpoint)
    assert with_cookie == {"sessions.new"}


@pytest.mark.parametrize("kind", [kind for kind in ANSWERS if kind != "static"])
def test_signed_in_answers_are_kept_by_nobody(stage: Stage, kind: str) -> None:
    found = answer(sign_in(stage.app.test_client(), "eri"), kind)
    if kind != "sign-out":  # whose answer is for nobody any more
        assert found.headers["Cache-Control"] == "private, no-store"
    assert "Cookie" in found.headers["Vary"]


@pytest.mark.parametrize("kind", ["page", "manual", "error", "download", "missing static"])
def test_anonymous_answers_are_asked_for_again_each_time(stage: Stage, kind: str) -> None:
    found = answer(stage.app.test_client(), kind)
    assert found.headers["Cache-Control"] == "no-cache"
    assert "Cookie" in found.headers["Vary"]  # a shared cache must not give it to somebody who is signed in


def test_static_files_are_the_same_for_everybody(stage: Stage) -> None:
    for kind in (Kind.ANONYMOUS, Kind.READER):
        page = stage.as_(kind).get("/").text
        versioned = re.findall(r'"(/static/[^"]+\?v=[0-9a-f]{12})"', page)
        assert len(versioned) > 5
        for address in set(versioned):
            with stage.as_(kind).get(address) as found:
                assert found.status_code == 200
                assert found.headers["Cache-Control"] == "public, max-age=31536000, immutable"
                assert "Vary" not in found.headers
                assert "Set-Cookie" not in found.headers


def test_the_cookie_is_for_us_alone(stage: Stage) -> None:
    cookie = stage.app.test_client().get("/session/new").headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
