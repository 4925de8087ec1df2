"""A town takes another town's manual over: who may, what comes along, what stays known of it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from kb.accounts.models import Participation
from kb.accounts.rules import ANYONE
from kb.activity.models import Activity
from kb.common_format.envelope import Audience
from kb.common_format.redact import REDACTION_VERSION
from kb.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.forks.actions import NewerEdition, Taken, make_fork, take_home
from kb.forks.models import Fork
from kb.forks.queries import fork_counts, open_drafts, source_of
from kb.forks.rules import LONGEST_VALUE, Asked, may_fork, mistakes
from kb.manuals.actions import begin_draft, discard_draft, edit_manual, save_draft, write_draft
from kb.manuals.drafting import draft_raw
from kb.manuals.models import Draft, Manual, Revision
from kb.publishing.actions import publish, withdraw
from kb.publishing.models import Publication
from kb.publishing.queries import Listed, live_manual
from tests.world import AOBA, MIDORIKAWA, WAKAMATSU, a_content, a_manual, a_publication, a_step, person

A_DAY = timedelta(days=1)
SECRET = "金庫の番号"
STEPS = [
    a_step(
        "step-1", title="受け付ける", action="{{窓口名}}で受け付ける。", branches=[{"uid": "br-1", "goto": "step-2"}]
    ),
    a_step("step-2", title=SECRET, action=SECRET + "{{鍵箱}}", internal=True),
    a_step("step-3", title="審査する"),
    a_step("step-4", title="渡す", action="{{内線}}に知らせて渡す。"),
]
PARAMETERS = [
    {"key": "窓口名", "label": "受付する窓口", "default": "市民課窓口"},
    {"key": "内線", "label": "問い合わせの内線"},
    {"key": "鍵箱", "default": SECRET},
]


@pytest.fixture
def original(session: Session, now: datetime) -> Publication:
    """The public manual of 青葉市, with 庁内限り parts and words to fill in."""
    content = {"steps": STEPS, "parameters": PARAMETERS, "handover_note": SECRET}
    return a_publication(session, now, **content)[1]


def listed_for(session: Session, login: str, at: datetime, town: str = AOBA, slug: str = "tennyu") -> Listed:
    """A live manual as one of the cast finds it."""
    found = live_manual(session, person(session, login, at), at, town, slug)
    assert found is not None
    return found


def asked(number: int = 0, **changes: Any) -> Asked:
    """The form for the whole manual; each number has a key of its own."""
    return replace(Asked(key=f"the-form-number-{number:03}", edition=1), **changes)


def taken(session: Session, login: str, at: datetime, form: Asked | None = None, **where: str) -> Taken:
    """One of the cast takes a manual over."""
    by = person(session, login, at)
    return make_fork(session, listed_for(session, login, at, **where), form or asked(), by=by, at=at)


def saved(session: Session, draft: Draft, login: str, at: datetime) -> Manual:
    """The draft saved as a revision, and home."""
    revision = save_draft(session, draft, by=person(session, login, at), at=at)
    manual = session.get_one(Manual, revision.manual_id)
    take_home(session, draft, manual)
    return manual


def forks(session: Session) -> list[Fork]:
    """Everything that was taken over, in order."""
    return list(session.exec(select(Fork).order_by(Fork.id)))


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


@pytest.mark.usefixtures("original")
class TestIntoADraftAtHand:
    """`make_fork` with a draft that is there."""

    def test_steps_are_added_and_the_rest_stays(self, session: Session, now: datetime) -> None:
        chika = person(session, "chika", now)
        manual, _ = a_manual(session, chika, now, "ours", title="当町の手順書", steps=[a_step("step-3")])
        draft = edit_manual(session, manual, key="our-own-draft-key", by=chika, at=now)
        form = asked(draft_id=draft.id, whole=False, step_uids=("step-3", "step-4"), values={"内線": "21"})
        done = taken(session, "chika", now + A_DAY, form)
        steps = [step["uid"] for step in done.draft.raw["content"]["steps"]]
        assert done.draft.id == draft.id
        assert (steps[0], steps[2], done.renamed) == ("step-3", "step-4", 1)
        assert steps[1] not in ("step-3", "step-4")
        assert done.draft.raw["content"]["title"] == "当町の手順書"
        assert done.draft.raw["values"]["内線"] == "21"
        assert forks(session)[0].step_uids == ["step-3", "step-4"]

    def test_the_whole_is_all_its_steps(self, session: Session, now: datetime) -> None:
        draft = begin_draft(session, draft_raw({}), key="a-draft-of-chika-1", by=person(session, "chika", now), at=now)
        taken(session, "chika", now, asked(draft_id=draft.id))
        assert forks(session)[0].step_uids == ["step-1", "step-3", "step-4"]
        assert draft.provenance is not None

    def test_a_form_that_comes_twice_adds_once(self, session: Session, now: datetime) -> None:
        draft = begin_draft(session, draft_raw({}), key="a-draft-of-chika-1", by=person(session, "chika", now), at=now)
        for _ in range(2):
            done = taken(session, "chika", now, asked(draft_id=draft.id))
        assert done.again
        assert len(draft.raw["content"]["steps"]) == 3
        taken(session, "chika", now, asked(1, draft_id=draft.id))
        assert len(draft.raw["content"]["steps"]) == 6

    def test_another_persons_draft_is_none_of_the_choices(self, session: Session, now: datetime) -> None:
        chika, fumio = person(session, "chika", now), person(session, "fumio", now)
        theirs = begin_draft(session, draft_raw({}), key="a-draft-of-fumio-1", by=fumio, at=now)
        before = dict(theirs.raw)
        assert [one.id for one in open_drafts(session, fumio, AOBA)] == [theirs.id]
        assert open_drafts(session, chika, AOBA) == open_drafts(session, fumio, WAKAMATSU) == []
        for number in (theirs.id, theirs.id + 1):
            with pytest.raises(Invalid):
                taken(session, "chika", now, asked(draft_id=number))
        assert theirs.raw == before

    def test_a_draft_in_which_nothing_is_unsaved_begins_from_the_newest_revision(
        self, session: Session, now: datetime
    ) -> None:
        chika, fumio = person(session, "chika", now), person(session, "fumio", now)
        manual, _ = a_manual(session, chika, now, "ours")
        draft = edit_manual(session, manual, key="our-own-draft-key", by=chika, at=now)
        theirs = edit_manual(session, manual, key="fumios-own-draft-key", by=fumio, at=now)
        raw = {**theirs.raw, "content": {**theirs.raw["content"], "fee": "300円"}}
        write_draft(session, theirs, raw, version=1, by=fumio, at=now)
        save_draft(session, theirs, by=fumio, at=now)
        done = taken(session, "chika", now + A_DAY, asked(draft_id=draft.id))
        assert done.draft.raw["content"]["fee"] == "300円"
        assert saved(session, done.draft, "chika", now + A_DAY).id == manual.id


@pytest.mark.usefixtures("original")
class TestComingHome:
    """What is known once the draft is saved."""

    def test_the_first_revision_and_those_after_it_say_where_it_is_from(self, session: Session, now: datetime) -> None:
        draft = taken(session, "chika", now).draft
        manual = saved(session, draft, "chika", now)
        raw = {**draft.raw, "content": {**draft.raw["content"], "fee": "無料"}}
        chika = person(session, "chika", now)
        write_draft(session, draft, raw, version=draft.version, by=chika, at=now + A_DAY)
        save_draft(session, draft, by=chika, at=now + A_DAY)
        found = session.exec(select(Revision).where(Revision.manual_id == manual.id)).all()
        origin = {"municipality": AOBA, "municipality_name": "青葉市", "slug": "tennyu", "title": "転入届の受付"}
        assert [one.provenance for one in found] == [{**origin, "edition": 1, "license": "CC BY 4.0"}] * 2

    def test_a_town_counts_once_and_only_when_something_was_saved(
        self, session: Session, now: datetime, original: Publication
    ) -> None:
        first, second = taken(session, "chika", now, asked(1)).draft, taken(session, "chika", now, asked(2)).draft
        taken(session, "genta", now, asked(3))
        assert fork_counts(session, [original.manual_id]) == {}
        saved(session, first, "chika", now)
        saved(session, second, "chika", now)
        assert fork_counts(session, [original.manual_id, 99]) == {original.manual_id: 1}
        third = taken(session, "haruko", now, asked(4)).draft
        saved(session, third, "haruko", now)
        assert fork_counts(session, [original.manual_id]) == {original.manual_id: 2}

    def test_coming_home_twice_changes_nothing(self, session: Session, now: datetime) -> None:
        draft = taken(session, "chika", now).draft
        manual = saved(session, draft, "chika", now)
        take_home(session, draft, manual)
        assert [one.manual_id for one in forks(session)] == [manual.id]

    def test_what_was_added_since_waits_for_the_next_revision(self, session: Session, now: datetime) -> None:
        draft = taken(session, "chika", now, asked(1)).draft
        manual = saved(session, draft, "chika", now)
        taken(session, "chika", now + A_DAY, asked(2, draft_id=draft.id))
        take_home(session, draft, manual)
        assert [one.manual_id for one in forks(session)] == [manual.id, None]
        saved(session, draft, "chika", now + A_DAY)
        assert [one.manual_id for one in forks(session)] == [manual.id, manual.id]

    def test_steps_in_an_own_manual_do_not_make_it_another_towns(self, session: Session, now: datetime) -> None:
        chika = person(session, "chika", now)
        manual, _ = a_manual(session, chika, now, "ours")
        draft = edit_manual(session, manual, key="our-own-draft-key", by=chika, at=now)
        taken(session, "chika", now + A_DAY, asked(draft_id=draft.id))
        saved(session, draft, "chika", now + A_DAY)
        newest = session.exec(select(Revision).where(Revision.manual_id == manual.id, Revision.number == 2)).one()
        assert newest.provenance is None
        assert forks(session)[0].manual_id == manual.id

    def test_a_fork_of_a_fork_names_the_one_it_was_taken_from(self, session: Session, now: datetime) -> None:
        draft = taken(session, "chika", now).draft
        manual = saved(session, draft, "chika", now)
        revision = session.exec(select(Revision).where(Revision.manual_id == manual.id)).one()
        publish(session, manual, revision, by=person(session, "fumio", now), at=now, audience=Audience.PUBLIC)
        second = taken(session, "genta", now, asked(2), town=WAKAMATSU).draft
        assert second.provenance is not None
        assert second.provenance["municipality_name"] == "若松町"
        assert SECRET not in str(second.raw)


def test_the_source_is_what_any_outsider_reads(session: Session, now: datetime, original: Publication) -> None:
    source = source_of(session, listed_for(session, "akari", now))
    assert SECRET not in source.content.model_dump_json()
    assert a_content().title == source.content.title
