"""Saving over HTTP: a revision, two authors who collide, the history, and going back."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import select

from kb.db import reading, transaction
from kb.manuals.models import Revision
from kb.manuals.queries import manual_at
from kb.publishing.actions import publish
from tests.web.editor_form import begun, editing, fields, said, send
from tests.world import AOBA, a_manual, person, sign_in

MANUAL = f"/towns/{AOBA}/manuals/tennyu"
REVISIONS = f"{MANUAL}/revisions"


@pytest.fixture
def akari(app: Flask) -> FlaskClient:
    """The browser of an author of 青葉市."""
    return sign_in(app.test_client(), "akari")


@pytest.fixture
def bunta(app: Flask) -> FlaskClient:
    """The browser of an approver of the same department."""
    return sign_in(app.test_client(), "bunta")


@pytest.fixture
def manual(engine: Engine, now) -> str:
    """Address of a manual of 青葉市 with one revision, saved yesterday."""
    at = now - timedelta(days=1)
    with transaction(engine) as session:
        a_manual(session, person(session, "akari", at), at)
    return MANUAL


def titles(engine: Engine) -> list[str]:
    """Titles of all revisions, oldest first."""
    with reading(engine) as session:
        return [one.title for one in session.exec(select(Revision).order_by(Revision.number))]


def save(client: FlaskClient, draft: str, **changes: str):
    """Send the editor's whole form to be saved as a revision."""
    typed = fields(client.get(draft).text) | {name.replace("__", "."): value for name, value in changes.items()}
    return client.post(f"{draft}/revisions", data=typed)


