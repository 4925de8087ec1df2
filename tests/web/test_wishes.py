"""ほしい手順書 as people meet it: from a search in vain to the desk that says that it is there."""

import re

import pytest
from sqlmodel import select

from kb.activity.models import Activity
from kb.asked.rules import READERS
from kb.asked.sums import Times, Word, add_asked
from kb.db import reading, transaction
from kb.japanese.notation import local_date
from kb.publishing.indexing import drain
from tests.web.moving_clock import MovingClock, app_by
from tests.world import a_publication, sign_in

FLYING = "空飛ぶ税"


@pytest.fixture
def clock(now):
    return MovingClock(now)


@pytest.fixture
def app(engine, tmp_path, clock):
    made = app_by(clock, tmp_path)
    return made


@pytest.fixture
def as_(app):
    """A browser of one of the cast; of nobody without a name."""
    return lambda login=None: sign_in(app.test_client(), login) if login else app.test_client()


@pytest.fixture
def wished(as_):
    """Eri of 青葉市 wishes for it; its address."""
    answer = as_("eri").post("/wanted", data={"words": FLYING})
    assert answer.status_code == 303
    return answer.location


def main(text):
    """The part of a page between header and footer, without tags."""
    inside = text[text.index("<main") : text.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inside))


def test_from_a_search_in_vain_to_the_desk_a_week_later(app, engine, as_, clock):
    eri, chika = as_("eri"), as_("chika")
    nothing = eri.get(f"/search?q={FLYING}").text
    assert "この手順書がほしい" in nothing
    confirmed = eri.get(f"/wanted/new?q={FLYING}").text
    assert f'value="{FLYING}"' in confirmed
    assert "だれでも読めるようになります" in confirmed
    address = eri.post("/wanted", data={"words": FLYING}).location
    assert "1団体" in main(as_().get("/wanted").text)
    chika.post(f"{address}/votes")
    chika.post(f"{address}/undertakings")
    listed = main(as_().get("/wanted").text)
    assert "2団体" in listed
    assert "若松町が書きます(令和8.11.22から)" in listed
    clock.pass_by(days=7)
    with transaction(engine) as session:
        a_publication(session, clock(), "sora", writers=("chika", "fumio"), title="空飛ぶ税の申告")
    for login in ("eri", "chika"):
        desk = as_(login).get("/desk").text
        assert "ほしいと言った手順書ができました" in desk
        assert 'href="/towns/990027/manuals/sora"' in desk
    assert "ほしいと言った手順書ができました" not in as_("akari").get("/desk").text
    assert "できました" in main(as_().get(address).text)
    eri = as_("eri")
    eri.post(f"{address}/votes/news")
    assert "ほしいと言った手順書ができました" not in eri.get("/desk").text


def test_strangers_see_words_numbers_and_the_town_that_writes(as_, wished):
    as_("chika").post(f"{wished}/undertakings")
    for address in ("/wanted", wished):
        text = as_().get(address).text
        assert FLYING in text
        assert "若松町" in text
        assert "見本" not in main(text), "a person"
        assert "青葉市" not in main(text), "who asked first"
        assert "<button" not in text[text.index("<main") : text.index("</main>")]


def test_what_looks_personal_comes_back_to_be_changed(as_):
    client = as_("eri")
    for words, said in (
        ("山田太郎の件", "人の名前のようなもの"),
        ("090-1234-5678", "電話番号のようなもの"),
        ("", "2文字以上"),
    ):
        answer = client.post("/wanted", data={"words": words})
        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{words}"' in answer.text
    assert "いま挙がっている手順書はありません" in client.get("/wanted").text
    assert client.post("/wanted", data={"words": "山田太郎記念館", "sure": "yes"}).status_code == 303


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", '"><img src=x>', "=1+1", "../../etc", "a" * 60])
def test_hostile_words_are_words(as_, words):
    address = as_("eri").post("/wanted", data={"words": words}).location
    for page in (address, "/wanted"):
        text = as_().get(page).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


