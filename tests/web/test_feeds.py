"""Feeds of new editions, as the programs of subscribers read them."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from kb.common_format.envelope import Audience
from kb.db import transaction
from kb.manuals.actions import save_revision
from kb.manuals.queries import manual_at
from kb.publishing.actions import publish, withdraw
from kb.publishing.queries import Listed
from kb.web.feeds import ENTRIES, Feed, atom
from tests.web.moving_clock import MovingClock, app_by
from tests.web.stage import OUTSIDERS, OWN, Kind, Stage, Thing, secrets, title
from tests.world import AOBA, WAKAMATSU, a_content, a_publication, an_app, person

DAY = timedelta(days=1)
ALL = "/feeds/new.atom"
FEEDS = (
    ALL,
    "/feeds/procedures/tennyu-todoke/new.atom",
    "/feeds/work-areas/B/new.atom",
    "/feeds/work-areas/B01/new.atom",
    f"/feeds/towns/{AOBA}/new.atom",
)
ATOM = "{http://www.w3.org/2005/Atom}"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def read(client: FlaskClient, address: str = ALL) -> Any:
    """A feed as a subscriber's program reads it; one that it has to guess at is refused."""
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    found = feedparser.parse(answer.data)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def refuse_what_the_standard_forbids(document: bytes, own: str) -> None:
    """RFC 4287: what has to be there, once, and in which form."""
    root = Xml.fromstring(document)
    entries = root.findall(f"{ATOM}entry")
    for element in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(element.findall(ATOM + name)) == 1, name
        assert urlsplit(element.findtext(f"{ATOM}id", "")).scheme
        assert all(_MOMENT.fullmatch(one.text or "") for one in element.findall(f"{ATOM}updated"))
        assert len({(one.get("rel"), one.get("type")) for one in element.findall(f"{ATOM}link")}) == len(
            element.findall(f"{ATOM}link")
        )
    assert all(entry.findtext(f"{ATOM}author/{ATOM}name") for entry in entries)
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    assert [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"] == [own]
    addresses = [one.get("href") for one in root.iter(f"{ATOM}link")] + [one.text for one in root.iter(f"{ATOM}uri")]
    assert all(urlsplit(address or "").netloc for address in addresses)


def revise(
    engine: Engine, slug: str, at: datetime, *, begins: datetime | None = None, note: str = "様式が変わった"
) -> None:
    """The next edition of a manual of 青葉市."""
    with transaction(engine) as session:
        manual = manual_at(session, AOBA, slug)
        assert manual is not None
        akari, bunta = person(session, "akari", at), person(session, "bunta", at)
        revision = save_revision(session, manual, a_content(purpose={"what": note}), by=akari, at=at)
        publish(session, manual, revision, by=bunta, at=at, live_from=begins, change_note=note)


def end(engine: Engine, slug: str, at: datetime) -> None:
    """Withdraw a manual of 青葉市."""
    with transaction(engine) as session:
        manual = manual_at(session, AOBA, slug)
        assert manual is not None
        withdraw(session, manual, by=person(session, "bunta", at), at=at, reason="作り直すため")


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_follows_the_standard(app: Flask, engine: Engine, now: datetime, address: str) -> None:
    with transaction(engine) as session:
        a_publication(session, now - 2 * DAY)
        a_publication(session, now - DAY, "tenkyo", title="転居届の受付")
    client = app.test_client()
    refuse_what_the_standard_forbids(client.get(address).data, f"http://localhost{address}")
    found = read(client, address)
    assert [entry.title for entry in found.entries] == ["転居届の受付(第1版)", "転入届の受付(第1版)"]
    newest = found.entries[0]
    assert newest.link == f"http://localhost/towns/{AOBA}/manuals/tenkyo"
    assert newest.author_detail.name == "青葉市"
    assert (
        datetime(*newest.updated_parsed[:6], tzinfo=UTC)
        == now - DAY
        == datetime(*found.feed.updated_parsed[:6], tzinfo=UTC)
    )
    assert {tag.term: tag.label for tag in newest.tags} == {"tennyu-todoke": "転入届", "B01": "住民基本台帳"}
    assert "CC BY 4.0" in newest.rights


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_without_an_entry_is_a_feed(client: FlaskClient, address: str) -> None:
    refuse_what_the_standard_forbids(client.get(address).data, f"http://localhost{address}")
    assert read(client, address).entries == []


@pytest.mark.parametrize(
    "subject", ["procedures/nai", "work-areas/Q", "work-areas/B99", "towns/000000", "towns/x", "nai"]
)
def test_there_is_no_feed_of_what_is_not_there(client: FlaskClient, subject: str) -> None:
    assert client.get(f"/feeds/{subject}/new.atom").status_code == 404


def test_a_feed_holds_what_it_is_about(app: Flask, engine: Engine, now: datetime) -> None:
    with transaction(engine) as session:
        a_publication(session, now - 3 * DAY)
        a_publication(session, now - 2 * DAY, "inkan", title="印鑑登録", procedure="inkan-toroku", work_areas=["B02"])
        a_publication(session, now - DAY, writers=("chika", "fumio"), title="転入の受付")
    client = app.test_client()
    said = {address: [entry.title for entry in read(client, address).entries] for address in FEEDS}
    assert said == {
        ALL: ["転入の受付(第1版)", "印鑑登録(第1版)", "転入届の受付(第1版)"],
        FEEDS[1]: ["転入の受付(第1版)", "転入届の受付(第1版)"],
        FEEDS[2]: ["転入の受付(第1版)", "印鑑登録(第1版)", "転入届の受付(第1版)"],
        FEEDS[3]: ["転入の受付(第1版)", "転入届の受付(第1版)"],
        FEEDS[4]: ["印鑑登録(第1版)", "転入届の受付(第1版)"],
    }
    assert read(client, f"/feeds/towns/{WAKAMATSU}/new.atom").feed.title == "若松町の新しい版|ものさし"


def test_addresses_are_the_public_ones(engine: Engine, tmp_path: Path, now: datetime) -> None:
    """Whatever name the request came by; ids do not depend on the scheme."""
    with transaction(engine) as session:
        a_publication(session, now)
    ids = set()
    for scheme in ("http", "https"):
        public = f"{scheme}://kb.city.example.lg.jp:8443/monosashi"
        client = an_app(tmp_path, now, public_url=public).test_client()
        answer = client.get(f"/monosashi{ALL}", base_url="http://127.0.0.1:8000")
        refuse_what_the_standard_forbids(answer.data, f"{public}{ALL}")
        assert "127.0.0.1" not in answer.text
        [entry] = feedparser.parse(answer.data).entries
        assert entry.link == f"{public}/towns/{AOBA}/manuals/tennyu"
        ids.add(entry.id)
    assert ids == {f"tag:kb.city.example.lg.jp,2026:/monosashi/towns/{AOBA}/manuals/tennyu/editions/1"}


def test_a_new_edition_is_a_new_entry_that_says_what_changed(app: Flask, engine: Engine, now: datetime) -> None:
    with transaction(engine) as session:
        a_publication(session, now - 2 * DAY)
    client = app.test_client()
    [first] = read(client).entries
    assert read(client).entries[0].id == first.id
    revise(engine, "tennyu", now - DAY, note="届書の様式が<新しく>なった")
    [second] = read(client).entries
    assert second.id != first.id
    assert second.title == "転入届の受付(第2版)"
    assert "改訂の内容:届書の様式が<新しく>なった" in feed_text(client)


def feed_text(client: FlaskClient) -> str:
    """The summaries as they were written."""
    return "\n".join(one.text or "" for one in Xml.fromstring(client.get(ALL).data).iter(f"{ATOM}summary"))


def test_a_scheduled_edition_appears_when_it_is_live(engine: Engine, tmp_path: Path, now: datetime) -> None:
    with transaction(engine) as session:
        a_publication(session, now - 2 * DAY)
    revise(engine, "tennyu", now, begins=now + DAY)
    clock = MovingClock(now)
    client = app_by(clock, tmp_path).test_client()
    before = client.get(ALL)
    assert [entry.title for entry in read(client).entries] == ["転入届の受付(第1版)"]
    clock.pass_by(days=1)
    [entry] = read(client).entries
    assert entry.title == "転入届の受付(第2版)"
    assert datetime(*entry.updated_parsed[:6], tzinfo=UTC) == now + DAY
    assert client.get(ALL, headers={"If-None-Match": before.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("condition", ["If-None-Match", "If-Modified-Since"])
def test_a_feed_is_sent_again_only_when_it_changed(app: Flask, engine: Engine, now: datetime, condition: str) -> None:
    """Also when the change is that something went: what is gone must not live on with subscribers."""
    with transaction(engine) as session:
        a_publication(session, now - 3 * DAY)
        a_publication(session, now - 2 * DAY, "tenkyo", title="転居届の受付")
    client = app.test_client()
    answer = client.get(ALL)
    assert answer.headers["Cache-Control"] == "no-cache"
    known = {condition: answer.headers[{"If-None-Match": "ETag"}.get(condition, "Last-Modified")]}
    again = client.get(ALL, headers=known)
    assert (again.status_code, again.data) == (304, b"")
    end(engine, "tennyu", now - DAY)
    changed = client.get(ALL, headers=known)
    assert changed.status_code == 200
    assert [entry.title for entry in feedparser.parse(changed.data).entries] == ["転居届の受付(第1版)"]


def test_what_is_not_for_everybody_leaves_no_trace(app: Flask, engine: Engine, now: datetime) -> None:
    """Not even in the moment at which the feed says that it changed."""
    with transaction(engine) as session:
        a_publication(session, now - 3 * DAY)
    client = app.test_client()
    before = client.get(ALL)
    with transaction(engine) as session:
        a_publication(session, now - 2 * DAY, "himitsu", Audience.MUNICIPALITY)
        a_publication(session, now - DAY, "nakama", Audience.MEMBERS)
    end(engine, "himitsu", now)
    after = client.get(ALL)
    assert after.data == before.data
    assert after.headers["Last-Modified"] == before.headers["Last-Modified"]


@pytest.mark.parametrize("address", [*FEEDS, "/sitemap.xml", "/sitemaps/1"])
def test_everybody_gets_the_same(stage: Stage, address: str) -> None:
    """Staff of the own town, too: programs that read feeds are nobody, and what they fetched may lie open anywhere."""
    answers = {kind: stage.as_(kind).get(address) for kind in (*OWN, *OUTSIDERS)}
    assert len({answer.data for answer in answers.values()}) == 1
    assert not any("Set-Cookie" in answer.headers for answer in answers.values())
    text = answers[Kind.ANONYMOUS].text
    for thing in (Thing.MEMBERS, Thing.MUNICIPALITY, Thing.WITHDRAWN, Thing.SCHEDULED, Thing.NARROWED):
        assert title(thing) not in text
        assert f"/manuals/{thing.value}" not in text
    assert not any(word in text for thing in Thing for word in secrets(thing))
    assert all(f"/manuals/{thing.value}" in text for thing in (Thing.PUBLIC, Thing.REVISED, Thing.WIDENED))


@pytest.mark.parametrize("page", ["/", "/procedures/tennyu-todoke", "/work-areas/B", f"/towns/{AOBA}"])
def test_a_page_names_its_feed_and_the_feed_its_page(stage: Stage, page: str) -> None:
    client = stage.as_(Kind.ANONYMOUS)
    [address] = re.findall(
        r'<link rel="alternate" type="application/atom\+xml" [^>]*href="([^"]+)"', client.get(page).text
    )
    assert read(client, address).feed.link == f"http://localhost{page}"


def listed(**said: str) -> Listed:
    """A live manual as far as a feed looks at it."""
    values = {
        "town_code": AOBA, "town_name": "青葉市", "slug": "tennyu", "edition": 1, "title": "", "change_note": "",
        "published_at": datetime(2026, 11, 1, tzinfo=UTC), "procedure_key": "tennyu-todoke", "procedure_name": "転入届",
        "work_area_code": None, "work_area_name": None, "license": "CC BY 4.0",
    }  # fmt: skip
    return SimpleNamespace(**{**values, **said})  # type: ignore[return-value]  # a feed looks at nothing else


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(words=st.text(st.characters() | st.sampled_from("<>&\"']]>\x00\x0b\x1f\ufffe\ud800"), max_size=30))
def test_whatever_a_title_holds_the_feed_can_be_read(app: Flask, words: str) -> None:
    hostile = listed(title=words, change_note=words, town_name=f"町{words}", procedure_name=words, license=words)
    with app.test_request_context():
        document = atom(Feed(words, "/feeds/new.atom", "/", None, [hostile]))
    refuse_what_the_standard_forbids(document, "http://localhost/feeds/new.atom")
    root = Xml.fromstring(document)
    held = "".join(
        sign
        for sign in words
        if sign in "\t\n" or 0x20 <= ord(sign) < 0xD800 or 0xE000 <= ord(sign) < 0xFFFE or ord(sign) > 0xFFFF
    )
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == f"{held}(第1版)"
    assert len(root.findall(f"{ATOM}entry")) == 1


def test_a_feed_ends_somewhere(app: Flask, engine: Engine, now: datetime) -> None:
    with transaction(engine) as session:
        for number in range(ENTRIES + 1):
            a_publication(session, now - (number + 1) * DAY, f"tennyu-{number}", title=f"転入届{number}")
    entries = read(app.test_client()).entries
    assert len(entries) == ENTRIES
    assert entries[0].title == "転入届0(第1版)"
