"""Taking over through pages: the form, its preview, the draft that comes of it, and what is refused."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from kb.common_format.envelope import Audience
from kb.db import transaction
from kb.forks.models import Fork
from kb.manuals.models import Draft
from kb.manuals.queries import manual_at
from kb.publishing.actions import withdraw
from tests.web.conftest import lasting
from tests.web.editor_form import fields, said
from tests.web.fork_pages import (
    FORKS,
    LINEAGE,
    MANUAL,
    ORIGIN,
    SECRETS,
    SLUG,
    form,
    kept,
    published,
    write_original,
)
from tests.web.stage import OWN, Kind, Stage, Thing, title
from tests.world import AOBA, WAKAMATSU, a_manual, person, sign_in


@pytest.fixture(autouse=True)
def _original(engine: Engine, now) -> None:
    """The manual of 青葉市."""
    write_original(engine, now)


@pytest.fixture
def chika(app: Flask) -> FlaskClient:
    """The browser of an author of 若松町."""
    return sign_in(app.test_client(), "chika")


@pytest.fixture
def fumio(app: Flask) -> FlaskClient:
    """The browser of an approver of 若松町."""
    return sign_in(app.test_client(), "fumio")


class TestForm:
    def test_it_offers_the_steps_that_outsiders_read(self, chika):
        page = chika.get(f"{FORKS}/new").text
        assert re.findall(r'name="step" value="([^"]+)"', page) == ["step-uketsuke", "step-kofu"]
        assert "窓口名" in page
        assert "鍵箱" not in page
        assert [word for word in SECRETS if word in page] == []

    def test_the_button_is_there_for_who_may(self, stage: Stage):
        for kind in Kind:
            page = stage.as_(kind).get(MANUAL).text
            assert (f"{MANUAL}/forks/new" in page) == (kind is Kind.MEMBER), kind

    def test_staff_without_the_role_the_own_town_and_a_town_that_left_are_told_why(self, stage: Stage):
        for kind in OWN:
            assert "写して始める" in stage.as_(kind).get(f"{FORKS}/new").text
        assert "参加している団体だけ" in stage.as_(Kind.NON_MEMBER).get(f"{FORKS}/new").text

    def test_the_address_of_the_form_opened_again_leads_to_it(self, chika):
        assert chika.get(FORKS).location == f"{FORKS}/new"

    def test_own_manuals_for_the_same_work_are_told(self, chika, engine, now):
        assert "当町の転入" not in chika.get(f"{FORKS}/new").text
        with transaction(engine) as session:
            a_manual(session, person(session, "chika", now), now, "ours", title="当町の転入")
        assert "当町の転入" in chika.get(f"{FORKS}/new").text


class TestPreview:
    def test_it_speaks_common_or_own_words_and_keeps_what_was_typed(self, chika, engine):
        typed = form(chika, **{"values.窓口名": "町民課<b>", "do": "own"})
        own = chika.post(FORKS, data=typed)
        assert own.status_code == 200
        assert "<mark>町民課&lt;b&gt;</mark>で受け付ける。" in own.text
        common = chika.post(FORKS, data={**typed, "do": "common"}).text
        assert "<mark>市民課窓口</mark>で受け付ける。" in common
        assert 'value="町民課&lt;b&gt;"' in common
        assert f'value="{typed["key"]}"' in common
        assert kept(engine, Draft) == kept(engine, Fork) == []

    def test_it_shows_the_chosen_steps(self, chika):
        page = chika.post(FORKS, data=form(chika, scope="steps", step="step-kofu", do="own")).text
        assert "で受け付ける" not in page
        assert 'value="step-kofu" checked' in page


class TestTaking:
    def test_it_ends_in_the_editor_and_says_where_it_is_from(self, chika):
        answer = chika.post(FORKS, data=form(chika, **{"values.窓口名": "町民課"}))
        assert answer.status_code == 303
        page = chika.get(answer.location).text
        assert "下書きに取り入れました" in page
        assert ORIGIN in page
        sent = fields(page)
        assert sent["title"] == title(Thing.PUBLIC)
        assert sent["steps.step-uketsuke.action"] == "{{窓口名}}で受け付ける。"
        assert [value for name, value in sent.items() if name.startswith("values.")] == ["町民課"]
        assert chika.get(answer.location + "/preview").status_code == 200

    def test_a_form_sent_twice_takes_over_once(self, chika, engine):
        sent = form(chika)
        first, second = (chika.post(FORKS, data=sent).location for _ in range(2))
        assert first == second
        assert "先ほど取り入れています" in chika.get(second).text
        assert len(kept(engine, Draft)) == len(kept(engine, Fork)) == 1

    def test_steps_go_to_the_end_of_a_draft_at_hand(self, chika, engine):
        draft = chika.post(FORKS, data=form(chika)).location
        number = draft.rpartition("/")[2]
        chika.post(FORKS, data=form(chika, scope="steps", step="step-kofu", into=number))
        page = chika.get(draft).text
        assert said(page).count("別の手順として加えました") == 1
        assert page.count("証明書を渡す") >= 2
        assert [one.step_uids for one in kept(engine, Fork)] == [[], ["step-kofu"]]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"scope": "steps"}, "steps"),
            ({"scope": "steps", "step": "step-naisho"}, "steps"),
            ({"scope": "everything"}, "scope"),
            ({"into": "999"}, "into"),
            ({"into": "-1"}, "into"),
            ({"into": ""}, "into"),
            ({"values.窓口名": "あ" * 301}, "value-0"),
        ],
    )
    def test_what_is_wrong_leads_to_its_field_and_nothing_happens(self, chika, engine, changes, field):
        answer = chika.post(FORKS, data=form(chika, **changes))
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}"' in answer.text
        assert f"{field}-wrong" in answer.text
        assert kept(engine, Draft) == kept(engine, Fork) == []

    @pytest.mark.parametrize("changes", [{"key": "x"}, {"key": ""}, {"edition": ""}, {"edition": "x"}])
    def test_a_form_that_no_page_made_is_refused(self, chika, engine, changes):
        assert chika.post(FORKS, data=form(chika, **changes)).status_code == 422
        assert kept(engine, Draft) == []

    def test_odd_characters_are_refused(self, chika):
        assert chika.post(FORKS, data=form(chika, scope="\x00")).status_code == 400
        answer = chika.post(FORKS, data=form(chika, **{"values.窓口名": "町\x00民\x7f課"}))
        assert [value for name, value in fields(chika.get(answer.location).text).items() if "values." in name] == [
            "町民課"
        ]

    def test_what_the_form_never_offered_changes_nothing(self, chika, engine):
        more = {"municipality_code": AOBA, "user_id": "1", "values.鍵箱": "x", "draft_key": "x", "redaction": "9"}
        chika.post(FORKS, data=form(chika, **more))
        [draft], [fork] = kept(engine, Draft), kept(engine, Fork)
        assert (draft.municipality_code, fork.municipality_code, draft.raw["values"]) == (WAKAMATSU, WAKAMATSU, {})
        assert fork.redaction != 9

    def test_another_persons_draft_is_not_there(self, chika, fumio, engine):
        draft = fumio.post(FORKS, data=form(fumio)).location
        number = draft.rpartition("/")[2]
        assert chika.post(FORKS, data=form(chika, into=number)).status_code == 422
        assert len(kept(engine, Fork)) == 1
        assert f'name="into" value="{number}"' not in chika.get(f"{FORKS}/new").text


class TestWhileTheFormIsOpen:
    def test_a_new_edition_is_offered_with_what_was_typed(self, chika, engine, now):
        typed = form(chika, scope="steps", step="step-kofu", **{"values.窓口名": "町民課"})
        published(engine, now, "bunta", AOBA)
        answer = chika.post(FORKS, data=typed)
        assert answer.status_code == 409
        assert "第2版が公開されました" in answer.text
        assert 'name="edition" value="2"' in answer.text
        assert 'value="step-kofu" checked' in answer.text
        assert 'value="町民課"' in answer.text
        assert kept(engine, Fork) == []
        again = chika.post(FORKS, data={**typed, "edition": "2"})
        assert again.status_code == 303
        assert "(第2版、" in chika.get(again.location).text

    def test_a_manual_that_was_withdrawn_is_missing(self, chika, engine, now):
        typed = form(chika)
        with transaction(engine) as session:
            manual = manual_at(session, AOBA, SLUG)
            withdraw(session, manual, by=person(session, "bunta", now), at=now, reason="作り直すため")
        answer = chika.post(FORKS, data=typed)
        missing = chika.post(FORKS.replace(SLUG, "nowhere"), data=typed)
        assert answer.status_code == missing.status_code == 404
        assert lasting(answer.text) == lasting(missing.text)
        assert chika.get(LINEAGE).status_code == 404

    def test_a_manual_that_became_the_towns_own_is_missing(self, chika, engine, now):
        typed = form(chika)
        published(engine, now, "bunta", AOBA, Audience.MUNICIPALITY)
        assert chika.post(FORKS, data=typed).status_code == 404
        assert kept(engine, Fork) == []
