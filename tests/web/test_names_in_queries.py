"""Names in a search: a town is taken as the town, work areas and procedures are offered, slips are put right."""

import re

import pytest

from kb.accounts.models import Municipality, MunicipalityKind
from kb.common_format.envelope import Audience
from kb.db import transaction
from kb.publishing.indexing import drain
from tests.conftest import NOW
from tests.world import AOBA, WAKAMATSU, a_publication, a_step, an_app, database_from, settings_in, sign_in


@pytest.fixture(scope="module")
def searching(template, tmp_path_factory):
    """転入 in two towns, 印鑑登録 in 青葉市 alone, one for 青葉市's own people; two towns are called 府中市. Read only."""
    folder = tmp_path_factory.mktemp("names")
    engine = database_from(template, folder)
    secret = {"title": "ぷろとんの運用", "steps": [a_step("step-a", action="みれにあむを使う。")]}
    with transaction(engine) as session:
        for code, where in (("132063", "東京都"), ("342084", "広島県")):
            session.add(
                Municipality(code=code, prefecture=where, name="府中市", kana="ふちゅうし", kind=MunicipalityKind.CITY)
            )
        a_publication(session, NOW)
        a_publication(session, NOW, writers=("chika", "fumio"))
        a_publication(session, NOW, "inkan", title="印鑑登録の受付", procedure="inkan-toroku", work_areas=["B04"])
        a_publication(session, NOW, "naiki", Audience.MUNICIPALITY, work_areas=["B04"], **secret)
    app = an_app(folder, NOW)
    drain(engine, app.extensions["kb"].index, settings_in(folder).index_dir, NOW)
    yield app
    engine.dispose()


@pytest.fixture
def client(searching):
    return searching.test_client()


def searched(client, text, **conditions):
    return client.get("/search", query_string={"q": text, **conditions}).text


def towns(page):
    return re.findall(r'<p class="row-where"><b>(.*?)</b>', page)


def links(page):
    """What is offered: label to address."""
    found = re.search('<div class="names".*?</div>', page, re.S)
    pairs = re.findall('<a href="(.*?)">(.*?)</a>', found[0]) if found else []
    return {label: url.replace("&amp;", "&") for url, label in pairs}


def meant(page):
    return re.findall(r'もしかして: <a href="(.*?)">(.*?)</a>', page)


@pytest.mark.parametrize("text", ["若松町 転入", "若松町の転入届", "転入 若松町", WAKAMATSU + " 転入"])
def test_a_town_that_is_written_out_narrows_the_search_and_the_page_says_so(client, text):
    page = searched(client, text)
    assert towns(page) == ["若松町"]
    assert "「若松町」の手順書にしぼり込みました。" in page
    assert f'value="{text}"' in page  # what was typed stays in the box
    assert "団体: 若松町" in page


def test_every_way_out_of_narrowing_leads_to_other_results(client):
    offered = links(searched(client, "若松町 転入"))
    assert set(towns(client.get(offered["すべての団体の「転入」"]).text)) == {"若松町", "青葉市"}
    literal = client.get(offered["「若松町」という言葉のある手順書"]).text
    assert "しぼり込みました" not in literal


def test_a_town_alone_shows_all_that_it_has(client):
    assert sorted(towns(searched(client, "青葉市"))) == ["青葉市", "青葉市"]


def test_a_name_that_may_be_another_word_is_only_offered_when_something_is_found(client):
    page = searched(client, "若松 転入")
    assert "しぼり込みました" not in page
    assert "「若松町」の手順書だけにしぼる" in links(page)


def test_a_town_that_has_nothing_leaves_what_others_have(client):
    page = searched(client, "若松町 印鑑登録")
    assert "「若松町」には「印鑑登録」の手順書がまだありません。すべての団体からさがしました。" in page
    assert towns(page) == ["青葉市"]


def test_conditions_that_say_another_town_are_not_changed_unasked(client):
    page = searched(client, "若松町 転入", town=AOBA)
    assert set(towns(page)) <= {"青葉市"}
    assert towns(client.get(links(page)["「若松町」の手順書だけにしぼる"]).text) == ["若松町"]


def test_what_is_quoted_or_asked_for_exactly_is_no_name(client):
    assert "しぼり込みました" not in searched(client, '"若松町" 転入')
    assert "しぼり込みました" not in searched(client, "若松町 転入", exact="1")


def test_namesakes_are_told_apart_by_their_prefectures(client):
    page = searched(client, "府中市 転入")
    assert "「府中市」には「転入」の手順書がまだありません。" in page
    page = searched(client, "府中市 転入", town=AOBA)
    assert list(links(page))[:2] == [
        "「府中市(東京都)」の手順書だけにしぼる",
        "「府中市(広島県)」の手順書だけにしぼる",
    ]


def test_a_procedure_by_any_of_its_names_leads_to_its_comparison(client):
    for text in ("転入届", "てんにゅうとどけ", "tennyuutodoke", "若松町 転入届"):
        assert links(searched(client, text))["転入届の手順書を団体で比べる"] == "/procedures/tennyu-todoke"


def test_a_work_area_is_offered_when_it_leaves_something(client):
    offered = links(searched(client, "印鑑登録"))
    assert towns(client.get(offered["業務分類「印鑑登録」だけにしぼる"]).text) == ["青葉市"]
    assert not [label for label in links(searched(client, "滞納整理・徴収")) if "業務分類" in label]


def test_a_misspelt_word_is_put_right_by_a_link(client):
    ((url, text),) = meant(searched(client, "いんかんとろうく"))
    assert text == "印鑑登録"
    assert "印鑑登録の受付" in re.sub("</?mark>", "", client.get(url.replace("&amp;", "&")).text)


@pytest.mark.parametrize("text", ["印監登録", "転入", "そらとぶ", "*", '"><img onerror=x>'])
def test_kanji_and_what_is_found_or_unlike_everything_are_left_alone(client, text):
    assert meant(searched(client, text)) == []


def test_titles_and_words_of_the_own_town_are_meant_by_nobody_else(client):
    for slip in ("ぷろとんのうんようう", "みれにあむう"):
        page = searched(client, slip)
        assert meant(page) == []
        assert "ぷろとん" not in page.replace(slip, "")
    ((_, text),) = meant(searched(sign_in(client, "eri"), "ぷろとんのうんにょう"))
    assert text == "ぷろとんの運用"
