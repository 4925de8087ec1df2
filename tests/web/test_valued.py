"""What towns value as people meet it: exemplars, the first page, and what came back to the owning office."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine
from sqlmodel import select

from kb.adoptions.models import Adoption, Degree
from kb.db import transaction
from kb.forks.models import Fork
from kb.manuals.models import Manual
from kb.publishing.actions import withdraw
from kb.publishing.models import Publication
from kb.readings.daily import Opened, add_readers
from tests.web.moving_clock import MovingClock, app_by
from tests.web.test_desk import section
from tests.web.test_likes import HIDDEN, MANUAL, TITLE, app, as_, clock, like
from tests.world import AOBA, WAKAMATSU, a_publication, person

__all__ = ["app", "clock"]  # fixtures
REASON = "例外の扱いが手本になる"


class TestExemplar:
    """An operator's form, and the badge."""

    def choose(self, app: Flask, **form: str) -> int:
        form = {"reason": REASON, "last_day": "2026-11-23", **form}
        return as_(app, "op-sato").post(f"{MANUAL}/exemplars", data=form).status_code

    def test_it_is_seen_everywhere_and_vanishes_by_itself(self, app: Flask, clock: MovingClock) -> None:
        def marked() -> list[bool]:
            pages = [app.test_client().get(path).text for path in ("/", f"/towns/{AOBA}", MANUAL)]
            assert all(TITLE in page for page in pages)
            return ["badge-exemplar" in page for page in pages]

        assert marked() == [False] * 3
        assert self.choose(app) == 303
        clock.pass_by(minutes=1)
        assert marked() == [True] * 3
        page = app.test_client().get(MANUAL).text
        assert REASON in page
        assert "令和8年11月23日まで" in page
        home = section(app.test_client().get("/").text, "valued")
        assert REASON in home
        assert "運営者が、理由と期限を決めて選んだ" in home
        clock.pass_by(hours=38, minutes=58)  # to the last minute of its last day
        assert marked() == [True] * 3
        clock.pass_by(minutes=1)
        assert marked() == [False] * 3
        assert section(app.test_client().get("/").text, "valued") == ""

    def test_the_operator_ends_it_early(self, app: Flask) -> None:
        self.choose(app)
        operator = as_(app, "op-sato")
        assert f"{MANUAL}/exemplars/delete" in operator.get(MANUAL).text
        assert operator.post(f"{MANUAL}/exemplars/delete").location == MANUAL
        page = operator.get(MANUAL).text
        assert "badge-exemplar" not in page
        assert f"{MANUAL}/exemplars/new" in page

    def test_only_an_operator_is_offered_it_and_only_an_operator_may(self, app: Flask) -> None:
        for login in ("akari", "bunta", "daigo", "fumio"):
            client = as_(app, login)
            assert "exemplars" not in client.get(MANUAL).text
            assert client.get(f"{MANUAL}/exemplars/new").status_code == 403
            data = {"reason": REASON, "last_day": "2026-12-31", "role": "operator", "assignment_id": "9"}
            assert client.post(f"{MANUAL}/exemplars", data=data).status_code == 403
        assert "badge-exemplar" not in app.test_client().get(MANUAL).text

    def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(self, app: Flask) -> None:
        operator = as_(app, "op-sato")
        assert 'value="2027-11-22"' in operator.get(f"{MANUAL}/exemplars/new").text
        for day, said in (("2026-11-21", "今日から3年以内"), ("いつか", "年月日で"), ("", "年月日で")):
            answer = operator.post(f"{MANUAL}/exemplars", data={"reason": REASON, "last_day": day})
            assert answer.status_code == 422
            assert 'href="#last_day"' in answer.text
            assert said in answer.text
            assert REASON in answer.text
        assert self.choose(app, reason="") == 422
        assert self.choose(app, reason="\x00") == 400

    def test_sent_twice_it_is_one_and_another_one_has_to_wait(self, app: Flask) -> None:
        assert [self.choose(app), self.choose(app)] == [303, 303]
        assert self.choose(app, reason="別の理由") == 409
        assert as_(app, "op-sato").get(f"{MANUAL}/exemplars/new").location == MANUAL


