"""While the search index cannot be read, staff find their manuals by title, and it is made again by itself."""

import re
import shutil
import threading
from datetime import timedelta

import pytest

from kb.common_format.envelope import Audience
from kb.db import transaction
from kb.publishing.indexing import rebuild
from kb.search.index import IndexUnusable, Snippet
from kb.web.by_title import marked
from kb.web.draining import keep_draining
from kb.web.paging import PER_PAGE
from tests.conftest import NOW
from tests.web.test_trust_input import ODD
from tests.world import AOBA, a_publication, an_app, database_from, settings_in, sign_in

NOTICE = "検索の準備をしています。いまは題名だけでさがしています。"


@pytest.fixture
def manuals(engine, app, now):
    """One manual of each audience and one more, in the index."""
    with transaction(engine) as session:
        for audience in Audience:
            a_publication(session, now, audience.value, audience, title=f"手順kx{audience.value}kx")
        a_publication(session, now - timedelta(hours=1), "other", title="窓口の仕事", writers=("chika", "fumio"))
    parts = app.extensions["kb"]
    rebuild(engine, parts.index, parts.settings.index_dir, now)


def segments(folder):
    """The files of the index that hold documents: the large ones of its generations."""
    return [path for path in folder.glob("gen-*/*") if path.stat().st_size > 1_000]


def turn_a_byte(folder):
    for path in segments(folder):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)


def forget_where_it_is(folder):
    (folder / "current").unlink()


def cut(folder):
    for path in segments(folder):
        path.write_bytes(path.read_bytes()[:-100])


def take_generations_away(folder):
    for path in folder.glob("gen-*"):
        shutil.rmtree(path)


DAMAGE = (turn_a_byte, forget_where_it_is, cut, take_generations_away, shutil.rmtree)


@pytest.fixture
def damaged(tmp_path, manuals, now, request):
    """A fresh process on a data folder whose index was damaged."""
    folder = settings_in(tmp_path).index_dir
    kept = tmp_path / "whole"
    shutil.copytree(folder, kept)
    made = an_app(tmp_path, now)  # empties the index
    shutil.rmtree(folder)
    shutil.copytree(kept, folder)
    assert segments(folder)
    getattr(request, "param", turn_a_byte)(folder)
    return made


def titles(page):
    """Titles of the stage's manuals on a page, marked or not."""
    text = re.sub("</?mark>", "", page)
    return [f"手順kx{audience.value}kx" for audience in Audience if f"手順kx{audience.value}kx" in text]


@pytest.mark.parametrize("damaged", DAMAGE, indirect=True)
def test_a_damaged_index_is_answered_by_titles_and_healed_by_itself(damaged, now):
    client, parts = damaged.test_client(), damaged.extensions["kb"]
    for question, found in (("手順kx", True), ("届書の記入", False), ("転入届", True)):
        answer = client.get("/search", query_string={"q": question})
        assert answer.status_code == 200
        assert NOTICE in answer.text
        assert (titles(answer.text) == ["手順kxpublickx"]) is found
    assert client.get("/readyz").text == "search index: unusable; to be rebuilt\n"
    parts.caretaker.look_after(now)
    answer = client.get("/search", query_string={"q": "届書の記入"})
    assert NOTICE not in answer.text
    assert titles(answer.text) == ["手順kxpublickx"]
    assert client.get("/readyz").status_code == 200


def test_the_thread_of_a_serving_process_heals_it(damaged):
    client, stop = damaged.test_client(), threading.Event()
    assert NOTICE in client.get("/search?q=届書の記入").text
    stop.set()  # after one round
    thread = threading.Thread(target=keep_draining, args=(damaged.extensions["kb"], stop))
    thread.start()
    thread.join()
    assert titles(client.get("/search?q=届書の記入").text) == ["手順kxpublickx"]


def test_everybody_finds_what_they_may_read(damaged):
    everybody = {None: ["public"], "fumio": ["public", "members"], "eri": ["public", "members", "municipality"]}
    for login, audiences in everybody.items():
        client = damaged.test_client()
        text = (sign_in(client, login) if login else client).get("/search?q=手順kx").text
        assert titles(text) == [f"手順kx{audience}kx" for audience in audiences]
        assert f'<b class="number">{len(audiences)}</b> 件' in text


