"""Suggestions while typing: names of the yardstick for everybody, titles for those who may read them."""

import pytest

from kb.search.index import IndexUnusable
from kb.web.suggesting import MOST, Kind, Suggestion, mixed
from tests.web.stage import OUTSIDERS, OWN, SECRET_PARTS, Stage, Thing, secret, title
from tests.web.stage import Kind as Viewer


def suggested(stage: Stage, kind: Viewer, typed: str) -> list[dict[str, str]]:
    found = stage.as_(kind).get("/search/suggestions", query_string={"q": typed}).get_json()
    return list(found["suggestions"])


def texts(found: list[dict[str, str]], kind: Kind) -> list[str]:
    return [one["text"] for one in found if one["kind"] == kind.value]


@pytest.mark.parametrize("typed", ["転入", "てんにゅう", "てんn", "tennyu", "ﾃﾝﾆｭｳ"])
def test_what_is_half_typed_leads_to_the_page_of_a_procedure(stage: Stage, typed: str) -> None:
    found = suggested(stage, Viewer.ANONYMOUS, typed)
    assert {"kind": "業務", "text": "転入届", "note": "", "url": "/procedures/tennyu-todoke"} in found
    assert len(found) <= MOST


def test_another_name_leads_there_too_and_is_told(stage: Stage) -> None:
    notes = {one["note"] for one in suggested(stage, Viewer.ANONYMOUS, "引っ越し") if one["text"] == "転入届"}
    assert any("引っ越し" in note for note in notes)


def test_towns_that_take_part_have_pages(stage: Stage) -> None:
    assert suggested(stage, Viewer.ANONYMOUS, "わかまつ")[0] == {
        "kind": "団体",
        "text": "若松町",
        "note": "見本県",
        "url": "/towns/990027",
    }
    assert texts(suggested(stage, Viewer.ANONYMOUS, "緑川"), Kind.TOWN) == []  # it has left


def test_a_common_term_is_searched_for(stage: Stage) -> None:
    found = [one for one in suggested(stage, Viewer.ANONYMOUS, "国保") if one["kind"] == "用語"]
    assert {"kind": "用語", "text": "国民健康保険", "note": "国保", "url": ""} in found


def test_titles_are_those_that_the_viewer_may_read(stage: Stage) -> None:
    public = {title(thing) for thing in (Thing.PUBLIC, Thing.REVISED, Thing.WIDENED, Thing.TWIN)}
    members = {title(Thing.MEMBERS)}
    own = {title(Thing.MUNICIPALITY), title(Thing.NARROWED)}
    for kind in OUTSIDERS:
        expected = public | (members if kind is Viewer.MEMBER else set())
        assert set(texts(suggested(stage, kind, "手順書kx"), Kind.MANUAL)) == expected
    for kind in OWN:
        assert set(texts(suggested(stage, kind, "手順書kx"), Kind.MANUAL)) == public | members | own


@pytest.mark.parametrize("kind", [*OUTSIDERS, Viewer.READER])
def test_internal_words_are_never_suggested(stage: Stage, kind: Viewer) -> None:
    for part in SECRET_PARTS:
        assert suggested(stage, kind, secret(Thing.PUBLIC, part)[:9]) == []


@pytest.mark.parametrize("typed", ["", " ", "\x00", "'\"><img onerror=x>", "%", "あ" * 500])
def test_anything_may_be_typed(stage: Stage, typed: str) -> None:
    assert suggested(stage, Viewer.ANONYMOUS, typed) == []


def test_an_anonymous_answer_is_kept_for_a_minute_and_sets_no_cookie(stage: Stage) -> None:
    anonymous = stage.app.test_client().get("/search/suggestions?q=転入")
    assert anonymous.headers["Cache-Control"] == "private, max-age=60"
    assert "Set-Cookie" not in anonymous.headers
    assert "no-store" in stage.as_(Viewer.READER).get("/search/suggestions?q=転入").headers["Cache-Control"]


def test_without_an_index_the_other_names_are_still_suggested(app, client, monkeypatch) -> None:
    def unusable(*_asked):
        raise IndexUnusable

    monkeypatch.setattr(app.extensions["kb"].index, "suggest", unusable)
    assert "転入届" in client.get("/search/suggestions?q=転入").text


def test_kinds_share_the_room_and_equal_names_come_once() -> None:
    many = {kind: [Suggestion(kind, f"{kind}{number}") for number in range(9)] for kind in Kind}
    assert len(mixed(many)) == MOST
    assert {one.kind for one in mixed(many)} == set(Kind)
    alone = {Kind.MANUAL: many[Kind.MANUAL]}
    assert mixed(alone) == many[Kind.MANUAL][:MOST]
    twice = {Kind.MANUAL: [Suggestion(Kind.MANUAL, "転入届")], Kind.PROCEDURE: [Suggestion(Kind.PROCEDURE, "転入届")]}
    assert mixed(twice) == twice[Kind.PROCEDURE]
