"""What becomes of an adoption: newer editions on the desk, what is gone, what search finds."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from kb.common_format.envelope import Audience
from kb.db import transaction
from kb.manuals.models import Manual
from tests.adoptions.using import STEPS, WORDS, leave, revise
from tests.web.adopting import ADOPTIONS, MANUAL, adopt, end_publication, said, send
from tests.web.conftest import lasting
from tests.web.moving_clock import MovingClock, app_by
from tests.world import MIDORIKAWA, WAKAMATSU, a_publication, sign_in

Visiting = Callable[[str], FlaskClient]


@pytest.fixture
def clock(now: datetime) -> MovingClock:
    """The clock of the application."""
    return MovingClock(now)


@pytest.fixture
def app(engine: Engine, tmp_path: Path, clock: MovingClock) -> Flask:
    """The application by this clock."""
    return app_by(clock, tmp_path)


@pytest.fixture
def visiting(app: Flask) -> Visiting:
    """A browser in which one of the cast is signed in; the same one each time."""
    known: dict[str, FlaskClient] = {}

    def of(login: str) -> FlaskClient:
        return known.setdefault(login, app.test_client() if login == "" else sign_in(app.test_client(), login))

    return of


@pytest.fixture
def manual(engine: Engine, now: datetime, app: Flask) -> Manual:
    """A public manual of 青葉市 with two words and a secret step."""
    with transaction(engine) as session:
        return a_publication(session, now, steps=STEPS, parameters=WORDS)[0]


class TestNewerEditions:
    """The desk of the adopting town."""

    def test_two_buttons(self, visiting: Visiting, engine: Engine, manual: Manual, clock: MovingClock) -> None:
        address = adopt(visiting("chika"))
        assert "採用している手順書の変更" not in said(visiting("fumio").get("/desk"))
        with transaction(engine) as session:
            revise(session, manual, clock.moment)
        page = said(visiting("fumio").get("/desk"))
        for part in ("様式が変わりました。", "第2版に切り替える", "第1版のまま使う", f"{address}/decisions"):
            assert part in page
        assert "第2版に切り替える" in said(visiting("chika").get(address))
        for login in ("genta", "akari", "eri"):
            assert "第2版に切り替える" not in said(visiting(login).get("/desk"))
            assert "第2版に切り替える" not in said(visiting(login).get(address))
        stayed = visiting("fumio").post(f"{address}/decisions", data={"edition": "2", "choice": "stay"})
        assert stayed.location == address
        assert "採用している手順書の変更" not in said(visiting("fumio").get("/desk"))
        assert "町民窓口で受け付ける" in said(visiting("").get(address))

    def test_a_scheduled_edition_is_there_when_it_begins(
        self, visiting: Visiting, engine: Engine, manual: Manual, clock: MovingClock
    ) -> None:
        address = adopt(visiting("chika"))
        with transaction(engine) as session:
            from_then = clock.moment.replace(hour=10)
            revise(session, manual, clock.moment, live_from=from_then)
        assert "第2版に切り替える" not in said(visiting("chika").get("/desk"))
        clock.pass_by(hours=1)
        client = sign_in(visiting("").application.test_client(), "chika")
        assert "第2版に切り替える" in said(client.get("/desk"))
        made = client.post(f"{address}/decisions", data={"edition": "2", "choice": "switch"}).location
        assert made != address
        assert client.post(f"{address}/decisions", data={"edition": "2", "choice": "switch"}).location == made
        page = said(client.get(made))
        assert "採用: 青葉市 第2版" in page
        assert "町民窓口で受け付ける" in page
        assert "採用している手順書の変更" not in said(client.get("/desk"))

    def test_words_that_are_new_are_asked_for(
        self, visiting: Visiting, engine: Engine, manual: Manual, clock: MovingClock
    ) -> None:
        address = adopt(visiting("chika"), **{"value-1": ""})
        with transaction(engine) as session:
            revise(session, manual, clock.moment)
            revise(session, manual, clock.moment.replace(minute=30), parameters=[*WORDS, {"key": "様式名"}])
        for edition, asked in (("2", False), ("3", True)):
            decided = visiting("chika").post(f"{address}/decisions", data={"edition": edition, "choice": "switch"})
            address = decided.location
            assert ("増えました(様式名)" in said(visiting("chika").get(address))) is asked
            clock.pass_by(minutes=30)

    @pytest.mark.parametrize(
        ("data", "status"),
        [
            ({}, 422),
            ({"choice": "switch"}, 422),
            ({"choice": "both", "edition": "2"}, 422),
            ({"choice": "switch", "edition": "3"}, 409),
            ({"choice": "stay", "edition": "1"}, 409),
        ],
    )
    def test_a_forged_decision_is_refused(
        self, visiting: Visiting, engine: Engine, manual: Manual, clock: MovingClock, data: dict[str, str], status: int
    ) -> None:
        address = adopt(visiting("chika"))
        with transaction(engine) as session:
            revise(session, manual, clock.moment)
        assert visiting("chika").post(f"{address}/decisions", data=data).status_code == status


class TestWhatIsGone:
    """Withdrawn, narrowed, for members, and of a town that has left."""

    @pytest.mark.parametrize("how", ["withdrawn", "narrowed"])
    def test_strangers_get_what_is_missing_and_users_are_told(
        self, visiting: Visiting, engine: Engine, manual: Manual, clock: MovingClock, how: str
    ) -> None:
        address = adopt(visiting("chika"))
        assert visiting("").get(address).status_code == 200
        if how == "withdrawn":
            end_publication(engine, manual, clock.moment)
        else:
            with transaction(engine) as session:
                revise(session, manual, clock.moment, audience=Audience.MUNICIPALITY)
        missing = f"/towns/{WAKAMATSU}/adoptions/999"
        for login in ("", "genta"):
            gone, never = visiting(login).get(address), visiting(login).get(missing)
            assert (gone.status_code, lasting(gone.text)) == (404, lasting(never.text))
        for path in (address, "/desk", f"/towns/{WAKAMATSU}", f"{address}/edit"):
            page = said(visiting("chika").get(path))
            assert "読めません" in page, path
            assert "転入届の受付" not in page.replace("転入届の受付」の", ""), path
            assert "受け付ける" not in page
            assert MANUAL not in page
        assert "採用: 青葉市" not in said(visiting("genta").get(f"/towns/{WAKAMATSU}"))
        assert visiting("akari").get(address).status_code == 200, "the owner reads its own old edition"
        assert send(visiting("chika"), address, degree="参考").status_code == 409
        assert visiting("chika").post(f"{address}/delete", data={"reason": "公開終了"}).status_code == 303

    def test_for_members_only(self, visiting: Visiting, engine: Engine, app: Flask, now: datetime) -> None:
        with transaction(engine) as session:
            a_publication(session, now, audience=Audience.MEMBERS, steps=STEPS, parameters=WORDS)
        address = adopt(visiting("chika"))
        assert [visiting(login).get(address).status_code for login in ("", "genta", "akari")] == [404, 200, 200]
        assert "採用: 青葉市" not in said(visiting("").get(f"/towns/{WAKAMATSU}"))
        assert "採用: 青葉市" in said(visiting("genta").get(f"/towns/{WAKAMATSU}"))

    def test_what_is_for_the_own_town_cannot_be_adopted(
        self, visiting: Visiting, engine: Engine, app: Flask, now: datetime
    ) -> None:
        with transaction(engine) as session:
            a_publication(session, now, audience=Audience.MUNICIPALITY, steps=STEPS, parameters=WORDS)
        assert visiting("chika").get(f"{ADOPTIONS}/new").status_code == 404
        assert send(visiting("chika")).status_code == 404

    def test_a_town_that_has_left(self, visiting: Visiting, engine: Engine, manual: Manual, now: datetime) -> None:
        address = adopt(visiting("chika"))
        with transaction(engine) as session:
            leave(session, WAKAMATSU, now)
        assert "採用している団体" not in said(visiting("").get(MANUAL))
        assert [visiting(login).get(address).status_code for login in ("", "akari", "chika")] == [404, 404, 200]
        assert send(visiting("chika"), address, degree="参考").status_code == 403
        assert visiting("chika").get(f"{address}/edit").status_code == 403


@pytest.mark.usefixtures("manual")
class TestSearch:
    """What a town has adopted is found under the town."""

    def test_from_adopting_to_ending(self, visiting: Visiting, engine: Engine, clock: MovingClock) -> None:
        within = f"/search?q=転入&town={WAKAMATSU}"
        assert "転入届の受付" not in said(visiting("chika").get(within))
        address = adopt(visiting("chika"), degree="参考")
        for login in ("chika", "akari", "genta", ""):
            page = said(visiting(login).get(within))
            assert "若松町が" in page, login
            assert f'<a href="{address}">第1版を参考</a>' in page
        assert "若松町が" in said(visiting("eri").get("/search?q=転入&town=" + WAKAMATSU + "&town=" + MIDORIKAWA))
        assert "若松町が" in said(visiting("fumio").get("/search?q=転入")), "the own town's use is always told"
        assert "若松町が" not in said(visiting("genta").get("/search?q=転入"))
        visiting("chika").post(f"{address}/delete", data={"reason": "廃止"})
        for login in ("chika", "akari", ""):
            assert "若松町が" not in said(visiting(login).get(within))

    def test_what_is_withdrawn_is_not_found(
        self, visiting: Visiting, engine: Engine, manual: Manual, clock: MovingClock
    ) -> None:
        adopt(visiting("chika"))
        end_publication(engine, manual, clock.moment)
        for login in ("chika", ""):
            assert "転入届の受付" not in said(visiting(login).get(f"/search?town={WAKAMATSU}"))
