"""What is taken into a draft at hand, and what stays known once a draft is saved."""

from datetime import datetime

import pytest
from sqlmodel import Session, select

from kb.common_format.envelope import Audience
from kb.errors import Invalid
from kb.forks.actions import take_home
from kb.forks.queries import fork_counts, open_drafts
from kb.manuals.actions import begin_draft, edit_manual, save_draft, write_draft
from kb.manuals.drafting import draft_raw
from kb.manuals.models import Revision
from kb.publishing.actions import publish
from kb.publishing.models import Publication
from tests.forks.takers import A_DAY, SECRET, asked, forks, saved, taken
from tests.world import AOBA, WAKAMATSU, a_manual, a_step, person


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