def test_the_page_is_kept_by_nobody(damaged, now):
    client, parts = damaged.test_client(), damaged.extensions["kb"]
    first = client.get("/search?q=手順kx")
    assert first.headers["Cache-Control"] == "private, no-store"
    parts.caretaker.look_after(now)
    assert NOTICE not in client.get("/search?q=手順kx").text
    assert parts.results.fresh("q=手順kx", parts.quiet_times.known(now), None) is None


def test_an_index_that_fails_later_than_its_state_keeps_no_page_either(app, manuals, client, monkeypatch):
    parts = app.extensions["kb"]

    def unreadable(*_given, **_more):
        raise IndexUnusable("Only half of it can be read.")

    with monkeypatch.context() as patch:
        patch.setattr(parts.index, "search", unreadable)
        assert NOTICE in client.get("/search?q=届書").text
    assert NOTICE not in client.get("/search?q=届書").text


def test_a_long_list_has_pages_and_none_behind_the_last(damaged, engine, now):
    with transaction(engine) as session:
        for number in range(PER_PAGE):
            a_publication(session, now - timedelta(days=1), f"n{number}", title=f"手順kx{number}")
    client = damaged.test_client()
    first, second = (client.get("/search", query_string={"q": "手順kx", "page": page}).text for page in ("1", "2"))
    assert first.count('class="row-title"') == PER_PAGE
    assert second.count('class="row-title"') == 1
    assert titles(first) == ["手順kxpublickx"]
    assert client.get("/search?q=手順kx&page=3").status_code == 404


def test_a_town_narrows_and_other_conditions_say_that_they_do_not(damaged):
    client = damaged.test_client()
    text = client.get(f"/search?town={AOBA}").text
    assert titles(text) == ["手順kxpublickx"]
    assert "窓口の仕事" not in text
    assert "いまは団体だけが効きます" not in text
    text = client.get("/search?phase=受付&q=手順kx").text
    assert "しぼり込みは、いまは団体だけが効きます" in text
    assert 'name="phase" value="受付"' in text


def test_nothing_found_says_what_to_do(damaged):
    text = damaged.test_client().get("/search?q=<b>ない</b>").text
    assert "題名に「&lt;b&gt;ない&lt;/b&gt;」がある手順書は見つかりませんでした。" in text
    assert "業務分類からさがす" in text


def test_other_pages_do_not_need_the_index(damaged):
    client = damaged.test_client()
    for address in ("/", "/work-areas", "/procedures", f"/towns/{AOBA}", f"/towns/{AOBA}/manuals/public", "/healthz"):
        assert client.get(address).status_code == 200, address


def test_typing_is_enough_to_notice(damaged, now):
    client, parts = damaged.test_client(), damaged.extensions["kb"]
    assert client.get("/search/suggestions?q=転入").status_code == 200
    parts.caretaker.look_after(now)
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("odd", ODD)
def test_odd_text_is_looked_for_like_any_other(damaged_once, odd):
    assert damaged_once.get(f"/search?q={odd}&town={odd}&sort={odd}").status_code == 200
    assert damaged_once.get(f"/search?q={odd}").status_code == 200


@pytest.fixture(scope="module")
def damaged_once(template, tmp_path_factory):
    """A browser before an index that is not there."""
    folder = tmp_path_factory.mktemp("damaged")
    engine = database_from(template, folder)
    with transaction(engine) as session:
        a_publication(session, NOW)
    made = an_app(folder, NOW)
    forget_where_it_is(folder / "search_index")
    yield made.test_client()
    engine.dispose()


@pytest.mark.parametrize(
    ("title", "words", "runs"),
    [
        ("転入届の受付", ("転入", "受付"), [("転入", True), ("届の", False), ("受付", True)]),
        ("ｱﾌﾟﾘの使い方", ("あぷり",), [("ｱﾌﾟﾘ", True), ("の使い方", False)]),
        ("㈱の届", ("株",), [("㈱", True), ("の届", False)]),
        ("転入届", ("転入", "入届"), [("転入届", True)]),
        ("転入届", (), [("転入届", False)]),
        ("", (), []),
    ],
)
def test_words_are_marked_as_they_stand_there(title, words, runs):
    assert marked(title, words) == Snippet(tuple(runs))
