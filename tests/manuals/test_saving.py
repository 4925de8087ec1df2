"""Saving: drafts become revisions that never collide unseen; where a manual starts from; going back to an old revision."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from kb.activity.models import Activity
from kb.common_format.content import uids_in
from kb.db import abandon, open_session
from kb.errors import NotAllowed, NotFound
from kb.manuals.actions import (
    begin_draft,
    edit_manual,
    restore_revision,
    save_draft,
    save_revision,
    write_draft,
)
from kb.manuals.drafting import ConcurrentRevision, copied, free_slug, from_procedure
from kb.manuals.models import Manual, Revision
from kb.manuals.queries import (
    content_of,
    last_number,
    revision_at,
)
from kb.standards.models import Procedure
from tests.manuals.typing_in import KEY, OTHER_KEY, retitled, typed
from tests.world import AOBA, WAKAMATSU, a_content, a_manual, a_step, person


class TestSaving:
    def test_the_first_save_makes_the_manual(self, session, now, akari):
        draft = begin_draft(session, typed(), key=KEY, by=akari, at=now)
        revision = save_draft(session, draft, by=akari, at=now, note="はじめて")
        manual = session.get_one(Manual, revision.manual_id)
        assert (manual.municipality_code, manual.slug, manual.post_id) == (
            AOBA,
            "tennyu-todoke",
            akari.acting[0].post_id,
        )
        assert (revision.number, revision.note, content_of(revision)) == (1, "はじめて", a_content())
        assert (draft.manual_id, draft.base_revision_id) == (manual.id, revision.id)

    def test_saving_twice_saves_once(self, session, now, akari):
        draft = begin_draft(session, typed(), key=KEY, by=akari, at=now)
        first = save_draft(session, draft, by=akari, at=now)
        assert save_draft(session, draft, by=akari, at=now + timedelta(seconds=1)) is first
        assert last_number(session, first.manual_id) == 1

    def test_two_manuals_for_one_procedure_get_two_addresses(self, session, now, akari):
        slugs = []
        for key in (KEY, OTHER_KEY, "x" * 24):
            draft = begin_draft(session, typed(), key=key, by=akari, at=now)
            revision = save_draft(session, draft, by=akari, at=now)
            slugs.append(session.get_one(Manual, revision.manual_id).slug)
        assert slugs == ["tennyu-todoke", "tennyu-todoke-2", "tennyu-todoke-3"]

    def test_what_somebody_else_saved_is_never_overwritten_unseen(self, session, now, akari, bunta):
        manual, _ = a_manual(session, akari, now)
        draft = edit_manual(session, manual, key=KEY, by=akari, at=now)
        write_draft(session, draft, retitled(draft, "あかりの題"), version=1, by=akari, at=now + timedelta(minutes=1))
        theirs = save_revision(session, manual, a_content(title="文太の題"), by=bunta, at=now + timedelta(minutes=2))
        with pytest.raises(ConcurrentRevision) as concurrent:
            save_draft(session, draft, by=akari, at=now + timedelta(minutes=3))
        assert (concurrent.value.theirs, concurrent.value.draft.raw["content"]["title"]) == (theirs, "あかりの題")
        with pytest.raises(ConcurrentRevision):
            save_draft(session, draft, by=akari, at=now + timedelta(minutes=3), onto=theirs.number - 1)
        mine = save_draft(session, draft, by=akari, at=now + timedelta(minutes=4), onto=theirs.number)
        assert (mine.number, mine.title) == (3, "あかりの題")
        assert content_of(revision_at(session, manual.id, 2)).title == "文太の題"

    def test_where_it_came_from_is_kept_from_revision_to_revision(self, session, now, akari):
        manual, first = a_manual(session, akari, now)
        first.provenance = {"municipality": WAKAMATSU, "slug": "tennyu", "edition": 4}
        draft = edit_manual(session, manual, key=KEY, by=akari, at=now)
        write_draft(session, draft, retitled(draft, "改めた"), version=1, by=akari, at=now)
        assert save_draft(session, draft, by=akari, at=now).provenance["slug"] == "tennyu"

    def test_restoring_saves_the_old_content_anew_and_only_once(self, session, now, akari):
        manual, first = a_manual(session, akari, now)
        save_revision(session, manual, a_content(title="改めた"), by=akari, at=now)
        third = restore_revision(session, manual, first, by=akari, at=now)
        assert (third.number, content_of(third), third.note) == (3, content_of(first), "控え1の内容に戻しました")
        assert restore_revision(session, manual, first, by=akari, at=now) is third
        with pytest.raises(NotAllowed):
            restore_revision(session, manual, first, by=person(session, "eri", now), at=now)

    def test_a_revision_of_another_manual_is_not_restored(self, session, now, akari):
        manual, _ = a_manual(session, akari, now)
        _, other = a_manual(session, akari, now, "other")
        with pytest.raises(NotFound):
            restore_revision(session, manual, other, by=akari, at=now)

    def test_administrators_are_told_what_was_saved(self, session, now, akari):
        save_draft(session, begin_draft(session, typed(), key=KEY, by=akari, at=now), by=akari, at=now)
        told = {(one.kind, one.user_id, one.municipality_code) for one in session.exec(select(Activity))}
        assert told == {("manual.begun", akari.user_id, AOBA), ("revision.saved", akari.user_id, AOBA)}


class TestStarting:
    def test_a_row_of_the_yardstick_brings_title_area_law_and_the_chosen_phases(self):
        row = Procedure(
            key="x", name="住所変更", work_area_code="B01", kind="窓口", legal_basis="戸籍法第1条、第2条、住民台帳条例"
        )
        raw = from_procedure(row, ["受付", "審査"])
        assert (raw["title"], raw["procedure"], raw["work_areas"]) == ("住所変更", "x", "B01")
        assert [(one["name"], one["article"]) for one in raw["legal_bases"]] == [
            ("戸籍法", "第1条、第2条"),
            ("住民台帳条例", ""),
        ]
        assert [step["phase"] for step in raw["steps"]] == ["受付", "審査"]
        assert [step["phase"] for step in from_procedure(row, [])["steps"]] == [""]

    def test_every_row_of_the_yardstick_is_a_start(self, session):
        rows = session.exec(select(Procedure)).all()
        assert rows
        for row in rows:
            raw = from_procedure(row, ["受付"])
            assert all(basis["name"] for basis in raw["legal_bases"]), row.key
            assert bool(raw["legal_bases"]) == bool(row.legal_basis)

    def test_a_copy_says_the_same_under_new_names(self):
        branch = {"uid": "br-one", "condition": "不備", "goto": "step-two"}
        source = a_content(steps=[a_step("step-one", branches=[branch]), a_step("step-two")])
        copy = copied(source)
        assert not set(uids_in(copy)) & set(uids_in(source))
        assert copy.steps[0].branches[0].goto == copy.steps[1].uid
        assert [step.title for step in copy.steps] == [step.title for step in source.steps]

    @pytest.mark.parametrize(
        ("wished", "slug"),
        [("", "tennyu-todoke"), ("madoguchi", "madoguchi"), ("窓口", "tennyu-todoke"), ("a--b", "tennyu-todoke"),
         ("x" * 81, "tennyu-todoke"), ("taken", "taken-2"), ("y" * 80, "y" * 78 + "-2")],
    )  # fmt: skip
    def test_an_address_is_as_wished_else_after_the_procedure_and_never_taken(self, wished, slug):
        assert free_slug(wished, a_content(), {"taken", "y" * 80}.__contains__) == slug

    def test_a_manual_without_a_procedure_gets_an_address_too(self):
        assert free_slug("", a_content(procedure=None), set().__contains__) == "tejunsho"


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    verbs=st.lists(
        st.sampled_from(["akari writes", "bunta writes", "akari saves", "bunta saves", "restore"]), max_size=12
    )
)
def test_whatever_two_authors_do_nothing_that_was_saved_is_ever_lost(engine, now, verbs):
    session = open_session(engine, write=True)
    people = {name: person(session, name, now) for name in ("akari", "bunta")}
    manual, first = a_manual(session, people["akari"], now)
    saved = {first.number: first.content}
    for minute, verb in enumerate(verbs, start=1):
        at, name = now + timedelta(minutes=minute), verb.split()[0]
        if verb == "restore":
            revision = restore_revision(session, manual, first, by=people["akari"], at=at)
            saved[revision.number] = revision.content
            continue
        draft = edit_manual(session, manual, key=f"{name}-{minute:020}", by=people[name], at=at)
        if verb.endswith("writes"):
            write_draft(
                session, draft, retitled(draft, f"{name} {minute}"), version=draft.version, by=people[name], at=at
            )
            continue
        before = draft.raw
        try:
            revision = save_draft(session, draft, by=people[name], at=at)
            saved[revision.number] = revision.content
        except ConcurrentRevision:
            assert draft.raw == before
    session.expire_all()
    kept = session.exec(select(Revision).where(Revision.manual_id == manual.id).order_by(Revision.number)).all()
    assert {one.number: one.content for one in kept} == saved
    assert sorted(saved) == list(range(1, len(saved) + 1))
    abandon(session)
