"""What pages say of taking over: the origin on every face of a manual, the lineage, and nothing of the secrets."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import select

from kb.db import reading, transaction
from kb.forks.models import Fork
from kb.manuals.models import Draft, Manual, Revision
from tests.web.editor_form import fields, said
from tests.web.fork_pages import (
    BEFORE,
    FORKS,
    LINEAGE,
    MANUAL,
    ORIGIN,
    OURS,
    SECRETS,
    SLUG,
    form,
    kept,
    published,
    taken_and_saved,
    write_original,
)
from tests.web.stage import Thing, title
from tests.world import AOBA, MIDORIKAWA, WAKAMATSU, a_publication, sign_in


@pytest.fixture(autouse=True)
def _original(engine: Engine, now) -> None:
    """The manual of 青葉市."""
    write_original(engine, now)


@pytest.fixture
def chika(app: Flask) -> FlaskClient:
    """The browser of an author of 若松町."""
    return sign_in(app.test_client(), "chika")


class TestOrigin:
    def test_every_face_of_the_manual_says_where_it_is_from(self, chika, client, engine, now):
        taken_and_saved(chika)
        published(engine, now, "fumio", WAKAMATSU)
        for face in ("", "/sheet", "/print", "/editions/1"):
            assert ORIGIN in client.get(f"{OURS}{face}").text, face
        text, data = client.get(f"{OURS}/files/md").text, client.get(f"{OURS}/files/json").get_json()
        assert f"title: {title(Thing.PUBLIC)}" in text.partition("provenance:")[2].partition("values:")[0]
        assert data["envelope"]["provenance"] == {
            "municipality": AOBA,
            "municipality_name": "青葉市",
            "slug": SLUG,
            "title": title(Thing.PUBLIC),
            "edition": 1,
            "license": "CC BY 4.0",
        }

    def test_the_next_edition_still_says_it(self, chika, client, engine, now):
        taken_and_saved(chika)
        [draft] = kept(engine, Draft)
        sent = fields(chika.get(f"/drafts/{draft.id}").text) | {"title": "当町の転入届"}
        assert chika.post(f"/drafts/{draft.id}/revisions", data=sent).status_code == 303
        published(engine, now, "fumio", WAKAMATSU)
        page = client.get(OURS).text
        assert "当町の転入届" in page
        assert ORIGIN in page

    def test_an_own_manual_with_steps_of_others_says_so_once_it_is_published(self, chika, client, engine, now):
        with transaction(engine) as session:
            a_publication(session, now - BEFORE, SLUG, writers=("chika", "fumio"))
        draft = chika.post(f"{OURS}/drafts", data={"key": "k" * 24}).location
        chika.post(FORKS, data=form(chika, scope="steps", step="step-kofu", into=draft.rpartition("/")[2]))
        chika.post(f"{draft}/revisions", data=fields(chika.get(draft).text))
        assert "新しく作成しました" in client.get(OURS).text
        published(engine, now, "fumio", WAKAMATSU)
        part = f"青葉市『{title(Thing.PUBLIC)}』(第1版、CC BY 4.0)の手順を取り入れて作成"
        assert part in chika.get(OURS).text
        assert title(Thing.PUBLIC) in chika.get(f"{OURS}/lineage").text


class TestLineage:
    def test_the_originals_page_says_how_many_towns_and_leads_to_them(self, chika, client, engine, now):
        akari = sign_in(client.application.test_client(), "akari")
        assert "取り入れました" not in akari.get(MANUAL).text
        taken_and_saved(chika)
        page = akari.get(MANUAL).text
        assert f'<a href="{LINEAGE}">1団体が取り入れました</a>' in page
        unpublished = said(akari.get(LINEAGE).text)
        assert "公開していない手順書 1件" in unpublished
        assert "若松町" not in unpublished.partition("この手順書を取り入れた団体")[2]
        published(engine, now, "fumio", WAKAMATSU)
        shown = said(client.get(LINEAGE).text)
        assert "若松町" in shown
        assert "もとの手順書の第1版から全体を取り入れ(令和8年11月22日)" in shown
        assert not any(name in shown for name in ("ちか", "ふみお"))

    def test_a_fork_of_a_fork_stands_in_the_same_tree(self, chika, client, engine, now):
        taken_and_saved(chika)
        published(engine, now, "fumio", WAKAMATSU)
        genta = sign_in(client.application.test_client(), "genta")
        page = genta.get(f"{OURS}/forks/new").text
        key = re.search(r'name="key" value="([^"]*)"', page)[1]
        sent = {"key": key, "edition": "1", "scope": "whole", "into": "new"}
        draft = genta.post(f"{OURS}/forks", data=sent).location
        genta.post(f"{draft}/revisions", data=fields(genta.get(draft).text))
        published(engine, now, "haruko", MIDORIKAWA)
        theirs = f"/towns/{MIDORIKAWA}/manuals/{SLUG}"
        assert f'{theirs}"' in client.get(LINEAGE).text
        assert f'{MANUAL}"' in client.get(f"{theirs}/lineage").text
        assert "若松町『" in client.get(theirs).text


def test_no_secret_of_the_original_is_anywhere_in_what_came_of_it(chika, client, engine, now):
    """The draft as it is kept, the editor, the preview, every face of the published manual, the lineage, the records."""
    taken_and_saved(chika)
    [draft] = kept(engine, Draft)
    published(engine, now, "fumio", WAKAMATSU)
    pages = [chika.get(f"/drafts/{draft.id}{tail}").text for tail in ("", "/preview")]
    faces = ("", "/sheet", "/print", "/files/md", "/files/json", "/lineage", "/revisions/1", "/revisions", "/forks/new")
    pages += [chika.get(f"{OURS}{face}").text for face in faces]
    pages += [client.get(LINEAGE).text, chika.get(LINEAGE).text, chika.get("/desk").text]
    rows = [str(row.model_dump()) for table in (Draft, Fork) for row in kept(engine, table)]
    with reading(engine) as session:
        town = select(Revision).join(Manual).where(Manual.municipality_code == WAKAMATSU)
        rows += [str(row.model_dump()) for row in session.exec(town)]
    everything = "\n".join([*pages, *rows])
    assert title(Thing.PUBLIC) in everything
    assert [word for word in [*SECRETS, "鍵箱", "step-naisho"] if word in everything] == []
