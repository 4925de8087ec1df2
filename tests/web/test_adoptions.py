"""Adopting in a browser without scripts: the form, the manual in the town's own words, the desk, search, what is gone."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import select

from kb.adoptions.models import Adoption
from kb.adoptions.queries import adoption_counts
from kb.db import reading, transaction
from kb.manuals.models import Manual
from tests.adoptions.using import STEPS, WORDS
from tests.web.adopting import ADOPTIONS, FORM, MANUAL, adopt, said, send
from tests.web.moving_clock import MovingClock, app_by
from tests.world import AOBA, MIDORIKAWA, WAKAMATSU, a_publication, sign_in

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


@pytest.mark.usefixtures("manual")
class TestTheForm:
    """Declaring."""

    def test_it_shows_the_words_with_their_defaults(self, visiting: Visiting) -> None:
        page = said(visiting("chika").get(f"{ADOPTIONS}/new"))
        for part in ("窓口の呼び名", "標準の言葉:市民課窓口", "内線番号", 'value="令和8年11月22日"', "第1版を採用する"):
            assert part in page
        assert "qzkinko" not in page

    def test_the_manual_appears_in_the_towns_own_words(self, visiting: Visiting) -> None:
        address = adopt(visiting("chika"))
        for login in ("chika", "eri", ""):
            page = said(visiting(login).get(address))
            for part in (
                "町民窓口で受け付ける。内線210。",
                "採用: 青葉市 第1版",
                "昼の窓口で使っています。",
                "町民課 町民係",
            ):
                assert part in page, (login, part)
            assert "qzkinko" not in page
            assert "金庫を開ける" not in page
            assert "見本 ちか" not in page or login == "chika", "the header names whoever is signed in"
            assert f"{MANUAL}/editions/1" in page

    def test_the_original_says_who_uses_it(self, visiting: Visiting, clock: MovingClock) -> None:
        assert "採用している団体" not in said(visiting("").get(MANUAL))
        address = adopt(visiting("chika"), degree="一部採用")
        clock.pass_by(minutes=2)  # a page that is kept for everybody may lag a minute
        for login in ("akari", "fumio", "genta", ""):
            page = said(visiting(login).get(MANUAL))
            assert "一部採用" in page, login
            assert address in page
        assert "採用する</a>" not in said(visiting("fumio").get(MANUAL))
        assert "採用する</a>" in said(visiting("genta").get(MANUAL))
        assert "採用する</a>" not in said(visiting("akari").get(MANUAL))

    def test_the_towns_page_lists_it(self, visiting: Visiting) -> None:
        address = adopt(visiting("chika"))
        page = said(visiting("").get(f"/towns/{WAKAMATSU}"))
        assert "採用: 青葉市 第1版" in page
        assert address in page

    def test_a_mistake_brings_the_form_back_as_it_was(self, visiting: Visiting) -> None:
        answer = send(visiting("chika"), degree="", since="あした", note="0990-00-1234")
        page = said(answer)
        assert answer.status_code == 422
        for part in (
            'href="#degree"',
            'href="#since"',
            'href="#note"',
            'value="あした"',
            'value="町民窓口"',
            'name="sure"',
        ):
            assert part in page
        assert send(visiting("chika"), note="0990-00-1234", sure="yes").status_code == 303

    @pytest.mark.parametrize(
        "forged",
        [
            {"municipality_code": MIDORIKAWA, "manual_id": "99", "publication_id": "99", "id": "77", "until": "x"},
            {"value-3": "x", "values.窓口名": "x", "value-0": "x"},
        ],
    )
    def test_fields_that_the_page_never_had_do_nothing(
        self, visiting: Visiting, engine: Engine, forged: dict[str, str]
    ) -> None:
        adopt(visiting("chika"), **forged)
        with reading(engine) as session:
            [made] = session.exec(select(Adoption)).all()
        assert (made.id, made.municipality_code, made.publication_id, made.until) == (1, WAKAMATSU, 1, None)
        assert made.parameter_values == {"窓口名": "町民窓口", "内線": "210"}

    @pytest.mark.parametrize("edition", ["", "0", "2", "99999999999999999999", "１"])
    def test_a_forged_edition_is_refused_and_nothing_typed_is_lost(self, visiting: Visiting, edition: str) -> None:
        answer = send(visiting("chika"), edition=edition)
        assert answer.status_code == 409
        assert "いま公開されているのは第1版です" in said(answer)
        assert 'value="町民窓口"' in said(answer)

    def test_sent_twice_it_is_one(self, visiting: Visiting, engine: Engine) -> None:
        assert adopt(visiting("chika")) == adopt(visiting("fumio"))
        answer = send(visiting("fumio"), degree="参考")
        assert answer.status_code == 409
        assert "すでに採用しています" in said(answer)
        with reading(engine) as session:
            assert adoption_counts(session) == {1: 1}

    def test_whoever_has_adopted_is_led_there(self, visiting: Visiting) -> None:
        address = adopt(visiting("chika"))
        assert visiting("fumio").get(f"{ADOPTIONS}/new").location == address

    def test_one_never_adopts_ones_own(self, visiting: Visiting, engine: Engine) -> None:
        for login in ("akari", "bunta", "daigo", "eri"):
            assert visiting(login).get(f"{ADOPTIONS}/new").status_code == 403
            assert send(visiting(login)).status_code == 403
        with reading(engine) as session:
            assert adoption_counts(session) == {}

    def test_what_is_typed_is_no_markup(self, visiting: Visiting) -> None:
        address = adopt(visiting("chika"), note="<script>x</script>", **{"value-1": "<b>**窓口**</b>"})
        page = visiting("").get(address).text
        assert "<script>x" not in page
        assert "<b>**" not in page
        assert "&lt;b&gt;**窓口**&lt;/b&gt;" in page


@pytest.mark.usefixtures("manual")
class TestChangingAndEnding:
    """The page of the town's own people."""

    def test_a_change_has_an_address_of_its_own(self, visiting: Visiting) -> None:
        first = adopt(visiting("chika"))
        page = said(visiting("fumio").get(f"{first}/edit"))
        assert 'value="町民窓口"' in page
        assert "昼の窓口で使っています。" in page
        second = send(visiting("fumio"), first, **{"value-1": "総合窓口"}).location
        assert second != first
        assert send(visiting("fumio"), first, **{"value-1": "総合窓口"}).location == second, "sent twice"
        assert "総合窓口で受け付ける" in said(visiting("").get(second))
        assert visiting("").get(first).status_code == 404
        assert visiting("akari").get(first).status_code == 404
        old = said(visiting("chika").get(first))
        assert "この採用は終わっています" in old
        assert second in old
        assert visiting("chika").get(f"{first}/edit").status_code == 409
        assert send(visiting("chika"), first, degree="参考").status_code == 409

    def test_a_mistake_brings_the_page_back(self, visiting: Visiting) -> None:
        address = adopt(visiting("chika"))
        answer = send(visiting("chika"), address, degree="模範", note="メモ")
        assert (answer.status_code, "メモ" in said(answer)) == (422, True)

    def test_ending(self, visiting: Visiting) -> None:
        address = adopt(visiting("chika"))
        refused = visiting("chika").post(f"{address}/delete", data={"reason": " "})
        assert (refused.status_code, 'href="#reason"' in said(refused)) == (422, True)
        for _ in range(2):
            assert visiting("chika").post(f"{address}/delete", data={"reason": "廃止"}).status_code == 303
        assert "採用している手順書" not in said(visiting("chika").get(f"/towns/{WAKAMATSU}"))
        assert "採用している団体" not in said(visiting("").get(MANUAL))
        assert "理由:廃止" in said(visiting("fumio").get(address))
        assert [visiting(login).get(address).status_code for login in ("", "akari", "genta")] == [404] * 3

    def test_it_is_not_for_others_to_change(self, visiting: Visiting) -> None:
        address = adopt(visiting("chika"))
        for login, expected in (("akari", 404), ("genta", 404)):
            assert visiting(login).get(f"{address}/edit").status_code == expected
            for path, data in ((address, FORM), (f"{address}/delete", {"reason": "x"}), (f"{address}/decisions", {})):
                assert visiting(login).post(path, data=data).status_code == expected
        other = address.replace(WAKAMATSU, AOBA)
        assert [visiting("akari").get(path).status_code for path in (other, f"{other}/edit")] == [404, 404]
