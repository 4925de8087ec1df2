"""A town takes another town's manual over: who may, what comes along, what stays known of it."""

from datetime import datetime
from typing import Any

import pytest
from sqlmodel import Session, select

from kb.accounts.models import Participation
from kb.accounts.rules import ANYONE
from kb.activity.models import Activity
from kb.common_format.envelope import Audience
from kb.common_format.redact import REDACTION_VERSION
from kb.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.forks.actions import NewerEdition, make_fork
from kb.forks.queries import source_of
from kb.forks.rules import LONGEST_VALUE, may_fork, mistakes
from kb.manuals.actions import begin_draft, discard_draft
from kb.manuals.drafting import draft_raw
from kb.manuals.models import Draft, Manual, Revision
from kb.publishing.actions import publish, withdraw
from kb.publishing.models import Publication
from tests.forks.takers import A_DAY, SECRET, asked, forks, listed_for, taken
from tests.world import AOBA, MIDORIKAWA, WAKAMATSU, a_content, a_publication, person


@pytest.mark.usefixtures("original")
class TestTakingOver:
    """`make_fork`, for a new manual."""

    def test_the_draft_says_what_outsiders_read_under_the_same_names(self, session: Session, now: datetime) -> None:
        draft = taken(session, "chika", now).draft
        steps = draft.raw["content"]["steps"]
        assert [step["uid"] for step in steps] == ["step-1", "step-3", "step-4"]
        assert steps[0]["branches"][0]["goto"] == "step-3"
        assert draft.raw["content"]["handover_note"] == ""
        assert SECRET not in str(draft.raw) + str(draft.provenance)
        assert (draft.municipality_code, draft.raw["slug"], draft.manual_id) == (WAKAMATSU, "tennyu", None)

    def test_the_base_for_later_merges_is_kept(self, session: Session, now: datetime, original: Publication) -> None:
        draft = taken(session, "chika", now).draft
        [fork] = forks(session)
        assert (fork.draft_key, fork.manual_id, fork.municipality_code) == (draft.key, None, WAKAMATSU)
        assert (fork.publication_id, fork.redaction, fork.step_uids) == (original.id, REDACTION_VERSION, [])
        assert fork.forked_at == now

    def test_nothing_taken_out_is_told_by_version_0(self, session: Session, now: datetime) -> None:
        a_publication(session, now, "open")
        taken(session, "chika", now, slug="open")
        assert forks(session)[0].redaction == 0

    def test_the_towns_words_stand_beside_the_common_text(self, session: Session, now: datetime) -> None:
        values = {"窓口名": " 町民課 総合窓口 ", "内線": "", "鍵箱": "出ない", "知らない": "出ない"}
        draft = taken(session, "chika", now, asked(values=values)).draft
        assert draft.raw["values"] == {"窓口名": "町民課 総合窓口"}
        assert "{{窓口名}}" in draft.raw["content"]["steps"][0]["action"]

    def test_chosen_steps_come_with_their_words_alone(self, session: Session, now: datetime) -> None:
        form = asked(whole=False, step_uids=("step-4", "step-3"))
        draft = taken(session, "chika", now, form).draft
        assert [step["uid"] for step in draft.raw["content"]["steps"]] == ["step-3", "step-4"]
        assert [word["key"] for word in draft.raw["content"]["parameters"]] == ["内線"]
        assert forks(session)[0].step_uids == ["step-3", "step-4"]

    def test_a_form_that_comes_twice_takes_over_once(self, session: Session, now: datetime) -> None:
        first, second = taken(session, "chika", now), taken(session, "chika", now + A_DAY)
        assert (second.draft.id, first.again, second.again) == (first.draft.id, False, True)
        assert len(forks(session)) == len(session.exec(select(Draft)).all()) == 1

    def test_a_form_of_somebody_else_or_of_a_lost_draft_is_refused(self, session: Session, now: datetime) -> None:
        draft = taken(session, "chika", now).draft
        with pytest.raises(Conflict):
            taken(session, "fumio", now)
        discard_draft(session, draft, by=person(session, "chika", now))
        with pytest.raises(Conflict):
            taken(session, "chika", now)

    def test_a_key_that_no_page_made_or_that_began_another_draft_is_refused(
        self, session: Session, now: datetime
    ) -> None:
        chika = person(session, "chika", now)
        other = begin_draft(session, draft_raw({}), key="began-another-draft", by=chika, at=now)
        for key in ("", "kurz", "あ" * 20, other.key):
            with pytest.raises(Invalid):
                taken(session, "chika", now, asked(key=key))
        assert forks(session) == []

    def test_the_own_town_is_told_what_happened_and_nobody_else(self, session: Session, now: datetime) -> None:
        taken(session, "chika", now)
        [happened] = session.exec(select(Activity).where(Activity.kind == "fork.made"))
        assert (happened.municipality_code, happened.object_name, happened.detail) == (
            WAKAMATSU,
            "青葉市『転入届の受付』(第1版)",
            "全体",
        )


