"""The order of results as people meet it: 「なぜこの順?」, 「自団体を先に」, 「業務でまとめる」, and the sentence of the comparison."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from kb.adoptions.queries import users_of
from kb.common_format.envelope import Audience
from kb.db import transaction
from kb.publishing.indexing import rebuild
from kb.ranking.signals import keep_signals
from kb.web.compared import Rank
from kb.web.order_sentences import SENTENCES
from tests.web.comparison import CAST, use
from tests.world import AOBA, MIDORIKAWA, WAKAMATSU, a_publication, a_step, an_app, sign_in

DAY = timedelta(days=1)
PATH = "/search?q=転入"


@pytest.fixture
def three(app: Flask, engine: Engine, now: datetime) -> dict[str, int]:
    """The same 転入届 of three towns, found by everybody; 青葉市's is the newest: town code to number of the manual."""
    made = {}
    with transaction(engine) as session:
        for days, (code, writers) in enumerate(reversed(CAST.items())):
            made[code] = a_publication(session, now - (10 - days) * DAY, writers=writers)[0].id
    bring(app, engine, now)
    return made


def bring(app: Flask, engine: Engine, now: datetime) -> None:
    """Have the index know what is published, and what people made of it."""
    parts = app.extensions["kb"]
    rebuild(engine, parts.index, parts.settings.index_dir, now, users=users_of)
    keep_signals(engine, parts.index, now, by_likes=parts.settings.rank_by_likes)


def towns(page: str) -> list[str]:
    """The towns of the results, from above."""
    return re.findall(r'<p class="row-where"><b>([^<]+)</b>', page)


def address(page: str, words: str) -> str:
    """Where the first link with these words leads."""
    return unescape(re.findall(rf'<a [^>]*href="([^"]*)"[^>]*>{re.escape(words)}', page)[0])


def plain(page: str) -> str:
    """What is read on a page, without marks and doubled blanks."""
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


class TestSignals:
    def test_what_towns_use_comes_before_what_is_only_newer(
        self, app: Flask, client: FlaskClient, engine: Engine, three: dict[str, int], now: datetime
    ) -> None:
        assert towns(client.get(PATH).text)[-1] == "緑川村"
        use(engine, three[MIDORIKAWA], now, likers=("chika",), adopters=("akari", "fumio"))
        bring(app, engine, now)
        assert towns(client.get(PATH).text)[0] == "緑川村"

    def test_likes_say_nothing_when_they_are_switched_off(
        self, engine: Engine, three: dict[str, int], now: datetime, tmp_path: Any
    ) -> None:
        use(engine, three[MIDORIKAWA], now, likers=("chika", "akari"))
        app = an_app(tmp_path, now, rank_by_likes=False)
        bring(app, engine, now)
        page = app.test_client().get(PATH).text
        assert towns(page)[-1] == "緑川村"
        why = plain(app.test_client().get(f"/towns/{MIDORIKAWA}/manuals/tennyu/explanation?q=転入").text)
        assert "いいねは、この運用では並び順に使いません" in why
        assert "いいね 2団体" not in why


class TestWhy:
    def test_a_result_leads_to_its_explanation(
        self, app: Flask, client: FlaskClient, engine: Engine, three: dict[str, int], now: datetime
    ) -> None:
        use(engine, three[AOBA], now, likers=("chika", "genta"), adopters=("fumio",))
        bring(app, engine, now)
        found = client.get(f"{PATH}&phase=受付")
        why = client.get(address(found.text, "なぜこの順?"))
        assert why.status_code == 200
        said = plain(why.text)
        assert "青葉市の「 転入届の受付 」は、「転入」(工程: 受付)の結果 3 件のうち 1 番目です" in said
        assert re.search(r"転入 (?:題名|本文|業務名・所管課・団体名) \d\.\d\d 、", said)
        assert "採用 1団体 1.1%" in said
        assert "いいね 2団体 1.4%" in said
        assert "確認 8日前" in said
        assert address(why.text, "検索結果に戻る") == address(why.text, "検索結果")
        assert towns(client.get(address(why.text, "検索結果に戻る")).text) == towns(found.text)

    def test_its_numbers_add_up(self, client: FlaskClient, three: dict[str, int]) -> None:
        said = plain(client.get(f"/towns/{WAKAMATSU}/manuals/tennyu/explanation?q=転入 届書").text)
        words, factor, total = (
            float(number)
            for number in re.search(r"点の合計\((\d+\.\d+) × (\d+\.\d+)\) (\d+\.\d+)", said).groups()  # type: ignore[union-attr]  # or the test fails
        )
        points = [float(number) for number in re.findall(r"(?:本文|題名|業務名・所管課・団体名) (\d+\.\d+)", said)]
        assert sum(points) == pytest.approx(words, abs=0.04)
        assert words * factor == pytest.approx(total, abs=0.02)

    def test_a_search_that_does_not_find_it_has_no_place_for_it(
        self, client: FlaskClient, three: dict[str, int]
    ) -> None:
        page = f"/towns/{AOBA}/manuals/tennyu/explanation"
        for question in ("q=ないよ", f"q=転入&town={WAKAMATSU}", "q=転入&page=999"):
            assert client.get(f"{page}?{question}").status_code == 404
        assert client.get(f"{page}?q=転入").status_code == 200

    def test_newest_first_and_no_words_are_told_as_they_are(self, client: FlaskClient, three: dict[str, int]) -> None:
        page = f"/towns/{AOBA}/manuals/tennyu/explanation"
        assert "点数は、この順では使いません" in plain(client.get(f"{page}?q=転入&sort=newest").text)
        assert "言葉がないので、公開した日が新しい順" in plain(client.get(page).text)

    def test_markup_in_the_question_stays_text(self, client: FlaskClient, three: dict[str, int]) -> None:
        answer = client.get(f"/towns/{AOBA}/manuals/tennyu/explanation", query_string={"q": '転入 "><b>x</b>届'})
        assert "<b>x" not in answer.text
        found = client.get("/search", query_string={"q": '転入" onclick="x'})
        assert 'onclick="x' not in found.text


