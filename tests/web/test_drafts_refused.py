"""Writing over HTTP: what is refused without harm, and who sees that somebody is writing."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import select

from kb.db import reading, transaction
from kb.manuals.models import Draft, Manual
from tests.web.editor_form import SCRIPT, editing, fields, send, step_names
from tests.world import AOBA, a_manual, a_step, person, sign_in

MANUAL = f"/towns/{AOBA}/manuals/tennyu"


@pytest.fixture
def akari(app: Flask) -> FlaskClient:
    """The browser of an author of 青葉市."""
    return sign_in(app.test_client(), "akari")


@pytest.fixture
def manual(engine: Engine, now) -> str:
    """Address of a manual of 青葉市 with one revision."""
    with transaction(engine) as session:
        a_manual(session, person(session, "akari", now), now)
    return MANUAL


def kept(engine: Engine) -> Draft:
    """The only draft, as it is kept."""
    with reading(engine) as session:
        return session.exec(select(Draft)).one()


class TestBadInput:
    @pytest.mark.parametrize(
        "name",
        ["municipality_code", "user_id", "status", "role", "steps.step-uketsuke.uid", "steps.nobody.title", "steps",
         "steps.step-uketsuke", "purpose", "__class__", "x" * 5_000, "steps..title"],
    )  # fmt: skip
    @pytest.mark.parametrize("headers", [{}, SCRIPT])
    def test_what_the_page_never_offered_is_refused_and_harms_nothing(self, akari, manual, engine, name, headers):
        draft = editing(akari, manual)
        before = kept(engine).model_dump()
        answer = akari.post(draft, data={"version": "1", "title": "x", name: "990027"}, headers=headers)
        assert answer.status_code == 400
        assert "下書きは前のままです" in answer.text
        assert kept(engine).model_dump() == before

    @pytest.mark.parametrize("button", ["remove:steps.nobody", "add:nowhere", "open:steps.nobody", "up:steps.nobody"])
    def test_a_forged_button_is_refused(self, akari, manual, button):
        draft = editing(akari, manual)
        assert akari.post(draft, data={"version": "1", "do": button}).status_code == 400

    @pytest.mark.parametrize("version", ["", "0", "-1", "1e3", "9" * 30, "１", "1; drop"])
    def test_a_form_without_its_version_is_refused(self, akari, manual, version):
        assert akari.post(editing(akari, manual), data={"version": version, "title": "x"}).status_code == 422

    def test_two_million_characters_are_refused_and_the_draft_stays(self, akari, manual, engine):
        draft = editing(akari, manual)
        answer = akari.post(draft, data={"version": "1", "target": "x" * 2_000_001}, headers=SCRIPT)
        assert answer.status_code == 413
        assert "入りきりません" in answer.text
        assert kept(engine).version == 1

    def test_ten_thousand_steps_are_refused_and_what_there_was_stays(self, akari, manual):
        draft = editing(akari, manual)
        answer = send(akari, draft, script=True, lines="\n".join(f"{n}. 手順" for n in range(1, 10_001)), do="paste")
        assert "500個までです" in answer.text
        assert len(step_names(akari.get(draft).text)) == 1

    def test_signs_that_cannot_be_kept_are_taken_out_and_told(self, akari, manual, engine):
        draft = editing(akari, manual)
        answer = akari.post(draft, data=b"version=1&title=a%00b%ED%A0%80c", content_type="application/x-www-form-urlencoded", headers=SCRIPT)  # fmt: skip
        assert answer.status_code == 200
        assert "使えない文字が混じっていた" in answer.text
        title = kept(engine).raw["content"]["title"]
        assert "\x00" not in title
        assert title.startswith("ab")

    def test_five_hundred_steps_come_through_whole(self, akari, engine, now):
        with transaction(engine) as session:
            steps = [a_step(f"step-{place:03}", action="届書を確かめる。" * 20) for place in range(500)]
            a_manual(session, person(session, "akari", now), now, steps=steps)
        draft = editing(akari, MANUAL)
        answer = send(akari, draft, title="長い手順書", do="save")
        assert answer.status_code == 303
        assert kept(engine).raw["content"]["title"] == "長い手順書"
        assert len(kept(engine).raw["content"]["steps"]) == 500


class TestBeingSeen:
    def test_a_colleague_is_told_by_post_that_somebody_is_writing(self, akari, app, manual, engine, now):
        send(akari, editing(akari, manual), title="あかりの題", do="save")
        with transaction(engine) as session:
            draft = session.exec(select(Draft)).one()
            draft.updated_at = now - timedelta(minutes=2)
            session.add(draft)
            session.get_one(Manual, draft.manual_id)
        with transaction(engine) as session:  # the base was saved earlier than the draft was written
            session.connection().exec_driver_sql("UPDATE revision SET saved_at = '2026-11-01 00:00:00'")
        bunta = sign_in(app.test_client(), "bunta")
        page = bunta.get(bunta.post(f"{manual}/drafts", data={"key": "b" * 24}).location).text
        assert "市民課 住民記録係が2分前から編集中" in page
        assert "あかりの題" not in page
        listed = bunta.get("/drafts").text
        assert "市民課 住民記録係" in listed
        assert "見本 あかり" not in listed

    def test_a_draft_survives_signing_out(self, akari, manual):
        draft = editing(akari, manual)
        send(akari, draft, title="残る題", do="save")
        akari.post("/session/delete")
        assert akari.get(draft).status_code == 303
        assert fields(sign_in(akari, "akari").get(draft).text)["title"] == "残る題"

    def test_typing_survives_an_ended_sign_in(self, akari, manual):
        draft = editing(akari, manual)
        typed = fields(akari.get(draft).text)
        akari.post("/session/delete")
        answer = akari.post(draft, data={**typed, "title": "一時間の入力"})
        assert answer.status_code == 401
        assert "一時間の入力" in answer.text