@pytest.mark.usefixtures("original")
class TestWho:
    """Who may, and what the others get."""

    def test_authors_of_other_towns_that_take_part(self, session: Session, now: datetime) -> None:
        may = [
            login
            for login in ("akari", "bunta", "daigo", "eri", "chika", "fumio", "genta", "haruko")
            if may_fork(person(session, login, now), AOBA)
        ]
        assert may == ["chika", "fumio", "genta", "haruko"]
        assert may_fork(ANYONE, AOBA) is None

    def test_a_reader_of_another_town_may_not(self, session: Session, now: datetime) -> None:
        a_publication(session, now, "kaikei", writers=("chika", "fumio"))
        with pytest.raises(NotAllowed, match="作成者"):
            taken(session, "eri", now, town=WAKAMATSU, slug="kaikei")

    def test_not_the_own_towns_manual(self, session: Session, now: datetime) -> None:
        with pytest.raises(NotAllowed, match="写して始める"):
            taken(session, "akari", now)

    def test_not_a_town_that_has_left(self, session: Session, now: datetime) -> None:
        for record in session.exec(select(Participation).where(Participation.municipality_code == MIDORIKAWA)):
            record.until = now
            session.add(record)
        session.flush()
        with pytest.raises(NotAllowed, match="参加している団体"):
            taken(session, "haruko", now)

    @pytest.mark.parametrize("end", ["withdrawn", "narrowed"])
    def test_what_they_may_not_read_is_not_there(
        self, session: Session, now: datetime, original: Publication, end: str
    ) -> None:
        listed, bunta = listed_for(session, "chika", now), person(session, "bunta", now)
        manual = session.get_one(Manual, original.manual_id)
        if end == "withdrawn":
            withdraw(session, manual, by=bunta, at=now + A_DAY, reason="作り直すため")
        else:
            revision = session.get_one(Revision, original.revision_id)
            publish(session, manual, revision, by=bunta, at=now + A_DAY, audience=Audience.MUNICIPALITY)
        with pytest.raises(NotFound):
            make_fork(session, listed, asked(), by=person(session, "chika", now), at=now + A_DAY)

    def test_another_edition_than_the_one_shown_is_not_taken(
        self, session: Session, now: datetime, original: Publication
    ) -> None:
        manual = session.get_one(Manual, original.manual_id)
        revision = session.get_one(Revision, original.revision_id)
        publish(session, manual, revision, by=person(session, "bunta", now), at=now + A_DAY, audience=Audience.PUBLIC)
        with pytest.raises(NewerEdition, match="第2版"):
            taken(session, "chika", now + A_DAY)
        assert forks(session) == []

    def test_forged_steps_are_refused_in_the_words_for_steps_that_are_nowhere(
        self, session: Session, now: datetime
    ) -> None:
        refusals = []
        for uid in ("step-2", "step-nowhere"):
            with pytest.raises(Invalid) as refused:
                taken(session, "chika", now, asked(whole=False, step_uids=("step-1", uid)))
            refusals.append(refused.value.message)
        assert refusals[0] == refusals[1]
        assert forks(session) == []


def test_a_form_says_what_it_must() -> None:
    def wrong(**changes: Any) -> list[str]:
        return [one.field for one in mistakes(asked(**changes), ["step-1"], [7], ["窓口名"])]

    assert wrong() == wrong(draft_id=7) == wrong(whole=False, step_uids=["step-1"]) == []
    assert wrong(values={"窓口名": "あ" * LONGEST_VALUE, "他": "い" * 999}) == []
    assert wrong(whole=None) == ["scope"]
    assert wrong(whole=False) == wrong(whole=False, step_uids=["step-1", "step-2"]) == ["steps"]
    assert wrong(draft_id=8) == wrong(draft_id=0) == ["into"]
    assert wrong(values={"窓口名": "あ" * (LONGEST_VALUE + 1)}) == ["value-0"]


def test_the_source_is_what_any_outsider_reads(session: Session, now: datetime, original: Publication) -> None:
    source = source_of(session, listed_for(session, "akari", now))
    assert SECRET not in source.content.model_dump_json()
    assert a_content().title == source.content.title