class TestOwnFirst:
    def test_people_of_a_town_may_put_it_first(self, app: Flask, three: dict[str, int]) -> None:
        chika = sign_in(app.test_client(), "chika")
        page = chika.get(PATH).text
        assert towns(page)[0] == "青葉市"
        turned_on = chika.get(address(page, "自団体を先に")).text
        assert towns(turned_on) == ["若松町", *(town for town in towns(page) if town != "若松町")]
        assert towns(chika.get(address(turned_on, "自団体を先に")).text) == towns(page)
        assert "自分の団体の手順書がすべて先に並び" in plain(
            chika.get(address(turned_on, "なぜこの順?").replace(WAKAMATSU, AOBA)).text
        )

    def test_nobody_else_is_offered_it_or_gets_it(self, client: FlaskClient, three: dict[str, int]) -> None:
        assert "自団体を先に" not in client.get(PATH).text
        assert towns(client.get(f"{PATH}&own_first=1").text) == towns(client.get(PATH).text)


class TestGroups:
    def test_a_procedure_is_one_line_that_leads_to_all_of_it(
        self, app: Flask, client: FlaskClient, engine: Engine, three: dict[str, int], now: datetime
    ) -> None:
        with transaction(engine) as session:
            a_publication(session, now, "tenshutsu", procedure="tenshutsu-todoke", title="転入の前の転出届")
            a_publication(session, now, "hoka", procedure=None, title="転入の覚え書き")
        bring(app, engine, now)
        page = client.get(address(client.get(PATH).text, "業務でまとめる")).text
        said = plain(page)
        assert "5 件 (業務でまとめて 3件)" in said
        assert said.count("団体の手順書") == 1
        assert "転入届 3団体の手順書 3件をすべて見る" in said
        assert len(towns(page)) == 3
        everything = client.get(address(page, "3団体の手順書 3件をすべて見る")).text
        assert sorted(towns(everything)) == ["緑川村", "若松町", "青葉市"]
        assert "業務: 転入届" in plain(everything)
        assert address(page, "団体どうしで比べる") == "/procedures/tennyu-todoke"

    def test_what_is_hidden_is_not_counted(
        self, app: Flask, client: FlaskClient, engine: Engine, three: dict[str, int], now: datetime
    ) -> None:
        with transaction(engine) as session:
            a_publication(session, now, "uchi", audience=Audience.MUNICIPALITY)
        bring(app, engine, now)
        assert "3団体の手順書 3件をすべて見る" in client.get(f"{PATH}&grouped=1").text
        assert "3団体の手順書 4件をすべて見る" in sign_in(app.test_client(), "eri").get(f"{PATH}&grouped=1").text

    def test_pages_are_pages_of_groups(self, client: FlaskClient, three: dict[str, int]) -> None:
        assert client.get(f"{PATH}&grouped=1&page=2").status_code == 404


class TestComparison:
    def test_every_order_has_its_sentence(self) -> None:
        assert set(SENTENCES) == set(Rank)

    def test_the_page_says_how_its_order_is_made(self, client: FlaskClient, three: dict[str, int]) -> None:
        page = "/procedures/tennyu-todoke"
        assert SENTENCES[Rank.ADOPTED] in client.get(page).text
        turned = client.get(f"{page}?sort=steps&turned=1").text
        assert SENTENCES[Rank.STEPS] + "いまは、その反対の順にしています。" in turned


class TestLabels:
    @pytest.mark.parametrize(
        ("words", "label", "anchor"),
        [
            ("鑑査", "手順2 鑑査をする", "step-step-kansa"),
            ("委任", "よくある質問 代理人でもよいか", "faq-faq-1"),
            ("第八号", "様式", "forms"),
            ("無戸籍", "例外 無戸籍の人", "exception-ex-1"),
        ],
    )
    def test_a_result_says_what_was_found_and_opens_there(
        self, app: Flask, client: FlaskClient, engine: Engine, now: datetime, words: str, label: str, anchor: str
    ) -> None:
        with transaction(engine) as session:
            a_publication(
                session,
                now,
                steps=[a_step("step-uketsuke"), a_step("step-kansa", title="鑑査をする", action="原本を見る。")],
                faq=[{"uid": "faq-1", "q": "代理人でもよいか", "a": "委任状で受ける。"}],
                official_forms=[{"uid": "form-1", "name": "第八号様式", "number": "8"}],
                exceptions=[{"uid": "ex-1", "title": "無戸籍の人", "body": "無戸籍の事情を聞く。"}],
            )
        bring(app, engine, now)
        page = client.get("/search", query_string={"q": words}).text
        assert re.findall(r'<span class="row-passage">([^<]*)</span>', page) == [label]
        assert f"/towns/{AOBA}/manuals/tennyu#{anchor}" in page
