"""Likes as people meet them on a manual's page, and how they are misused."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import select

from kb.accounts.models import Participation
from kb.accounts.queries import user_by_login
from kb.common_format.envelope import Audience
from kb.db import reading, transaction
from kb.likes.models import Like
from kb.manuals.models import Manual, Revision
from kb.publishing.actions import publish
from kb.staffing.founding import create_operator
from tests.web.conftest import lasting
from tests.web.moving_clock import MovingClock, app_by
from tests.web.test_desk import section
from tests.web.test_resend import token
from tests.world import AOBA, MIDORIKAWA, WAKAMATSU, a_publication, person, sign_in

MANUAL = f"/towns/{AOBA}/manuals/tennyu"
HIDDEN = f"/towns/{AOBA}/manuals/chonai"
TITLE = "転入届の受付"
REASON = "例外の扱いが手本になる"


@pytest.fixture
def clock(now: datetime) -> MovingClock:
    return MovingClock(now)


@pytest.fixture
def app(engine: Engine, tmp_path: Path, clock: MovingClock) -> Flask:
    """青葉市 has a public manual and one for itself; there is an operator."""
    with transaction(engine) as session:
        a_publication(session, clock())
        a_publication(session, clock(), "chonai", Audience.MUNICIPALITY, title="庁内の手順書")
        create_operator(session, "op-sato", "見本 さとう", at=clock())
        operator, eri = user_by_login(session, "op-sato"), user_by_login(session, "eri")
        assert operator
        assert eri
        operator.password_hash = eri.password_hash
    return app_by(clock, tmp_path)


def as_(app: Flask, login: str) -> FlaskClient:
    return sign_in(app.test_client(), login)


def like(client: FlaskClient, address: str = MANUAL, **form: object) -> int:
    """Send the form; the status."""
    return client.post(f"{address}/likes", data={"edition": "1", **form}).status_code


def line(client: FlaskClient) -> str:
    """What the manual's page says of likes, without tags."""
    return re.sub(r"\s+", " ", re.sub("<.*?>", " ", section(client.get(MANUAL).text, "likes")))


def rows(engine: Engine) -> list[Like]:
    with reading(engine) as session:
        return list(session.exec(select(Like)).all())


def revise(engine: Engine, at: datetime) -> None:
    with transaction(engine) as session:
        manual = session.exec(select(Manual).where(Manual.slug == "tennyu")).one()
        revision = session.exec(select(Revision).where(Revision.manual_id == manual.id)).one()
        publish(session, manual, revision, by=person(session, "bunta", at), at=at, change_note="直した")


class TestLike:
    """The line below a manual's title."""

    def test_from_the_first_like_to_taking_it_back(self, app: Flask) -> None:
        chika = as_(app, "chika")
        assert "0人・0団体" in line(chika)
        answer = chika.post(f"{MANUAL}/likes", data={"edition": "1", "reasons": ["すぐ使えた", "様式が良い"]})
        assert (answer.status_code, answer.location) == (303, f"{MANUAL}#likes")
        assert "第1版にいいねしました。" in chika.get(MANUAL).text
        assert like(as_(app, "eri")) == 303
        said = line(chika)
        for words in ("2人・1団体", "すぐ使えた 1・様式が良い 1", "青葉市は入りません", "いいねを取り消す"):
            assert words in said
        assert chika.post(f"{MANUAL}/likes/delete").location == f"{MANUAL}#likes"
        assert "1人・0団体" in line(chika)
        assert "取り消す" not in line(chika)

    def test_after_a_new_edition_it_stands_apart_until_it_is_renewed(
        self, app: Flask, engine: Engine, clock: MovingClock
    ) -> None:
        chika = as_(app, "chika")
        like(chika)
        like(as_(app, "genta"))
        clock.pass_by(hours=1)
        revise(engine, clock())
        chika = as_(app, "chika")
        assert "0人・0団体 旧版への評価 2人・2団体" in line(chika)
        assert "第1版へのいいねです。いまは第2版です" in line(chika)
        assert like(chika, edition="2") == 303
        assert "1人・1団体 旧版への評価 1人・1団体" in line(chika)

    def test_reasons_can_be_said_later_and_taken_off(self, app: Flask, engine: Engine) -> None:
        chika = as_(app, "chika")
        like(chika)
        like(chika, why="yes", reasons="わかりやすい")
        assert "わかりやすい 1" in line(chika)
        assert re.search(r'value="わかりやすい" checked', chika.get(MANUAL).text)
        like(chika)  # another tab, opened before
        assert [row.reasons for row in rows(engine)] == [["わかりやすい"]]
        like(chika, why="yes")
        assert [row.reasons for row in rows(engine)] == [[]]

    def test_who_is_not_signed_in_gets_one_page_for_all(self, app: Flask, clock: MovingClock) -> None:
        before = app.test_client().get(MANUAL)
        like(as_(app, "chika"))
        assert app.test_client().get(MANUAL).data == before.data, "a count may be a minute behind"
        clock.pass_by(minutes=1)
        answers = [app.test_client().get(MANUAL) for _ in range(2)]
        assert answers[0].data == answers[1].data
        assert all("Set-Cookie" not in answer.headers for answer in answers)
        said = section(answers[0].text, "likes")
        assert "1人・1団体" in said
        assert f"/session/new?next={MANUAL}" in said
        assert "<form" not in said

    def test_two_tabs_at_once_give_one_like(self, app: Flask, engine: Engine) -> None:
        tabs = [as_(app, "chika") for _ in range(2)]
        with ThreadPoolExecutor(2) as both:
            assert list(both.map(like, tabs)) == [303, 303]
        assert len(rows(engine)) == 1

    def test_an_edition_that_came_while_reading_is_not_liked_unread(
        self, app: Flask, engine: Engine, clock: MovingClock
    ) -> None:
        chika = as_(app, "chika")
        revise(engine, clock())
        refused = chika.post(f"{MANUAL}/likes", data={"edition": "1"})
        assert refused.status_code == 409
        assert "いま公開されているのは第2版です" in refused.text
        assert rows(engine) == []

    def test_the_address_of_the_form_leads_back(self, app: Flask) -> None:
        assert app.test_client().get(f"{MANUAL}/likes").location == f"{MANUAL}#likes"