class TestHome:
    """What towns value."""

    def test_towns_put_manuals_in_order_and_the_rule_is_said(self, app: Flask, engine: Engine, now: datetime) -> None:
        with transaction(engine) as session:
            a_publication(session, now, "tenshutsu", title="転出届の受付")
        second = MANUAL.replace("tennyu", "tenshutsu")
        for login in ("chika", "fumio", "eri", "akari"):
            like(as_(app, login))
        for login in ("chika", "genta"):
            like(as_(app, login), second)
        home = section(app.test_client().get("/").text, "valued")
        assert [found for found in re.findall(r'href="([^"]+)"', home)] == [second, MANUAL]
        assert "2団体がいいね" in home
        assert "1団体がいいね" in home
        assert "いいねをした団体の多い順です。作った団体は数えず、旧版へのいいねは数えます。" in home

    def test_a_setting_switches_the_order_by_likes_off(self, app: Flask, tmp_path: Path, clock: MovingClock) -> None:
        like(as_(app, "chika"))
        assert "いいね" in section(app.test_client().get("/").text, "valued")
        quiet = app_by(clock, tmp_path, rank_by_likes=False).test_client()
        assert section(quiet.get("/").text, "valued") == ""
        assert "1人・1団体" in quiet.get(MANUAL).text

    def test_what_is_adopted_most(self, app: Flask, engine: Engine, now: datetime) -> None:
        adopt(engine, now)
        home = section(app.test_client().get("/").text, "valued")
        assert "1団体が採用" in home
        assert "採用している団体の多い順です。" in home

    def test_nothing_hidden_or_withdrawn_is_there(self, app: Flask, engine: Engine, now: datetime) -> None:
        like(as_(app, "chika"))
        like(as_(app, "eri"), HIDDEN)
        with transaction(engine) as session:
            manual = session.exec(select(Manual).where(Manual.slug == "tennyu")).one()
            withdraw(session, manual, by=person(session, "bunta", now), at=now, reason="誤り")
        for client in (app.test_client(), as_(app, "chika"), as_(app, "eri")):
            assert section(client.get("/").text, "valued") == ""


def adopt(engine: Engine, at: datetime) -> None:
    """若松町 adopts the public manual, and takes it over."""
    with transaction(engine) as session:
        of = session.exec(select(Publication).where(Publication.manual_id == 1)).one().id
        its, _ = a_publication(session, at, "machi", writers=("chika", "fumio"), title="町の手順書")
        session.add(
            Adoption(
                municipality_code=WAKAMATSU,
                manual_id=1,
                publication_id=of,
                considered_id=of,
                degree=Degree.WHOLLY,
                since=at,
                declared_at=at,
            )
        )
        session.add(
            Fork(
                draft_key="k",
                manual_id=its.id,
                municipality_code=WAKAMATSU,
                publication_id=of,
                redaction=1,
                forked_at=at,
            )
        )


class TestDesk:
    """届いた反応."""

    def test_the_owning_office_sees_what_came_back(
        self, app: Flask, engine: Engine, now: datetime, clock: MovingClock
    ) -> None:
        assert TITLE not in section(as_(app, "akari").get("/desk").text, "received")
        clock.pass_by(minutes=2)
        like(as_(app, "chika"))
        like(as_(app, "eri"))
        adopt(engine, now + timedelta(minutes=1))
        with transaction(engine) as session:
            add_readers(
                session,
                {Opened(now.date() - timedelta(days=days), AOBA, "tennyu"): 1000 + days for days in (0, 29, 30)},
            )
        for login in ("akari", "bunta", "daigo"):
            received = section(as_(app, login).get("/desk").text, "received")
            came = re.sub("<.*?>", "", received.partition("30日の閲覧")[2])
            assert TITLE in received
            assert re.findall(r"[0-9,]+(?:回|人|団体)", came)[:5] == ["2,029回", "2人", "1団体", "1団体", "1団体"]
            assert "<b>若松町</b>が" in received
            assert "採用しました" in received
            assert "自分の手順書を作りました" in received
            assert "見本 ちか" not in received

    def test_news_is_news_once(self, app: Flask, engine: Engine, now: datetime, clock: MovingClock) -> None:
        as_(app, "bunta")
        adopt(engine, now + timedelta(hours=1))
        clock.pass_by(hours=2)
        assert "採用しました" in section(as_(app, "bunta").get("/desk").text, "received")
        clock.pass_by(hours=2)
        later = section(as_(app, "bunta").get("/desk").text, "received")
        assert "採用しました" not in later
        assert TITLE in later

    def test_it_is_for_those_who_write_there_alone(self, app: Flask, engine: Engine, now: datetime) -> None:
        like(as_(app, "chika"))
        adopt(engine, now)
        for login in ("eri", "chika", "fumio", "genta", "op-sato"):
            assert TITLE not in section(as_(app, login).get("/desk").text, "received")
