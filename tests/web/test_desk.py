"""The desk, what is kept of readings, and reports: as people of several towns meet them on the pages."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import select

from kb.accounts.models import Participation
from kb.common_format.envelope import Audience
from kb.db import transaction
from kb.manuals.models import Draft, Manual, Revision
from kb.publishing.actions import publish, withdraw
from tests.web.conftest import lasting
from tests.world import AOBA, WAKAMATSU, a_manual, a_publication, a_step, person, sign_in

MANUAL = f"/towns/{AOBA}/manuals/tennyu"
TITLE = "転入届の受付"
STEPS = [
    a_step("step-1"),
    a_step("step-2", title="金庫を開ける", internal=True),
    a_step("step-3", title="証明書を渡す"),
]


@pytest.fixture(autouse=True)
def published(engine: Engine, now: datetime) -> None:
    """A public manual of 青葉市."""
    with transaction(engine) as session:
        a_publication(session, now - timedelta(days=1), steps=STEPS)


def as_(app: Flask, login: str) -> FlaskClient:
    """The browser of one of the cast."""
    return sign_in(app.test_client(), login)


def section(page: str, anchor: str) -> str:
    """One part of a page; "" when the page has no such part."""
    found = re.search(rf'<section[^>]* id="{anchor}".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def key_in(page: str) -> str:
    """The key of the form on a page."""
    found = re.search(r'name="key" value="([0-9a-f]{32})"', page)
    assert found
    return found[1]


def report(client: FlaskClient, **changes: str) -> str:
    """Report on the manual by its form; the address of the report."""
    form = {"key": key_in(client.get(MANUAL).text), "kind": "古い", "reason": "様式が変わりました。", "step": ""}
    answer = client.post(f"{MANUAL}/reports", data={**form, **changes})
    assert answer.status_code == 303, answer.text
    return answer.location


def revise(engine: Engine, at: datetime, note: str = "", audience: Audience = Audience.PUBLIC) -> None:
    """The next edition of the manual."""
    with transaction(engine) as session:
        manual, revision = session.exec(select(Manual, Revision).where(Revision.manual_id == Manual.id)).one()
        by = person(session, "bunta", at)
        publish(session, manual, revision, by=by, at=at, audience=audience, change_note=note)


class TestDesk:
    """`/desk`."""

    def test_whoever_has_just_come_is_told_how_to_begin(self, app: Flask) -> None:
        page = as_(app, "chika").get("/desk").text
        assert "まだ何もありません。" in page
        assert 'href="/search"' in page

    def test_what_was_opened_lies_there(self, app: Flask) -> None:
        eri = as_(app, "eri")
        assert TITLE not in section(eri.get("/desk").text, "recent")
        eri.get(MANUAL)
        assert TITLE in section(eri.get("/desk").text, "recent")
        assert TITLE not in section(as_(app, "akari").get("/desk").text, "recent")

    def test_what_changed_since_it_was_read_is_told_with_the_note(
        self, app: Flask, engine: Engine, now: datetime
    ) -> None:
        chika = as_(app, "chika")
        chika.get(MANUAL)
        assert "いまは第" not in section(chika.get("/desk").text, "news")
        revise(engine, now, "様式を改めた")
        news = section(chika.get("/desk").text, "news")
        assert "第1版を読みました" in news
        assert "いまは第2版" in news
        assert "様式を改めた" in news
        chika.get(MANUAL)
        assert "様式を改めた" not in section(chika.get("/desk").text, "news")

    def test_the_towns_new_editions_are_for_the_own_town(self, app: Flask) -> None:
        assert TITLE in section(as_(app, "eri").get("/desk").text, "news")
        assert TITLE not in as_(app, "chika").get("/desk").text

    def test_own_drafts_and_that_colleagues_write_something(self, app: Flask, engine: Engine, now: datetime) -> None:
        with transaction(engine) as session:
            akari = person(session, "akari", now)
            raw = {"content": {"title": "転出届の書きかけ", "target": "まだ秘密の内容"}}
            session.add(
                Draft(
                    key="k",
                    user_id=akari.user_id,
                    municipality_code=AOBA,
                    post_id=akari.acting[0].post_id,
                    raw=raw,
                    created_at=now,
                    updated_at=now,
                )
            )
        own = section(as_(app, "akari").get("/desk").text, "drafts")
        assert re.search(r'<a href="/drafts/\d+">転出届の書きかけ</a>', own)
        of_colleague = as_(app, "bunta").get("/desk").text
        assert "転出届の書きかけ" in section(of_colleague, "colleagues")
        assert "市民課 住民記録係" in section(of_colleague, "colleagues")
        assert "秘密" not in of_colleague
        for login in ("daigo", "chika"):  # another department, another town
            assert "転出届の書きかけ" not in as_(app, login).get("/desk").text

    def test_what_was_saved_waits_for_the_approver(self, app: Flask, engine: Engine, now: datetime) -> None:
        with transaction(engine) as session:
            a_manual(session, person(session, "akari", now), now, "atarashii", title="初めての手順書")
        waiting = section(as_(app, "bunta").get("/desk").text, "unpublished")
        assert f'<a href="/towns/{AOBA}/manuals/atarashii/publication/new">初めての手順書</a>' in waiting
        for login in ("akari", "eri", "fumio"):  # who does not publish, and another town
            assert "初めての手順書" not in as_(app, login).get("/desk").text

    def test_manuals_whose_review_is_due(self, app: Flask, engine: Engine, now: datetime) -> None:
        with transaction(engine) as session:
            a_publication(session, now - timedelta(days=400), "furui", title="二年前の手順書")
        for login in ("akari", "daigo"):
            due = section(as_(app, login).get("/desk").text, "due")
            assert f'<a href="/towns/{AOBA}/manuals/furui#keeping">二年前の手順書</a>' in due
            assert "見直しの日を過ぎています" in due
            assert TITLE not in due
        for login in ("eri", "chika"):  # who does not write, and another town
            assert section(as_(app, login).get("/desk").text, "due") == ""

    def test_the_first_page_leads_there_with_what_waits(self, app: Flask, engine: Engine, now: datetime) -> None:
        assert "マイデスク" not in app.test_client().get("/").text
        assert "待っている用事はありません" in as_(app, "akari").get("/").text
        report(as_(app, "chika"))
        with transaction(engine) as session:
            a_publication(session, now - timedelta(days=400), "furui")
        line = re.search(r'<p class="desk-line">.*?</p>', as_(app, "akari").get("/").text)
        assert line
        assert re.sub("<.*?>", "", line[0]) == "マイデスク: 見直し期限 1・指摘 1"


class TestReading:
    """Opening a manual."""

    def test_a_page_does_not_wait_for_its_reading_to_be_kept(self, app: Flask, engine: Engine) -> None:
        eri = as_(app, "eri")
        with transaction(engine) as writing:
            writing.exec(select(Manual)).all()  # somebody writes, for long
            assert eri.get(MANUAL).status_code == 200
        assert TITLE not in section(eri.get("/desk").text, "recent")

    def test_who_is_not_signed_in_gets_one_page_for_all_with_a_way_to_sign_in(self, app: Flask) -> None:
        answers = [app.test_client().get(MANUAL) for _ in range(2)]
        as_(app, "eri").get(MANUAL)
        answers.append(app.test_client().get(MANUAL))
        assert len({answer.data for answer in answers}) == 1
        assert all("Set-Cookie" not in answer.headers for answer in answers)
        invitation = section(answers[0].text, "report")
        assert f"/session/new?next={MANUAL}/reports/new" in invitation
        assert "<form" not in invitation


class TestReport:
    """The form below a manual, the page of a report, and the answer."""

    def test_from_the_reader_to_the_owning_post_and_back(self, app: Flask) -> None:
        chika, bunta = as_(app, "chika"), as_(app, "bunta")
        address = report(chika, step="step-3", reason="様式が変わりました。\r\n二枚になりました。")
        waiting = section(bunta.get("/desk").text, "reports")
        assert address in waiting
        assert "若松町 町民課 町民係から" in waiting
        page = bunta.get(address).text
        assert "様式が変わりました。\n二枚になりました。" in page
        assert f"{MANUAL}#step-step-3" in page
        assert bunta.post(f"{address}/settlement", data={"answer": "直しました。"}).location == address
        assert address not in section(bunta.get("/desk").text, "reports")
        mine = section(chika.get("/desk").text, "own-reports")
        assert "直しました。" in mine
        assert "市民課 住民記録係長" in chika.get(address).text

    def test_no_name_is_on_any_page_of_the_town(self, app: Flask) -> None:
        addresses = [report(as_(app, login)) for login in ("chika", "eri")]
        bunta = as_(app, "bunta")
        for page in ("/desk", *addresses):
            text = bunta.get(page).text
            assert "見本 ちか" not in text
            assert "見本 えり" not in text

    def test_others_get_the_page_of_a_report_that_is_not_there(self, app: Flask) -> None:
        address = report(as_(app, "chika"))
        for login in ("fumio", "haruko"):
            client = as_(app, login)
            client.get("/")
            for path in ("", "/settlement"):
                there, nowhere = client.get(f"{address}{path}"), client.get(f"/reports/999{path}")
                assert there.status_code == nowhere.status_code == 404
                assert lasting(there.text) == lasting(nowhere.text)

    def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(self, app: Flask) -> None:
        long = "あ" * 1001
        answer = as_(app, "chika").post(f"{MANUAL}/reports", data={"key": "0" * 32, "reason": long, "step": "step-3"})
        assert answer.status_code == 422
        assert 'href="#report-kind"' in answer.text
        assert 'href="#report-reason"' in answer.text
        assert "いま1,001文字" in answer.text
        assert long in answer.text
        assert '<option value="step-3" selected>' in answer.text

    def test_what_looks_like_personal_data_is_asked_about(self, app: Flask) -> None:
        chika = as_(app, "chika")
        form = {"key": "0" * 32, "kind": "違う", "reason": "090-1234-5678 に電話した"}
        asked = chika.post(f"{MANUAL}/reports", data=form)
        assert asked.status_code == 422
        assert "電話番号のようなもの" in asked.text
        assert 'name="sure"' in asked.text
        assert chika.post(f"{MANUAL}/reports", data={**form, "sure": "yes"}).status_code == 303

    def test_sending_twice_leads_to_the_same_report(self, app: Flask) -> None:
        chika = as_(app, "chika")
        assert report(chika, key="a" * 32) == report(chika, key="a" * 32) != report(chika)

    def test_too_many_are_refused_with_what_was_typed(self, app: Flask) -> None:
        chika = as_(app, "chika")
        for _ in range(3):
            report(chika)
        form = {"key": "b" * 32, "kind": "違う", "reason": "四つ目です。"}
        refused = chika.post(f"{MANUAL}/reports", data=form)
        assert refused.status_code == 409
        assert "回答を待っています" in refused.text
        assert "四つ目です。" in refused.text

    def test_an_internal_step_is_no_step_to_an_outsider(self, app: Flask) -> None:
        def refusal(step: str) -> tuple[int, str]:
            form = {"key": "0" * 32, "kind": "古い", "reason": "理由", "step": step}
            answer = as_(app, "chika").post(f"{MANUAL}/reports", data=form)
            return answer.status_code, lasting(answer.text)

        assert refusal("step-2") == refusal("step-9")
        assert refusal("step-2")[0] == 422
        assert "金庫" not in as_(app, "chika").get(f"{MANUAL}/reports/new").text
        assert "2 金庫を開ける" in as_(app, "eri").get(f"{MANUAL}/reports/new").text

    @pytest.mark.parametrize("value", ["\x00", "\x1b[31m", "あ" * 20_001])
    def test_odd_and_endless_texts_are_refused(self, app: Flask, value: str) -> None:
        chika = as_(app, "chika")
        assert chika.post(f"{MANUAL}/reports", data={"kind": "古い", "reason": value}).status_code == 400

    def test_no_form_decides_who_reports_or_that_it_is_settled(self, app: Flask) -> None:
        address = report(as_(app, "chika"), user_id="1", settled_at="2026-11-22", answer="済み", publication_id="99")
        page = as_(app, "bunta").get(address).text
        assert "若松町 町民課 町民係" in page
        assert "回答待ち" in page

    def test_an_answer_that_somebody_else_has_given_stands(self, app: Flask) -> None:
        address = report(as_(app, "chika"))
        for login, answer, status in (("bunta", "直しました。", 303), ("akari", "直しません。", 409)):
            assert as_(app, login).post(f"{address}/settlement", data={"answer": answer}).status_code == status
        assert "直しました。" in as_(app, "akari").get(address).text


@pytest.mark.parametrize("end", ["narrowed", "withdrawn", "left"])
def test_no_page_shows_a_manual_that_may_no_longer_be_read(app: Flask, engine: Engine, now: datetime, end: str) -> None:
    """Neither readings nor reports are a side door, once a manual is narrowed or withdrawn or the reader's town left."""
    chika = as_(app, "chika")
    address = report(chika, step="step-3")
    assert TITLE in chika.get("/desk").text
    assert TITLE in chika.get(address).text
    if end == "withdrawn":
        with transaction(engine) as session:
            manual = session.exec(select(Manual)).one()
            withdraw(session, manual, by=person(session, "bunta", now), at=now, reason="作り直すため")
    else:
        revise(engine, now, "見せない理由", Audience.MUNICIPALITY if end == "narrowed" else Audience.MEMBERS)
    if end == "left":
        with transaction(engine) as session:
            for record in session.exec(select(Participation).where(Participation.municipality_code == WAKAMATSU)):
                record.until = now
                session.add(record)
    for page in ("/desk", address, "/"):
        text = chika.get(page).text
        for hidden in (TITLE, MANUAL, "見せない理由", "証明書を渡す"):
            assert hidden not in text, (page, hidden)
    assert "様式が変わりました。" in chika.get(address).text
    assert TITLE in as_(app, "bunta").get(address).text
