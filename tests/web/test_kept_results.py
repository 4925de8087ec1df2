"""Kept pages of results: what is asked again costs nothing, and is never behind what is published."""

import gzip
from datetime import timedelta

import pytest

from kb.db import transaction
from kb.manuals.actions import save_revision
from kb.publishing.actions import publish, withdraw
from kb.publishing.indexing import drain
from kb.web import kept_results
from kb.web.routes import search
from tests.conftest import NOW
from tests.web.conftest import lasting
from tests.world import AOBA, a_content, a_publication, person, sign_in

PATH = "/search?q=転入"


@pytest.fixture
def parts(app):
    return app.extensions["kb"]


@pytest.fixture
def indexed(engine, parts):
    """Bring the index up to what is published."""

    def bring(at=NOW):
        drain(engine, parts.index, parts.settings.index_dir, at)

    return bring


@pytest.fixture
def manual(engine, indexed):
    with transaction(engine) as session:
        made, _ = a_publication(session, NOW)
    indexed()
    return made


@pytest.fixture
def rendered(monkeypatch):
    """The questions for which a page was rendered."""
    seen: list[str] = []
    render = search._page
    monkeypatch.setattr(search, "_page", lambda: seen.append(search.asked().text) or render())
    return seen


def test_the_short_way_says_what_the_long_way_says(client, manual, rendered):
    long, short = client.get(PATH), client.get(PATH)
    assert rendered == ["転入"]
    assert "転入届の受付" in lasting(long.text).replace("<mark>", "").replace("</mark>", "")
    assert long.data == short.data
    own = {"X-Request-Id"}
    assert {k: v for k, v in long.headers if k not in own} == {k: v for k, v in short.headers if k not in own}


def test_a_browser_gets_it_as_it_accepts_it(client, manual):
    plain = client.get(PATH).data
    for _ in range(2):
        packed = client.get(PATH, headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(packed.data) == plain


def test_every_question_has_its_own_page(client, manual, rendered):
    for query in ("q=転入", "q=転入&sort=newest", "q=印鑑", "q=%93", "q=%94"):
        client.get("/search", query_string=query)
    assert len(rendered) == 5


def test_bytes_that_no_browser_sends_are_different_questions(client, manual, rendered):
    pages = [client.get("/search", environ_overrides={"QUERY_STRING": f"q=\xe8\xbb{last}"}) for last in "\xa2\xa3"]
    assert [page.status_code for page in pages] == [200, 200]
    assert len(rendered) == 2


def test_a_new_manual_is_found_with_the_next_request(engine, client, manual, indexed):
    assert "2件" not in client.get(PATH).text
    with transaction(engine) as session:
        a_publication(session, NOW, "tennyu-2", title="転入の案内")
    indexed()
    assert "転入</mark>の案内" in client.get(PATH).text


def test_what_is_withdrawn_is_gone_before_the_index_knows(engine, client, manual):
    assert "の受付" in client.get(PATH).text
    with transaction(engine) as session:
        withdraw(session, manual, by=person(session, "bunta", NOW), at=NOW, reason="誤り")
    assert f"/towns/{AOBA}/manuals/tennyu" not in client.get(PATH).text


def test_a_scheduled_edition_is_told_when_it_begins(engine, client, manual, parts, indexed):
    with transaction(engine) as session:
        author, approver = (person(session, login, NOW) for login in ("akari", "bunta"))
        revision = save_revision(session, manual, a_content(title="転入届の受付"), by=author, at=NOW)
        later = NOW + timedelta(minutes=10)
        publish(session, manual, revision, by=approver, at=NOW, change_note="直した", live_from=later)
    assert "第1版" in client.get(PATH).text
    object.__setattr__(parts, "clock", lambda: NOW + timedelta(minutes=11))
    assert "第2版" in client.get(PATH).text


def test_a_rebuilt_index_answers_at_once(client, manual, parts):
    assert "の受付" in client.get(PATH).text
    parts.index.rebuild(iter(()))
    assert f"/towns/{AOBA}/manuals/tennyu" not in client.get(PATH).text


def test_staff_never_get_what_was_kept_for_somebody_else(client, app, manual):
    client.get(PATH)
    staff = sign_in(app.test_client(), "akari")
    assert "あかり" in staff.get(PATH).text
    assert "あかり" not in client.get(PATH).text


def test_a_page_that_does_not_exist_is_not_kept(client, manual):
    assert [client.get(f"{PATH}&page=9").status_code for _ in range(2)] == [404, 404]


def test_endless_questions_are_answered_and_not_kept(client, manual, rendered):
    endless = f"{PATH}{'&area=x' * kept_results.LONGEST}"
    assert [client.get(endless).status_code for _ in range(2)] == [200, 200]
    assert len(rendered) == 2
