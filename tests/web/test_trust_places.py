"""Where we are: foreign hosts are refused, proxies are believed only when told, and all works below a sub-path."""

import re
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from kb.app import create_app
from kb.web.routes.sheets import qr_svg
from kb.web.security import trusted_hosts
from tests.web.addresses import pages
from tests.web.conftest import lasting
from tests.web.stage import PASSWORD, Stage, Thing
from tests.world import AOBA, settings_in

MANUAL = f"/towns/{AOBA}/manuals/{Thing.PUBLIC.value}"
PUBLIC = "https://kb.city.example.jp/kb"
EVIL = {
    "X-Forwarded-For": "192.0.2.1",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Port": "666",
    "Forwarded": "host=evil.example;proto=https",
    "X-Original-URL": "/evil",
    "X-Request-Id": "evil-evil-evil",
}


def placed(stage: Stage, **changes: Any) -> Flask:
    """The application of the stage with other settings."""
    now: datetime = stage.now
    app = create_app(settings_in(stage.folder, **changes), lambda: now)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "localhost@evil.example",
     "localhost:1:2", "evil.example/localhost", "x" * 5_000, "ローカル"],
)  # fmt: skip
@pytest.mark.parametrize("address", ["/", MANUAL, "/static/css/base.css", "/nowhere", "/session/new"])
def test_a_foreign_host_is_refused(stage: Stage, host: str, address: str) -> None:
    for changes in ({}, {"public_url": PUBLIC}):
        with placed(stage, **changes).test_client().get(address, headers={"Host": host}) as answer:
            assert answer.status_code == 400
            assert "受け付けられない内容です" in answer.text
            assert "evil" not in f"{answer.headers}{answer.text}"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("kb.example.jp", "kb.example.jp"),
        ("KB.example.jp:8443", "kb.example.jp"),
        ("[fd00::1]", "[fd00::1]"),
        ("[fd00::1]:8000", "[fd00::1]"),
    ],
)
def test_the_host_of_the_public_address_is_trusted(host: str, name: str) -> None:
    assert trusted_hosts(host) == [*trusted_hosts(""), name]


def test_links_for_others_are_made_from_the_setting_alone(stage: Stage) -> None:
    client = placed(stage, public_url=PUBLIC).test_client()
    for host in ("kb.city.example.jp", "kb.city.example.jp:444", "localhost", "127.0.0.1:8000"):
        for page in ("sheet", "print"):
            text = client.get(f"{MANUAL}/{page}", headers={"Host": host}).text
            assert f"{PUBLIC}{MANUAL}" in text
            assert "localhost" not in text
            assert "127.0.0.1" not in text
    assert str(qr_svg(f"{PUBLIC}{MANUAL}")) in client.get(f"{MANUAL}/sheet").text


def test_what_a_proxy_would_say_is_not_believed(stage: Stage) -> None:
    client = placed(stage).test_client()
    for address in ("/", MANUAL, f"{MANUAL}/sheet", "/favicon.ico", "/nowhere"):
        plain, claimed = client.get(address), client.get(address, headers=EVIL)
        assert lasting(claimed.text) == lasting(plain.text)
        assert claimed.headers.get("Location") == plain.headers.get("Location")
        assert claimed.headers["X-Request-Id"] != EVIL["X-Request-Id"]
    assert f"http://localhost{MANUAL}" in client.get(f"{MANUAL}/sheet", headers=EVIL).text


def test_one_trusted_proxy_says_scheme_and_number_but_never_host_or_path(stage: Stage) -> None:
    client = placed(stage, trusted_proxies=1).test_client()
    answer = client.get(f"{MANUAL}/sheet", headers={**EVIL, "X-Request-Id": "from-the-proxy-1"})
    assert f"https://localhost{MANUAL}" in answer.text
    assert answer.headers["X-Request-Id"] == "from-the-proxy-1"
    assert "evil" not in answer.text
    odd = client.get("/", headers={"X-Request-Id": "<b>odd</b>"})
    assert re.fullmatch(r"[0-9a-f]{32}", odd.headers["X-Request-Id"])


def addresses_in(text: str) -> set[str]:
    """What a page links to, fetches and sends to, on this site."""
    return {found for found in re.findall(r'(?:href|src|action)="([^"#][^"]*)"', text) if "://" not in found}


@pytest.mark.parametrize("strips", [True, False], ids=["the proxy strips the path", "the proxy keeps the path"])
def test_everything_works_below_a_sub_path(stage: Stage, strips: bool) -> None:
    app = placed(stage, public_url=PUBLIC)
    client = app.test_client()
    for _endpoint, address in pages(app):
        with client.get(address if strips else f"/kb{address}") as answer:
            assert answer.status_code in (200, 301, 303, 404), address
            assert answer.headers.get("Location", "/kb/").startswith("/kb/")
            if answer.mimetype == "text/html" and answer.status_code != 301:
                assert {found for found in addresses_in(answer.text) if not found.startswith("/kb/")} == set(), address


def test_the_cookie_stays_below_the_sub_path(stage: Stage) -> None:
    client = placed(stage, public_url=PUBLIC).test_client()
    at = {"base_url": "https://kb.city.example.jp"}
    answer = client.post("/kb/session", data={"login": "fumio", "password": PASSWORD}, **at)
    assert answer.headers["Location"] == "/kb/"
    for cookie, path in zip(sorted(answer.headers.getlist("Set-Cookie")), ("/kb", "/kb/session"), strict=True):
        assert {f"Path={path}", "Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert "見本 ふみお" in client.get("/kb/", **at).text
    out = client.post("/kb/session/delete", **at)
    assert (out.headers["Location"], "Path=/kb" in out.headers["Set-Cookie"]) == ("/kb/", True)
    assert "見本 ふみお" not in client.get("/kb/", **at).text


def test_signing_in_works_behind_a_proxy_that_hides_host_and_referrer(stage: Stage) -> None:
    app = placed(stage, public_url=PUBLIC, trusted_proxies=1)
    app.config["WTF_CSRF_ENABLED"] = True
    client, outside = app.test_client(), {"X-Forwarded-Proto": "https"}
    form = client.get("/kb/session/new", headers=outside, base_url="https://localhost").text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', form)[0]
    data = {"login": "fumio", "password": PASSWORD, "csrf_token": token}
    assert client.post("/kb/session", data=data, headers=outside, base_url="https://localhost").status_code == 303
