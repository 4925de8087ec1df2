"""The pages of whoever keeps a manual: confirming, letting a number stand, taking out of use."""

import re
from datetime import timedelta

import pytest

from kb.db import transaction
from kb.manuals.actions import save_revision
from kb.manuals.models import Manual
from kb.publishing.actions import withdraw
from tests.world import AOBA, a_content, a_publication, person, sign_in

HERE = f"/towns/{AOBA}/manuals/tennyu"
NEW, PUBLICATION = f"{HERE}/publication/new", f"{HERE}/publication"
PHONE = "0990-12-3456"
MY_NUMBER = "1234 5678 9018"


@pytest.fixture
def live(engine, now):
    """A manual of 青葉市, live since a month."""
    with transaction(engine) as session:
        return a_publication(session, now - timedelta(days=31))[0].id


def save(engine, manual_id, at, **changes):
    """Another revision of a manual; gives its number."""
    with transaction(engine) as session:
        manual = session.get_one(Manual, manual_id)
        return save_revision(session, manual, a_content(**changes), by=person(session, "akari", at), at=at).number


@pytest.fixture
def bunta(app):
    return sign_in(app.test_client(), "bunta")


@pytest.fixture
def akari(app):
    return sign_in(app.test_client(), "akari")


def publish_page(client, revision):
    """Publish a revision by the form, as the second edition."""
    values = {"revision": str(revision), "last_seen": "1", "change_note": "直した", "extent": "major"}
    return client.post(PUBLICATION, data={**values, "audience": "public", "begins": ""})


class TestConfirming:
    def test_the_page_and_the_lists_tell_it(self, app, client, engine, akari, live):
        assert "最終確認" in client.get(HERE).text
        assert "確認済み(変更なし)" not in client.get(HERE).text
        assert "確認済み(変更なし)" in akari.get(HERE).text
        for _ in range(2):
            assert akari.post(f"{HERE}/confirmations", data={"edition": "1"}).location == HERE
        for address in (HERE, f"/towns/{AOBA}", "/"):
            assert ">今日</time>・住民記録係<" in akari.get(address).text, address

    @pytest.mark.parametrize(("login", "shown"), [("eri", False), ("daigo", False), ("bunta", True)])
    def test_the_button_is_there_for_whoever_may(self, app, live, login, shown):
        client = sign_in(app.test_client(), login)
        assert (f'action="{HERE}/confirmations"' in client.get(HERE).text) == shown
        assert client.post(f"{HERE}/confirmations", data={"edition": "1"}).status_code == (303 if shown else 403)

    def test_another_town_sees_no_keeping(self, app, live):
        page = sign_in(app.test_client(), "fumio").get(HERE).text
        assert "この手順書の管理" not in page

    def test_an_old_edition_is_not_confirmed(self, engine, bunta, live, now):
        publish_page(bunta, save(engine, live, now))
        assert bunta.post(f"{HERE}/confirmations", data={"edition": "1"}).status_code == 409


class TestLettingStand:
    def test_a_reason_clears_the_way(self, engine, akari, bunta, live, now):
        number = save(engine, live, now, target=f"{PHONE} にかけた人")
        page = bunta.get(NEW).text
        assert "個人情報のように見える記載(1件)" in page
        assert PHONE not in _before_the_view(page)
        assert 'name="change_note"' not in page
        link = re.search(r'href="([^"]*/waivers/new[^"]*)"', page)[1].replace("&amp;", "&")
        assert "電話番号のような記載" in akari.get(link).text
        asked = {"path": "target", "kind": "phone"}
        refused = akari.post(f"{HERE}/waivers", data={**asked, "reason": ""})
        assert refused.status_code == 422
        assert 'name="path" value="target"' in refused.text
        assert akari.post(f"{HERE}/waivers", data={**asked, "reason": "代表番号です"}).location == NEW
        page = bunta.get(NEW).text
        assert "確認済み(住民記録係、令和8年11月22日):代表番号です" in page
        assert publish_page(bunta, number).status_code == 303

    def test_an_individual_number_has_no_way_but_removal(self, engine, bunta, live, now):
        number = save(engine, live, now, fee=MY_NUMBER)
        page = bunta.get(NEW).text
        assert "個人番号は、理由があっても載せられません" in page
        assert "/waivers/new" not in page
        data = {"path": "fee", "kind": "my_number", "reason": "どうしても"}
        assert bunta.post(f"{HERE}/waivers", data=data).status_code == 422
        assert publish_page(bunta, number).status_code == 422

    @pytest.mark.parametrize("path", ["nowhere", "target/../fee", "title"])
    def test_a_made_up_field_is_not_there(self, bunta, live, path):
        data = {"path": path, "kind": "phone", "reason": "代表番号です"}
        assert bunta.post(f"{HERE}/waivers", data=data).status_code == 404


def _before_the_view(page: str) -> str:
    return page.partition('id="preview"')[0]


class TestArchiving:
    def test_live_it_asks_to_end_first(self, bunta, live):
        page = bunta.get(f"{HERE}/archival/new").text
        assert "第1版の公開を終える" in page
        assert 'name="reason"' not in page
        assert bunta.post(f"{HERE}/archival", data={"reason": "使わない"}).status_code == 409

    def test_ended_it_is_put_away_and_taken_up_again(self, engine, bunta, live, now):
        with transaction(engine) as session:
            manual = session.get_one(Manual, live)
            withdraw(session, manual, by=person(session, "bunta", now), at=now, reason="制度が終わった")
        for _ in range(2):
            assert bunta.post(f"{HERE}/archival", data={"reason": "業務がなくなった"}).location == PUBLICATION
        assert "業務がなくなった" in bunta.get(f"/towns/{AOBA}/archivals").text
        assert bunta.get(f"{HERE}/editions/1").status_code == 200
        assert publish_page(bunta, save(engine, live, now)).status_code == 409
        assert bunta.post(f"{HERE}/archival/delete").location == PUBLICATION
        assert "保管した手順書はありません" in bunta.get(f"/towns/{AOBA}/archivals").text
        assert publish_page(bunta, save(engine, live, now)).status_code == 303