class TestSaving:
    def test_a_new_manual_is_saved_under_the_address_of_its_procedure(self, akari, engine):
        draft = begun(akari, **{"from": "procedure", "procedure": "tennyu-todoke"})
        answer = save(akari, draft, note="はじめて")
        assert (answer.status_code, answer.location) == (303, f"/towns/{AOBA}/manuals/tennyu-todoke/revisions")
        page = said(akari.get(answer.location).text)
        assert "控え1を保存しました" in page
        assert "はじめて" in page
        assert "市民課 住民記録係" in page

    def test_or_under_the_address_that_was_wished(self, akari):
        draft = begun(akari, **{"from": "procedure", "procedure": "tennyu-todoke"})
        assert (
            save(akari, draft, slug="madoguchi-tennyu").location == f"/towns/{AOBA}/manuals/madoguchi-tennyu/revisions"
        )

    def test_the_button_pressed_twice_saves_once(self, akari, manual, engine):
        draft = editing(akari, manual)
        typed = fields(akari.get(draft).text) | {"title": "改めた"}
        answers = [akari.post(f"{draft}/revisions", data=typed) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [303, 303]
        assert titles(engine) == ["転入届の受付", "改めた"]

    def test_what_the_format_cannot_read_is_kept_and_shown_with_links(self, akari, manual, engine):
        draft = editing(akari, manual)
        answer = save(akari, draft, title="", target="書きかけ", note="理由も残る")
        assert answer.status_code == 303
        page = akari.get(answer.location).text
        assert "まだ控えを保存できません" in page
        assert 'href="#title"' in page
        assert (fields(page)["target"], fields(page)["note"]) == ("書きかけ", "理由も残る")
        assert titles(engine) == ["転入届の受付"]

    def test_what_is_missing_for_publishing_does_not_stop_saving(self, akari, manual, engine):
        assert save(akari, editing(akari, manual), title="途中", department="").status_code == 303
        assert titles(engine)[-1] == "途中"

    @pytest.mark.parametrize("name", ["municipality_code", "assignment_id", "steps.nobody.title"])
    def test_a_forged_form_saves_nothing(self, akari, manual, engine, name):
        draft = editing(akari, manual)
        assert akari.post(f"{draft}/revisions", data={"version": "1", name: "x"}).status_code == 400
        assert titles(engine) == ["転入届の受付"]


class TestColliding:
    @pytest.fixture
    def collided(self, akari, bunta, manual, engine, now) -> str:
        """Address of the draft of Akari, who saves after Bunta has saved."""
        draft = editing(akari, manual)
        other = bunta.post(f"{manual}/drafts", data={"key": "b" * 24}).location
        assert save(bunta, other, department="文太の課", note="課の名が変わった").status_code == 303
        answer = save(akari, draft, title="あかりの題", note="題を改めた")
        assert answer.status_code == 303
        assert answer.location.startswith(f"{draft}/revisions/new")
        return draft

    def test_both_texts_stand_side_by_side_and_nothing_is_lost(self, akari, engine, collided):
        answer = akari.get(f"{collided}/revisions/new")
        assert answer.status_code == 409
        page = said(answer.text)
        for words in ("市民課 住民記録係長が控え2を保存しました", "あかりの題", "文太の課", "相手の控え2"):
            assert words in page
        assert "見本 ぶんた" not in page
        assert titles(engine) == ["転入届の受付", "転入届の受付"]
        assert fields(akari.get(collided).text)["title"] == "あかりの題"

    def test_only_fields_that_differ_are_shown_and_who_changed_them(self, akari, collided):
        table = akari.get(f"{collided}/revisions/new").text.partition("<tbody>")[2].partition("</tbody>")[0]
        rows = [said(row) for row in table.split("</tr>") if "<th" in row]
        assert [("自分" in row, "相手" in row) for row in rows] == [(True, False), (False, True)]

    def test_going_on_from_ones_own_text_saves_it_on_top(self, akari, engine, collided):
        version = fields(akari.get(collided).text)["version"]
        answer = akari.post(f"{collided}/revisions", data={"version": version, "onto": "2", "note": "題を改めた"})
        assert answer.location == REVISIONS
        assert titles(engine) == ["転入届の受付", "転入届の受付", "あかりの題"]
        assert akari.get(f"{REVISIONS}/2").status_code == 200

    def test_a_third_revision_in_between_is_not_overwritten_either(self, akari, bunta, manual, engine, collided):
        version = fields(akari.get(collided).text)["version"]
        other = bunta.post(f"{manual}/drafts", data={"key": "c" * 24}).location
        save(bunta, other, department="また別の課")
        answer = akari.post(f"{collided}/revisions", data={"version": version, "onto": "2"})
        assert answer.location.startswith(f"{collided}/revisions/new")
        assert len(titles(engine)) == 3

    def test_without_a_collision_there_is_no_such_page(self, akari, manual):
        draft = editing(akari, manual)
        assert akari.get(f"{draft}/revisions/new").location == draft


class TestHistory:
    def test_revisions_and_editions_stand_on_one_page_for_the_whole_town(self, app, akari, manual, engine, now):
        with transaction(engine) as session:
            found = manual_at(session, AOBA, "tennyu")
            revision = session.exec(select(Revision)).one()
            publish(session, found, revision, by=person(session, "bunta", now), at=now)
        save(akari, editing(akari, manual), title="改めた", note="様式の変更")
        eri = sign_in(app.test_client(), "eri")
        page = eri.get(REVISIONS).text
        for words in ("控え1", "控え2", "様式の変更", "第1版", "公開中", "市民課 住民記録係"):
            assert words in page
        assert "見本 あかり" not in page
        assert ">編集</button>" not in page  # a reader writes nothing
        assert ">編集</button>" in akari.get(REVISIONS).text
        old = eri.get(f"{REVISIONS}/1").text
        assert "転入届の受付" in old
        assert "新しい控えにする" not in old

    def test_an_old_revision_becomes_the_newest_again(self, akari, manual, engine):
        save(akari, editing(akari, manual), title="改めた")
        form = {"newest": "2"}
        answers = [akari.post(f"{REVISIONS}/1/restoration", data=form) for _ in range(2)]
        assert [answer.location for answer in answers] == [REVISIONS, REVISIONS]
        assert titles(engine) == ["転入届の受付", "改めた", "転入届の受付"]

    def test_it_is_not_restored_over_what_one_has_not_seen(self, akari, manual, engine):
        save(akari, editing(akari, manual), title="改めた")
        assert akari.post(f"{REVISIONS}/1/restoration", data={"newest": "1"}).status_code == 409
        assert titles(engine) == ["転入届の受付", "改めた"]

    @pytest.mark.parametrize("number", ["0", "9", "999999", "1000000", "-1", "１"])
    def test_a_revision_that_is_not_there_is_not_found(self, akari, manual, number):
        assert akari.get(f"{REVISIONS}/{number}").status_code == 404

    def test_an_author_reaches_editing_and_the_history_from_the_manual(self, app, akari, manual, engine, now):
        with transaction(engine) as session:
            found = manual_at(session, AOBA, "tennyu")
            publish(session, found, session.exec(select(Revision)).one(), by=person(session, "bunta", now), at=now)
        page = akari.get(MANUAL).text
        assert f'action="{MANUAL}/drafts"' in page
        assert f'href="{REVISIONS}"' in page
        for client in (app.test_client(), sign_in(app.test_client(), "chika")):
            other = client.get(MANUAL).text
            assert f'action="{MANUAL}/drafts"' not in other
            assert f'href="{REVISIONS}"' not in other


def test_the_editor_warns_when_a_newer_revision_is_there(akari, bunta, manual):
    draft = editing(akari, manual)
    send(akari, draft, title="あかりの題", do="save")
    save(bunta, bunta.post(f"{manual}/drafts", data={"key": "b" * 24}).location, department="文太の課")
    assert "控え2が、あとから保存されています" in akari.get(draft).text