class TestMisuse:
    """What a script or another site can send."""

    def test_nothing_is_liked_without_the_token_or_from_another_site(self, app: Flask, engine: Engine) -> None:
        chika = as_(app, "chika")
        app.config["WTF_CSRF_ENABLED"] = True
        for headers in ({}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            for path in ("likes", "likes/delete", "exemplars", "exemplars/delete"):
                answer = chika.post(f"{MANUAL}/{path}", data={"edition": "1"}, headers=headers)
                assert answer.status_code == 400
                assert ("carried" in answer.text or "もう一度送る" in answer.text) == (not headers)
        assert rows(engine) == []
        assert like(chika, csrf_token=token(chika, MANUAL)) == 303

    def test_a_hidden_manual_is_liked_as_little_as_a_missing_one(self, app: Flask, engine: Engine) -> None:
        for login in ("chika", "haruko"):
            client = as_(app, login)
            client.get("/")  # the first page puts the secret of the forms into the cookie
            for path in ("likes", "likes/delete", "exemplars", "exemplars/delete"):
                answers = [
                    client.post(f"{address}/{path}", data={"edition": "1"})
                    for address in (HIDDEN, HIDDEN.replace("chonai", "nai"))
                ]
                assert {answer.status_code for answer in answers} == {404}
                assert len({lasting(answer.text) for answer in answers}) == 1
        assert rows(engine) == []

    def test_no_form_decides_who_likes_what(self, app: Flask, engine: Engine) -> None:
        forged = {"user_id": 1, "municipality_code": MIDORIKAWA, "town": AOBA, "manual_id": 2, "publication_id": 2,
                  "liked_at": "2020-01-01", "people": 14, "count": 14}  # fmt: skip
        assert like(as_(app, "chika"), **forged) == 303
        [row] = rows(engine)
        with reading(engine) as session:
            chika = person(session, "chika", row.liked_at)
        assert (row.user_id, row.municipality_code, row.manual_id) == (chika.user_id, WAKAMATSU, 1)

    @pytest.mark.parametrize("edition", ["", "0", "2", "-1", "1.0", "9" * 30, "１", "\x00"])
    def test_an_edition_that_is_not_live_is_refused(self, app: Flask, engine: Engine, edition: str) -> None:
        assert like(as_(app, "chika"), edition=edition) in (409, 422)
        assert rows(engine) == []

    @pytest.mark.parametrize("reasons", ["悪い", "<script>", "すぐ使えた\x00", "あ" * 10_000])
    def test_an_unknown_reason_is_refused(self, app: Flask, engine: Engine, reasons: str) -> None:
        assert like(as_(app, "chika"), reasons=reasons) == 422
        assert rows(engine) == []

    def test_a_script_that_likes_over_and_over_likes_once(self, app: Flask, engine: Engine) -> None:
        chika = as_(app, "chika")
        assert {like(chika) for _ in range(30)} == {303}
        assert len(rows(engine)) == 1

    def test_a_town_that_has_left_and_an_operator_like_nothing(self, app: Flask, engine: Engine, now: datetime) -> None:
        with transaction(engine) as session:
            for record in session.exec(select(Participation).where(Participation.municipality_code == MIDORIKAWA)):
                record.until = now
                session.add(record)
        for login in ("haruko", "op-sato"):
            client = as_(app, login)
            assert like(client) == 403
            assert "<form" not in section(client.get(MANUAL).text, "likes"), "the page offers what the action takes"
        assert rows(engine) == []
