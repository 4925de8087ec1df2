"""The site map and what walking programs are told: every address that everybody may open, and no other."""

from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as Xml

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from kb.db import transaction
from kb.web import site_addresses
from kb.web.site_addresses import NAMESPACE
from tests.web.stage import Kind, Stage, Thing
from tests.world import AOBA, a_publication, an_app

MAP = "/sitemap.xml"
NAME = f"{{{NAMESPACE}}}"


def read(client: FlaskClient, address: str = MAP) -> tuple[str, dict[str, str | None]]:
    """The name of the document's root, and address to date of what it lists."""
    answer = client.get(address)
    assert answer.content_type == "application/xml; charset=utf-8"
    root = Xml.fromstring(answer.data)
    places = {one.findtext(f"{NAME}loc", ""): one.findtext(f"{NAME}lastmod") for one in root}
    assert len(places) == len(root)
    return root.tag.removeprefix(NAME), places


def test_it_lists_what_everybody_may_open(stage: Stage) -> None:
    client = stage.as_(Kind.ANONYMOUS)
    kind, places = read(client)
    assert kind == "urlset"
    for place in places:
        assert client.get(urlsplit(place).path).status_code == 200, place
    paths = {urlsplit(place).path for place in places}
    assert {"/", "/towns", f"/towns/{AOBA}", "/procedures/tennyu-todoke", "/work-areas/B", "/work-areas/B01",
            "/prefectures/99", "/sizes/u500k"} <= paths  # fmt: skip
    manuals = {path.rpartition("/")[2] for path in paths if "/manuals/" in path}
    assert manuals == {one.value for one in (Thing.PUBLIC, Thing.REVISED, Thing.WIDENED, Thing.TWIN)}


def test_a_manual_says_since_when_its_edition_is_live(app: Flask, engine: Engine, now: datetime) -> None:
    with transaction(engine) as session:
        a_publication(session, now - timedelta(days=1))
    _, places = read(app.test_client())
    assert places[f"http://localhost/towns/{AOBA}/manuals/tennyu"] == "2026-11-21T00:00:00Z"
    assert places["http://localhost/towns"] is None


def test_a_group_without_a_manual_is_not_listed(client: FlaskClient) -> None:
    _, places = read(client)
    assert not any("/procedures/" in place or "/work-areas/" in place for place in places)
    assert f"http://localhost/towns/{AOBA}" in places


def test_too_many_addresses_are_parted(
    app: Flask, engine: Engine, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(engine) as session:
        for number in range(3):
            a_publication(session, now, f"tennyu-{number}")
    client = app.test_client()
    _, whole = read(client)
    monkeypatch.setattr(site_addresses, "MOST", 5)
    kind, files = read(client)
    assert kind == "sitemapindex"
    parts = [read(client, urlsplit(file).path) for file in files]
    assert {kind for kind, _ in parts} == {"urlset"}
    assert max(len(places) for _, places in parts) <= 5
    assert [place for _, places in parts for place in places] == list(whole)
    assert list(files.values())[-1] == "2026-11-22T00:00:00Z"
    assert client.get(f"/sitemaps/{len(files) + 1}").status_code == 404


def test_whoever_has_it_is_not_sent_it_again(client: FlaskClient) -> None:
    known = {"If-None-Match": client.get(MAP).headers["ETag"]}
    assert client.get(MAP, headers=known).status_code == 304


def test_addresses_are_the_public_ones(engine: Engine, tmp_path: Path, now: datetime) -> None:
    with transaction(engine) as session:
        a_publication(session, now)
    public = "https://kb.city.example.lg.jp/monosashi"
    client = an_app(tmp_path, now, public_url=public).test_client()
    root = Xml.fromstring(client.get("/monosashi/sitemap.xml").data)
    assert all((one.findtext(f"{NAME}loc") or "").startswith(f"{public}/") for one in root)
    said = RobotFileParser()
    said.parse(client.get("/monosashi/robots.txt").text.splitlines())
    assert said.site_maps() == [f"{public}/sitemap.xml"]
    assert said.can_fetch("anyone", f"{public}/towns/{AOBA}/manuals/tennyu")
    assert not said.can_fetch("anyone", f"{public}/search?q=a")