@pytest.mark.parametrize("data", [{"words": "a" * 401}, {"words": "a\x00b"}, {"words": FLYING, "sure": "y" * 9}])
def test_what_no_form_sends_is_refused(as_, data):
    assert as_("eri").post("/wanted", data=data).status_code == 400


def test_too_many_of_a_day_are_refused_with_what_was_typed(as_):
    client = as_("eri")
    for number in range(5):
        assert client.post("/wanted", data={"words": f"手続き{number}"}).status_code == 303
    answer = client.post("/wanted", data={"words": "もう1つ"})
    assert answer.status_code == 409
    assert 'value="もう1つ"' in answer.text


def test_a_procedure_without_a_manual_leads_to_a_wish(as_):
    client = as_("eri")
    page = client.get("/procedures/tennyu-todoke").text
    assert "/wanted/new?procedure=tennyu-todoke" in page
    assert 'value="転入届"' in client.get("/wanted/new?procedure=tennyu-todoke").text


def test_the_writer_points_at_a_manual(engine, as_, wished, clock):
    with transaction(engine) as session:
        a_publication(session, clock(), "betsu", writers=("chika", "fumio"), title="飛行物への課税")
    fumio = as_("fumio")
    assert "飛行物への課税" in fumio.get(wished).text
    assert fumio.post(f"{wished}/undertakings", data={"manual": "nai"}).status_code == 422
    assert fumio.post(f"{wished}/undertakings", data={"manual": "betsu"}).status_code == 303
    assert "飛行物への課税" in main(as_().get(wished).text)
    assert fumio.post(f"{wished}/undertakings/delete").status_code == 303
    assert "飛行物への課税" not in main(as_().get(wished).text)


def test_an_administrator_removes_and_says_why(engine, as_, wished):
    assert "取り除く理由" not in as_("akari").get(wished).text
    daigo = as_("daigo")
    assert "取り除く理由を書いてください" in daigo.post(f"{wished}/delete", data={"reason": " "}).text
    assert daigo.post(f"{wished}/delete", data={"reason": "人の名前だった"}).status_code == 303
    assert as_().get(wished).status_code == 404
    assert as_("chika").post(f"{wished}/votes").status_code == 404
    with reading(engine) as session:
        kinds = list(session.exec(select(Activity.kind).where(Activity.object_name == FLYING)))
    assert kinds == ["wish.made", "wish_vote.given", "wish.removed"]


def test_what_several_people_missed_is_offered_to_staff_until_it_is_found_or_wished_for(app, engine, as_, clock):
    day = local_date(clock())
    with transaction(engine) as session:
        a_publication(session, clock(), title="転入届の受付")
        add_asked(
            session,
            {
                Word(day, FLYING): Times(9, 9, 0, READERS),
                Word(day, "ひみつ"): Times(9, 9, 0, READERS - 1),
                Word(day, "転入"): Times(9, 9, 0, READERS),
            },
        )
    parts = app.extensions["kb"]
    drain(engine, parts.index, parts.settings.index_dir, clock())
    offered = main(as_("eri").get("/wanted").text)
    assert "見つからなかった語" in offered
    assert FLYING in offered
    assert "ひみつ" not in offered
    assert "転入" not in offered
    assert FLYING not in as_().get("/wanted").text
    as_("chika").post("/wanted", data={"words": "空飛ぶ 税"})
    assert "見つからなかった語" not in as_("eri").get("/wanted").text


def test_results_in_vain_say_the_same_to_everybody_who_is_not_signed_in(as_):
    first, again = as_().get(f"/search?q={FLYING}"), as_().get(f"/search?q={FLYING}")
    assert first.data == again.data
    assert "csrf_token" not in again.text
    assert "この手順書がほしい" not in as_().get("/search?q=").text
